//! What every back end does. Each story runs on SQLite and on PostgreSQL.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use keep::journal::{Batch, Hash, Head, Incarnation, JournalError, SignedHead, Store, verify};

use crate::place::{LIFE, Place, all, all_acts, put};

on_each_back_end!(
    an_empty_journal,
    acts_come_back_byte_for_byte,
    the_head_after_each_batch,
    batches_come_in_pages,
    abandoning_leaves_nothing,
    a_batch_that_does_not_follow_is_refused_and_leaves_nothing,
    calls_out_of_turn_are_refused,
    several_batches_become_durable_together,
    a_second_writer_waits_and_builds_on_the_first,
    a_reader_sees_only_what_is_committed,
    a_connection_that_is_dropped_while_writing_leaves_nothing,
    the_database_itself_refuses_changes,
    a_changed_byte_is_found,
    a_removed_act_is_found,
    a_changed_header_is_found,
    a_cut_end_is_found_by_a_signed_head,
    signed_heads_stay_as_they_were_signed,
    another_life_may_follow,
    a_later_format_is_refused,
);

/// Stands for the node's signature: the message itself.
fn sign(batch: u64, hash: Hash) -> SignedHead {
    let mut signature = [0; 64];
    signature[..40].copy_from_slice(&SignedHead::message(batch, hash));
    SignedHead {
        batch,
        hash,
        signature,
    }
}

fn is_signed(message: &[u8], signature: &[u8; 64]) -> bool {
    signature.starts_with(message)
}

fn head_by_walking(store: &mut dyn Store) -> Result<Head, JournalError> {
    verify(store, is_signed).map(|verified| verified.head)
}

/// The number of the batch that a walk stops at.
fn broken_at(store: &mut dyn Store) -> u64 {
    match head_by_walking(store) {
        Err(JournalError::Broken { batch, .. }) => batch,
        other => panic!("the walk ends with {other:?}"),
    }
}

/// Three batches: acts 1 and 2, act 3, acts 4 to 6.
fn three_batches(place: &Place) -> Box<dyn Store> {
    let mut store = place.open();
    put(&mut *store, &[b"act one", b"act two"]);
    put(&mut *store, &[b"act three"]);
    put(&mut *store, &[b"act four", b"act five", b"act six"]);
    store
}

fn an_empty_journal(place: &Place) {
    let mut store = place.open();
    assert_eq!(store.head().expect("a head"), Head::EMPTY);
    assert_eq!(store.batches(0, 100).expect("no page"), []);
    assert_eq!(store.act(1).expect("no act"), None);
    assert_eq!(store.signed().expect("no signed head"), []);
    assert_eq!(head_by_walking(&mut *store), Ok(Head::EMPTY));
    assert_eq!(store.begin().expect("begun"), Head::EMPTY);
    store.abandon().expect("abandoned");
    drop(store);
    assert_eq!(place.open().head().expect("a head"), Head::EMPTY);
}

fn acts_come_back_byte_for_byte(place: &Place) {
    let mut store = place.open();
    let act = |size: usize| -> Vec<u8> {
        // Every value of a byte, in no regular order.
        let mut state = u32::try_from(size).expect("a small size");
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..size).map(|_| next()).collect()
    };
    let sizes = [
        0, 1, 2, 255, 256, 1_000, 1_999, 2_000, 2_048, 8_191, 8_192, 65_535, 65_536, 300_000,
    ];
    let acts: Vec<Vec<u8>> = sizes.into_iter().map(act).collect();
    let borrowed: Vec<&[u8]> = acts.iter().map(Vec::as_slice).collect();
    put(&mut *store, &borrowed[..4]);
    put(&mut *store, &borrowed[4..]);
    // Together larger than what goes in one statement.
    let large = vec![act(300_000); 70];
    let borrowed: Vec<&[u8]> = large.iter().map(Vec::as_slice).collect();
    let head = put(&mut *store, &borrowed);

    for mut store in [store, place.open()] {
        assert!(all_acts(&mut *store).iter().eq(acts.iter().chain(&large)));
        for (number, act) in (1..).zip(&acts) {
            assert_eq!(store.act(number).expect("read").as_ref(), Some(act));
        }
        for none in [0, head.acts + 1, u64::MAX] {
            assert_eq!(store.act(none).expect("read"), None);
        }
        assert_eq!(head_by_walking(&mut *store), Ok(head));
    }
}

