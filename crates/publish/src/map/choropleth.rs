//! A map on which each place is filled by its class.

use std::collections::BTreeMap;

use terms::place::PlaceCode;

use super::{WorldMap, frame, globe, place_on_map};
use crate::svg::{Canvas, Drawing, Svg, escape, unit};

/// Number of ways in which a class can be filled: symbols 0 to 6.
pub const SYMBOLS: usize = 7;

/// Radius of the circle of a place without an outline, in units of the map.
const POINT_RADIUS: &str = "4.5";

/// One class of a choropleth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapClass {
    /// What the legend says.
    pub name: String,
    /// How it is filled, 0 to 6, from the palest to the darkest; 0 is for places without a value.
    /// Neighbours in this order also differ in texture. A larger number is taken as 6.
    pub symbol: usize,
}

/// What is shown of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceMark {
    /// Index into the classes; a place with an index that does not exist is drawn unmarked.
    pub class: usize,
    /// What a pointer that rests on the place reads, such as `Malta: party since 2003`.
    pub label: String,
    /// Address of the place's page, for a pointer. The page must offer the same links in its
    /// table: links in a drawing are left out of the order of the keyboard.
    pub link: Option<String>,
}

/// A map on which each place is filled by its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choropleth {
    /// The title, read first.
    pub title: String,
    /// The description, read next: what is to be seen, in one or two sentences.
    pub description: String,
    /// The classes, in the order of the legend.
    pub classes: Vec<MapClass>,
    /// The places that are marked. Outlines of other places are drawn pale.
    pub places: BTreeMap<PlaceCode, PlaceMark>,
}

/// One line of a legend, to be printed in a list beside the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendEntry {
    /// A small drawing of the fill, hidden from those who listen.
    pub swatch: Svg,
    /// Name of the class.
    pub name: String,
    /// Number of places on this map that are in the class.
    pub places: usize,
}

impl Choropleth {
    /// Draws the map. The result is at most 60 KB, and 22 KB when compressed, for labels of the
    /// length of a place's name and a short status.
    #[must_use]
    pub fn svg(&self, map: &WorldMap, drawing: &Drawing<'_>) -> Svg {
        let mut canvas = Canvas::open(
            drawing,
            &frame("figure-map", &self.title, &self.description),
        );
        let used: Vec<usize> = (0..SYMBOLS)
            .filter(|symbol| self.classes.iter().any(|class| symbol_of(class) == *symbol))
            .collect();
        patterns(&mut canvas, &used);
        globe(&mut canvas);
        self.unmarked(&mut canvas, map);
        for symbol in used {
            let fill = canvas.id(&format!("s{symbol}"));
            canvas.put(format_args!(
                "<g class=\"map-place\" fill=\"url(#{fill})\">"
            ));
            for (code, mark) in self.with_symbol(symbol) {
                if let Some(path) = map.outline(code) {
                    place(&mut canvas, mark, &format!("<path d=\"{path}\">"), "path");
                }
            }
            canvas.put(format_args!("</g>"));
        }
        self.points(&mut canvas, map);
        canvas.close()
    }

    /// The legend, one entry for each class in order, for a list in the page. `drawing` must have
    /// another prefix than the map.
    #[must_use]
    pub fn legend(&self, drawing: &Drawing<'_>) -> Vec<LegendEntry> {
        let entry = |(index, class): (usize, &MapClass)| LegendEntry {
            swatch: swatch(class, &format!("{}-{index}", drawing.prefix), drawing),
            name: class.name.clone(),
            places: self
                .places
                .values()
                .filter(|mark| mark.class == index)
                .count(),
        };
        self.classes.iter().enumerate().map(entry).collect()
    }

    fn with_symbol(&self, symbol: usize) -> impl Iterator<Item = (PlaceCode, &PlaceMark)> {
        self.places.iter().filter_map(move |(code, mark)| {
            let class = self.classes.get(mark.class)?;
            (symbol_of(class) == symbol).then_some((*code, mark))
        })
    }

