mod door;
mod lists;
mod maps;
mod release;
mod story;

use evidence::record::PersonRole;
use proptest::prelude::*;
use terms::id::{ErasureId, HoldId, StaffId};
use testkit::random::TestRandom;

use super::*;
use crate::act::Deed;
use crate::act::schema::{
    DepositTaken, ErasureConfirmed, ErasureDone, ErasureRequested, HoldLifted, HoldPlaced,
    KeyringSaved, NamesSearched, RetentionSet, StaffEnded,
};
use story::{
    AGENCY, NODE, OFFICER, OVERSEER, SHELTER, START_MS, Step, Story, apply, dossier, every_kind,
    founded, record,
};

fn key(seed: u64) -> vault::Key<vault::Views> {
    vault::Key::random(&mut TestRandom::new(seed))
}

fn told() -> Views {
    let views = Views::in_memory().unwrap();
    every_kind().tell(&views);
    views
}

#[test]
fn staff_and_the_node_are_known() {
    let empty = Views::in_memory().unwrap();
    assert_eq!(empty.node().unwrap(), None);
    assert_eq!(empty.head().unwrap(), (0, Hash::NONE));
    assert_eq!(empty.next_key().unwrap(), 0);
    let views = told();
    assert_eq!(views.node().unwrap(), Some((NODE, AGENCY)));
    let officer = Staff {
        staff: OFFICER,
        roles: vec!["officer".to_owned(), "both".to_owned()],
        key: 100,
        agency: AGENCY,
        supervisor: None,
        signs_in: false,
        suspended: false,
        added_act: 2,
        active: true,
    };
    let overseer = Staff {
        staff: OVERSEER,
        roles: vec!["overseer".to_owned(), "both".to_owned()],
        key: 101,
        agency: AGENCY,
        supervisor: None,
        signs_in: false,
        suspended: false,
        added_act: 3,
        active: false,
    };
    assert_eq!(views.staff(OFFICER).unwrap(), Some(officer.clone()));
    assert_eq!(views.staff(StaffId([0; 16])).unwrap(), None);
    assert_eq!(views.all_staff().unwrap()[..2], [officer, overseer]);
    assert_eq!(views.next_key().unwrap(), 205, "those put aside included");
}

#[test]
fn dossiers_are_known_with_their_custodian_and_state() {
    let views = told();
    let one = views.dossier(dossier(1)).unwrap().unwrap();
    assert_eq!((one.role, one.custodian), (PersonRole::Victim, AGENCY));
    assert_eq!((one.key, one.state), (1, DossierState::Open));
    assert_eq!(one.last_ms, START_MS + 11, "its last record");
    let two = views.dossier(dossier(2)).unwrap().unwrap();
    assert_eq!((two.custodian, two.state), (SHELTER, DossierState::Open));
    let three = views.dossier(dossier(3)).unwrap().unwrap();
    assert_eq!(three.state, DossierState::Erased);
    assert_eq!(views.dossier(dossier(4)).unwrap(), None);
    assert_eq!(views.dossier_numbers().unwrap(), (4, 2));
    let nine = views.dossier(dossier(9)).unwrap().unwrap();
    let newest = |agency, role, most| views.newest_dossiers(agency, None, role, most).unwrap();
    let own = newest(AGENCY, None, 10);
    assert_eq!(own, [one.clone(), nine]);
    assert_eq!(newest(SHELTER, None, 10), std::slice::from_ref(&two));
    assert_eq!(newest(AGENCY, None, 1), own[..1]);
    let victims = newest(AGENCY, Some(PersonRole::Victim), 9);
    assert!(
        victims
            .iter()
            .all(|dossier| dossier.role == PersonRole::Victim)
    );
    assert_eq!(views.erasures_unfinished().unwrap(), []);
    let older = |role, ms| views.dossiers_older(role, START_MS + ms).unwrap();
    assert_eq!(older(PersonRole::Victim, 12), [dossier(1)]);
    assert_eq!(older(PersonRole::Victim, 11), []);
    assert_eq!(older(PersonRole::Suspect, 1_000), [dossier(2)]);
}

