//! The node's own lists, found at the journal's head.

use analyse::estimate::CaptureTable;
use analyse::estimate::table::LISTS_MAX;
use keep::act::Inside;
use keep::act::schema::ListsEstimated;
use keep::views::Captures;
use protect::capture::threshold;
use protect::vault::fingerprint;
use protect::{Confidential, Warrant};

use super::reach::ms;
use super::{Acting, Decided, given};
use crate::ask::Answer;
use crate::desk::{Desk, Draft};
use crate::error::OfficeError;
use crate::limits;
use crate::lists::{Captured, ListsAsked, ListsBy, ListsUnfit, Plan, is_code, table_of};

impl Desk {
    pub(super) fn estimate_lists(
        &self,
        acting: &Acting,
        asked: ListsAsked,
        warrant: Warrant,
    ) -> Decided {
        let reason = given(asked.reason.into_exposed(&warrant))?;
        fit(&asked.concept, &asked.lists)?;
        self.within_lists(acting)?;
        let (captures, left_out) = self.captures(&asked.concept, asked.role, &asked.lists)?;
        let by = ListsBy {
            concept: asked.concept,
            role: asked.role,
            lists: captures.lists,
            left_out,
        };
        let table = table_of(by.names(), &captures.histories)?;
        let estimated = ListsEstimated {
            concept: by.concept.clone(),
            role: by.role,
            lists: by.lists.clone(),
            settings: settings(&asked.plan),
            digest: self.digest(&by, &table)?.into(),
        };
        let agency = acting.staff.agency;
        let name = self.views()?.agency(agency)?.map(|agency| agency.name);
        let captured = Captured {
            by,
            table: Confidential::seal(table),
            plan: asked.plan,
            agency: match name {
                Some(name) => (name, true),
                None => (agency.to_string(), false),
            },
            at_ms: acting.at_ms,
            warrant,
        };
        let words = Inside::Words(reason);
        Ok((
            vec![Draft::closed(estimated, acting.staff.key, words)],
            Answer::Captured(Box::new(captured)),
        ))
    }

    /// Whether they have asked not too often: two tables that differ by a list tell of whoever is
    /// on that list alone.
    fn within_lists(&self, acting: &Acting) -> Result<(), OfficeError> {
        let limit = limits::LISTS;
        let since_ms = acting.at_ms - ms(limit.within);
        let views = self.views()?;
        if views.lists_estimated_since(acting.staff.staff, since_ms)? >= limit.most {
            return Err(OfficeError::LimitReached {
                most: limit.most,
                hours: limit.within.as_secs() / 3_600,
            });
        }
        Ok(())
    }

    /// The histories of lists that hold enough persons each, and the codes that hold too few to be
    /// a list of their own.
    fn captures(
        &self,
        concept: &str,
        role: evidence::record::PersonRole,
        asked: &[Vec<String>],
    ) -> Result<(Captures, Vec<String>), OfficeError> {
        let find = |lists: &[Vec<String>], most: usize| {
            let found = self.views()?.captures(concept, role, lists)?;
            found.map_err(|many| {
                let found = many.found;
                OfficeError::from(ListsUnfit::TooMany { found, most })
            })
        };
        let least = threshold();
        let captures = find(asked, LISTS_MAX)?;
        let holds = |at: usize| {
            let own = captures.histories.iter();
            let own = own.filter(|(history, _)| *history & 1 << at != 0);
            own.map(|(_, count)| count).sum::<u64>()
        };
        let small = |at: &usize| holds(*at) < least;
        let places = 0..captures.lists.len();
        if let Some(at) = places.clone().find(small).filter(|_| !asked.is_empty()) {
            let list = ListsBy::name(&captures.lists[at]);
            return Err(ListsUnfit::ListSmall { list, least }.into());
        }
        let (out, kept): (Vec<usize>, Vec<usize>) = places.partition(small);
        let (most, found) = (LISTS_MAX, kept.len());
        if found > most {
            return Err(ListsUnfit::TooMany { found, most }.into());
        }
        if found < 2 {
            return Err(ListsUnfit::TooFew { least, most }.into());
        }
        let codes = |places: Vec<usize>| -> Vec<Vec<String>> {
            let own = places.into_iter();
            own.map(|at| captures.lists[at].clone()).collect()
        };
        let left_out = codes(out).concat();
        if left_out.is_empty() {
            return Ok((captures, left_out));
        }
        Ok((find(&codes(kept), most)?, left_out))
    }

    /// By it the same counts are known again; nothing follows from it without the node's key.
    fn digest(&self, by: &ListsBy, table: &CaptureTable) -> Result<[u8; 32], OfficeError> {
        let head = [by.concept.clone(), by.role.code().to_owned()];
        let names = table.lists().iter().cloned();
        let counts = table.counts().iter().map(u64::to_string);
        let parts: Vec<String> = head.into_iter().chain(names).chain(counts).collect();
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let key = self.keyring.fingerprint_key()?;
        Ok(fingerprint(key, "capture-table", &parts))
    }
}

/// What was typed must be of the form of codes, each in one list.
fn fit(concept: &str, lists: &[Vec<String>]) -> Result<(), ListsUnfit> {
    let unfit = |found: &str, allowed: &str| {
        Err(ListsUnfit::Typed(format!(
            "found “{found}”; allowed: {allowed}"
        )))
    };
    let form = "letters, digits, and . _ - : /, at most 80 of them";
    if !is_code(concept) {
        // What was typed may be anything; it is not repeated.
        return Err(ListsUnfit::Typed(format!(
            "the concept is none; allowed: {form}"
        )));
    }
    let mut seen: Vec<&str> = Vec::new();
    for codes in lists {
        if codes.is_empty() {
            return unfit("", "at least one code for each list");
        }
        for code in codes {
            if !is_code(code) {
                return Err(ListsUnfit::Typed(format!(
                    "a code is none; allowed: {form}"
                )));
            }
            if seen.contains(&code.as_str()) {
                return unfit(code, "each code in one list");
            }
            seen.push(code);
        }
    }
    Ok(())
}

/// Method and settings, as the act keeps them.
fn settings(plan: &Plan) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    match plan {
        Plan::Quick { seed } => vec![
            pair("method", "quick".to_owned()),
            pair("seed", seed.to_string()),
        ],
        Plan::Chosen { name, options, .. } => {
            let mut settings = vec![
                pair("method", name.clone()),
                pair("level", options.level.to_string()),
                pair("threshold", options.threshold.to_string()),
                pair("bootstrap", options.resampling.replicates.to_string()),
                pair("seed", options.resampling.seed.to_string()),
                pair("classes", options.latent.classes.to_string()),
            ];
            let order = options
                .order_max
                .map(|order| pair("max-order", order.to_string()));
            let delta = options.delta.map(|delta| pair("delta", delta.to_string()));
            settings.extend(order.into_iter().chain(delta));
            settings
        }
    }
}
