//! `palermo record`: enter, bring in, take deposits, read, find.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use evidence::record::{PersonRole, Record, Value};
use jiff::Timestamp;
use keep::act::Deposited;
use office::{Answer, Ask, Office, Power, ReadDossier};
use protect::Confidential;
use terms::id::DossierId;
use zeroize::Zeroizing;

use super::record_file::{read, read_many, to_json};
use super::session::{By, Session, random, request, source, unlike};
use crate::cli::vault as cli;
use crate::refusal::Refusal;
use crate::secret;

/// How many findings a person is shown; the rest is counted. All of them stand in the records.
const FINDINGS_SHOWN_MAX: usize = 20;

/// `palermo record`.
pub(crate) fn run(command: &cli::Record, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        cli::Record::Enter(enter) if enter.deposit => deposit(enter, out),
        cli::Record::Enter(enter) => self::enter(enter, out),
        cli::Record::Import {
            session,
            file,
            about,
        } => import(session, file, *about, out),
        cli::Record::Take(session) => take(session, out),
        cli::Record::Read {
            session,
            dossier,
            reason,
        } => look(session, *dossier, reason, out),
        cli::Record::Find {
            session,
            name,
            reason,
        } => find(session, (name, reason), out),
    }
}

/// The bytes of a file, and its name for messages.
fn bytes(file: &Path) -> Result<(String, Zeroizing<Vec<u8>>), Refusal> {
    let mut bytes = Zeroizing::new(Vec::new());
    if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(("standard input".to_owned(), bytes));
    }
    let name = file.display().to_string();
    let opened = fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes));
    opened.map_err(|error| Refusal::input("file_unreadable", format!("{name}: {error}")))?;
    Ok((name, bytes))
}

fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let message = format!(
            "{name}: from byte {} on it is no text in UTF-8; nothing was taken",
            error.valid_up_to()
        );
        Refusal::input("records_no_json", message)
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// What was found wrong, with the number of the record in its file.
fn findings(records: &[Record]) -> Vec<String> {
    let each = records.iter().enumerate().flat_map(|(index, record)| {
        let line = move |finding| format!("record {}, {finding}", index + 1);
        record.findings.iter().map(line)
    });
    each.collect()
}

fn print_findings(name: &str, findings: &[String], out: &mut impl Write) -> Result<(), Refusal> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "Kept as it was typed, with a finding:")?;
    for finding in findings.iter().take(FINDINGS_SHOWN_MAX) {
        writeln!(out, "  {name}, {finding}")?;
    }
    let more = findings.len().saturating_sub(FINDINGS_SHOWN_MAX);
    if more > 0 {
        writeln!(out, "  and {more} more")?;
    }
    Ok(())
}

fn enter(enter: &cli::Enter, out: &mut impl Write) -> Result<(), Refusal> {
    let (name, bytes) = bytes(&enter.file)?;
    let records = read(&name, text(&name, &bytes)?)?;
    if enter.replaces.is_some() && records.len() > 1 {
        let message = format!(
            "{name}: {} records cannot correct one; allowed: one record with --replaces",
            records.len()
        );
        return Err(Refusal::usage("replaces_many", message));
    }
    let found = findings(&records);
    let session = Session::open(&enter.session)?;
    let by = session.by(Power::Enter)?;
    let mut entered = Vec::new();
    let mut refused = None;
    for (index, record) in records.into_iter().enumerate() {
        let ask = Ask::EnterRecord {
            dossier: enter.dossier,
            role: enter.about,
            replaces: enter.replaces,
            record: Confidential::seal(record),
        };
        match session.office.request(request(by, ask)) {
            Ok(Answer::Record { dossier, record }) => entered.push((dossier, record)),
            Ok(other) => return Err(unlike(&other)),
            Err(error) => {
                let error = Refusal::from(error);
                let message = format!("{name}, record {}: {}", index + 1, error.message());
                refused.get_or_insert(Refusal::answered(error.code(), &message));
            }
        }
    }
    session.close()?;
    if enter.session.vault.json {
        let entered = entered.iter().map(|(dossier, record)| {
            serde_json::json!({ "dossier": dossier.to_string(), "record": record.to_string() })
        });
        let mut answer = serde_json::json!({
            "entered": entered.collect::<Vec<_>>(), "findings": found,
        });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
    } else {
        for (dossier, record) in &entered {
            writeln!(out, "Entered {record} into {dossier}.")?;
        }
        print_findings(&name, &found, out)?;
        writeln!(out, "By {}.", by.words())?;
    }
    // Those that could be entered are entered; the first that could not is told.
    refused.map_or(Ok(()), Err)
}

