//! `palermo user`: who works with a node.

use std::io::Write;

use keep::views::{Agency, Staff};
use office::{Answer, Ask, NewStaff, Role};
use protect::Confidential;
use terms::id::StaffId;

use super::found::print_code;
use super::session::{Session, unlike};
use super::{enrol, reset, say, text_of};
use crate::cli::people::{AddUser, User};
use crate::cli::vault as cli;
use crate::refusal::Refusal;
use crate::secret;

/// `palermo user`.
pub(crate) fn run(command: &User, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        User::Add(typed) => add(typed, out),
        User::List(session) => list(session, out),
        User::Change {
            session,
            staff,
            role,
            supervisor,
            no_supervisor,
        } => change(session, *staff, (role, *supervisor, *no_supervisor), out),
        User::Disable { session, staff } => disable(session, *staff, out),
        User::Suspend { session, staff } => suspend(session, *staff, out),
        User::Name {
            session,
            staff,
            reason,
        } => name(session, *staff, reason, out),
        User::Reset(typed) => reset::run(typed, out),
        User::Recover(typed) => reset::recover(typed, out),
        User::Enrol(typed) => enrol::run(typed, out),
    }
}

fn codes(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.code()).collect()
}

fn sorted(roles: &[Role]) -> Vec<Role> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn add(typed: &AddUser, out: &mut impl Write) -> Result<(), Refusal> {
    let name = secret::words(&typed.name, "Name")?;
    if name.trim().is_empty() {
        let message = "--name “”: found nothing; allowed: the person's name";
        return Err(Refusal::usage("name_missing", message));
    }
    let roles = sorted(&typed.role);
    let session = Session::open(&typed.session)?;
    let (answer, by) = session.ask(Ask::AddStaff(NewStaff {
        name: Confidential::seal(name.to_string()),
        roles: roles.clone(),
        agency: typed.agency,
        supervisor: typed.supervisor,
        sign_in: typed.sign_in.clone(),
    }))?;
    session.close()?;
    let (staff, code) = match answer {
        Answer::Staff(staff) => (staff, None),
        Answer::Enrolment(staff, code) => (staff, Some(code)),
        other => return Err(unlike(&other)),
    };
    let codes = codes(&roles);
    let mut answer = serde_json::json!({
        "staff": staff.to_string(), "roles": codes, "agency": text_of(typed.agency),
        "supervisor": text_of(typed.supervisor), "sign_in": typed.sign_in,
    });
    if let Some(code) = &code {
        answer["code"] = code.whole().as_str().into();
    }
    let first = format!("{staff}, {}", codes.join(", "));
    let words = match &code {
        Some(_) => format!("{first}\nThe name is sealed."),
        None => format!(
            "{first}\nTell it to the person: it is what they give as --actor. The name is sealed."
        ),
    };
    say(&typed.session, by, answer, words, out)?;
    match (&code, &typed.sign_in) {
        (Some(code), Some(name)) if !typed.session.vault.json => {
            writeln!(out)?;
            print_code(name, code, out)
        }
        _ => Ok(()),
    }
}

/// Who works here, and what agencies there are.
pub(super) fn people(session: &Session) -> Result<(Vec<Staff>, Vec<Agency>), Refusal> {
    match session.ask(Ask::ListStaff)? {
        (Answer::People(staff, agencies), _) => Ok((staff, agencies)),
        (other, _) => Err(unlike(&other)),
    }
}

const fn state(person: &Staff) -> &'static str {
    match (person.active, person.suspended) {
        (false, _) => "disabled",
        (true, true) => "suspended",
        (true, false) => "active",
    }
}

