# Questionnaires that are filled in at a page.
office-forms = Enter
forms-title = Enter a record
forms-lede = Choose what you want to write down. What you enter is sealed; names and free text never leave this node.
forms-opens = Opens a new dossier ({$about}).
forms-existing = For somebody who has a dossier already, go to the dossier and add the record there.
form-intake = Intake of a presumed victim
form-follow-up = Follow-up of a person in care
form-justice-chain = Case in the justice chain
form-smuggling-event = Smuggling event
form-violence-migrants = Violence against migrants
form-lede = Further questions appear when you go on. You may leave questions open and come back to them.
form-kept = Kept at {$time}, not finished. It is counted nowhere until you hand it in.
form-back = Your session had ended. What you had typed is here again; nothing of it has been kept yet.
form-wrong = Not handed in yet: look at what is marked below. What you typed is still there.
form-faults = {$count ->
    [one] One answer needs a look
   *[other] {$count} answers need a look
}
form-needed = (needed)
form-choose = –
form-device = Only a device in the field can take this.
form-add = One more: {$what}
form-drop = Take number {$number} away
form-steps = Going on keeps nothing. Keeping seals what you typed as not finished. Handing in makes it a record that is counted.
form-look = Go on
form-keep = Keep, not finished
form-enter = Hand in
form-anyway = Hand in all the same
form-anyway-told = It is kept as you typed it, with what is wrong noted beside it; answers that cannot be used are not counted.
fault-required = An answer is needed.
fault-rule = The answer does not fit.
fault-not-offered = This is none of the answers that are offered.
fault-unreadable = This is not the kind of answer that is asked for.
dossier-unfinished = not finished, not counted
dossier-go-on = Go on with it
dossier-correct = Correct this record
dossier-next-step = Enter what has happened since
dossier-entered = Handed in.
dossier-enter-title = Add a record
dossier-enter-told = To correct or go on with a record, read the dossier first.