fn deposit(enter: &cli::Enter, out: &mut impl Write) -> Result<(), Refusal> {
    let (name, bytes) = bytes(&enter.file)?;
    let office = Office::open(&enter.session.vault.node, random)?;
    let at_ms = Timestamp::now().as_millisecond();
    let read = text(&name, &bytes).and_then(|text| read(&name, text));
    let (found, deposits) = match read {
        Ok(records) => {
            let found = findings(&records);
            let role = enter.about;
            let records = records.into_iter().map(|record| Deposited::Record {
                at_ms,
                role,
                record,
            });
            (found, records.collect())
        }
        // Nobody may be there who could mend it: it is handed in as it is.
        Err(refusal) => {
            let bytes = bytes.to_vec();
            let found = vec![format!("handed in as it is: {refusal}")];
            (found, vec![Deposited::Unread { at_ms, bytes }])
        }
    };
    let key = office.deposit_key()?;
    for deposited in &deposits {
        office.deposit(key.seal(deposited, &mut source()))?;
    }
    office.close()?;
    if enter.session.vault.json {
        let answer = serde_json::json!({ "deposited": deposits.len(), "findings": found });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "{} sealed to the node's key and handed in; they wait until somebody takes them in:\n  \
         palermo record take {}",
        deposits.len(),
        enter.session.vault.node.display()
    )?;
    print_findings(&name, &found, out)
}

fn import(
    typed: &cli::Session,
    file: &Path,
    about: PersonRole,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let (name, bytes) = bytes(file)?;
    let records = read_many(&name, text(&name, &bytes)?)?;
    let found = findings(&records);
    let session = Session::open(typed)?;
    let by = session.by(Power::Import)?;
    let records = records.into_iter().map(Confidential::seal).collect();
    // What a template asks for is passed over; it says who, in which role, why and when.
    let template = request(by, Ask::TakeDeposits);
    let imported = session.office.import(&template, about, records)?;
    session.close()?;
    if typed.vault.json {
        let mut answer = serde_json::json!({
            "taken": imported.taken, "known": imported.known, "erased": imported.erased,
            "findings": found,
        });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "Taken in: {} records, each in a dossier of its own.",
        imported.taken
    )?;
    if imported.known > 0 {
        writeln!(out, "Here already: {}.", imported.known)?;
    }
    if imported.erased > 0 {
        writeln!(
            out,
            "Erased here, and not taken again: {}.",
            imported.erased
        )?;
    }
    print_findings(&name, &found, out)?;
    writeln!(out, "By {}.", by.words())?;
    Ok(())
}

/// What became of a file of cases, and in whose name.
pub(crate) struct Brought {
    pub(crate) taken: u64,
    pub(crate) known: u64,
    pub(crate) erased: u64,
    by: By,
}

impl Brought {
    /// Adds the counts, and who acted.
    pub(crate) fn put(&self, answer: &mut serde_json::Value) {
        answer["taken"] = self.taken.into();
        answer["known"] = self.known.into();
        answer["erased"] = self.erased.into();
        self.by.put(answer);
    }

    /// Who acted, for the end of a text.
    pub(crate) fn by(&self) -> String {
        self.by.words()
    }
}

/// Brings in records, each in a role of its own, all of them or none.
pub(crate) fn bring(
    typed: &cli::Session,
    records: Vec<(PersonRole, Confidential<Record>)>,
) -> Result<Brought, Refusal> {
    let session = Session::open(typed)?;
    let by = session.by(Power::Import)?;
    let template = request(by, Ask::TakeDeposits);
    let imported = session.office.import_roles(&template, records)?;
    session.close()?;
    Ok(Brought {
        taken: imported.taken,
        known: imported.known,
        erased: imported.erased,
        by,
    })
}

