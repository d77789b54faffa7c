//! Lines through months or years.

use super::scale::{Sizes, every, legend, nice_ticks, through};
use super::{Datum, SERIES_CLASSES, Series};
use crate::svg::{Canvas, Drawing, Frame, Svg, Width, escape, unit};

/// A chart of lines. The axis starts at zero. A line breaks where there is no value; a withheld
/// value is an upright stroke from its lower to its upper bound, and the line breaks there too.
#[derive(Debug, Clone, PartialEq)]
pub struct LineChart {
    /// The title, read first.
    pub title: String,
    /// The description, read next.
    pub description: String,
    /// Names of the points in time, one for each value; as many are printed as there is room for.
    pub categories: Vec<String>,
    /// The lines.
    pub series: Vec<Series>,
    /// Which points in time are not complete, by their place: a value there is a hollow mark, and
    /// no line leads to it, since it may not be compared with the others.
    pub incomplete: Vec<usize>,
}

impl LineChart {
    /// Draws the chart.
    #[must_use]
    pub fn svg(&self, drawing: &Drawing<'_>) -> Svg {
        let sizes = Sizes::of(drawing);
        let data = self.series.iter().flat_map(|one| &one.values);
        let ticks = nice_ticks(data.map(Datum::top).fold(0.0, f64::max), 4);
        let plane = Plane::of(
            drawing,
            &sizes,
            &ticks,
            self.series.len() > 1,
            &self.names(),
        );
        let mut canvas = plane.open(drawing, &sizes, &self.title, &self.description);
        legend(&mut canvas, &sizes, &self.names(), line_sample);
        plane.grid(&mut canvas, &sizes, &ticks, drawing);
        #[expect(clippy::cast_precision_loss, reason = "a chart has few points")]
        let slot = plane.width / self.categories.len().max(1) as f64;
        let names = self.categories.iter().map(|name| sizes.length(name));
        let step = every(names.fold(0.0, f64::max) + sizes.text, slot);
        for (at, name) in self.categories.iter().enumerate().step_by(step) {
            let below = plane.top + plane.height + sizes.text * 1.2;
            canvas.text(
                (plane.slot_middle(at, slot), below),
                "middle",
                "chart-text",
                name,
            );
        }
        for (index, series) in self.series.iter().enumerate() {
            self.draw(&mut canvas, &plane, slot, (index, series));
        }
        canvas.close()
    }

    fn names(&self) -> Vec<&str> {
        self.series.iter().map(|one| one.name.as_str()).collect()
    }

    fn draw(
        &self,
        canvas: &mut Canvas,
        plane: &Plane,
        slot: f64,
        (index, series): (usize, &Series),
    ) {
        let class = index % SERIES_CLASSES;
        let mut path = String::new();
        let mut run: Vec<(f64, f64)> = Vec::new();
        for (at, datum) in series.values.iter().enumerate().take(self.categories.len()) {
            let x = plane.slot_middle(at, slot);
            if let Datum::Value { value, .. } = datum
                && !self.incomplete.contains(&at)
            {
                run.push((x, plane.y(*value)));
                continue;
            }
            path.push_str(&through(canvas, &run));
            alone(canvas, &run, class);
            run.clear();
            if let Datum::Value { value, label } = datum {
                let point = (x, plane.y(*value));
                hollow(
                    canvas,
                    point,
                    class,
                    &format!("{}: {label}", self.categories[at]),
                );
            } else if let Datum::Masked {
                lower,
                upper,
                label,
            } = datum
            {
                let x = canvas.x(x);
                canvas.put(format_args!(
                    "<path class=\"line-masked line-{class}\" d=\"M{} {}V{}\">\
                     <title>{}</title></path>",
                    unit(x),
                    unit(plane.y(*lower)),
                    unit(plane.y(*upper)),
                    escape(&format!("{}: {label}", self.categories[at]))
                ));
            } else {
                let foot = plane.top + plane.height;
                canvas.text((x, foot - 3.0), "middle", "chart-text chart-absent", "×");
            }
        }
        path.push_str(&through(canvas, &run));
        alone(canvas, &run, class);
        canvas.put(format_args!(
            "<path class=\"line line-{class}\" d=\"{path}\"><title>{}</title></path>",
            escape(&series.name)
        ));
    }
}

