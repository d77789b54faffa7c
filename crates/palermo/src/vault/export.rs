//! `palermo export`: a dossier leaves the node, asked for by one and approved by another.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use jiff::Timestamp;
use keep::views;
use office::{Answer, Ask, ExportGround, OfficeError, Purpose, ReadDossier};
use protect::Confidential;
use serde_json::Value;
use terms::id::ExportId;
use zeroize::Zeroizing;

use super::place::create_private;
use super::record::dossier_json;
use super::session::{By, Session, unlike};
use super::{moment, say, text_of};
use crate::cli::care::{Export, RequestExport};
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// `palermo export`.
pub(crate) fn run(command: &Export, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Export::Request(typed) => request(typed, out),
        Export::Approve { session, export } => approve(session, *export, out),
        Export::Take {
            session,
            export,
            output,
        } => take(session, *export, output, out),
        Export::List(session) => list(session, out),
    }
}

fn request(typed: &RequestExport, out: &mut impl Write) -> Result<(), Refusal> {
    let mut session = Session::open(&typed.session)?;
    match typed.ground {
        ExportGround::OwnAccess => session.for_purpose(Purpose::DataSubject),
        ExportGround::LegalOrder => session.for_purpose(Purpose::Justice),
        ExportGround::Consent => {}
    }
    let (answer, by) = session.ask(Ask::RequestExport {
        dossier: typed.dossier,
        recipient: typed.recipient,
        ground: typed.ground,
        reason: Confidential::seal(typed.reason.clone()),
    })?;
    session.close()?;
    let Answer::Export(export) = answer else {
        return Err(unlike(&answer));
    };
    let answer = serde_json::json!({
        "export": export.to_string(), "dossier": typed.dossier.to_string(),
        "ground": typed.ground.code(), "recipient": text_of(typed.recipient),
        "state": "waiting",
    });
    let words = format!(
        "{export} waits for a coordinator: palermo export approve {} --export {export}\n",
        typed.session.vault.node.display()
    );
    say(&typed.session, by, answer, words, out)
}

fn approve(typed: &cli::Session, export: ExportId, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (_, by) = session.ask(Ask::ApproveExport { export })?;
    session.close()?;
    let answer = serde_json::json!({ "export": export.to_string(), "state": "approved" });
    let words = format!("{export} is approved; whoever asked takes it once, within a day.");
    say(typed, by, answer, words, out)
}

fn open_exports(session: &Session) -> Result<Vec<views::Export>, Refusal> {
    match session.ask(Ask::ListExports)? {
        (Answer::Exports(exports), _) => Ok(exports),
        (other, _) => Err(unlike(&other)),
    }
}

fn take(
    typed: &cli::Session,
    export: ExportId,
    output: &Path,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let mut session = Session::open(typed)?;
    let asked = open_exports(&session)?;
    let asked = asked.iter().find(|one| one.export == export);
    let asked = asked.ok_or(OfficeError::ExportMissing)?;
    // It is taken for the purpose for which it was asked.
    if let Some(purpose) = Purpose::of_code(&asked.purpose) {
        session.for_purpose(purpose);
    }
    // It is taken once: whether there is a place for it is known before.
    let kept = Output::new(output)?;
    let (answer, by) = session.ask(Ask::TakeExport { export })?;
    let Answer::Dossier(read) = answer else {
        return Err(unlike(&answer));
    };
    kept.fill(content(&read, asked, by).as_bytes())?;
    session.close()?;
    let file = output.display().to_string();
    let act = read.warrant.act();
    let answer = serde_json::json!({
        "export": export.to_string(), "dossier": read.dossier.to_string(), "file": file,
        "records": read.records.len(), "act": act, "state": "taken",
    });
    let words = format!(
        "{} is in {file}, in clear, readable by you alone. It is act {act} of the log.\n\
         From here on whoever holds the file answers for it: take it to the recipient and nobody \
         else, keep it\nencrypted on the way, and destroy it when it has arrived.",
        read.dossier
    );
    say(typed, by, answer, words, out)
}

/// What the file of an export says.
fn content(read: &ReadDossier, asked: &views::Export, by: By) -> Zeroizing<String> {
    let mut answer = dossier_json(read);
    answer["export"] = asked.export.to_string().into();
    answer["ground"] = asked.ground.as_str().into();
    answer["recipient"] = text_of(asked.recipient).into();
    answer["taken"] = Timestamp::now().to_string().into();
    by.put(&mut answer);
    Zeroizing::new(format!("{answer:#}\n"))
}

fn list(typed: &cli::Session, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let found = open_exports(&session)?;
    session.close()?;
    if typed.vault.json {
        let exports: Vec<_> = found.iter().map(export_json).collect();
        writeln!(out, "{}", serde_json::json!({ "exports": exports }))?;
        return Ok(());
    }
    if found.is_empty() {
        writeln!(out, "No request of yours is open.")?;
    }
    for export in &found {
        writeln!(out, "{}", export_line(export))?;
    }
    Ok(())
}

pub(super) fn export_json(export: &views::Export) -> Value {
    serde_json::json!({
        "export": export.export.to_string(), "dossier": export.dossier.to_string(),
        "purpose": export.purpose, "recipient": text_of(export.recipient),
        "ground": export.ground, "requested_by": text_of(export.requested_by),
        "requested_ms": export.requested_ms, "approved_ms": export.approved_ms,
    })
}

pub(super) fn export_line(export: &views::Export) -> String {
    let to = text_of(export.recipient).unwrap_or_else(|| "the person".to_owned());
    let state = match export.approved_ms {
        Some(approved) => format!("approved {}", moment(approved)),
        None => "waits for approval".to_owned(),
    };
    format!(
        "{}  {}  to {to}, {}, for {}, {state}",
        export.export, export.dossier, export.ground, export.purpose
    )
}

/// A file that was not there, for its owner's eyes alone. Unless it is filled it is removed.
pub(super) struct Output<'a> {
    path: &'a Path,
    file: File,
    filled: bool,
}

impl<'a> Output<'a> {
    pub(super) fn new(path: &'a Path) -> Result<Self, Refusal> {
        let file = create_private(path).map_err(|error| {
            let message = match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    format!("{} is there already; allowed: a new file", path.display())
                }
                _ => format!("{}: {error}", path.display()),
            };
            Refusal::input("output_unfit", message)
        })?;
        Ok(Self {
            path,
            file,
            filled: false,
        })
    }

    pub(super) fn fill(mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.file.write_all(bytes)?;
        self.file.sync_all()?;
        self.filled = true;
        Ok(())
    }
}

impl Drop for Output<'_> {
    fn drop(&mut self) {
        if !self.filled {
            // What cannot be removed is empty, or a part that its owner alone can read.
            let _ = fs::remove_file(self.path);
        }
    }
}
