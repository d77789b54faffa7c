//! Released tables become charts, maps and files.
//!
//! Drawings are made on the server as SVG: no script, no inline style, one title and one
//! description each, and texture as well as colour, so that a page works on a poor line, in print,
//! in the dark and without colour vision. What they look like is in `publish.css`.
//!
//! Nothing here knows a language: names, labels and the form of a number come from the caller.
//! Files carry their origin in every row. A masked cell has bounds and no value, everywhere.

pub mod chart;
pub mod estimates;
pub mod files;
pub mod map;
pub mod present;
pub mod provenance;
pub mod svg;
pub mod workbook;

pub use chart::{BarChart, Datum, IntervalChart, LineChart, Series, StepChart};
pub use map::{Bubble, BubbleMap, Choropleth, MapClass, PlaceMark, WorldMap};
pub use present::{Presented, present};
pub use provenance::{Provenance, provenance};
pub use svg::{Drawing, Svg, Width};
pub use workbook::{Meaning, Sheets, WorkbookError, workbook};

/// The style sheet of every drawing: classes, the neutral palette, its dark and printed forms.
pub const STYLE: &str = include_str!("publish.css");
