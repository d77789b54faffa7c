//! Somebody has lost their phone: an administrator and a second person set them anew, without
//! either of them having what it takes to come in.

use jiff::SignedDuration;
use office::door::{CODE, session_of};
use office::{Answer, Ask, OfficeError, Purpose, Role, Who};
use terms::id::{ResetId, StaffId};

use crate::desk::sealed;
use crate::house::{House, Member, code_at, enrol, later, now, password};

const ADMINISTERS: (Role, Purpose) = (Role::Administrator, Purpose::Administration);
const COORDINATES: (Role, Purpose) = (Role::Coordinator, Purpose::Administration);

fn request(house: &House, staff: StaffId) -> Result<(ResetId, String), OfficeError> {
    let reason = sealed("her phone fell into the water");
    match house.administer(Ask::RequestReset { staff, reason })? {
        Answer::Reset(reset, half) => Ok((reset, half.to_string())),
        other => panic!("{other:?}"),
    }
}

fn confirm(
    house: &House,
    (who, how): (Who, (Role, Purpose)),
    reset: ResetId,
    at: jiff::Timestamp,
) -> Result<String, &'static str> {
    match house.ask_at(at, who, how, Ask::ConfirmReset { reset }) {
        Ok(Answer::ResetConfirmed(_, half)) => Ok(half.to_string()),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal.code()),
    }
}

#[test]
fn the_halves_of_two_persons_together_let_somebody_in_anew() {
    let house = House::new();
    let member = house.member_of(&[Role::Caseworker, Role::Coordinator], house.shelter, None);
    let coordinator = house.console(Role::Coordinator, Some(house.shelter));
    let far = house.console(Role::Coordinator, Some(house.clinic));
    let second_admin = house.console(Role::Administrator, None);
    let (reset, first) = request(&house, member.staff).expect("asked");
    let by = |who, how| confirm(&house, (who, how), reset, now());

    // Until a second person confirms, nothing has changed.
    assert!(house.office.visitor(member.session, now()).is_ok());
    assert_eq!(
        by(Who::Console(house.admin), ADMINISTERS),
        Err("second_person")
    );
    assert_eq!(by(member.who(), COORDINATES), Err("second_person"));
    assert_eq!(by(Who::Console(far), COORDINATES), Err("reset_missing"));
    let Ok(Answer::Notices(notices)) =
        house.ask(Who::Console(coordinator), COORDINATES, Ask::ListNotices)
    else {
        panic!("no notices");
    };
    assert_eq!(notices.resets.len(), 1);
    assert_eq!(notices.resets[0].reset, reset);

    let second = by(Who::Console(coordinator), COORDINATES).expect("confirmed");
    assert_ne!(first, second);
    let again = by(Who::Console(second_admin), ADMINISTERS);
    assert_eq!(again, Err("reset_missing"), "confirmed already");
    let dead = house
        .office
        .visitor(member.session, now())
        .expect_err("dead");
    assert_eq!(dead.code(), "session_ended");
    assert!(member.sign_in(&house.office, later(1)).is_err());
    let console = house.ask(Who::Console(member.staff), COORDINATES, Ask::ListNotices);
    let shut = console.expect_err("whoever has the passphrase is not them");
    assert_eq!(shut.code(), "sign_in_needed");

    // A half is nothing, and the halves do not fit the other way round.
    for typed in [first.clone(), second.clone(), format!("{second}{first}")] {
        let refused = enrol(&house.office, (&member.name, &typed), later(1)).map(drop);
        assert_eq!(refused.expect_err("a half").code(), "sign_in_refused");
    }
    let whole = format!("{first}{second}");
    let (secret, token) = enrol(&house.office, (&member.name, &whole), later(1)).expect("in");
    assert!(house.office.visitor(session_of(&token), later(2)).is_ok());
    assert!(
        member.sign_in(&house.office, later(2)).is_err(),
        "the old phone"
    );
    let code = code_at(&secret, later(3));
    let came = house
        .office
        .sign_in(&member.name, &password(), &code, later(3));
    came.expect("the new phone");
    let refused = enrol(&house.office, (&member.name, &whole), later(4)).map(drop);
    assert_eq!(refused.expect_err("used").code(), "sign_in_refused");
    house.verified();
}

