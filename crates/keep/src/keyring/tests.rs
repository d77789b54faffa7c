use std::collections::BTreeMap;
use std::fs;

use testkit::random::TestRandom;

use super::*;

const NODE: NodeId = NodeId([9; 16]);

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

fn first() -> Passphrase {
    passphrase("seven herons over the quiet harbour")
}

struct Made {
    scratch: tempfile::TempDir,
    folder: PathBuf,
    keyring: Keyring,
    shares: Vec<Share>,
    rng: TestRandom,
}

fn made(seed: u64) -> Made {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("keyring");
    let mut rng = TestRandom::new(seed);
    let (keyring, shares) =
        Keyring::create(&folder, NODE, &first(), Cost::TESTS, (2, 3), &mut rng).unwrap();
    Made {
        scratch,
        folder,
        keyring,
        shares,
        rng,
    }
}

fn unlocked(folder: &Path) -> Keyring {
    let mut keyring = Keyring::open(folder).unwrap();
    keyring.unlock(&first()).unwrap();
    keyring
}

fn bytes_of(keyring: &Keyring, number: u64) -> Option<[u8; 32]> {
    let key = keyring.dossier_key(number).unwrap();
    key.map(|key| *key.expose_bytes())
}

fn erased(key: u64) -> Erased {
    let tag = u8::try_from(key % 251).unwrap();
    Erased {
        dossier: DossierId([tag; 16]),
        keys: vec![key],
        marks: vec![[tag; 32], [7; 32]],
    }
}

/// Every file under a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn it_opens_with_the_passphrase_and_with_any_two_of_three_shares() {
    let made = made(1);
    let journal = *made.keyring.journal_key().unwrap().expose_bytes();
    let views = *made.keyring.views_key().unwrap().expose_bytes();
    let keyring = unlocked(&made.folder);
    assert_eq!(keyring.journal_key().unwrap().expose_bytes(), &journal);
    assert_eq!(keyring.views_key().unwrap().expose_bytes(), &views);
    assert_eq!((keyring.node(), keyring.epoch()), (NODE, 1));
    assert_eq!(keyring.shares(), (2, 3));
    for left_out in 0..3 {
        let mut two: Vec<Share> = Vec::new();
        for (index, share) in made.shares.iter().enumerate() {
            if index != left_out {
                two.push(share.to_string().parse().unwrap());
            }
        }
        let mut keyring = Keyring::open(&made.folder).unwrap();
        keyring.unlock_with_shares(&two).unwrap();
        assert_eq!(keyring.journal_key().unwrap().expose_bytes(), &journal);
    }
    let mut keyring = Keyring::open(&made.folder).unwrap();
    let one = keyring.unlock_with_shares(&made.shares[..1]).unwrap_err();
    assert!(matches!(one, KeyringError::Shares(_)), "{one}");
    assert!(!keyring.is_unlocked());
}

#[test]
fn shares_of_another_keyring_do_not_open_it() {
    let (one, other) = (made(2), made(3));
    let mut keyring = Keyring::open(&one.folder).unwrap();
    let error = keyring.unlock_with_shares(&other.shares).unwrap_err();
    assert_eq!(error.code(), "keyring_unopened");
    assert!(!keyring.is_unlocked());
}

#[test]
fn a_wrong_passphrase_is_refused_and_leaves_it_locked() {
    let made = made(4);
    let mut keyring = Keyring::open(&made.folder).unwrap();
    let error = keyring
        .unlock(&passphrase("seven herons over the quiet harbou"))
        .unwrap_err();
    assert_eq!(error.code(), "keyring_unopened");
    assert!(!keyring.is_unlocked());
}

