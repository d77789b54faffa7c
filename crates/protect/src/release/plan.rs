//! What would be printed: the sensitive cells masked, others to protect them, and the attack.

use std::collections::HashSet;

use terms::cell::{Absence, Cell};
use terms::table::Table;

use super::gate::{Breach, BreachKind, Fate, Lost, Proposal, Reason, Setting};
use super::reason::reasons;
use super::rounding;
use super::trial;
use crate::draft::Draft;
use crate::rule::Method;
use crate::suppress::{Need, Problem, ProblemError, complementary};

/// How often masks are added for what insiders could work back before it is given up.
const ROUNDS_MAX: usize = 4;

/// What would be printed of a draft, and what of it could be worked back.
pub(super) fn proposal(draft: &Draft, setting: &Setting<'_>) -> Proposal {
    match setting.rule.method {
        Method::Suppress => suppressed(draft, setting),
        Method::Round { base } => rounded(draft, setting, base),
        Method::AsSigned => {
            let fates = vec![Fate::Printed; draft.table.len()];
            let breaches = trial::attack(draft, setting, &draft.table, &[], &[]);
            outcome(draft, draft.table.clone(), fates, breaches)
        }
    }
}

fn rounded(draft: &Draft, setting: &Setting<'_>, base: u64) -> Proposal {
    let fates = vec![Fate::Printed; draft.table.len()];
    let Some(table) = rounding::controlled(&draft.table, &draft.hierarchies, base) else {
        let none = breach("nobody", &[], BreachKind::NoRounding);
        return outcome(draft, withheld(draft), fates, vec![none]);
    };
    // Every cell keeps as many possible counts as the base has.
    let needs: Vec<Need> = (0..table.len())
        .map(|cell| Need {
            cell,
            up_to: 0,
            down_to: 0,
            down_needed: false,
            width: i64::try_from(base).unwrap_or(i64::MAX) - 1,
        })
        .collect();
    let breaches = trial::attack(draft, setting, &table, &needs, &[]);
    outcome(draft, table, fates, breaches)
}

fn suppressed(draft: &Draft, setting: &Setting<'_>) -> Proposal {
    let reasons = reasons(draft, setting);
    let mut plan = match Plan::begin(draft, setting, &reasons) {
        Ok(plan) => plan,
        Err(error) => {
            let fates = vec![Fate::Protecting; draft.table.len()];
            let breaches = vec![not_a_table(&error)];
            return outcome(draft, withheld(draft), fates, breaches);
        }
    };
    let needs: Vec<Need> = reasons.iter().flatten().map(|(_, need)| *need).collect();
    let mut breaches = Vec::new();
    for round in 0..ROUNDS_MAX {
        let printed = plan.printed();
        breaches = trial::attack(draft, setting, &printed, &needs, &plan.witnesses);
        if round + 1 == ROUNDS_MAX || !plan.mend(&breaches, &needs) {
            break;
        }
    }
    let shown = plan.shown.iter();
    breaches.extend(shown.map(|&cell| breach("public", &plan.codes[cell], BreachKind::Shown)));
    outcome(draft, plan.printed(), plan.fates(), breaches)
}

struct Plan<'a> {
    draft: &'a Draft,
    setting: &'a Setting<'a>,
    reasons: &'a [Option<(Reason, Need)>],
    codes: Vec<Vec<String>>,
    masked: Vec<bool>,
    /// Tables that nobody can rule out, as they differ from the counts.
    witnesses: Vec<Vec<(usize, i64)>>,
    chosen: Vec<bool>,
    /// Cells that others have been shown already.
    known: Vec<bool>,
    /// Sensitive ones among them.
    shown: Vec<usize>,
}

impl<'a> Plan<'a> {
    fn begin(
        draft: &'a Draft,
        setting: &'a Setting<'a>,
        reasons: &'a [Option<(Reason, Need)>],
    ) -> Result<Self, ProblemError> {
        let codes: Vec<Vec<String>> = draft
            .table
            .iter()
            .map(|(codes, _)| codes.iter().map(|code| (*code).to_owned()).collect())
            .collect();
        let wanted: HashSet<&Vec<String>> = setting.wish.mask.iter().collect();
        let known = trial::shown_before(draft, setting);
        let mut plan = Self {
            draft,
            setting,
            reasons,
            chosen: codes.iter().map(|codes| wanted.contains(codes)).collect(),
            masked: vec![false; codes.len()],
            witnesses: Vec::new(),
            shown: (0..codes.len())
                .filter(|&cell| known[cell] && reasons[cell].is_some())
                .collect(),
            codes,
            known,
        };
        let problem = plan.problem(
            &HashSet::new(),
            &reasons
                .iter()
                .flatten()
                .map(|(_, need)| *need)
                .collect::<Vec<_>>(),
        )?;
        let pattern = complementary(&problem);
        plan.masked = pattern.masked;
        plan.witnesses = pattern.witnesses;
        Ok(plan)
    }

    /// The problem for somebody who knows these cells besides what is printed, and the needs of
    /// the others. What is masked already stays so.
    fn problem(&self, own: &HashSet<usize>, needs: &[Need]) -> Result<Problem, ProblemError> {
        let mut problem = Problem::of(&self.draft.table, &self.draft.hierarchies)?;
        let kept: HashSet<&Vec<String>> = self.setting.wish.keep.iter().collect();
        for cell in 0..self.codes.len() {
            let zero = problem.counts()[cell] == 0 && !self.setting.rule.zero_is_small;
            if self.known[cell] || own.contains(&cell) || (zero && !self.chosen[cell]) {
                problem.fix(cell);
            } else if self.chosen[cell] || self.masked[cell] || self.reasons[cell].is_some() {
                problem.mask(cell);
            }
            if kept.contains(&self.codes[cell]) {
                problem.price(cell, u64::from(u32::MAX));
            }
        }
        for need in needs {
            if !self.known[need.cell] && !own.contains(&need.cell) {
                problem.protect(*need);
            }
        }
        Ok(problem)
    }

