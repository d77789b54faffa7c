//! In whose care a dossier is, and emergencies.

use jiff::Timestamp;
use keep::views::Glass;
use office::{
    AgencyKind, Answer, Ask, ConsentTo, Notices, OfficeError, Power, Purpose, Role, Who, authority,
};
use terms::id::{DossierId, GlassId, StaffId};

use crate::desk::{noon, sealed};
use crate::house::{House, Member, later, now};

const ASSISTS: (Role, Purpose) = (Role::Caseworker, Purpose::Assistance);
const COORDINATES: (Role, Purpose) = (Role::Coordinator, Purpose::Assistance);

fn read(dossier: DossierId) -> Ask {
    let reason = sealed("to prepare her appointment");
    Ask::ReadDossier { dossier, reason }
}

fn open_in_need(
    house: &House,
    (who, how): (Who, (Role, Purpose)),
    dossier: DossierId,
    at: Timestamp,
) -> Result<GlassId, &'static str> {
    let reason = sealed("she is in the emergency room");
    match house.ask_at(at, who, how, Ask::BreakGlass { dossier, reason }) {
        Ok(Answer::Glass(glass)) => Ok(glass),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal.code()),
    }
}

fn notices(house: &House, who: Who, how: (Role, Purpose), at: Timestamp) -> Notices {
    match house.ask_at(at, who, how, Ask::ListNotices) {
        Ok(Answer::Notices(notices)) => *notices,
        other => panic!("{other:?}"),
    }
}

fn code(answer: Result<Answer, OfficeError>) -> &'static str {
    answer.map(drop).expect_err("refused").code()
}

fn listed(house: &House, who: Who, how: (Role, Purpose)) -> Vec<DossierId> {
    let ask = Ask::ListDossiers {
        role: None,
        most: 100,
    };
    match house.ask(who, how, ask) {
        Ok(Answer::Dossiers(found)) => found.into_iter().map(|one| one.dossier).collect(),
        other => panic!("{other:?}"),
    }
}

