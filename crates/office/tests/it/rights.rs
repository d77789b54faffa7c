//! What the person concerned agrees to, asks for and is shown, and what leaves the node.

use jiff::{SignedDuration, Timestamp};
use keep::views::{Export, Matter};
use office::{
    Access, Answer, Ask, ConsentTo, ExportGround, MatterKind, Notices, OfficeError, Outcome,
    Purpose, Role, Who,
};
use terms::id::{AgencyId, ConsentId, DossierId, ExportId, MatterId};

use crate::desk::{noon, sealed};
use crate::house::{House, Member, code_at, later, now, password};

const ASSISTS: (Role, Purpose) = (Role::Caseworker, Purpose::Assistance);
const ANSWERS: (Role, Purpose) = (Role::Caseworker, Purpose::DataSubject);
const COORDINATES: (Role, Purpose) = (Role::Coordinator, Purpose::Assistance);
const DECIDES: (Role, Purpose) = (Role::Coordinator, Purpose::DataSubject);

/// A shelter's dossier in somebody's care, and a coordinator of the shelter.
struct Tale {
    house: House,
    carer: Member,
    coordinator: Who,
    dossier: DossierId,
}

fn code(answer: Result<Answer, OfficeError>) -> &'static str {
    answer.map(drop).expect_err("refused").code()
}

impl Tale {
    fn new() -> Self {
        let house = House::new();
        let carer = house.member(Role::Caseworker, house.shelter);
        let coordinator = Who::Console(house.console(Role::Coordinator, Some(house.shelter)));
        let dossier = house.case(house.shelter, Some(carer.staff));
        Self {
            house,
            carer,
            coordinator,
            dossier,
        }
    }

    fn consent(&self, recipient: AgencyId, until: Option<Timestamp>) -> ConsentId {
        let ask = Ask::RecordConsent {
            dossier: self.dossier,
            to: ConsentTo::Disclosure,
            purpose: Purpose::Assistance,
            recipient: Some(recipient),
            until,
            words: sealed("explained in her language by an interpreter"),
        };
        match self.house.ask(self.carer.who(), ASSISTS, ask) {
            Ok(Answer::Consent(consent)) => consent,
            other => panic!("{other:?}"),
        }
    }

