//! What is checked before an estimate, and what must be said beside it.

use super::super::existence::Status;
use super::super::fit::Fitter;
use super::super::model::Model;
use super::super::table::CaptureTable;
use super::MethodResult;

/// A check of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Stable code.
    pub code: &'static str,
    /// Whether nothing speaks against an estimate here.
    pub passed: bool,
    /// What was found.
    pub sentence: String,
}

/// Something that must be said beside the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caveat {
    /// Stable code.
    pub code: &'static str,
    /// The sentence, with who said it.
    pub sentence: String,
}

/// Persons on two lists below which a pair says little.
const OVERLAP_SMALL: u64 = 5;

pub(super) fn checks(table: &CaptureTable) -> Vec<Check> {
    let lists = table.lists().len();
    let mut checks = vec![Check {
        code: "three-lists",
        passed: lists > 2,
        sentence: format!("{lists} lists; with two, independence cannot be tested."),
    }];
    let empty = table.empty_pairs();
    let names: Vec<String> = empty
        .iter()
        .map(|(i, j)| format!("{} and {}", table.lists()[*i], table.lists()[*j]))
        .collect();
    checks.push(Check {
        code: "empty-pairs",
        passed: empty.is_empty(),
        sentence: match names.len() {
            0 => "Every pair of lists shares somebody.".to_owned(),
            _ => format!("Pairs of lists that share nobody: {}.", names.join("; ")),
        },
    });
    let pairs = super::super::table::pairs(lists);
    let small = pairs.iter().filter(|(i, j)| {
        let both = table.together(1 << i | 1 << j);
        both > 0 && both < OVERLAP_SMALL
    });
    let small = small.count();
    checks.push(Check {
        code: "small-overlaps",
        passed: small == 0,
        sentence: format!(
            "{small} pairs of lists share between 1 and {} persons.",
            OVERLAP_SMALL - 1
        ),
    });
    let mut fitter = Fitter::new(table.counts());
    let models = [
        (
            "independent-lists",
            "independent lists",
            Model::main_effects(lists),
        ),
        ("all-pairs", "all pairs of lists", Model::all_pairs(lists)),
    ];
    for (code, name, model) in models {
        let status = fitter.status(model.terms());
        let reason = match status {
            Status::Ok => "has an estimate.",
            _ => status.reason(),
        };
        checks.push(Check {
            code,
            passed: status == Status::Ok,
            sentence: format!("The model of {name}: {reason}"),
        });
    }
    let once: u64 = (0..lists).map(|list| table.counts()[1 << list]).sum();
    let share = once as f64 / table.persons() as f64;
    checks.push(Check {
        code: "seen-once",
        passed: share < 0.95,
        sentence: format!(
            "{once} of {} persons are on one list only; the estimate stands on the others.",
            table.persons()
        ),
    });
    checks
}

pub(super) fn caveats(table: &CaptureTable, results: &[MethodResult]) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    let mut say = |code, sentence: String| caveats.push(Caveat { code, sentence });
    if table.lists().len() == 2 {
        say(
            "two-lists",
            "With two lists the estimate stands on their independence, which nothing in the table \
             can test: lists that refer persons to each other make it too low, lists that reach \
             different persons make it too high."
                .to_owned(),
        );
    }
    say(
        "assumptions",
        "Every method takes it that nobody enters or leaves the population in the period, that a \
         person on two lists is known to be one person, that everybody on a list belongs to the \
         population, and that the dependence of the lists is of the kind the model holds."
            .to_owned(),
    );
    say(
        "unreliable-in-practice",
        "Whitehead, Jackson, Balch and Francis (2021, Journal of Human Trafficking 7:1) hold that \
         estimates of this kind are unreliable for trafficking, and that a choice of the model by \
         significance overstates its precision."
            .to_owned(),
    );
    say(
        "sparse-tables",
        "Binette and Steorts (2022) show that on sparse tables estimates can hang on the model \
         more than on the data."
            .to_owned(),
    );
    if !table.empty_pairs().is_empty() {
        say(
            "empty-pairs",
            "Lists that share nobody say little about how they depend on each other; plain \
             software can print enormous numbers on such tables without a warning (Chan, \
             Silverman and Vincent 2021)."
                .to_owned(),
        );
    }
    if let Some(sentence) = difference(results) {
        say("methods-differ", sentence);
    }
    if results
        .iter()
        .any(|result| result.method == "aic" && result.estimate.is_some())
    {
        say(
            "model-as-given",
            "Intervals by profile likelihood or by Wald take the model as if it had been known \
             before; in a published simulation such 95 % intervals held the truth in 61 % of \
             cases, those of the bootstrap with a new choice in 90 % (Chan, Silverman and Vincent \
             2021, section 3.4)."
                .to_owned(),
        );
    }
    say(
        "unit-level",
        "The capture table is unit-level data: only estimates may leave the node.".to_owned(),
    );
    caveats
}

/// How far the methods lie apart, where that is far.
fn difference(results: &[MethodResult]) -> Option<String> {
    let modelled = results.iter().filter(|result| result.method != "simple");
    let found: Vec<f64> = modelled.filter_map(|result| result.estimate).collect();
    let low = found.iter().copied().fold(f64::INFINITY, f64::min);
    let high = found.iter().copied().fold(0.0, f64::max);
    (found.len() > 1 && high > 1.5 * low).then(|| {
        format!(
            "The methods differ from {low:.0} to {high:.0}: the choice of the method is part of \
             the uncertainty, and no single interval holds it."
        )
    })
}
