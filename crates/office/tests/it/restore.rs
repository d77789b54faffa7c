//! The laptop is lost; the backup is not.

use office::{Office, Opening};
use protect::vault::{Cost, Passphrase};

use crate::desk::{Node, noon, passphrase, person, random, read_with};

#[test]
fn a_backup_from_before_an_erasure_does_not_bring_the_person_back() {
    let node = Node::new();
    let erased = person("Zofia Quill", "XXA-0417", "female");
    let (dossier, _) = node.enter(erased.clone()).expect("in");
    let (control, _) = node
        .enter(person("Marta Plain", "XXA-0001", "female"))
        .expect("in");
    let backup = node.folder.path().join("backup");
    let keys = node.folder.path().join("backup.keyring");
    node.office
        .back_up(&backup, &keys, noon(3))
        .expect("backed up");
    node.erase(dossier);
    assert_eq!(node.office.outdated_keyrings().expect("listed").len(), 1);
    assert!(
        node.office
            .renew_keyrings(noon(4))
            .expect("renewed")
            .is_empty()
    );
    assert!(node.office.outdated_keyrings().expect("listed").is_empty());
    node.office.close().expect("closed");

    let again = node.folder.path().join("again");
    let passphrase = passphrase();
    let opening = Opening::Passphrase(&passphrase);
    let restored =
        Office::restore(&backup, &keys, &again, &opening, noon(5), random).expect("restored");
    assert_eq!(restored.incarnation, 2);
    assert_eq!(restored.verified.views_agree, Some(true));
    let office = Office::open(&again, random).expect("opens");
    office.unlock(&passphrase).expect("unlocked");
    assert_eq!(
        read_with(&office, node.caseworker, control)
            .expect("there")
            .len(),
        1
    );
    let gone = read_with(&office, node.caseworker, dossier).expect_err("erased");
    assert_eq!(gone.code(), "dossier_erased");
    assert_eq!(office.status().expect("status").incarnation, 2);
    let verified = office.verify().expect("verified");
    assert_eq!((verified.broken, verified.views_agree), (None, Some(true)));
}

#[test]
fn shares_open_a_backup_when_the_passphrase_went_with_its_owner() {
    let node = Node::new();
    let (dossier, _) = node
        .enter(person("Zofia Quill", "XXA-0417", "female"))
        .expect("in");
    let backup = node.folder.path().join("backup");
    let keys = node.folder.path().join("keys");
    node.office
        .back_up(&backup, &keys, noon(3))
        .expect("backed up");
    let fresh = Passphrase::new("another four plain words").expect("long enough");
    let shares = &node.founded.shares[1..];
    let opening = Opening::Shares(shares, &fresh, Cost::TESTS);
    let again = node.folder.path().join("again");
    Office::restore(&backup, &keys, &again, &opening, noon(5), random).expect("restored");
    let office = Office::open(&again, random).expect("opens");
    office.unlock(&fresh).expect("unlocked");
    assert_eq!(
        read_with(&office, node.caseworker, dossier)
            .expect("there")
            .len(),
        1
    );
}
