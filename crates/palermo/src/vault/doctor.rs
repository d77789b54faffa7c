//! `palermo doctor`: how a node stands, on one screen, with what to do.

use std::fs;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use keep::{Node, Role};
use office::{Inside, Office, RENEWAL_DAYS, Survey, has_vault};

use super::control::{Command, Told, tell};
use super::session::{mend, random};
use super::{day_after, moment, unnoted};
use crate::cli::vault::Vault;
use crate::refusal::Refusal;
use crate::secret;

/// After how many days without a backup somebody is told.
const BACKUP_DAYS: i64 = 7;
/// Free space under which somebody is told, and under which it is a fault, in MiB.
const FREE_WARN_MIB: u64 = 2048;
const FREE_FAIL_MIB: u64 = 256;
const DAY_MS: i64 = 24 * 3_600_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Ok,
    /// Nobody can tell while the node is locked.
    Unknown,
    Warn,
    Fail,
}

impl State {
    const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

struct Line {
    check: &'static str,
    state: State,
    found: String,
    advice: String,
}

/// The screen under way.
struct Screen {
    lines: Vec<Line>,
    now: Timestamp,
}

impl Screen {
    fn say(&mut self, check: &'static str, state: State, found: String, advice: String) {
        self.lines.push(Line {
            check,
            state,
            found,
            advice,
        });
    }

    fn fine(&mut self, check: &'static str, found: impl Into<String>) {
        self.say(check, State::Ok, found.into(), String::new());
    }

    /// Something that is well when there is none of it.
    fn none(&mut self, check: &'static str, count: u64, advice: &str) {
        match count {
            0 => self.fine(check, "0"),
            _ => self.say(check, State::Warn, count.to_string(), advice.to_owned()),
        }
    }

