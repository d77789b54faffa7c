//! A power cut, and what is handed in before somebody comes with the passphrase.

use evidence::record::PersonRole;
use keep::act::Deposited;
use office::{Answer, Ask, Office, Purpose, Role};
use protect::vault::{Cost, Passphrase};

use crate::desk::{Node, by, noon, passphrase, person, random, read_with, sealed};

fn deposited(name: &str) -> Deposited {
    Deposited::Record {
        at_ms: noon(2).as_millisecond(),
        role: PersonRole::Victim,
        record: person(name, "XXA-0417", "female"),
    }
}

#[test]
fn a_locked_node_takes_deposits_and_nothing_else() {
    let node = Node::new();
    let (known, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let (path, caseworker) = (node.path(), node.caseworker);
    let folder = node.folder;
    // No `close`: the process is gone, as after a power cut.
    drop(node.office);

    let office = Office::open(&path, random).expect("opens locked");
    assert!(!office.status().expect("status").unlocked);
    let refused = read_with(&office, caseworker, known).expect_err("locked");
    assert_eq!(refused.code(), "node_locked");
    let key = office.deposit_key().expect("key");
    for name in ["Left Atnight", "Left Atdawn"] {
        let sealed = key.seal(&deposited(name), &mut random());
        office.deposit(sealed).expect("taken while locked");
    }
    let garbage = key.seal(
        &Deposited::Unread {
            at_ms: 0,
            bytes: b"<form>not finished".to_vec(),
        },
        &mut random(),
    );
    office.deposit(garbage).expect("kept as it came");
    let short = office.deposit(vec![1; 20]).expect_err("too short");
    assert_eq!(short.code(), "deposit_unfit");
    drop(office);

    let office = Office::open(&path, random).expect("opens");
    let wrong = Passphrase::new("four other words here").expect("long enough");
    assert_eq!(
        office.unlock(&wrong).expect_err("wrong").code(),
        "keyring_unopened"
    );
    office.unlock(&passphrase()).expect("unlocked");
    assert_eq!(office.status().expect("status").deposits_waiting, Some(3));
    let take = by(
        caseworker,
        Role::Caseworker,
        Purpose::Assistance,
        Ask::TakeDeposits,
    );
    let Answer::Deposits { taken, unread } = office.request(take).expect("taken in") else {
        panic!("no deposits");
    };
    assert_eq!((taken, unread), (2, 1));
    assert_eq!(
        read_with(&office, caseworker, known).expect("there").len(),
        1
    );
    let ask = Ask::SearchNames {
        words: sealed("left"),
        reason: sealed("they came at night"),
    };
    let search = by(caseworker, Role::Caseworker, Purpose::Assistance, ask);
    let Answer::Found(found) = office.request(search).expect("searched") else {
        panic!("nothing");
    };
    assert_eq!(found.len(), 2);
    let verified = office.verify().expect("verified");
    assert_eq!((verified.broken, verified.views_agree), (None, Some(true)));
    drop(folder);
}

#[test]
fn two_of_three_shares_open_a_node_whose_passphrase_is_lost() {
    let node = Node::new();
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let (path, caseworker) = (node.path(), node.caseworker);
    let printed: Vec<String> = node
        .founded
        .shares
        .iter()
        .map(ToString::to_string)
        .collect();
    drop(node.office);

    let shares: Vec<_> = [&printed[2], &printed[0]]
        .into_iter()
        .map(|share| share.parse().expect("as printed"))
        .collect();
    let fresh = Passphrase::new("another four plain words").expect("long enough");
    let office = Office::open(&path, random).expect("opens");
    let few = office
        .recover(&shares[..1], &fresh, Cost::TESTS)
        .expect_err("one share");
    assert_eq!(few.code(), "share_few");
    office
        .recover(&shares, &fresh, Cost::TESTS)
        .expect("recovered");
    assert_eq!(
        read_with(&office, caseworker, dossier)
            .expect("there")
            .len(),
        1
    );
    office.close().expect("closed");

    let office = Office::open(&path, random).expect("opens");
    assert_eq!(
        office.unlock(&passphrase()).expect_err("replaced").code(),
        "keyring_unopened"
    );
    office.unlock(&fresh).expect("the new one");
}

#[test]
fn an_erasure_takes_waiting_deposits_in_first_and_changes_the_key() {
    let node = Node::new();
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let key = node.office.deposit_key().expect("key");
    node.office
        .deposit(key.seal(&deposited("Left Atnight"), &mut random()))
        .expect("handed in");
    node.erase(dossier);
    assert_eq!(
        node.office.status().expect("status").deposits_waiting,
        Some(0)
    );
    let old = node
        .office
        .deposit(key.seal(&deposited("Left Late"), &mut random()))
        .expect_err("the key is gone");
    assert_eq!(old.code(), "deposit_key_changed");
    let key = node.office.deposit_key().expect("the new key");
    node.office
        .deposit(key.seal(&deposited("Left Late"), &mut random()))
        .expect("sealed again");
    let ask = Ask::SearchNames {
        words: sealed("left"),
        reason: sealed("who came"),
    };
    let search = by(node.caseworker, Role::Caseworker, Purpose::Assistance, ask);
    let Answer::Found(found) = node.office.request(search).expect("searched") else {
        panic!("nothing");
    };
    assert_eq!(found.len(), 1);
}
