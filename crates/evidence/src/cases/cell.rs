//! One field becomes answers; nothing that was typed is lost.

use super::column::{Coded, Column, Meaning, Reading};
use super::day::{self, NoDay};
use super::told::{Saying, Told, Weight};
use super::{fold, pieces};
use crate::concept::Concept;
use crate::record::{Answer, Class, Value};

/// Oldest age that is taken for one, in years.
const AGE_YEARS_MAX: i64 = 120;

/// Words for yes and for no in columns of one choice each.
const YES: [&str; 9] = ["1", "true", "yes", "y", "x", "oui", "vrai", "sim", "si"];
const NO: [&str; 7] = ["0", "false", "no", "n", "non", "faux", "nao"];

/// Whether a folded text says yes.
pub(super) fn is_yes(folded: &str) -> bool {
    YES.contains(&folded)
}

/// Whether a field of a column of one choice says no.
pub(super) fn is_no(text: &str) -> bool {
    NO.contains(&fold::value(text).as_str())
}

/// The answers of one row under way.
pub(super) struct Row<'a> {
    /// Its number.
    pub(super) number: u64,
    /// The answers so far.
    pub(super) answers: Vec<Answer>,
    /// What was found, for the sealed record.
    pub(super) findings: Vec<String>,
    /// What was found, for the file.
    pub(super) told: &'a mut Told,
    /// Texts that stand in no answer as they were typed.
    pub(super) as_found: String,
}

