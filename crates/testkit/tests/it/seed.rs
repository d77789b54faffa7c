//! The tables that come with the program, made again from the publisher's file.

use std::fs;

use analyse::{missing_migrants, seed};
use evidence::intake::{Kind, Observations, RowDigests};

/// With `PALERMO_SEEDS=write` the files are written instead of compared.
#[test]
fn the_seed_is_what_the_publishers_file_makes() {
    let Some(path) = testkit::shared("smuggling/iom_mmp.csv.gz") else {
        return;
    };
    let reading = share::read(&path, Kind::MissingMigrants, &RowDigests::default());
    let reading = reading.unwrap_or_else(|error| panic!("{error}"));
    let Observations::Incidents(incidents) = reading.taken.observations else {
        panic!("incidents were expected");
    };
    let source = seed::source(reading.taken.source);
    let tables = missing_migrants::tables(&incidents, &source).expect("counts add");
    let mut bytes = 0;
    for (name, text) in seed::files(&tables).expect("counts have a plain form") {
        let file = testkit::repository().join("seed").join(name);
        if std::env::var_os("PALERMO_SEEDS").is_some_and(|wish| wish == "write") {
            fs::write(&file, &text).expect("seed/ can be written");
        }
        let kept = fs::read_to_string(&file).expect("a file of seed/");
        assert!(
            kept == text,
            "seed/{name} is not what {} makes",
            path.display()
        );
        bytes += text.len();
    }
    assert!(bytes < 500_000, "{bytes} bytes of seed are too many");
}
