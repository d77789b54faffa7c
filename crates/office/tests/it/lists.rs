//! Hidden populations from the node's own lists: asked by a data manager, refused where too little
//! is there, and the same to the last bit as from a file.

use analyse::estimate::bootstrap::Resampling;
use analyse::estimate::{CaptureTable, InOrder, Method, Options, report};
use evidence::record::{PersonRole, Record};
use office::{
    Answer, Ask, ListsAsked, ListsEstimate, ListsUnfit, OfficeError, Plan, Purpose, Role,
};
use protect::Confidential;
use protect::capture::Told;
use rand_core::Rng;
use terms::cell::Cell;
use terms::id::{DossierId, StaffId};
use testkit::random::TestRandom;

use crate::desk::{Node, by, coded, person, sealed};

const BY: &str = "event.detected_by";
const LISTS: [&str; 3] = ["ngo", "police", "self"];

/// Somebody whom these lists hold, by a bit each.
fn on(concept: &str, history: usize, number: usize) -> Record {
    let mut record = person(&format!("Person {concept}{number}"), "XXA-0001", "female");
    let codes = LISTS.iter().enumerate();
    let codes = codes.filter(|(at, _)| history & 1 << at != 0);
    record
        .answers
        .extend(codes.map(|(_, code)| coded(concept, "detected_by", code)));
    record
}

/// Enters so many persons by history, the first count being of none.
fn enter(node: &Node, concept: &str, counts: [u64; 8]) -> Vec<DossierId> {
    let mut number = 0;
    let mut entered = Vec::new();
    for (history, count) in counts.into_iter().enumerate() {
        for _ in 0..count {
            number += 1;
            let record = on(concept, history, number);
            entered.push(node.enter(record).expect("in").0);
        }
    }
    entered
}

/// Whether some file below a folder holds these bytes.
fn holds(folder: &std::path::Path, wanted: &[u8]) -> bool {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .any(|path| {
            if path.is_dir() {
                return holds(&path, wanted);
            }
            let bytes = std::fs::read(&path).expect("a file");
            bytes.windows(wanted.len()).any(|part| part == wanted)
        })
}

fn asked(concept: &str, lists: &[&[&str]]) -> ListsAsked {
    let codes = |codes: &&[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    ListsAsked {
        concept: concept.to_owned(),
        role: PersonRole::Victim,
        lists: lists.iter().map(codes).collect(),
        plan: Plan::Chosen {
            name: "all".to_owned(),
            methods: Method::named("all").expect("all"),
            options: Box::new(options()),
        },
        reason: sealed("the yearly report"),
    }
}

fn options() -> Options {
    let mut options = Options {
        resampling: Resampling {
            replicates: 40,
            seed: 7,
        },
        ..Options::usual(7)
    };
    (options.latent.burn_in, options.latent.samples) = (50, 50);
    options
}

fn request(node: &Node, manager: StaffId, asked: ListsAsked) -> Result<Answer, OfficeError> {
    let ask = Ask::EstimateLists(Box::new(asked));
    let request = by(manager, Role::DataManager, Purpose::Statistics, ask);
    node.office.request(request)
}

fn estimated(node: &Node, manager: StaffId, asked: ListsAsked) -> ListsEstimate {
    match request(node, manager, asked).expect("found") {
        Answer::Captured(captured) => captured.estimated(&InOrder).expect("estimated"),
        other => panic!("{other:?}"),
    }
}

fn unfit(node: &Node, manager: StaffId, asked: ListsAsked) -> ListsUnfit {
    match request(node, manager, asked) {
        Err(OfficeError::ListsUnfit(unfit)) => unfit,
        other => panic!("{other:?}"),
    }
}

#[test]
fn from_a_file_and_from_the_node_the_answer_is_the_same_to_the_last_bit() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    let mut rng = TestRandom::new(11);
    for case in 0..4 {
        let concept = format!("by.{case}");
        let counts = [0, 1, 2, 3, 4, 5, 6, 7].map(|history: u64| match history {
            0 => 0,
            // Each list alone holds enough; what lists share may be nobody.
            1 | 2 | 4 => 8 + u64::from(rng.next_u32() % 5),
            3 => 5 + u64::from(rng.next_u32() % 3),
            _ => u64::from(rng.next_u32() % 6),
        });
        enter(&node, &concept, counts);
        let lists = LISTS.map(str::to_owned).to_vec();
        let table = CaptureTable::new(lists, counts.to_vec()).expect("a table");
        let methods = Method::named("all").expect("all");
        let file = report(&table, &methods, &options(), &InOrder).expect("an answer");
        let found = estimated(&node, manager, asked(&concept, &[]));
        let seen = found.seen.expose(&found.warrant);
        assert_eq!(seen.report.persons, file.persons);
        assert_eq!(seen.report.results.len(), file.results.len());
        let bits = |value: Option<f64>| value.map(f64::to_bits);
        let mut compared = 0;
        for (own, file) in seen.report.results.iter().zip(&file.results) {
            assert_eq!((own.method, &own.settings), (file.method, &file.settings));
            if own.is_withheld() {
                assert_eq!((own.estimate, own.lower, own.upper), (None, None, None));
                continue;
            }
            compared += 1;
            let numbers = [
                (own.estimate, file.estimate),
                (own.lower, file.lower),
                (own.upper, file.upper),
            ];
            for (own, file) in numbers {
                assert_eq!(bits(own), bits(file), "{concept}: {counts:?}");
            }
            assert_eq!(own.model, file.model);
        }
        assert!(compared >= 6, "{compared} of {counts:?}");
    }
}