    /// Masks more cells against what insiders can work back. Whether that was anything new.
    fn mend(&mut self, breaches: &[Breach], needs: &[Need]) -> bool {
        let before = self.masked.clone();
        let attackers = trial::attackers(self.draft, self.setting);
        for attacker in attackers.iter().filter(|attacker| !attacker.own.is_empty()) {
            let hit: HashSet<&Vec<String>> = breaches
                .iter()
                .filter(|breach| {
                    breach.kind == BreachKind::Count && breach.attacker == attacker.name
                })
                .map(|breach| &breach.codes)
                .collect();
            let hit: Vec<Need> = needs
                .iter()
                .filter(|need| hit.contains(&self.codes[need.cell]))
                .copied()
                .collect();
            if hit.is_empty() {
                continue;
            }
            let more = self
                .problem(&attacker.own, &hit)
                .map(|problem| complementary(&problem));
            let Ok(more) = more else { continue };
            for (masked, more) in self.masked.iter_mut().zip(more.masked) {
                *masked |= more;
            }
            self.witnesses.extend(more.witnesses);
        }
        self.masked != before
    }

    fn is_masked(&self, cell: usize) -> bool {
        self.masked[cell]
            || self.chosen[cell]
            || (self.reasons[cell].is_some() && !self.known[cell])
    }

    fn printed(&self) -> Table {
        let mut table = self.draft.table.filter(|_| false);
        let all: Vec<(Vec<&str>, &Cell)> = self.draft.table.iter().collect();
        for (cell, (codes, value)) in all.iter().enumerate() {
            let shown = if self.is_masked(cell) && value.exact().is_some() {
                self.mask(codes)
            } else {
                (*value).clone()
            };
            table
                .push(codes, shown)
                .expect("rows of a table do not repeat");
        }
        table
    }

    /// What stands for a masked count: from zero to the smallest printed total over it, which every
    /// reader can work out anyway. Where none is printed, it is withheld without an interval.
    fn mask(&self, codes: &[&str]) -> Cell {
        let mut above: Vec<Vec<&str>> = vec![codes.to_vec()];
        let mut least: Option<u64> = None;
        let mut seen: HashSet<Vec<&str>> = HashSet::new();
        while let Some(codes) = above.pop() {
            for (at, hierarchy) in self.draft.hierarchies.iter().enumerate() {
                for (total, parts) in hierarchy.sums() {
                    if !parts.iter().any(|part| part == codes[at]) {
                        continue;
                    }
                    let mut over = codes.clone();
                    over[at] = total;
                    if seen.insert(over.clone()) {
                        above.push(over);
                    }
                }
            }
        }
        for codes in seen {
            let row = self.draft.table.row(&codes);
            if row.is_some_and(|row| !self.is_masked(row))
                && let Some(Cell::Exact(count)) = self.draft.table.get(&codes)
            {
                least = Some(least.map_or(*count, |least| least.min(*count)));
            }
        }
        least.map_or(Cell::Absent(Absence::Refused), |upper| Cell::Masked {
            lower: 0,
            upper,
        })
    }

    fn fates(&self) -> Vec<Fate> {
        (0..self.codes.len())
            .map(|cell| match &self.reasons[cell] {
                Some((reason, _)) if !self.known[cell] => Fate::Sensitive(*reason),
                _ if self.chosen[cell] => Fate::Chosen,
                _ if self.masked[cell] => Fate::Protecting,
                _ => Fate::Printed,
            })
            .collect()
    }
}

pub(super) fn breach(attacker: &str, codes: &[String], kind: BreachKind) -> Breach {
    Breach {
        attacker: attacker.to_owned(),
        codes: codes.to_vec(),
        kind,
        lower: 0,
        upper: None,
    }
}

fn not_a_table(error: &ProblemError) -> Breach {
    let codes = match error {
        ProblemError::DoesNotAddUp { total, .. } | ProblemError::NotACount(total) => {
            total.split(" / ").map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    breach("nobody", &codes, BreachKind::DoesNotAddUp)
}

/// The table with nothing in it.
fn withheld(draft: &Draft) -> Table {
    let mut table = draft.table.filter(|_| false);
    for (codes, _) in draft.table.iter() {
        table
            .push(&codes, Cell::Absent(Absence::Refused))
            .expect("rows of a table do not repeat");
    }
    table
}

fn outcome(draft: &Draft, printed: Table, fates: Vec<Fate>, breaches: Vec<Breach>) -> Proposal {
    let mut lost = Lost::default();
    for ((_, cell), fate) in draft.table.iter().zip(&fates) {
        lost.cells += 1;
        match fate {
            Fate::Printed => lost.printed += 1,
            Fate::Sensitive(_) => lost.sensitive += 1,
            Fate::Protecting => lost.protecting += 1,
            Fate::Chosen => lost.chosen += 1,
        }
        if *fate != Fate::Printed {
            lost.counts += cell.exact().unwrap_or_default();
        }
    }
    Proposal {
        printed,
        fates,
        lost,
        breaches,
    }
}