#[test]
fn records_and_marks_are_found() {
    let views = told();
    let place = |number: u8, of: u8, entered_act, replaced| RecordPlace {
        record: record(number),
        dossier: dossier(of),
        entered_act,
        chunk: None,
        replaced,
    };
    let (first, second) = (place(1, 1, 8, true), place(4, 1, 11, false));
    assert_eq!(views.record(record(1)).unwrap(), Some(first.clone()));
    assert_eq!(views.records(dossier(1)).unwrap(), [first, second]);
    let imported = views.record(record(9)).unwrap().unwrap();
    let chunk = ChunkPlace {
        chunk: [0xcc; 32],
        position: 100,
        length: 100,
    };
    assert_eq!(imported.chunk, Some(chunk));
    assert_eq!(views.record(record(5)).unwrap(), None);
    // The marks of an erased dossier stay.
    assert_eq!(views.marked(&[3; 32]).unwrap(), Some(dossier(3)));
    assert_eq!(views.marked(&[5; 32]).unwrap(), None);
    assert_eq!(views.marks(dossier(1)).unwrap(), [[1; 32], [4; 32]]);
}

#[test]
fn what_waits_and_what_is_kept_is_listed() {
    let views = told();
    let waiting = views.deposits_waiting().unwrap();
    assert_eq!(waiting, [DepositWaiting { act: 16 }]);
    let hold = HoldId([1; 16]);
    assert_eq!(views.holds(dossier(1)).unwrap(), [hold]);
    assert_eq!(views.holds(dossier(2)).unwrap(), []);
    assert_eq!(views.hold(hold).unwrap(), Some(dossier(1)));
    assert_eq!(views.hold(HoldId([2; 16])).unwrap(), None, "lifted");
    let erasure = |number: u8, of: u8, confirmed| Erasure {
        erasure: ErasureId([number; 16]),
        dossier: dossier(of),
        ground: "objection".to_owned(),
        requested_by: Some(OFFICER),
        confirmed,
    };
    let done = views.erasure(ErasureId([1; 16])).unwrap();
    assert_eq!(done, Some(erasure(1, 3, true)));
    assert_eq!(views.erasure(ErasureId([9; 16])).unwrap(), None);
    assert_eq!(views.erasures_waiting().unwrap(), [erasure(2, 2, false)]);
    let saved = views.saved_keyrings().unwrap();
    assert_eq!((saved.len(), saved[0].epoch), (1, 2));
    assert_eq!(saved[0].place, "safe");
    let retention = Retention {
        role: PersonRole::Victim,
        days: None,
    };
    assert_eq!(views.retention().unwrap(), [retention]);
    let figures = views.figures().unwrap();
    assert_eq!((figures.len(), figures[0].up_to_act), (1, 10));
    assert_eq!(figures[0].concepts, ["sex"]);
    assert_eq!(figures[0].cells[&vec!["female".to_owned()]], 2);
}

