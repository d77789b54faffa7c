//! What all drawings share: the finished SVG, its options, and a writer that escapes text.

use std::fmt::{self, Write};

/// A finished drawing: one `<svg>` element, to be placed in a page as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Svg(String);

impl Svg {
    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, by value.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How wide the drawing will stand on the page. Both forms stretch; the narrow one has fewer
/// units across, so that its text can still be read on a telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// 720 units across: a column of text or wider.
    #[default]
    Wide,
    /// 360 units across: a telephone.
    Narrow,
}

/// How a drawing is made, whatever it shows.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    /// Start of every identifier in the drawing; must be unique in the page. Characters other
    /// than letters, digits and hyphens are dropped.
    pub prefix: &'a str,
    /// The width that it is made for.
    pub width: Width,
    /// Whether it is read from right to left; charts are mirrored, maps are not.
    pub right_to_left: bool,
    /// How numbers on axes and legends are written.
    pub numbers: &'a dyn Fn(f64) -> String,
    /// Words across the whole drawing, such as those that say that its figures are synthetic;
    /// nothing stands across it if they are empty.
    pub watermark: &'a str,
}

impl fmt::Debug for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drawing")
            .field("prefix", &self.prefix)
            .field("width", &self.width)
            .field("right_to_left", &self.right_to_left)
            .finish_non_exhaustive()
    }
}

impl<'a> Drawing<'a> {
    /// A wide drawing, read from left to right, with numbers as [`plain_number`] writes them.
    #[must_use]
    pub fn new(prefix: &'a str) -> Self {
        Self {
            prefix,
            width: Width::Wide,
            right_to_left: false,
            numbers: &plain_number,
            watermark: "",
        }
    }

    /// Made for this width.
    #[must_use]
    pub const fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// Read from right to left, or not.
    #[must_use]
    pub const fn right_to_left(mut self, right_to_left: bool) -> Self {
        self.right_to_left = right_to_left;
        self
    }

    /// With numbers written by this function.
    #[must_use]
    pub const fn numbers(mut self, numbers: &'a dyn Fn(f64) -> String) -> Self {
        self.numbers = numbers;
        self
    }

    /// With these words across it; they are said before its description too.
    #[must_use]
    pub const fn watermark(mut self, words: &'a str) -> Self {
        self.watermark = words;
        self
    }
}

