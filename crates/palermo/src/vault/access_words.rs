//! The words of a print-out for the person concerned, in each language that it comes in.

use terms::language::Language;

/// One text, in English, French and Portuguese.
type Text = [&'static str; 3];

/// The sentences of a print-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phrase {
    /// Over the whole; it says nothing of what the node is for.
    Title,
    Intro,
    Reference,
    Held,
    NothingHeld,
    Corrected,
    From,
    Seen,
    Agreed,
    NothingAgreed,
    Recipient,
    Until,
    Withdrawn,
    Asked,
    NothingAsked,
    AnswerBy,
    Answered,
    CanAsk,
    Rights,
    System,
}

impl Phrase {
    /// The sentence in a language.
    pub(super) const fn text(self, language: Language) -> &'static str {
        self.texts()[column(language)]
    }

    const fn texts(self) -> Text {
        match self {
            Self::Title => [
                "Personal information",
                "Informations personnelles",
                "Informação pessoal",
            ],
            Self::Intro => [
                "What is kept about you, who saw it, and what you can ask for.",
                "Ce qui est conservé à votre sujet, qui l'a vu, et ce que vous pouvez demander.",
                "O que está guardado sobre si, quem o viu e o que pode pedir.",
            ],
            Self::Reference => ["Reference", "Référence", "Referência"],
            Self::Held => [
                "What is kept about you",
                "Ce qui est conservé à votre sujet",
                "O que está guardado sobre si",
            ],
            Self::NothingHeld => ["Nothing.", "Rien.", "Nada."],
            Self::Corrected => ["corrected since", "corrigé depuis", "corrigido desde então"],
            Self::From => ["from", "provenance", "proveniência"],
            Self::Seen => [
                "Who saw, changed or received it",
                "Qui l'a vu, modifié ou reçu",
                "Quem o viu, alterou ou recebeu",
            ],
            Self::Agreed => [
                "What you agreed to",
                "Ce que vous avez accepté",
                "O que aceitou",
            ],
            Self::NothingAgreed => [
                "Nothing is noted.",
                "Rien n'est noté.",
                "Nada está anotado.",
            ],
            Self::Recipient => ["told to", "communiqué à", "comunicado a"],
            Self::Until => ["until", "jusqu'au", "até"],
            Self::Withdrawn => ["withdrawn", "retiré", "retirado"],
            Self::Asked => [
                "What you asked for",
                "Ce que vous avez demandé",
                "O que pediu",
            ],
            Self::NothingAsked => [
                "Nothing is noted.",
                "Rien n'est noté.",
                "Nada está anotado.",
            ],
            Self::AnswerBy => [
                "to be answered by",
                "réponse au plus tard le",
                "resposta até",
            ],
            Self::Answered => ["answered", "réponse", "resposta"],
            Self::CanAsk => [
                "What you can ask for",
                "Ce que vous pouvez demander",
                "O que pode pedir",
            ],
            Self::Rights => RIGHTS,
            Self::System => ["the system", "le système", "o sistema"],
        }
    }
}

const RIGHTS: Text = [
    "You can ask to see this again, to have it corrected, to have it used no longer or \
     erased, and to complain to somebody outside. You can take back what you agreed to \
     at any time, without a reason. The help that you are given does not depend on any of it.",
    "Vous pouvez demander à revoir ces informations, à les faire corriger, à ce qu'elles ne soient \
     plus utilisées ou soient effacées, et vous plaindre auprès d'une personne extérieure. Vous \
     pouvez retirer votre accord à tout moment, sans donner de raison. L'aide que vous recevez \
     n'en dépend pas.",
    "Pode pedir para voltar a ver esta informação, para que seja corrigida, para que deixe de ser \
     usada ou seja apagada, e pode queixar-se a alguém de fora. Pode retirar o que aceitou a \
     qualquer momento, sem dar razões. A ajuda que recebe não depende disso.",
];

const fn column(language: Language) -> usize {
    match language {
        Language::Fr => 1,
        Language::Pt => 2,
        _ => 0,
    }
}

/// What a code means to a reader, by the list that it is of.
pub(super) fn term(list: &str, code: &str, language: Language) -> String {
    let found = TERMS
        .iter()
        .find(|(of, one, _)| *of == list && *one == code);
    match found {
        Some((_, _, text)) => text[column(language)].to_owned(),
        // Better the word itself than nothing.
        None => code.to_owned(),
    }
}