fn the_head_after_each_batch(place: &Place) {
    let mut store = place.open();
    let mut expected = Head::EMPTY;
    for size in [1, 3, 2] {
        let batch = expected.next(LIFE, vec![b"act".to_vec(); size]);
        let head = store.begin().expect("begun");
        assert_eq!(head, expected);
        store.append(&batch).expect("appended");
        expected = expected.follow(&batch).expect("a batch that follows");
        assert_eq!(store.head().expect("a head"), expected, "before the commit");
        store.commit().expect("committed");
        assert_eq!(store.head().expect("a head"), expected);
        assert_eq!(place.open().head().expect("a head"), expected);
    }
    assert_eq!((expected.batch, expected.acts), (3, 6));
}

fn batches_come_in_pages(place: &Place) {
    let mut store = place.open();
    for size in [3, 1, 5, 2, 4, 1, 1, 1] {
        put(&mut *store, &vec![b"act".as_slice(); size]);
    }
    let whole = store.batches(0, u64::MAX).expect("one page");
    assert_eq!(whole.len(), 8);
    assert_eq!(whole[4].first_act, 12);
    for acts_max in [0, 1, 2, 3, 4, 9, 18, 100] {
        assert_eq!(all(&mut *store, acts_max), whole, "{acts_max} acts");
    }
    assert_eq!(store.batches(6, 100).expect("a page"), whole[6..]);
    for after in [8, 9, u64::MAX] {
        assert_eq!(store.batches(after, 100).expect("a page"), []);
    }
}

fn abandoning_leaves_nothing(place: &Place) {
    let mut store = place.open();
    store.abandon().expect("nothing to abandon");
    let head = put(&mut *store, &[b"kept"]);
    let begun = store.begin().expect("begun");
    store
        .append(&begun.next(LIFE, vec![b"not kept".to_vec()]))
        .expect("appended");
    store.abandon().expect("abandoned");
    assert_eq!(store.head().expect("a head"), head);
    assert_eq!(store.act(2).expect("read"), None);
    // The lock is let go, here and for others.
    assert_eq!(place.open().begin().expect("begun"), head);
    let head = put(&mut *store, &[b"kept too"]);
    assert_eq!(head_by_walking(&mut *place.open()), Ok(head));
}

fn a_batch_that_does_not_follow_is_refused_and_leaves_nothing(place: &Place) {
    let mut store = place.open();
    let head = put(&mut *store, &[b"one"]);
    let good = head.next(LIFE, vec![b"two".to_vec()]);
    let mut bad: Vec<Batch> = vec![good.clone(); 5];
    bad[0].number += 1;
    bad[1].previous = Hash::NONE;
    bad[2].first_act = 1;
    bad[3].acts.clear();
    bad[4].incarnation.id = [8; 16];
    for batch in bad {
        store.begin().expect("begun");
        let error = store
            .append(&batch)
            .expect_err("a batch that does not follow");
        assert_eq!(error.code(), "journal_broken");
        assert_eq!(store.head().expect("a head"), head);
        store.abandon().expect("abandoned");
        assert_eq!(store.head().expect("a head"), head);
        assert_eq!(store.act(2).expect("read"), None);
    }
    // A refused batch is no reason to lose a good one of the same writing.
    store.begin().expect("begun");
    store.append(&good).expect("appended");
    store.append(&good).expect_err("appended twice");
    store.commit().expect("committed");
    assert_eq!(all_acts(&mut *store), [b"one", b"two"]);
}

fn calls_out_of_turn_are_refused(place: &Place) {
    let mut store = place.open();
    assert_eq!(
        store.commit().expect_err("no batch").code(),
        "journal_refused"
    );
    let head = store.begin().expect("begun");
    assert_eq!(store.begin().expect_err("begun").code(), "journal_refused");
    store
        .append(&head.next(LIFE, vec![b"one".to_vec()]))
        .expect("appended");
    store.commit().expect("committed");
    store.commit().expect_err("committed already");
    assert_eq!(place.open().head().expect("a head").acts, 1);
}

fn several_batches_become_durable_together(place: &Place) {
    let mut store = place.open();
    let mut reader = place.open();
    let mut head = store.begin().expect("begun");
    for size in 1..=4 {
        let batch = head.next(LIFE, vec![vec![b'a'; size]; size]);
        store.append(&batch).expect("appended");
        head = head.follow(&batch).expect("a batch that follows");
    }
    assert_eq!(reader.head().expect("a head"), Head::EMPTY);
    store.commit().expect("committed");
    assert_eq!(head_by_walking(&mut *reader), Ok(head));
    assert_eq!((head.batch, head.acts), (4, 10));
}

