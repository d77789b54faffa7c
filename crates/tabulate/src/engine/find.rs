//! Rows one by one: what stands in two columns of those that fit.

use parquet::errors::ParquetError;

use super::{NOWHERE, Ready, ones, open, sets};
use crate::{Condition, File, Found, Plan, Sealed, TabulateError, Width};

pub(crate) fn find(
    sealed: &Sealed,
    of: &[Condition],
    (one, set): (&str, &str),
) -> Result<Vec<Found>, TabulateError> {
    let plan = Plan {
        by: Vec::new(),
        of: of.to_vec(),
    };
    let ready = Ready::new(sealed, &plan)?;
    Ready::known(sealed, one, Width::One)?;
    Ready::known(sealed, set, Width::Set)?;
    let mut found = Vec::new();
    for file in &sealed.files {
        ready.find(file, (one, set), &mut found)?;
    }
    Ok(found)
}

impl Ready<'_> {
    fn find(
        &self,
        file: &File,
        (one, set): (&str, &str),
        found: &mut Vec<Found>,
    ) -> Result<(), TabulateError> {
        let (opened, metadata) = open(file)?;
        for (number, part) in metadata.metadata().row_groups().iter().enumerate() {
            let (singles, from) = self.wanted(part);
            if from == NOWHERE {
                continue;
            }
            let reader = self.reader((&opened, &metadata), vec![number], |name| {
                name == one || name == set || singles.iter().any(|single| single.name == name)
            })?;
            for batch in reader {
                let batch = batch.map_err(ParquetError::from)?;
                let mut places = vec![from; batch.num_rows()];
                for single in &singles {
                    single.place(ones(&batch, single.name)?, &mut places);
                }
                for (several, cells) in self.sets(&batch)? {
                    several.leave_out(cells, &mut places);
                }
                let cells = ones(&batch, one)?.iter().zip(sets(&batch, set)?);
                let fitting = places.iter().zip(cells);
                let fitting = fitting.filter(|(place, _)| **place != NOWHERE);
                found.extend(fitting.map(|(_, (one, set))| (*one, *set)));
            }
        }
        Ok(())
    }
}
