//! People sign in for the first time and every day after, leave, and report an account.

use jiff::SignedDuration;
use office::door::{CODE, session_of};
use office::{Answer, Ask, NewStaff, OfficeError, Purpose, Role, Who};
use protect::credential::{OneTimeCode, Password, TotpSecret};

use crate::desk::{random, sealed};
use crate::house::{House, Member, PASSWORD, code_at, enrol, later, now, password};

const OWN: (Role, Purpose) = (Role::Caseworker, Purpose::Assistance);

fn seconds(count: i64) -> jiff::Timestamp {
    now() + SignedDuration::from_secs(count)
}

fn secret() -> TotpSecret {
    TotpSecret::random(&mut random())
}

#[test]
fn a_code_lets_its_person_in_once_and_says_nothing_to_others() {
    let house = House::new();
    let (staff, name, code) = house.invite(&[Role::Caseworker], house.shelter, None);
    let whole = code.whole();
    let other = OneTimeCode::random(&mut random());
    let refused = |name: &str, code: &str, at| {
        let refused = enrol(&house.office, (name, code), at).map(drop);
        refused.expect_err("refused").to_string()
    };
    let late = now() + SignedDuration::try_from(CODE).expect("a week");
    let refusals = [
        refused(&name, &other.whole(), now()),
        refused(&name, "no code at all", now()),
        refused("nobody.here", &whole, now()),
        refused("not a name!", &whole, now()),
        refused(&name, &whole, late),
    ];
    assert!(refusals.iter().all(|one| *one == refusals[0]));
    assert!(
        refusals[0].starts_with("sign_in_refused"),
        "{}",
        refusals[0]
    );
    assert!(house.office.code_fits(&name, &whole, now()).is_ok());
    let noted: Vec<_> = house
        .log(0)
        .into_iter()
        .filter(|line| line.kind == "SignInRefused")
        .map(|line| (line.subject, line.cause.unwrap_or_default()))
        .collect();
    let code_of = |staff| (staff, "code".to_owned());
    let unknown = (None, "unknown".to_owned());
    let expected = [
        code_of(Some(staff)),
        code_of(Some(staff)),
        unknown.clone(),
        unknown,
        code_of(Some(staff)),
    ];
    assert_eq!(noted, expected);

    // The password and the device are looked at after the code alone.
    let weak = Password::new("password");
    let device = secret();
    let shown = code_at(&device, now());
    let unfit = house
        .office
        .enrol((&name, &whole), &weak, (device, &shown), now());
    assert!(matches!(unfit, Err(OfficeError::PasswordUnfit(_))));
    let device = secret();
    let elsewhere = code_at(&secret(), now());
    let unfit = house
        .office
        .enrol((&name, &whole), &password(), (device, &elsewhere), now());
    assert_eq!(unfit.expect_err("another device").code(), "sign_in_refused");
    let second_factor = Some("second_factor".to_owned());
    assert_eq!(house.last(), ("SignInRefused".to_owned(), second_factor));

    let last = late - SignedDuration::from_millis(1);
    enrol(&house.office, (&name, &whole), last).expect("the last moment");
    assert_eq!(refused(&name, &whole, last), refusals[0], "used");
    house.verified();
}

#[test]
fn two_who_come_at_once_with_one_code_are_one() {
    let house = House::new();
    let (_, name, code) = house.invite(&[Role::Caseworker], house.shelter, None);
    let whole = code.whole();
    let came: Vec<bool> = std::thread::scope(|scope| {
        let one = || enrol(&house.office, (&name, &whole), now()).is_ok();
        let running: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        running
            .into_iter()
            .map(|one| one.join().expect("joined"))
            .collect()
    });
    assert_eq!(came.iter().filter(|came| **came).count(), 1);
    house.verified();
}

