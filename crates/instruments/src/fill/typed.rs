//! What was typed at a page, as it goes back and forth.

use std::collections::BTreeMap;

/// Most turns of one repeat on a page, and of all repeats whose turns somebody adds together. A
/// page that goes back and forth has an end; a phone takes more.
pub(super) const TURNS_MAX: usize = 500;

/// What was typed, by the question's path with positions (`/data/person[1]/sex[1]`), and how many
/// turns each repeat has (`/data/accused`), where somebody has added or taken away one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    answers: BTreeMap<String, String>,
    turns: BTreeMap<String, usize>,
}

impl Typed {
    /// Puts an answer in. Of a question with several answers each is put in by itself; an empty one
    /// takes nothing away.
    pub fn answer(&mut self, path: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let stands = self.answers.entry(path.to_owned()).or_default();
        if !stands.is_empty() {
            stands.push(' ');
        }
        stands.push_str(text);
    }

    /// Says how many turns a repeat has.
    pub fn turn_count(&mut self, repeat: &str, turns: usize) {
        self.turns.remove(repeat);
        let others: usize = self.turns.values().sum();
        let room = TURNS_MAX.saturating_sub(others);
        self.turns.insert(repeat.to_owned(), turns.min(room));
    }

    /// Sees to it that the turns in which a question lies are there. Groups are counted like turns;
    /// of them there is one.
    pub(super) fn make_room_for(&mut self, path: &str) {
        let steps = path.match_indices(']');
        for (end, _) in steps.filter(|(end, _)| end + 1 < path.len()) {
            let Some((repeat, turn)) = path[..end].rsplit_once('[') else {
                continue;
            };
            let turn: usize = turn.parse().unwrap_or(1);
            let known = self.turns.get(repeat).copied().unwrap_or(1);
            if turn > known {
                self.turn_count(repeat, turn);
            }
        }
    }

    /// Adds a turn at the end. `now` is how many there are.
    pub fn add_turn(&mut self, repeat: &str, now: usize) {
        self.turn_count(repeat, now.saturating_add(1));
    }

    /// Takes a turn away, counted from 1, with what stands in it; those after it move up.
    pub fn drop_turn(&mut self, repeat: &str, turn: usize, now: usize) {
        self.turn_count(repeat, now.saturating_sub(1));
        let moved = |path: String| -> Option<String> {
            let Some((at, rest)) = turn_in(&path, repeat) else {
                return Some(path);
            };
            match at.cmp(&turn) {
                std::cmp::Ordering::Less => Some(path),
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Greater => Some(format!("{repeat}[{}]{rest}", at - 1)),
            }
        };
        let answers = std::mem::take(&mut self.answers).into_iter();
        self.answers = answers
            .filter_map(|(path, text)| Some((moved(path)?, text)))
            .collect();
        let turns = std::mem::take(&mut self.turns).into_iter();
        self.turns = turns
            .filter_map(|(path, count)| Some((moved(path)?, count)))
            .collect();
    }

    /// What was typed, by path.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &str)> {
        let answers = self.answers.iter();
        answers.map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// What was typed at a question.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.answers.get(path).map(String::as_str)
    }

    /// How many turns the repeats have, by path; the outer ones come before those within.
    pub fn turns(&self) -> impl Iterator<Item = (&str, usize)> {
        let turns = self.turns.iter();
        turns.map(|(path, count)| (path.as_str(), *count))
    }
}

/// In which turn of a repeat a path lies, and the rest of it.
fn turn_in<'p>(path: &'p str, repeat: &str) -> Option<(usize, &'p str)> {
    let rest = path.strip_prefix(repeat)?.strip_prefix('[')?;
    let (turn, rest) = rest.split_once(']')?;
    Some((turn.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_is_taken_away_takes_its_answers_and_the_others_move_up() {
        let mut typed = Typed::default();
        for (turn, sex) in [(1, "F"), (2, "M"), (3, "_U")] {
            typed.answer(&format!("/data/accused[{turn}]/sex[1]"), sex);
        }
        typed.answer("/data/accused[3]/step[2]/date[1]", "2031-02-03");
        typed.answer("/data/accused_more[2]", "stays");
        typed.turn_count("/data/accused[3]/step", 2);
        typed.turn_count("/data/accused[2]/step", 5);
        typed.drop_turn("/data/accused", 2, 3);
        let left: Vec<(&str, &str)> = typed.answers().collect();
        assert_eq!(
            left,
            [
                ("/data/accused[1]/sex[1]", "F"),
                ("/data/accused[2]/sex[1]", "_U"),
                ("/data/accused[2]/step[2]/date[1]", "2031-02-03"),
                ("/data/accused_more[2]", "stays"),
            ]
        );
        let turns: Vec<(&str, usize)> = typed.turns().collect();
        assert_eq!(turns, [("/data/accused", 2), ("/data/accused[2]/step", 2)]);
    }

    #[test]
    fn several_answers_stand_beside_each_other() {
        let mut typed = Typed::default();
        typed.answer("/data/needs[1]", "shelter");
        typed.answer("/data/needs[1]", "");
        typed.answer("/data/needs[1]", "legal");
        assert_eq!(typed.get("/data/needs[1]"), Some("shelter legal"));
    }
}