#[test]
fn small_counts_are_told_as_classes_and_what_leaves_is_less() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    // Nobody is on the lists of police and of those who came by themselves.
    let dossiers = enter(&node, BY, [3, 14, 13, 7, 12, 6, 0, 0]);
    let found = estimated(&node, manager, asked(BY, &[]));
    let seen = found.seen.expose(&found.warrant);
    assert_eq!(seen.margins.persons, 52);
    assert_eq!(seen.margins.pair(1, 2), Some(Told::Few));
    let said = format!("{:?}", seen.report);
    assert!(!said.contains("share nobody."), "{said}");
    assert_eq!(seen.report.headline.method, Some("stepwise"));
    assert!(seen.report.empty_pairs.is_empty() && seen.report.list_totals.is_empty());
    assert!(seen.report.results.iter().all(|one| one.aic.is_none()));
    let codes: Vec<&str> = seen.report.caveats.iter().map(|one| one.code).collect();
    assert!(codes.contains(&"few-shared") && !codes.contains(&"empty-pairs"));

    let released = found.released();
    assert!(released.audience().code().starts_with("party:"));
    let value = released.value();
    assert_eq!(value.persons, Cell::Rounded { base: 5, value: 50 });
    for answer in &value.answers {
        for number in [answer.estimate, answer.lower, answer.upper]
            .into_iter()
            .flatten()
        {
            assert!((number / 10.0).fract().abs() < 1e-9, "{answer:?}");
        }
    }

    // A person who is erased is on no list any more, and the table is another.
    node.erase(dossiers[3]);
    let again = estimated(&node, manager, asked(BY, &[]));
    assert_eq!(again.seen.expose(&again.warrant).margins.persons, 51);
    // Lists that are named; a code that holds few is left out only where none is.
    let merged = estimated(&node, manager, asked(BY, &[&["ngo"], &["police", "self"]]));
    assert_eq!(merged.by.names(), ["ngo", "police+self"]);
    let codes = |one: &ListsEstimate| {
        let seen = one.seen.expose(&one.warrant);
        let mut own = seen.report.caveats.iter();
        own.any(|caveat| caveat.code == "two-lists")
    };
    assert!(codes(&merged) && !codes(&again));
}

