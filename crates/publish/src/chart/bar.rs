//! Bars: one for each category, stacked when there are several series.

use super::scale::{Sizes, every, hatching, legend, nice_ticks};
use super::{Datum, SERIES_CLASSES, Series};
use crate::svg::{Canvas, Drawing, Frame, Svg, Width};

/// Which way the bars run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// From the side, one under another: for names, which can be long.
    #[default]
    Horizontal,
    /// Upwards, side by side: for years and months.
    Vertical,
}

/// A chart of bars. The axis starts at zero, always.
#[derive(Debug, Clone, PartialEq)]
pub struct BarChart {
    /// The title, read first.
    pub title: String,
    /// The description, read next.
    pub description: String,
    /// Names of the bars.
    pub categories: Vec<String>,
    /// The values. Several series are stacked in this order; the part of a withheld value is as
    /// long as its upper bound, hatched above the lower one.
    pub series: Vec<Series>,
    /// What is printed at the end of each bar when several series are stacked; may be empty.
    pub totals: Vec<String>,
    /// Which way the bars run.
    pub direction: Direction,
}

/// Where the bars stand: `[left, top, width, height]` of the field, and the largest tick.
struct Field {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    largest: f64,
}

impl BarChart {
    /// Draws the chart.
    #[must_use]
    pub fn svg(&self, drawing: &Drawing<'_>) -> Svg {
        match self.direction {
            Direction::Horizontal => self.horizontal(drawing),
            Direction::Vertical => self.vertical(drawing),
        }
    }

    fn largest(&self) -> f64 {
        (0..self.categories.len())
            .map(|at| self.parts(at).map(|(_, datum)| datum.top().max(0.0)).sum())
            .fold(0.0, f64::max)
    }

    /// The data of one category, with the number of its series.
    fn parts(&self, category: usize) -> impl Iterator<Item = (usize, &Datum)> {
        self.series
            .iter()
            .enumerate()
            .filter_map(move |(index, series)| Some((index, series.values.get(category)?)))
    }

    /// What is printed at the end of a bar. Of a stack in which one part is absent and others are
    /// not, the cross says that the bar is not all there is.
    fn end_label(&self, category: usize) -> String {
        let first = self
            .parts(category)
            .next()
            .map_or("", |(_, one)| one.label());
        if self.is_gap(category) && first.is_empty() {
            return "×".to_owned();
        }
        if self.is_gap(category) || self.series.len() == 1 {
            return first.to_owned();
        }
        let total = self.totals.get(category).map_or("", String::as_str);
        if self.lacks(category) {
            format!("{total} ×").trim_start().to_owned()
        } else {
            total.to_owned()
        }
    }

    /// What a pointer that rests on a part reads.
    fn part_label(&self, category: usize, series: usize, datum: &Datum) -> String {
        let name = &self.categories[category];
        if self.series.len() > 1 {
            format!("{name}, {}: {}", self.series[series].name, datum.label())
        } else {
            format!("{name}: {}", datum.label())
        }
    }

    fn longest_label(&self, sizes: &Sizes) -> f64 {
        (0..self.categories.len())
            .map(|at| sizes.length(&self.end_label(at)))
            .fold(0.0, f64::max)
    }

    fn names(&self) -> Vec<&str> {
        self.series.iter().map(|one| one.name.as_str()).collect()
    }

    fn open(&self, drawing: &Drawing<'_>, sizes: &Sizes, height: f64) -> Canvas {
        let mut canvas = Canvas::open(
            drawing,
            &Frame {
                class: sizes.class,
                view: [0.0, 0.0, sizes.width, height],
                title: &self.title,
                description: &self.description,
                mirrors: true,
            },
        );
        hatching(&mut canvas, self.series.len());
        canvas
    }

    fn legend_height(&self, sizes: &Sizes) -> f64 {
        let drawing = Drawing::new("");
        let mut scratch = Canvas::open_hidden(&drawing, "", [0.0; 4]);
        legend(&mut scratch, sizes, &self.names(), |_, _, _| {})
    }

    fn draw_legend(&self, canvas: &mut Canvas, sizes: &Sizes) {
        legend(canvas, sizes, &self.names(), |canvas, index, place| {
            canvas.rect(place, &series_class(index), None);
        });
    }

