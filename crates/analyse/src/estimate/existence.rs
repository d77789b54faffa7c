//! Whether an estimate exists at all, asked before anything is fitted.
//!
//! Definition (Fienberg and Rinaldo 2012; Chan, Silverman and Vincent 2021). A term whose
//! sufficient statistic is 0 has its parameter at minus infinity: it leaves the model, and every
//! history that contains it leaves the table (the *boundary step*). Of what is left, with design
//! `X` and counts `y`, the extended maximum likelihood estimate *exists* when some strictly
//! positive `x` has the same sufficient statistics, `X'x = X'y`; the parameters are *identifiable*
//! when `X` has full column rank.
//!
//! Method. By Stiemke's lemma the estimate fails to exist exactly when some `c` has `X c = 0` on
//! the observed histories and `X c >= 0`, not all 0, on the others. So only the null space `V` of
//! the observed rows matters, and it is mostly empty or a line: with no null space the estimate
//! exists; with a line the signs of `X V` on the unobserved histories decide; otherwise a linear
//! programme with as many rows as `V` has columns does, by the simplex method with Bland's rule.
//! The answer depends on the counts through their zeros alone.

/// Whether a model can be fitted to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The estimate exists and is the only one.
    Ok,
    /// The likelihood has no maximum, not even on the boundary.
    DoesNotExist,
    /// Many parameter values fit equally well.
    NotIdentifiable,
    /// Both of these.
    Both,
}

impl Status {
    /// The word of the command contract: `ok`, `does_not_exist`, `not_identifiable`, `both`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::DoesNotExist => "does_not_exist",
            Self::NotIdentifiable => "not_identifiable",
            Self::Both => "both",
        }
    }

    /// The reason in a sentence; empty where there is nothing to explain.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Ok => "",
            Self::DoesNotExist => {
                "Not estimable: the likelihood has no maximum for this model on this table, so \
                 that any number printed would be an accident of the software."
            }
            Self::NotIdentifiable => {
                "Not estimable: many different sizes of the hidden population fit this table \
                 equally well under this model."
            }
            Self::Both => {
                "Not estimable: under this model the likelihood has no maximum on this table, and \
                 different sizes of the hidden population cannot be told apart."
            }
        }
    }

    fn of(exists: bool, identifiable: bool) -> Self {
        match (exists, identifiable) {
            (true, true) => Self::Ok,
            (false, true) => Self::DoesNotExist,
            (true, false) => Self::NotIdentifiable,
            (false, false) => Self::Both,
        }
    }
}

const TOLERANCE: f64 = 1e-9;

/// Room for the check, kept between calls.
#[derive(Debug, Clone, Default)]
pub(super) struct Checker {
    matrix: Vec<f64>,
    pivots: Vec<usize>,
    free: Vec<usize>,
    sums: Vec<i32>,
    directions: Vec<f64>,
}

impl Checker {
    /// Status of the model with these finite `terms` (intercept first) on the histories that
    /// `kept` holds to be possible; `observed` says which of them have a count.
    pub(super) fn status(&mut self, terms: &[usize], kept: &[bool], observed: &[bool]) -> Status {
        let all_seen = (1..kept.len()).all(|cell| observed[cell] || !kept[cell]);
        if terms[1..].iter().all(|term| observed[*term]) {
            return self.by_alternating_sums(terms, kept, observed);
        }
        let width = terms.len();
        self.matrix.clear();
        for cell in (1..kept.len()).filter(|cell| kept[*cell] && observed[*cell]) {
            let row = terms.iter().map(|t| f64::from(u8::from(cell & t == *t)));
            self.matrix.extend(row);
        }
        self.reduce(width);
        if self.free.is_empty() {
            return Status::Ok;
        }
        if all_seen {
            return Status::NotIdentifiable;
        }
        self.directions.clear();
        for cell in (1..kept.len()).filter(|cell| kept[*cell] && !observed[*cell]) {
            self.push_directions(width, |column| cell & terms[column] == terms[column]);
        }
        self.decide()
    }

    /// Status for any design of 0 and 1: `rows` of `width` numbers each, and which were observed.
    pub(super) fn status_of_rows(
        &mut self,
        rows: &[f64],
        width: usize,
        observed: &[bool],
    ) -> Status {
        let seen = |wanted: bool| {
            let rows = rows.chunks_exact(width).zip(observed);
            rows.filter(move |(_, seen)| **seen == wanted)
                .map(|(row, _)| row)
        };
        self.matrix.clear();
        for row in seen(true) {
            self.matrix.extend_from_slice(row);
        }
        self.reduce(width);
        if self.free.is_empty() {
            return Status::Ok;
        }
        self.directions.clear();
        for row in seen(false) {
            self.push_directions(width, |column| row[column] != 0.0);
        }
        self.decide()
    }

    /// The usual case: each term is itself an observed history. Then those rows alone fix every
    /// parameter by the intercept, and the null direction gives history `w` the sum of
    /// `(-1)^|t|` over the terms `t` within it.
    fn by_alternating_sums(&mut self, terms: &[usize], kept: &[bool], observed: &[bool]) -> Status {
        let sums = &mut self.sums;
        sums.clear();
        sums.resize(kept.len(), 0);
        for term in terms {
            sums[*term] = if term.count_ones().is_multiple_of(2) {
                1
            } else {
                -1
            };
        }
        let mut bit = 1;
        while bit < sums.len() {
            for block in sums.chunks_exact_mut(2 * bit) {
                let (low, high) = block.split_at_mut(bit);
                for (high, low) in high.iter_mut().zip(low.iter()) {
                    *high += low;
                }
            }
            bit *= 2;
        }
        let (mut above, mut below) = (false, false);
        for cell in (1..kept.len()).filter(|cell| kept[*cell]) {
            if sums[cell] != 0 && observed[cell] {
                return Status::Ok;
            }
            above |= sums[cell] > 0;
            below |= sums[cell] < 0;
        }
        match (above, below) {
            (true, true) => Status::Ok,
            (false, false) => Status::NotIdentifiable,
            _ => Status::DoesNotExist,
        }
    }

