//! Counts that hold until they change: how many parties there were on each day.

use super::SERIES_CLASSES;
use super::line::{Plane, line_sample};
use super::scale::{Sizes, legend, nice_ticks};
use crate::svg::{Canvas, Drawing, Svg, escape, unit};

/// One change of a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The day, as a number of days from any fixed day.
    pub day: i64,
    /// The count from this day on.
    pub count: f64,
}

/// Something that happened, marked across the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The day, counted as in [`Step::day`].
    pub day: i64,
    /// What is printed at the mark; keep it short.
    pub label: String,
}

/// Counts over time as steps. The axis starts at zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepChart {
    /// The title, read first.
    pub title: String,
    /// The description, read next.
    pub description: String,
    /// Name and steps of each line. Steps are sorted by day when they are drawn.
    pub series: Vec<(String, Vec<Step>)>,
    /// What happened when.
    pub events: Vec<Event>,
    /// Days that are named under the axis, usually the first of some years, with their names;
    /// names that would touch the one before are left out.
    pub days: Vec<(i64, String)>,
    /// First and last day of the axis.
    pub span: (i64, i64),
}

impl StepChart {
    /// Draws the chart.
    #[must_use]
    pub fn svg(&self, drawing: &Drawing<'_>) -> Svg {
        let sizes = Sizes::of(drawing);
        let counts = self
            .series
            .iter()
            .flat_map(|(_, steps)| steps)
            .map(|step| step.count);
        let ticks = nice_ticks(counts.fold(0.0, f64::max), 4);
        let names: Vec<&str> = self.series.iter().map(|(name, _)| name.as_str()).collect();
        let mut plane = Plane::of(drawing, &sizes, &ticks, names.len() > 1, &names);
        #[expect(clippy::cast_precision_loss, reason = "a chart has few events")]
        let rows = self.events.len() as f64;
        plane.top += rows * sizes.text * 1.3;
        let mut canvas = plane.open(drawing, &sizes, &self.title, &self.description);
        legend(&mut canvas, &sizes, &names, line_sample);
        plane.grid(&mut canvas, &sizes, &ticks, drawing);
        self.name_days(&mut canvas, &plane, &sizes);
        self.mark_events(&mut canvas, &plane, &sizes);
        for (index, (name, steps)) in self.series.iter().enumerate() {
            let path = self.path(&canvas, &plane, steps);
            canvas.put(format_args!(
                "<path class=\"line line-{}\" d=\"{path}\"><title>{}</title></path>",
                index % SERIES_CLASSES,
                escape(name)
            ));
        }
        canvas.close()
    }

    fn x(&self, plane: &Plane, day: i64) -> f64 {
        let (first, last) = self.span;
        let day = day.clamp(first, last.max(first));
        #[expect(clippy::cast_precision_loss, reason = "days fit in 53 bits")]
        let share = (day - first) as f64 / (last - first).max(1) as f64;
        plane.left + plane.width * share
    }

    fn path(&self, canvas: &Canvas, plane: &Plane, steps: &[Step]) -> String {
        let mut sorted = steps.to_vec();
        sorted.sort_by_key(|step| step.day);
        let mut path = String::new();
        for step in sorted {
            let x = unit(canvas.x(self.x(plane, step.day)));
            let y = unit(plane.y(step.count));
            if path.is_empty() {
                path = format!("M{x} {y}");
            } else {
                path.push_str(&format!("H{x}V{y}"));
            }
        }
        if !path.is_empty() {
            path.push_str(&format!("H{}", unit(canvas.x(plane.left + plane.width))));
        }
        path
    }

    fn name_days(&self, canvas: &mut Canvas, plane: &Plane, sizes: &Sizes) {
        let foot = plane.top + plane.height;
        let mut free = f64::NEG_INFINITY;
        for (day, name) in &self.days {
            let x = self.x(plane, *day);
            let half = sizes.length(name) / 2.0;
            // The last name must not run over the edge.
            let middle = x.min(plane.left + plane.width - half);
            canvas.segment((x, foot), (x, foot + 4.0), "chart-axis");
            if middle - half > free {
                canvas.text(
                    (middle, foot + sizes.text * 1.25),
                    "middle",
                    "chart-text",
                    name,
                );
                free = middle + half + sizes.text * 0.5;
            }
        }
    }

    /// Events stand one row under another, so that their names never touch. A name that would run
    /// over the far edge is moved back over its line, which then starts below it.
    fn mark_events(&self, canvas: &mut Canvas, plane: &Plane, sizes: &Sizes) {
        let foot = plane.top + plane.height;
        #[expect(clippy::cast_precision_loss, reason = "a chart has few events")]
        let rows = self.events.len() as f64;
        let first = plane.top - sizes.text * 0.6 - rows * sizes.text * 1.3;
        for (row, event) in self.events.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a chart has few events")]
            let baseline = first + sizes.text * (1.0 + 1.3 * row as f64);
            let x = self.x(plane, event.day);
            let label = sizes.fit(&event.label, sizes.width);
            let start = (x + 5.0).min(sizes.width - sizes.length(&label)).max(0.0);
            let head = if start > x {
                baseline - sizes.text
            } else {
                baseline + 4.0
            };
            canvas.segment((x, head), (x, foot), "chart-event");
            canvas.text((start, baseline), "start", "chart-text", &label);
        }
    }
}
