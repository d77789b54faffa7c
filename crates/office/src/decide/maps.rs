//! Maps: how an agency reads the columns of the lists that it gets again and again.

use keep::act::schema::MapKept;
use share::cases::{MAP_BYTES_MAX, map};

use super::release::fit_name;
use super::{Acting, Decided};
use crate::ask::Answer;
use crate::desk::{Desk, Draft};
use crate::error::OfficeError;

/// Maps that an agency keeps at most.
const MAPS_MAX: usize = 100;

impl Desk {
    pub(super) fn list_maps(&self, acting: &Acting) -> Decided {
        let maps = self.views()?.maps(acting.staff.agency)?;
        Ok((Vec::new(), Answer::Maps(maps)))
    }

    /// Keeps a map that can be read, or throws one away that is there.
    pub(super) fn keep_map(&self, acting: &Acting, name: String, text: Option<String>) -> Decided {
        let agency = acting.staff.agency;
        let name = name.trim().to_owned();
        fit_name(&name).map_err(OfficeError::MapUnfit)?;
        let kept = self.views()?.maps(agency)?;
        let is_known = kept.iter().any(|known| known.name == name);
        match &text {
            None if !is_known => return Err(OfficeError::MapMissing),
            None => {}
            Some(text) => {
                fit_map(text).map_err(OfficeError::MapUnfit)?;
                if !is_known && kept.len() >= MAPS_MAX {
                    return Err(OfficeError::MapUnfit(format!(
                        "the agency keeps {} maps; allowed: up to {MAPS_MAX}",
                        kept.len()
                    )));
                }
            }
        }
        let kept = MapKept { agency, name, text };
        Ok((vec![Draft::open(kept)], Answer::Done))
    }
}

fn fit_map(text: &str) -> Result<(), String> {
    if text.len() > MAP_BYTES_MAX {
        return Err(format!(
            "the map has {} bytes; allowed: up to {MAP_BYTES_MAX}",
            text.len()
        ));
    }
    map(text, "map").map(drop).map_err(|findings| {
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        findings.join("; ")
    })
}
