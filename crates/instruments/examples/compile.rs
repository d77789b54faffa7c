//! Compiles forms by the name, one a line on standard input, for the differential tests: beside
//! each form `FORM` it leaves `FORM.out.xml`, or `FORM.out.txt` with what is wrong. With `CHECK` in
//! the environment a form that the lint refuses is refused.

use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;

use instruments::{Format, Options, check, compile};

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let line = line?;
        let path = Path::new(&line);
        let bytes = std::fs::read(path)?;
        let format = Format::of_name(&line).unwrap_or(Format::Markdown);
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let options = Options {
            stem,
            pretty: std::env::var_os("PRETTY").is_some(),
            public_key: None,
        };
        let compiled = match std::env::var_os("CHECK") {
            Some(_) => check(&bytes, format, &options),
            None => compile(&bytes, format, &options),
        };
        let findings: Vec<String> = compiled.findings.iter().map(ToString::to_string).collect();
        std::fs::write(format!("{line}.out.txt"), findings.join("\n"))?;
        match &compiled.xml {
            Some(xml) => std::fs::write(format!("{line}.out.xml"), xml)?,
            None => drop(std::fs::remove_file(format!("{line}.out.xml"))),
        }
        writeln!(
            out,
            "{line}\t{}",
            if compiled.is_ok() { "ok" } else { "refused" }
        )?;
    }
    Ok(())
}
