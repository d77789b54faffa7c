//! A person who was erased, and whoever has an older copy: what opens, and what does not.

use std::path::Path;

use keep::act::{Deposited, Inside};
use keep::keyring::Keyring;
use tempfile::TempDir;

use super::attack::{self, Found, acts, inside_by_any_key, keyring};
use super::people::{People, found, hand_in, noon, passphrase, person};
use super::worker::WORDS;

const ERASED: &str = "Zofia Quill";
const CONTROL: &str = "Marta Plain";
const REASON: &str = "her cousin the lamplighter asked";

/// Everything that any key of the keyring opens in a journal, in words.
fn opened(journal: &Path, blobs: &Path, keyring: &Keyring) -> Result<String, String> {
    let mut all = String::new();
    for found in acts(journal, blobs, keyring)? {
        match found {
            Found::Act(act) => match inside_by_any_key(keyring, &act) {
                Some(Inside::Words(words)) => all.push_str(&words),
                Some(Inside::Record(record)) => all.push_str(&format!("{record:?}")),
                Some(Inside::Draft(draft)) => all.push_str(&format!("{draft:?}")),
                None => {}
            },
            Found::Deposit(sealed) => {
                if let Some(Deposited::Record { record, .. }) = attack::deposited(keyring, &sealed)
                {
                    all.push_str(&format!("{record:?}"));
                }
            }
        }
        all.push('\n');
    }
    Ok(all)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn no_surviving_key_opens_an_erased_person_in_an_older_backup() {
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let words = passphrase(WORDS);
    std::fs::create_dir(at("node")).expect("a folder");
    let (office, founded) = found(&at("node"), &words, "Ada Ministrator").expect("founded");
    let people = People::of(&office, founded.administrator, "Ofthenode");
    // Handed in, taken in, read, held, searched for: all of it is of the person.
    hand_in(&office, &person(ERASED)).expect("handed in");
    people.take_deposits(&office).expect("taken");
    people
        .enter(&office, (None, None), person(CONTROL))
        .expect("entered");
    let found = people.search(&office, ERASED, REASON).expect("searched");
    let [dossier] = found[..] else {
        panic!("{found:?}");
    };
    people.read(&office, dossier, REASON).expect("read");
    people.hold(&office, dossier, REASON).expect("held");

    let (backup, keys, stick) = (at("backup"), at("keys"), at("stick"));
    let day = noon(3);
    office.back_up(&backup, &keys, day).expect("backed up");
    office
        .back_up(&at("second"), &stick, day)
        .expect("backed up");
    // One place is out of reach when the person is erased, and a thief has copied the other.
    std::fs::rename(&stick, at("elsewhere")).expect("taken away");
    copy_folder(&keys, &at("thief"));
    people.erase(&office, dossier, REASON).expect("erased");
    office.renew_keyrings(noon(4)).expect("renewed");
    let outdated = office.outdated_keyrings().expect("listed");
    let places: Vec<&str> = outdated.iter().map(|saved| saved.place.as_str()).collect();
    assert_eq!(places, [stick.display().to_string()]);

    // Every key that survives, on every envelope of the older journal.
    let (journal, blobs) = (backup.join("journal/journal.sqlite"), backup.join("blobs"));
    for surviving in [&keys, &at("node/keyring")] {
        let surviving = keyring(surviving, WORDS).expect("opened");
        let text = opened(&journal, &blobs, &surviving).expect("the journal's key is the same");
        assert!(text.contains(CONTROL), "the control person opens");
        assert!(!text.contains(ERASED) && !text.contains(REASON), "{text}");
    }
    // The same in the journal of today.
    let (journal, blobs) = (at("node/journal/journal.sqlite"), at("node/blobs"));
    let surviving = keyring(&keys, WORDS).expect("opened");
    let text = opened(&journal, &blobs, &surviving).expect("opened");
    assert!(text.contains(CONTROL) && !text.contains(ERASED) && !text.contains(REASON));

    stated_limit(&at("thief"), &backup);
    assert_eq!(
        people
            .read(&office, dossier, REASON)
            .expect_err("erased")
            .code(),
        "dossier_erased"
    );
}

/// A whole copy of a keyring from before the erasure: without the passphrase it is nothing; with
/// it, or with the shares, it opens what it held. This is the limit that the documentation states.
fn stated_limit(thief: &Path, backup: &Path) {
    let (journal, blobs) = (backup.join("journal/journal.sqlite"), backup.join("blobs"));
    let mut locked = Keyring::open(thief).expect("lock.json may be seen");
    let refused = locked.unlock(&passphrase("four other words here"));
    assert_eq!(refused.expect_err("guessed").code(), "keyring_unopened");
    assert_eq!(
        locked.journal_key().expect_err("locked").code(),
        "node_locked"
    );
    assert_eq!(
        locked.dossier_key(0).expect_err("locked").code(),
        "node_locked"
    );
    let owner = keyring(thief, WORDS).expect("with the passphrase it opens");
    let text = opened(&journal, &blobs, &owner).expect("opened");
    assert!(text.contains(ERASED) && text.contains(REASON));
}
