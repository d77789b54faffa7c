//! Times the compiler and the evaluator in this process: `time FORM COUNT` prints, as JSON, the
//! milliseconds that one turn takes, the shortest of COUNT.

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use instruments::{Format, Options, compile};

fn shortest(count: u32, mut work: impl FnMut()) -> f64 {
    let turns = (0..count).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1000.0
    });
    turns.fold(f64::INFINITY, f64::min)
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (form, count) = (arguments.next(), arguments.next());
    let form = form.unwrap_or_default();
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(20);
    let bytes = std::fs::read(&form)?;
    let format = Format::of_name(&form).unwrap_or(Format::Markdown);
    let options = Options {
        stem: Path::new(&form).file_stem().and_then(|stem| stem.to_str()),
        pretty: false,
        public_key: None,
    };
    let xml = compile(&bytes, format, &options).xml.unwrap_or_default();
    let compiling = shortest(count, || drop(compile(&bytes, format, &options)));
    let size = xml.len();
    writeln!(
        std::io::stdout(),
        "{{\"compile_ms\":{compiling:.3},\"xml_bytes\":{size}}}"
    )?;
    Ok(())
}
