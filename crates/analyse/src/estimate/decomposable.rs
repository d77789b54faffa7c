//! Averaging over decomposable graphical models.
//!
//! Definition (Madigan and York 1997). A graph on the lists says which pairs may depend on each
//! other; decomposable graphs (without chordless cycles) are all equally likely before, cell
//! probabilities have a hyper-Dirichlet prior with weight `delta` per cell, and the number of
//! persons `N` has prior `1/N`. With the hidden part `n0` in the cell of no list, a set `S` of
//! lists with table `y_S`, `d = delta 2^(K - |S|)` and `a = delta 2^K` contributes
//! `ln L(S) = lnG(a) - lnG(N + a) + sum_i [lnG(d + y_S(i)) - lnG(d)]`, and
//! `ln p(n0, graph) = lnG(N + 1) - lnG(n0 + 1) - ln N + sum over cliques - sum over separators`.
//! The posterior is normalised over the graphs and a grid of `n0`.
//!
//! Limits. Only `n0` moves the tables, so a marginal costs two ln-gamma a grid point; graphs are
//! 8, 61 and 822 for three, four and five lists. Heterogeneity of persons within the lists is not
//! modelled. The mass at the grid's end is reported and the grid grows until it is small.

use super::special::{ln_factorial, ln_gamma};
use super::table::{CaptureTable, pairs};
use super::workers::{Workers, collect};

/// Most lists: six have 18,154 graphs.
pub const LISTS_MAX: usize = 5;
/// Mass at the grid's end above which the grid is widened.
pub const END_MASS_MAX: f64 = 1e-6;
/// Largest grid, which bounds memory to 130 megabytes for five lists.
const GRID_MAX: usize = 500_000;

/// Most persons seen: beyond, the grid no longer holds three hidden ones for each.
pub const PERSONS_MAX: u64 = 166_000;
/// Terms this far below the largest logarithm are less than 1e-21 of it and left out.
const NEGLIGIBLE: f64 = 50.0;
/// Grid points that one task sums.
const BLOCK: usize = 2048;

/// Settings of the prior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Prior weight of each cell; `2^-K` where nothing speaks for another.
    pub delta: f64,
    /// Largest hidden part on the grid; grown where the posterior is cut off.
    pub hidden_max: usize,
    /// Prior of the number of persons.
    pub prior: SizePrior,
    /// Whether the grid grows when the mass at its end exceeds [`END_MASS_MAX`].
    pub widen: bool,
}

/// Prior of the number of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizePrior {
    /// `p(N)` in proportion to `1/N`.
    Inverse,
    /// Each number equally likely, up to the grid's end.
    Uniform,
}

impl Settings {
    /// Weight `2^-K`, prior `1/N`, and a grid of 60 hidden persons for each person seen where
    /// these are below 1,000, of 20 below 5,000, and of 15 beyond.
    #[must_use]
    pub fn usual(table: &CaptureTable) -> Self {
        let persons = usize::try_from(table.persons()).unwrap_or(GRID_MAX);
        let factor = match persons {
            0..1000 => 60,
            1000..5000 => 20,
            _ => 15,
        };
        Self {
            delta: 0.5_f64.powi(i32::try_from(table.lists().len()).unwrap_or(0)),
            hidden_max: persons.saturating_mul(factor).min(GRID_MAX),
            prior: SizePrior::Inverse,
            widen: true,
        }
    }
}

/// A decomposable graph by its cliques and separators, as codes of lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// Largest sets of lists that all depend on each other.
    pub cliques: Vec<usize>,
    /// Where the cliques meet, with repetition; the empty set is left out.
    pub separators: Vec<usize>,
}

/// The posterior distribution of the number of persons.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// Persons seen: the first entry of `mass` stands for this number.
    pub persons: u64,
    /// Probability of `persons`, `persons + 1`, ...
    pub mass: Vec<f64>,
    /// Graphs with their probabilities, most likely first.
    pub graphs: Vec<(Graph, f64)>,
}

