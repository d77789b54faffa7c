//! A PostgreSQL server that is killed, and one that cannot be trusted.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use keep::journal::{PostgresJournal, verify};
use testkit::cluster::Cluster;

use crate::place::{LIFE, Place, all_acts, put};

const KILLS: u32 = 5;

/// Appends batches of one act until the connection is lost; counts what is acknowledged.
fn write(place: &Place, kill: u32, acknowledged: &AtomicU64) -> Vec<(u64, Vec<u8>)> {
    let mut store = place.open();
    let mut written = Vec::new();
    for count in 0_u64.. {
        let act = format!("kill {kill}, act {count}").into_bytes();
        let step = store.begin().and_then(|head| {
            store.append(&head.next(LIFE, vec![act.clone()]))?;
            store.commit()?;
            Ok(head.acts + 1)
        });
        match step {
            Ok(number) => written.push((number, act)),
            Err(error) => {
                assert_eq!(error.code(), "journal_refused");
                // It stays so: nothing is taken up again on its own.
                thread::sleep(Duration::from_millis(50));
                for again in [store.head().err(), store.begin().err()] {
                    let again = again.expect("a lost connection").to_string();
                    assert!(again.contains("connection"), "{again}");
                }
                break;
            }
        }
        acknowledged.fetch_add(1, Ordering::Release);
    }
    written
}

#[test]
fn what_is_acknowledged_outlives_a_killed_server() {
    let mut cluster = Cluster::start().expect("PostgreSQL");
    let place = Place::postgres_in(&cluster);
    let mut expected: Vec<(u64, Vec<u8>)> = Vec::new();
    for kill in 0..KILLS {
        let micros = RandomState::new().hash_one(kill) % 300_000;
        let acknowledged = AtomicU64::new(0);
        let started = Instant::now();
        let written = thread::scope(|scope| {
            let writer = scope.spawn(|| write(&place, kill, &acknowledged));
            while acknowledged.load(Ordering::Acquire) < 20 && !writer.is_finished() {
                assert!(
                    started.elapsed() < Duration::from_secs(60),
                    "no act is taken"
                );
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_micros(micros));
            cluster.kill().expect("killed");
            writer.join().expect("the writer")
        });
        println!("kill {kill} after {micros} us more: {} acts", written.len());
        assert!(written.len() >= 20);
        expected.extend(written);
        cluster.restart().expect("back");
        let mut store = place.open();
        verify(&mut *store, |_, _| false).expect("a chain");
        let acts = all_acts(&mut *store);
        for (number, act) in &expected {
            let index = usize::try_from(*number).expect("a small number") - 1;
            assert_eq!(&acts[index], act, "act {number} after kill {kill}");
        }
        // Each kill may leave one act whose acknowledgement was on its way.
        let unheard = acts.len() - expected.len();
        assert!(
            unheard <= kill as usize + 1,
            "{unheard} acts are unheard of"
        );
    }
}

#[test]
fn a_server_killed_between_append_and_commit_keeps_the_head_where_it_was() {
    let mut cluster = Cluster::start().expect("PostgreSQL");
    let place = Place::postgres_in(&cluster);
    let mut store = place.open();
    let head = put(&mut *store, &[b"kept"]);
    let begun = store.begin().expect("begun");
    store
        .append(&begun.next(LIFE, vec![b"not kept".to_vec(); 100]))
        .expect("appended");
    cluster.kill().expect("killed");
    store.commit().expect_err("a commit without a server");
    store.abandon().expect_err("nor can it be let go");
    cluster.restart().expect("back");
    store.head().expect_err("it must be opened again");
    let mut store = place.open();
    assert_eq!(store.begin().expect("begun"), head);
    store.abandon().expect("abandoned");
    put(&mut *store, &[b"kept too"]);
    assert_eq!(
        all_acts(&mut *store),
        [b"kept".to_vec(), b"kept too".to_vec()]
    );
}

#[test]
fn commits_are_flushed_whatever_the_server_is_told() {
    let cluster = Cluster::start().expect("PostgreSQL");
    let mut raw = postgres::Client::connect(cluster.url(), postgres::NoTls).expect("raw");
    raw.batch_execute("ALTER ROLE palermo SET synchronous_commit = off")
        .expect("a lax server");
    let place = Place::postgres_in(&cluster);
    let mut store = place.open();
    let mut flushed = 0;
    for _ in 0..20 {
        put(&mut *store, &[b"act"]);
        let row = raw
            .query_one(
                "SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn()",
                &[],
            )
            .expect("a row");
        flushed += u32::from(row.get::<_, bool>(0));
    }
    // The server's own processes write to the log now and then.
    assert!(flushed >= 15, "{flushed} of 20 commits were flushed");

    raw.batch_execute("ALTER SYSTEM SET fsync = off")
        .expect("set");
    raw.batch_execute("SELECT pg_reload_conf()")
        .expect("loaded");
    let start = Instant::now();
    let refused = loop {
        match PostgresJournal::open(cluster.url(), "other") {
            Err(error) => break error.to_string(),
            Ok(_) if start.elapsed() < Duration::from_secs(10) => {
                thread::sleep(Duration::from_millis(20));
            }
            Ok(_) => panic!("a server without fsync was taken"),
        }
    };
    assert!(refused.contains("fsync = off"), "{refused}");
}