#[test]
fn a_reported_account_is_opened_by_a_reset_alone() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let how = (Role::Caseworker, Purpose::Assistance);
    house.ask(member.who(), how, Ask::ReportOwn).expect("shut");
    let (reset, first) = request(&house, member.staff).expect("asked");
    let watches = (Role::Overseer, Purpose::Oversight);
    let overseer = (Who::Console(house.overseer), watches);
    let second = confirm(&house, overseer, reset, now()).expect("confirmed");
    let whole = format!("{first}{second}");
    enrol(&house.office, (&member.name, &whole), later(1)).expect("in again");
    house.verified();
}

#[test]
fn a_code_that_is_out_dies_with_the_account_and_a_request_with_its_week() {
    let house = House::new();
    let overseer = (
        Who::Console(house.overseer),
        (Role::Overseer, Purpose::Oversight),
    );
    let late = now() + SignedDuration::try_from(CODE).expect("a week");
    let member = house.member(Role::Caseworker, house.shelter);
    let (old, _) = request(&house, member.staff).expect("asked");
    assert_eq!(confirm(&house, overseer, old, late), Err("reset_missing"));
    // Asked twice, confirmed once: the other request is over.
    let (reset, first) = request(&house, member.staff).expect("asked again");
    let second = confirm(&house, overseer, reset, now()).expect("confirmed");
    assert_eq!(confirm(&house, overseer, old, now()), Err("reset_missing"));
    // Shut meanwhile: the code is dead.
    let staff = member.staff;
    house.administer(Ask::Suspend { staff }).expect("shut");
    let whole = format!("{first}{second}");
    let refused = enrol(&house.office, (&member.name, &whole), later(1)).map(drop);
    assert_eq!(refused.expect_err("shut").code(), "sign_in_refused");
    house.verified();
}

#[test]
fn nobody_asks_for_oneself_or_for_whoever_does_not_sign_in() {
    let house = House::new();
    let code = |asked: Result<(ResetId, String), OfficeError>| {
        asked.map(drop).expect_err("refused").code()
    };
    assert_eq!(code(request(&house, house.admin)), "second_person");
    assert_eq!(code(request(&house, house.overseer)), "staff_missing");
    let member: Member = house.member(Role::Caseworker, house.shelter);
    let staff = member.staff;
    house.administer(Ask::EndStaff { staff }).expect("ended");
    assert_eq!(code(request(&house, staff)), "staff_missing");
}

/// The only administrator reports their own account: nobody is left who could ask for a reset, but
/// those who hold the recovery shares.
#[test]
fn the_shares_bring_back_the_last_administrator() {
    let house = House::new();
    let admin = house.member(Role::Administrator, house.shelter);
    let staff = house.admin;
    let ask = Ask::EndStaff { staff };
    house
        .ask(admin.who(), ADMINISTERS, ask)
        .expect("at the console no more");
    house
        .ask(admin.who(), ADMINISTERS, Ask::ReportOwn)
        .expect("reported");
    let recover = |shares: &[protect::vault::Share], staff| {
        let code = house.office.recover_administrator(shares, staff, later(1));
        code.map(|code| code.whole().to_string())
            .map_err(|refusal| refusal.code())
    };
    let shares = &house.shares;
    assert_eq!(recover(&shares[..1], admin.staff), Err("share_few"));
    assert_eq!(recover(&shares[..2], house.overseer), Err("staff_missing"));
    assert_eq!(recover(&shares[..2], house.admin), Err("staff_missing"));
    let code = recover(&shares[1..], admin.staff).expect("recovered");
    assert!(
        admin.sign_in(&house.office, later(2)).is_err(),
        "the old phone"
    );
    let (_, token) = enrol(&house.office, (&admin.name, &code), later(2)).expect("in");
    let who = Who::Session(session_of(&token));
    house
        .ask_at(later(3), who, ADMINISTERS, Ask::ListStaff)
        .expect("administers");
    assert_eq!(recover(&shares[..0], admin.staff), Err("share_few"));
    house.verified();
}
