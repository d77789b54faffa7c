//! The record of acts, and the questions that it answers over time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::ToSpan;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use terms::language::Language;
use terms::place::{PlaceCode, PlaceKind, Places};
use terms::source::Source;

use crate::action::{self, Action};
use crate::instrument::{self, Instrument, english};
use crate::status::{Party, Signatory, Status};
use crate::treaty::Treaty;

const TREATIES_TOML: &str = include_str!("../../../library/treaties/treaties.toml");
const ACTIONS_CSV: &str = include_str!("../../../library/treaties/actions.csv");

/// A fault in the files of the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("law.record: {file}, row {row}, field {field}: {problem}")]
pub struct RecordError {
    /// The file.
    pub file: &'static str,
    /// The row after the header, or the entry, counted from 1; 0 for the whole file.
    pub row: usize,
    /// The column or key.
    pub field: String,
    /// What was found and what is allowed.
    pub problem: String,
}

impl RecordError {
    pub(crate) fn new(file: &'static str, row: usize, field: &str, problem: &str) -> Self {
        Self {
            file,
            row,
            field: field.to_owned(),
            problem: problem.to_owned(),
        }
    }
}

/// What one place has done towards one treaty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The treaty.
    pub treaty: Treaty,
    /// Its signature, if it signed.
    pub signature: Option<Action>,
    /// The act by which it became party, if it did.
    pub deposit: Option<Action>,
}

/// The instruments, and every act towards them.
#[derive(Debug, Clone)]
pub struct Record {
    instruments: [Instrument; 3],
    actions: Vec<Action>,
    content_sha256: String,
}

