//! From the rows of a sheet to records, by what each column says.

use std::collections::{BTreeMap, HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::cell;
use super::column::{Column, Part, Reading};
use super::sheet::{Row, Sheet};
use super::told::{Saying, Told, Weight};
use super::{Case, Taken, fold};
use crate::concept::Concepts;
use crate::record::{Answer, Class, PersonRole, Record, SourceKey, Value};

/// Name of the answer that holds what was typed where no other answer holds it as it was.
pub const AS_FOUND: &str = "as_found";

/// An age in years, and the group that follows from it.
const AGE_GROUPS: [(&str, &str); 2] = [
    ("person.age_years", "person.age_group"),
    ("tip.age_exploited_years", "tip.age_group_exploited"),
];
/// Adults are of this age or above (TIP Protocol, article 3 (d)).
const ADULT_YEARS: i64 = 18;

/// What says which record a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// These columns, by place.
    Columns(Vec<usize>),
    /// What the row says, since no column says it.
    Content,
}

/// In what role a row is about a person.
#[derive(Debug)]
pub(super) enum RoleOf {
    /// Always this.
    Said(PersonRole),
    /// As this column says, by folded value.
    Column(usize, BTreeMap<String, PersonRole>),
    /// As the columns tell that are filled: of a victim, of a suspect, or of both.
    Filled,
}

/// How the rows of a sheet become records.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) form: String,
    pub(super) form_version: String,
    /// Name of the system or series to which the keys belong.
    pub(super) source: String,
    pub(super) key: Key,
    pub(super) role: RoleOf,
    pub(super) columns: Vec<Column>,
    pub(super) constants: Vec<Answer>,
    /// The header as printed, and the place of the first row below it.
    pub(super) header: Vec<String>,
    pub(super) first: usize,
}

/// Reads every row below the header.
pub(super) fn read(mut plan: Plan, sheet: &Sheet, file: &str, told: Told) -> Taken {
    // A choice is read after the column of all values, with which it is compared.
    plan.columns
        .sort_by_key(|column| matches!(column.reading, Reading::Choice(..)));
    let headers: Vec<String> = plan.header.iter().map(|name| fold::header(name)).collect();
    let mut reading = Plans {
        told,
        place: match &sheet.name {
            Some(name) => format!("{file}, sheet {name}"),
            None => file.to_owned(),
        },
        keys: HashMap::new(),
        repeats: HashMap::new(),
        cases: Vec::new(),
        plan: &plan,
    };
    let mut rows = 0;
    for row in sheet.rows_from(plan.first) {
        rows += 1;
        if is_header(&row, &headers) {
            let saying = Saying::new("header_repeated").at(row.number);
            let saying = saying.allowed("one header: the names of the columns stand here again");
            reading.told.tell(Weight::Refused, saying);
            continue;
        }
        reading.row(&row);
    }
    if rows == 0 {
        let saying = Saying::new("rows_missing").allowed("a header and at least one row");
        reading.told.tell(Weight::Refused, saying);
    }
    Taken {
        sheet: sheet.name.clone(),
        rows,
        cases: reading.cases,
        told: reading.told,
    }
}

/// Whether a row repeats the header.
fn is_header(row: &Row<'_>, headers: &[String]) -> bool {
    let mut same = 0;
    for (at, field) in row.fields().enumerate() {
        if field.trim().is_empty() {
            continue;
        }
        if headers
            .get(at)
            .is_none_or(|header| *header != fold::header(field))
        {
            return false;
        }
        same += 1;
    }
    same > 1 || (same == 1 && headers.len() == 1)
}

struct Plans<'a> {
    plan: &'a Plan,
    told: Told,
    place: String,
    /// Digest of each key, with the row where it stands and the digest of what that row says.
    keys: HashMap<[u8; 32], (u64, [u8; 32])>,
    /// How often a row that says this has come.
    repeats: HashMap<[u8; 32], u32>,
    cases: Vec<Case>,
}