    fn request(
        &self,
        how: (Role, Purpose),
        recipient: Option<AgencyId>,
        ground: ExportGround,
    ) -> Result<ExportId, &'static str> {
        let ask = Ask::RequestExport {
            dossier: self.dossier,
            recipient,
            ground,
            reason: sealed("the clinic goes on with her"),
        };
        match self.house.ask(self.carer.who(), how, ask) {
            Ok(Answer::Export(export)) => Ok(export),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal.code()),
        }
    }

    fn approve(&self, purpose: Purpose, export: ExportId) -> Result<(), &'static str> {
        let how = (Role::Coordinator, purpose);
        let answer = self
            .house
            .ask(self.coordinator, how, Ask::ApproveExport { export });
        answer.map(drop).map_err(|refusal| refusal.code())
    }

    fn take(
        &self,
        how: (Role, Purpose),
        export: ExportId,
        at: Timestamp,
    ) -> Result<usize, &'static str> {
        let ask = Ask::TakeExport { export };
        match self.house.ask_at(at, self.carer.who(), how, ask) {
            Ok(Answer::Dossier(read)) => Ok(read.records.len()),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal.code()),
        }
    }

    /// Asked for by consent to the clinic, and approved.
    fn approved(&self) -> ExportId {
        let export = self
            .request(ASSISTS, Some(self.house.clinic), ExportGround::Consent)
            .expect("asked");
        self.approve(Purpose::Assistance, export).expect("approved");
        export
    }

    fn notices(&self, who: Who, how: (Role, Purpose)) -> Notices {
        match self.house.ask(who, how, Ask::ListNotices) {
            Ok(Answer::Notices(notices)) => *notices,
            other => panic!("{other:?}"),
        }
    }

    fn open_matter(&self, kind: MatterKind) -> MatterId {
        let ask = Ask::OpenMatter {
            dossier: self.dossier,
            kind,
            words: sealed("my name is spelt otherwise"),
        };
        match self.house.ask(self.carer.who(), ANSWERS, ask) {
            Ok(Answer::Matter(matter)) => matter,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn consent_decides_when_the_dossier_leaves() {
    let tale = Tale::new();
    let (house, clinic) = (&tale.house, tale.house.clinic);
    let request = |recipient| tale.request(ASSISTS, Some(recipient), ExportGround::Consent);
    assert_eq!(request(clinic), Err("consent_missing"));
    assert_eq!(house.last().1.as_deref(), Some("consent_missing"));
    let consent = tale.consent(clinic, None);
    assert_eq!(request(house.police), Err("consent_missing"), "to another");
    let justice = (Role::Caseworker, Purpose::Justice);
    let other = tale.request(justice, Some(clinic), ExportGround::Consent);
    assert_eq!(other, Err("consent_missing"), "for another purpose");

    // Withdrawn after the approval: it does not leave.
    let export = tale.approved();
    let withdraw = || {
        let words = sealed("");
        house.ask(
            tale.carer.who(),
            ASSISTS,
            Ask::WithdrawConsent { consent, words },
        )
    };
    withdraw().expect("as easily as it was given");
    assert_eq!(code(withdraw()), "consent_unknown");
    assert_eq!(tale.take(ASSISTS, export, now()), Err("consent_missing"));
    // Given again: the same request goes.
    tale.consent(clinic, Some(later(3)));
    assert_eq!(tale.take(ASSISTS, export, later(2)), Ok(1));
    // Expired between approval and taking.
    let export = tale.approved();
    assert_eq!(tale.take(ASSISTS, export, later(3)), Err("consent_missing"));
    house.verified();
}

#[test]
fn consent_is_to_somebody_named_or_to_a_service() {
    let tale = Tale::new();
    let record = |to, recipient, words: &str| {
        let ask = Ask::RecordConsent {
            dossier: tale.dossier,
            to,
            purpose: Purpose::Assistance,
            recipient,
            until: None,
            words: sealed(words),
        };
        tale.house.ask(tale.carer.who(), ASSISTS, ask)
    };
    let (told, served) = (ConsentTo::Disclosure, ConsentTo::Service);
    assert_eq!(code(record(told, None, "yes")), "recipient_unfit");
    let clinic = Some(tale.house.clinic);
    assert_eq!(code(record(served, clinic, "yes")), "recipient_unfit");
    let nobody = Some(AgencyId([0xdd; 16]));
    assert_eq!(code(record(told, nobody, "yes")), "agency_missing");
    assert_eq!(code(record(told, clinic, " ")), "reason_missing");
    record(served, None, "she wants to see the doctor").expect("recorded");
    // To a service is not to disclosure.
    let asked = tale.request(ASSISTS, clinic, ExportGround::Consent);
    assert_eq!(asked, Err("consent_missing"));
}

#[test]
fn an_export_takes_two_persons_a_fresh_one_once_within_a_day() {
    let mut tale = Tale::new();
    tale.consent(tale.house.clinic, None);
    let clinic = Some(tale.house.clinic);
    let export = tale
        .request(ASSISTS, clinic, ExportGround::Consent)
        .expect("asked");
    assert_eq!(tale.take(ASSISTS, export, now()), Err("export_missing"));
    let waiting = tale.notices(tale.coordinator, COORDINATES).exports;
    assert_eq!(exports(&waiting), [export]);
    assert_eq!(
        tale.approve(Purpose::Justice, export),
        Err("export_missing")
    );
    tale.approve(Purpose::Assistance, export).expect("approved");
    assert_eq!(
        tale.approve(Purpose::Assistance, export),
        Err("export_missing")
    );
    let justice = (Role::Caseworker, Purpose::Justice);
    assert_eq!(tale.take(justice, export, now()), Err("export_missing"));
    let other = tale.house.member(Role::Caseworker, tale.house.shelter);
    let ask = Ask::TakeExport { export };
    assert_eq!(
        code(tale.house.ask(other.who(), ASSISTS, ask)),
        "export_missing"
    );
    assert_eq!(tale.take(ASSISTS, export, later(6)), Err("confirm_needed"));
    assert_eq!(tale.house.last().1.as_deref(), Some("confirm_needed"));
    let shown = code_at(&tale.carer.secret, later(6));
    let session = tale.carer.session;
    tale.house
        .office
        .confirm(session, &password(), &shown, later(6))
        .expect("confirmed");
    assert_eq!(tale.take(ASSISTS, export, later(7)), Ok(1));
    assert_eq!(tale.take(ASSISTS, export, later(7)), Err("export_missing"));

    let export = tale.approved();
    tale.carer.comes_back(&tale.house.office, noon(2));
    assert_eq!(tale.take(ASSISTS, export, noon(2)), Err("export_missing"));
    tale.house.verified();
}

fn exports(found: &[Export]) -> Vec<ExportId> {
    found.iter().map(|one| one.export).collect()
}

#[test]
fn whoever_asked_does_not_approve() {
    let tale = Tale::new();
    tale.consent(tale.house.clinic, None);
    let roles = [Role::Coordinator, Role::Caseworker];
    let both = tale.house.member_of(&roles, tale.house.shelter, None);
    let ask = Ask::RequestExport {
        dossier: tale.dossier,
        recipient: Some(tale.house.clinic),
        ground: ExportGround::Consent,
        reason: sealed("the clinic goes on with her"),
    };
    let Ok(Answer::Export(export)) = tale.house.ask(both.who(), COORDINATES, ask) else {
        panic!("not asked");
    };
    let approve = |who| {
        tale.house
            .ask(who, COORDINATES, Ask::ApproveExport { export })
    };
    assert_eq!(code(approve(both.who())), "second_person");
    let far = Who::Console(
        tale.house
            .console(Role::Coordinator, Some(tale.house.clinic)),
    );
    assert_eq!(code(approve(far)), "export_missing");
    assert_eq!(tale.house.last().1.as_deref(), Some("out_of_reach"));
    approve(tale.coordinator).expect("another");
}

#[test]
fn five_exports_a_day_and_no_more() {
    let tale = Tale::new();
    tale.consent(tale.house.clinic, None);
    for _ in 0..office::limits::EXPORTS.most {
        assert_eq!(tale.take(ASSISTS, tale.approved(), now()), Ok(1));
    }
    let sixth = tale.approved();
    assert_eq!(tale.take(ASSISTS, sixth, now()), Err("limit_reached"));
}

#[test]
fn each_ground_has_its_recipient_and_its_purpose() {
    let tale = Tale::new();
    let (clinic, police) = (Some(tale.house.clinic), Some(tale.house.police));
    let justice = (Role::Caseworker, Purpose::Justice);
    let unfit = Err("recipient_unfit");
    let request = |how, recipient, ground| tale.request(how, recipient, ground);
    let (order, own) = (ExportGround::LegalOrder, ExportGround::OwnAccess);
    assert_eq!(request(ASSISTS, police, order), unfit);
    assert_eq!(request(ANSWERS, police, order), unfit);
    assert_eq!(request(justice, None, order), unfit);
    assert_eq!(request(ASSISTS, None, ExportGround::Consent), unfit);
    assert_eq!(request(ANSWERS, clinic, own), unfit);
    assert_eq!(request(ASSISTS, None, own), unfit);
    for (how, recipient, ground) in [(justice, police, order), (ANSWERS, None, own)] {
        let export = request(how, recipient, ground).expect("asked");
        tale.approve(how.1, export).expect("approved");
        assert_eq!(tale.take(how, export, now()), Ok(1));
    }
    tale.house.verified();
}

#[test]
fn what_a_person_asks_for_is_due_and_answered() {
    let tale = Tale::new();
    let matter = tale.open_matter(MatterKind::Correction);
    let complaint = tale.open_matter(MatterKind::Complaint);
    let waiting = tale.notices(tale.coordinator, DECIDES).matters;
    assert_eq!(matters(&waiting), [matter]);
    let month = now() + SignedDuration::from_hours(30 * 24);
    assert_eq!(waiting[0].due_ms, month.as_millisecond());
    let watches = (Role::Overseer, Purpose::Oversight);
    let overseer = Who::Console(tale.house.overseer);
    let waiting = tale.notices(overseer, watches).matters;
    assert_eq!(matters(&waiting), [complaint]);

    // A complaint is not for the agency, and nothing else is for the overseer.
    let answer = |matter| Ask::AnswerMatter {
        matter,
        outcome: Outcome::Granted,
        words: sealed("it is corrected"),
    };
    let answer_complaint = |matter| Ask::AnswerComplaint {
        matter,
        outcome: Outcome::Partly,
        words: sealed("the agency was told to"),
    };
    let asked = |who, how, ask| tale.house.ask(who, how, ask);
    let coordinator = tale.coordinator;
    assert_eq!(
        code(asked(coordinator, DECIDES, answer(complaint))),
        "matter_missing"
    );
    let refused = asked(coordinator, DECIDES, answer_complaint(complaint));
    assert_eq!(code(refused), "not_allowed");
    assert_eq!(
        code(asked(overseer, watches, answer_complaint(matter))),
        "matter_missing"
    );
    let reason = sealed("to hear her");
    let read = Ask::ReadComplaint {
        matter: complaint,
        reason,
    };
    match asked(overseer, watches, read) {
        Ok(Answer::Words(words, warrant)) => {
            assert_eq!(words.into_exposed(&warrant), "my name is spelt otherwise");
        }
        other => panic!("{other:?}"),
    }
    asked(overseer, watches, answer_complaint(complaint)).expect("answered");
    asked(coordinator, DECIDES, answer(matter)).expect("answered");
    assert_eq!(
        code(asked(coordinator, DECIDES, answer(matter))),
        "matter_missing"
    );
    assert!(tale.notices(coordinator, DECIDES).matters.is_empty());
    assert!(tale.notices(overseer, watches).matters.is_empty());
    tale.house.verified();
}

fn matters(found: &[Matter]) -> Vec<MatterId> {
    found.iter().map(|one| one.matter).collect()
}

fn access(tale: &Tale) -> Access {
    let ask = Ask::GiveAccess {
        dossier: tale.dossier,
        reason: sealed("read aloud in Tigrinya"),
    };
    match tale.house.ask(tale.carer.who(), ANSWERS, ask) {
        Ok(Answer::Access(access)) => *access,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_person_is_shown_what_is_held_and_who_saw_it_but_no_name_of_theirs() {
    let tale = Tale::new();
    let (house, dossier) = (&tale.house, tale.dossier);
    let clinician = house.member(Role::Caseworker, house.clinic);
    let reason = sealed("she is in the emergency room");
    let ask = Ask::BreakGlass { dossier, reason };
    house.ask(clinician.who(), ASSISTS, ask).expect("opened");
    let reason = sealed("she is in the emergency room");
    let ask = Ask::ReadDossier { dossier, reason };
    house.ask(clinician.who(), ASSISTS, ask).expect("read");
    tale.consent(house.clinic, None);
    tale.open_matter(MatterKind::Objection);
    let ask = Ask::SearchNames {
        words: sealed("per son"),
        reason: sealed("her aunt asks"),
    };
    house.ask(tale.carer.who(), ASSISTS, ask).expect("searched");

    let shown = access(&tale);
    let warrant = shown.read.warrant;
    let names: Vec<String> = shown
        .read
        .records
        .into_iter()
        .map(|(_, _, record)| record.into_exposed(&warrant))
        .flat_map(|record| record.names().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(names.len(), 1);
    let lines: Vec<_> = shown
        .mirror
        .lines
        .iter()
        .map(|line| (line.kind.as_str(), line.agency))
        .collect();
    let (shelter, clinic) = (Some(house.shelter), Some(house.clinic));
    let expected = [
        ("DossierOpened", shelter),
        ("RecordEntered", shelter),
        ("CaseAssigned", shelter),
        ("GlassBroken", clinic),
        ("DossierRead", clinic),
        ("ConsentRecorded", shelter),
        ("MatterOpened", shelter),
        ("NamesSearched", shelter),
    ];
    assert_eq!(lines, expected);
    assert_eq!(shown.mirror.consents.len(), 1);
    assert_eq!(shown.mirror.matters.len(), 1);
    assert_eq!(shown.mirror.glasses.len(), 1);
    // Whoever it was is not said, not even as a number.
    assert!(shown.mirror.carers.is_empty());
    assert!(
        shown
            .mirror
            .glasses
            .iter()
            .all(|glass| glass.staff.is_none())
    );
    let people = [tale.carer.staff, clinician.staff];
    let printed = format!("{:?}", shown.mirror);
    for staff in people {
        assert!(!printed.contains(&staff.to_string()));
    }
    assert_eq!(house.last().0, "AccessGiven");
}

#[test]
fn an_erasure_takes_everything_that_hangs_on_the_dossier() {
    let tale = Tale::new();
    let (house, dossier) = (&tale.house, tale.dossier);
    let kept = house.case(house.shelter, Some(tale.carer.staff));
    let consent = tale.consent(house.clinic, None);
    let export = tale.approved();
    let matter = tale.open_matter(MatterKind::Complaint);
    let clinician = Who::Console(house.console(Role::Caseworker, Some(house.clinic)));
    let reason = sealed("she is in the emergency room");
    let ask = Ask::BreakGlass { dossier, reason };
    let Ok(Answer::Glass(glass)) = house.ask(clinician, ASSISTS, ask) else {
        panic!("not opened");
    };
    let ask = Ask::RequestErasure {
        dossier,
        ground: office::Ground::Objection,
        reason: sealed("she asked for it"),
    };
    let Ok(Answer::Erasure(erasure)) = house.ask(tale.carer.who(), ANSWERS, ask) else {
        panic!("not asked");
    };
    let ask = Ask::ConfirmErasure { erasure };
    house.ask(tale.coordinator, DECIDES, ask).expect("erased");

    let gone = |how, who, ask, expected| assert_eq!(code(house.ask(who, how, ask)), expected);
    let (carer, coordinator) = (tale.carer.who(), tale.coordinator);
    let words = || sealed("once more");
    let read = || Ask::ReadDossier {
        dossier,
        reason: words(),
    };
    gone(ASSISTS, carer, read(), "dossier_erased");
    gone(ASSISTS, clinician, read(), "dossier_missing");
    gone(ASSISTS, carer, Ask::SeeGlass { glass }, "glass_missing");
    let ask = Ask::WithdrawConsent {
        consent,
        words: words(),
    };
    gone(ASSISTS, carer, ask, "consent_unknown");
    gone(ASSISTS, carer, Ask::TakeExport { export }, "export_missing");
    gone(
        ASSISTS,
        carer,
        Ask::ReadMirror { dossier },
        "dossier_erased",
    );
    let ask = Ask::AnswerComplaint {
        matter,
        outcome: Outcome::Granted,
        words: words(),
    };
    let watches = (Role::Overseer, Purpose::Oversight);
    gone(watches, Who::Console(house.overseer), ask, "matter_missing");
    let listed = |who, how| tale.notices(who, how);
    let own = listed(carer, ASSISTS);
    assert!(own.glasses.is_empty() && own.exports.is_empty());
    assert!(listed(coordinator, DECIDES).matters.is_empty());
    // A rebuild comes to the same, and the other dossier is as it was.
    house.verified();
    house.office.rebuild().expect("rebuilt");
    house.verified();
    gone(ASSISTS, carer, read(), "dossier_erased");
    let reason = words();
    let ask = Ask::ReadDossier {
        dossier: kept,
        reason,
    };
    house.ask(carer, ASSISTS, ask).expect("still in care");
}
