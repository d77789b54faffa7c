//! Reading a table of histories by stratum.

use std::collections::BTreeSet;

use super::super::table::{COUNT_COLUMN, COUNT_MAX, TableError, check_lists, read_count, rows_of};
use super::{Covariate, StratifiedTable};

/// Most cells, histories times strata: each is a row of one design.
pub(super) const CELLS_MAX: usize = 4096;

/// Most covariates: they are named by one letter each.
const COVARIATES_MAX: usize = 6;

impl StratifiedTable {
    /// Reads comma-separated text: one column for each list, one for each covariate named in
    /// `covariates`, and the counts in `count`, in any order of columns. A list holds `0` or `1`,
    /// or `un` and `obs` as in the tables of R's `conting`, whose counts stand in `y`; a covariate
    /// holds the name of a level. Levels are taken in the order of their names, so that no order
    /// of rows changes anything. Histories that are not there count 0, one that stands twice is
    /// added up, and the count of no list is empty, `NA` or 0.
    ///
    /// # Errors
    /// [`TableError`] with code `strata-column` for a covariate that is no column or stands twice,
    /// `level` for an empty level, `strata-too-many` beyond 4,096 histories in all strata or six
    /// covariates, and
    /// as [`CaptureTable::from_csv`](super::CaptureTable::from_csv) and [`StratifiedTable::new`].
    pub fn from_csv(text: &str, covariates: &[&str]) -> Result<Self, TableError> {
        let (header, rows) = rows_of(text)?;
        let columns = Columns::find(&header, covariates)?;
        let levels = columns.levels(&rows)?;
        let strata: usize = levels.iter().map(|own| own.levels.len()).product();
        let cells = strata << columns.lists.len();
        if cells > CELLS_MAX {
            let found = format!("{cells} histories in {strata} strata");
            let allowed = format!("at most {CELLS_MAX}: coarsen a covariate");
            return Err(TableError::new("strata-too-many", found, allowed));
        }
        let mut counts = vec![vec![0_u64; 1 << columns.lists.len()]; strata];
        for (index, row) in rows.iter().enumerate() {
            let (stratum, code, count) = columns.read(index + 2, row, &levels)?;
            let sum = counts[stratum][code].saturating_add(count);
            if sum > COUNT_MAX {
                let allowed = format!("at most {COUNT_MAX} for one history");
                let refusal = TableError::new("count-too-large", sum.to_string(), allowed);
                return Err(refusal.at(index + 2, &columns.names[columns.count]));
            }
            counts[stratum][code] = sum;
        }
        let lists = columns
            .lists
            .iter()
            .map(|place| columns.names[*place].clone());
        Self::new(lists.collect(), levels, counts)
    }
}

/// Which column holds what.
struct Columns {
    names: Vec<String>,
    lists: Vec<usize>,
    covariates: Vec<usize>,
    count: usize,
}

impl Columns {
    fn find(header: &[String], covariates: &[&str]) -> Result<Self, TableError> {
        let mut places = Vec::new();
        for name in covariates {
            let place = header.iter().position(|column| column == name);
            match place {
                Some(place) if !places.contains(&place) && *name != COUNT_COLUMN => {
                    places.push(place);
                }
                _ => {
                    let mut others = header.to_vec();
                    others.retain(|column| column != COUNT_COLUMN);
                    let allowed = format!("each of {} at most once", others.join(", "));
                    let refusal = TableError::new("strata-column", format!("`{name}`"), allowed);
                    return Err(refusal.at(1, name));
                }
            }
        }
        if places.is_empty() || places.len() > COVARIATES_MAX {
            let found = format!("{} covariates", places.len());
            let allowed = format!("one to {COVARIATES_MAX}");
            return Err(TableError::new("strata-too-many", found, allowed));
        }
        let named = |wanted: &str| {
            let own = header.iter().enumerate();
            let mut own = own
                .filter(|(_, name)| *name == wanted)
                .map(|(place, _)| place);
            own.next().filter(|_| own.next().is_none())
        };
        let Some(count) = named(COUNT_COLUMN).or_else(|| named("y")) else {
            let allowed = "one column for each list and covariate, and one `count`";
            let refusal = TableError::new("header", format!("`{}`", header.join(",")), allowed);
            return Err(refusal.at(1, COUNT_COLUMN));
        };
        let lists: Vec<usize> = (0..header.len())
            .filter(|place| *place != count && !places.contains(place))
            .collect();
        let names: Vec<String> = lists.iter().map(|place| header[*place].clone()).collect();
        check_lists(&names)?;
        Ok(Self {
            names: header.to_vec(),
            lists,
            covariates: places,
            count,
        })
    }

    fn levels(&self, rows: &[Vec<String>]) -> Result<Vec<Covariate>, TableError> {
        let mut levels = vec![BTreeSet::new(); self.covariates.len()];
        for (index, row) in rows.iter().enumerate() {
            if row.len() != self.names.len() {
                let (found, allowed) = (row.len(), self.names.len());
                let refusal = TableError::new(
                    "row-length",
                    format!("{found} fields"),
                    format!("{allowed} fields"),
                );
                return Err(refusal.at(index + 2, ""));
            }
            for (own, place) in levels.iter_mut().zip(&self.covariates) {
                if row[*place].is_empty() {
                    let refusal = TableError::new("level", "nothing", "the name of a level");
                    return Err(refusal.at(index + 2, &self.names[*place]));
                }
                own.insert(row[*place].clone());
            }
        }
        let named = levels.into_iter().zip(&self.covariates);
        Ok(named
            .map(|(levels, place)| Covariate {
                name: self.names[*place].clone(),
                levels: levels.into_iter().collect(),
            })
            .collect())
    }

    /// Stratum, history and count of a row.
    fn read(
        &self,
        row: usize,
        fields: &[String],
        levels: &[Covariate],
    ) -> Result<(usize, usize, u64), TableError> {
        let mut code = 0;
        for (list, place) in self.lists.iter().enumerate() {
            match fields[*place].as_str() {
                "0" | "un" => {}
                "1" | "obs" => code |= 1 << list,
                other => {
                    let allowed = "0 or 1; a column that is no list is named as a stratum";
                    let refusal = TableError::new("indicator", format!("`{other}`"), allowed);
                    return Err(refusal.at(row, &self.names[*place]));
                }
            }
        }
        let (mut stratum, mut step) = (0, 1);
        for (covariate, place) in levels.iter().zip(&self.covariates) {
            let level = covariate
                .levels
                .iter()
                .position(|own| *own == fields[*place]);
            stratum += step * level.unwrap_or_default();
            step *= covariate.levels.len();
        }
        let text = fields[self.count].as_str();
        if code == 0 && matches!(text, "" | "NA") {
            return Ok((stratum, code, 0));
        }
        let count = read_count(text).map_err(|error| error.at(row, &self.names[self.count]))?;
        if code == 0 && count > 0 {
            let allowed = "a history with at least one 1: persons on no list cannot be counted";
            let refusal = TableError::new("unobserved-history", count.to_string(), allowed);
            return Err(refusal.at(row, ""));
        }
        Ok((stratum, code, count))
    }
}