impl Posterior {
    /// Mean number of persons.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let hidden: f64 = self
            .mass
            .iter()
            .enumerate()
            .map(|(n, p)| n as f64 * p)
            .sum();
        self.persons as f64 + hidden
    }

    /// Standard deviation.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        let centre = self.mean() - self.persons as f64;
        let squares = self.mass.iter().enumerate();
        let sum: f64 = squares.map(|(n, p)| (n as f64 - centre).powi(2) * p).sum();
        sum.sqrt()
    }

    /// The smallest number whose distribution function reaches `p`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> u64 {
        let mut sum = 0.0;
        let reached = self.mass.iter().position(|mass| {
            sum += mass;
            sum >= p
        });
        self.persons + reached.unwrap_or(self.mass.len() - 1) as u64
    }

    /// The most likely number.
    #[must_use]
    pub fn mode(&self) -> u64 {
        let mut best = 0;
        for (place, mass) in self.mass.iter().enumerate() {
            if *mass > self.mass[best] {
                best = place;
            }
        }
        self.persons + best as u64
    }

    /// The mass at the end of the grid; above [`END_MASS_MAX`] the grid was too short.
    #[must_use]
    pub fn end_mass(&self) -> f64 {
        self.mass.last().copied().unwrap_or(f64::NAN)
    }
}

/// All decomposable graphs on so many lists (at most [`LISTS_MAX`] in use).
#[must_use]
pub fn graphs(lists: usize) -> Vec<Graph> {
    let edges = pairs(lists);
    let all = (0..1_usize << edges.len()).filter_map(|mask| {
        let mut neighbours = vec![0_usize; lists];
        for (_, (i, j)) in edges.iter().enumerate().filter(|(e, _)| mask & 1 << e != 0) {
            neighbours[*i] |= 1 << j;
            neighbours[*j] |= 1 << i;
        }
        decompose(&neighbours)
    });
    all.collect()
}

/// Cliques and separators by maximum cardinality search; nothing for a graph with a chordless
/// cycle.
fn decompose(neighbours: &[usize]) -> Option<Graph> {
    let lists = neighbours.len();
    let (mut seen, mut graph) = (
        0_usize,
        Graph {
            cliques: vec![],
            separators: vec![],
        },
    );
    let mut current = 0_usize;
    for step in 0..lists {
        let left = (0..lists).filter(|list| seen & 1 << list == 0);
        let next =
            left.max_by_key(|list| ((neighbours[*list] & seen).count_ones(), usize::MAX - list))?;
        let earlier = neighbours[next] & seen;
        let mut members = (0..lists).filter(|list| earlier & 1 << list != 0);
        if !members.all(|member| earlier & !(1 << member) & !neighbours[member] == 0) {
            return None;
        }
        if step > 0 && earlier != current {
            graph.cliques.push(current);
            if earlier != 0 {
                graph.separators.push(earlier);
            }
            current = earlier;
        }
        current |= 1 << next;
        seen |= 1 << next;
    }
    graph.cliques.push(current);
    Some(graph)
}

/// ln L of every set of lists at every grid point, one line of the grid for each set.
fn marginals(
    table: &CaptureTable,
    delta: f64,
    size: usize,
    workers: &dyn Workers,
) -> Vec<Vec<f64>> {
    let lists = table.lists().len();
    let persons = table.persons() as f64;
    let all = delta * (1_usize << lists) as f64;
    let totals: Vec<f64> = (0..size)
        .map(|n| ln_gamma(persons + n as f64 + all))
        .collect();
    collect(workers, 1 << lists, |set: usize| {
        if set == 0 {
            return vec![0.0; size];
        }
        let share = delta * (1_usize << (lists - set.count_ones() as usize)) as f64;
        let mut cells = vec![0_u64; 1 << lists];
        for (code, count) in table.counts().iter().enumerate() {
            cells[code & set] += count;
        }
        let others = (1..1_usize << lists).filter(|cell| cell & !set == 0);
        let prior = ln_gamma(share);
        let fixed: f64 = others
            .map(|cell| ln_gamma(share + cells[cell] as f64) - prior)
            .sum();
        let fixed = fixed + ln_gamma(all) - prior;
        let unseen = share + cells[0] as f64;
        let grid = totals.iter().enumerate();
        grid.map(|(n, total)| fixed + ln_gamma(unseen + n as f64) - total)
            .collect()
    })
}

