//! Measures the journal and the vault on this machine; `cargo xtask bench --journal` runs it and
//! writes the page. It prints one line for each sample: a key, a tab, a number; and facts of the
//! machine as `# key` and words.
//!
//! `journal_bench --work FOLDER [--runs N] [--acts N] [--persons N] [--window-ms N]`; the folder
//! must be on the disk that is to be measured.

#![allow(clippy::print_stdout, reason = "what it prints is its result")]

mod fill;
mod machine;
mod whole;
mod writers;

use std::path::PathBuf;
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Failure>;

/// What is measured how often.
struct Options {
    work: PathBuf,
    runs: u32,
    acts: u64,
    persons: u64,
    window: Duration,
}

/// What was measured, in the order in which it was.
#[derive(Default)]
struct Samples {
    lines: Vec<String>,
}

impl Samples {
    fn push(&mut self, key: &str, value: f64) {
        self.lines.push(format!("{key}\t{value}"));
    }

    #[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
    fn push_count(&mut self, key: &str, value: usize) {
        self.push(key, value as f64);
    }

    fn say(&mut self, key: &str, words: &str) {
        self.lines.push(format!("# {key}\t{words}"));
    }

    fn take_over(&mut self, lines: &str) -> Result<()> {
        if lines.is_empty() {
            return Err("a part has measured nothing".into());
        }
        self.lines.extend(lines.lines().map(str::to_owned));
        Ok(())
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut samples = Samples::default();
    if let [part, node, argument] = arguments.as_slice()
        && !part.starts_with("--")
    {
        whole::child(part, node.as_ref(), argument, &mut samples)?;
    } else {
        let options = options(&arguments)?;
        samples.say("processor", &machine::processor());
        samples.say("sqlite", rusqlite::version());
        writers::measure(&options, &mut samples)?;
        whole::deposits(&options, &mut samples)?;
        whole::large(&options, &mut samples)?;
        whole::imported(&options, &mut samples)?;
        machine::note(&mut samples, &options.work)?;
    }
    for line in samples.lines {
        println!("{line}");
    }
    Ok(())
}

fn options(arguments: &[String]) -> Result<Options> {
    let mut options = Options {
        work: PathBuf::new(),
        runs: 5,
        acts: 200_000,
        persons: 100_000,
        window: Duration::from_millis(300),
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let value = rest.next().ok_or("each option needs a value")?;
        match name.as_str() {
            "--work" => options.work = PathBuf::from(value),
            "--runs" => options.runs = value.parse()?,
            "--acts" => options.acts = value.parse()?,
            "--persons" => options.persons = value.parse()?,
            "--window-ms" => options.window = Duration::from_millis(value.parse()?),
            _ => return Err(format!("unknown option `{name}`").into()),
        }
    }
    if !options.work.is_dir() {
        return Err("--work FOLDER must name a folder".into());
    }
    Ok(options)
}