    fn worst(&self) -> State {
        let states = self.lines.iter().map(|line| line.state);
        let states = states.filter(|state| *state != State::Unknown);
        states.max().unwrap_or(State::Ok)
    }
}

/// `palermo doctor`.
pub(crate) fn run(vault: &Vault, out: &mut impl Write) -> Result<(), Refusal> {
    let node = Node::open(&vault.node)?;
    let mut screen = Screen {
        lines: Vec::new(),
        now: Timestamp::now(),
    };
    let config = node.config();
    let place = config.jurisdiction.as_ref().map(ToString::to_string);
    let place = place.map(|place| format!(", {place}")).unwrap_or_default();
    screen.fine("node", format!("“{}”, {}{place}", config.name, config.role));
    if has_vault(&vault.node) {
        if let Err(refusal) = look(vault, &mut screen) {
            let advice = "see the message; a backup can be restored with `palermo restore`";
            screen.say(
                "vault",
                State::Fail,
                format!("{} [{}]", refusal.message(), refusal.code()),
                advice.to_owned(),
            );
        }
    } else if config.role == Role::Public {
        screen.fine("vault", "none; a public node keeps no records");
    } else {
        let advice = format!("palermo vault {}", vault.node.display());
        screen.say("vault", State::Warn, "none".to_owned(), advice);
    }
    disk(&vault.node, &mut screen);
    leftovers(&vault.node, &mut screen);
    print(vault, &screen, out)?;
    if screen.worst() == State::Fail {
        let failed = screen.lines.iter().filter(|line| line.state == State::Fail);
        let checks: Vec<_> = failed.map(|line| line.check).collect();
        return Err(Refusal::input("node_unwell", checks.join(", ")));
    }
    Ok(())
}

fn print(vault: &Vault, screen: &Screen, out: &mut impl Write) -> Result<(), Refusal> {
    if vault.json {
        let lines = screen.lines.iter().map(|line| {
            serde_json::json!({
                "check": line.check, "state": line.state.code(), "found": line.found,
                "do": line.advice,
            })
        });
        let answer = serde_json::json!({
            "state": screen.worst().code(), "lines": lines.collect::<Vec<_>>(),
        });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    for line in &screen.lines {
        let state = line.state.code();
        writeln!(out, "{state:<8}{:<22}{}", line.check, line.found)?;
        if !line.advice.is_empty() {
            writeln!(out, "{:30}-> {}", "", line.advice)?;
        }
    }
    Ok(())
}

fn look(vault: &Vault, screen: &mut Screen) -> Result<(), Refusal> {
    let node = &vault.node;
    let office = Office::open(node, random)?;
    if let Some(passphrase) = secret::if_wanted(&vault.secret, "what can be seen from outside")? {
        office.unlock(&passphrase)?;
        mend(&office, node)?;
    }
    let survey = office.survey(screen.now)?;
    let told = tell(node, &Command::Look)?;
    vault_line(node, (&survey, &told), screen);
    let status = &survey.status;
    let acts = format!("{} in {} batches", status.acts, status.batches);
    screen.fine("acts", acts);
    screen.fine("incarnation", status.incarnation.to_string());
    screen.fine("keyring epoch", status.epoch.to_string());
    let (needed, made) = status.shares;
    screen.fine("recovery shares", format!("any {needed} of {made}"));
    signed(&survey, screen);
    match &survey.inside {
        Some(inside) => within(node, (inside, status.epoch), screen),
        None => from_outside(node, &told, screen)?,
    }
    Ok(office.close()?)
}

fn vault_line(node: &Path, (survey, told): (&Survey, &Told), screen: &mut Screen) {
    if let Err(refusal) = told.check() {
        screen.say(
            "processes",
            State::Warn,
            format!("{} [{}]", refusal.message(), refusal.code()),
            "until each that serves it answers, nobody can tell whether it is locked".to_owned(),
        );
    }
    let all = told.standings.len();
    let unlocked = told.standings.iter().filter(|standing| standing.unlocked);
    let found = match (unlocked.count(), all) {
        // Only those that say nothing serve it.
        (_, 0) if told.processes() > 0 => return,
        (_, 0) if survey.status.unlocked => {
            "opens with the passphrase; not being served".to_owned()
        }
        (_, 0) => "locked; not being served".to_owned(),
        (0, 1) => "locked, and being served: it takes what is handed in".to_owned(),
        (0, _) => format!("locked, and served by {all} processes: they take what is handed in"),
        (1, 1) => "unlocked, and being served".to_owned(),
        (unlocked, _) if unlocked == all => format!("unlocked, and served by {all} processes"),
        (unlocked, _) => {
            let found = format!("unlocked in {unlocked} of {all} processes that serve it");
            let advice = format!("palermo unlock {}", node.display());
            return screen.say("vault", State::Warn, found, advice);
        }
    };
    screen.fine("vault", found);
}

fn signed(survey: &Survey, screen: &mut Screen) {
    let batches = survey.status.batches;
    match survey.signed {
        None => screen.say(
            "signed head",
            State::Warn,
            "none".to_owned(),
            "unlock the node once; it signs when it is closed".to_owned(),
        ),
        Some(signed) if !signed.holds => screen.say(
            "signed head",
            State::Fail,
            format!("batch {} is not as it was signed", signed.batch),
            "palermo verify; somebody may have changed the journal".to_owned(),
        ),
        Some(signed) if signed.batch == batches => {
            screen.fine("signed head", format!("batch {batches}, the last"));
        }
        Some(signed) => screen.say(
            "signed head",
            State::Warn,
            format!(
                "batch {}; {} since",
                signed.batch,
                batches.saturating_sub(signed.batch)
            ),
            "deposits or a power cut; the next command with the passphrase signs it".to_owned(),
        ),
    }
}

fn within(node: &Path, (inside, epoch): (&Inside, u32), screen: &mut Screen) {
    let node = node.display();
    screen.fine(
        "dossiers",
        format!("{} open, {} erased", inside.dossiers, inside.erased),
    );
    let take = format!("palermo record take {node}");
    screen.none("deposits waiting", inside.deposits_waiting, &take);
    let confirm = format!("palermo erase {node} --list; a second person confirms");
    screen.none("erasures to confirm", inside.erasures_waiting, &confirm);
    let unfinished = format!("palermo unlock {node}");
    screen.none(
        "erasures unfinished",
        inside.erasures_unfinished,
        &unfinished,
    );
    let due: u64 = inside.retention.iter().map(|(_, due)| due).sum();
    let decide = "somebody has to decide: erase, or set another time with `palermo retention`";
    screen.none("past retention", due, decide);
    let last = inside.backup.as_ref().map(|backup| backup.at_ms);
    backup(&node.to_string(), last, screen);
    let outdated = inside.keyrings.iter().filter(|saved| saved.epoch < epoch);
    let mut any = false;
    for saved in outdated {
        any = true;
        // Saved before the erasure, so that it is renewed before the time is up.
        let renew_by = day_after(saved.at_ms, RENEWAL_DAYS);
        let late = screen.now.as_millisecond() > saved.at_ms + RENEWAL_DAYS * DAY_MS;
        let state = if late { State::Fail } else { State::Warn };
        let advice = format!(
            "renew it by {renew_by} with `palermo backup` into the same place, or destroy it"
        );
        screen.say("saved keyring", state, saved.place.clone(), advice);
    }
    if !any {
        let saved = inside.keyrings.len();
        screen.fine("saved keyrings", format!("{saved}, all of this epoch"));
    }
}

fn backup(node: &str, last_ms: Option<i64>, screen: &mut Screen) {
    let advice = format!("palermo backup {node} -o DIR");
    let Some(at_ms) = last_ms else {
        return screen.say("last backup", State::Warn, "none".to_owned(), advice);
    };
    let days = (screen.now.as_millisecond() - at_ms).max(0) / DAY_MS;
    let found = format!("{}, {days} days ago", moment(at_ms));
    if days >= BACKUP_DAYS {
        screen.say("last backup", State::Warn, found, advice);
    } else {
        screen.fine("last backup", found);
    }
}

/// What can be said of a node whose passphrase nobody has given here: what a process that serves it
/// unlocked tells, and what lies in the open.
fn from_outside(node: &Path, told: &Told, screen: &mut Screen) -> Result<(), Refusal> {
    let waiting = told.standings.iter().filter_map(|one| one.deposits_waiting);
    let mut unknown = "deposits, erasures, retention, saved keyrings";
    if let Some(waiting) = waiting.max() {
        let take = format!("palermo record take {}", node.display());
        screen.none("deposits waiting", waiting, &take);
        unknown = "erasures, retention, saved keyrings";
    }
    let unnoted = unnoted::read(node)?;
    if let Some(last) = unnoted.last() {
        backup(&node.display().to_string(), Some(last.at_ms), screen);
    }
    screen.say(
        "inside",
        State::Unknown,
        unknown.to_owned(),
        "give the passphrase to see them".to_owned(),
    );
    Ok(())
}

fn disk(node: &Path, screen: &mut Screen) {
    let Some(free) = free_mib(node) else {
        return screen.say(
            "free disk",
            State::Unknown,
            "this system does not tell".to_owned(),
            String::new(),
        );
    };
    let found = format!("{}.{} GiB", free / 1024, free % 1024 * 10 / 1024);
    let advice = "make room: a full disk takes no act".to_owned();
    if free >= FREE_WARN_MIB {
        return screen.fine("free disk", found);
    }
    let state = if free < FREE_FAIL_MIB {
        State::Fail
    } else {
        State::Warn
    };
    screen.say("free disk", state, found, advice);
}

#[cfg(unix)]
fn free_mib(path: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize) >> 20)
}

#[cfg(not(unix))]
fn free_mib(_path: &Path) -> Option<u64> {
    None
}

/// What an interrupted command has left.
fn leftovers(node: &Path, screen: &mut Screen) {
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    };
    let mut left = Vec::new();
    for name in names(&node.join("staging")) {
        left.push(format!("staging/{name}"));
    }
    let epochs = names(&node.join("keyring"));
    let mut epochs: Vec<_> = epochs
        .into_iter()
        .filter(|name| name.starts_with("epoch-"))
        .collect();
    epochs.sort();
    epochs.pop();
    left.extend(epochs.into_iter().map(|name| format!("keyring/{name}")));
    if node.with_extension("restoring").exists() {
        left.push(node.with_extension("restoring").display().to_string());
    }
    if left.is_empty() {
        return screen.fine("leftovers", "none");
    }
    let advice = "the next command with the passphrase sweeps what is the node's own".to_owned();
    screen.say("leftovers", State::Warn, left.join(", "), advice);
}