#[test]
fn the_log_has_a_line_for_each_act() {
    let (story, views) = (every_kind(), told());
    let lines = views.log_lines(None, 0, 1_000).unwrap();
    let logged = story.steps.iter().filter(|(_, step)| {
        let inside_an_import = matches!(step, Step::Act(_, _, Some(_)));
        !inside_an_import && !matches!(step, Step::Deposit)
    });
    assert_eq!(lines.len(), logged.count());
    assert_eq!(lines[0].kind, "NodeFounded");
    let of_one = views.log_lines(Some(dossier(1)), 0, 1_000).unwrap();
    let kinds: Vec<_> = of_one.iter().map(|line| line.kind.as_str()).collect();
    let expected = [
        "DossierOpened",
        "RecordEntered",
        "RecordEntered",
        "DossierRead",
        "HoldPlaced",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(of_one[3].actor, Some(OFFICER));
    assert_eq!(of_one[3].at_ms, START_MS + 12);
    let page = views.log_lines(None, lines[1].act, 2).unwrap();
    assert_eq!(page, lines[2..4]);
    let erased = views.log_lines(Some(dossier(3)), 0, 1_000).unwrap();
    assert_eq!(erased.last().unwrap().kind, "ErasureDone");
}

#[test]
fn counts_stand_as_of_an_act_and_say_how_many_were_erased_since() {
    let views = told();
    let by = |concepts: &[&str], up_to| {
        let concepts: Vec<_> = concepts.iter().map(|one| (*one).to_owned()).collect();
        let counted = views.count(&concepts, up_to).unwrap();
        let flat = |(codes, count): (Vec<String>, u64)| (codes.join("/"), count);
        counted.into_iter().map(flat).collect::<Vec<_>>()
    };
    let cells = |cells: &[(&str, u64)]| -> Vec<(String, u64)> {
        let owned = cells
            .iter()
            .map(|(code, count)| ((*code).to_owned(), *count));
        owned.collect()
    };
    // Act 8 to 11: records 1, 2, 3 (erased later), and 4, which corrects 1.
    assert_eq!(by(&["sex"], 7), []);
    assert_eq!(by(&["sex"], 8), cells(&[("female", 1)]));
    assert_eq!(by(&["sex"], 10), cells(&[("female", 1), ("male", 1)]));
    assert_eq!(by(&["sex"], 11), cells(&[("male", 2)]));
    let two = by(&["form", "sex"], 1_000);
    assert_eq!(two, cells(&[("/male", 2), ("labour/male", 1)]));
    assert_eq!(by(&[], 1_000), cells(&[("", 3)]));
    let erasures = views.log_lines(Some(dossier(3)), 0, 100).unwrap();
    let act = erasures.iter().find(|line| line.kind == "ErasureConfirmed");
    let confirmed = act.unwrap().act;
    let since = |up_to, kept| views.erased_since(up_to, kept).unwrap();
    assert_eq!(since(10, confirmed - 1), 1);
    assert_eq!(since(10, confirmed), 0, "it was not counted any more");
    assert_eq!(since(9, 1), 0, "it was not there yet");
    assert_eq!(views.count(&[], 10).unwrap()[&vec![]] + since(10, 10), 3);
}

#[test]
fn rebuilt_views_are_the_same_with_and_without_what_is_erased() {
    let story = every_kind();
    assert_eq!(story.erased(), [dossier(3), dossier(6)]);
    let digest = told().digest().unwrap();
    assert_eq!(story.digest(), digest);
    assert_eq!(story.without_erased().digest(), digest);
    // The digest does see what it should.
    let mut other = story.clone();
    other.did(NamesSearched {
        key: None,
        count: 2,
        found: Vec::new(),
    });
    assert_ne!(other.digest(), digest);
    let mut other = story;
    for (_, step) in &mut other.steps {
        if let Step::Act(act, inside, _) = step
            && matches!(&act.deed, Deed::RecordEntered(entered) if entered.dossier == dossier(1))
        {
            *inside = None;
        }
    }
    assert_ne!(other.digest(), digest);
}

#[test]
fn a_whole_journal_taken_in_at_once_gives_the_same_tables_and_indexes() {
    let schema = |views: &Views| -> Vec<String> {
        let statement = "SELECT name FROM sqlite_schema ORDER BY name";
        let mut statement = views.connection.prepare(statement).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let (one_by_one, whole) = (told(), Views::in_memory().unwrap());
    let empty = (schema(&whole), whole.digest().unwrap());
    assert_eq!(schema(&one_by_one), empty.0);
    // Begun and taken back, as after a failure.
    whole.begin().unwrap();
    whole.begin_whole().unwrap();
    assert_ne!(schema(&whole), empty.0);
    every_kind().tell(&whole);
    whole.roll_back().unwrap();
    assert_eq!((schema(&whole), whole.digest().unwrap()), empty);
    whole.begin().unwrap();
    whole.begin_whole().unwrap();
    every_kind().tell(&whole);
    whole.end_whole().unwrap();
    whole.commit().unwrap();
    assert_eq!(schema(&whole), empty.0);
    assert_eq!(whole.digest().unwrap(), one_by_one.digest().unwrap());
}

#[test]
fn what_is_taken_back_leaves_nothing() {
    let views = told();
    let digest = views.digest().unwrap();
    let more = {
        let mut story = every_kind();
        let told = story.steps.len();
        story.open(7, PersonRole::Witness, None);
        story.enter((7, 7), Some(4), &[("sex", "male")]);
        story.steps.split_off(told)
    };
    views.begin().unwrap();
    apply(&views, &more);
    assert_ne!(views.digest().unwrap(), digest);
    views.roll_back().unwrap();
    assert_eq!(views.digest().unwrap(), digest);
    views.roll_back().unwrap();

    // Back to a mark: what came before it in the transaction stays.
    views.begin().unwrap();
    views.set_mark().unwrap();
    apply(&views, &more[..1]);
    let one = views.digest().unwrap();
    views.set_mark().unwrap();
    apply(&views, &more[1..]);
    views.back_to_mark().unwrap();
    assert_eq!(views.digest().unwrap(), one);
    views.set_mark().unwrap();
    views.back_to_mark().unwrap();
    views.commit().unwrap();
    assert_eq!(views.digest().unwrap(), one);
}

#[test]
fn views_closed_well_are_kept_and_all_others_made_anew() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("views");
    let story = every_kind();
    let open = |seed| Views::open(&folder, &key(seed)).unwrap();
    let head_of = |views: &Views| views.head().unwrap().0;
    let views = open(1);
    assert!(views.is_kept());
    story.tell(&views);
    let digest = views.digest().unwrap();
    views.close().unwrap();
    let views = open(1);
    assert_eq!(
        (head_of(&views), views.digest().unwrap()),
        (story.next() - 1, digest)
    );
    // Dropped, as by a crash.
    drop(views);
    let views = open(1);
    assert_eq!(head_of(&views), 0);
    story.tell(&views);
    views.close().unwrap();
    // Another key.
    let views = open(2);
    assert_eq!(head_of(&views), 0);
    story.tell(&views);
    assert_eq!(views.digest().unwrap(), digest);
    // Another format.
    views.set("format", FORMAT - 1).unwrap();
    views.close().unwrap();
    let views = open(2);
    assert_eq!(head_of(&views), 0);
    story.tell(&views);
    views.close().unwrap();
    // Damaged.
    for damage in [0, 5_000] {
        let file = folder.join(FILE);
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[damage] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let views = open(2);
        if head_of(&views) != 0 {
            // A page that is read later only: it is then refused, not misread.
            assert!(views.digest().is_err());
            drop(views);
            assert_eq!(head_of(&open(2)), 0);
        }
        let views = open(2);
        story.tell(&views);
        views.close().unwrap();
    }
}

#[test]
fn a_second_process_has_views_in_memory() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("views");
    let story = every_kind();
    let first = Views::open(&folder, &key(1)).unwrap();
    story.tell(&first);
    let second = Views::open(&folder, &key(1)).unwrap();
    assert!(first.is_kept() && !second.is_kept());
    assert_eq!(second.head().unwrap(), (0, Hash::NONE));
    story.tell(&second);
    let digest = first.digest().unwrap();
    assert_eq!(second.digest().unwrap(), digest);
    second.close().unwrap();
    first.close().unwrap();
    let third = Views::open(&folder, &key(1)).unwrap();
    assert!(third.is_kept());
    assert_eq!(third.digest().unwrap(), digest);
}