fn take(typed: &cli::Session, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(Ask::TakeDeposits)?;
    session.close()?;
    let Answer::Deposits(office::TakenIn {
        taken,
        unread,
        repeated,
        erased,
        sealed,
        left,
    }) = answer
    else {
        return Err(unlike(&answer));
    };
    if typed.vault.json {
        let mut answer = serde_json::json!({
            "taken": taken, "unread": unread, "repeated": repeated, "erased": erased,
            "sealed": sealed, "left": left,
        });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    writeln!(
        out,
        "Taken in: {taken} records, each in a dossier of its own."
    )?;
    if unread > 0 {
        writeln!(
            out,
            "Kept sealed as they came, since they are no new records: {unread}."
        )?;
    }
    writeln!(out, "By {}.", by.words())?;
    Ok(())
}

fn look(
    typed: &cli::Session,
    dossier: DossierId,
    reason: &str,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let reason = Confidential::seal(reason.to_owned());
    let (answer, by) = session.ask(Ask::ReadDossier { dossier, reason })?;
    session.close()?;
    let Answer::Dossier(read) = answer else {
        return Err(unlike(&answer));
    };
    if typed.vault.json {
        let mut answer = dossier_json(&read);
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    print_dossier(&read, by, out)
}

/// A dossier with all its records, under the warrant of the look.
pub(super) fn dossier_json(read: &ReadDossier) -> serde_json::Value {
    let records = read.records.iter().map(|(id, replaced, record)| {
        let mut json = to_json(record.expose(&read.warrant));
        json["record"] = id.to_string().into();
        json["replaced"] = (*replaced).into();
        json
    });
    serde_json::json!({
        "dossier": read.dossier.to_string(), "about": read.role.code(),
        "act": read.warrant.act(), "records": records.collect::<Vec<_>>(),
    })
}

fn print_dossier(read: &ReadDossier, by: By, out: &mut impl Write) -> Result<(), Refusal> {
    writeln!(out, "{}, about a {}", read.dossier, read.role.code())?;
    for (id, replaced, record) in &read.records {
        let record = record.expose(&read.warrant);
        let corrected = if *replaced { ", corrected since" } else { "" };
        writeln!(
            out,
            "\n{id}: {} {}{corrected}",
            record.form, record.form_version
        )?;
        if let Some(source) = &record.source {
            writeln!(out, "  from {}, number {}", source.source, source.number)?;
        }
        for answer in &record.answers {
            let concept = answer.concept.as_deref().unwrap_or("not bound");
            let value = in_words(&answer.value);
            writeln!(out, "  {} ({concept}): {value}", answer.question)?;
        }
        for finding in &record.findings {
            writeln!(out, "  found: {finding}")?;
        }
    }
    writeln!(
        out,
        "\nThis look is act {} of the log. By {}.",
        read.warrant.act(),
        by.words()
    )?;
    Ok(())
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Coded {
            list,
            version,
            code,
        } => format!("{code} ({list}@{version})"),
        Value::Absent(absence) => format!("nothing: {}", absence.code()),
    }
}

fn find(
    typed: &cli::Session,
    (name, reason): (&str, &str),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let name = secret::words(name, "Name")?;
    if name.trim().is_empty() {
        let message = "--name “”: found nothing; allowed: one word of the name or more";
        return Err(Refusal::usage("name_missing", message));
    }
    let session = Session::open(typed)?;
    let (answer, by) = session.ask(Ask::SearchNames {
        words: Confidential::seal(name.to_string()),
        reason: Confidential::seal(reason.to_owned()),
    })?;
    session.close()?;
    let Answer::Found(dossiers) = answer else {
        return Err(unlike(&answer));
    };
    if typed.vault.json {
        let found = dossiers.iter().map(ToString::to_string);
        let mut answer = serde_json::json!({ "found": found.collect::<Vec<_>>() });
        by.put(&mut answer);
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    for dossier in &dossiers {
        writeln!(out, "{dossier}")?;
    }
    let found = dossiers.len();
    writeln!(out, "{found} found. By {}.", by.words())?;
    Ok(())
}