impl Row<'_> {
    /// Tells something of a field; `cell` goes into the sealed record alone.
    pub(super) fn tell(&mut self, weight: Weight, saying: Saying<'_>, cell: &str) {
        self.told.tell(weight, saying.at(self.number));
        self.findings.push(saying.sealed(cell));
    }

    /// Keeps a text as it was typed, beside the others of its row.
    pub(super) fn keep(&mut self, header: &str, text: &str) {
        self.as_found.push('\n');
        self.as_found.push_str(header);
        self.as_found.push_str(": ");
        self.as_found.push_str(text);
    }

    fn put(&mut self, column: &Column, concept: Option<&Concept>, value: Value) {
        let most = match (&value, concept) {
            (Value::Text(_), _) | (Value::Number(_) | Value::Date(_), None) => Class::Nominal,
            (Value::Coded { .. } | Value::Absent(_), None) => Class::Restricted,
            (_, Some(concept)) => concept.class,
        };
        self.answers.push(Answer {
            question: column.question.clone(),
            concept: concept.map(|concept| concept.id.clone()),
            class: column.class.map_or(most, |class| class.min(most)),
            value,
        });
    }

    /// Reads one field of this column.
    pub(super) fn read(&mut self, column: &Column, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let before = self.answers.len();
        let folded = fold::value(text);
        if column.blank.contains(&folded) {
            self.keep(&column.header, text);
            return;
        }
        if let Some(absence) = column.absent.get(&folded) {
            let concept = match &column.reading {
                Reading::Text(concept) | Reading::Date(concept, _) => *concept,
                Reading::Number(concept) => Some(*concept),
                Reading::Coded(coded) | Reading::Choice(coded, _) => coded.concept,
                Reading::Agreement => None,
            };
            self.put(column, concept, Value::Absent(*absence));
            self.keep(&column.header, text);
            return;
        }
        match &column.reading {
            Reading::Text(concept) => self.put(column, *concept, Value::Text(text.to_owned())),
            Reading::Agreement => self.agreement(column, text),
            Reading::Date(concept, format) => self.date(column, *concept, format.as_deref(), text),
            Reading::Number(concept) => self.number(column, concept, text),
            Reading::Coded(coded) => self.coded(column, coded, text),
            Reading::Choice(coded, code) => self.choice(column, coded, code, text),
        }
        let says = |answer: &Answer| match &answer.value {
            Value::Text(held) => held == text,
            Value::Number(number) => number.to_string() == text,
            Value::Date(date) => date.to_string() == text,
            Value::Coded { code, .. } => code == text,
            Value::Absent(_) => false,
        };
        if !self.answers[before..].iter().any(says) {
            self.keep(&column.header, text);
        }
    }

    fn agreement(&mut self, column: &Column, text: &str) {
        self.put(column, None, Value::Text(text.to_owned()));
        let saying = Saying::new("agreement_not_taken").of(&column.header).allowed(
            "agreement is recorded for one purpose and one receiver, by `palermo consent record`; \
             agreement to exploitation is never a fact",
        );
        self.tell(Weight::Held, saying, text);
    }

    fn unread(&mut self, column: &Column, code: &'static str, allowed: &str, text: &str) {
        let saying = Saying::new(code).of(&column.header).allowed(allowed);
        self.tell(Weight::Held, saying, text);
        self.put(column, None, Value::Text(text.to_owned()));
    }

    fn date(
        &mut self,
        column: &Column,
        concept: Option<&Concept>,
        format: Option<&str>,
        text: &str,
    ) {
        match day::read(text, format) {
            Ok(date) => self.put(column, concept, Value::Date(date)),
            Err(NoDay::Ambiguous) => {
                let allowed = "YYYY-MM-DD; which of the two figures is the day is not certain: a \
                               map can say it with `date`";
                self.unread(column, "date_ambiguous", allowed, text);
            }
            Err(NoDay::Unreadable) => {
                let allowed = match format {
                    Some(format) => format!("YYYY-MM-DD, or {format} as the map says"),
                    None => "a day as YYYY-MM-DD".to_owned(),
                };
                self.unread(column, "date_unreadable", &allowed, text);
            }
        }
    }

    fn number(&mut self, column: &Column, concept: &Concept, text: &str) {
        let typed = text.trim();
        // Programs that know no whole numbers write 17 as 17.0.
        let whole = typed.split_once('.').map_or(typed, |(whole, rest)| {
            if !rest.is_empty() && rest.bytes().all(|byte| byte == b'0') {
                whole
            } else {
                typed
            }
        });
        let figures = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let number = whole.parse::<i64>().ok().filter(|_| figures);
        let is_age = concept.id.contains("age_");
        match number {
            Some(years) if is_age && years > AGE_YEARS_MAX => {
                self.unread(
                    column,
                    "age_out_of_range",
                    "an age from 0 to 120 years",
                    text,
                );
            }
            Some(number) => self.put(column, Some(concept), Value::Number(number)),
            None => self.unread(
                column,
                "number_unreadable",
                "a whole number, 0 or more",
                text,
            ),
        }
    }

    fn coded(&mut self, column: &Column, coded: &Coded, text: &str) {
        let parted = pieces::of(
            text,
            coded.separator.as_deref(),
            |piece| coded.knows(piece),
            |piece| coded.is_code(piece),
        );
        let known: Vec<_> = parted
            .pieces
            .iter()
            .map(|piece| (*piece, coded.meaning(piece)))
            .collect();
        let field = column.header.as_str();
        if parted.joined {
            let saying = Saying::new("label_holds_separator")
                .of(field)
                .allowed("a label that holds what parts values was read as one value");
            self.tell(Weight::Mended, saying, text);
        }
        let blanks = |(piece, meaning): &(&str, Option<Meaning>)| {
            meaning.is_some() && piece.ends_with([' ', '\u{a0}', '\t'])
        };
        if known.iter().any(blanks) {
            let saying = Saying::new("value_blanks_removed").of(field);
            self.tell(Weight::Mended, saying, text);
        }
        let several = known
            .iter()
            .filter(|(_, meaning)| meaning.is_some())
            .count()
            > 1;
        if several && coded.one {
            self.several(column, coded, text);
            if coded.concept.is_some_and(|concept| !concept.many) {
                return;
            }
        }
        for (piece, meaning) in known {
            match meaning {
                Some(meaning) => self.bind(column, coded, meaning, piece),
                None => self.unknown(column, coded, piece),
            }
        }
    }

    /// Several values in a column of one.
    fn several(&mut self, column: &Column, coded: &Coded, text: &str) {
        let field = column.header.as_str();
        if coded.concept.is_some_and(|concept| concept.many) {
            let saying = Saying::new("several_in_one_choice").of(field);
            let saying = saying.allowed("one value by the standard; each of them was taken");
            return self.tell(Weight::Mended, saying, text);
        }
        let saying = Saying::new("several_values").of(field).allowed("one value");
        self.tell(Weight::Held, saying, text);
        self.put(column, None, Value::Text(text.to_owned()));
    }

    fn unknown(&mut self, column: &Column, coded: &Coded, piece: &str) {
        let near = coded.words.nearest(piece);
        let allowed = match near {
            Some(near) => format!("a value of {}; nearest is {near}", coded.list),
            None => format!("a value of {}", coded.list),
        };
        let saying = Saying::new("value_unknown")
            .of(&column.header)
            .allowed(&allowed);
        self.tell(Weight::Held, saying, piece);
        self.put(column, None, Value::Text(piece.to_owned()));
    }

    fn bind(&mut self, column: &Column, coded: &Coded, meaning: Meaning, piece: &str) {
        let field = column.header.as_str();
        for lost in &meaning.lost {
            let code = if meaning.codes.is_empty() {
                "value_without_target"
            } else {
                "crosswalk_loses"
            };
            // What is lost tells the value: it stands in the sealed record alone.
            self.findings
                .push(format!("{field}: {piece}: lost: {lost}"));
            let saying = Saying::new(code).of(field).at(self.number);
            let (weight, allowed) = match code {
                "crosswalk_loses" => (Weight::Noted, "what is lost stands in the sealed record"),
                _ => (
                    Weight::Held,
                    "kept as found; the own list has no code for it",
                ),
            };
            self.told.tell(weight, saying.allowed(allowed));
        }
        if let Some(code) = meaning.found {
            let value = Value::Coded {
                list: coded.list.id.clone(),
                version: coded.list.version.clone(),
                code,
            };
            self.put_once(column, None, value);
        }
        for code in meaning.codes {
            if let Some(value) = coded.concept.and_then(|concept| concept.coded(&code)) {
                self.put_once(column, coded.concept, value);
            }
        }
    }

    fn put_once(&mut self, column: &Column, concept: Option<&Concept>, value: Value) {
        let id = concept.map(|concept| concept.id.as_str());
        let same = |answer: &Answer| {
            answer.concept.as_deref() == id
                && answer.value == value
                && answer.question == column.question
        };
        if !self.answers.iter().any(same) {
            self.put(column, concept, value);
        }
    }

    fn choice(&mut self, column: &Column, coded: &Coded, code: &str, text: &str) {
        let folded = fold::value(text);
        let yes = YES.contains(&folded.as_str());
        if !yes && !NO.contains(&folded.as_str()) {
            return self.unread(column, "value_unknown", "1 or 0 for this choice", text);
        }
        let of_code = |answer: &Answer| match &answer.value {
            Value::Coded { code: held, .. } => held == code,
            _ => false,
        };
        let holds = self
            .answers
            .iter()
            .any(|answer| answer.question == column.question && of_code(answer));
        if !yes && holds {
            let saying = Saying::new("choices_disagree")
                .of(&column.header)
                .allowed("the same in the column of all values; what any of them says was taken");
            self.tell(Weight::Held, saying, text);
        }
        if yes {
            self.bind(column, coded, coded.of_code(code.to_owned()), code);
        }
        // The mark itself says nothing without the column's name.
        self.keep(&column.header, text);
    }
}