/// A value between two gaps has no line and is shown as a dot.
fn alone(canvas: &mut Canvas, run: &[(f64, f64)], class: usize) {
    if let [(x, y)] = run {
        let x = canvas.x(*x);
        canvas.put(format_args!(
            "<circle class=\"series-{class}\" cx=\"{}\" cy=\"{}\" r=\"3\"/>",
            unit(x),
            unit(*y)
        ));
    }
}

/// A value that is not complete.
fn hollow(canvas: &mut Canvas, (x, y): (f64, f64), class: usize, label: &str) {
    let x = canvas.x(x);
    canvas.put(format_args!(
        "<circle class=\"line-hollow line-{class}\" cx=\"{}\" cy=\"{}\" r=\"4.5\">\
         <title>{}</title></circle>",
        unit(x),
        unit(y),
        escape(label)
    ));
}

/// A short piece of the line of a series, for a legend.
pub(super) fn line_sample(canvas: &mut Canvas, index: usize, [x, y, w, h]: [f64; 4]) {
    let class = format!("line line-{}", index % SERIES_CLASSES);
    canvas.segment((x, y + h / 2.0), (x + w, y + h / 2.0), &class);
}

/// The field of a chart over time: where it stands and its largest tick.
pub(super) struct Plane {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    pub largest: f64,
}

impl Plane {
    pub(super) fn of(
        drawing: &Drawing<'_>,
        sizes: &Sizes,
        ticks: &[f64],
        several: bool,
        names: &[&str],
    ) -> Self {
        let labels = ticks
            .iter()
            .map(|tick| sizes.length(&(drawing.numbers)(*tick)));
        let left = labels.fold(0.0, f64::max) + sizes.text * 0.5;
        let mut scratch = Canvas::open_hidden(&Drawing::new(""), "", [0.0; 4]);
        let legend_height = if several {
            legend(&mut scratch, sizes, names, |_, _, _| {})
        } else {
            0.0
        };
        Self {
            left,
            top: legend_height + sizes.text * 0.8,
            width: sizes.width - left,
            height: sizes.width
                * if drawing.width == Width::Wide {
                    0.42
                } else {
                    0.6
                },
            largest: ticks.last().copied().unwrap_or(1.0),
        }
    }

    pub(super) fn open(
        &self,
        drawing: &Drawing<'_>,
        sizes: &Sizes,
        title: &str,
        description: &str,
    ) -> Canvas {
        let height = self.top + self.height + sizes.text * 1.6;
        Canvas::open(
            drawing,
            &Frame {
                class: sizes.class,
                view: [0.0, 0.0, sizes.width, height],
                title,
                description,
                mirrors: true,
            },
        )
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        self.top + self.height * (1.0 - value / self.largest)
    }

    fn slot_middle(&self, at: usize, slot: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a chart has few points")]
        let at = at as f64;
        self.left + slot * (at + 0.5)
    }

    pub(super) fn grid(
        &self,
        canvas: &mut Canvas,
        sizes: &Sizes,
        ticks: &[f64],
        drawing: &Drawing<'_>,
    ) {
        for tick in ticks {
            let y = self.y(*tick);
            let class = if *tick == 0.0 {
                "chart-axis"
            } else {
                "chart-grid"
            };
            canvas.segment((self.left, y), (self.left + self.width, y), class);
            let label = (drawing.numbers)(*tick);
            let at = (self.left - sizes.text * 0.4, y + sizes.text * 0.36);
            canvas.text(at, "end", "chart-text chart-tick", &label);
        }
    }
}