impl Record {
    /// The embedded record, read once.
    #[must_use]
    pub fn standard() -> &'static Record {
        static STANDARD: OnceLock<Record> = OnceLock::new();
        STANDARD.get_or_init(|| {
            Record::parse(TREATIES_TOML, ACTIONS_CSV).expect("a test reads the embedded record")
        })
    }

    /// Reads a record in the layout of `library/treaties/`.
    ///
    /// # Errors
    /// [`RecordError`] when an entry or row cannot be read, when the instruments are not the three
    /// of [`Treaty::ALL`] in that order, when a party signs or deposits twice for one treaty, or
    /// when a signature follows the deposit. Rows need no order.
    pub fn parse(treaties: &str, acts: &str) -> Result<Record, RecordError> {
        let instruments = instrument::parse(treaties)?;
        let codes = instruments.iter().map(|instrument| instrument.treaty);
        if !codes.eq(Treaty::ALL) {
            let problem = "allowed: UNTOC, TIP, SOM, each once and in this order";
            return Err(RecordError::new("treaties.toml", 0, "code", problem));
        }
        let instruments = instruments
            .try_into()
            .expect("the codes just compared are three");
        let actions = action::parse(acts)?;
        check_order(&actions)?;
        let content: Sha256 = Sha256::new().chain_update(treaties).chain_update(acts);
        let digest = content.finalize();
        let content_sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Record {
            instruments,
            actions,
            content_sha256,
        })
    }

    /// An instrument.
    #[must_use]
    pub fn instrument(&self, treaty: Treaty) -> &Instrument {
        &self.instruments[treaty as usize]
    }

    /// Every act, in the order of the file.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Who had signed a treaty, who was party, and for whom it was in force at the end of a day.
    ///
    /// Parties and signatories are in the order of their codes. A day before the first signature
    /// gives an empty status; a day after the end of the record gives the last known one, with a
    /// limit that says so.
    #[must_use]
    pub fn status(&self, treaty: Treaty, on: Date) -> Status {
        let instrument = self.instrument(treaty);
        let mut signed = BTreeMap::new();
        let mut parties = Vec::new();
        let mut bound_by_later_succession = Vec::new();
        for action in self.of_treaty(treaty) {
            if !action.act.makes_a_party() && action.date <= on {
                signed.insert(action.party, action.date);
            }
        }
        for action in self.of_treaty(treaty) {
            let Some(in_force_from) = action.in_force_from else {
                continue;
            };
            let party = Party {
                place: action.party,
                is_organisation: is_organisation(action.party),
                act: action.act,
                certain: action.certain,
                deposited: action.date,
                in_force_from,
                signed: signed.get(&action.party).copied(),
            };
            if party.deposited <= on {
                parties.push(party);
            } else if party.in_force_from <= on {
                bound_by_later_succession.push(party);
            }
        }
        parties.sort_by_key(|party| party.place);
        let signatories = signed
            .into_iter()
            .map(|(place, signed)| Signatory { place, signed })
            .collect();
        Status::new(
            instrument,
            on,
            parties,
            signatories,
            bound_by_later_succession,
        )
    }

    /// The days on which instruments were deposited, in order, each with the number of parties at
    /// its end, the European Union counted.
    #[must_use]
    pub fn timeline(&self, treaty: Treaty) -> Vec<(Date, usize)> {
        let mut on_day = BTreeMap::<Date, usize>::new();
        for action in self.deposits(treaty) {
            *on_day.entry(action.date).or_default() += 1;
        }
        let mut total = 0;
        let mut running = |(day, count)| {
            total += count;
            (day, total)
        };
        on_day.into_iter().map(&mut running).collect()
    }

    /// What a place has done towards each treaty, in the order of [`Treaty::ALL`]. A place that
    /// did nothing, or is unknown, has three empty standings.
    #[must_use]
    pub fn of(&self, place: PlaceCode) -> [Standing; 3] {
        Treaty::ALL.map(|treaty| {
            let find = |party: bool| {
                self.of_treaty(treaty)
                    .find(|action| action.party == place && action.act.makes_a_party() == party)
                    .cloned()
            };
            Standing {
                treaty,
                signature: find(false),
                deposit: find(true),
            }
        })
    }

    /// The day on which the treaty entered into force, computed from the deposits by its rule:
    /// so many days after the last instrument needed, instruments of organisations not counted,
    /// and for a Protocol not before the treaty that it supplements. `None` while too few.
    #[must_use]
    pub fn computed_entry_into_force(&self, treaty: Treaty) -> Option<Date> {
        let instrument = self.instrument(treaty);
        let mut days: Vec<Date> = self
            .deposits(treaty)
            .filter(|action| !is_organisation(action.party))
            .map(|action| action.date)
            .collect();
        days.sort_unstable();
        let last_needed = *days.get(instrument.rule.instruments_needed.checked_sub(1)?)?;
        let own = later(last_needed, instrument.rule.days_after_last_needed)?;
        match instrument.supplements {
            Some(other) if other != treaty => Some(own.max(self.computed_entry_into_force(other)?)),
            _ => Some(own),
        }
    }

    /// The day from which a treaty is in force for the party of a deposit, computed by the rule;
    /// `None` for a signature. The printed day is [`Action::in_force_from`].
    #[must_use]
    pub fn computed_in_force_from(&self, deposit: &Action) -> Option<Date> {
        if !deposit.act.makes_a_party() {
            return None;
        }
        let rule = &self.instrument(deposit.treaty).rule;
        let own = later(deposit.date, rule.days_after_later)?;
        Some(own.max(self.computed_entry_into_force(deposit.treaty)?))
    }

    /// Where the record of a treaty comes from, to travel with every figure made of it.
    #[must_use]
    pub fn source(&self, treaty: Treaty) -> Source {
        let instrument = self.instrument(treaty);
        Source {
            publisher: "United Nations Treaty Collection; Swiss Confederation, Fedlex".to_owned(),
            title: format!(
                "Status of treaties, {}: {}",
                instrument.registration,
                instrument.short(Language::En)
            ),
            address: "https://treaties.un.org; https://www.fedlex.admin.ch".to_owned(),
            licence: "facts, no copyright".to_owned(),
            attribution:
                "Status of treaties: United Nations Treaty Collection (to early 2014) and \
                          Swiss Confederation, Fedlex"
                    .to_owned(),
            vintage: format!("acts to {}", english(instrument.record_ends)),
            retrieved: None,
            content_sha256: Some(self.content_sha256.clone()),
        }
    }

    fn of_treaty(&self, treaty: Treaty) -> impl Iterator<Item = &Action> {
        self.actions
            .iter()
            .filter(move |action| action.treaty == treaty)
    }

    fn deposits(&self, treaty: Treaty) -> impl Iterator<Item = &Action> {
        self.of_treaty(treaty)
            .filter(|action| action.act.makes_a_party())
    }
}

/// Whether a party is a regional economic integration organisation: a party, not a State.
fn is_organisation(place: PlaceCode) -> bool {
    Places::standard()
        .get(place)
        .is_some_and(|place| place.kind == PlaceKind::Organisation)
}

/// The day so many days later; `None` at the end of the calendar.
fn later(day: Date, days: i32) -> Option<Date> {
    day.checked_add(days.days()).ok()
}

