# The node's own releases as figures: profile, charts, files.
nav-figures = Chiffres de ce nœud
figures-title = Chiffres de ce nœud
figures-lede = Ce que ce nœud a compté dans ses propres dossiers et diffusé à tout le monde : pour chaque chiffre défini, la diffusion la plus récente qui tient.
figures-all-title = Tableaux et chiffres
figures-synthetic = Synthétique : ce nœud relève d’un État inventé. Aucune personne n’est derrière ces chiffres.
figures-synthetic-short = synthétique, d’un État inventé
figures-none = Rien n’a encore été diffusé.
figures-missing = Définis, et non diffusés
figures-to-all = Toutes les diffusions de ce nœud, y compris retirées
figures-to-profile = Les plus récentes, en un profil
figures-explained = Tableau, définitions et fichiers
figures-source = { $publisher } ; état des dossiers : { $vintage } ; diffusé le { $day }.
figures-vintage = acte { $act } du journal
figures-total-period = sur toute la période
figures-recorded-only = Ils comptent ce qui a été enregistré, non ce qui s’est passé : une hausse ou une baisse peut être celle de la détection.
figures-not-persons = On compte des dossiers, non des personnes : tant que personne n’a vérifié si les dossiers de plusieurs organismes concernent la même personne, une personne peut être comptée dans chacun.
figures-completeness =
    { $expected ->
        [one] { $received } organisme sur { $expected } de ce nœud a de tels dossiers.
       *[other] { $received } organismes sur { $expected } de ce nœud ont de tels dossiers.
    }
figures-free-title = { $unit }, par { $dimensions }
figures-value = Dossiers
figures-total = Total
figures-not-said = Non dit
figures-all = Tous
figures-too-large = Le tableau est trop grand pour une page. Les fichiers sous le titre le contiennent en entier.
figures-left-out =
    { $count ->
        [one] Un comptage masqué n’est pas dessiné : on ne dit pas s’il est plus grand ou plus petit qu’un autre.
       *[other] { $count } comptages masqués ne sont pas dessinés : on ne dit pas lequel est plus grand ou plus petit.
    }
figures-bars-description = Le plus grand comptage imprimé est celui de { $name } : { $value }. Une barre hachurée est un comptage masqué : il se trouve n’importe où dans les hachures.
figures-bars-none = Aucun comptage n’est imprimé. Une barre hachurée est un comptage masqué : il se trouve n’importe où dans les hachures.
figures-meaning = Ce que cela veut dire, et d’où cela vient
figures-by-year = Par année
figures-by-year-description = Une marque creuse est une année dont il n’est pas dit que tous les organismes qui ont de tels dossiers sont derrière elle ; un trait vertical tireté est l’intervalle d’un comptage masqué. Aucune ligne n’y mène.
figures-incomplete = Les organismes qui ont de tels dossiers dans la période ne sont pas tous derrière : { $years }.
figures-untold = Des autres années à marque creuse, il n’est pas dit quels organismes sont derrière elles : des totaux masqués, arrondis ou petits, rien n’est dit.
figures-change-rise = De { $from } à { $to } : plus de dossiers.
figures-change-fall = De { $from } à { $to } : moins de dossiers.
figures-change-same = De { $from } à { $to } : autant de dossiers.
figures-change-no-count = De { $from } à { $to } : aucun changement n’est dit, car une année n’a pas de comptage.
figures-change-completeness = De { $from } à { $to } : aucun changement n’est dit, car on ne sait pas si les mêmes organismes sont derrière les deux années.
figures-change-within-masks = De { $from } à { $to } : aucun changement n’est dit, car la différence peut tenir dans ce qui est masqué ou arrondi.
figures-change-told = Deux années ne sont comparées que si tous les organismes qui ont de tels dossiers sont derrière les deux, et si la différence dépasse ce que des masques peuvent cacher.
figures-flows = Flux : d’où et vers où
figures-flows-told =
    Sont dessinés les flux d’au moins { $threshold } dossiers sur la période { $period }, entre deux pays différents. { $hidden ->
        [0] Aucun flux n’est masqué.
       *[other] Masqués, et non dessinés : { $hidden } paires de pays, dont il n’est pas dit si quelqu’un s’y trouve.
    }
