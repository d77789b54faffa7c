//! The commands of a node's vault. Each opens the office, asks, and says what came of it.

mod access;
mod access_words;
mod agency;
mod backup;
mod care;
mod control;
mod count;
mod doctor;
mod draft;
mod enrol;
mod erase;
mod explain;
mod export;
mod found;
mod hold;
mod lists;
mod log;
mod notices;
mod people;
mod place;
mod record;
mod record_file;
mod release;
mod release_words;
mod reset;
mod restore;
mod rights;
mod roles;
mod session;
mod tabulate;
mod unlock;
mod unnoted;
mod verify;

pub(crate) use access::run as access;
pub(crate) use agency::run as agency;
pub(crate) use backup::run as backup;
pub(crate) use care::{case, glass};
pub(crate) use control::serve as take_commands;
pub(crate) use count::{count, retention};
pub(crate) use doctor::run as doctor;
pub(crate) use draft::run as draft;
pub(crate) use enrol::session;
pub(crate) use erase::run as erase;
pub(crate) use explain::run as explain;
pub(crate) use export::run as export;
pub(crate) use found::{found, print as print_founded, put as put_founded, run as vault};
pub(crate) use hold::run as hold;
pub(crate) use lists::{How, estimate as estimate_lists, refused as method_refused};
pub(crate) use log::run as log;
pub(crate) use notices::run as notices;
pub(crate) use people::run as user;
pub(crate) use record::{Brought, bring, run as record};
pub(crate) use record_file::read_many as read_records;
pub(crate) use release::run as release;
pub(crate) use restore::run as restore;
pub(crate) use rights::{consent, matter};
pub(crate) use roles::run as role;
pub(crate) use session::{random, source, unlike, unlock_and_mend};
pub(crate) use tabulate::run as tabulate;
pub(crate) use unlock::{lock, unlock};
pub(crate) use verify::{rebuild, verify};

use std::fmt::Display;
use std::io::Write;

use jiff::Timestamp;
use office::OfficeError;

use self::session::By;
use crate::cli::vault::Session;
use crate::refusal::Refusal;

/// Says what was done and in whose name: as JSON, or as sentences.
fn say(
    typed: &Session,
    by: By,
    mut answer: serde_json::Value,
    words: impl Display,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    if typed.vault.json {
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
    } else {
        let words = words.to_string();
        let gap = if words.ends_with('\n') { "" } else { " " };
        writeln!(out, "{words}{gap}By {}.", by.words())?;
    }
    Ok(())
}

/// A number, or nothing.
fn text_of(id: Option<impl ToString>) -> Option<String> {
    id.map(|id| id.to_string())
}

/// A moment as people read it, from milliseconds since 1970-01-01 UTC.
fn moment(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(
        |_| "at no time".to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// The day of a moment that is so many days later.
fn day_after(ms: i64, days: i64) -> String {
    let later = ms.saturating_add(days.saturating_mul(24 * 3_600_000));
    Timestamp::from_millisecond(later).map_or_else(
        |_| "at no time".to_owned(),
        |at| at.strftime("%Y-%m-%d").to_string(),
    )
}

impl From<OfficeError> for Refusal {
    fn from(error: OfficeError) -> Self {
        let code = error.code();
        // What the office says to everybody, in the words of a command line.
        match error {
            OfficeError::SignInNeeded => Self::input(
                code,
                "this person signs in, so nobody acts for them at the console: give --sign-in NAME \
                 (or PALERMO_SIGN_IN), with the password from --password-file, PALERMO_PASSWORD or \
                 typed, and the device's code from --code, PALERMO_CODE or typed",
            ),
            OfficeError::ConfirmNeeded => Self::input(
                code,
                "this is for whoever has just signed in: give --sign-in NAME with password and \
                 code; a session of more than five minutes, or the console, is not enough",
            ),
            other => Self::input(code, other),
        }
    }
}
