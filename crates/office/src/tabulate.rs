//! Counting dossiers into a table.
//!
//! The columns are brought up to the journal's head, what is wanted is told in their numbers, and
//! the counts come back as a draft, sealed. Who asks sees them under the warrant of the act; a
//! table that is kept goes on from there like one that was brought in, and is held against
//! everything that was shown before anything of it is printed.

use std::collections::BTreeMap;

use analyse::tabulation::{Laid, NOT_SAID, Read, Tabulation, Wanted, month_text};
use evidence::dossier::{RULES, Unit, column};
use keep::act::schema::TableCounted;
use keep::columns::{AGENCY, Columns, SealedUnit};
use keep::journal::Store;
use keep::views::{Counting, Views};
use protect::draft::{Behind, Draft as Counts};
use protect::{Confidential, Warrant};
use tabulate::{By, Condition, File, Plan, Sealed, Width};
use terms::cell::Cell;
use terms::id::{AgencyId, DraftId};
use terms::source::Source;
use terms::table::Table;

use crate::Answer;
use crate::decide::release::{fit_draft, fit_name};
use crate::decide::{Acting, Decided};
use crate::desk::{Desk, Draft};
use crate::error::OfficeError;
use crate::verify::Figures;

/// A table that was counted.
#[derive(Debug)]
pub struct Tabulated {
    /// What was counted, in one line.
    pub line: String,
    /// As the records stood after this act.
    pub up_to_act: u64,
    /// The draft that keeps it.
    pub draft: Option<DraftId>,
    /// The counts.
    pub counts: Confidential<Counts>,
    /// The act that stands for the look.
    pub warrant: Warrant,
}

impl Desk {
    pub(crate) fn tabulate(
        &mut self,
        acting: &Acting,
        tabulation: &Tabulation,
        keep: Option<String>,
        (first_act, warrant): (u64, Warrant),
    ) -> Decided {
        let wanted = tabulation.wanted()?;
        if let Some(name) = &keep {
            fit_name(name).map_err(OfficeError::DraftUnfit)?;
        }
        let own = self.views()?.own_agency()?;
        let agency = (acting.staff.agency != own).then_some(acting.staff.agency);
        let up_to_act = first_act - 1;
        let laid = self.count_columns(&wanted, agency)?;
        let counts = self.counts(&wanted, &laid, (up_to_act, agency))?;
        fit_draft(&counts).map_err(OfficeError::DraftUnfit)?;
        let mut drafts = Vec::new();
        let mut draft = None;
        if let Some(name) = keep {
            let (brought, answer) = self.bring_draft(acting, name, &counts)?;
            drafts.extend(brought);
            if let Answer::Draft(kept) = answer {
                draft = Some(kept);
            }
        }
        let line = tabulation.to_string();
        // The act that stands for the look comes first: the warrant names it.
        drafts.insert(
            0,
            Draft::open(TableCounted {
                draft,
                line: line.clone(),
                up_to_act,
                rules: RULES,
                agency,
            }),
        );
        let tabulated = Tabulated {
            line,
            up_to_act,
            draft,
            counts: Confidential::seal(counts),
            warrant,
        };
        Ok((drafts, Answer::Tabulated(Box::new(tabulated))))
    }

    /// The columns, at the head.
    pub(crate) fn columns(&mut self) -> Result<&Columns, OfficeError> {
        let key = self.keyring.columns_key()?;
        let mut columns = match self.columns.take() {
            Some(columns) => columns,
            None => Columns::open(&self.columns_folder, &key, &mut self.rng)?,
        };
        let views = self.views.as_ref().ok_or(OfficeError::Locked)?;
        columns.refresh(views, &key, &mut self.rng)?;
        Ok(self.columns.insert(columns))
    }

    /// What an erasure is about to make unreadable is thrown away first.
    pub(crate) fn columns_before_destroying(&mut self) -> Result<(), OfficeError> {
        if !self.columns_folder.exists() {
            return Ok(());
        }
        let key = self.keyring.columns_key()?;
        let mut columns = match self.columns.take() {
            Some(columns) => columns,
            None => Columns::open(&self.columns_folder, &key, &mut self.rng)?,
        };
        columns.drop_changed(self.views()?)?;
        self.columns = Some(columns);
        Ok(())
    }