fn list(typed: &cli::Session, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (staff, agencies) = people(&session)?;
    session.close()?;
    let named = |person: &Staff| {
        let found = agencies.iter().find(|one| one.agency == person.agency);
        found.map(|agency| agency.name.clone())
    };
    if typed.vault.json {
        let staff = staff.iter().map(|person| {
            serde_json::json!({
                "staff": person.staff.to_string(), "roles": person.roles, "active": person.active,
                "suspended": person.suspended, "state": state(person),
                "agency": person.agency.to_string(), "agency_name": named(person),
                "supervisor": text_of(person.supervisor), "signs_in": person.signs_in,
            })
        });
        let answer = serde_json::json!({ "staff": staff.collect::<Vec<_>>() });
        writeln!(out, "{answer}")?;
        return Ok(());
    }
    for person in &staff {
        let agency = named(person).unwrap_or_else(|| person.agency.to_string());
        let way = if person.signs_in {
            "signs in"
        } else {
            "at the console"
        };
        writeln!(
            out,
            "{}  {:<9}  {}, {way}, {agency}",
            person.staff,
            state(person),
            person.roles.join(", ")
        )?;
    }
    Ok(())
}

fn change(
    typed: &cli::Session,
    staff: StaffId,
    (roles, supervisor, no_supervisor): (&[Role], Option<StaffId>, bool),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    if roles.is_empty() && supervisor.is_none() && !no_supervisor {
        let message = "nothing to change; allowed: --role, --supervisor, --no-supervisor";
        return Err(Refusal::usage("change_missing", message));
    }
    let session = Session::open(typed)?;
    let (everybody, _) = people(&session)?;
    let person = everybody.into_iter().find(|one| one.staff == staff);
    let person = person.ok_or(office::OfficeError::StaffMissing)?;
    let mut roles = sorted(roles);
    if roles.is_empty() {
        let codes = person.roles.iter();
        roles = codes.filter_map(|code| Role::of_code(code)).collect();
    }
    let supervisor = match no_supervisor {
        true => None,
        false => supervisor.or(person.supervisor),
    };
    let (_, by) = session.ask(Ask::ChangeStaff {
        staff,
        roles: roles.clone(),
        supervisor,
    })?;
    session.close()?;
    let codes = codes(&roles);
    let answer = serde_json::json!({
        "changed": staff.to_string(), "roles": codes, "supervisor": text_of(supervisor),
    });
    let answers_to = match supervisor {
        Some(supervisor) => format!("answers to {supervisor}"),
        None => "answers to nobody".to_owned(),
    };
    let words = format!("{staff} is {} and {answers_to}.", codes.join(", "));
    say(typed, by, answer, words, out)
}

fn disable(typed: &cli::Session, staff: StaffId, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let (_, by) = session.ask(Ask::EndStaff { staff })?;
    session.close()?;
    let answer = serde_json::json!({ "ended": staff.to_string(), "state": "disabled" });
    let words = format!("{staff} works here no longer; their sessions are dead.");
    say(typed, by, answer, words, out)
}

fn suspend(
    typed: &cli::Session,
    staff: Option<StaffId>,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let ask = match staff {
        Some(staff) => Ask::Suspend { staff },
        None => Ask::ReportOwn,
    };
    let (_, by) = session.ask(ask)?;
    session.close()?;
    let staff = staff.unwrap_or(by.actor);
    let answer = serde_json::json!({ "suspended": staff.to_string(), "state": "suspended" });
    let words = format!(
        "{staff} is shut out until the account is reset: palermo user reset {} {staff} --reason \
         WHY",
        typed.vault.node.display()
    );
    say(typed, by, answer, format!("{words}\n"), out)
}

fn name(
    typed: &cli::Session,
    staff: StaffId,
    reason: &str,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let session = Session::open(typed)?;
    let reason = Confidential::seal(reason.to_owned());
    let (answer, by) = session.ask(Ask::ReadStaffName { staff, reason })?;
    session.close()?;
    let Answer::Name(name, warrant) = answer else {
        return Err(unlike(&answer));
    };
    let name = name.expose(&warrant);
    let act = warrant.act();
    let answer = serde_json::json!({ "staff": staff.to_string(), "name": name, "act": act });
    let words = format!("{name}\nThis look is act {act} of the log.");
    say(typed, by, answer, words, out)
}
