//! SQLite with a write-ahead log: the model must believe it when it syncs, and only then.

use std::path::Path;

use rusqlite::Connection;

use super::programs::acknowledge;
use super::{Plan, every_cut, trial};

const ROWS: i64 = 25;

fn failed(error: rusqlite::Error) -> String {
    error.to_string()
}

/// Adds rows, each in a transaction of its own, with a checkpoint every few pages.
pub(super) fn work(root: &Path, synchronous: &str) {
    let open = || -> rusqlite::Result<()> {
        let connection = Connection::open(root.join("rows.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "wal_autocheckpoint", 12)?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS row (number INTEGER PRIMARY KEY, text TEXT NOT NULL)",
        )?;
        for number in 1..=ROWS {
            let text = text(number);
            connection.execute("INSERT INTO row VALUES (?1, ?2)", (number, text))?;
            acknowledge(&number.to_string());
        }
        Ok(())
    };
    open().expect("the database");
}

fn text(number: i64) -> String {
    format!("{number:>5}").repeat(240)
}

/// The database is sound, holds each row acknowledged, and of the others only the next ones.
fn rows(folder: &Path, acknowledged: &[&str]) -> Result<(), String> {
    let path = folder.join("rows.sqlite");
    if acknowledged.is_empty() && !path.exists() {
        return Ok(());
    }
    let connection = Connection::open(path).map_err(failed)?;
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map_err(failed)?;
    if sound != "ok" {
        return Err(sound);
    }
    if acknowledged.is_empty() {
        return Ok(());
    }
    let mut statement = connection
        .prepare("SELECT number, text FROM row ORDER BY number")
        .map_err(failed)?;
    let found = statement
        .query_map([], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(failed)?;
    if found.len() < acknowledged.len() {
        return Err(format!("{} rows of {}", found.len(), acknowledged.len()));
    }
    let expected = (1..).map(|number| (number, text(number)));
    if found.iter().cloned().eq(expected.take(found.len())) {
        return Ok(());
    }
    Err("other rows than were written".into())
}

#[test]
fn a_database_that_syncs_loses_nothing() {
    let plan = Plan {
        cuts: 100,
        seeds: 4,
        ..every_cut(true, true)
    };
    let report = trial("database_full", &plan, rows);
    assert_eq!(report.losses, [], "{report}");
}

/// By its own documentation, a write-ahead log that is synced at checkpoints only may lose the last
/// rows and is never damaged: a model that showed damage here would be false.
#[test]
fn a_database_that_syncs_at_checkpoints_loses_the_last_rows_and_is_sound() {
    let plan = Plan {
        cuts: 60,
        seeds: 8,
        ..every_cut(false, true)
    };
    let report = trial("database_normal", &plan, rows);
    assert!(!report.losses.is_empty(), "{report}");
    for loss in &report.losses {
        let absent = loss.message.contains(" rows of ") || loss.message.contains("no such table");
        assert!(absent, "{loss:?}");
    }
}

#[test]
fn a_database_that_does_not_sync_is_seen_to_lose() {
    let plan = Plan {
        cuts: 40,
        seeds: 4,
        ..every_cut(false, true)
    };
    let report = trial("database_off", &plan, rows);
    assert!(!report.losses.is_empty(), "{report}");
}