fn a_second_writer_waits_and_builds_on_the_first(place: &Place) {
    let mut first = place.open();
    let mut second = place.open();
    let begun = first.begin().expect("begun");
    let (say, hear) = channel();
    let waiting = thread::spawn(move || {
        let head = second.begin().expect("begun");
        say.send(head).expect("heard");
        // What was decided on the old head no longer follows.
        let stale = begun.next(LIFE, vec![b"stale".to_vec()]);
        second.append(&stale).expect_err("a stale batch");
        second
            .append(&head.next(LIFE, vec![b"second".to_vec()]))
            .expect("appended");
        second.commit().expect("committed");
    });
    let early = hear.recv_timeout(Duration::from_millis(200));
    assert_eq!(early, Err(RecvTimeoutError::Timeout), "it did not wait");
    let batch = begun.next(LIFE, vec![b"first".to_vec()]);
    first.append(&batch).expect("appended");
    let early = hear.recv_timeout(Duration::from_millis(100));
    assert_eq!(early, Err(RecvTimeoutError::Timeout), "it did not wait");
    first.commit().expect("committed");
    let head = hear.recv().expect("a head");
    assert_eq!(Ok(head), begun.follow(&batch));
    waiting.join().expect("the second writer");
    assert_eq!(
        all_acts(&mut *first),
        [b"first".to_vec(), b"second".to_vec()]
    );
}

fn a_reader_sees_only_what_is_committed(place: &Place) {
    let mut writer = place.open();
    let mut reader = place.open();
    let old = put(&mut *writer, &[b"one"]);
    let begun = writer.begin().expect("begun");
    let batch = begun.next(LIFE, vec![b"two".to_vec()]);
    writer.append(&batch).expect("appended");
    assert_eq!(reader.head().expect("a head"), old);
    assert_eq!(reader.batches(1, 100).expect("a page"), []);
    assert_eq!(reader.act(2).expect("read"), None);
    assert_eq!(head_by_walking(&mut *reader), Ok(old));
    assert_eq!(writer.act(2).expect("read"), Some(b"two".to_vec()));
    writer.commit().expect("committed");
    assert_eq!(reader.head().expect("a head").batch, 2);
    assert_eq!(reader.batches(1, 100).expect("a page"), [batch]);
}

fn a_connection_that_is_dropped_while_writing_leaves_nothing(place: &Place) {
    let mut store = place.open();
    let head = put(&mut *store, &[b"kept"]);
    let begun = store.begin().expect("begun");
    store
        .append(&begun.next(LIFE, vec![b"not kept".to_vec(); 3]))
        .expect("appended");
    drop(store);
    let mut store = place.open();
    assert_eq!(store.begin().expect("begun"), head);
    store.abandon().expect("abandoned");
    put(&mut *store, &[b"kept too"]);
    assert_eq!(
        all_acts(&mut *store),
        [b"kept".to_vec(), b"kept too".to_vec()]
    );
}

fn the_database_itself_refuses_changes(place: &Place) {
    let mut store = three_batches(place);
    let before = all(&mut *store, 100);
    let mut statements = vec![
        "UPDATE act SET sealed = sealed WHERE number = 1",
        "DELETE FROM act WHERE number = 6",
        "DELETE FROM act",
        "UPDATE batch SET count = 1 WHERE number = 1",
        "DELETE FROM batch WHERE number = 3",
    ];
    if let Place::Postgres { .. } = place {
        statements.extend([
            "TRUNCATE act",
            "TRUNCATE batch, act",
            "DELETE FROM act WHERE number = 99",
            "SET session_replication_role = replica; DELETE FROM act",
        ]);
    }
    for statement in statements {
        let error = place.raw(statement).expect_err(statement);
        assert!(error.contains("append-only"), "{statement}: {error}");
    }
    assert_eq!(all(&mut *store, 100), before);
}

