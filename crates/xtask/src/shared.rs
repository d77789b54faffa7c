//! The shared folder of real public files: beside the repository, or where `PALERMO_SHARED` says.

use std::collections::HashSet;
use std::env;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::command;

/// A public file that the product can import.
pub struct PublicFile {
    /// What `palermo import --as` calls it.
    pub kind: &'static str,
    /// Where it lies in the shared folder.
    pub path: &'static str,
}

/// The real files that benchmarks and soak runs import.
pub const PUBLIC_FILES: [PublicFile; 3] = [
    PublicFile {
        kind: "glotip",
        path: "data/glotip/data_glotip_2024-05_copy.csv.gz",
    },
    PublicFile {
        kind: "missing-migrants",
        path: "data/smuggling/iom_mmp.csv.gz",
    },
    PublicFile {
        kind: "frontex",
        path: "data/smuggling/frontex.csv.gz",
    },
];

/// Labels of citizenship as people wrote them, in the column `Category`.
pub const LABELS: &str = "data/codelists/glotip_dataset_citizenship_labels_raw.csv";

/// The shared folder, if it is there.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let beside = || command::root().join("../shared");
    let folder = env::var_os("PALERMO_SHARED").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// Unpacks one public file into `into` and returns the CSV's path and its rows; a row can hold line
/// breaks.
///
/// # Errors
/// When the file is absent or no gzip file.
pub fn unpack(shared: &Path, file: &PublicFile, into: &Path) -> io::Result<(PathBuf, usize)> {
    let packed = File::open(shared.join(file.path))?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes)?;
    let path = into.join(format!("{}.csv", file.kind));
    let rows = csv::Reader::from_reader(bytes.as_slice()).records().count();
    fs::write(&path, bytes)?;
    Ok((path, rows))
}

/// The labels of citizenship, each once, in the file's order. The resolver reads one a line, so a
/// break inside a label becomes a space.
///
/// # Errors
/// When the file is absent or has no column `Category`.
pub fn labels(shared: &Path) -> io::Result<Vec<String>> {
    let mut reader = csv::Reader::from_path(shared.join(LABELS))?;
    let column = reader.headers()?.iter().position(|name| name == "Category");
    let column = column.ok_or_else(|| io::Error::other("no column `Category`"))?;
    let (mut seen, mut labels) = (HashSet::new(), Vec::new());
    for record in reader.records() {
        let label = record?.get(column).unwrap_or_default().replace('\n', " ");
        if seen.insert(label.clone()) {
            labels.push(label);
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_come_once_each_and_on_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LABELS);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "Dimension,Category\na,Mali\nb,\"Co\nngo\"\nc,Mali\n").unwrap();
        assert_eq!(labels(folder.path()).unwrap(), ["Mali", "Co ngo"]);
        fs::write(&path, "Dimension\na\n").unwrap();
        assert!(labels(folder.path()).is_err());
    }

    #[test]
    fn a_public_file_is_unpacked_and_its_rows_counted() {
        let folder = tempfile::tempdir().unwrap();
        let file = PublicFile {
            kind: "frontex",
            path: "a.csv.gz",
        };
        let packed = File::create(folder.path().join(file.path)).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        io::Write::write_all(&mut encoder, b"route,n\nSea,1\nLand,2\n").unwrap();
        encoder.finish().unwrap();
        let (path, rows) = unpack(folder.path(), &file, folder.path()).unwrap();
        assert_eq!((rows, fs::read(path).unwrap().len()), (2, 21));
    }
}
