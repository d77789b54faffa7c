//! A power cut, and what is handed in before somebody comes with the passphrase.

use evidence::record::{PersonRole, Value};
use keep::act::Deposited;
use office::{Answer, Ask, Office, Purpose, Role};
use protect::vault::{Cost, Passphrase};

use crate::desk::{Node, by, noon, passphrase, person, random, read_with, sealed};

pub(crate) fn deposited(name: &str) -> Deposited {
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
    let Answer::Deposits(taken) = office.request(take).expect("taken in") else {
        panic!("no deposits");
    };
    assert_eq!((taken.taken, taken.unread, taken.left), (2, 1, 0));
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

#[test]
fn what_is_handed_in_twice_is_entered_once_and_what_changed_corrects() {
    let node = Node::new();
    let hand_in = |deposited: &Deposited| {
        let key = node.office.deposit_key().expect("key");
        node.office
            .deposit(key.seal(deposited, &mut random()))
            .expect("handed in");
    };
    let take = || {
        let take = by(
            node.caseworker,
            Role::Caseworker,
            Purpose::Assistance,
            Ask::TakeDeposits,
        );
        match node.office.request(take).expect("taken in") {
            Answer::Deposits(taken) => taken,
            other => panic!("{other:?}"),
        }
    };
    let first = deposited("Left Atnight");
    hand_in(&first);
    hand_in(&first);
    let turn = take();
    assert_eq!((turn.taken, turn.left), (1, 1));
    let turn = take();
    assert_eq!((turn.taken, turn.repeated, turn.left), (0, 1, 0));

    let mut changed = first.clone();
    if let Deposited::Record { record, .. } = &mut changed {
        record.findings.push("the day was corrected".to_owned());
    }
    hand_in(&changed);
    assert_eq!(take().taken, 1);
    let ask = Ask::SearchNames {
        words: sealed("atnight"),
        reason: sealed("who came"),
    };
    let search = by(node.caseworker, Role::Caseworker, Purpose::Assistance, ask);
    let Answer::Found(found) = node.office.request(search).expect("searched") else {
        panic!("nothing");
    };
    assert_eq!(found.len(), 1);
    assert_eq!(node.read(found[0]).expect("read").len(), 2);
    node.erase(found[0]);
    hand_in(&changed);
    let turn = take();
    assert_eq!((turn.taken, turn.erased), (0, 1));
}

#[test]
fn what_is_no_record_outlives_the_key_that_it_was_sealed_to() {
    let node = Node::new();
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let key = node.office.deposit_key().expect("key");
    let typed = "<form><name>Half Typed</name";
    let deposited = Deposited::Unread {
        at_ms: 0,
        bytes: typed.as_bytes().to_vec(),
    };
    node.office
        .deposit(key.seal(&deposited, &mut random()))
        .expect("handed in");
    // The erasure takes it in first, and then destroys the key that it was sealed to.
    node.erase(dossier);
    let ask = Ask::ListDossiers {
        role: Some(PersonRole::Unstated),
        most: 10,
    };
    let list = by(node.caseworker, Role::Caseworker, Purpose::Assistance, ask);
    let Answer::Dossiers(listed) = node.office.request(list).expect("listed") else {
        panic!("no list");
    };
    assert_eq!(listed.len(), 1);
    let records = node.read(listed[0].dossier).expect("read");
    let kept = &records[0];
    assert_eq!(kept.answers[0].value, Value::Text(typed.to_owned()));
    assert_eq!(kept.findings.len(), 1);
}