    /// What is left goes on under the key of the epoch that has begun.
    pub(crate) fn columns_after_destroying(&mut self) -> Result<(), OfficeError> {
        if let Some(columns) = &self.columns {
            let key = self.keyring.columns_key()?;
            columns.save(&key, &mut self.rng)?;
        }
        Ok(())
    }

    fn count_columns(
        &mut self,
        wanted: &Wanted,
        agency: Option<AgencyId>,
    ) -> Result<Laid, OfficeError> {
        let unit = self.columns()?.unit(wanted.tabulation.unit);
        let Some(plan) = plan(wanted, &unit, agency) else {
            return Ok(Laid::default());
        };
        let counted = tabulate::count(&sealed(&unit), &plan)?;
        Ok(laid(wanted, &unit, counted))
    }

    /// Counts one by one, as the records stood after an act.
    pub(crate) fn count_views(
        views: &Views,
        wanted: &Wanted,
        (up_to_act, agency): (u64, Option<AgencyId>),
    ) -> Result<Laid, OfficeError> {
        let mut laid = Laid::default();
        views.subjects_at(up_to_act, |subject| {
            if agency.is_some_and(|agency| agency != subject.custodian) {
                return;
            }
            for (unit, row) in evidence::dossier::rows(subject.role, &subject.records) {
                if unit == wanted.tabulation.unit {
                    wanted.add(&row, subject.custodian.0, &mut laid);
                }
            }
        })?;
        Ok(laid)
    }

    fn counts(
        &self,
        wanted: &Wanted,
        laid: &Laid,
        (up_to_act, agency): (u64, Option<AgencyId>),
    ) -> Result<Counts, OfficeError> {
        let agencies = self.views()?.agencies()?;
        let own = self.views()?.own_agency()?;
        let publisher = agencies
            .iter()
            .find(|known| known.agency == agency.unwrap_or(own))
            .map_or_else(|| "This node".to_owned(), |known| known.name.clone());
        let with_records: std::collections::BTreeSet<[u8; 16]> = laid
            .counts
            .values()
            .flat_map(BTreeMap::keys)
            .copied()
            .collect();
        // The node's own agency may have no name yet.
        let expected = if agency.is_some() {
            1
        } else {
            agencies.len().max(with_records.len())
        };
        let source = Source {
            title: format!("Records of {}", in_plural(wanted.tabulation.unit)),
            address: String::new(),
            licence: String::new(),
            attribution: publisher.clone(),
            publisher,
            vintage: format!("act {up_to_act}"),
            retrieved: None,
            content_sha256: None,
        };
        let received = (with_records.len() as u64, expected as u64);
        let counted = wanted.table("counted", laid, source, received);
        let behind = counted.sources.iter().map(|sources| Behind {
            sources: Some(*sources),
            ..Behind::default()
        });
        let whose = agency.map_or_else(String::new, |agency| format!(" at {agency}"));
        Ok(Counts {
            behind: behind.collect(),
            table: counted.table,
            hierarchies: counted.hierarchies,
            population: format!("{}{whose}", wanted.tabulation.population()),
            vintage: format!("act {up_to_act}"),
            party_dimension: None,
        })
    }

    /// Counts every table again that is kept as a draft, as the records stood then. `anew` are
    /// views that were made anew of the journal.
    pub(crate) fn recount_tables(
        &self,
        anew: &Views,
        store: &mut dyn Store,
    ) -> Result<Figures, OfficeError> {
        let mut figures = Figures::default();
        for counting in anew.countings()? {
            match self.recount_table(anew, &counting, store)? {
                Some(0) => figures.recomputed += 1,
                Some(_) => figures.up_to_erasures += 1,
                None => figures.failed += 1,
            }
        }
        Ok(figures)
    }

