//! Linear programmes over one block: how far can this go?

use microlp::{
    ComparisonOp, Error, OptimizationDirection, Problem, Solution, SolveOptions, SolveOutcome,
    Variable,
};

use super::system::{System, Unknown};

/// To which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Lower,
    Upper,
}

impl End {
    pub(super) const BOTH: [Self; 2] = [Self::Lower, Self::Upper];

    const fn direction(self) -> OptimizationDirection {
        match self {
            Self::Lower => OptimizationDirection::Minimize,
            Self::Upper => OptimizationDirection::Maximize,
        }
    }
}

/// What a programme answers.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// The furthest value, and a table of fractions that reaches it.
    Reached { value: f64, table: Vec<f64> },
    /// There is no end to it.
    Endless,
    /// No table agrees with the sums.
    Contradiction,
    /// The solver's arithmetic came to no answer that it could verify.
    None,
}

/// What a search among whole-numbered tables answers.
#[derive(Debug, Clone)]
pub(super) struct Searched {
    /// A whole-numbered table, the best that was found.
    pub(super) table: Option<Vec<i64>>,
    /// What no whole-numbered table goes beyond.
    pub(super) limit: Option<f64>,
    /// Whether no whole-numbered table agrees with the sums at all.
    pub(super) contradiction: bool,
    /// How many nodes it took.
    pub(super) nodes: u64,
}

/// Errors of arithmetic up to this are allowed for, beside a millionth of a millionth of the
/// largest number.
const MARGIN: f64 = 1e-6;

/// From so many unknowns on, programmes go on from a table that agrees with the sums, instead of
/// looking for one each time.
const WARM_UNKNOWNS_MIN: usize = 48;

/// No yardstick is longer: its length is beside the counts in the solver's arithmetic.
const YARDSTICK_MAX: f64 = 1e7;

/// The programmes of one block.
#[derive(Debug)]
pub(super) struct Programmes<'a> {
    system: &'a System,
    pub(super) margin: f64,
    start: Start,
}

/// Where programmes start.
#[derive(Debug)]
enum Start {
    /// Nothing was tried yet.
    Untried,
    /// Each looks for a table itself.
    Cold,
    /// From here.
    Warm(Box<Warm>),
}

/// A table that agrees with the sums, as the solver holds it, beside a yardstick: one more number,
/// as large as it may be. A programme ties the yardstick to what is asked for, and goes on.
#[derive(Debug)]
struct Warm {
    solution: Solution,
    variables: Vec<Variable>,
    yardstick: Variable,
    /// The most that the yardstick may be, either way.
    most: f64,
}

#[allow(clippy::cast_precision_loss)] // numbers of a system are at most 2^44
const fn float(number: i64) -> f64 {
    number as f64
}

impl<'a> Programmes<'a> {
    pub(super) fn new(system: &'a System) -> Self {
        let bounds = system.unknowns().iter().flat_map(|u| [u.lower, u.upper]);
        let constants = system.equations().iter().map(|e| Some(e.constant));
        let largest = bounds.chain(constants).flatten().map(i64::abs).max();
        Self {
            system,
            margin: MARGIN + float(largest.unwrap_or(0)) * 1e-12,
            start: Start::Untried,
        }
    }

    /// Finds a table to start from, where that pays.
    fn warmed(&self) -> Start {
        if self.system.unknowns().len() < WARM_UNKNOWNS_MIN {
            return Start::Cold;
        }
        let (mut problem, variables) = self.problem(&[], End::Upper, false);
        let furthest = |u: &Unknown| u.lower.map(i64::abs).max(u.upper.map(i64::abs));
        let unknowns = self.system.unknowns().iter();
        let all: f64 = unknowns.filter_map(furthest).map(float).sum();
        let most = (2.0 * all + 1_000.0).min(YARDSTICK_MAX);
        let yardstick = problem.add_var(1.0, (-most, most));
        match problem.solve() {
            Ok(SolveOutcome::Solution(solution)) => Start::Warm(Box::new(Warm {
                solution,
                variables,
                yardstick,
                most,
            })),
            _ => Start::Cold,
        }
    }

    fn problem(&self, terms: &[(usize, i64)], end: End, whole: bool) -> (Problem, Vec<Variable>) {
        let mut problem = Problem::new(end.direction());
        let mut costs = vec![0.0; self.system.unknowns().len()];
        for &(at, coefficient) in terms {
            costs[at] = float(coefficient);
        }
        let variables: Vec<Variable> = self
            .system
            .unknowns()
            .iter()
            .zip(costs)
            .map(|(unknown, cost)| {
                let lower = unknown.lower.map_or(f64::NEG_INFINITY, float);
                let upper = unknown.upper.map_or(f64::INFINITY, float);
                match (whole_bounds(lower, upper), whole) {
                    (Some(bounds), true) => problem.add_integer_var(cost, bounds),
                    _ => problem.add_var(cost, (lower, upper)),
                }
            })
            .collect();
        for equation in self.system.equations() {
            let row: Vec<(Variable, f64)> = equation
                .terms
                .iter()
                .map(|&(at, coefficient)| (variables[at], float(coefficient)))
                .collect();
            problem.add_constraint(&row[..], ComparisonOp::Eq, float(equation.constant));
        }
        (problem, variables)
    }

