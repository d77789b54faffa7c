//! A founding that does not come to its end, and leftovers of other work that did not.

use std::sync::atomic::{AtomicBool, Ordering};

use office::{Answer, Ask, Founding, Office, OfficeError, Purpose, Role, has_vault};
use protect::vault::Cost;
use tempfile::TempDir;

use crate::desk::{Node, by, noon, passphrase, person, random, sealed};

fn found(path: &std::path::Path) -> Result<Office, OfficeError> {
    let passphrase = passphrase();
    let founding = Founding {
        passphrase: &passphrase,
        cost: Cost::TESTS,
        shares: (2, 3),
        administrator: sealed("Ada Ministrator"),
        sign_in: None,
        at: noon(0),
    };
    Office::found(path, founding, &mut random(), random).map(|(office, _)| office)
}

#[test]
fn an_interrupted_founding_is_no_vault_and_can_be_begun_again() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("node");
    std::fs::create_dir(&path).expect("a folder");
    drop(found(&path).expect("a node"));
    assert!(has_vault(&path));
    let again = found(&path).expect_err("there is one").code();
    assert_eq!(again, "folder_not_empty");

    // As it lies there when the power goes before the end.
    std::fs::write(path.join("founding"), b"").expect("a file");
    assert!(!has_vault(&path));
    let refused = Office::open(&path, random).expect_err("no vault");
    assert_eq!(refused.code(), "vault_missing");
    let office = found(&path).expect("founded anew");
    assert!(has_vault(&path));
    assert_eq!(office.status().expect("status").acts, 2);
    drop(office);

    // A journal whose keyring is gone is somebody's evidence, and no beginning.
    std::fs::remove_dir_all(path.join("keyring")).expect("removed");
    let refused = found(&path).expect_err("a journal is there");
    assert_eq!(refused.code(), "folder_not_empty");
    assert!(path.join("journal/journal.sqlite").exists());
}

#[test]
fn what_an_interrupted_import_left_is_swept_and_what_is_named_stays() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    let template = by(
        manager,
        Role::DataManager,
        Purpose::Statistics,
        Ask::TakeDeposits,
    );
    let file = vec![protect::Confidential::seal(person(
        "Imre Ported",
        "XXA-0001",
        "male",
    ))];
    let role = evidence::record::PersonRole::Migrant;
    node.office.import(&template, role, file).expect("imported");
    let blobs = node.path().join("blobs");
    let left = keep::blobs::Blobs::open(&blobs).expect("opened");
    left.put(b"sealed, and named by no act").expect("put");
    assert_eq!(left.list().expect("listed").len(), 2);
    drop(left);
    std::fs::write(blobs.join("staging/begun"), b"sealed").expect("a file");

    node.office.lock().expect("locked");
    node.office.unlock(&passphrase()).expect("unlocked");
    let left = keep::blobs::Blobs::open(&blobs).expect("opened");
    assert_eq!(left.list().expect("listed").len(), 1);
    assert!(!blobs.join("staging/begun").exists());
    let verified = node.office.verify().expect("verified");
    assert_eq!((verified.broken, verified.views_agree), (None, Some(true)));
}

/// Whoever reads comes in one batch with whoever writes, and finds what was written before.
#[test]
fn what_comes_in_one_batch_with_a_reader_is_found_by_it() {
    let node = Node::new();
    let office = &node.office;
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let node = &node;
            // One person searches no more than sixty times in an hour.
            let coordinator = node.add(&format!("Cora {thread}"), Role::Coordinator);
            scope.spawn(move || {
                for number in 0..25 {
                    let name = format!("Person{thread} Number{number}");
                    let (dossier, _) = node.enter(person(&name, "XXA-0001", "male")).expect("in");
                    let key = office.deposit_key().expect("key");
                    let deposited = crate::locked::deposited(&format!("Left {name}"));
                    office
                        .deposit(key.seal(&deposited, &mut random()))
                        .expect("handed in");
                    let take = by(
                        node.caseworker,
                        Role::Caseworker,
                        Purpose::Assistance,
                        Ask::TakeDeposits,
                    );
                    office.request(take).expect("taken in");
                    assert_eq!(node.read(dossier).expect("read").len(), 1);
                    let ask = Ask::SearchNames {
                        words: sealed(&name),
                        reason: sealed("she is at the gate"),
                    };
                    let search = by(coordinator, Role::Coordinator, Purpose::Assistance, ask);
                    let Answer::Found(found) = office.request(search).expect("searched") else {
                        panic!("nothing");
                    };
                    assert!(!found.is_empty(), "{name} is not found");
                }
            });
        }
    });
    let verified = office.verify().expect("verified");
    assert_eq!((verified.broken, verified.views_agree), (None, Some(true)));
}

#[test]
fn unlocking_twice_keeps_the_views_on_the_disk() {
    let node = Node::new();
    node.office.unlock(&passphrase()).expect("once more");
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    // An answer does not wait for the views; the next question does.
    node.office.status().expect("a question");
    let path = node.path().join("views/views.sqlite-wal");
    assert!(path.metadata().expect("in use").len() > 0);
    assert_eq!(node.read(dossier).expect("read").len(), 1);
}

/// The passphrase is stretched outside of the writer's thread; keys that are made and destroyed
/// meanwhile are there all the same.
#[test]
fn an_unlocking_during_other_work_does_not_fall_behind() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    let over = AtomicBool::new(false);
    let is_over = || over.load(Ordering::Relaxed);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let unlocked = (0..25).try_for_each(|_| node.office.unlock(&passphrase()));
            over.store(true, Ordering::Relaxed);
            unlocked.expect("unlocked again");
        });
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over() {
                    // A block of keys ends each time.
                    let ask = Ask::BeginImport { persons: 1_024 };
                    let begun = by(manager, Role::DataManager, Purpose::Statistics, ask);
                    if node.office.request(begun).is_err() {
                        return;
                    }
                }
            });
        }
        let mut number = 0;
        while !is_over() {
            number += 1;
            let name = format!("Person Number{number}");
            let (dossier, _) = node.enter(person(&name, "XXA-0001", "male")).expect("in");
            if number % 3 == 0 {
                node.erase(dossier);
            } else {
                assert_eq!(node.read(dossier).expect("read").len(), 1);
            }
        }
    });
    let verified = node.office.verify().expect("verified");
    assert_eq!((verified.broken, verified.views_agree), (None, Some(true)));
}

/// Two processes on one folder: one verifies while the other enters records and makes keys. What
/// the first takes in is what the journal says, never a record whose key it had not seen yet.
#[test]
fn a_verification_beside_another_process_sees_what_is_there() {
    let node = Node::new();
    let manager = node.add("Dana Manager", Role::DataManager);
    let other = office::Office::open(&node.path(), crate::desk::random).expect("opens");
    other.unlock(&passphrase()).expect("unlocked");
    std::thread::scope(|scope| {
        let verifying = scope.spawn(|| {
            for _ in 0..20 {
                let verified = other.verify().expect("verified");
                assert_eq!((verified.broken, verified.views_agree), (None, Some(true)));
            }
        });
        let mut number = 0;
        while !verifying.is_finished() {
            number += 1;
            let name = format!("Person Number{number}");
            node.enter(person(&name, "XXA-0001", "male")).expect("in");
            let ask = Ask::BeginImport { persons: 1_000 };
            let begun = by(manager, Role::DataManager, Purpose::Statistics, ask);
            node.office.request(begun).expect("put aside");
        }
    });
    let verified = other.verify().expect("verified");
    assert_eq!((verified.broken, verified.views_agree), (None, Some(true)));
}