#[test]
fn a_password_and_the_code_of_the_device_let_in_and_each_code_once() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    // The code of enrolling was used by it.
    let used = member.sign_in(&house.office, now());
    assert_eq!(used.expect_err("used").code(), "sign_in_refused");
    let token = member.sign_in(&house.office, seconds(30)).expect("in");
    let visitor = house
        .office
        .visitor(session_of(&token), seconds(31))
        .expect("here");
    assert_eq!(visitor.staff.staff, member.staff);
    assert_eq!(visitor.roles, [Role::Caseworker]);
    assert_eq!(visitor.agency.map(|one| one.agency), Some(house.shelter));
    assert!(visitor.fresh);
    let again = member
        .sign_in(&house.office, seconds(31))
        .expect_err("again");
    let wrong = Password::new("another lantern over the harbour");
    let code = code_at(&member.secret, seconds(60));
    let sign_in = |name: &str, password: &Password, code: &str| {
        let refused = house.office.sign_in(name, password, code, seconds(60));
        refused.map(drop).expect_err("refused").to_string()
    };
    let refusals = [
        again.to_string(),
        sign_in(&member.name, &wrong, &code),
        sign_in("nobody.here", &password(), &code),
        sign_in(&member.name, &password(), "000000 "),
        sign_in(&member.name, &password(), ""),
    ];
    assert!(refusals.iter().all(|one| *one == refusals[0]));
    // Small and large letters and spaces around are one name; the code may be read with a space.
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let typed = format!(" {} ", member.name.to_uppercase());
    let came = house
        .office
        .sign_in(&typed, &password(), &spaced, seconds(60));
    came.expect("signed in");
    house.verified();
}

#[test]
fn two_who_come_at_once_with_what_a_device_shows_are_one() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let elsewhere = house.elsewhere();
    for round in 1..=4 {
        let at = seconds(30 * round);
        let came: Vec<bool> = std::thread::scope(|scope| {
            let member = &member;
            let offices = [&house.office, &elsewhere, &house.office, &elsewhere];
            let running: Vec<_> = offices
                .into_iter()
                .map(|office| scope.spawn(move || member.sign_in(office, at).is_ok()))
                .collect();
            running
                .into_iter()
                .map(|one| one.join().expect("joined"))
                .collect()
        });
        assert_eq!(came.iter().filter(|came| **came).count(), 1, "{round}");
    }
    let log = house.log(0);
    let refused = log.iter().filter(|line| line.kind == "SignInRefused");
    let refused: Vec<_> = refused.map(|line| line.cause.as_deref()).collect();
    assert_eq!(refused, [Some("second_factor"); 12], "each is noted");
    house.verified();
}

#[test]
fn a_session_ends_when_it_is_left_alone_and_after_a_day_of_work() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let look = |minutes| house.office.visitor(member.session, later(minutes));
    assert!(look(4).expect("fresh").fresh);
    assert!(!look(5).expect("here").fresh);
    assert!(look(19).is_ok(), "14 minutes after the last look");
    assert_eq!(look(34).expect_err("15 minutes").code(), "session_ended");
    // A refused look does not bring it back; a moment earlier would have done.
    assert!(look(35).is_err());

    let member = house.member(Role::Caseworker, house.shelter);
    let look = |minutes| house.office.visitor(member.session, later(minutes));
    let twelve_hours = 12 * 60;
    for minutes in (10..twelve_hours).step_by(10) {
        let visitor = look(minutes).expect("at work");
        assert_eq!(visitor.fresh, (361..366).contains(&minutes), "{minutes}");
        if minutes == 360 {
            let code = code_at(&member.secret, later(361));
            house
                .office
                .confirm(member.session, &password(), &code, later(361))
                .expect("confirmed");
            assert!(look(365).expect("here").fresh);
        }
    }
    assert!(
        look(twelve_hours).is_err(),
        "confirming does not lengthen it"
    );
    house.verified();
}