figures-citizenship-proxy = La citoyenneté tient lieu d’origine, comme dans le Rapport mondial : elle ne dit pas d’où quelqu’un est venu, où il vivait ni où il a été recruté.
figures-repatriated-apart = Les ressortissants rapatriés de l’étranger figurent ici seuls ; ils ne sont pas parmi les personnes détectées sur le territoire.
figures-chapter-victims = Victimes
figures-chapter-justice = Réponse de la justice pénale
figures-chapter-support = Aide
figures-chain = Du contact formel à la condamnation
figures-chain-description = Un point est un comptage imprimé, une bande hachurée l’intervalle dans lequel se trouve un comptage masqué. Chaque étape compte chaque personne dans l’année de cette étape ; les personnes condamnées ne sont pas forcément parmi celles poursuivies les mêmes années.
figures-chain-contact = En contact formel
figures-chain-prosecuted = Poursuivies
figures-chain-convicted = Condamnées
figures-step = Étape
figures-counts = Ce qui est compté
figures-counts-told = { $unit }. On compte des dossiers, non des personnes.
figures-of = Dont
figures-period = Période
figures-reference = Date de référence
figures-reference-told = L’année ou le mois de : { $day }.
figures-forms = Formes d’exploitation
figures-forms-main = Chaque dossier figure sous une forme principale ; plusieurs formes sans principale sont mixtes.
figures-forms-all = Un dossier figure sous chacune de ses formes : les formes ne s’additionnent pas.
figures-agencies = Organismes
figures-act = Signé par l’acte
figures-explain = Expliqué à l’adresse
figures-list-adds-up = Codes de la liste { $list } ; chaque dossier figure sous l’un d’eux.
figures-list-overlaps = Codes de la liste { $list } ; un dossier peut figurer sous plusieurs : ils ne s’additionnent pas.
figures-marks = Marques
figures-mark-zero = Zéro : compté, et il n’y a personne.
figures-mark-masked = Masqué : un comptage retenu, n’importe où dans cet intervalle. Un masque n’est pas un nombre, ni zéro.
figures-mark-rounded = Arrondi : déplacé vers un multiple voisin.
figures-mark-absent = Absent : il n’y a pas de comptage, la raison est écrite.
figures-sheet-figures = Chiffres
figures-sheet-definitions = Définitions

# What one count stands for.
figures-unit-victim = Dossiers de victimes de la traite des personnes
figures-unit-migrant = Dossiers de migrants objet d’un trafic illicite
figures-unit-accused = Dossiers de personnes soupçonnées, accusées ou condamnées
figures-unit-case = Dossiers d’affaires
figures-unit-event = Dossiers d’événements
figures-unit-service = Services rendus, par dossier

# Which day decides.
figures-day-detected = la détection
figures-day-identified = l’identification
figures-day-in-contact = le premier contact formel
figures-day-prosecuted = la décision de poursuivre
figures-day-convicted = la condamnation
figures-day-reported = le signalement
figures-day-investigated = le début de l’enquête
figures-day-month = l’enregistrement

# Dimensions.
figures-dimension-year = Année
figures-dimension-month = Mois
figures-dimension-sex = Sexe
figures-dimension-age = Âge
figures-dimension-form = Forme principale d’exploitation
figures-dimension-forms = Formes d’exploitation
figures-dimension-citizenship = Citoyenneté
figures-dimension-country-repatriated-from = Pays de rapatriement
figures-dimension-status = Statut
figures-dimension-detection = Détection
figures-dimension-offence = Infraction
figures-dimension-service = Service
figures-dimension-flow = Flux
figures-dimension-ending = Issue
figures-dimension-prison = Peine de prison, mois
figures-dimension-elements = Éléments de la définition

# Codes whose list prints in English alone, or that are worked out.
figures-code-female = Féminin
figures-code-male = Masculin
figures-code-other = Autre
figures-code-unknown = Inconnu
figures-code-total = Total
figures-code-0-to-17-years = 0 à 17 ans
figures-code-18-years-or-over = 18 ans ou plus
figures-code-sexual-exploitation = Exploitation sexuelle
figures-code-forced-labour = Travail forcé
figures-code-other-forms-of-exploitation = Autres formes d’exploitation
figures-code-on-territory = sur le territoire
figures-code-repatriated = rapatriée de l’étranger
figures-code-recorded = tous enregistrés
figures-code-not-all = pas tous enregistrés
figures-code-domestic = à l’intérieur du pays
figures-code-same-subregion = dans la sous-région
figures-code-same-region = dans la région
figures-code-transregional = entre régions
