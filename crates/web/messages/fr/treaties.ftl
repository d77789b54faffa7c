# Treaties: overview and page of each.
treaties-title = État des traités
treaties-lede = La Convention des Nations Unies contre la criminalité transnationale organisée et deux des Protocoles qui s’y rapportent, à une même date.
treaties-on-hint = Sans date, chaque traité est montré au dernier jour de son relevé.
treaty-on = À la date du
treaty-group = Région ou groupe
treaty-group-world = Le monde entier
treaty-group-members = Groupes, à cette date
treaty-group-regions = Régions (M49)
treaty-group-subregions = Sous-régions (M49)
treaty-by-default-end = Aucune date n’a été choisie : voici le { $date }, dernier jour du relevé.
treaty-by-default-today = Aucune date n’a été choisie : voici aujourd’hui, { $date }.
treaty-after-end = Le relevé s’arrête au { $date } ; les actes ultérieurs n’y figurent pas.
treaty-world = Le monde entier
treaty-parties-on = Parties au { $date }
treaty-parties = Parties
treaty-states = dont États parties
treaty-signatories = Signataires
treaty-signed-only = Signataires non parties
treaty-in-force-for = En vigueur pour
treaty-in-force = Entrée en vigueur
treaty-outside = Ni partie ni signataire
treaty-since = En vigueur depuis le
treaty-not-in-force = Pas encore en vigueur à cette date
treaty-counting = Chaque partie une fois, à compter du jour du dépôt de son instrument. L’Union européenne est une partie, non un État.
treaty-reference = Jour du dépôt de l’instrument
treaty-later = { $name } est également lié à cette date, par une succession notifiée le { $date } ; il n’est compté qu’à partir de ce jour.
treaty-table-caption =
    { $count ->
        [one] { $count } partie
       *[other] { $count } parties
    } au { $date }, par nom
treaty-column-party = Partie
treaty-column-signatory = Signataire
treaty-column-region = Sous-région
treaty-column-signed = Signature
treaty-column-act = Acte
treaty-column-deposited = Dépôt
treaty-column-force = En vigueur le
treaty-act-uncertain = { $act } (nature incertaine)
treaty-signed-only-caption =
    { $count ->
        [one] { $count } signataire non partie
       *[other] { $count } signataires non parties
    }
treaty-scopes = Par région et par groupe
treaty-scopes-caption = Parties de chaque région et groupe au { $date }
treaty-scopes-note = Les groupes sont comptés avec leurs membres à cette date. Un État peut appartenir à plusieurs groupes.
treaty-column-scope = Région ou groupe
treaty-column-parties = Parties
treaty-column-signed-only = Signature seule
treaty-column-outside = États hors traité
treaty-citation = Dépositaire : le Secrétaire général des Nations Unies, chapitre { $citation }.
map-title = Qui était partie au { $date }
map-description = Carte du monde : { $parties } parties en foncé, { $signed } signataires non parties hachurés, les autres États en clair.
map-class-party = Partie
map-class-signed = Signataire non partie
map-class-neither = Ni l’un ni l’autre
map-unmarked = Sans marque : territoires et zones, qui ne sont par eux-mêmes parties à rien
map-party = { $name } : partie depuis le { $date }
map-signed = { $name } : signature le { $date }, non partie
map-neither = { $name } : ni signataire ni partie
map-table-below = Chaque partie figure dans le tableau ci-dessous, avec un lien vers sa page.
timeline-title = Les parties dans le temps
timeline-description = Le nombre de parties passe de zéro le { $from } à { $count } au { $to }.
timeline-parties = Parties
timeline-force = En vigueur { $date }
timeline-asked = Affiché : { $date }
timeline-caption = Parties à la fin de chaque année
timeline-column-year = Année
timeline-column-new = Nouvelles dans l’année
timeline-column-total = Parties
act-signature = Signature
act-ratification = Ratification
act-acceptance = Acceptation
act-approval = Approbation
act-accession = Adhésion
act-succession = Succession
