//! Hands spoiled input to a parser, over and over, and keeps what leads somewhere new.
//!
//!     mutate PARSER SECONDS SEED CORPUS
//!
//! PARSER is markdown, csv, workbook, expression, form or record. CORPUS is a folder of inputs to
//! begin with; an input whose answer was not seen before is kept there. A panic ends the program
//! and leaves the input that caused it as `panic` beside the corpus.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use instruments::evaluate::{Attachments, Clock, Definition, Session, check, check_expression};
use instruments::{Format, Options, compile};

const CLOCK: Clock = Clock {
    now: 1_782_813_600_000,
    ahead_minutes: 0,
};
/// Largest input that is tried.
const BYTES_MAX: usize = 64 << 10;
/// Most inputs that are kept.
const KEPT_MAX: usize = 2_000;
/// Pieces that are put into inputs.
const PIECES: [&str; 36] = [
    "${a}",
    "${",
    "}",
    "|",
    "\n| | ",
    "::",
    ":",
    "begin group",
    "end repeat",
    "select_one ",
    "'",
    "\"",
    "[",
    "]",
    "(",
    ")",
    "/",
    "..",
    "instance('x')",
    "indexed-repeat(",
    "&lt;",
    "<",
    ">",
    "</",
    "<value>",
    "<bind nodeset=\"/data/a\" ",
    "jr:template=\"\"",
    "9",
    "-1",
    "1e308",
    "2026-02-30",
    "\u{0}",
    "\u{fffd}",
    "%(label)s",
    "regex(., '",
    "calculate=\"",
];

/// The input that is tried, for whoever asks after a panic.
static PENDING: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}

fn spoiled(chance: &mut Chance, from: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + 1 + chance.below(40)).min(bytes.len());
        match chance.below(6) {
            0 => drop(bytes.drain(at..end.max(at))),
            1 => {
                let piece = PIECES[chance.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            2 if at < bytes.len() => bytes[at] = u8::try_from(chance.below(256)).unwrap_or(0),
            3 => {
                let part = bytes[at..end.max(at)].to_vec();
                let to = chance.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            4 => {
                let from = chance.below(other.len() + 1);
                let to = (from + chance.below(200)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            _ => {}
        }
    }
    bytes.truncate(BYTES_MAX);
    bytes
}

/// What an input comes to, in few words.
fn answer(parser: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let format = match parser {
        "markdown" => Format::Markdown,
        "csv" => Format::Csv,
        "workbook" => Format::Workbook,
        "expression" => return expression(&text),
        "form" => return form(&text),
        _ => return record(&text),
    };
    let compiled = compile(bytes, format, &Options::default());
    let codes: BTreeSet<&str> = compiled
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    let mut out = format!("{} {codes:?}", compiled.is_ok());
    if let Some(xml) = &compiled.xml {
        let _ = write!(out, " {}", Definition::read(xml).is_ok());
    }
    out
}

fn expression(text: &str) -> String {
    let known = check_expression(text).is_ok();
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    let form = FORM.replace("EXPRESSION", &escaped);
    let Ok(definition) = Definition::read(&form) else {
        return format!("{known} unread");
    };
    let none = Attachments::new();
    let mut session = Session::begin(&definition, &none, HashMap::new(), CLOCK, 1);
    let nodes = session.nodes();
    let value = nodes
        .iter()
        .find_map(|node| node.value.clone().filter(|_| node.path.ends_with("out[1]")));
    let errors: Vec<String> = session
        .errors()
        .iter()
        .map(|(_, error)| error.message.clone())
        .collect();
    let first: String = errors
        .first()
        .map_or_else(String::new, |error| error.chars().take(24).collect());
    format!(
        "{known} {} {first}",
        value.unwrap_or_default().len().min(20)
    )
}

const FORM: &str = "<h:html xmlns=\"http://www.w3.org/2002/xforms\" \
    xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head><h:title>t</h:title><model><instance>\
    <data id=\"d\"><a>1</a><r><x>2</x></r><r><x>3</x></r><out/></data></instance>\
    <instance id=\"x\"><root><item><name>a</name></item></root></instance>\
    <bind nodeset=\"/data/out\" calculate=\"EXPRESSION\"/></model></h:head><h:body/></h:html>";

fn form(text: &str) -> String {
    match Definition::read(text) {
        Err(error) => error.message.chars().take(30).collect(),
        Ok(definition) => {
            let none = Attachments::new();
            let mut session = Session::begin(&definition, &none, HashMap::new(), CLOCK, 1);
            let _ = session.xml();
            format!(
                "{} {}",
                session.nodes().len().min(50),
                session.violations().len().min(9)
            )
        }
    }
}

fn record(text: &str) -> String {
    let form = FORM.replace("EXPRESSION", "sum(/data/r/x) + /data/a");
    let Ok(definition) = Definition::read(&form) else {
        return String::new();
    };
    let findings = check(&definition, text, &Attachments::new(), CLOCK);
    let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
    format!("{codes:?} {}", findings.len().min(9))
}

fn corpus(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .collect()
}

/// Most memory that the process ever held, in KiB.
fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [parser, seconds, seed, folder] = arguments.as_slice() else {
        return Err(std::io::Error::other("mutate PARSER SECONDS SEED CORPUS"));
    };
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    let mut kept = corpus(folder);
    if kept.is_empty() {
        kept.push(PIECES.concat().into_bytes());
    }
    let mut seen: BTreeSet<String> = kept.iter().map(|bytes| answer(parser, bytes)).collect();
    let left = folder.with_extension("panic");
    let known = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |what| {
        if let Ok(pending) = PENDING.lock() {
            let _ = std::fs::write(&left, &*pending);
        }
        known(what);
    }));
    let mut chance = Chance(seed.parse().unwrap_or(1));
    let length = Duration::from_secs(seconds.parse().unwrap_or(10));
    let start = Instant::now();
    let mut tried = 0_u64;
    let mut slowest = Duration::ZERO;
    while start.elapsed() < length {
        let (one, two) = (chance.below(kept.len()), chance.below(kept.len()));
        let bytes = spoiled(&mut chance, &kept[one], &kept[two]);
        if let Ok(mut pending) = PENDING.lock() {
            pending.clone_from(&bytes);
        }
        let begun = Instant::now();
        let answered = answer(parser, &bytes);
        slowest = slowest.max(begun.elapsed());
        tried += 1;
        if seen.insert(answered) && kept.len() < KEPT_MAX {
            std::fs::write(folder.join(format!("{:06}", kept.len())), &bytes)?;
            kept.push(bytes);
        }
    }
    let (milliseconds, memory) = (slowest.as_millis(), memory_kib());
    writeln!(
        std::io::stdout(),
        "{parser}: {tried} inputs, {} kept, slowest {milliseconds} ms, {memory} KiB",
        kept.len()
    )
}
