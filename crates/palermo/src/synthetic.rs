//! `palermo synthetic`: records of persons who do not exist, in an invented State, to try a node.
//!
//! Names say that they are synthetic, citizenships are codes that ISO leaves to users, and the same
//! seed gives the same records. Each agency has a folder, with a file for each role; a file is what
//! `palermo record import` reads.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::Synthetic;
use crate::refusal::Refusal;

/// Agencies of the invented State, and what they see.
pub(crate) const AGENCIES: [&str; 4] = ["shelter", "police", "border", "inspectorate"];
/// The first and the last year of the records.
pub(crate) const YEARS: (u64, u64) = (2019, 2024);

/// Numbers that look random and are the same for the same seed: SplitMix64 (Steele, Lea and Flood,
/// OOPSLA 2014). No secret hangs on them.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// One of several, each as likely as its weight says.
    fn pick<'a>(&mut self, of: &[(&'a str, u64)]) -> &'a str {
        let mut left = self.below(of.iter().map(|(_, weight)| weight).sum());
        for (one, weight) in of {
            if left < *weight {
                return one;
            }
            left -= weight;
        }
        of.last().map_or("", |(one, _)| one)
    }

    fn day(&mut self, from_month: u64) -> String {
        let month = from_month + self.below(12);
        format!(
            "{:04}-{:02}-{:02}",
            month / 12,
            month % 12 + 1,
            1 + self.below(28)
        )
    }
}

/// A record under way.
struct Entry {
    answers: Vec<Value>,
}

impl Entry {
    fn new(number: u64) -> Self {
        let name = format!("Synthetic Person {number:08}");
        let answers = vec![json!({
            "question": "name", "concept": "name", "class": "nominal", "text": name,
        })];
        Self { answers }
    }

    fn code(&mut self, group: &str, concept: &str, code: &str) {
        let concepts = evidence::concept::Concepts::standard();
        let value = concepts
            .get(concept)
            .and_then(|concept| concept.coded(code));
        if let Some(evidence::record::Value::Coded {
            list,
            version,
            code,
        }) = value
        {
            self.answers.push(json!({
                "question": format!("{group}{concept}"), "concept": concept, "class": "restricted",
                "code": { "list": list, "version": version, "code": code },
            }));
        }
    }

    fn date(&mut self, group: &str, concept: &str, day: &str) {
        self.answers.push(json!({
            "question": format!("{group}{concept}"), "concept": concept, "class": "restricted",
            "date": day,
        }));
    }

    fn number(&mut self, group: &str, concept: &str, number: u64) {
        self.answers.push(json!({
            "question": format!("{group}{concept}"), "concept": concept, "class": "restricted",
            "number": number,
        }));
    }

    fn line(self, form: &str, agency: &str, number: u64) -> Value {
        let source = format!("synthetic {form} of {agency}");
        json!({
            "form": form, "version": "1",
            "source": { "source": source, "number": number.to_string() },
            "answers": self.answers,
        })
    }
}

fn sex(dice: &mut Dice) -> &'static str {
    dice.pick(&[("F", 60), ("M", 37), ("_O", 1), ("_U", 2)])
}

fn citizenship(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        ("XAA", 55),
        ("XAB", 20),
        ("XAC", 12),
        ("XAD", 7),
        ("XAE", 3),
        ("stateless", 1),
        ("unknown", 2),
    ])
}

/// The months of a year count from here.
fn month_of_year(dice: &mut Dice) -> u64 {
    (YEARS.0 + dice.below(YEARS.1 - YEARS.0 + 1)) * 12
}

