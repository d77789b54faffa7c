//! The commands of a node's vault. Each opens the office, asks, and says what came of it.

mod backup;
mod control;
mod count;
mod doctor;
mod erase;
mod found;
mod hold;
mod log;
mod people;
mod place;
mod record;
mod record_file;
mod restore;
mod session;
mod unlock;
mod unnoted;
mod verify;

pub(crate) use backup::run as backup;
pub(crate) use control::serve as take_commands;
pub(crate) use count::{count, retention};
pub(crate) use doctor::run as doctor;
pub(crate) use erase::run as erase;
pub(crate) use found::{found, print as print_founded, put as put_founded, run as vault};
pub(crate) use hold::run as hold;
pub(crate) use log::run as log;
pub(crate) use people::run as user;
pub(crate) use record::run as record;
pub(crate) use restore::run as restore;
pub(crate) use session::{random, unlock_and_mend};
pub(crate) use unlock::{lock, unlock};
pub(crate) use verify::{rebuild, verify};

use jiff::Timestamp;

use crate::refusal::Refusal;

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

impl From<office::OfficeError> for Refusal {
    fn from(error: office::OfficeError) -> Self {
        Self::input(error.code(), error)
    }
}