#[test]
fn the_act_keeps_who_by_what_and_how_and_no_count() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    enter(&node, BY, [0, 14, 13, 7, 12, 6, 5, 5]);
    let captured = match request(&node, manager, asked(BY, &[])).expect("found") {
        Answer::Captured(captured) => captured,
        other => panic!("{other:?}"),
    };
    let said = format!("{captured:?}");
    assert!(said.contains("table: Confidential"), "{said}");
    let found = captured.estimated(&InOrder).expect("estimated");
    let said = format!("{found:?}");
    assert!(said.contains("seen: Confidential") && said.contains("found: Confidential"));
    assert!(
        !said.contains("persons") && !said.contains("counts"),
        "{said}"
    );
    let ask = Ask::ReadLog {
        dossier: None,
        after: found.warrant.act() - 1,
        most: 1,
    };
    let log = by(node.overseer, Role::Overseer, Purpose::Oversight, ask);
    match node.office.request(log).expect("the log") {
        Answer::Log(lines) => {
            assert_eq!(lines[0].kind, "ListsEstimated");
            assert_eq!(lines[0].actor, Some(manager));
            assert_eq!(lines[0].purpose, "statistics");
        }
        other => panic!("{other:?}"),
    }
    // Under the node's folder nothing lies in clear: neither the concept nor the reason.
    for planted in [BY.as_bytes(), b"yearly report", b"ListsEstimated"] {
        assert!(!holds(&node.path(), planted), "{planted:?}");
    }
}

#[test]
fn too_little_is_refused_in_words_that_tell_no_count() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    assert_eq!(
        unfit(&node, manager, asked("nothing.says_it", &[])).code(),
        "lists_too_few"
    );
    enter(&node, "by.few", [0, 6, 5, 5, 0, 0, 0, 0]);
    assert_eq!(
        unfit(&node, manager, asked("by.few", &[])),
        ListsUnfit::PersonsFew
    );
    enter(&node, "by.apart", [0, 12, 12, 4, 2, 0, 0, 0]);
    let refused = unfit(&node, manager, asked("by.apart", &[]));
    assert_eq!(refused, ListsUnfit::OverlapSmall { least: 5 });
    let refused = unfit(&node, manager, asked("by.apart", &[&["ngo"], &["self"]]));
    let list = "self".to_owned();
    assert_eq!(refused, ListsUnfit::ListSmall { list, least: 5 });
    // A refusal that tells something is an act too.
    let ask = Ask::ReadOwnLog {
        before: u64::MAX >> 1,
        most: 1,
    };
    let own = by(manager, Role::DataManager, Purpose::Statistics, ask);
    match node.office.request(own).expect("the log") {
        Answer::Log(lines) => assert_eq!(lines[0].cause.as_deref(), Some("list_small")),
        other => panic!("{other:?}"),
    }
    for (concept, lists) in [
        ("Person One", &[][..]),
        ("by.apart", &[&["ngo"][..], &["ngo"][..]][..]),
        ("by.apart", &[&["a name"][..]][..]),
    ] {
        let refused = unfit(&node, manager, asked(concept, lists));
        assert_eq!(refused.code(), "lists_unfit");
        assert!(!refused.to_string().contains("name"), "{refused}");
    }
    let silent = ListsAsked {
        reason: Confidential::seal(" ".to_owned()),
        ..asked("by.apart", &[])
    };
    let refused = request(&node, manager, silent).expect_err("no reason");
    assert_eq!(refused.code(), "reason_missing");
}

#[test]
fn whoever_asks_too_often_waits() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    enter(&node, BY, [0, 9, 8, 6, 0, 0, 0, 0]);
    let most = office::limits::LISTS.most;
    for _ in 0..most {
        request(&node, manager, asked(BY, &[])).expect("found");
    }
    let refused = request(&node, manager, asked(BY, &[])).expect_err("too often");
    assert_eq!(refused.code(), "limit_reached");
}
