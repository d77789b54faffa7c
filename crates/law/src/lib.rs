//! Treaties and who is bound on a date.
//!
//! The record holds every signature and every instrument by which a State or the European Union
//! became party to the Convention against Transnational Organized Crime and to its Protocols on
//! trafficking in persons and the smuggling of migrants (`library/treaties/`, sources in
//! `library/SOURCES.md`). From it this room answers, for any day, who had signed, who was party,
//! and for whom the treaty was in force.
//!
//! How parties are counted:
//!
//! - A party counts **from the day on which its instrument is deposited**. This is how the
//!   depositary counts, and the only way in which the totals that others state come out.
//! - The treaty is **in force for it from its own day**: the thirtieth day after the deposit, and
//!   never before the treaty itself is in force, which is the ninetieth day after the fortieth
//!   instrument. Both the day and the rule are kept, and a test holds one against the other.
//! - The European Union is a **party and not a State**; its instrument does not count towards the
//!   fortieth, nor twice with those of its members.
//! - **Succession** takes effect from the successor's independence, so a party can be bound from
//!   before the day of its deposit. It counts from the deposit; on days between, a status lists
//!   it apart, under [`Status::bound_by_later_succession`].
//! - The record of each treaty **ends on a known day**, and one party to the Protocol against the
//!   Smuggling of Migrants is known to be missing. A status says so by its [`limits`].
//!
//! A day before any signature gives a status with nobody in it, not an error. The room knows no
//! clock: the day is always handed in.
//!
//! [`limits`]: Status::limits

mod action;
mod instrument;
mod record;
mod status;
mod treaty;

pub use action::{Act, Action, Informant};
pub use instrument::{EntryIntoForceRule, Gap, Instrument};
pub use record::{Record, RecordError, Standing};
pub use status::{Party, Signatory, Status};
pub use treaty::{Treaty, UnknownTreaty};

#[cfg(test)]
mod test_text {
    /// A message in lines of 80 columns, for snapshots that are read.
    pub(crate) fn wrapped(text: &str) -> String {
        let (mut lines, mut width) = (String::new(), 0);
        for word in text.split(' ') {
            if width > 0 {
                width += 1 + word.len();
                lines.push(if width > 80 { '\n' } else { ' ' });
            }
            if width == 0 || width > 80 {
                width = word.len();
            }
            lines.push_str(word);
        }
        lines
    }
}
