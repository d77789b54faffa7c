//! An unlocked office, and who acts in it.

use std::env;
use std::path::Path;

use jiff::Timestamp;
use keep::views::Staff;
use office::authority::may;
use office::{Answer, Ask, Office, Power, Purpose, Random, Request, Role, Who};
use protect::vault::Passphrase;
use rand_core::UnwrapErr;
use terms::id::StaffId;

use super::unnoted;
use crate::cli::vault as cli;
use crate::refusal::Refusal;
use crate::secret;

const ACTOR_VARIABLE: &str = "PALERMO_ACTOR";

/// The system's random numbers.
pub(crate) fn source() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// The system's random numbers, as the office takes them.
pub(crate) fn random() -> Random {
    Box::new(source())
}

/// Unlocks an office and makes good what was left: backups that the journal does not know of are
/// noted first, so that the erasures that are finished then reach their keyrings.
pub(crate) fn unlock_and_mend(
    office: &Office,
    node: &Path,
    passphrase: &Passphrase,
) -> Result<(), Refusal> {
    office.unlock(passphrase)?;
    mend(office, node)
}

/// What follows an unlocking.
pub(super) fn mend(office: &Office, node: &Path) -> Result<(), Refusal> {
    unnoted::note(office, node)?;
    Ok(office.finish_erasures(Timestamp::now())?)
}

/// An unlocked office.
pub(super) struct Session {
    pub(super) office: Office,
    acting: cli::Acting,
}

/// In whose name something was done.
#[derive(Debug, Clone, Copy)]
pub(super) struct By {
    pub(super) actor: StaffId,
    pub(super) role: Role,
    pub(super) purpose: Purpose,
}

impl By {
    /// For the end of a sentence.
    pub(super) fn words(self) -> String {
        let (role, purpose) = (self.role.code(), self.purpose.code());
        format!("{} as {role}, for {purpose}", self.actor)
    }

    /// Adds who, in what role and for what purpose.
    pub(super) fn put(self, answer: &mut serde_json::Value) {
        answer["actor"] = self.actor.to_string().into();
        answer["role"] = self.role.code().into();
        answer["purpose"] = self.purpose.code().into();
    }
}

/// Opens and unlocks the node.
pub(super) fn open(vault: &cli::Vault) -> Result<Office, Refusal> {
    let office = Office::open(&vault.node, random)?;
    let passphrase = secret::needed(&vault.secret)?;
    unlock_and_mend(&office, &vault.node, &passphrase)?;
    Ok(office)
}

impl Session {
    pub(super) fn open(typed: &cli::Session) -> Result<Self, Refusal> {
        Ok(Self {
            office: open(&typed.vault)?,
            acting: typed.acting.clone(),
        })
    }

    /// Who acts, when something of this power is asked for.
    pub(super) fn by(&self, power: Power) -> Result<By, Refusal> {
        let staff = self.office.staff()?;
        choose(&staff, &self.acting, actor(&self.acting)?, power)
    }

    /// Asks, and says in whose name.
    pub(super) fn ask(&self, ask: Ask) -> Result<(Answer, By), Refusal> {
        let by = self.by(ask.power())?;
        let answer = self.office.request(request(by, ask))?;
        Ok((answer, by))
    }

    pub(super) fn close(self) -> Result<(), Refusal> {
        Ok(self.office.close()?)
    }
}

/// What is asked for, now, in somebody's name.
pub(super) fn request(by: By, ask: Ask) -> Request {
    Request {
        who: Who::Console(by.actor),
        role: by.role,
        purpose: by.purpose,
        at: Timestamp::now(),
        ask,
    }
}

/// An answer that the office never gives to what was asked.
pub(super) fn unlike(answer: &Answer) -> Refusal {
    Refusal::input("answer_unlike", format!("the office answered {answer:?}"))
}

fn actor(acting: &cli::Acting) -> Result<Option<StaffId>, Refusal> {
    if acting.actor.is_some() {
        return Ok(acting.actor);
    }
    match env::var(ACTOR_VARIABLE) {
        Ok(text) => text.parse().map(Some).map_err(|error| {
            let message = format!("{ACTOR_VARIABLE}: {error}");
            Refusal::usage("id_unknown", message)
        }),
        Err(_) => Ok(None),
    }
}

