//! `palermo log`: who did what, for whoever watches over it, and for those whom it is about.

use std::io::Write;

use keep::views::{LogLine, MirrorLine};
use office::{Answer, Ask};
use terms::id::{DossierId, StaffId};

use super::care::mirror;
use super::moment;
use super::session::{Session, unlike};
use super::text_of;
use crate::cli::care::{Log, Subject};
use crate::refusal::Refusal;

/// How many lines are asked for at once where they are picked out here.
const AT_ONCE: u32 = 10_000;
/// The number of an act that there never is: SQLite counts no further.
const LAST: u64 = i64::MAX.unsigned_abs();

/// `palermo log`.
pub(crate) fn run(typed: &Log, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    if let Some(dossier) = typed.mirror {
        let mirror = mirror(&session, dossier)?;
        session.close()?;
        return print_mirror(typed, dossier, &mirror, out);
    }
    let lines = match typed.subject {
        _ if typed.own => own(&session, typed)?,
        Some(Subject::Staff(staff)) => of_staff(&session, typed, staff)?,
        Some(Subject::Dossier(dossier)) => {
            read(&session, Some(dossier), (typed.after, typed.most))?
        }
        None => read(&session, None, (typed.after, typed.most))?,
    };
    session.close()?;
    for line in &lines {
        if typed.session.vault.json {
            writeln!(out, "{}", json(line))?;
        } else {
            print(line, out)?;
        }
    }
    let full = u32::try_from(lines.len()).is_ok_and(|found| found == typed.most);
    if let Some(last) = lines
        .last()
        .filter(|_| full && !typed.own && !typed.session.vault.json)
    {
        writeln!(out, "There may be more: --after {}", last.act)?;
    }
    Ok(())
}

fn read(
    session: &Session,
    dossier: Option<DossierId>,
    (after, most): (u64, u32),
) -> Result<Vec<LogLine>, Refusal> {
    let ask = Ask::ReadLog {
        dossier,
        after,
        most,
    };
    match session.ask(ask)? {
        (Answer::Log(lines), _) => Ok(lines),
        (other, _) => Err(unlike(&other)),
    }
}

/// What somebody did, and what was done about them, picked out of the whole log.
fn of_staff(session: &Session, typed: &Log, staff: StaffId) -> Result<Vec<LogLine>, Refusal> {
    let most = usize::try_from(typed.most).unwrap_or(usize::MAX);
    let (mut found, mut after) = (Vec::new(), typed.after);
    loop {
        let lines = read(session, None, (after, AT_ONCE))?;
        let Some(last) = lines.last() else {
            return Ok(found);
        };
        after = last.act;
        let of = |line: &LogLine| [line.actor, line.subject].contains(&Some(staff));
        found.extend(lines.into_iter().filter(of));
        if found.len() >= most {
            found.truncate(most);
            return Ok(found);
        }
    }
}

/// The newest lines of whoever asks, the oldest of them first.
fn own(session: &Session, typed: &Log) -> Result<Vec<LogLine>, Refusal> {
    let ask = Ask::ReadOwnLog {
        before: LAST,
        most: typed.most,
    };
    match session.ask(ask)? {
        (Answer::Log(mut lines), _) => {
            lines.retain(|line| line.act > typed.after);
            lines.reverse();
            Ok(lines)
        }
        (other, _) => Err(unlike(&other)),
    }
}

fn json(line: &LogLine) -> serde_json::Value {
    let subject = text_of(line.dossier).or_else(|| text_of(line.subject));
    serde_json::json!({
        "act": line.act, "kind": code(&line.kind), "at_ms": line.at_ms, "at": moment(line.at_ms),
        "actor": text_of(line.actor), "session": line.session.is_some(), "role": line.role,
        "purpose": line.purpose, "dossier": text_of(line.dossier),
        "staff": text_of(line.subject), "subject": subject, "cause": line.cause,
    })
}

fn print(line: &LogLine, out: &mut impl Write) -> Result<(), Refusal> {
    let who = match (line.actor, line.session) {
        (Some(actor), Some(_)) => format!("{actor}, signed in,"),
        (Some(actor), None) => format!("{actor} at the console"),
        (None, _) if line.role == "door" => "somebody at the door".to_owned(),
        (None, _) => "the node".to_owned(),
    };
    let dossier = line.dossier.map(|dossier| format!(", {dossier}"));
    let subject = line.subject.map(|staff| format!(", about {staff}"));
    let cause = line.cause.as_ref().map(|cause| format!(", {cause}"));
    writeln!(
        out,
        "{:>8}  {}  {:<18} {who} as {}, for {}{}{}{}",
        line.act,
        moment(line.at_ms),
        code(&line.kind),
        line.role,
        line.purpose,
        dossier.unwrap_or_default(),
        subject.unwrap_or_default(),
        cause.unwrap_or_default()
    )?;
    Ok(())
}

fn print_mirror(
    typed: &Log,
    dossier: DossierId,
    mirror: &office::Mirror,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let most = usize::try_from(typed.most).unwrap_or(usize::MAX);
    let lines = mirror.lines.iter().filter(|line| line.act > typed.after);
    for line in lines.take(most) {
        let mut agencies = mirror.agencies.iter();
        let found = agencies.find(|one| line.agency == Some(one.agency));
        let name = found.map(|agency| agency.name.as_str());
        if typed.session.vault.json {
            let answer = serde_json::json!({
                "act": line.act, "kind": code(&line.kind), "at_ms": line.at_ms,
                "at": moment(line.at_ms), "role": line.role, "agency": text_of(line.agency),
                "agency_name": name, "purpose": line.purpose, "dossier": dossier.to_string(),
                "cause": line.cause,
            });
            writeln!(out, "{answer}")?;
            continue;
        }
        print_mirror_line(line, name, out)?;
    }
    Ok(())
}

fn print_mirror_line(
    line: &MirrorLine,
    agency: Option<&str>,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let agency = match (agency, line.agency) {
        (Some(name), _) => format!(" of {name}"),
        (None, Some(agency)) => format!(" of {agency}"),
        (None, None) => String::new(),
    };
    let cause = line.cause.as_ref().map(|cause| format!(", {cause}"));
    writeln!(
        out,
        "{:>8}  {}  {:<18} {}{agency}, for {}{}",
        line.act,
        moment(line.at_ms),
        code(&line.kind),
        line.role,
        line.purpose,
        cause.unwrap_or_default()
    )?;
    Ok(())
}

/// The name of a kind of act as a code, `erasure_done`.
pub(super) fn code(kind: &str) -> String {
    let mut code = String::with_capacity(kind.len() + 4);
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}
