# Questionnaires remplis sur une page.
office-forms = Saisir
forms-title = Saisir une fiche
forms-lede = Choisissez ce que vous voulez consigner. Ce que vous saisissez est scellé ; les noms et le texte libre ne quittent jamais ce nœud.
forms-opens = Ouvre un nouveau dossier ({$about}).
forms-existing = Pour une personne qui a déjà un dossier, allez au dossier et ajoutez-y la fiche.
form-intake = Accueil d’une victime présumée
form-follow-up = Suivi d’une personne accompagnée
form-justice-chain = Affaire dans la chaîne pénale
form-smuggling-event = Événement de trafic illicite de migrants
form-violence-migrants = Violence contre des migrants
form-lede = D’autres questions apparaissent à mesure que vous avancez. Vous pouvez laisser des questions ouvertes et y revenir.
form-kept = Conservé à {$time}, inachevé. Ce n’est compté nulle part tant que vous ne l’avez pas remis.
form-back = Votre session était terminée. Ce que vous aviez saisi est de nouveau là ; rien n’en a encore été conservé.
form-wrong = Pas encore remis : regardez ce qui est signalé ci-dessous. Ce que vous avez saisi est toujours là.
form-faults = {$count ->
    [one] Une réponse est à revoir
   *[other] {$count} réponses sont à revoir
}
form-needed = (nécessaire)
form-choose = –
form-device = Seul un appareil sur le terrain peut le saisir.
form-add = Un de plus : {$what}
form-drop = Retirer le numéro {$number}
form-steps = Continuer ne conserve rien. Conserver scelle ce que vous avez saisi comme inachevé. Remettre en fait une fiche qui est comptée.
form-look = Continuer
form-keep = Conserver, inachevé
form-enter = Remettre
form-anyway = Remettre quand même
form-anyway-told = C’est conservé tel que saisi, avec ce qui ne va pas noté à côté ; les réponses inutilisables ne sont pas comptées.
fault-required = Une réponse est nécessaire.
fault-rule = La réponse ne convient pas.
fault-not-offered = Ce n’est aucune des réponses proposées.
fault-unreadable = Ce n’est pas le genre de réponse demandé.
dossier-unfinished = inachevé, non compté
dossier-go-on = Continuer la saisie
dossier-correct = Corriger cette fiche
dossier-next-step = Saisir ce qui s’est passé depuis
dossier-entered = Remis.
dossier-enter-title = Ajouter une fiche
dossier-enter-told = Pour corriger ou continuer une fiche, lisez d’abord le dossier.