    /// Gauss-Jordan elimination of `matrix`; pivot rows stay in front.
    fn reduce(&mut self, width: usize) {
        let height = self.matrix.len() / width;
        let matrix = &mut self.matrix;
        self.pivots.clear();
        self.free.clear();
        for column in 0..width {
            let done = self.pivots.len();
            let size = |row: &usize| matrix[row * width + column].abs();
            let best = (done..height).max_by(|a, b| size(a).total_cmp(&size(b)));
            let Some(best) = best.filter(|row| size(row) > TOLERANCE) else {
                self.free.push(column);
                continue;
            };
            for place in 0..width {
                matrix.swap(best * width + place, done * width + place);
            }
            let pivot = matrix[done * width + column];
            for place in column..width {
                matrix[done * width + place] /= pivot;
            }
            for row in (0..height).filter(|row| *row != done) {
                let factor = matrix[row * width + column];
                if factor != 0.0 {
                    for place in column..width {
                        matrix[row * width + place] -= factor * matrix[done * width + place];
                    }
                }
            }
            self.pivots.push(column);
        }
    }

    /// Adds what each null direction gives one unobserved row.
    fn push_directions(&mut self, width: usize, holds: impl Fn(usize) -> bool) {
        for &free in &self.free {
            let mut value = f64::from(u8::from(holds(free)));
            for (row, &pivot) in self.pivots.iter().enumerate() {
                if holds(pivot) {
                    value -= self.matrix[row * width + free];
                }
            }
            self.directions
                .push(if value.abs() < TOLERANCE { 0.0 } else { value });
        }
    }

    /// Existence and identifiability from what the null directions give the unobserved rows.
    fn decide(&mut self) -> Status {
        let dimensions = self.free.len();
        let directions = std::mem::take(&mut self.directions);
        let identifiable = rank(&directions, dimensions) == dimensions;
        let exists = if dimensions == 1 {
            let above = directions.iter().any(|value| *value > 0.0);
            let below = directions.iter().any(|value| *value < 0.0);
            above == below
        } else {
            has_positive_balance(&directions, dimensions)
        };
        self.directions = directions;
        Status::of(exists, identifiable)
    }
}

/// Rank of a matrix of rows.
fn rank(rows: &[f64], width: usize) -> usize {
    let mut checker = Checker {
        matrix: rows.to_vec(),
        ..Checker::default()
    };
    checker.reduce(width);
    checker.pivots.len()
}

/// Whether some weights, all at least 1, balance the rows to 0: `M'x = 0`, `x = 1 + z`, `z >= 0`.
/// Phase one of the simplex method on one row a dimension.
fn has_positive_balance(rows: &[f64], width: usize) -> bool {
    let columns = rows.len() / width;
    let stride = columns + 1;
    // One row a dimension: the rows of M as columns, then the right side, made non-negative.
    let mut tableau = vec![0.0; width * stride];
    for dimension in 0..width {
        let mut right = 0.0;
        for column in 0..columns {
            let value = rows[column * width + dimension];
            tableau[dimension * stride + column] = value;
            right -= value;
        }
        let sign = if right < 0.0 { -1.0 } else { 1.0 };
        let line = &mut tableau[dimension * stride..(dimension + 1) * stride];
        line[columns] = right;
        line.iter_mut().for_each(|value| *value *= sign);
    }
    // Artificial variables are numbered after the columns and never come back.
    let mut basis: Vec<usize> = (columns..columns + width).collect();
    loop {
        let artificial: Vec<usize> = (0..width).filter(|row| basis[*row] >= columns).collect();
        let missing: f64 = artificial
            .iter()
            .map(|row| tableau[row * stride + columns])
            .sum();
        if missing < 1e-7 {
            return true;
        }
        let gain = |column: usize| -> f64 {
            artificial
                .iter()
                .map(|row| tableau[row * stride + column])
                .sum()
        };
        let Some(entering) = (0..columns).find(|column| gain(*column) > TOLERANCE) else {
            return false;
        };
        let mut leaving: Option<(usize, f64)> = None;
        for row in 0..width {
            let value = tableau[row * stride + entering];
            if value > TOLERANCE {
                let ratio = tableau[row * stride + columns] / value;
                let better = leaving.is_none_or(|(best, least)| {
                    ratio < least - 1e-12 || (ratio <= least + 1e-12 && basis[row] < basis[best])
                });
                if better {
                    leaving = Some((row, ratio));
                }
            }
        }
        let Some((leaving, _)) = leaving else {
            return false;
        };
        pivot(&mut tableau, stride, leaving, entering);
        basis[leaving] = entering;
    }
}

fn pivot(tableau: &mut [f64], stride: usize, row: usize, column: usize) {
    let value = tableau[row * stride + column];
    for place in 0..stride {
        tableau[row * stride + place] /= value;
    }
    let line = tableau[row * stride..(row + 1) * stride].to_vec();
    for (other, cells) in tableau.chunks_exact_mut(stride).enumerate() {
        let factor = cells[column];
        if other != row && factor != 0.0 {
            for (cell, own) in cells.iter_mut().zip(&line) {
                *cell -= factor * own;
            }
        }
    }
}