/// The posterior of the number of persons; nothing for more than [`LISTS_MAX`] lists or
/// [`PERSONS_MAX`] persons.
pub fn average(
    table: &CaptureTable,
    settings: Settings,
    workers: &dyn Workers,
) -> Option<Posterior> {
    if table.lists().len() > LISTS_MAX || table.persons() > PERSONS_MAX {
        return None;
    }
    let mut settings = settings;
    loop {
        let posterior = on_grid(table, settings, workers);
        let enough = posterior.end_mass() <= END_MASS_MAX || settings.hidden_max >= GRID_MAX;
        if enough || !settings.widen {
            return Some(posterior);
        }
        settings.hidden_max = (settings.hidden_max * 4).min(GRID_MAX);
    }
}

/// The part of the posterior's logarithm that no graph changes.
fn size_term(persons: f64, hidden: f64, prior: SizePrior) -> f64 {
    let all = persons + hidden;
    let prior = match prior {
        SizePrior::Inverse => all.ln(),
        SizePrior::Uniform => 0.0,
    };
    ln_factorial(all) - ln_factorial(hidden) - prior
}

fn on_grid(table: &CaptureTable, settings: Settings, workers: &dyn Workers) -> Posterior {
    let size = settings.hidden_max + 1;
    let persons = table.persons() as f64;
    let sets = marginals(table, settings.delta, size, workers);
    let graphs = graphs(table.lists().len());
    let blocks = size.div_ceil(BLOCK);
    let bases = collect(workers, blocks, |block| {
        let range = block * BLOCK..size.min((block + 1) * BLOCK);
        range
            .map(|n| size_term(persons, n as f64, settings.prior))
            .collect::<Vec<f64>>()
    });
    let log_mass = |graph: &Graph, block: usize, into: &mut Vec<f64>| {
        let range = block * BLOCK..size.min((block + 1) * BLOCK);
        into.clear();
        into.extend_from_slice(&bases[block]);
        for clique in &graph.cliques {
            let own = &sets[*clique][range.clone()];
            into.iter_mut()
                .zip(own)
                .for_each(|(sum, value)| *sum += value);
        }
        for separator in &graph.separators {
            let own = &sets[*separator][range.clone()];
            into.iter_mut()
                .zip(own)
                .for_each(|(sum, value)| *sum -= value);
        }
    };
    // First the largest logarithm, so that most graphs need no exponential at most points.
    let highest = collect(workers, blocks, |block| {
        let mut values = Vec::new();
        let of = |graph: &Graph, values: &mut Vec<f64>| {
            log_mass(graph, block, values);
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        };
        graphs
            .iter()
            .map(|graph| of(graph, &mut values))
            .collect::<Vec<f64>>()
    });
    let top = highest
        .iter()
        .flatten()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let parts = collect(workers, blocks, |block| {
        let mut values = Vec::new();
        let mut mass = vec![0.0; bases[block].len()];
        let mut weights = vec![0.0; graphs.len()];
        for (place, graph) in graphs.iter().enumerate() {
            if highest[block][place] < top - NEGLIGIBLE {
                continue;
            }
            log_mass(graph, block, &mut values);
            for (value, mass) in values.iter().zip(&mut mass) {
                if *value > top - NEGLIGIBLE {
                    let weight = (value - top).exp();
                    *mass += weight;
                    weights[place] += weight;
                }
            }
        }
        (mass, weights)
    });
    normalise(table.persons(), graphs, parts)
}

fn normalise(persons: u64, graphs: Vec<Graph>, parts: Vec<(Vec<f64>, Vec<f64>)>) -> Posterior {
    let mut weights = vec![0.0; graphs.len()];
    let mut mass = Vec::new();
    for (own, by_graph) in parts {
        mass.extend(own);
        for (sum, own) in weights.iter_mut().zip(by_graph) {
            *sum += own;
        }
    }
    let total: f64 = mass.iter().sum();
    mass.iter_mut().for_each(|p| *p /= total);
    let weights = weights.iter().map(|weight| weight / total);
    let mut graphs: Vec<(Graph, f64)> = graphs.into_iter().zip(weights).collect();
    graphs.sort_by(|a, b| b.1.total_cmp(&a.1));
    Posterior {
        persons,
        mass,
        graphs,
    }
}
