# Compter des dossiers.
office-tabulate = Compter
tabulate-title = Compter des dossiers
tabulate-lede = Choisissez une figure et une période. Ce qui est compté devient un projet : ses comptes restent scellés, le banc montre ce qui pourrait être imprimé, et une autre personne le diffuse. Une personne de l’entité du nœud compte les dossiers de toutes les entités, toute autre les siens.
tabulate-figure = Figure
tabulate-own = Ma propre ligne
tabulate-from = De
tabulate-to = À
tabulate-period-hint = Des années, ou des mois comme 2024-03 ; les deux sont inclus.
tabulate-line-title = Ma propre ligne
tabulate-line = Ce qui est compté, par quoi, de qui, sur quels mois, à quelle date
tabulate-line-hint = Par exemple :
tabulate-name = Nom du projet
tabulate-name-hint = Laissé vide, il porte le nom de la figure et de la période.
tabulate-act-hint = Le comptage est consigné au journal.
tabulate-send = Compter et garder comme projet
tabulate-refused = Rien n’a été compté : {$said}
release-why-counted = Il a été compté à partir des fiches de ce nœud, telles qu’après l’acte {$act} du journal, par cette ligne ; il peut être recompté :