impl Plans<'_> {
    fn row(&mut self, row: &Row<'_>) {
        let Some(number) = self.key(row) else {
            return;
        };
        let roles = self.roles(row);
        let both = roles.len() > 1;
        if both {
            let saying = Saying::new("row_of_two_roles")
                .at(row.number)
                .allowed("a row about a victim or about a suspect; it became two dossiers");
            self.told.tell(Weight::Mended, saying);
        }
        for role in roles {
            let apart = if both && role == PersonRole::Suspect {
                " (suspect)"
            } else {
                ""
            };
            let source = SourceKey {
                source: self.plan.source.clone(),
                number: format!("{number}{apart}"),
            };
            let record = self.record(row, role, both, source);
            self.cases.push(Case {
                row: row.number,
                role,
                record,
            });
        }
    }

    fn record(&mut self, row: &Row<'_>, role: PersonRole, both: bool, source: SourceKey) -> Record {
        let mut reading = cell::Row {
            number: row.number,
            answers: self.plan.constants.clone(),
            findings: Vec::new(),
            told: &mut self.told,
            as_found: format!("{}, row {}", self.place, row.number),
        };
        for column in &self.plan.columns {
            let here = match column.part {
                Part::Victim => !both || role != PersonRole::Suspect,
                Part::Suspect => !both || role == PersonRole::Suspect,
                Part::Case => !both || role != PersonRole::Suspect,
                Part::Person => true,
            };
            if here {
                reading.read(column, row.field(column.position));
            }
        }
        for at in self.plan.header.len()..row.width() {
            let text = row.field(at);
            if !text.trim().is_empty() {
                let saying = Saying::new("row_longer").allowed("no field beyond the header");
                reading.tell(Weight::Held, saying, text);
                reading.keep(&format!("column {}", at + 1), text);
            }
        }
        derive_age_groups(&mut reading.answers);
        derive_countries(&mut reading.answers);
        let cell::Row {
            mut answers,
            findings,
            as_found,
            ..
        } = reading;
        answers.push(Answer {
            question: AS_FOUND.to_owned(),
            concept: None,
            class: Class::Nominal,
            value: Value::Text(as_found),
        });
        Record {
            form: self.plan.form.clone(),
            form_version: self.plan.form_version.clone(),
            source: Some(source),
            answers,
            findings,
        }
    }

    /// The record's own number; none when the row is refused or stands here already.
    fn key(&mut self, row: &Row<'_>) -> Option<String> {
        let content = digest(row.fields());
        let columns = match &self.plan.key {
            Key::Content => {
                // Rows that say the same are different persons, the first, the second and so on.
                let times = self.repeats.entry(content).or_insert(0);
                *times += 1;
                let start: String = content[..16]
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                return Some(format!("{start}/{times}"));
            }
            Key::Columns(columns) => columns,
        };
        let parts: Vec<&str> = columns.iter().map(|at| row.field(*at).trim()).collect();
        let name = |at: &usize| self.plan.header.get(*at).map_or("", String::as_str);
        if let Some(blank) = parts.iter().position(|part| part.is_empty()) {
            let saying = Saying::new("key_blank")
                .at(row.number)
                .of(name(&columns[blank]));
            let saying = saying.allowed("the record’s own number in each row");
            self.told.tell(Weight::Refused, saying);
            return None;
        }
        let field = columns.first().map_or("", name);
        let key = digest(parts.iter().copied());
        if let Some((first, said)) = self.keys.get(&key) {
            let (first, same) = (*first, *said == content);
            let allowed = if same {
                "each row once; what stands twice was taken once".to_owned()
            } else {
                format!(
                    "a number of its own for each row; row {first} has the same and says \
                     something else: name further columns as key"
                )
            };
            let code = if same { "row_repeated" } else { "key_repeated" };
            let weight = if same { Weight::Noted } else { Weight::Refused };
            let saying = Saying::new(code).at(row.number).of(field);
            self.told.tell(weight, saying.allowed(&allowed));
            return None;
        }
        self.keys.insert(key, (row.number, content));
        Some(parts.join(" / "))
    }

    fn roles(&mut self, row: &Row<'_>) -> Vec<PersonRole> {
        match &self.plan.role {
            RoleOf::Said(role) => vec![*role],
            RoleOf::Column(at, values) => {
                let typed = row.field(*at);
                if let Some(role) = values.get(&fold::value(typed)) {
                    return vec![*role];
                }
                let field = self.plan.header.get(*at).map_or("", String::as_str);
                let saying = Saying::new("role_unknown").at(row.number).of(field);
                let saying = saying.allowed("a value that the map names under role");
                self.told.tell(Weight::Refused, saying);
                vec![PersonRole::Unstated]
            }
            RoleOf::Filled => {
                let filled: HashSet<bool> = self
                    .plan
                    .columns
                    .iter()
                    .filter(|column| says_something(column, row.field(column.position)))
                    .filter_map(|column| match column.part {
                        Part::Suspect => Some(true),
                        Part::Victim => Some(false),
                        Part::Person | Part::Case => None,
                    })
                    .collect();
                match (filled.contains(&false), filled.contains(&true)) {
                    (true, true) => vec![PersonRole::Victim, PersonRole::Suspect],
                    (false, true) => vec![PersonRole::Suspect],
                    _ => vec![PersonRole::Victim],
                }
            }
        }
    }
}

/// Whether a field says something: a 0 in a column of one choice does not.
fn says_something(column: &Column, text: &str) -> bool {
    let nothing = match &column.reading {
        Reading::Choice(..) => cell::is_no(text),
        _ => column.blank.contains(&fold::value(text)),
    };
    !text.trim().is_empty() && !nothing
}

/// What the texts say, blank ends aside.
fn digest<'a>(texts: impl Iterator<Item = &'a str>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in texts {
        let text = text.trim();
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

fn derive_age_groups(answers: &mut Vec<Answer>) {
    for (years, group) in AGE_GROUPS {
        let bound = |answer: &&Answer, to: &str| answer.concept.as_deref() == Some(to);
        if answers.iter().any(|answer| bound(&answer, group)) {
            continue;
        }
        let age = answers.iter().find(|answer| bound(answer, years));
        let Some((question, Value::Number(years))) =
            age.map(|answer| (answer.question.clone(), &answer.value))
        else {
            continue;
        };
        let code = if *years < ADULT_YEARS {
            "child"
        } else {
            "adult"
        };
        put(answers, group, question, code);
    }
}

/// The country of a historic event is that of recruitment or of exploitation, as its type says.
fn derive_countries(answers: &mut Vec<Answer>) {
    let code = |question: &str| {
        let answer = answers.iter().find(|answer| answer.question == question)?;
        match &answer.value {
            Value::Coded { code, .. } => Some(code.clone()),
            _ => None,
        }
    };
    let (Some(kind), Some(country)) = (code("hte_Type"), code("hte_Country")) else {
        return;
    };
    let concept = match kind.as_str() {
        "Recruitment" => "tip.country_recruited",
        "Exploitation" => "tip.country_exploited",
        _ => return,
    };
    put(answers, concept, "hte_Country".to_owned(), &country);
}

fn put(answers: &mut Vec<Answer>, concept: &str, question: String, code: &str) {
    let Some(concept) = Concepts::standard().get(concept) else {
        return;
    };
    if let Some(value) = concept.coded(code) {
        answers.push(Answer {
            question,
            concept: Some(concept.id.clone()),
            class: concept.class,
            value,
        });
    }
}