#[test]
fn a_locked_keyring_refuses_every_key_and_shows_what_is_public() {
    let mut made = made(5);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let (deposit, head) = (made.keyring.deposit_public(), made.keyring.head_public());
    made.keyring.lock();
    let keyring = &mut made.keyring;
    let locked = |code: Option<&str>| assert_eq!(code, Some("node_locked"));
    locked(keyring.journal_key().err().map(|error| error.code()));
    locked(keyring.views_key().err().map(|error| error.code()));
    locked(keyring.fingerprint_key().err().map(|error| error.code()));
    locked(keyring.deposit_secret().err().map(|error| error.code()));
    locked(keyring.head_secret().err().map(|error| error.code()));
    locked(keyring.dossier_key(0).err().map(|error| error.code()));
    locked(keyring.first_unmade().err().map(|error| error.code()));
    locked(keyring.erased().err().map(|error| error.code()));
    let rng = &mut made.rng;
    locked(keyring.provide(0, rng).err().map(|error| error.code()));
    locked(keyring.destroy(&[], rng).err().map(|error| error.code()));
    let changed = keyring.change_passphrase(&first(), Cost::TESTS, rng);
    locked(changed.err().map(|error| error.code()));
    assert_eq!(keyring.deposit_public().to_bytes(), deposit.to_bytes());
    assert_eq!(keyring.head_public().to_bytes(), head.to_bytes());
    keyring.follow().unwrap();
    assert!(!keyring.is_unlocked(), "following does not unlock");
}

#[test]
fn keys_are_durable_before_they_are_given_out() {
    let mut made = made(6);
    assert_eq!(made.keyring.first_unmade().unwrap(), 0);
    assert_eq!(bytes_of(&made.keyring, 0), None);
    made.keyring.provide(BLOCK_KEYS + 3, &mut made.rng).unwrap();
    assert_eq!(made.keyring.first_unmade().unwrap(), 2 * BLOCK_KEYS);
    let again = unlocked(&made.folder);
    assert_eq!(again.first_unmade().unwrap(), 2 * BLOCK_KEYS);
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..2 * BLOCK_KEYS {
        let key = bytes_of(&made.keyring, number).unwrap();
        assert_eq!(bytes_of(&again, number), Some(key));
        assert!(seen.insert(key), "key {number} is given out twice");
    }
    assert_eq!(bytes_of(&again, 2 * BLOCK_KEYS), None);
    made.keyring.provide(5, &mut made.rng).unwrap();
    assert_eq!(made.keyring.first_unmade().unwrap(), 2 * BLOCK_KEYS);
}

#[test]
fn two_that_provide_the_same_block_agree() {
    let mut made = made(7);
    let mut other = unlocked(&made.folder);
    made.keyring.provide(0, &mut made.rng).unwrap();
    // The other does not know yet, and draws other numbers.
    other.provide(0, &mut TestRandom::new(99)).unwrap();
    assert_eq!(bytes_of(&other, 0), bytes_of(&made.keyring, 0));
    other.provide(BLOCK_KEYS, &mut TestRandom::new(98)).unwrap();
    made.keyring.follow().unwrap();
    assert_eq!(
        bytes_of(&made.keyring, BLOCK_KEYS),
        bytes_of(&other, BLOCK_KEYS)
    );
}