    /// How many records the cell lost that lost most by erasures since; none if the table does not
    /// come out again.
    fn recount_table(
        &self,
        anew: &Views,
        counting: &Counting,
        store: &mut dyn Store,
    ) -> Result<Option<u64>, OfficeError> {
        // Rules of another version would make other rows; there is one version so far.
        if counting.rules != RULES {
            return Ok(None);
        }
        let Ok(tabulation) = counting.line.parse::<Tabulation>() else {
            return Ok(None);
        };
        let Some(line) = anew.draft(counting.draft)? else {
            return Ok(None);
        };
        let Some(kept) = self.counts_of(&line, store)? else {
            return Ok(None);
        };
        let wanted = tabulation.wanted()?;
        let of = (counting.up_to_act, counting.agency);
        let laid = Self::count_views(anew, &wanted, of)?;
        let again = self.counts(&wanted, &laid, of)?;
        let erased =
            anew.dossiers_erased_since(counting.up_to_act, counting.act, counting.agency)?;
        // One case can hold several accused persons, and one victim several services.
        let several = matches!(tabulation.unit, Unit::Accused | Unit::Service);
        let most = if several && erased > 0 {
            u64::MAX
        } else {
            erased
        };
        Ok(compare(&kept.table, &again.table, most))
    }
}

/// What is counted, in the words of a title.
const fn in_plural(unit: Unit) -> &'static str {
    match unit {
        Unit::Victim => "victims of trafficking in persons",
        Unit::Migrant => "smuggled migrants",
        Unit::Accused => "accused persons",
        Unit::Case => "cases",
        Unit::Event => "events",
        Unit::Service => "services rendered",
    }
}

/// Whether a table comes out again: exactly, or with at most so many records fewer in each cell as
/// went with dossiers that were erased since. Answers with the most that a cell lost.
fn compare(kept: &Table, again: &Table, lost_max: u64) -> Option<u64> {
    let mut most = 0;
    for (codes, cell) in kept.iter() {
        let (Cell::Exact(was), now) = (cell, again.get(&codes)) else {
            return None;
        };
        let now = match now {
            Some(Cell::Exact(now)) => *now,
            // A code that only the erased had.
            None => 0,
            Some(_) => return None,
        };
        most = most.max(was.checked_sub(now)?);
    }
    let more = again
        .iter()
        .any(|(codes, cell)| kept.get(&codes).is_none() && !matches!(cell, Cell::Exact(0)));
    (!more && most <= lost_max).then_some(most)
}

/// The files of a unit as the counting room takes them.
pub(crate) fn sealed(unit: &SealedUnit) -> Sealed {
    let file = |file: &keep::columns::SealedFile| File {
        path: file.path.clone(),
        key: file.key.clone(),
    };
    let column = |laid: &keep::columns::LaidColumn| {
        let width = match laid.column.shape {
            column::Shape::Many => Width::Set,
            column::Shape::One | column::Shape::Month => Width::One,
        };
        (laid.column.id.clone(), width)
    };
    let mut columns = vec![(AGENCY.to_owned(), Width::One)];
    columns.extend(unit.columns.iter().map(column));
    Sealed {
        files: unit.files.iter().map(file).collect(),
        columns,
    }
}

/// The codes of a column as it lies in the files.
pub(crate) fn codes_of<'a>(unit: &'a SealedUnit, column: &str) -> &'a [String] {
    let found = unit.columns.iter().find(|laid| laid.column.id == column);
    found.map_or(&[], |laid| laid.codes.as_slice())
}

/// The bits of codes that are wanted, of those of a column.
pub(crate) fn bits(codes: &[String], wanted: &[String]) -> u64 {
    let numbered = codes.iter().enumerate().take(64);
    let wanted = numbered.filter(|(_, code)| wanted.contains(code));
    wanted.fold(0, |bits, (number, _)| bits | 1 << number)
}

