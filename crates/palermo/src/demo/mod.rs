//! `palermo demo`: a node of an invented State with everything in it, beside the real public
//! figures that the program carries; or those alone.
//!
//! Everything is done by the office's own acts: people are let in, bring records in, count, release
//! and set their passwords as they would at any node. What is invented is the State, the persons
//! and the time that it takes: the log shows a few seconds.

mod figures;
mod people;
mod say;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use keep::{Node, NodeConfig, Role as NodeRole};
use office::Office;
use protect::Confidential;
use protect::credential::OneTimeCode;
use protect::vault::{Cost, Passphrase};
use zeroize::Zeroizing;

use self::figures::Shown;
use self::people::Persona;
use crate::cli::Demo;
use crate::refusal::Refusal;
use crate::vault::source;
use crate::{serve, site, vault};

/// The invented State.
const JURISDICTION: &str = "XAA";
/// What the node is called.
const NAME: &str = "National hub of XA (invented)";
/// Recovery shares: needed and made. Nobody is given any: the node goes with its folder.
const SHARES: (u8, u8) = (2, 3);

/// A node that was just made.
struct Made {
    folder: PathBuf,
    passphrase: Zeroizing<String>,
    personas: Vec<Persona>,
    shown: Vec<Shown>,
}

/// `palermo demo`.
pub(crate) fn run(typed: &Demo, out: &mut impl Write) -> Result<(), Refusal> {
    if typed.public_only {
        return serve::public(site::demo(), &typed.listen, out);
    }
    let folder = match &typed.keep {
        Some(folder) => folder.clone(),
        None => temporary(),
    };
    // What was not asked to be kept goes, however it ends.
    let _swept = Swept(typed.keep.is_none().then(|| folder.clone()));
    let (office, made) = make(folder, typed.cases)?;
    let node = made.folder.clone();
    let said = |at: &serve::At, out: &mut dyn Write| match typed.listen.json {
        true => say::json(&made, at, out),
        false => say::words(&made, typed.keep.is_some(), at, out),
    };
    serve::with_office(office, &node, None, (&typed.listen, &said), out)
}

/// A folder of its own that is not there yet.
fn temporary() -> PathBuf {
    let name = OneTimeCode::random(&mut source()).whole();
    std::env::temp_dir().join(format!("palermo-demo-{}", *name))
}

/// Removes a folder in the end.
struct Swept(Option<PathBuf>);

impl Drop for Swept {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            // What stays is sealed, and nobody has its passphrase any more.
            let _ = keep::remove_folder(folder);
        }
    }
}

/// Makes the node, unlocked.
fn make(folder: PathBuf, cases: u64) -> Result<(Arc<Office>, Made), Refusal> {
    progress(&format!(
        "Founding a node of the invented State {JURISDICTION} ..."
    ));
    let (office, passphrase, first) = found(&folder)?;
    let mut hall = people::hire(&office, first)?;
    progress(&format!(
        "Bringing in {cases} synthetic cases of four agencies ..."
    ));
    hall.bring_in(&office, cases)?;
    progress("Counting, and releasing to the public by a second person ...");
    let shown = figures::release(&office, &hall)?;
    progress("Letting everybody set a password ...");
    let personas = hall.enrol(&office)?;
    let made = Made {
        folder,
        passphrase,
        personas,
        shown,
    };
    Ok((office, made))
}

/// Says how far it is, to whoever waits.
fn progress(what: &str) {
    // Nobody may be there to read it.
    let _ = writeln!(io::stderr(), "{what}");
}

fn found(folder: &Path) -> Result<(Arc<Office>, Zeroizing<String>, office::Founded), Refusal> {
    let config = NodeConfig {
        role: NodeRole::National,
        name: NAME.to_owned(),
        jurisdiction: Some(
            JURISDICTION
                .parse()
                .map_err(|error| Refusal::input("jurisdiction_unknown", error))?,
        ),
    };
    let typed = OneTimeCode::random(&mut source()).whole();
    let passphrase =
        Passphrase::new(&typed).map_err(|unfit| Refusal::input("passphrase", unfit))?;
    keep::make_folder(folder)?;
    close_to_others(folder)?;
    Node::init(folder, &config)?;
    let founding = office::Founding {
        passphrase: &passphrase,
        cost: Cost::STANDARD,
        shares: SHARES,
        administrator: Confidential::seal(people::ADMINISTRATOR.1.to_owned()),
        sign_in: Some(people::ADMINISTRATOR.0.to_owned()),
        at: Timestamp::now(),
    };
    let (office, founded) = Office::found(folder, founding, &mut source(), vault::random)?;
    Ok((Arc::new(office), typed, founded))
}

/// A folder that others on the machine cannot look into.
#[cfg(unix)]
fn close_to_others(folder: &Path) -> Result<(), Refusal> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    Ok(())
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> Result<(), Refusal> {
    Ok(())
}

/// `palermo code`: what an authenticator app would show now.
pub(crate) fn code(secret: &str, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let typed = match secret {
        "-" => crate::secret::answer("Secret or otpauth address: ")?,
        typed => Zeroizing::new(typed.to_owned()),
    };
    let device = protect::credential::TotpSecret::from_text(&typed)
        .map_err(|unread| Refusal::input("totp_unread", unread))?;
    let now = u64::try_from(Timestamp::now().as_second()).unwrap_or_default();
    let (code, left) = (
        device.code_at(now),
        protect::credential::TotpSecret::seconds_left(now),
    );
    if json {
        let line = serde_json::json!({ "code": code.as_str(), "seconds_left": left });
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "{} for {left} s more", *code)?;
    }
    Ok(())
}

/// Lets something be asked for at the console, in the first role and for the first purpose that
/// fits.
fn ask(
    office: &Office,
    staff: terms::id::StaffId,
    role: office::Role,
    ask: office::Ask,
) -> Result<office::Answer, Refusal> {
    Ok(office.request(request(staff, role, ask))?)
}

fn request(staff: terms::id::StaffId, role: office::Role, ask: office::Ask) -> office::Request {
    let power = ask.power();
    let mut purposes = office::Purpose::ALL.into_iter();
    let purpose = purposes.find(|purpose| office::authority::may(role, *purpose, power));
    office::Request {
        who: office::Who::Console(staff),
        role,
        // What no purpose allows the office refuses by its own words.
        purpose: purpose.unwrap_or(office::Purpose::Administration),
        at: Timestamp::now(),
        ask,
    }
}