#[test]
fn confirming_takes_both_factors_and_a_session_that_holds() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let other = house.member(Role::Caseworker, house.shelter);
    let confirm = |password: &str, code: &str, minutes| {
        let password = Password::new(password);
        house
            .office
            .confirm(member.session, &password, code, later(minutes))
            .map_err(|refusal| refusal.code())
    };
    let code = |minutes| code_at(&member.secret, later(minutes));
    let refused = Err("sign_in_refused");
    assert_eq!(
        confirm(PASSWORD, &code_at(&other.secret, later(6)), 6),
        refused
    );
    assert_eq!(confirm("some other words here", &code(6), 6), refused);
    assert_eq!(confirm(PASSWORD, &code(6), 6), Ok(()));
    assert_eq!(confirm(PASSWORD, &code(6), 6), refused, "used");
    assert!(
        house
            .office
            .visitor(member.session, later(10))
            .expect("in")
            .fresh
    );
    assert_eq!(confirm(PASSWORD, &code(30), 30), Err("session_ended"));
}

#[test]
fn whoever_signs_out_or_is_ended_or_suspended_is_out_everywhere() {
    let house = House::new();
    let elsewhere = house.elsewhere();
    let here = |member: &Member| house.office.visitor(member.session, later(1)).is_ok();
    let there = |member: &Member| elsewhere.visitor(member.session, later(1)).is_ok();
    let [leaves, ended, shut, reports] =
        [(); 4].map(|()| house.member(Role::Caseworker, house.shelter));
    for member in [&leaves, &ended, &shut, &reports] {
        assert!(here(member) && there(member));
    }
    elsewhere.sign_out(leaves.session, later(1)).expect("out");
    elsewhere
        .sign_out(leaves.session, later(1))
        .expect("no error");
    let staff = ended.staff;
    house.administer(Ask::EndStaff { staff }).expect("ended");
    let staff = shut.staff;
    house.administer(Ask::Suspend { staff }).expect("shut");
    let mut second = Member {
        secret: TotpSecret::from_bytes(&reports.secret.to_bytes()).expect("20 bytes"),
        name: reports.name.clone(),
        ..reports
    };
    second.comes_back(&elsewhere, later(1));
    house
        .ask(reports.who(), OWN, Ask::ReportOwn)
        .expect("reported");
    for member in [&leaves, &ended, &shut, &reports, &second] {
        assert!(!here(member) && !there(member));
    }
    // Only who signed out may come back, and nobody learns which of the others is what.
    assert!(leaves.sign_in(&elsewhere, later(2)).is_ok());
    for member in [&ended, &shut, &reports] {
        let refused = member.sign_in(&elsewhere, later(2)).expect_err("shut");
        assert_eq!(refused.code(), "sign_in_refused");
        let console = house.ask(Who::Console(member.staff), OWN, Ask::ListNotices);
        let code = console.expect_err("shut").code();
        assert!(
            ["sign_in_needed", "actor_unknown"].contains(&code),
            "{code}"
        );
    }
    house.verified();
}

#[test]
fn another_password_needs_a_fresh_session_and_ends_the_others() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let first = member.session;
    let token = member.sign_in(&house.office, later(6)).expect("in");
    let second = session_of(&token);
    let new = Password::new("seven boats beyond the mole");
    let set = |session, minutes| {
        let verifier = house.office.fit_verifier(&new).expect("fit");
        let ask = Ask::SetPassword { verifier };
        house.ask_at(later(minutes), Who::Session(session), OWN, ask)
    };
    assert_eq!(set(first, 6).expect_err("stale").code(), "confirm_needed");
    set(second, 7).expect("set");
    let look = |session| house.office.visitor(session, later(8));
    assert!(look(second).is_ok(), "whoever changed it stays");
    assert_eq!(look(first).expect_err("ended").code(), "session_ended");
    assert!(
        member.sign_in(&house.office, later(9)).is_err(),
        "the old one"
    );
    let code = code_at(&member.secret, later(10));
    let came = house.office.sign_in(&member.name, &new, &code, later(10));
    came.expect("the new one");
    house.verified();
}

