//! An unlocked office, and who acts in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use keep::views::Staff;
use office::authority::may;
use office::door::session_of;
use office::{Answer, Ask, Office, Power, Purpose, Random, Request, Role, Who};
use protect::credential::SessionToken;
use protect::vault::Passphrase;
use rand_core::UnwrapErr;
use terms::id::{SessionId, StaffId};
use zeroize::Zeroizing;

use super::unnoted;
use crate::cli::vault as cli;
use crate::refusal::Refusal;
use crate::secret;

const ACTOR_VARIABLE: &str = "PALERMO_ACTOR";
const SIGN_IN_VARIABLE: &str = "PALERMO_SIGN_IN";
const SESSION_VARIABLE: &str = "PALERMO_SESSION";

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

/// An unlocked office, and who acts in it. Whoever signed in for this alone is signed out with it.
pub(super) struct Session {
    pub(super) office: Arc<Office>,
    acting: cli::Acting,
    signed: Option<SignedIn>,
}

/// Whoever is signed in.
struct SignedIn {
    office: Arc<Office>,
    session: SessionId,
    staff: Staff,
    /// Whether the session is of this command alone.
    ends: bool,
}

impl Drop for SignedIn {
    fn drop(&mut self) {
        if self.ends {
            // If it cannot be ended now, it ends by itself: nobody has its token.
            let _ = self.office.sign_out(self.session, Timestamp::now());
        }
    }
}

/// In whose name something was done.
#[derive(Debug, Clone, Copy)]
pub(super) struct By {
    pub(super) actor: StaffId,
    pub(super) role: Role,
    pub(super) purpose: Purpose,
    /// In which session; none at the console.
    session: Option<SessionId>,
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
        let office = Arc::new(open(&typed.vault)?);
        let signed = match way_in(&typed.acting)? {
            WayIn::Console => None,
            WayIn::File(file) => {
                let session = session_of(&read_token(&file)?);
                Some(signed_in(&office, session, false)?)
            }
            WayIn::Name(name) => {
                let token = sign_in(&office, &name, &typed.acting.signing_in.factors)?;
                Some(signed_in(&office, session_of(&token), true)?)
            }
        };
        Ok(Self {
            office,
            acting: typed.acting.clone(),
            signed,
        })
    }

    /// The purpose of what follows, unless another was given.
    pub(super) fn for_purpose(&mut self, purpose: Purpose) {
        self.acting.purpose.get_or_insert(purpose);
    }

    /// Who acts, when something of this power is asked for.
    pub(super) fn by(&self, power: Power) -> Result<By, Refusal> {
        if let Some(signed) = &self.signed {
            let (role, purpose) = fit_of(&signed.staff, &self.acting, power)?;
            return Ok(By {
                actor: signed.staff.staff,
                role,
                purpose,
                session: Some(signed.session),
            });
        }
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
        let Self { office, signed, .. } = self;
        drop(signed);
        match Arc::try_unwrap(office) {
            Ok(office) => Ok(office.close()?),
            Err(office) => Ok(office.lock()?),
        }
    }
}

/// What is asked for, now, in somebody's name.
pub(super) fn request(by: By, ask: Ask) -> Request {
    Request {
        who: by.session.map_or(Who::Console(by.actor), Who::Session),
        role: by.role,
        purpose: by.purpose,
        at: Timestamp::now(),
        ask,
    }
}

/// An answer that the office never gives to what was asked.
pub(crate) fn unlike(_: &Answer) -> Refusal {
    // Not what it answered: that may be half of a code.
    Refusal::input("answer_unlike", "the office answered something else")
}

/// Lets somebody in by name, password and code.
pub(super) fn sign_in(
    office: &Office,
    name: &str,
    factors: &cli::Factors,
) -> Result<SessionToken, Refusal> {
    let password = secret::password(factors)?;
    let code = secret::device_code(factors)?;
    Ok(office.sign_in(name, &password, &code, Timestamp::now())?)
}

fn signed_in(office: &Arc<Office>, session: SessionId, ends: bool) -> Result<SignedIn, Refusal> {
    let visitor = office.visitor(session, Timestamp::now())?;
    Ok(SignedIn {
        office: Arc::clone(office),
        session,
        staff: visitor.staff,
        ends,
    })
}

