//! The manifest beside a kept file.

use std::path::Path;

use evidence::intake::{Counts, Kind};
use evidence::publication::Publication;
use serde::{Deserialize, Serialize};
use terms::source::Source;

use crate::error::KeepError;

/// Version of the manifest's layout.
const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: u32,
    kind: String,
    file_name: String,
    content_sha256: String,
    file_sha256: String,
    source: SourceText,
    counts: CountsText,
    /// Rows in the file that enter no table, as a spreadsheet counts them.
    excluded_rows: Vec<u64>,
    imported_at: String,
    program: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceText {
    publisher: String,
    title: String,
    address: String,
    licence: String,
    attribution: String,
    vintage: String,
    retrieved: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountsText {
    read: u64,
    accepted: u64,
    held: u64,
    unchanged: u64,
}

/// The manifest of a publication as JSON.
pub(crate) fn write(publication: &Publication) -> String {
    let source = &publication.source;
    let counts = publication.counts;
    let manifest = Manifest {
        format: FORMAT,
        kind: publication.kind.code().to_owned(),
        file_name: publication.file_name.clone(),
        content_sha256: publication.content_sha256().to_owned(),
        file_sha256: publication.file_sha256.clone(),
        source: SourceText {
            publisher: source.publisher.clone(),
            title: source.title.clone(),
            address: source.address.clone(),
            licence: source.licence.clone(),
            attribution: source.attribution.clone(),
            vintage: source.vintage.clone(),
            retrieved: source.retrieved.map(|day| day.to_string()),
        },
        counts: CountsText {
            read: counts.read,
            accepted: counts.accepted,
            held: counts.held,
            unchanged: counts.unchanged,
        },
        excluded_rows: publication.excluded_rows.clone(),
        imported_at: publication.imported_at.clone(),
        program: publication.program.clone(),
    };
    let mut text = serde_json::to_string_pretty(&manifest).expect("texts and numbers are JSON");
    text.push('\n');
    text
}

/// The publication that a manifest describes.
pub(crate) fn read(text: &str, path: &Path) -> Result<Publication, KeepError> {
    let refuse = |reason: String| KeepError::Manifest {
        path: path.to_owned(),
        reason,
    };
    let manifest: Manifest =
        serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(refuse(format!(
            "its layout is {}, not {FORMAT}",
            manifest.format
        )));
    }
    let kind: Kind = manifest
        .kind
        .parse()
        .map_err(|error| refuse(format!("{error}")))?;
    let day = manifest.source.retrieved.as_ref().map(|day| day.parse());
    let retrieved = day
        .transpose()
        .map_err(|error| refuse(format!("retrieved: {error}")))?;
    let (source, counts) = (manifest.source, manifest.counts);
    Ok(Publication {
        kind,
        file_name: manifest.file_name,
        source: Source {
            publisher: source.publisher,
            title: source.title,
            address: source.address,
            licence: source.licence,
            attribution: source.attribution,
            vintage: source.vintage,
            retrieved,
            content_sha256: Some(manifest.content_sha256),
        },
        file_sha256: manifest.file_sha256,
        counts: Counts {
            read: counts.read,
            accepted: counts.accepted,
            held: counts.held,
            unchanged: counts.unchanged,
        },
        excluded_rows: manifest.excluded_rows,
        imported_at: manifest.imported_at,
        program: manifest.program,
    })
}