/// What is planted is found in views that are not encrypted, so the search can find it.
#[test]
fn the_file_says_nothing() {
    let planted: [&[u8]; 8] = [
        b"female",
        b"labour",
        b"overseer",
        b"protection",
        b"objection",
        b"attic",
        b"RecordEntered",
        &dossier(1).0,
    ];
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|one| one == part);
    let scratch = tempfile::tempdir().unwrap();
    let clear = scratch.path().join("clear.sqlite");
    let views = told();
    views
        .connection
        .execute("VACUUM INTO ?1", [clear.to_str().unwrap()])
        .unwrap();
    let clear = std::fs::read(clear).unwrap();
    assert!(planted.iter().all(|part| holds(&clear, part)));
    assert!(!holds(&clear, b"Quillfeather"), "a name is in no view");

    let folder = scratch.path().join("views");
    let views = Views::open(&folder, &key(1)).unwrap();
    views.begin().unwrap();
    every_kind().tell(&views);
    views.commit().unwrap();
    let search = |expected: &[&str]| {
        let mut seen = Vec::new();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.starts_with(b"SQLite format 3"), "{path:?}");
            for part in planted.into_iter().chain([b"Quillfeather".as_slice()]) {
                assert!(!holds(&bytes, part), "{part:?} in {path:?}");
            }
            assert!(!holds(&bytes, key(1).expose_bytes()), "{path:?}");
            if !bytes.is_empty() {
                seen.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
        seen.sort();
        assert_eq!(seen, expected);
    };
    let wal = "views.sqlite-wal";
    search(&[FILE, "views.sqlite-shm", wal]);
    views.close().unwrap();
    search(&[FILE]);
}

/// What somebody may do next; numbers are taken modulo what there is.
#[derive(Debug, Clone, Copy)]
struct Choice {
    kind: u8,
    which: u8,
    code: u8,
}

fn choice() -> impl Strategy<Value = Choice> {
    (0_u8..20, any::<u8>(), 0_u8..3).prop_map(|(kind, which, code)| Choice { kind, which, code })
}