/// What is wanted, in the numbers of the columns. None if no row can fit.
pub(crate) fn plan(wanted: &Wanted, unit: &SealedUnit, agency: Option<AgencyId>) -> Option<Plan> {
    let (from, to) = (wanted.tabulation.from, wanted.tabulation.to);
    let reference = || wanted.reference.clone();
    let by = wanted
        .dimensions
        .iter()
        .map(|dimension| match &dimension.read {
            Read::Code { column } => By::Code {
                column: column.clone(),
                codes: u16::try_from(codes_of(unit, column).len()).unwrap_or(u16::MAX),
            },
            Read::Groups { column, groups } => {
                let codes = codes_of(unit, column);
                let groups = match groups {
                    None => (0..codes.len().min(64)).map(|number| 1 << number).collect(),
                    Some(groups) => groups.iter().map(|(_, of)| bits(codes, of)).collect(),
                };
                By::EachOf {
                    column: column.clone(),
                    groups,
                }
            }
            Read::Year => By::Year {
                column: reference(),
                from: (from - 1) / 12,
                to: (to - 1) / 12,
            },
            Read::Month => By::Month {
                column: reference(),
                from,
                to,
            },
        });
    let mut by: Vec<By> = by.collect();
    by.push(By::Code {
        column: AGENCY.to_owned(),
        codes: u16::try_from(unit.agencies.len()).unwrap_or(u16::MAX),
    });
    let mut of = vec![Condition::Between {
        column: reference(),
        from,
        to,
    }];
    for (column, codes) in &wanted.conditions {
        of.push(condition(column, codes, codes_of(unit, &column.id)));
    }
    if let Some(agency) = agency {
        let place = unit.agencies.iter().position(|known| *known == agency)?;
        of.push(Condition::OneOf {
            column: AGENCY.to_owned(),
            codes: vec![u16::try_from(place + 1).ok()?],
        });
    }
    Some(Plan { by, of })
}

fn condition(column: &column::Column, wanted: &[String], codes: &[String]) -> Condition {
    if column.shape == column::Shape::Many {
        return Condition::AnyOf {
            column: column.id.clone(),
            bits: bits(codes, wanted),
        };
    }
    let silent = wanted.iter().any(|code| code == NOT_SAID);
    let fits = |code: &String| wanted.contains(code) || (silent && code.starts_with("absent."));
    let numbers = (1_u16..).zip(codes).filter(|(_, code)| fits(code));
    let mut numbers: Vec<u16> = numbers.map(|(number, _)| number).collect();
    if silent {
        numbers.push(0);
    }
    Condition::OneOf {
        column: column.id.clone(),
        codes: numbers,
    }
}

/// The numbers of the columns as codes again.
fn laid(wanted: &Wanted, unit: &SealedUnit, counted: tabulate::Counted) -> Laid {
    let mut laid = Laid::default();
    for (key, rows) in counted {
        let Some((agency, key)) = key.split_last() else {
            continue;
        };
        let agency = usize::from(*agency).checked_sub(1);
        let Some(agency) = agency.and_then(|place| unit.agencies.get(place)) else {
            continue;
        };
        let place = wanted
            .dimensions
            .iter()
            .zip(key)
            .map(|(dimension, number)| {
                let nth = |codes: &[String]| {
                    let place = usize::from(*number).checked_sub(1);
                    place
                        .and_then(|place| codes.get(place))
                        .cloned()
                        .unwrap_or_default()
                };
                match &dimension.read {
                    Read::Year => number.to_string(),
                    Read::Month => month_text(*number),
                    Read::Code { column } => nth(codes_of(unit, column)),
                    Read::Groups {
                        column,
                        groups: None,
                    } => nth(codes_of(unit, column)),
                    Read::Groups {
                        groups: Some(groups),
                        ..
                    } => {
                        let place = usize::from(*number).checked_sub(1);
                        let group = place.and_then(|place| groups.get(place));
                        group.map(|(code, _)| code.clone()).unwrap_or_default()
                    }
                }
            });
        let cell = laid.counts.entry(place.collect()).or_default();
        *cell.entry(agency.0).or_default() += rows;
    }
    laid
}