    /// How far a sum of unknowns can go.
    pub(super) fn extreme(&mut self, terms: &[(usize, i64)], end: End) -> Answer {
        if matches!(self.start, Start::Untried) {
            self.start = self.warmed();
        }
        if let Start::Warm(warm) = &self.start
            && let Some(answer) = warm.extreme(terms, end)
        {
            return answer;
        }
        self.extreme_from_nothing(terms, end)
    }

    fn extreme_from_nothing(&self, terms: &[(usize, i64)], end: End) -> Answer {
        let (problem, variables) = self.problem(terms, end, false);
        match problem.solve() {
            Ok(SolveOutcome::Solution(solution)) => Answer::Reached {
                value: solution.objective(),
                table: values(&solution, &variables),
            },
            Err(Error::Unbounded) => Answer::Endless,
            Err(Error::Infeasible) => Answer::Contradiction,
            Ok(SolveOutcome::Interrupted(_)) | Err(_) => Answer::None,
        }
    }

    /// Whether whole numbers can be searched: the solver takes bounds of 32 bits.
    pub(super) fn searchable(&self) -> bool {
        let small = |bound: Option<i64>| bound.is_some_and(|b| i32::try_from(b).is_ok());
        let mut unknowns = self.system.unknowns().iter();
        unknowns.all(|unknown| small(unknown.lower) && small(unknown.upper))
    }

    /// How far a sum of unknowns can go in whole-numbered tables, in at most so many nodes.
    pub(super) fn search(&self, terms: &[(usize, i64)], end: End, nodes_max: u64) -> Searched {
        let (problem, variables) = self.problem(terms, end, true);
        let mut options = SolveOptions::default();
        options.node_limit = Some(nodes_max);
        let mut searched = Searched {
            table: None,
            limit: None,
            contradiction: false,
            nodes: 1,
        };
        match problem.solve_with(options) {
            Ok(outcome) => {
                let stats = outcome.stats();
                searched.nodes += stats.nodes_solved;
                searched.limit = stats.best_bound;
                if let SolveOutcome::Solution(solution) = outcome {
                    if solution.status() == microlp::SolutionStatus::Optimal {
                        searched.limit = Some(solution.objective());
                    }
                    searched.table = self.whole(&values(&solution, &variables));
                }
            }
            Err(Error::Infeasible) => searched.contradiction = true,
            Err(_) => {}
        }
        searched
    }

    /// The table in whole numbers, when it is one: each value beside a whole number, and those
    /// numbers agreeing with every sum exactly.
    pub(super) fn whole(&self, table: &[f64]) -> Option<Vec<i64>> {
        let near = |value: &f64| (value - value.round()).abs() <= 1e-5;
        if !table.iter().all(near) {
            return None;
        }
        let whole: Vec<i64> = table.iter().map(|value| rounded(value.round())).collect();
        self.system.agrees(&whole).then_some(whole)
    }

    /// The largest whole number that is not beyond a value, with the margin.
    pub(super) fn at_most(&self, value: f64) -> i64 {
        rounded((value + self.margin).floor())
    }

    /// The smallest whole number that is not short of a value, with the margin.
    pub(super) fn at_least(&self, value: f64) -> i64 {
        rounded((value - self.margin).ceil())
    }
}

impl Warm {
    /// How far a sum of unknowns can go. None where the yardstick is too short to tell, or the
    /// solver's arithmetic came to no answer.
    fn extreme(&self, terms: &[(usize, i64)], end: End) -> Option<Answer> {
        let sign = match end {
            End::Lower => 1.0,
            End::Upper => -1.0,
        };
        let mut row: Vec<(Variable, f64)> = terms
            .iter()
            .map(|&(at, coefficient)| (self.variables[at], sign * float(coefficient)))
            .collect();
        row.push((self.yardstick, 1.0));
        let solution = self.solution.clone();
        let outcome = solution.add_constraint(&row[..], ComparisonOp::Le, 0.0);
        let solution = outcome.ok()?.into_solution().ok()?;
        let value = solution.var_value(self.yardstick);
        (value < self.most - 1.0).then(|| Answer::Reached {
            value: -sign * value,
            table: values(&solution, &self.variables),
        })
    }
}

fn whole_bounds(lower: f64, upper: f64) -> Option<(i32, i32)> {
    let small = |bound: f64| bound.abs() <= f64::from(i32::MAX);
    if !small(lower) || !small(upper) {
        return None;
    }
    let whole = |bound: f64| i32::try_from(rounded(bound)).ok();
    Some((whole(lower)?, whole(upper)?))
}

fn values(solution: &Solution, variables: &[Variable]) -> Vec<f64> {
    variables.iter().map(|&at| solution.var_value(at)).collect()
}

/// A whole number that stands in a float.
#[allow(clippy::cast_possible_truncation)] // the conversion saturates
const fn rounded(value: f64) -> i64 {
    value as i64
}
