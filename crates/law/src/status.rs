//! The status of a treaty on a day.

use std::collections::BTreeSet;

use jiff::civil::Date;
use terms::language::Language;
use terms::limit::Limit;
use terms::place::{PlaceCode, Places};

use crate::action::Act;
use crate::instrument::{Instrument, english};
use crate::treaty::Treaty;

/// A party on the day of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Who: a State, or `EUE`.
    pub place: PlaceCode,
    /// Whether it is a regional economic integration organisation: a party, not a State.
    pub is_organisation: bool,
    /// How it became party.
    pub act: Act,
    /// Whether the kind of act is certain.
    pub certain: bool,
    /// The day on which its instrument was deposited.
    pub deposited: Date,
    /// The day from which the treaty is in force for it; can be later than the day of the status.
    pub in_force_from: Date,
    /// The day on which it had signed, if it had.
    pub signed: Option<Date>,
}

/// Somebody who had signed by the day of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signatory {
    /// Who.
    pub place: PlaceCode,
    /// When.
    pub signed: Date,
}

/// Who had signed a treaty, who was party, and for whom it was in force at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The treaty.
    pub treaty: Treaty,
    /// The day.
    pub on: Date,
    /// Parties: those whose instrument was deposited by the day, in the order of their codes.
    pub parties: Vec<Party>,
    /// All who had signed by the day, parties or not, in the order of their codes.
    pub signatories: Vec<Signatory>,
    /// Not yet party on the day, and yet bound on it: by a succession notified later, which takes
    /// effect from independence.
    pub bound_by_later_succession: Vec<Party>,
    /// The day on which the treaty entered into force, if that is the day of the status or before.
    pub in_force_since: Option<Date>,
    /// The day on which the record of acts ends.
    pub record_ends: Date,
    /// What the status cannot say.
    pub limits: Vec<Limit>,
    /// The places to which the status was restricted by [`Status::among`]; `None` for the world.
    pub scope: Option<BTreeSet<PlaceCode>>,
}

impl Status {
    pub(crate) fn new(
        instrument: &Instrument,
        on: Date,
        parties: Vec<Party>,
        signatories: Vec<Signatory>,
        bound_by_later_succession: Vec<Party>,
    ) -> Self {
        let gap = instrument.gap.filter(|gap| on > gap.after);
        let mut limits: Vec<Limit> = gap.into_iter().map(|gap| gap.limit).collect();
        if on > instrument.record_ends {
            limits.push(Limit::RecordEnds);
        }
        let entered = instrument.entered_into_force;
        Self {
            treaty: instrument.treaty,
            on,
            parties,
            signatories,
            bound_by_later_succession,
            in_force_since: Some(entered).filter(|day| *day <= on),
            record_ends: instrument.record_ends,
            limits,
            scope: None,
        }
    }

    /// The number of parties that are States: all but regional economic integration
    /// organisations.
    #[must_use]
    pub fn states(&self) -> usize {
        let states = self.parties.iter().filter(|party| !party.is_organisation);
        states.count()
    }

    /// The number of parties for which the treaty is in force on the day. Never more than the
    /// parties: who is bound by a later succession is not counted.
    #[must_use]
    pub fn in_force_for(&self) -> usize {
        let bound = self.parties.iter();
        bound.filter(|party| party.in_force_from <= self.on).count()
    }

    /// The party of a code, if it is one on the day.
    #[must_use]
    pub fn party(&self, place: PlaceCode) -> Option<&Party> {
        let at = self
            .parties
            .binary_search_by_key(&place, |party| party.place);
        at.ok().map(|at| &self.parties[at])
    }

    /// Those who had signed by the day and were not yet party.
    pub fn signatories_not_party(&self) -> impl Iterator<Item = &Signatory> {
        self.signatories
            .iter()
            .filter(|signatory| self.party(signatory.place).is_none())
    }

    /// Of a restricted status, the places that on the day were neither party nor signatory;
    /// empty for the world, whose list of States is not this room's.
    #[must_use]
    pub fn outside(&self) -> Vec<PlaceCode> {
        let signed: BTreeSet<PlaceCode> = self
            .signatories
            .iter()
            .map(|signatory| signatory.place)
            .collect();
        let outside = |place: &PlaceCode| self.party(*place).is_none() && !signed.contains(place);
        let scope = self.scope.iter().flatten().copied();
        scope.filter(outside).collect()
    }

    /// The same status restricted to some places: a region, a membership. Restricting twice keeps
    /// what is in both. The limits stay: the party that is missing may be one of the places.
    #[must_use]
    pub fn among(&self, places: &BTreeSet<PlaceCode>) -> Status {
        let within = |party: &&Party| places.contains(&party.place);
        let signatories = self.signatories.iter().copied();
        let scope = match &self.scope {
            Some(scope) => scope.intersection(places).copied().collect(),
            None => places.clone(),
        };
        let later = self.bound_by_later_succession.iter();
        Status {
            parties: self.parties.iter().filter(within).cloned().collect(),
            signatories: signatories
                .filter(|signatory| places.contains(&signatory.place))
                .collect(),
            bound_by_later_succession: later.filter(within).cloned().collect(),
            limits: self.limits.clone(),
            scope: Some(scope),
            ..*self
        }
    }

    /// The status in plain English sentences, its limits included.
    #[must_use]
    pub fn note(&self) -> String {
        let mut sentences = vec![self.parties_sentence()];
        sentences.push(match self.in_force_since {
            Some(since) if self.parties.is_empty() => {
                format!("In force since {}.", english(since))
            }
            Some(since) => {
                let bound = match self.in_force_for() {
                    all if all == self.parties.len() => "all".to_owned(),
                    some => some.to_string(),
                };
                format!(
                    "In force since {}, and on this day for {bound} of them.",
                    english(since)
                )
            }
            None => "Not in force on this day.".to_owned(),
        });
        sentences.push(match self.signatories.len() {
            0 => "Nobody had signed it.".to_owned(),
            number => format!(
                "Signatories: {number}, of which {} not yet party.",
                self.signatories_not_party().count()
            ),
        });
        for party in &self.bound_by_later_succession {
            sentences.push(format!(
                "{}, not yet party, is bound on this day by the succession that it notified on {}.",
                english_name(party.place),
                english(party.deposited)
            ));
        }
        for limit in &self.limits {
            sentences.push(match limit {
                Limit::RecordEnds => format!(
                    "The record ends on {}; later acts are not in it.",
                    english(self.record_ends)
                ),
                other => other.english().to_owned(),
            });
        }
        sentences.join(" ")
    }

    fn parties_sentence(&self) -> String {
        let among = match &self.scope {
            Some(scope) => format!(", among the {} places asked for", scope.len()),
            None => String::new(),
        };
        let organisations: Vec<&str> = self
            .parties
            .iter()
            .filter(|party| party.is_organisation)
            .map(|party| english_name(party.place))
            .collect();
        let not_states = match organisations.len() {
            0 => String::new(),
            number => format!(", {number} of them no State ({})", organisations.join(", ")),
        };
        format!(
            "By the instruments deposited up to {}{among}, parties to {}: {}{not_states}.",
            english(self.on),
            self.treaty,
            self.parties.len()
        )
    }
}

/// The English name of a place.
fn english_name(code: PlaceCode) -> &'static str {
    match Places::standard().get(code) {
        Some(place) => place.name(Language::En),
        None => "A place that is not in the list",
    }
}
