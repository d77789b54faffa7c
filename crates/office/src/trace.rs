//! From a cell back to what was counted in it.
//!
//! The columns say which dossiers fit a cell now; those that have changed since it was counted are
//! looked at one by one, as they stood then. So the answer is that of the day of the count, and
//! takes no longer than a count where little has changed.

use std::collections::BTreeMap;

use analyse::tabulation::{LaidDimension, Read, TOTAL, Tabulation, Wanted};
use evidence::dossier::RULES;
use keep::columns::{AGENCY, ORDINAL, SealedUnit};
use keep::views::Counting;
use tabulate::{Condition, Width};
use terms::id::{AgencyId, DossierId};

use crate::desk::Desk;
use crate::error::OfficeError;
use crate::tabulate::{bits, codes_of, plan, sealed};

/// Dossiers that are named at most.
pub const DOSSIERS_NAMED: usize = 200;

/// What was counted in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// How much of it lies with which agency, by name; the agency that runs the node has an empty
    /// one until it is named.
    pub agencies: Vec<(String, u64)>,
    /// Dossiers of the agency that asks, in the order in which they were opened,
    /// [`DOSSIERS_NAMED`] at most. Dossiers of others are counted alone.
    pub dossiers: Vec<DossierId>,
    /// How many dossiers of that agency there are.
    pub own: u64,
    /// How many dossiers of those that were counted, the node's or the agency's, were erased since;
    /// whether they were counted in this cell nobody can say any more.
    pub erased: u64,
}

impl Desk {
    /// What was counted in a cell of a table that was counted here; none if these rules do not make
    /// the rows any more of which it was counted.
    pub(crate) fn trace(
        &mut self,
        counting: &Counting,
        cell: &[String],
        asking: AgencyId,
    ) -> Result<Option<Traced>, OfficeError> {
        let Ok(tabulation) = counting.line.parse::<Tabulation>() else {
            return Ok(None);
        };
        if counting.rules != RULES {
            return Ok(None);
        }
        let wanted = tabulation.wanted()?;
        let unit = self.columns()?.unit(tabulation.unit);
        let changed = self.views()?.changed_since(counting.up_to_act)?;
        let mut rows: Vec<(AgencyId, u64)> = Vec::new();
        let mut files = sealed(&unit);
        files.columns.push((ORDINAL.to_owned(), Width::Set));
        for of in fitting(&wanted, &unit, counting.agency, cell) {
            for (agency, ordinal) in tabulate::find(&files, &of, (AGENCY, ORDINAL))? {
                let agency = usize::from(agency).checked_sub(1);
                let agency = agency.and_then(|place| unit.agencies.get(place));
                if let (Some(agency), false) = (agency, changed.contains_key(&ordinal)) {
                    rows.push((*agency, ordinal));
                }
            }
        }
        let was = changed.into_iter().filter(|(_, was)| *was);
        for (ordinal, _) in was {
            self.views()?
                .subject_at(ordinal, counting.up_to_act, |subject| {
                    let is_counted = counting.agency.is_none_or(|of| of == subject.custodian);
                    for (unit, row) in evidence::dossier::rows(subject.role, &subject.records) {
                        if is_counted && unit == tabulation.unit && wanted.is_in(&row, cell) {
                            rows.push((subject.custodian, ordinal));
                        }
                    }
                })?;
        }
        self.traced(counting, rows, asking).map(Some)
    }

    fn traced(
        &self,
        counting: &Counting,
        mut rows: Vec<(AgencyId, u64)>,
        asking: AgencyId,
    ) -> Result<Traced, OfficeError> {
        let views = self.views()?;
        let mut by_agency: BTreeMap<AgencyId, u64> = BTreeMap::new();
        for (agency, _) in &rows {
            *by_agency.entry(*agency).or_default() += 1;
        }
        let mut agencies = Vec::new();
        for (agency, count) in by_agency {
            let known = views.agency(agency)?;
            agencies.push((known.map_or_else(String::new, |known| known.name), count));
        }
        agencies.sort();
        rows.retain(|(agency, _)| *agency == asking);
        rows.sort_unstable_by_key(|(_, ordinal)| *ordinal);
        // One dossier can hold several rows of a unit.
        rows.dedup();
        let mut dossiers = Vec::new();
        for (_, ordinal) in rows.iter().take(DOSSIERS_NAMED) {
            dossiers.extend(views.dossier_at(*ordinal)?);
        }
        Ok(Traced {
            agencies,
            dossiers,
            own: rows.len() as u64,
            erased: views.dossiers_erased_since(
                counting.up_to_act,
                counting.up_to_act,
                counting.agency,
            )?,
        })
    }
}

/// The conditions under which a row is counted in a cell: it is if all of one of these hold, and
/// those of no two do.
fn fitting(
    wanted: &Wanted,
    unit: &SealedUnit,
    agency: Option<AgencyId>,
    cell: &[String],
) -> Vec<Vec<Condition>> {
    let Some(plan) = plan(wanted, unit, agency) else {
        return Vec::new();
    };
    let mut all = vec![plan.of];
    for (dimension, code) in wanted.dimensions.iter().zip(cell) {
        if code == TOTAL {
            continue;
        }
        let along = along(dimension, unit, &wanted.reference, code);
        let longer = all.iter().flat_map(|so_far| {
            let one_more =
                |one: &Condition| [so_far.as_slice(), std::slice::from_ref(one)].concat();
            along.iter().map(one_more)
        });
        all = longer.collect();
    }
    all
}

/// What a column holds in the rows of a code of the table: one of these.
fn along(
    dimension: &LaidDimension,
    unit: &SealedUnit,
    reference: &str,
    code: &str,
) -> Vec<Condition> {
    let is_told = |own: &str| dimension.told(own) == code;
    match &dimension.read {
        Read::Year | Read::Month => {
            let months = dimension.months(code).into_iter();
            let between = months.map(|(from, to)| Condition::Between {
                column: reference.to_owned(),
                from,
                to,
            });
            between.collect()
        }
        Read::Code { column } => {
            let own = codes_of(unit, column).iter().map(String::as_str);
            // Nothing said is number 0, and has the empty code.
            let numbered = (0_u16..).zip(std::iter::once("").chain(own));
            let codes = numbered.filter(|(_, own)| is_told(own));
            vec![Condition::OneOf {
                column: column.clone(),
                codes: codes.map(|(number, _)| number).collect(),
            }]
        }
        Read::Groups { column, groups } => {
            let own = codes_of(unit, column);
            let of_group = |told: bool| match groups {
                None => own
                    .iter()
                    .filter(|own| !told || is_told(own))
                    .cloned()
                    .collect(),
                Some(groups) => {
                    let groups = groups.iter().filter(|(group, _)| !told || is_told(group));
                    let codes: Vec<String> = groups.flat_map(|(_, of)| of.clone()).collect();
                    codes
                }
            };
            let column = column.clone();
            let mut along = vec![Condition::AnyOf {
                column: column.clone(),
                bits: bits(own, &of_group(true)),
            }];
            if is_told("") {
                along.push(Condition::NoneOf {
                    column,
                    bits: bits(own, &of_group(false)),
                });
            }
            along
        }
    }
}