    fn unmarked(&self, canvas: &mut Canvas, map: &WorldMap) {
        let marked = |code| {
            self.places
                .get(&code)
                .is_some_and(|mark| mark.class < self.classes.len())
        };
        let outlines = map
            .outlines()
            .filter(|(code, _)| !marked(*code))
            .map(|(_, path)| path)
            .chain(map.uncoded());
        let path: String = outlines.collect();
        if !path.is_empty() {
            canvas.put(format_args!("<path class=\"map-land\" d=\"{path}\"/>"));
        }
    }

    /// Circles for marked places that are too small to have an outline, over everything else.
    fn points(&self, canvas: &mut Canvas, map: &WorldMap) {
        for symbol in 0..SYMBOLS {
            let mut circles = self
                .with_symbol(symbol)
                .filter(|(code, _)| map.outline(*code).is_none())
                .filter_map(|(code, mark)| Some((map.point(code)?, mark)))
                .peekable();
            if circles.peek().is_none() {
                continue;
            }
            let fill = canvas.id(&format!("s{symbol}"));
            canvas.put(format_args!(
                "<g class=\"map-point\" fill=\"url(#{fill})\">"
            ));
            for ((longitude, latitude), mark) in circles {
                let (x, y) = place_on_map(longitude, latitude);
                let circle = format!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{POINT_RADIUS}\">",
                    unit(x),
                    unit(y)
                );
                place(canvas, mark, &circle, "circle");
            }
            canvas.put(format_args!("</g>"));
        }
    }
}

fn symbol_of(class: &MapClass) -> usize {
    class.symbol.min(SYMBOLS - 1)
}

fn place(canvas: &mut Canvas, mark: &PlaceMark, open: &str, element: &str) {
    let title = escape(&mark.label);
    match &mark.link {
        Some(link) => canvas.put(format_args!(
            "<a href=\"{}\" tabindex=\"-1\">{open}<title>{title}</title></{element}></a>",
            escape(link)
        )),
        None => canvas.put(format_args!("{open}<title>{title}</title></{element}>")),
    }
}

fn swatch(class: &MapClass, prefix: &str, drawing: &Drawing<'_>) -> Svg {
    let symbol = symbol_of(class);
    let drawing = Drawing { prefix, ..*drawing };
    let mut canvas = Canvas::open_hidden(&drawing, "swatch", [0.0, 0.0, 28.0, 18.0]);
    patterns(&mut canvas, &[symbol]);
    let fill = canvas.id(&format!("s{symbol}"));
    canvas.put(format_args!(
        "<g class=\"map-place\" fill=\"url(#{fill})\">\
         <rect x=\"1\" y=\"1\" width=\"26\" height=\"16\"/></g>"
    ));
    canvas.close()
}

/// Defines the fills. The colours are those of the style sheet; what differs here is texture.
fn patterns(canvas: &mut Canvas, symbols: &[usize]) {
    canvas.put(format_args!("<defs>"));
    for &symbol in symbols {
        let id = canvas.id(&format!("s{symbol}"));
        let texture = match symbol {
            1 => "<circle cx=\"3\" cy=\"3\" r=\"0.9\"/>",
            2 => "<path d=\"M-1 1l2-2M0 6l6-6M5 7l2-2\"/>",
            4 => "<path d=\"M-1 5l2 2M0 0l6 6M5-1l2 2\"/>",
            6 => "<path d=\"M0 3h6M3 0v6\"/>",
            _ => "",
        };
        canvas.put(format_args!(
            "<pattern id=\"{id}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <rect class=\"map-class-{symbol}\" width=\"6\" height=\"6\"/>\
             <g class=\"map-texture-{symbol}\">{texture}</g></pattern>"
        ));
    }
    canvas.put(format_args!("</defs>"));
}