/// List, code, and what it means.
const TERMS: &[(&str, &str, Text)] = &[
    (
        "role",
        "caseworker",
        [
            "a case worker",
            "une personne chargée de votre dossier",
            "uma pessoa encarregada do seu processo",
        ],
    ),
    (
        "role",
        "data-manager",
        [
            "a data manager",
            "une personne chargée des données",
            "uma pessoa encarregada dos dados",
        ],
    ),
    (
        "role",
        "coordinator",
        [
            "a coordinator",
            "une personne qui coordonne",
            "uma pessoa que coordena",
        ],
    ),
    (
        "role",
        "administrator",
        [
            "an administrator",
            "une personne qui administre le système",
            "uma pessoa que administra o sistema",
        ],
    ),
    (
        "role",
        "overseer",
        [
            "an overseer from outside",
            "une personne de contrôle extérieure",
            "uma pessoa de controlo externa",
        ],
    ),
    (
        "purpose",
        "assistance",
        [
            "to assist you",
            "pour vous aider",
            "para lhe prestar assistência",
        ],
    ),
    (
        "purpose",
        "justice",
        [
            "for a court or an investigation",
            "pour la justice",
            "para a justiça",
        ],
    ),
    (
        "purpose",
        "statistics",
        ["to count", "pour compter", "para contar"],
    ),
    (
        "purpose",
        "data-subject",
        ["to answer you", "pour vous répondre", "para lhe responder"],
    ),
    (
        "purpose",
        "administration",
        [
            "to keep the system running",
            "pour faire fonctionner le système",
            "para manter o sistema a funcionar",
        ],
    ),
    (
        "purpose",
        "oversight",
        [
            "to watch over those who use it",
            "pour contrôler ceux qui l'utilisent",
            "para controlar quem o usa",
        ],
    ),
    (
        "act",
        "dossier_opened",
        ["began it", "l'a commencé", "começou-o"],
    ),
    (
        "act",
        "record_entered",
        [
            "entered something",
            "y a inscrit quelque chose",
            "registou algo",
        ],
    ),
    ("act", "dossier_read", ["read it", "l'a lu", "leu-o"]),
    (
        "act",
        "names_searched",
        [
            "found it by a name",
            "l'a trouvé par un nom",
            "encontrou-o por um nome",
        ],
    ),
    (
        "act",
        "deposit_taken",
        [
            "took in what was handed in",
            "a pris ce qui avait été déposé",
            "recebeu o que tinha sido entregue",
        ],
    ),
    (
        "act",
        "records_imported",
        [
            "brought it in with a file",
            "l'a apporté avec un fichier",
            "trouxe-o num ficheiro",
        ],
    ),
    (
        "act",
        "case_assigned",
        [
            "put it into somebody's care",
            "l'a confié à une personne",
            "confiou-o a uma pessoa",
        ],
    ),
    (
        "act",
        "case_released",
        [
            "took it out of somebody's care",
            "l'a retiré à une personne",
            "retirou-o a uma pessoa",
        ],
    ),
    (
        "act",
        "glass_broken",
        [
            "opened it in an emergency",
            "l'a ouvert en urgence",
            "abriu-o numa urgência",
        ],
    ),
    (
        "act",
        "glass_ended",
        [
            "ended an emergency opening",
            "a mis fin à une ouverture d'urgence",
            "terminou uma abertura de urgência",
        ],
    ),
    (
        "act",
        "glass_seen",
        [
            "was told of an emergency opening",
            "a été informé d'une ouverture d'urgence",
            "foi informado de uma abertura de urgência",
        ],
    ),
    (
        "act",
        "consent_recorded",
        [
            "noted what you agreed to",
            "a noté ce que vous avez accepté",
            "anotou o que aceitou",
        ],
    ),
    (
        "act",
        "consent_withdrawn",
        [
            "noted that you agree no longer",
            "a noté que vous n'acceptez plus",
            "anotou que já não aceita",
        ],
    ),
    (
        "act",
        "export_requested",
        [
            "asked to take a copy out",
            "a demandé à en sortir une copie",
            "pediu para levar uma cópia",
        ],
    ),
    (
        "act",
        "export_approved",
        [
            "approved a copy",
            "a approuvé une copie",
            "aprovou uma cópia",
        ],
    ),
    (
        "act",
        "export_taken",
        ["took a copy out", "en a sorti une copie", "levou uma cópia"],
    ),
    (
        "act",
        "matter_opened",
        [
            "noted what you asked for",
            "a noté votre demande",
            "anotou o seu pedido",
        ],
    ),
    (
        "act",
        "matter_answered",
        [
            "answered what you asked for",
            "a répondu à votre demande",
            "respondeu ao seu pedido",
        ],
    ),
    (
        "act",
        "access_given",
        ["showed it to you", "vous l'a montré", "mostrou-lho"],
    ),
    (
        "act",
        "hold_placed",
        [
            "said that it must be kept",
            "a dit qu'il doit être conservé",
            "disse que tem de ser guardado",
        ],
    ),
    (
        "act",
        "hold_lifted",
        [
            "said that it need not be kept",
            "a dit qu'il ne doit plus être conservé",
            "disse que já não tem de ser guardado",
        ],
    ),
    (
        "act",
        "erasure_requested",
        [
            "asked that it be erased",
            "a demandé son effacement",
            "pediu que fosse apagado",
        ],
    ),
    (
        "act",
        "erasure_confirmed",
        [
            "confirmed that it be erased",
            "a confirmé son effacement",
            "confirmou que fosse apagado",
        ],
    ),
    (
        "act",
        "erasure_done",
        ["erased it", "l'a effacé", "apagou-o"],
    ),
    (
        "act",
        "request_refused",
        [
            "asked for something that was refused",
            "a demandé quelque chose qui lui a été refusé",
            "pediu algo que foi recusado",
        ],
    ),
    (
        "matter",
        "access",
        [
            "to see what is kept",
            "voir ce qui est conservé",
            "ver o que está guardado",
        ],
    ),
    (
        "matter",
        "correction",
        ["a correction", "une correction", "uma correção"],
    ),
    (
        "matter",
        "objection",
        [
            "that it be used no longer",
            "que cela ne soit plus utilisé",
            "que deixe de ser usado",
        ],
    ),
    (
        "matter",
        "complaint",
        ["a complaint", "une plainte", "uma queixa"],
    ),
    (
        "outcome",
        "granted",
        ["as you asked", "comme vous l'avez demandé", "como pediu"],
    ),
    ("outcome", "partly", ["in part", "en partie", "em parte"]),
    (
        "outcome",
        "refused",
        [
            "refused; you can complain",
            "refusé ; vous pouvez vous plaindre",
            "recusado; pode queixar-se",
        ],
    ),
    (
        "consent",
        "service",
        ["a service", "un service", "um serviço"],
    ),
    (
        "consent",
        "disclosure",
        [
            "that somebody be told",
            "que quelqu'un soit informé",
            "que alguém seja informado",
        ],
    ),
    (
        "absent",
        "not_collected",
        ["is not recorded", "n'est pas recueilli", "não é recolhido"],
    ),
    (
        "absent",
        "not_asked",
        ["was not asked", "n'a pas été demandé", "não foi perguntado"],
    ),
    (
        "absent",
        "refused",
        [
            "you did not want to say",
            "vous n'avez pas voulu le dire",
            "não quis dizer",
        ],
    ),
    (
        "absent",
        "unknown",
        ["is not known", "n'est pas connu", "não se sabe"],
    ),
    (
        "absent",
        "not_applicable",
        ["does not apply", "ne s'applique pas", "não se aplica"],
    ),
    (
        "absent",
        "not_in_source",
        [
            "is not in the source",
            "n'est pas dans la source",
            "não está na fonte",
        ],
    ),
    (
        "absent",
        "disputed",
        [
            "the sources disagree",
            "les sources ne concordent pas",
            "as fontes não concordam",
        ],
    ),
    (
        "absent",
        "not_yet",
        [
            "is not there yet",
            "n'est pas encore là",
            "ainda não existe",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use office::{ConsentTo, MatterKind, Outcome, Purpose, Role};
    use terms::cell::Absence;

    use super::*;

    fn known(list: &str, code: &str) {
        let found = TERMS
            .iter()
            .filter(|(of, one, _)| (*of, *one) == (list, code));
        assert_eq!(found.count(), 1, "{list} {code}");
    }

    #[test]
    fn every_code_that_can_be_printed_has_words() {
        Role::ALL.iter().for_each(|one| known("role", one.code()));
        Purpose::ALL
            .iter()
            .for_each(|one| known("purpose", one.code()));
        MatterKind::ALL
            .iter()
            .for_each(|one| known("matter", one.code()));
        Outcome::ALL
            .iter()
            .for_each(|one| known("outcome", one.code()));
        ConsentTo::ALL
            .iter()
            .for_each(|one| known("consent", one.code()));
        Absence::ALL
            .iter()
            .for_each(|one| known("absent", one.code()));
    }

    #[test]
    fn nothing_is_left_in_another_language() {
        for (list, code, [en, fr, pt]) in TERMS {
            assert!(en != fr && fr != pt && en != pt, "{list} {code}");
        }
        let [en, fr, pt] = Phrase::Title.texts();
        for title in [en, fr, pt] {
            let title = title.to_lowercase();
            for telling in [
                "victim", "vítima", "palermo", "traffi", "tráfico", "shelter",
            ] {
                assert!(!title.contains(telling), "{title}");
            }
        }
    }
}