#[test]
fn one_ends_ones_own_sessions_and_no_others() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let other = house.member(Role::Caseworker, house.shelter);
    let second = session_of(&member.sign_in(&house.office, later(1)).expect("in"));
    let end = |session| {
        house.ask_at(
            later(1),
            Who::Session(second),
            OWN,
            Ask::EndSessions { session },
        )
    };
    let refused = end(Some(other.session)).expect_err("another's");
    assert_eq!(refused.code(), "session_ended");
    assert!(house.office.visitor(other.session, later(1)).is_ok());
    let Ok(Answer::Account(account)) =
        house.ask_at(later(1), Who::Session(second), OWN, Ask::ReadOwnAccount)
    else {
        panic!("no account");
    };
    let kinds: Vec<_> = account.credentials.iter().map(|one| &*one.kind).collect();
    assert_eq!(kinds, ["password", "totp"]);
    assert_eq!(account.sessions.len(), 2);
    let ask = Ask::EndCredential {
        credential: account.credentials[0].credential,
    };
    let refused = house.ask_at(later(1), Who::Session(second), OWN, ask);
    assert_eq!(refused.expect_err("stays").code(), "credential_needed");
    end(Some(member.session)).expect("one");
    assert!(house.office.visitor(member.session, later(1)).is_err());
    end(None).expect("all");
    assert!(house.office.visitor(second, later(1)).is_err());
}

#[test]
fn whoever_signs_in_does_not_act_at_the_console() {
    let house = House::new();
    let (staff, name, code) = house.invite(&[Role::Caseworker], house.shelter, None);
    let console = || house.ask(Who::Console(staff), OWN, Ask::ListNotices);
    console().expect("nobody has signed in yet");
    enrol(&house.office, (&name, &code.whole()), now()).expect("enrolled");
    assert_eq!(console().expect_err("signs in").code(), "sign_in_needed");
}

#[test]
fn the_last_administrator_stays_and_nobody_gives_themself_roles() {
    let house = House::new();
    let staff = house.admin;
    let roles = |roles: &[Role]| Ask::ChangeStaff {
        staff,
        roles: roles.to_vec(),
        supervisor: None,
    };
    for ask in [Ask::EndStaff { staff }, Ask::Suspend { staff }] {
        let refused = house.administer(ask).expect_err("the last");
        assert_eq!(refused.code(), "last_administrator");
    }
    let more = [Role::Administrator, Role::DataManager];
    let more = house.administer(roles(&more)).expect_err("oneself");
    assert_eq!(more.code(), "second_person");
    let second = house.console(Role::Administrator, None);
    let worker = house.console(Role::Caseworker, Some(house.shelter));
    let how = (Role::Administrator, Purpose::Administration);
    let other = |ask| house.ask(Who::Console(second), how, ask);
    other(roles(&[Role::DataManager])).expect("there is another");
    assert_eq!(
        house
            .administer(Ask::ListStaff)
            .expect_err("no more")
            .code(),
        "role_missing"
    );
    let staff = second;
    let refused = other(Ask::EndStaff { staff }).expect_err("the last now");
    assert_eq!(refused.code(), "last_administrator");
    // While the only administrator's account is shut, others can still be.
    other(Ask::ReportOwn).expect("even the last");
    let how = (Role::Overseer, Purpose::Oversight);
    let ask = Ask::Suspend { staff: worker };
    house
        .ask(Who::Console(house.overseer), how, ask)
        .expect("shut");
    house.verified();
}

#[test]
fn a_sign_in_name_is_one_persons_for_ever() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let add = |name: &str| {
        let new = NewStaff {
            sign_in: Some(name.to_owned()),
            ..NewStaff::at_console(sealed("Some Body"), vec![Role::Caseworker])
        };
        house.administer(Ask::AddStaff(new)).map(drop)
    };
    let unfit = |name: &str| add(name).expect_err("unfit").code();
    assert_eq!(unfit(&member.name), "sign_in_name_unfit");
    assert_eq!(unfit(&member.name.to_uppercase()), "sign_in_name_unfit");
    let staff = member.staff;
    house.administer(Ask::EndStaff { staff }).expect("ended");
    assert_eq!(unfit(&member.name), "sign_in_name_unfit", "nor after");
    for name in ["ab", "two words", "zoë", "", &"x".repeat(41)] {
        assert_eq!(unfit(name), "sign_in_name_unfit", "{name}");
    }
    add("zoe-2.b_c").expect("fit");
}

