//! The room as its callers use it: totals on a day, entry into force, single parties, and the
//! rules that every row of the record keeps.

mod catalogue;
mod force;
mod parties;
mod properties;
mod totals;

use jiff::civil::Date;
use terms::place::PlaceCode;

/// A day from its ISO 8601 text.
fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// A place from its code.
fn place(text: &str) -> PlaceCode {
    text.parse().expect("a code")
}

/// A text in lines of 80 columns, for snapshots that are read.
fn wrapped(text: &str) -> String {
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