fn victim(dice: &mut Dice, number: u64) -> Entry {
    let mut entry = Entry::new(number);
    let year = month_of_year(dice);
    let detected = dice.day(year);
    entry.date("", "event.date_recorded", &detected);
    entry.date("situation/", "event.date_detected", &detected);
    let known = dice.below(10) > 0;
    if known {
        entry.code("person/", "person.sex", sex(dice));
    }
    match dice.below(20) {
        0 => entry.code("person/", "person.age_group", "unknown"),
        1 => entry.code("person/", "person.age_presumed", "yes"),
        _ => {
            let years = 8 + dice.below(40);
            entry.number("person/", "person.age_years", years);
        }
    }
    entry.code("person/", "person.citizenship", citizenship(dice));
    let forms = [
        ("sexual_exploitation", 38),
        ("forced_labour", 30),
        ("domestic_servitude", 9),
        ("forced_begging", 6),
        ("forced_criminality", 6),
        ("forced_marriage", 4),
        ("organ_removal", 1),
        ("child_soldiering", 2),
        ("slavery_similar", 4),
    ];
    entry.code("situation/", "tip.exploitation", dice.pick(&forms));
    if dice.below(8) == 0 {
        entry.code("situation/", "tip.exploitation", dice.pick(&forms));
    }
    if dice.below(12) == 0 {
        let abroad = dice.pick(&[("XAB", 3), ("XAC", 2), ("XAD", 1)]);
        entry.code("situation/", "tip.country_repatriated_from", abroad);
    } else {
        entry.code("situation/", "tip.country_detected", "XAA");
    }
    if dice.below(3) > 0 {
        let status = dice.pick(&[("identified", 60), ("presumed", 30), ("not_identified", 10)]);
        entry.code("", "identification.status", status);
        entry.date("", "identification.date", &dice.day(year + 3));
        entry.code(
            "",
            "identification.by",
            dice.pick(&[
                ("law_enforcement", 5),
                ("referral_mechanism", 4),
                ("ngo", 1),
            ]),
        );
    }
    for service in ["shelter", "medical", "psychological", "legal"] {
        if dice.below(3) == 0 {
            entry.code("", "service.received", service);
        }
    }
    entry
}

fn accused(dice: &mut Dice, number: u64) -> Entry {
    let mut entry = Entry::new(number);
    entry.code(
        "person/",
        "person.sex",
        dice.pick(&[("F", 30), ("M", 68), ("_U", 2)]),
    );
    entry.code(
        "person/",
        "person.age_group",
        dice.pick(&[("adult", 92), ("child", 4), ("unknown", 4)]),
    );
    entry.code("person/", "person.citizenship", citizenship(dice));
    entry.code(
        "",
        "justice.offence",
        dice.pick(&[("trafficking", 85), ("smuggling", 10), ("related", 5)]),
    );
    let mut month = month_of_year(dice);
    let mut turn = 0;
    let mut step = |entry: &mut Entry, name: &str, outcome: Option<&str>, day: &str| {
        turn += 1;
        let group = format!("step[{turn}]/");
        entry.code(&group, "justice.step", name);
        entry.date(&group, "justice.step_date", day);
        if let Some(outcome) = outcome {
            entry.code(&group, "justice.step_outcome", outcome);
        }
        group
    };
    let day = dice.day(month);
    step(&mut entry, "investigation", None, &day);
    for (name, goes_on) in [("arrest", 9), ("charge", 8)] {
        if dice.below(10) >= goes_on {
            return entry;
        }
        month += 6;
        let day = dice.day(month);
        step(&mut entry, name, None, &day);
    }
    let decided = dice.pick(&[("prosecuted", 8), ("not_prosecuted", 2)]);
    month += 3;
    let day = dice.day(month);
    step(&mut entry, "decision_to_prosecute", Some(decided), &day);
    if decided == "not_prosecuted" || dice.below(3) == 0 {
        return entry;
    }
    let verdict = dice.pick(&[("convicted", 7), ("acquitted", 3)]);
    month += 12;
    let day = dice.day(month);
    let group = step(&mut entry, "verdict", Some(verdict), &day);
    if verdict == "convicted" {
        entry.number(&group, "justice.prison_months", 6 + dice.below(180));
    }
    entry
}

fn case(dice: &mut Dice) -> Entry {
    let mut entry = Entry {
        answers: Vec::new(),
    };
    entry.code(
        "",
        "justice.offence",
        dice.pick(&[("trafficking", 85), ("smuggling", 10), ("related", 5)]),
    );
    let mut month = month_of_year(dice);
    for (turn, (name, goes_on)) in [
        ("report", 10),
        ("investigation", 8),
        ("charge", 6),
        ("verdict", 5),
    ]
    .into_iter()
    .enumerate()
    {
        if dice.below(10) >= goes_on {
            break;
        }
        let group = format!("step[{}]/", turn + 1);
        entry.code(&group, "justice.step", name);
        entry.date(&group, "justice.step_date", &dice.day(month));
        month += 6;
    }
    entry
}