/// The first role of a person that may do it, with the first purpose for which it may.
fn fitting(staff: &Staff, acting: &cli::Acting, power: Power) -> Option<(Role, Purpose)> {
    let roles = staff.roles.iter().filter_map(|code| Role::of_code(code));
    let mut roles = roles.filter(|role| acting.role.is_none_or(|wanted| wanted == *role));
    roles.find_map(|role| {
        let purpose = Purpose::ALL.into_iter().find(|purpose| {
            acting.purpose.is_none_or(|wanted| wanted == *purpose) && may(role, *purpose, power)
        });
        purpose.map(|purpose| (role, purpose))
    })
}

fn choose(
    staff: &[Staff],
    acting: &cli::Acting,
    actor: Option<StaffId>,
    power: Power,
) -> Result<By, Refusal> {
    let by = |person: &Staff, (role, purpose)| By {
        actor: person.staff,
        role,
        purpose,
    };
    let Some(actor) = actor else {
        let active = staff.iter().filter(|person| person.active);
        let mut able = active.filter_map(|person| Some((person, fitting(person, acting, power)?)));
        return match (able.next(), able.count()) {
            (Some((person, fit)), 0) => Ok(by(person, fit)),
            (Some(_), more) => {
                let message = format!(
                    "{} people here may {}: say who acts, with --actor or {ACTOR_VARIABLE}",
                    more + 1,
                    words(power)
                );
                Err(Refusal::usage("actor_missing", message))
            }
            (None, _) => Err(nobody(None, acting, power)),
        };
    };
    let person = staff.iter().find(|person| person.staff == actor);
    let Some(person) = person.filter(|person| person.active) else {
        return Err(office::OfficeError::ActorUnknown.into());
    };
    if let Some(fit) = fitting(person, acting, power) {
        return Ok(by(person, fit));
    }
    match (acting.role, acting.purpose) {
        // What is wholly said is the office's to refuse.
        (Some(role), Some(purpose)) => Ok(by(person, (role, purpose))),
        _ => Err(nobody(Some(person), acting, power)),
    }
}

fn nobody(person: Option<&Staff>, acting: &cli::Acting, power: Power) -> Refusal {
    let allowed: Vec<String> = Role::ALL
        .into_iter()
        .filter_map(|role| {
            let purposes = Purpose::ALL.into_iter();
            let purposes: Vec<_> = purposes
                .filter(|purpose| may(role, *purpose, power))
                .map(Purpose::code)
                .collect();
            (!purposes.is_empty()).then(|| format!("{} for {}", role.code(), purposes.join(" or ")))
        })
        .collect();
    let who = match person {
        Some(person) => format!("{} ({})", person.staff, person.roles.join(", ")),
        None => "nobody who works here".to_owned(),
    };
    let as_asked = if acting.role.is_some() || acting.purpose.is_some() {
        " in that role for that purpose"
    } else {
        ""
    };
    let message = format!(
        "{who} may {}{as_asked}; allowed: {}",
        words(power),
        allowed.join(", ")
    );
    let message = match person {
        Some(_) => message.replacen(" may ", " may not ", 1),
        None => message,
    };
    Refusal::input("not_allowed", message)
}

/// A power as a verb.
fn words(power: Power) -> &'static str {
    match power {
        Power::ManageStaff => "say who works here",
        Power::Enter => "enter records",
        Power::Import => "bring in a file of records",
        Power::Read => "read dossiers",
        Power::Search => "search by name",
        Power::Hold => "place or lift a hold",
        Power::RequestErasure => "ask for an erasure",
        Power::ConfirmErasure => "confirm an erasure",
        Power::Count => "count",
        Power::Retain => "say how long dossiers are kept",
        Power::ReadLog => "read the log",
        Power::ReadName => "see the name of somebody who works here",
        Power::Suspend => "shut an account",
        Power::RequestReset => "ask that somebody's credentials be set anew",
        Power::ConfirmReset => "confirm a reset",
        Power::Keys => "see where keys and backups are",
        Power::Assign => "say in whose care a dossier is",
        Power::BreakGlass => "open a dossier in an emergency",
        Power::Mirror => "see who saw a dossier",
        Power::Consent => "record consent",
        Power::Export => "take a dossier out",
        Power::ApproveExport => "approve an export",
        Power::Matter => "note what a person asks for",
        Power::AnswerMatter => "answer what a person asks for",
        Power::AnswerComplaint => "answer a complaint",
        Power::Access => "show a person what is held",
        Power::Own => "look after their own account",
    }
}