#[test]
fn many_that_provide_at_once_agree() {
    let made = made(8);
    let keyrings: Vec<Keyring> = std::thread::scope(|scope| {
        let folder = &made.folder;
        let provide = |seed| {
            let mut keyring = unlocked(folder);
            keyring
                .provide(3 * BLOCK_KEYS - 1, &mut TestRandom::new(seed))
                .unwrap();
            keyring
        };
        let threads: Vec<_> = (100..106)
            .map(|seed| scope.spawn(move || provide(seed)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    for number in 0..3 * BLOCK_KEYS {
        let key = bytes_of(&keyrings[0], number);
        assert!(key.is_some());
        assert!(keyrings.iter().all(|one| bytes_of(one, number) == key));
    }
}

#[test]
fn a_destroyed_key_is_gone_and_the_others_are_the_same() {
    let mut made = made(9);
    made.keyring.provide(BLOCK_KEYS + 1, &mut made.rng).unwrap();
    let before: Vec<_> = (0..2 * BLOCK_KEYS)
        .map(|number| bytes_of(&made.keyring, number))
        .collect();
    let keys = |keyring: &Keyring| {
        (
            *keyring.journal_key().unwrap().expose_bytes(),
            *keyring.fingerprint_key().unwrap().expose_bytes(),
            *keyring.views_key().unwrap().expose_bytes(),
            keyring.head_public().to_bytes(),
        )
    };
    let node_keys = keys(&made.keyring);
    let deposit = made.keyring.deposit_public().to_bytes();
    let gone = [erased(3), erased(BLOCK_KEYS)];
    assert_eq!(made.keyring.destroy(&gone, &mut made.rng).unwrap(), 2);
    let again = unlocked(&made.folder);
    for keyring in [&made.keyring, &again] {
        assert_eq!(keyring.epoch(), 2);
        for (number, key) in (0..).zip(&before) {
            let expected = (number != 3 && number != BLOCK_KEYS).then_some(*key);
            assert_eq!(bytes_of(keyring, number), expected.flatten(), "{number}");
        }
        assert_eq!(keys(keyring), node_keys);
        assert_ne!(keyring.deposit_public().to_bytes(), deposit);
        let public = keyring.deposit_secret().unwrap().public();
        assert_eq!(public.to_bytes(), keyring.deposit_public().to_bytes());
        assert_eq!(keyring.erased().unwrap(), gone);
    }
    assert_eq!(
        names(&made.folder),
        ["epoch-000002", "lock.json", "writing"]
    );
    // What was erased stays in the list, each once, and its number is not given out again.
    made.keyring
        .destroy(&[erased(3), erased(5)], &mut made.rng)
        .unwrap();
    let listed = made.keyring.erased().unwrap();
    assert_eq!(listed, [erased(3), erased(BLOCK_KEYS), erased(5)]);
    made.keyring.provide(5, &mut made.rng).unwrap();
    assert_eq!(bytes_of(&made.keyring, 3), None);
}

#[test]
fn a_destroyed_epoch_is_overwritten_not_only_removed() {
    let mut made = made(10);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let seen = made.scratch.path().join("seen");
    fs::create_dir(&seen).unwrap();
    for name in ["epoch", "node", "erased", "000000"] {
        let old = made.folder.join("epoch-000001").join(name);
        fs::hard_link(old, seen.join(name)).unwrap();
    }
    made.keyring.destroy(&[erased(0)], &mut made.rng).unwrap();
    for (path, bytes) in files(&seen) {
        assert!(!bytes.is_empty());
        assert!(bytes.iter().all(|byte| *byte == 0), "{}", path.display());
    }
}

/// The folder as it was before, and as it is after, an erasure.
fn around_an_erasure(made: &mut Made) -> (PathBuf, PathBuf) {
    made.keyring.provide(BLOCK_KEYS, &mut made.rng).unwrap();
    let (before, after) = (
        made.scratch.path().join("before"),
        made.scratch.path().join("after"),
    );
    copy_folder(&made.folder, &before);
    made.keyring.destroy(&[erased(4)], &mut made.rng).unwrap();
    copy_folder(&made.folder, &after);
    (before, after)
}

#[test]
fn an_interrupted_erasure_destroys_all_or_nothing() {
    let mut made = made(11);
    let (before, after) = around_an_erasure(&mut made);
    let parts = names(&after.join("epoch-000002"));
    assert_eq!(parts, ["000000", "000001", "epoch", "erased", "node"]);
    // Stopped while the new epoch was written: so many of its files are there, the last one half.
    for written in 0..=parts.len() {
        for half in [false, true] {
            let folder = made.scratch.path().join(format!("{written}-{half}"));
            copy_folder(&before, &folder);
            let new = folder.join("epoch-000002");
            fs::create_dir(&new).unwrap();
            for (index, part) in parts[..written].iter().enumerate() {
                let mut bytes = fs::read(after.join("epoch-000002").join(part)).unwrap();
                if half && index + 1 == written {
                    bytes.truncate(bytes.len() / 2);
                }
                fs::write(new.join(part), bytes).unwrap();
            }
            fs::write(folder.join("lock.json.new"), "{ half").unwrap();
            let mut keyring = unlocked(&folder);
            assert_eq!(keyring.epoch(), 1);
            assert!(bytes_of(&keyring, 4).is_some() && keyring.erased().unwrap().is_empty());
            assert!(!new.exists(), "the leftovers are swept");
            assert!(!folder.join("lock.json.new").exists());
            // And it can be done again, to the end.
            keyring.destroy(&[erased(4)], &mut made.rng).unwrap();
            let keyring = unlocked(&folder);
            assert_eq!((keyring.epoch(), bytes_of(&keyring, 4)), (2, None));
        }
    }
}

#[test]
fn an_erasure_stopped_behind_the_switch_is_finished_at_the_next_unlocking() {
    let mut made = made(12);
    let (before, after) = around_an_erasure(&mut made);
    let old = ["epoch", "node", "erased", "000000", "000001"];
    for removed in 0..=old.len() {
        let folder = made.scratch.path().join(format!("behind-{removed}"));
        copy_folder(&after, &folder);
        copy_folder(&before.join("epoch-000001"), &folder.join("epoch-000001"));
        for name in &old[..removed] {
            fs::remove_file(folder.join("epoch-000001").join(name)).unwrap();
        }
        if let Some(next) = old.get(removed) {
            fs::write(folder.join("epoch-000001").join(next), [0; 8]).unwrap();
        }
        let keyring = unlocked(&folder);
        assert_eq!((keyring.epoch(), bytes_of(&keyring, 4)), (2, None));
        assert_eq!(keyring.erased().unwrap(), [erased(4)]);
        assert_eq!(
            bytes_of(&keyring, 5),
            bytes_of(&made.keyring, 5),
            "the others are there"
        );
        assert!(!folder.join("epoch-000001").exists());
    }
}

/// A keyring that was opened before another process turned the epoch must neither sweep the new
/// epoch away nor turn `lock.json` back.
#[test]
fn one_that_lags_behind_does_no_harm() {
    let mut made = made(13);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let mut locked = Keyring::open(&made.folder).unwrap();
    let mut lagging = unlocked(&made.folder);
    let mut eraser = unlocked(&made.folder);
    made.keyring.destroy(&[erased(1)], &mut made.rng).unwrap();
    locked.unlock(&first()).unwrap();
    assert_eq!((locked.epoch(), bytes_of(&locked, 1)), (2, None));
    let second = passphrase("another passphrase that is long enough");
    lagging
        .change_passphrase(&second, Cost::TESTS, &mut made.rng)
        .unwrap();
    assert_eq!(lagging.epoch(), 2);
    assert_eq!(eraser.destroy(&[erased(2)], &mut made.rng).unwrap(), 3);
    assert_eq!(eraser.erased().unwrap(), [erased(1), erased(2)]);
    lagging.provide(BLOCK_KEYS, &mut made.rng).unwrap();
    assert_eq!(lagging.epoch(), 3);
    // The passphrase was changed while `eraser` knew the old one; it is not put back.
    let mut last = Keyring::open(&made.folder).unwrap();
    assert!(last.unlock(&first()).is_err());
    last.unlock(&second).unwrap();
    assert_eq!(bytes_of(&last, 2), None);
    assert_eq!(bytes_of(&last, BLOCK_KEYS), bytes_of(&lagging, BLOCK_KEYS));
}

/// What a thief of an old copy gets, and what not.
#[test]
fn what_an_old_epoch_gives_to_whoever_kept_a_copy() {
    let mut made = made(14);
    let secret = {
        made.keyring.provide(4, &mut made.rng).unwrap();
        bytes_of(&made.keyring, 4)
    };
    let (before, after) = around_an_erasure(&mut made);
    let old = "epoch-000001";

    // The blocks of the old epoch without its file `epoch`, beside everything that is current and
    // with the passphrase: the old blocks open by no key that is left.
    let parts = made.scratch.path().join("parts");
    copy_folder(&after, &parts);
    let current = unlocked(&parts);
    let key = &current.open.as_ref().unwrap().epoch;
    let block = before.join(old).join("000000");
    let refused = key.read_block_of(&block, NODE, 1, "000000").unwrap_err();
    assert_eq!(refused.code(), "keyring_malformed");

    // An old epoch put into the place of the new one does not pass for it.
    let posing = made.scratch.path().join("posing");
    copy_folder(&after, &posing);
    fs::remove_dir_all(posing.join("epoch-000002")).unwrap();
    copy_folder(&before.join(old), &posing.join("epoch-000002"));
    let mut keyring = Keyring::open(&posing).unwrap();
    let refused = keyring.unlock(&first()).unwrap_err();
    assert_eq!(refused.code(), "keyring_unopened");

    // The whole old epoch beside the new lock.json, with the passphrase: as it lies there it opens
    // nothing old, for lock.json names the new epoch, and unlocking sweeps the old one away.
    let beside = made.scratch.path().join("beside");
    copy_folder(&after, &beside);
    copy_folder(&before.join(old), &beside.join(old));
    let keyring = unlocked(&beside);
    assert_eq!(bytes_of(&keyring, 4), None);
    assert!(!beside.join(old).exists());

    // THE LIMIT, as the module says: whoever kept the whole old epoch and has the passphrase, of
    // then or of now, writes its number and its public key into lock.json and has the destroyed
    // key.
    made.keyring
        .change_passphrase(
            &passphrase("a passphrase chosen after the erasure"),
            Cost::TESTS,
            &mut made.rng,
        )
        .unwrap();
    let thief = made.scratch.path().join("thief");
    copy_folder(&before.join(old), &thief.join(old));
    let text = fs::read_to_string(made.folder.join("lock.json")).unwrap();
    let text = text.replace("\"epoch\": 2", "\"epoch\": 1");
    let shown = |text: &str| -> String {
        let mut words = text.split('"').skip_while(|word| *word != "deposit_public");
        words.nth(2).unwrap().to_owned()
    };
    let kept = fs::read_to_string(before.join("lock.json")).unwrap();
    let text = text.replace(&shown(&text), &shown(&kept));
    fs::write(thief.join("lock.json"), text).unwrap();
    let mut keyring = Keyring::open(&thief).unwrap();
    assert!(keyring.unlock(&first()).is_err());
    keyring
        .unlock(&passphrase("a passphrase chosen after the erasure"))
        .unwrap();
    assert_eq!(bytes_of(&keyring, 4), secret);
    // Without the passphrase and the shares, all of it is sealed: the byte search below.
    let keys = [secret.unwrap()];
    assert_no_key(&before, &keys);
}

fn assert_no_key(folder: &Path, keys: &[[u8; 32]]) {
    let wanted: std::collections::HashSet<[u8; 32]> = keys.iter().copied().collect();
    let hex_of = |key: &[u8; 32]| -> String {
        let digits = key.iter().map(|byte| format!("{byte:02x}"));
        digits.collect()
    };
    for (path, bytes) in files(folder) {
        for window in bytes.windows(32) {
            let window: &[u8; 32] = window.try_into().unwrap();
            assert!(!wanted.contains(window), "a key in {}", path.display());
        }
        if let Ok(text) = String::from_utf8(bytes) {
            let written = keys.iter().any(|key| text.contains(&hex_of(key)));
            assert!(!written, "a key in {}", path.display());
        }
    }
}

#[test]
fn no_key_stands_in_any_file() {
    let mut made = made(15);
    made.keyring.provide(BLOCK_KEYS, &mut made.rng).unwrap();
    let open = made.keyring.open.as_ref().unwrap();
    let mut keys = vec![
        *open.root.expose_bytes(),
        *open.views.expose_bytes(),
        *open.epoch.key_bytes(),
        *made.keyring.journal_key().unwrap().expose_bytes(),
        *made.keyring.fingerprint_key().unwrap().expose_bytes(),
        *made.keyring.deposit_secret().unwrap().expose_bytes(),
        *made.keyring.head_secret().unwrap().expose_bytes(),
    ];
    keys.extend((0..2 * BLOCK_KEYS).filter_map(|number| bytes_of(&made.keyring, number)));
    assert_eq!(keys.len() as u64, 7 + 2 * BLOCK_KEYS);
    made.keyring.destroy(&[erased(4)], &mut made.rng).unwrap();
    assert_no_key(&made.folder, &keys);
    // The search finds one that is there.
    fs::write(
        made.folder.join("planted"),
        [&[0; 5][..], &keys[100]].concat(),
    )
    .unwrap();
    let found = std::panic::catch_unwind(|| assert_no_key(&made.folder, &keys));
    assert!(found.is_err());
}

#[test]
fn a_saved_keyring_is_installed_and_opens() {
    let mut made = made(16);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let place = made.scratch.path().join("stick").join("keyring");
    made.keyring.lock();
    made.keyring.save_to(&place).unwrap();
    let elsewhere = made.scratch.path().join("elsewhere");
    let mut installed = Keyring::install(&place, &elsewhere).unwrap();
    installed.unlock_with_shares(&made.shares[1..]).unwrap();
    made.keyring.unlock(&first()).unwrap();
    for number in 0..BLOCK_KEYS {
        assert_eq!(
            bytes_of(&installed, number),
            bytes_of(&made.keyring, number)
        );
    }
    let again = Keyring::install(&place, &elsewhere).unwrap_err();
    assert_eq!(again.code(), "keyring_exists");
    let nothing = Keyring::install(&made.scratch.path().join("no"), &elsewhere.join("x"));
    assert_eq!(nothing.unwrap_err().code(), "keyring_missing");
}

#[test]
fn saving_again_destroys_the_older_epoch_there() {
    let mut made = made(17);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let place = made.scratch.path().join("stick");
    made.keyring.save_to(&place).unwrap();
    let old = place.join("epoch-000001").join("000000");
    let seen = made.scratch.path().join("seen");
    fs::hard_link(&old, &seen).unwrap();
    made.keyring.destroy(&[erased(0)], &mut made.rng).unwrap();
    assert!(old.exists(), "an erasure does not reach a saved keyring");
    made.keyring.save_to(&place).unwrap();
    assert_eq!(names(&place)[0], "epoch-000002");
    assert!(!old.exists());
    assert!(fs::read(&seen).unwrap().iter().all(|byte| *byte == 0));
    let saved = unlocked(&place);
    assert_eq!((saved.epoch(), bytes_of(&saved, 0)), (2, None));
    assert_eq!(saved.erased().unwrap(), [erased(0)]);
}

#[test]
fn saving_again_within_an_epoch_touches_only_what_is_new() {
    let mut made = made(18);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let place = made.scratch.path().join("stick");
    made.keyring.save_to(&place).unwrap();
    let block = place.join("epoch-000001").join("000000");
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000);
    let file = File::options().write(true).open(&block).unwrap();
    file.set_modified(long_ago).unwrap();
    fs::write(place.join("epoch-000001").join("node"), "damaged").unwrap();
    made.keyring.provide(BLOCK_KEYS, &mut made.rng).unwrap();
    made.keyring.save_to(&place).unwrap();
    let written = fs::metadata(&block).unwrap().modified().unwrap();
    assert_eq!(written, long_ago, "what is right is not written again");
    let saved = unlocked(&place);
    assert_eq!(saved.first_unmade().unwrap(), 2 * BLOCK_KEYS);
}

#[test]
fn another_nodes_place_and_a_later_epoch_are_not_written_over() {
    let mut one = made(19);
    let place = one.scratch.path().join("stick");
    let other = one.scratch.path().join("other");
    Keyring::create(
        &other,
        NodeId([8; 16]),
        &first(),
        Cost::TESTS,
        (2, 3),
        &mut one.rng,
    )
    .unwrap();
    let kept = files(&other);
    let refused = one.keyring.save_to(&other).unwrap_err();
    assert_eq!(refused.code(), "keyring_exists");
    assert_eq!(files(&other), kept);

    one.keyring.save_to(&place).unwrap();
    one.keyring.destroy(&[erased(0)], &mut one.rng).unwrap();
    let old = Keyring::open(&place).unwrap();
    let kept = files(&one.folder);
    let refused = old.save_to(&one.folder).unwrap_err();
    assert_eq!(refused.code(), "keyring_newer");
    assert_eq!(files(&one.folder), kept);
}

#[test]
fn after_a_change_of_passphrase_the_shares_still_open() {
    let mut made = made(20);
    let second = passphrase("a second passphrase, chosen later");
    made.keyring
        .change_passphrase(&second, Cost::TESTS, &mut made.rng)
        .unwrap();
    let mut keyring = Keyring::open(&made.folder).unwrap();
    let old = keyring.unlock(&first()).unwrap_err();
    assert_eq!(old.code(), "keyring_unopened");
    keyring.unlock(&second).unwrap();
    keyring.lock();
    keyring.unlock_with_shares(&made.shares[..2]).unwrap();
    assert_eq!(keyring.epoch(), 1, "no key is destroyed by it");
}

#[test]
fn a_keyring_is_made_once_and_never_over_keys() {
    let mut made = made(21);
    let create = |folder: &Path| {
        let cost = Cost::TESTS;
        Keyring::create(
            folder,
            NODE,
            &first(),
            cost,
            (2, 3),
            &mut TestRandom::new(1),
        )
        .map(|(keyring, _)| keyring)
    };
    assert_eq!(create(&made.folder).unwrap_err().code(), "keyring_exists");
    // One that was not made to the end is made again.
    let broken_off = made.scratch.path().join("broken-off");
    fs::create_dir_all(broken_off.join("epoch-000001")).unwrap();
    fs::write(broken_off.join("epoch-000001").join("epoch"), "half").unwrap();
    create(&broken_off).unwrap();
    unlocked(&broken_off);
    // One that has lost its lock.json opens by shares yet, and is not written over.
    made.keyring.provide(0, &mut made.rng).unwrap();
    fs::remove_file(made.folder.join("lock.json")).unwrap();
    assert_eq!(create(&made.folder).unwrap_err().code(), "keyring_exists");
    let missing = Keyring::open(&made.folder).unwrap_err();
    assert_eq!(missing.code(), "keyring_missing");
}

#[test]
fn a_malformed_lock_is_named_with_its_reason() {
    let made = made(22);
    let path = made.folder.join("lock.json");
    let good = fs::read_to_string(&path).unwrap();
    let field = |name: &str, value: &str| {
        let mut lock: serde_json::Value = serde_json::from_str(&good).unwrap();
        lock[name] = serde_json::from_str(value).unwrap();
        lock.to_string()
    };
    let bad = [
        String::new(),
        "{}".to_owned(),
        good[..good.len() / 2].to_owned(),
        field("format", "2"),
        field("node", "\"agency-00\""),
        field("deposit_public", "\"00\""),
        field("deposit_public", "\"0g\""),
        field("head_public", "\"0\""),
        field("passphrase_slot", "\"0001\""),
        field("epoch", "-1"),
        field("more", "1"),
    ];
    for text in bad {
        fs::write(&path, &text).unwrap();
        let error = Keyring::open(&made.folder).unwrap_err();
        assert_eq!(error.code(), "keyring_malformed", "{text}");
        assert!(error.to_string().contains("lock.json"), "{error}");
    }
    fs::write(&path, good).unwrap();
    unlocked(&made.folder);
}

#[test]
fn a_damaged_file_is_named_and_not_taken_for_a_wrong_passphrase() {
    let mut made = made(23);
    made.keyring.provide(2 * BLOCK_KEYS, &mut made.rng).unwrap();
    let epoch = made.folder.join("epoch-000001");
    for name in ["node", "erased", "000000", "000002"] {
        let path = epoch.join(name);
        let good = fs::read(&path).unwrap();
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        for bad in [&good[..good.len() - 1], &good[..10], &[], &flipped] {
            fs::write(&path, bad).unwrap();
            let mut keyring = Keyring::open(&made.folder).unwrap();
            let error = keyring.unlock(&first()).unwrap_err();
            assert_eq!(error.code(), "keyring_malformed", "{name}");
            assert!(error.to_string().contains(name), "{error}");
            assert!(!keyring.is_unlocked());
        }
        fs::write(&path, good).unwrap();
    }
    // A block of one number does not pass for another.
    let (one, two) = (epoch.join("000001"), epoch.join("000002"));
    let good = fs::read(&one).unwrap();
    fs::copy(&two, &one).unwrap();
    let mut keyring = Keyring::open(&made.folder).unwrap();
    let error = keyring.unlock(&first()).unwrap_err();
    assert_eq!(error.code(), "keyring_malformed");
    // And a missing one is no end of the keys.
    fs::remove_file(&one).unwrap();
    let error = keyring.unlock(&first()).unwrap_err();
    assert!(error.to_string().contains("000001"), "{error}");
    fs::write(&one, good).unwrap();
    keyring.unlock(&first()).unwrap();
    // The epoch's own key is what the passphrase opens.
    fs::write(epoch.join("epoch"), "short").unwrap();
    let mut keyring = Keyring::open(&made.folder).unwrap();
    let error = keyring.unlock(&first()).unwrap_err();
    assert_eq!(error.code(), "keyring_unopened");
}

#[test]
fn what_the_making_of_a_block_left_does_no_harm() {
    let mut made = made(24);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let keys: Vec<_> = (0..BLOCK_KEYS)
        .map(|number| bytes_of(&made.keyring, number))
        .collect();
    let epoch = made.folder.join("epoch-000001");
    // Stopped between the link and the removal: a second name of the first block.
    fs::hard_link(epoch.join("000000"), epoch.join("000000.new")).unwrap();
    fs::hard_link(epoch.join("000000"), epoch.join("000001.new")).unwrap();
    made.keyring.provide(BLOCK_KEYS, &mut made.rng).unwrap();
    let again = unlocked(&made.folder);
    for (number, key) in (0..).zip(keys) {
        assert_eq!(bytes_of(&again, number), key);
    }
    let left = ["000000", "000001", "epoch", "erased", "node"];
    assert_eq!(names(&epoch), left);
}

#[test]
fn the_debug_form_shows_no_key() {
    let mut made = made(25);
    made.keyring.provide(0, &mut made.rng).unwrap();
    let text = format!("{:?}", made.keyring);
    let key = bytes_of(&made.keyring, 0).unwrap();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!text.contains(&hex) && !text.contains(&format!("{key:?}")));
}

/// Somebody who can write to the disk of a locked node puts a public key of their own into
/// `lock.json`, so as to read what is handed in.
#[test]
fn another_key_for_deposits_is_seen_at_the_next_unlocking() {
    let Made {
        scratch: _kept,
        folder,
        mut rng,
        ..
    } = made(61);
    let path = folder.join("lock.json");
    let text = fs::read_to_string(&path).unwrap();
    let theirs = DepositSecret::random(&mut rng).public().to_bytes();
    let theirs: String = theirs.iter().map(|byte| format!("{byte:02x}")).collect();
    let ours = text
        .split('"')
        .skip_while(|word| *word != "deposit_public")
        .nth(2);
    fs::write(&path, text.replace(ours.unwrap(), &theirs)).unwrap();
    let mut keyring = Keyring::open(&folder).unwrap();
    let error = keyring.unlock(&first()).unwrap_err();
    assert_eq!(error.code(), "keyring_malformed");
    assert!(!keyring.is_unlocked());
}