/// The files of an agency: the role that its records are about, and how many there are of so many
/// in all.
fn files_of(place: usize, cases: u64) -> [(&'static str, u64); 3] {
    let share = |all: u64| all / 4 + u64::from((all % 4) > place as u64);
    // Police and border service bring charges; the others see none.
    let charges = |hundredths: u64| match place {
        1 | 2 => cases * hundredths / 100 / 2,
        _ => 0,
    };
    [
        ("victim", share(cases * 64 / 100)),
        ("suspect", charges(22)),
        ("case", charges(14)),
    ]
}

/// The lines of a file of records, made as they are asked for.
type Lines<'a> = dyn Iterator<Item = Value> + 'a;

/// Hands over the records file by file: the agency, the role, the lines. It answers with how many
/// there were.
pub(crate) fn each_file<E>(
    (cases, seed): (u64, u64),
    mut take: impl FnMut(&'static str, &'static str, &mut Lines<'_>) -> Result<(), E>,
) -> Result<u64, E> {
    let mut dice = Dice(seed);
    let mut number = 0;
    for (place, agency) in AGENCIES.into_iter().enumerate() {
        for (role, count) in files_of(place, cases) {
            if count == 0 {
                continue;
            }
            let mut lines = (0..count).map(|_| {
                number += 1;
                line(&mut dice, (agency, role), number)
            });
            take(agency, role, &mut lines)?;
        }
    }
    Ok(number)
}

fn line(dice: &mut Dice, (agency, role): (&str, &str), number: u64) -> Value {
    let entry = match role {
        "victim" => victim(dice, number),
        "suspect" => accused(dice, number),
        _ => case(dice),
    };
    entry.line(role, agency, number)
}

/// Records of so many victims beside those of a whole set, whose numbers end before `from`.
pub(crate) fn some_victims(agency: &str, (from, count): (u64, u64), seed: u64) -> Vec<Value> {
    let mut dice = Dice(seed);
    (from..from + count)
        .map(|number| line(&mut dice, (agency, "victim"), number))
        .collect()
}

/// Writes the records.
pub(crate) fn run(typed: &Synthetic, out: &mut impl Write) -> Result<(), Refusal> {
    let folder = &typed.folder;
    if folder.exists() {
        let message = format!(
            "{} is there already; allowed: a folder that is not",
            folder.display()
        );
        return Err(Refusal::input("folder_exists", message));
    }
    for agency in AGENCIES {
        let of_agency = folder.join(agency);
        fs::create_dir_all(&of_agency).map_err(|error| unwritable(&of_agency, &error))?;
    }
    let number = each_file((typed.cases, typed.seed), |agency, role, lines| {
        let path = folder.join(agency).join(format!("{role}.jsonl"));
        let opened = File::create(&path).map_err(|error| unwritable(&path, &error))?;
        let mut writer = BufWriter::new(opened);
        for line in lines {
            writeln!(writer, "{line}").map_err(|error| unwritable(&path, &error))?;
        }
        writer.flush().map_err(|error| unwritable(&path, &error))
    })?;
    writeln!(
        out,
        "{number} synthetic records of the invented State XA are in {}; nobody of them exists.",
        folder.display()
    )?;
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::input(
        "file_unwritable",
        format!("cannot write {}: {error}", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_records_and_names_say_what_they_are() {
        let lines = |seed| {
            let mut dice = Dice(seed);
            let entry = victim(&mut dice, 7)
                .line("victim", "shelter", 7)
                .to_string();
            let other = accused(&mut dice, 8)
                .line("suspect", "police", 8)
                .to_string();
            let case = case(&mut dice).line("case", "police", 9).to_string();
            [entry, other, case]
        };
        assert_eq!(lines(1), lines(1));
        assert_ne!(lines(1), lines(2));
        assert!(lines(1)[0].contains("Synthetic Person 00000007"));
        assert!(!lines(1)[2].contains("Person"));
    }
}
