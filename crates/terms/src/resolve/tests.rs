use super::*;
use crate::resolve::index::Collision;

fn resolver() -> &'static Resolver {
    Resolver::standard()
}

/// Two places may claim one folded name only where it is listed as ambiguous or as offered.
#[test]
fn no_name_has_two_places_unless_listed() {
    let listed = |collision: &&Collision| {
        let kept = collision.kept;
        let open = matches!(kept, Meaning::Ambiguous(_) | Meaning::Offer(_));
        // A word that refuses and is also a place's name keeps the place; see the catalogue.
        !open && collision.lost.place().is_some()
    };
    let mut open: Vec<String> = resolver()
        .index
        .collisions
        .iter()
        .filter(listed)
        .map(|collision| {
            format!(
                "{}: {:?}, {:?}",
                collision.name, collision.kept, collision.lost
            )
        })
        .collect();
    open.sort();
    assert!(open.is_empty(), "{}", open.join("\n"));
}

/// Words that refuse and are also names: the first listed meaning stands, shown here.
#[test]
fn the_catalogue_of_names_that_are_also_other_words() {
    let mut shown: Vec<String> = resolver()
        .index
        .collisions
        .iter()
        .filter(|collision| collision.lost.place().is_none() || collision.kept.place().is_none())
        .map(|collision| {
            format!(
                "{}: {:?}, not {:?}",
                collision.name, collision.kept, collision.lost
            )
        })
        .collect();
    shown.sort();
    shown.dedup();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn every_code_of_the_lists_is_a_place() {
    for (name, meaning) in &resolver().index.names {
        if let Some(code) = meaning.place() {
            assert!(resolver().places.get(code).is_some(), "{name}: {code}");
        }
    }
    for codes in &resolver().index.ambiguities {
        assert!(
            codes
                .iter()
                .all(|code| resolver().places.get(*code).is_some())
        );
    }
}

#[test]
fn a_code_is_read_in_capitals_unless_it_is_a_word() {
    let exact = |text: &str, code: &str| {
        let answer = resolver().resolve(text);
        assert_eq!(
            (answer.status, code_of(&answer)),
            (Status::Exact, code.to_owned()),
            "{text}"
        );
    };
    exact("MOZ", "MOZ");
    exact("MZ", "MOZ");
    exact("508", "MOZ");
    exact("004", "AFG");
    for word in ["NO", "NA", "DE", "mz", "in"] {
        assert!(!resolver().resolve(word).status.is_certain(), "{word}");
    }
    assert_eq!(resolver().resolve("002").reason, Some(Refusal::Region));
    assert_eq!(resolver().resolve("YUG").status, Status::FormerState);
}

fn code_of(answer: &Resolution) -> String {
    answer.code.map(|code| code.to_string()).unwrap_or_default()
}

#[test]
fn near_pairs_are_never_taken_for_one_another() {
    for pair in [
        ["Niger", "Nigeria"],
        ["Austria", "Australia"],
        ["Iran", "Iraq"],
        ["Slovakia", "Slovenia"],
        ["Mauritania", "Mauritius"],
        ["Zambia", "Gambia"],
        ["Iceland", "Ireland"],
        ["Dominica", "Dominican Republic"],
        ["nigérien", "nigérian"],
        ["Guinea", "Guyana"],
        ["Sweden", "Switzerland"],
        ["Latvia", "Lithuania"],
        ["Mali", "Malawi"],
    ] {
        let [first, second] = pair.map(|name| resolver().resolve(name));
        assert!(
            first.status.is_certain() && second.status.is_certain(),
            "{pair:?}"
        );
        assert_ne!(first.code, second.code, "{pair:?}");
    }
    for tie in ["Austrlia", "Slovania", "Irax"] {
        let answer = resolver().resolve(tie);
        assert_eq!(answer.reason, Some(Refusal::Ambiguous), "{tie}: {answer:?}");
        assert!(answer.alternatives.len() > 1, "{tie}");
    }
}

#[test]
fn a_former_state_names_its_successors_and_none_is_chosen() {
    let answer = resolver().resolve("Czechoslovakia");
    assert_eq!(answer.status, Status::FormerState);
    assert_eq!(
        answer.note.as_deref(),
        Some("no longer a State; successors: CZE SVK")
    );
    assert_eq!(answer.alternatives.len(), 2);
}

#[test]
fn the_closed_lists_are_read_back() {
    for reason in Refusal::ALL {
        assert_eq!(Refusal::parse(reason.as_str()), Some(reason));
    }
}

/// A name that few reporters use must not be what a misspelling of another State's name looks
/// like; the bound on locales is the one that `SOURCES.md` states.
#[test]
fn seldom_used_names_keep_apart_from_standard_names() {
    let names = &resolver().index.names;
    let standard: Vec<(&str, usize, PlaceCode)> = names
        .iter()
        .filter_map(|(name, meaning)| match meaning {
            Meaning::Exact(code) if name.is_ascii() => Some((name.as_str(), name.len(), *code)),
            _ => None,
        })
        .collect();
    let mut close = Vec::new();
    for [code, name, locales] in index::records::<3>(index::NAMES_CSV) {
        let read = locales
            .split(' ')
            .any(|locale| ["de", "it", "pl", "ro"].contains(&locale));
        let folded = fold(&name);
        if read || locales.split(' ').count() > 3 || !folded.is_ascii() {
            continue;
        }
        let near = standard.iter().filter(|(other, length, other_code)| {
            code != other_code.as_str()
                && length.abs_diff(folded.len()) < 2
                && strsim::damerau_levenshtein(other, &folded) < 2
        });
        close.extend(near.map(|(other, ..)| format!("{name} ({code}) and {other}")));
    }
    assert!(close.is_empty(), "{}", close.join("\n"));
}

#[test]
fn a_mark_of_doubt_or_a_conjunction_is_heard() {
    for text in ["Mali?", "Malí ?", "Mali (?)"] {
        let answer = resolver().resolve(text);
        assert_eq!(
            (answer.status, code_of(&answer)),
            (Status::Suggested, "MLI".to_owned())
        );
    }
    let answer = resolver().resolve("Congo and DRC");
    assert_eq!(answer.reason, Some(Refusal::SeveralStates), "{answer:?}");
    let answer = resolver().resolve("congolais (RDC)");
    assert_eq!(
        (answer.status, code_of(&answer)),
        (Status::Demonym, "COD".to_owned())
    );
}