/// A number with at most one decimal and a narrow no-break space between thousands (ISO 80000-1).
#[must_use]
pub fn plain_number(value: f64) -> String {
    let text = unit(value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    if value < 0.0 && text != "0" {
        out.push('\u{2212}');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// A coordinate with at most one decimal.
pub(crate) fn unit(value: f64) -> String {
    let mut text = format!("{value:.1}");
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    if text == "-0" { "0".to_owned() } else { text }
}

/// Escapes text for element content and attribute values; characters that XML 1.0 does not allow
/// become U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

/// The frame of a drawing: what stands in its `<svg>` tag, and its two texts.
pub(crate) struct Frame<'a> {
    /// Class of the root, beside `figure`.
    pub class: &'a str,
    /// Left edge, top edge, width and height of the view box.
    pub view: [f64; 4],
    /// The title, read first.
    pub title: &'a str,
    /// The description, read next.
    pub description: &'a str,
    /// Whether the drawing is mirrored when it is read from right to left.
    pub mirrors: bool,
}

/// Width of a letter of a watermark, in parts of its height.
const WATERMARK_LETTER: f64 = 0.55;
/// Units from one line of a watermark to the next, at most: no part of a long drawing that is cut
/// out is without it.
const WATERMARK_EVERY: f64 = 160.0;
/// How far a watermark leans.
const WATERMARK_DEGREES: i32 = -14;

/// Words across a drawing. They carry their own look, since a drawing that is kept alone has no
/// style sheet: colour of the text around it, so thin that what is below can be read.
fn watermark(words: &str, [left, top, width, height]: [f64; 4]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a watermark has few letters")]
    let letters = words.chars().count().max(1) as f64;
    let size = (width * 0.8 / (letters * WATERMARK_LETTER)).clamp(8.0, 48.0);
    let lines = (height / WATERMARK_EVERY).ceil().max(1.0);
    let (middle, words) = (unit(left + width / 2.0), escape(words));
    let mut markup = String::new();
    let mut line = 0.5;
    while line < lines {
        let y = unit(top + height * line / lines);
        // Writing to a string does not fail.
        let _ = write!(
            markup,
            "<text class=\"watermark\" aria-hidden=\"true\" x=\"{middle}\" y=\"{y}\" \
             text-anchor=\"middle\" font-size=\"{}\" fill=\"currentColor\" \
             fill-opacity=\"0.16\" transform=\"rotate({WATERMARK_DEGREES} {middle} {y})\">\
             {words}</text>",
            unit(size)
        );
        line += 1.0;
    }
    markup
}

/// Writes one drawing.
pub(crate) struct Canvas {
    out: String,
    prefix: String,
    /// What is drawn over everything else.
    over: String,
    /// Units across, when the drawing is mirrored for reading from right to left.
    mirror: Option<f64>,
}

impl Canvas {
    fn new(drawing: &Drawing<'_>) -> Self {
        let allowed = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        Self {
            out: String::new(),
            prefix: drawing.prefix.chars().filter(allowed).collect(),
            over: String::new(),
            mirror: None,
        }
    }

    /// Opens a drawing that says nothing that the text beside it does not say.
    pub(crate) fn open_hidden(drawing: &Drawing<'_>, class: &str, view: [f64; 4]) -> Self {
        let mut canvas = Self::new(drawing);
        let [left, top, width, height] = view.map(unit);
        canvas.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" aria-hidden=\"true\" \
             viewBox=\"{left} {top} {width} {height}\">"
        ));
        canvas
    }

    /// Opens a drawing with its title and description.
    pub(crate) fn open(drawing: &Drawing<'_>, frame: &Frame<'_>) -> Self {
        let mut canvas = Self::new(drawing);
        let [left, top, width, height] = frame.view.map(unit);
        let id = canvas.prefix.clone();
        let mut description = escape(frame.description);
        if !drawing.watermark.is_empty() {
            canvas.over = watermark(drawing.watermark, frame.view);
            description = format!("{}. {description}", escape(drawing.watermark));
        }
        let direction = if frame.mirrors && drawing.right_to_left {
            canvas.mirror = Some(frame.view[2]);
            "rtl"
        } else {
            "ltr"
        };
        canvas.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure {}\" role=\"img\" \
             direction=\"{direction}\" aria-labelledby=\"{id}-t {id}-d\" \
             viewBox=\"{left} {top} {width} {height}\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{description}</desc>",
            frame.class,
            escape(frame.title),
        ));
        canvas
    }

    /// Adds markup that is already escaped.
    pub(crate) fn put(&mut self, markup: fmt::Arguments<'_>) {
        self.out
            .write_fmt(markup)
            .expect("writing to a string does not fail");
    }

    /// An identifier of this drawing.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    /// A position across, mirrored when the drawing is.
    pub(crate) fn x(&self, x: f64) -> f64 {
        self.mirror.map_or(x, |width| width - x)
    }

    /// Adds a line of text. `anchor` is `start`, `middle` or `end` in the order of reading.
    pub(crate) fn text(&mut self, at: (f64, f64), anchor: &str, class: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let anchor = match anchor {
            "start" => String::new(),
            _ => format!(" text-anchor=\"{anchor}\""),
        };
        let x = self.x(at.0);
        self.put(format_args!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\"{anchor}>{}</text>",
            unit(x),
            unit(at.1),
            escape(text)
        ));
    }

    /// Adds a rectangle of left, top, width and height. `paint` is its class or other attributes;
    /// `title` is what a pointer that rests on it reads.
    pub(crate) fn rect(&mut self, [x, y, w, h]: [f64; 4], paint: &str, title: Option<&str>) {
        let left = if self.mirror.is_some() {
            self.x(x + w)
        } else {
            x
        };
        let inner = title.map(|text| format!("<title>{}</title>", escape(text)));
        self.put(format_args!(
            "<rect {paint} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            unit(left),
            unit(y),
            unit(w),
            unit(h)
        ));
        match inner {
            Some(inner) => self.put(format_args!(">{inner}</rect>")),
            None => self.put(format_args!("/>")),
        }
    }

    /// Adds a straight line.
    pub(crate) fn segment(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let (x0, x1) = (self.x(from.0), self.x(to.0));
        self.put(format_args!(
            "<path class=\"{class}\" d=\"M{} {}L{} {}\"/>",
            unit(x0),
            unit(from.1),
            unit(x1),
            unit(to.1)
        ));
    }

    /// Closes the drawing.
    pub(crate) fn close(mut self) -> Svg {
        self.out.push_str(&self.over);
        self.out.push_str("</svg>");
        Svg(self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_short() {
        assert_eq!(plain_number(0.0), "0");
        assert_eq!(plain_number(-0.01), "0");
        assert_eq!(plain_number(1_234_567.0), "1\u{202f}234\u{202f}567");
        assert_eq!(plain_number(-1200.5), "\u{2212}1\u{202f}200.5");
    }

    #[test]
    fn a_watermark_stands_over_all_of_a_drawing_and_in_its_words() {
        let frame = Frame {
            class: "chart",
            view: [0.0, 0.0, 360.0, 500.0],
            title: "Victims",
            description: "Bars",
            mirrors: true,
        };
        let drawn = |drawing: Drawing<'_>| {
            let mut canvas = Canvas::open(&drawing, &frame);
            canvas.text((1.0, 1.0), "start", "chart-text", "12");
            canvas.close().into_string()
        };
        let plain = drawn(Drawing::new("a"));
        assert!(!plain.contains("watermark"), "{plain}");
        let marked = drawn(Drawing::new("a").watermark("Synthetic & invented"));
        assert_eq!(marked.matches("class=\"watermark\"").count(), 4, "{marked}");
        assert!(
            marked.contains(">Synthetic &amp; invented. Bars</desc>"),
            "{marked}"
        );
        assert!(
            marked.ends_with("Synthetic &amp; invented</text></svg>"),
            "{marked}"
        );
        assert!(!marked.contains("style"), "{marked}");
    }

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(
            escape("<a b=\"c\">&\u{1}"),
            "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}"
        );
    }
}