    fn horizontal(&self, drawing: &Drawing<'_>) -> Svg {
        let sizes = Sizes::of(drawing);
        let text = sizes.text;
        let names = self.categories.iter().map(|name| sizes.length(name));
        let longest_name = names.fold(0.0, f64::max);
        // Names stand beside the bars where there is room, otherwise above them.
        let beside = drawing.width == Width::Wide && longest_name <= sizes.width * 0.42;
        let left = if beside {
            longest_name + text * 0.7
        } else {
            0.0
        };
        let bar = text * 1.25;
        let row = if beside { text * 1.75 } else { text * 3.0 };
        let top = self.legend_height(&sizes);
        let ticks = nice_ticks(self.largest(), 4);
        #[expect(clippy::cast_precision_loss, reason = "a chart has few bars")]
        let height = row * self.categories.len() as f64 + text * 0.4;
        let field = Field {
            left,
            top,
            width: self.room_for_bars(&sizes, left, &ticks, drawing),
            height,
            largest: ticks.last().copied().unwrap_or(1.0),
        };
        let mut canvas = self.open(drawing, &sizes, top + height + text * 1.7);
        self.draw_legend(&mut canvas, &sizes);
        upright_grid(&mut canvas, &field, &sizes, &ticks, drawing);
        for (at, name) in self.categories.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a chart has few bars")]
            let row_top = top + text * 0.2 + row * at as f64;
            let bar_top = row_top + row - bar - text * 0.25;
            if beside {
                let baseline = bar_top + bar / 2.0 + text * 0.36;
                canvas.text((left - text * 0.7, baseline), "end", "chart-text", name);
            } else {
                let name = sizes.fit(name, sizes.width);
                canvas.text((left, bar_top - text * 0.45), "start", "chart-text", &name);
            }
            self.lying_bar(&mut canvas, &field, (at, bar_top, bar), text);
        }
        upright_axis(&mut canvas, &field);
        canvas.close()
    }

    /// Width of the field in which each bar and its label, and half of the last tick's, find room.
    fn room_for_bars(&self, sizes: &Sizes, left: f64, ticks: &[f64], drawing: &Drawing<'_>) -> f64 {
        let all = sizes.width - left;
        let largest = ticks.last().copied().unwrap_or(1.0);
        let last_tick = sizes.length(&(drawing.numbers)(largest)) / 2.0;
        (0..self.categories.len())
            .map(|at| {
                let value: f64 = self.parts(at).map(|(_, datum)| datum.top().max(0.0)).sum();
                let label = sizes.length(&self.end_label(at)) + sizes.text * 0.6;
                (all - label) / (value / largest).max(0.01)
            })
            .fold(all - last_tick, f64::min)
            .max(sizes.width * 0.25)
    }

    fn lying_bar(
        &self,
        canvas: &mut Canvas,
        field: &Field,
        (at, top, thickness): (usize, f64, f64),
        text: f64,
    ) {
        let scale = field.width / field.largest;
        let mut from = field.left;
        for (series, datum) in self.parts(at) {
            let title = self.part_label(at, series, datum);
            for (length, paint) in spans(canvas, series, datum) {
                canvas.rect([from, top, length * scale, thickness], &paint, Some(&title));
                from += length * scale;
            }
        }
        let class = self.label_class(at);
        let baseline = top + thickness / 2.0 + text * 0.36;
        canvas.text(
            (from + text * 0.4, baseline),
            "start",
            class,
            &self.end_label(at),
        );
    }

    fn label_class(&self, at: usize) -> &'static str {
        if self.is_gap(at) {
            "chart-text chart-absent"
        } else {
            "chart-text"
        }
    }

    /// Whether a part of a category is absent.
    fn lacks(&self, at: usize) -> bool {
        let absent = |(_, datum): (usize, &Datum)| matches!(datum, Datum::Absent { .. });
        self.parts(at).any(absent)
    }

    /// Whether nothing of a category is known.
    fn is_gap(&self, at: usize) -> bool {
        self.parts(at)
            .all(|(_, datum)| matches!(datum, Datum::Absent { .. }))
    }

    fn vertical(&self, drawing: &Drawing<'_>) -> Svg {
        let sizes = Sizes::of(drawing);
        let text = sizes.text;
        let ticks = nice_ticks(self.largest(), 4);
        let tick_room = ticks
            .iter()
            .map(|tick| sizes.length(&(drawing.numbers)(*tick)))
            .fold(0.0, f64::max);
        let top = self.legend_height(&sizes) + text * 1.4;
        let height = sizes.width
            * if drawing.width == Width::Wide {
                0.42
            } else {
                0.6
            };
        let left = tick_room + text * 0.5;
        let field = Field {
            left,
            top,
            width: sizes.width - left,
            height,
            largest: ticks.last().copied().unwrap_or(1.0),
        };
        let mut canvas = self.open(drawing, &sizes, top + height + text * 1.6);
        self.draw_legend(&mut canvas, &sizes);
        level_grid(&mut canvas, &field, text, &ticks, drawing);
        #[expect(clippy::cast_precision_loss, reason = "a chart has few bars")]
        let slot = field.width / self.categories.len().max(1) as f64;
        let names = self.categories.iter().map(|name| sizes.length(name));
        let step = every(names.fold(0.0, f64::max) + text * 0.4, slot);
        let labels_fit = self.longest_label(&sizes) <= slot * 1.05;
        for (at, name) in self.categories.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a chart has few bars")]
            let middle = field.left + slot * (at as f64 + 0.5);
            let end = self.standing_bar(&mut canvas, &field, (at, middle, slot * 0.72));
            let label = match (labels_fit, self.lacks(at)) {
                (true, _) => self.end_label(at),
                (false, true) => "×".to_owned(),
                (false, false) => String::new(),
            };
            let class = self.label_class(at);
            canvas.text((middle, end - text * 0.35), "middle", class, &label);
            if at % step == 0 {
                let below = top + height + text * 1.2;
                canvas.text((middle, below), "middle", "chart-text", name);
            }
        }
        let foot = top + height;
        canvas.segment((field.left, foot), (sizes.width, foot), "chart-axis");
        canvas.close()
    }

    /// Draws one bar upwards; returns where it ends.
    fn standing_bar(
        &self,
        canvas: &mut Canvas,
        field: &Field,
        (at, middle, thickness): (usize, f64, f64),
    ) -> f64 {
        let scale = field.height / field.largest;
        let mut from = field.top + field.height;
        for (series, datum) in self.parts(at) {
            let title = self.part_label(at, series, datum);
            for (length, paint) in spans(canvas, series, datum) {
                from -= length * scale;
                let place = [middle - thickness / 2.0, from, thickness, length * scale];
                canvas.rect(place, &paint, Some(&title));
            }
        }
        from
    }
}