fn found(house: &House, who: Who, how: (Role, Purpose), words: &str) -> Vec<DossierId> {
    let (words, reason) = (sealed(words), sealed("her aunt asks"));
    match house.ask(who, how, Ask::SearchNames { words, reason }) {
        Ok(Answer::Found(found)) => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_dossier_goes_from_hand_to_hand_inside_an_agency() {
    let house = House::new();
    let (shelter, clinic) = (house.shelter, house.clinic);
    let [first, second] = [(); 2].map(|()| house.console(Role::Caseworker, Some(shelter)));
    let far = house.console(Role::Caseworker, Some(clinic));
    let coordinator = Who::Console(house.console(Role::Coordinator, Some(shelter)));
    let dossier = house.case(shelter, None);
    let reads = |staff| house.ask(Who::Console(staff), ASSISTS, read(dossier));
    let sees = |staff| {
        let who = Who::Console(staff);
        let in_list = listed(&house, who, ASSISTS).contains(&dossier);
        assert_eq!(
            found(&house, who, ASSISTS, "per son").contains(&dossier),
            in_list
        );
        in_list
    };
    let care = |ask| house.ask(coordinator, COORDINATES, ask).map(drop);

    // In nobody's care: whoever works at the agency.
    assert!(reads(first).is_ok() && sees(second));
    assert!(!sees(far));
    care(Ask::Assign {
        dossier,
        staff: first,
    })
    .expect("assigned");
    assert!(reads(first).is_ok() && sees(first));
    assert_eq!(code(reads(second)), "dossier_missing");
    assert!(!sees(second) && !sees(far));
    assert_eq!(listed(&house, coordinator, COORDINATES), [dossier]);
    // In both, in the other's, and not to another agency.
    care(Ask::Assign {
        dossier,
        staff: second,
    })
    .expect("assigned");
    assert!(reads(first).is_ok() && reads(second).is_ok());
    care(Ask::Release {
        dossier,
        staff: first,
    })
    .expect("released");
    assert_eq!(code(reads(first)), "dossier_missing");
    let away = care(Ask::Assign {
        dossier,
        staff: far,
    })
    .expect_err("another agency");
    assert_eq!(away.code(), "staff_missing");
    // Whoever leaves cares for nobody.
    let staff = second;
    house.administer(Ask::EndStaff { staff }).expect("ended");
    assert!(reads(first).is_ok() && sees(first));
    house.verified();
}

#[test]
fn what_a_caseworker_enters_is_in_their_care() {
    let house = House::new();
    let [first, second] = [(); 2].map(|()| house.member(Role::Caseworker, house.shelter));
    let ask = Ask::EnterRecord {
        dossier: None,
        role: evidence::record::PersonRole::Victim,
        replaces: None,
        record: protect::Confidential::seal(crate::desk::person("Ione Drey", "XXA-0417", "female")),
    };
    let Ok(Answer::Record { dossier, .. }) = house.ask(first.who(), ASSISTS, ask) else {
        panic!("not entered");
    };
    assert_eq!(listed(&house, first.who(), ASSISTS), [dossier]);
    assert_eq!(
        code(house.ask(second.who(), ASSISTS, read(dossier))),
        "dossier_missing"
    );
}

#[test]
fn out_of_reach_and_not_there_are_one_outside_and_two_in_the_log() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let clinician = house.console(Role::Caseworker, Some(house.clinic));
    let far = house.case(house.clinic, Some(clinician));
    let none = DossierId([0xdd; 16]);
    let words = |dossier| {
        let refused = house.ask(member.who(), ASSISTS, read(dossier)).map(drop);
        let refused = refused.expect_err("refused");
        (refused.code(), refused.to_string())
    };
    let noted = |kind: &str| {
        let line = house.log(0).pop().expect("noted");
        assert_eq!((line.kind.as_str(), line.actor), (kind, Some(member.staff)));
        (line.cause.unwrap_or_default(), line.dossier)
    };
    let outside = words(far);
    assert_eq!(
        noted("RequestRefused"),
        ("out_of_reach".to_owned(), Some(far))
    );
    assert_eq!(words(none), outside);
    assert_eq!(
        noted("RequestRefused"),
        ("no_such_dossier".to_owned(), None)
    );
}

#[test]
fn what_hangs_on_a_dossier_out_of_reach_seems_not_to_be_there() {
    let house = House::new();
    let member = house.member(Role::Caseworker, house.shelter);
    let far = house.case(house.clinic, None);
    let coordinator = Who::Console(house.console(Role::Coordinator, Some(house.clinic)));
    let ask = Ask::RecordConsent {
        dossier: far,
        to: ConsentTo::Service,
        purpose: Purpose::Assistance,
        recipient: None,
        until: None,
        words: sealed("she wants to see the doctor"),
    };
    let Ok(Answer::Consent(consent)) = house.ask(coordinator, COORDINATES, ask) else {
        panic!("no consent");
    };
    let withdraw = |consent| {
        let words = sealed("");
        let refused = house.ask(
            member.who(),
            ASSISTS,
            Ask::WithdrawConsent { consent, words },
        );
        let refused = refused.map(drop).expect_err("refused");
        (refused.code(), refused.to_string())
    };
    let outside = withdraw(consent);
    assert_eq!(outside.0, "consent_unknown");
    let line = house.log(0).pop().expect("noted");
    assert_eq!(line.cause.as_deref(), Some("out_of_reach"));
    assert_eq!((&*line.kind, line.dossier), ("RequestRefused", Some(far)));
    assert_eq!(withdraw(terms::id::ConsentId([0xdd; 16])), outside);

    // The clinic sees in what role and of which agency it was tried, and why it was refused.
    let mirror = match house.ask(coordinator, COORDINATES, Ask::ReadMirror { dossier: far }) {
        Ok(Answer::Mirror(mirror)) => mirror,
        other => panic!("{other:?}"),
    };
    let tried: Vec<_> = mirror
        .lines
        .iter()
        .filter(|line| line.agency == Some(house.shelter))
        .map(|line| {
            (
                line.kind.as_str(),
                line.role.as_str(),
                line.cause.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        tried,
        [("RequestRefused", "caseworker", Some("out_of_reach"))]
    );
}

/// A shelter's dossier in somebody's care, and a clinician who needs it.
struct Need {
    house: House,
    carer: Member,
    clinician: Member,
    dossier: DossierId,
}

fn need() -> Need {
    let house = House::new();
    let carer = house.member(Role::Caseworker, house.shelter);
    let clinician = house.member(Role::Caseworker, house.clinic);
    let dossier = house.case(house.shelter, Some(carer.staff));
    Need {
        house,
        carer,
        clinician,
        dossier,
    }
}

#[test]
fn an_emergency_opens_for_three_hours_and_the_carer_is_told() {
    let Need {
        house,
        carer,
        clinician,
        dossier,
    } = need();
    let office = &house.office;
    let look = |minutes| house.ask_at(later(minutes), clinician.who(), ASSISTS, read(dossier));
    // Both stay at work.
    let stay = |from: i64, to: i64| {
        for minutes in (from..to).step_by(10) {
            office.visitor(carer.session, later(minutes)).expect("here");
            let there = office.visitor(clinician.session, later(minutes));
            there.expect("there");
        }
    };
    assert_eq!(code(look(0)), "dossier_missing");
    let empty = Ask::BreakGlass {
        dossier,
        reason: sealed("  "),
    };
    assert_eq!(
        code(house.ask(clinician.who(), ASSISTS, empty)),
        "reason_missing"
    );
    let glass = open_in_need(&house, (clinician.who(), ASSISTS), dossier, now()).expect("open");
    assert!(look(1).is_ok());
    let own = notices(&house, clinician.who(), ASSISTS, later(1));
    assert_eq!(ids(&own.own_glasses), [glass]);

    let told = notices(&house, carer.who(), ASSISTS, later(1));
    assert_eq!(ids(&told.glasses), [glass]);
    let see = |who, at| house.ask_at(at, who, ASSISTS, Ask::SeeGlass { glass });
    assert_eq!(code(see(clinician.who(), later(1))), "glass_missing");
    see(carer.who(), later(2)).expect("told");
    let told = notices(&house, carer.who(), ASSISTS, later(2));
    assert_eq!(ids(&told.glasses), []);

    stay(2, 180);
    assert!(look(179).is_ok());
    assert_eq!(code(look(180)), "dossier_missing", "after three hours");
    let own = notices(&house, clinician.who(), ASSISTS, later(180));
    assert_eq!(ids(&own.own_glasses), []);
    house.verified();
}

fn ids(glasses: &[Glass]) -> Vec<GlassId> {
    glasses.iter().map(|glass| glass.glass).collect()
}

#[test]
fn whoever_has_the_dossier_in_care_ends_an_emergency_at_once() {
    let need = need();
    let (house, dossier) = (&need.house, need.dossier);
    let opener = (need.clinician.who(), ASSISTS);
    let look = || house.ask(need.clinician.who(), ASSISTS, read(dossier));
    for ends in [&need.carer, &need.clinician] {
        let glass = open_in_need(house, opener, dossier, now()).expect("open");
        assert!(look().is_ok());
        house
            .ask(ends.who(), ASSISTS, Ask::EndGlass { glass })
            .expect("ended");
        assert_eq!(code(look()), "dossier_missing");
        let again = house.ask(ends.who(), ASSISTS, Ask::EndGlass { glass });
        assert_eq!(code(again), "glass_missing");
    }
    // Told of both all the same.
    let told = notices(house, need.carer.who(), ASSISTS, now());
    assert_eq!(told.glasses.len(), 2);
    house.verified();
}

#[test]
fn an_emergency_is_for_reading_to_assist_and_nothing_else() {
    let need = need();
    let (house, dossier) = (&need.house, need.dossier);
    let clinician = need.clinician.who();
    open_in_need(house, (clinician, ASSISTS), dossier, now()).expect("open");
    for purpose in [Purpose::Justice, Purpose::DataSubject] {
        assert!(authority::may(Role::Caseworker, purpose, Power::Read));
        let how = (Role::Caseworker, purpose);
        assert_eq!(
            code(house.ask(clinician, how, read(dossier))),
            "dossier_missing"
        );
    }
    let reason = || sealed("to go on with her");
    let asks = [
        Ask::ReadMirror { dossier },
        Ask::RequestExport {
            dossier,
            recipient: Some(house.clinic),
            ground: office::ExportGround::Consent,
            reason: reason(),
        },
        Ask::RecordConsent {
            dossier,
            to: ConsentTo::Service,
            purpose: Purpose::Assistance,
            recipient: None,
            until: None,
            words: reason(),
        },
        Ask::EnterRecord {
            dossier: Some(dossier),
            role: evidence::record::PersonRole::Victim,
            replaces: None,
            record: protect::Confidential::seal(crate::desk::person("Ona Moor", "XXA-1", "male")),
        },
    ];
    for ask in asks {
        assert_eq!(code(house.ask(clinician, ASSISTS, ask)), "dossier_missing");
    }
    // Another of the same agency has nothing of it.
    let colleague = house.member(Role::Caseworker, house.clinic);
    assert_eq!(
        code(house.ask(colleague.who(), ASSISTS, read(dossier))),
        "dossier_missing"
    );
}

#[test]
fn an_agency_that_investigates_opens_nothing_of_a_service() {
    let need = need();
    let (house, dossier) = (&need.house, need.dossier);
    let officer = house.member(Role::Caseworker, house.police);
    let tried = open_in_need(house, (officer.who(), ASSISTS), dossier, now());
    assert_eq!(tried, Err("glass_refused"));
    let cause = Some("glass_refused".to_owned());
    assert_eq!(house.last(), ("RequestRefused".to_owned(), cause));
    // The node's own agency, of which nothing is said, is protected too.
    let node = house.office.staff().expect("staff")[0].agency;
    let unsaid = house.case(node, None);
    let tried = open_in_need(house, (officer.who(), ASSISTS), unsaid, now());
    assert_eq!(tried, Err("glass_refused"));
    // No number tells whether there is a dossier behind it.
    let none = DossierId([7; 16]);
    let tried = open_in_need(house, (officer.who(), ASSISTS), none, now());
    assert_eq!(tried, Err("glass_refused"));
    let tried = open_in_need(house, (need.clinician.who(), ASSISTS), none, now());
    assert_eq!(tried, Err("dossier_missing"));
    // Not so the other way round, nor among those who investigate.
    let courts = house.agency("Court of First Hearing", AgencyKind::Justice);
    let file = house.case(courts, None);
    assert!(open_in_need(house, (officer.who(), ASSISTS), file, now()).is_ok());
    assert!(open_in_need(house, (need.clinician.who(), ASSISTS), file, now()).is_ok());

    // An agency that begins to investigate loses what it has open.
    open_in_need(house, (need.clinician.who(), ASSISTS), dossier, now()).expect("open");
    let look = || house.ask(need.clinician.who(), ASSISTS, read(dossier));
    assert!(look().is_ok());
    let ask = Ask::SetAgency {
        agency: Some(house.clinic),
        name: "Forensic Unit".to_owned(),
        kind: AgencyKind::LawEnforcement,
    };
    house.administer(ask).expect("named anew");
    assert_eq!(code(look()), "dossier_missing");
    house.verified();
}

#[test]
fn three_emergencies_a_day_and_none_where_none_is() {
    let house = House::new();
    let carer: StaffId = house.console(Role::Caseworker, Some(house.shelter));
    let clinician = Who::Console(house.console(Role::Caseworker, Some(house.clinic)));
    let cases: Vec<_> = (0..5)
        .map(|_| house.case(house.shelter, Some(carer)))
        .collect();
    let open = |at: usize, when| open_in_need(&house, (clinician, ASSISTS), cases[at], when);
    for at in 0..3 {
        open(at, now()).expect("open");
    }
    assert_eq!(open(3, later(60)), Err("limit_reached"));
    assert_eq!(house.last().1.as_deref(), Some("limit_reached"));
    open(3, noon(2)).expect("a day later");
    // One reads what is near in the ordinary way, in whatever role.
    let near = |who, how, dossier| open_in_need(&house, (Who::Console(who), how), dossier, now());
    assert_eq!(near(carer, ASSISTS, cases[0]), Err("glass_needless"));
    let coordinator = house.console(Role::Coordinator, Some(house.shelter));
    assert_eq!(
        near(coordinator, COORDINATES, cases[0]),
        Err("glass_needless")
    );
    let colleague = house.console(Role::Caseworker, Some(house.shelter));
    near(colleague, ASSISTS, cases[0]).expect("a colleague's");
    assert_eq!(
        near(carer, ASSISTS, DossierId([0xdd; 16])),
        Err("dossier_missing")
    );
}

/// Somebody who is caseworker and coordinator opens a colleague's dossier: the colleague must be
/// told, so whoever opened it cannot say that somebody was.
#[test]
fn nobody_is_told_of_their_own_emergency() {
    let house = House::new();
    let carer = house.member(Role::Caseworker, house.shelter);
    let roles = [Role::Caseworker, Role::Coordinator];
    let both = house.member_of(&roles, house.shelter, None);
    let dossier = house.case(house.shelter, Some(carer.staff));
    let glass = open_in_need(&house, (both.who(), ASSISTS), dossier, now()).expect("open");
    let see = |who, how| house.ask(who, how, Ask::SeeGlass { glass });
    assert_eq!(code(see(both.who(), COORDINATES)), "second_person");
    let told = notices(&house, carer.who(), ASSISTS, now());
    assert_eq!(ids(&told.glasses), [glass]);
    see(carer.who(), ASSISTS).expect("told");
}

#[test]
fn reads_are_counted_by_the_hour() {
    let house = House::new();
    let carer = house.console(Role::Caseworker, Some(house.shelter));
    let dossier = house.case(house.shelter, Some(carer));
    let look = |minutes| house.ask_at(later(minutes), Who::Console(carer), ASSISTS, read(dossier));
    // Together with the person concerned as well as alone.
    let shown = Ask::GiveAccess {
        dossier,
        reason: sealed("read aloud"),
    };
    let answers = (Role::Caseworker, Purpose::DataSubject);
    house
        .ask(Who::Console(carer), answers, shown)
        .expect("shown");
    for _ in 1..office::limits::READS.most {
        look(0).expect("read");
    }
    assert_eq!(code(look(59)), "limit_reached");
    look(60).expect("an hour later");
}
