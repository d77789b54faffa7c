# Imported tables.
tables-title = Tableaux importés
tables-lede = Tableaux publics d’autres éditeurs importés par ce nœud. Les cases sont montrées telles qu’imprimées, masques compris.
tables-none = Ce nœud n’a encore importé aucun tableau.
tables-size =
    { $count ->
        [one] { $count } case
       *[other] { $count } cases
    }
tables-rows = Lignes
tables-columns = Colonnes
tables-no-columns = Sans colonnes
tables-all = Tout, en somme
tables-all-overlapping = Tout (codes qui se recoupent)
tables-value = Valeur
tables-caption =
    { $count ->
        [one] { $count } ligne
       *[other] { $count } lignes
    }, comme imprimé par l’éditeur
tables-caption-summed =
    { $count ->
        [one] { $count } ligne
       *[other] { $count } lignes
    }, sommes de ce que l’éditeur a imprimé
tables-summed = Somme sur :
tables-refused = La somme est refusée.
tables-empty = La source n’a aucune case pour ce choix.
tables-cut = La page ne montre que les premières lignes et colonnes ; les fichiers les contiennent toutes.
tables-cells = Lire les cases masquées ou absentes :
tables-area = Zone
tables-nationality = Nationalité
tables-sex = Sexe
tables-age = Âge
tables-indicator = Indicateur
tables-dimension = Dimension
tables-category = Catégorie
tables-border = Frontière