/// How whoever acts comes in.
enum WayIn {
    Console,
    Name(String),
    File(PathBuf),
}

/// What was typed counts before what stands in the environment.
fn way_in(acting: &cli::Acting) -> Result<WayIn, Refusal> {
    let typed = &acting.signing_in;
    if let Some(name) = &typed.name {
        return Ok(WayIn::Name(name.clone()));
    }
    if let Some(file) = &typed.session {
        return Ok(WayIn::File(file.clone()));
    }
    if acting.actor.is_some() {
        return Ok(WayIn::Console);
    }
    if let Some(file) = env::var_os(SESSION_VARIABLE) {
        return Ok(WayIn::File(file.into()));
    }
    Ok(variable(SIGN_IN_VARIABLE)?.map_or(WayIn::Console, WayIn::Name))
}

/// The name that somebody signs in with, typed or from the environment.
pub(super) fn sign_in_name(typed: Option<&str>) -> Result<String, Refusal> {
    let name = match typed {
        Some(name) => Some(name.to_owned()),
        None => variable(SIGN_IN_VARIABLE)?,
    };
    name.ok_or_else(|| {
        let message = format!("say who signs in, with --sign-in NAME or {SIGN_IN_VARIABLE}");
        Refusal::usage("sign_in_missing", message)
    })
}

/// The file of a session, typed or from the environment.
pub(super) fn session_file(typed: Option<&Path>) -> Result<PathBuf, Refusal> {
    let file = typed.map(Path::to_owned);
    let file = file.or_else(|| env::var_os(SESSION_VARIABLE).map(PathBuf::from));
    file.ok_or_else(|| {
        let message = format!("say which session, with --session FILE or {SESSION_VARIABLE}");
        Refusal::usage("session_missing", message)
    })
}

/// What a session's file holds.
pub(super) fn read_token(file: &Path) -> Result<SessionToken, Refusal> {
    let refused = |what: String| {
        let message = format!("{}: {what}", file.display());
        Refusal::input("session_file", message)
    };
    let text = fs::read_to_string(file).map_err(|error| refused(error.to_string()))?;
    let text = Zeroizing::new(text);
    let token = SessionToken::from_text(text.trim());
    token.map_err(|_| refused("it holds no session; see `palermo session open`".to_owned()))
}

fn variable(name: &'static str) -> Result<Option<String>, Refusal> {
    match env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            let message = format!("{name} is no text in UTF-8");
            Err(Refusal::usage("variable_unread", message))
        }
    }
}

fn actor(acting: &cli::Acting) -> Result<Option<StaffId>, Refusal> {
    if acting.actor.is_some() {
        return Ok(acting.actor);
    }
    let Some(text) = variable(ACTOR_VARIABLE)? else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|error| {
        let message = format!("{ACTOR_VARIABLE}: {error}");
        Refusal::usage("id_unknown", message)
    })
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
        session: None,
    };
    let Some(actor) = actor else {
        let active = staff.iter().filter(|person| person.active);
        let mut able = active.filter_map(|person| Some((person, fitting(person, acting, power)?)));
        return match (able.next(), able.count()) {
            (Some((person, fit)), 0) => Ok(by(person, fit)),
            (Some(_), more) => {
                let message = format!(
                    "{} people here may {}: say who acts, with --actor or {ACTOR_VARIABLE}, or \
                     sign in with --sign-in",
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
    Ok(by(person, fit_of(person, acting, power)?))
}

/// In what role and for what purpose a person may do it.
fn fit_of(person: &Staff, acting: &cli::Acting, power: Power) -> Result<(Role, Purpose), Refusal> {
    if let Some(fit) = fitting(person, acting, power) {
        return Ok(fit);
    }
    match (acting.role, acting.purpose) {
        // What is wholly said is the office's to refuse.
        (Some(role), Some(purpose)) => Ok((role, purpose)),
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
        Power::Tabulate => "count dossiers into a table",
        Power::EstimateLists => "estimate from the node's own lists",
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
        Power::BringDraft => "bring in a counted table",
        Power::ExamineDraft => "see the counts of a draft",
        Power::SignRelease => "release a table",
        Power::ListPublication => "list what others have published",
        Power::SeeReleases => "see what was released",
        Power::Own => "look after their own account",
    }
}