fn a_changed_byte_is_found(place: &Place) {
    let mut store = three_batches(place);
    let head = store.head().expect("a head");
    assert_eq!(head_by_walking(&mut *store), Ok(head));
    let changed = place.literal(b"act fivf");
    place.tamper(&format!(
        "UPDATE act SET sealed = {changed} WHERE number = 5;"
    ));
    // The hash kept with the last batch no longer fits its acts.
    assert_eq!(broken_at(&mut *store), 3);
    let whole = place.literal(b"act five");
    let changed = place.literal(b"act 0ne");
    place
        .raw(&format!(
            "UPDATE act SET sealed = {whole} WHERE number = 5;
             UPDATE act SET sealed = {changed} WHERE number = 1;"
        ))
        .expect("tampering");
    // Batch 1 hashes to something that batch 2 does not name.
    assert_eq!(broken_at(&mut *store), 1);
    let first = store_hash(&mut *store, 1);
    store.sign(&sign(1, first)).expect("signed");
    assert_eq!(broken_at(&mut *store), 1);
}

/// The hash that batch `number + 1` names.
fn store_hash(store: &mut dyn Store, number: u64) -> Hash {
    let next = store.batches(number, 1).expect("a page");
    next[0].previous
}

fn a_removed_act_is_found(place: &Place) {
    let mut store = three_batches(place);
    place.tamper("DELETE FROM act WHERE number = 3;");
    let broken = broken_at(&mut *store);
    assert!((2..=3).contains(&broken), "batch {broken}");
}

fn a_changed_header_is_found(place: &Place) {
    for (change, batch) in [
        ("first_act = 4", 2),
        ("number = 9", 3),
        ("incarnation = 7", 2),
        ("incarnation = 2", 2),
        ("count = 0", 2),
    ] {
        let place = match place {
            Place::Sqlite(_) => Place::sqlite(),
            Place::Postgres { .. } => Place::postgres(),
        };
        let mut store = three_batches(&place);
        place.tamper(&format!("UPDATE batch SET {change} WHERE number = 2;"));
        assert_eq!(broken_at(&mut *store), batch, "{change}");
    }
}

fn a_cut_end_is_found_by_a_signed_head(place: &Place) {
    let mut store = three_batches(place);
    let head = store.head().expect("a head");
    place.tamper("DELETE FROM act WHERE number >= 4; DELETE FROM batch WHERE number = 3;");
    // The rest is a good chain: without a signature nothing tells of what stood behind it.
    assert_eq!(head_by_walking(&mut *store).expect("a chain").batch, 2);
    store.sign(&sign(3, head.hash)).expect("signed");
    assert_eq!(broken_at(&mut *store), 3);
    // Nor does another batch 3 take its place.
    put(&mut *store, &[b"another four"]);
    assert_eq!(broken_at(&mut *store), 3);
}

fn signed_heads_stay_as_they_were_signed(place: &Place) {
    let mut store = three_batches(place);
    let last = store.head().expect("a head");
    let heads = [sign(2, store_hash(&mut *store, 2)), sign(3, last.hash)];
    store.sign(&heads[1]).expect("signed");
    store.sign(&heads[0]).expect("signed");
    store.sign(&sign(2, Hash([9; 32]))).expect("passed over");
    assert_eq!(store.signed().expect("signed heads"), heads);
    let mut store = place.open();
    assert_eq!(store.signed().expect("signed heads"), heads);
    let verified = verify(&mut *store, is_signed).expect("a chain");
    assert_eq!((verified.signed_heads, verified.head), (2, last));
    let error = verify(&mut *store, |_, _| false).expect_err("no signature of the node");
    assert!(matches!(error, JournalError::Broken { batch: 2, .. }));
}

fn another_life_may_follow(place: &Place) {
    let mut store = place.open();
    put(&mut *store, &[b"one"]);
    let later = Incarnation {
        number: 2,
        id: [9; 16],
    };
    let head = store.begin().expect("begun");
    store
        .append(&head.next(later, vec![b"two".to_vec()]))
        .expect("appended");
    store.commit().expect("committed");
    assert_eq!(store.head().expect("a head").incarnation, Some(later));
    let head = store.begin().expect("begun");
    store
        .append(&head.next(LIFE, vec![b"three".to_vec()]))
        .expect_err("a life that is over");
}

fn a_later_format_is_refused(place: &Place) {
    drop(place.open());
    let later = match place {
        Place::Sqlite(_) => "PRAGMA user_version = 2",
        Place::Postgres { .. } => "UPDATE journal SET format = 2",
    };
    place.raw(later).expect("a later format");
    let error = place.try_open().err();
    assert_eq!(
        error,
        Some(JournalError::Format {
            found: 2,
            allowed: 1
        })
    );
}
