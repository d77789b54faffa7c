//! The parts of a report as plain text, for a terminal or a letter.

use crate::grid::Grid;

use super::Parts;

/// Columns of the text.
const WIDTH: usize = 96;

/// All parts, in the order of the page.
pub(super) fn plain(title: &str, name: &str, parts: &Parts) -> String {
    let mut text = format!("{title}\n{name}\n");
    heading(&mut text, &parts.t("estimate-headline-title"));
    match &parts.number {
        Some([estimate, interval, hidden]) => {
            wrap(&mut text, "  ", &format!("{estimate} {interval}"));
            wrap(&mut text, "  ", hidden);
        }
        None => wrap(&mut text, "  ", &parts.none),
    }
    wrap(&mut text, "  ", &parts.why);
    heading(&mut text, &parts.t("estimate-seen-title"));
    wrap(&mut text, "  ", &parts.seen);
    table(&mut text, &parts.pairs);
    heading(&mut text, &parts.t("estimate-checks-title"));
    let marks = ["estimate-check-look", "estimate-check-passed"].map(|key| parts.t(key));
    let widest = marks.iter().map(|mark| width(mark)).max().unwrap_or(0);
    for check in &parts.checks {
        let mark = &marks[usize::from(check.passed)];
        wrap(
            &mut text,
            &format!("  {}  ", padded(mark, widest, false)),
            &check.sentence,
        );
    }
    heading(&mut text, &parts.t("estimate-methods-title"));
    table(&mut text, &parts.methods);
    let note = format!("{} {}", parts.t("estimate-methods-note"), parts.key);
    wrap(&mut text, "  ", &note);
    if parts.open {
        wrap(&mut text, "  ", &parts.t("estimate-methods-open"));
    }
    if !parts.withheld.is_empty() {
        wrap(&mut text, "  ", &parts.withheld);
    }
    heading(&mut text, &parts.t("estimate-sensitivity-title"));
    wrap(&mut text, "  ", &parts.t("estimate-sensitivity-note"));
    table(&mut text, &parts.sensitivity);
    heading(&mut text, &parts.t("estimate-caveats-title"));
    for caveat in &parts.caveats {
        wrap(&mut text, "  - ", caveat);
    }
    text
}

fn heading(text: &mut String, words: &str) {
    text.push('\n');
    text.push_str(words);
    text.push('\n');
}

fn width(words: &str) -> usize {
    words.chars().count()
}

fn padded(words: &str, wanted: usize, right: bool) -> String {
    let space = " ".repeat(wanted.saturating_sub(width(words)));
    if right {
        format!("{space}{words}")
    } else {
        format!("{words}{space}")
    }
}

/// A table in aligned columns; what does not fit in the last two goes on below.
fn table(text: &mut String, grid: &Grid) {
    wrap(text, "  ", &grid.caption);
    let widths: Vec<usize> = (0..grid.columns.len())
        .map(|column| {
            let cells = grid.rows.iter().filter_map(|row| row.get(column));
            let cells = cells.map(|cell| width(&cell.text));
            cells
                .chain([width(&grid.columns[column].label)])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut line = |cells: Vec<&str>| {
        let mut start = String::from("  ");
        let mut rest = Vec::new();
        for (place, cell) in cells.into_iter().enumerate() {
            let numeric = grid.columns[place].numeric;
            if place > 0 && !numeric {
                // A text after the numbers may be long: it is wrapped under its own beginning.
                rest.extend(Some(cell).filter(|cell| !cell.is_empty()));
                continue;
            }
            start.push_str(&padded(cell, widths[place], numeric));
            start.push_str("  ");
        }
        wrap(text, &start, &rest.join("; "));
    };
    line(grid.columns.iter().map(|own| own.label.as_str()).collect());
    for row in &grid.rows {
        line(row.iter().map(|cell| cell.text.as_str()).collect());
    }
}

/// Words after `first`, in lines of at most [`WIDTH`] columns, all as far in as the first.
fn wrap(text: &mut String, first: &str, sentence: &str) {
    let indent = width(first).min(WIDTH * 3 / 4);
    let mut line = first.to_owned();
    let mut empty = true;
    // Only plain spaces: those within numbers and before signs do not break.
    for word in sentence.split(' ').filter(|word| !word.is_empty()) {
        if !empty && width(&line) + 1 + width(word) > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