fn of_the_node(story: &mut Story, number: u8, choice: Choice, code: &str) {
    match choice.kind {
        11 => {
            let place = code.to_owned();
            let epoch = u32::from(number);
            story.did(KeyringSaved { epoch, place });
        }
        12 => {
            let days = (choice.code > 0).then_some(u32::from(choice.which));
            let role = PersonRole::ALL[usize::from(choice.which) % 5];
            story.did(RetentionSet { role, days });
        }
        _ => {
            story.did(StaffEnded { staff: OVERSEER });
        }
    }
}

/// A story in which each thing is done only when it can be.
fn story_of(choices: &[Choice]) -> Story {
    let mut story = founded();
    let mut open: Vec<u8> = Vec::new();
    let mut confirmed: Vec<u8> = Vec::new();
    let mut deposits: Vec<u64> = Vec::new();
    for (number, choice) in (0_u8..).zip(choices) {
        let code = ["one", "two", "three"][usize::from(choice.code)];
        let pick = |from: &[u8]| {
            from.get(usize::from(choice.which) % from.len().max(1))
                .copied()
        };
        match (choice.kind, pick(&open)) {
            (0 | 1, _) | (2..=6, None) => {
                let role = PersonRole::ALL[usize::from(choice.which) % 5];
                story.open(number, role, (choice.code == 0).then_some(SHELTER));
                open.push(number);
            }
            (2..=4, Some(of)) => {
                let replaces = (choice.code == 2).then(|| number.saturating_sub(1));
                story.enter((of, number), replaces, &[("sex", code)]);
            }
            (5, Some(of)) => {
                let erasure = ErasureId([of; 16]);
                let dossier = dossier(of);
                story.did(ErasureRequested {
                    erasure,
                    dossier,
                    ground: code.to_owned(),
                });
                story.did(ErasureConfirmed { erasure, dossier });
                open.retain(|one| *one != of);
                confirmed.push(of);
            }
            (6, Some(of)) => {
                let hold = HoldId([number; 16]);
                let dossier = dossier(of);
                story.did(HoldPlaced { hold, dossier });
                if choice.code == 0 {
                    story.did(HoldLifted { hold, dossier });
                }
            }
            (7 | 8, _) => {
                if let Some(of) = confirmed.pop() {
                    story.did(ErasureDone {
                        dossier: dossier(of),
                        epoch: u32::from(number),
                    });
                }
            }
            (9, _) => deposits.push(story.deposit()),
            (10, _) => {
                if let Some(deposit) = deposits.pop() {
                    let record = (choice.code == 0).then(|| record(choice.which));
                    story.did(DepositTaken { deposit, record });
                }
            }
            (11..=13, _) => of_the_node(&mut story, number, *choice, code),
            (kind, _) => door::happens(&mut story, number, (kind - 14, choice.which, choice.code)),
        }
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn in_one_go_and_in_batches_it_comes_to_the_same(
        choices in proptest::collection::vec(choice(), 0..120),
        sizes in proptest::collection::vec((1_usize..12, any::<bool>()), 1..20),
        reopen in any::<bool>(),
    ) {
        let story = story_of(&choices);
        let digest = story.digest();
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("views");
        let mut views = Views::open(&folder, &key(1)).unwrap();
        let mut rest = story.steps.as_slice();
        for (size, taken_back) in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, behind) = rest.split_at((*size).min(rest.len()));
            views.begin().unwrap();
            apply(&views, batch);
            if *taken_back {
                views.roll_back().unwrap();
                views.begin().unwrap();
                apply(&views, batch);
            }
            views.commit().unwrap();
            if reopen && batch.len() > 8 {
                views.close().unwrap();
                views = Views::open(&folder, &key(1)).unwrap();
            }
            rest = behind;
        }
        prop_assert_eq!(views.digest().unwrap(), digest);
        prop_assert_eq!(story.without_erased().digest(), digest);
        // As a journal is taken in whole, with and without the keys of those who are erased.
        for told in [&story, &story.without_erased()] {
            let whole = Views::in_memory().unwrap();
            whole.begin().unwrap();
            whole.begin_whole().unwrap();
            told.tell(&whole);
            whole.end_whole().unwrap();
            whole.commit().unwrap();
            prop_assert_eq!(whole.digest().unwrap(), digest);
        }
    }
}