#[test]
fn a_name_is_for_the_supervisor_and_the_overseer_and_each_look_is_noted() {
    let house = House::new();
    let (shelter, clinic) = (house.shelter, house.clinic);
    let supervisor = house.console(Role::Coordinator, Some(shelter));
    let peer = house.console(Role::Coordinator, Some(shelter));
    let far = house.console(Role::Coordinator, Some(clinic));
    let member = house.member_of(&[Role::Caseworker], shelter, Some(supervisor));
    let staff = member.staff;
    let look = |who, role, purpose| {
        let reason = sealed("she did not come to work");
        house.ask(who, (role, purpose), Ask::ReadStaffName { staff, reason })
    };
    let named = |answer| match answer {
        Ok(Answer::Name(name, warrant)) => name.into_exposed(&warrant),
        other => panic!("{other:?}"),
    };
    let manages = Purpose::Administration;
    let name = named(look(Who::Console(supervisor), Role::Coordinator, manages));
    assert_eq!(name, format!("Mem Ber of {}", member.name));
    let overseer = Who::Console(house.overseer);
    assert_eq!(
        named(look(overseer, Role::Overseer, Purpose::Oversight)),
        name
    );
    let nobody = Ask::ReadStaffName {
        staff: terms::id::StaffId([0xdd; 16]),
        reason: sealed("who is it"),
    };
    let none = house.ask(Who::Console(peer), (Role::Coordinator, manages), nobody);
    let none = none.expect_err("nobody").to_string();
    for who in [peer, far] {
        let refused = look(Who::Console(who), Role::Coordinator, manages);
        assert_eq!(refused.expect_err("not theirs").to_string(), none);
        let cause = Some("out_of_reach".to_owned());
        assert_eq!(house.last(), ("RequestRefused".to_owned(), cause));
    }
    let admin = Who::Console(house.admin);
    let refused = look(admin, Role::Administrator, manages);
    assert_eq!(refused.expect_err("not allowed").code(), "not_allowed");
    let refused = look(member.who(), Role::Caseworker, Purpose::Assistance);
    assert_eq!(refused.expect_err("not allowed").code(), "not_allowed");

    let log = house.log(0);
    let looks: Vec<_> = log
        .iter()
        .filter(|line| line.kind == "StaffNameRead")
        .collect();
    assert_eq!(looks.len(), 2);
    assert!(looks.iter().all(|line| line.subject == Some(staff)));
    // The person sees that they were looked up.
    let ask = Ask::ReadOwnLog {
        before: u64::MAX >> 1,
        most: 100,
    };
    let Ok(Answer::Log(own)) = house.ask(member.who(), OWN, ask) else {
        panic!("no log");
    };
    let seen = own.iter().filter(|line| line.kind == "StaffNameRead");
    assert_eq!(seen.count(), 2);
}

#[test]
fn some_roles_are_not_one_persons() {
    let house = House::new();
    let worker = house.console(Role::Caseworker, Some(house.shelter));
    use Role::{Administrator, Caseworker, Coordinator, DataManager, Overseer};
    let unfit: [&[Role]; 6] = [
        &[],
        &[Administrator, Caseworker],
        &[Administrator, Coordinator],
        &[Overseer, Caseworker],
        &[Administrator, Overseer],
        &Role::ALL,
    ];
    let fit: [&[Role]; 4] = [
        &[Caseworker, Coordinator],
        &[Administrator, DataManager],
        &[Overseer],
        &[Coordinator, DataManager],
    ];
    let asks = |roles: &[Role]| {
        let new = NewStaff::at_console(sealed("New Comer"), roles.to_vec());
        let change = Ask::ChangeStaff {
            staff: worker,
            roles: roles.to_vec(),
            supervisor: None,
        };
        [Ask::AddStaff(new), change]
    };
    for roles in unfit {
        for ask in asks(roles) {
            let refused = house.administer(ask).expect_err("unfit");
            assert_eq!(refused.code(), "roles_unfit", "{roles:?}");
            let cause = Some("roles_unfit".to_owned());
            assert_eq!(house.last(), ("RequestRefused".to_owned(), cause));
        }
    }
    for ask in fit.into_iter().flat_map(asks) {
        house.administer(ask).expect("fit");
    }
}