/// No party signs or deposits twice, and nobody signs after the deposit.
fn check_order(actions: &[Action]) -> Result<(), RecordError> {
    let mut seen = BTreeSet::new();
    let mut deposited = BTreeMap::new();
    let refused = |index: usize, field: &str, problem: &str| {
        let action = &actions[index];
        let problem = format!("{} {}: {problem}", action.treaty, action.party);
        RecordError::new("actions.csv", index + 1, field, &problem)
    };
    for (index, action) in actions.iter().enumerate() {
        let party = action.act.makes_a_party();
        if !seen.insert((action.treaty, action.party, party)) {
            let problem = "an act of this kind stands twice; nobody joins again without leaving";
            return Err(refused(index, "act", problem));
        }
        if party {
            deposited.insert((action.treaty, action.party), action.date);
        }
    }
    for (index, action) in actions.iter().enumerate() {
        let deposit = deposited.get(&(action.treaty, action.party));
        if !action.act.makes_a_party() && deposit.is_some_and(|deposit| *deposit < action.date) {
            return Err(refused(index, "date", "signed after it became party"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_text::wrapped;

    const HEADER: &str = "treaty,party,act,date,in_force_from,certain,source,note\n";

    fn fault(rows: &[&str]) -> String {
        Record::parse(TREATIES_TOML, &format!("{HEADER}{}\n", rows.join("\n")))
            .expect_err("a rule is broken")
            .to_string()
    }

    #[test]
    fn nobody_joins_twice() {
        let joins = "TIP,XXA,accession,2005-01-01,2005-01-31,yes,untc,";
        let again = "TIP,XXA,ratification,2006-01-01,2006-01-31,yes,untc,";
        insta::assert_snapshot!(wrapped(&fault(&[joins, again])), @r"
        law.record: actions.csv, row 2, field act: TIP XXA: an act of this kind stands
        twice; nobody joins again without leaving
        ");
    }

    #[test]
    fn nobody_signs_after_joining() {
        let signs = "TIP,XXA,signature,2002-01-02,,yes,untc,";
        let joins = "TIP,XXA,ratification,2002-01-01,2003-12-25,yes,untc,";
        insta::assert_snapshot!(wrapped(&fault(&[signs, joins])), @r"
        law.record: actions.csv, row 1, field date: TIP XXA: signed after it became
        party
        ");
    }

    #[test]
    fn a_list_without_a_treaty_is_refused() {
        let two = TREATIES_TOML.replacen("code = \"SOM\"", "code = \"TIP\"", 1);
        let refused = Record::parse(&two, ACTIONS_CSV).expect_err("TIP stands twice");
        insta::assert_snapshot!(wrapped(&refused.to_string()), @r"
        law.record: treaties.toml, row 0, field code: allowed: UNTOC, TIP, SOM, each
        once and in this order
        ");
    }

    #[test]
    fn too_few_instruments_bring_nothing_into_force() {
        let joins = "UNTOC,XXA,accession,2005-01-01,2005-01-31,yes,untc,";
        let record =
            Record::parse(TREATIES_TOML, &format!("{HEADER}{joins}\n")).expect("a small record");
        assert_eq!(record.computed_entry_into_force(Treaty::Untoc), None);
        assert_eq!(record.computed_in_force_from(&record.actions()[0]), None);
    }

    /// Forty instruments, of which one is the European Union's, are thirty-nine; and a Protocol
    /// waits for the Convention.
    #[test]
    fn an_organisation_is_not_counted_and_a_protocol_waits() {
        let states: Vec<String> = (b'A'..=b'Z')
            .map(|last| format!("XA{}", char::from(last)))
            .chain((b'A'..=b'N').map(|last| format!("XB{}", char::from(last))))
            .collect();
        assert_eq!(states.len(), 40);
        let row = |treaty: &str, party: &str, day: &str| {
            format!("{treaty},{party},accession,{day},2005-06-01,yes,untc,\n")
        };
        let mut rows = row("TIP", "EUE", "2004-01-01");
        for state in &states[..39] {
            rows += &row("TIP", state, "2004-01-01");
        }
        let read = |rows: &str| {
            Record::parse(TREATIES_TOML, &format!("{HEADER}{rows}")).expect("a good record")
        };
        assert_eq!(read(&rows).computed_entry_into_force(Treaty::Tip), None);

        rows += &row("TIP", &states[39], "2004-01-02");
        assert_eq!(read(&rows).computed_entry_into_force(Treaty::Tip), None);
        for state in &states {
            rows += &row("UNTOC", state, "2005-01-01");
        }
        let day = jiff::civil::date(2005, 4, 1);
        assert_eq!(
            read(&rows).computed_entry_into_force(Treaty::Tip),
            Some(day)
        );
    }
}
