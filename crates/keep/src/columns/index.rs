//! The index of the columns: which files there are, what opens them, and what their numbers mean.

use std::collections::{BTreeMap, HashMap};

use evidence::dossier::{RULES, Unit};
use minicbor::{Decode, Encode};

/// A file that was laid down.
#[derive(Debug, Clone, Encode, Decode)]
pub(super) struct Laid {
    #[n(0)]
    pub(super) name: String,
    #[n(1)]
    pub(super) rows: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub(super) key: [u8; 32],
}

/// A run of dossiers, as of an act.
#[derive(Debug, Clone, Encode, Decode)]
pub(super) struct Run {
    #[n(0)]
    pub(super) last_act: u64,
    /// By the code of the unit.
    #[n(1)]
    pub(super) files: BTreeMap<String, Laid>,
}

/// What is in the files.
#[derive(Debug, Clone, Encode, Decode)]
pub(super) struct Index {
    /// The version of the rules that made the rows.
    #[n(0)]
    pub(super) rules: u32,
    /// By segment.
    #[n(1)]
    pub(super) runs: BTreeMap<u64, Run>,
    /// The codes of each column, by `unit/column`, in the order in which they were met.
    #[n(2)]
    codes: BTreeMap<String, Vec<String>>,
    /// In the order in which they were met.
    #[n(3)]
    pub(super) agencies: Vec<[u8; 16]>,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            rules: RULES,
            runs: BTreeMap::new(),
            codes: BTreeMap::new(),
            agencies: Vec::new(),
        }
    }
}

/// Numbers for codes, while rows are laid out.
pub(super) type Numbers = HashMap<String, usize>;

impl Index {
    pub(super) fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory does not fail")
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok()
    }

    pub(super) fn codes(&self, unit: Unit, column: &str) -> &[String] {
        let name = format!("{}/{column}", unit.code());
        self.codes.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The codes of a column with their numbers, to be given back by [`Self::met`].
    pub(super) fn numbers(&self, unit: Unit, column: &str) -> Numbers {
        let codes = self.codes(unit, column).iter().cloned();
        codes
            .enumerate()
            .map(|(number, code)| (code, number))
            .collect()
    }

    /// Notes the codes of a column that were met; numbers that were given stay.
    pub(super) fn met(&mut self, unit: Unit, column: &str, numbers: Numbers) {
        let mut codes: Vec<(usize, String)> = numbers
            .into_iter()
            .map(|(code, number)| (number, code))
            .collect();
        codes.sort_unstable();
        let codes = codes.into_iter().map(|(_, code)| code).collect();
        self.codes
            .insert(format!("{}/{column}", unit.code()), codes);
    }

    /// The number of an agency, from 0.
    pub(super) fn agency(&mut self, agency: [u8; 16]) -> usize {
        let known = self.agencies.iter().position(|known| *known == agency);
        known.unwrap_or_else(|| {
            self.agencies.push(agency);
            self.agencies.len() - 1
        })
    }
}