/// Class of a series, as an attribute.
fn series_class(index: usize) -> String {
    format!("class=\"series-{}\"", index % SERIES_CLASSES)
}

/// The parts of a bar: solid for what is known, hatched for what is withheld.
fn spans(canvas: &Canvas, series: usize, datum: &Datum) -> Vec<(f64, String)> {
    let solid = |length: f64| (length, series_class(series));
    match datum {
        Datum::Value { value, .. } if *value > 0.0 => vec![solid(*value)],
        Datum::Masked { lower, upper, .. } => {
            let fill = canvas.id(&format!("h{}", series % SERIES_CLASSES));
            let paint = format!("class=\"chart-masked\" fill=\"url(#{fill})\"");
            let hatched = ((upper - lower).max(0.0), paint);
            if *lower > 0.0 {
                vec![solid(*lower), hatched]
            } else {
                vec![hatched]
            }
        }
        Datum::Value { .. } | Datum::Absent { .. } => Vec::new(),
    }
}

fn upright_grid(
    canvas: &mut Canvas,
    field: &Field,
    sizes: &Sizes,
    ticks: &[f64],
    drawing: &Drawing<'_>,
) {
    let foot = field.top + field.height;
    for (index, tick) in ticks.iter().enumerate() {
        let x = field.left + field.width * tick / field.largest;
        canvas.segment((x, field.top), (x, foot), "chart-grid");
        let anchor = if index == 0 { "start" } else { "middle" };
        let label = (drawing.numbers)(*tick);
        canvas.text(
            (x, foot + sizes.text * 1.2),
            anchor,
            "chart-text chart-tick",
            &label,
        );
    }
}

fn upright_axis(canvas: &mut Canvas, field: &Field) {
    let from = (field.left, field.top);
    canvas.segment(from, (field.left, field.top + field.height), "chart-axis");
}

fn level_grid(canvas: &mut Canvas, field: &Field, text: f64, ticks: &[f64], drawing: &Drawing<'_>) {
    for tick in ticks {
        let y = field.top + field.height * (1.0 - tick / field.largest);
        canvas.segment((field.left, y), (field.left + field.width, y), "chart-grid");
        let label = (drawing.numbers)(*tick);
        let at = (field.left - text * 0.4, y + text * 0.36);
        canvas.text(at, "end", "chart-text chart-tick", &label);
    }
}
