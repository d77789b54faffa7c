# Words on every page.
skip = Aller au contenu
nav-label = Principal
nav-languages = Langue
nav-home = Accueil
nav-treaties = État des traités
nav-states = États
nav-migrants = Migrants disparus
nav-estimate = Populations cachées
nav-check = Vérifier un tableau
nav-tables = Tableaux importés
nav-about = À propos
foot-not-un = Ceci n’est pas une publication des Nations Unies ni d’un État. Les chiffres sont ceux des sources nommées à côté d’eux.
foot-privacy = Ni cookies, ni scripts, aucun enregistrement des lecteurs.
foot-about = À propos de ce site
foot-api = Pour les programmes (OpenAPI)
form-show = Afficher
as-table = Les mêmes données en tableau
take = À emporter :
maps-notice = Les frontières et les noms figurant sur la carte n’impliquent aucune prise de position quant au statut d’un territoire.
compass-north = N
compass-south = S
compass-east = E
compass-west = O

# Why a cell has no value.
absent-not-collected = non recueilli
absent-not-asked = non demandé
absent-refused = non communiqué
absent-unknown = inconnu
absent-not-applicable = sans objet
absent-not-in-source = absent de la source
absent-disputed = la source se contredit
absent-not-yet = pas encore

# Why a sum is refused.
refused-overlapping = Aucune somme n’est affichée : les codes de « { $what } » se recoupent, une somme compterait donc des personnes deux fois.
refused-absent = Aucune somme n’est affichée : une case est sans valeur ({ $what }) et la somme paraîtrait complète.
refused-not-a-count = Aucune somme n’est affichée : une case du type « { $what } » n’est pas un dénombrement.
refused-other = Aucune somme n’est affichée : { $what }

# What a figure cannot say.
limit-minimum-count = Un minimum : seul ce qui a été enregistré est compté, et beaucoup ne l’est jamais.
limit-detections-not-persons = Des détections, non des personnes : une même personne peut être détectée plusieurs fois.
limit-detected-only = Seulement ce qui a été détecté ; une hausse ou une baisse peut tenir à la détection.
limit-small-counts-masked = L’éditeur imprime « <5 » pour les nombres inférieurs à cinq ; on ne peut en distinguer un zéro.
limit-source-disagrees = Lorsque la source imprime plusieurs valeurs pour une même case, aucune n’est retenue.
limit-dead-include-missing = Les morts et les disparus sont comptés ensemble.
limit-places-approximate = Les lieux sont approximatifs ; les positions sur la carte sont arrondies à dessein.
limit-last-year-incomplete = La dernière année n’est pas complète.
limit-som-party-missing-after-2020 = Une partie qui a adhéré entre le 24 décembre 2020 et octobre 2022 manque au relevé : les totaux ultérieurs sont trop faibles d’une unité.
limit-record-ends = Le relevé des actes s’arrête au jour indiqué ; les actes ultérieurs n’y figurent pas.
