//! Whatever happens in whatever order, on two processes: nobody is let in who should not be. What
//! should be is said again here, in plain words.

use jiff::{SignedDuration, Timestamp};
use office::door::session_of;
use office::{AgencyKind, Answer, Ask, Office, Purpose, Role, Who};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use terms::id::{DossierId, GlassId, SessionId, StaffId};

use crate::desk::sealed;
use crate::house::{House, Member, code_at, enrol, now, password};

const ASSISTS: (Role, Purpose) = (Role::Caseworker, Purpose::Assistance);

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 48,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// What happens next; numbers are taken modulo what there is.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Pass(i64),
    SignIn(usize, bool),
    SignOut(usize, bool),
    Confirm(usize, bool),
    Look(usize, bool),
    Suspend(usize),
    Report(usize),
    Reset(usize),
    End(usize),
}

fn happens() -> impl Strategy<Value = Happens> {
    let passing = prop::sample::select(vec![1, 4, 7, 14, 15, 16, 45, 240]);
    prop_oneof![
        4 => passing.prop_map(Happens::Pass),
        4 => (0..3_usize, any::<bool>()).prop_map(|(who, at)| Happens::SignIn(who, at)),
        1 => (0..9_usize, any::<bool>()).prop_map(|(which, at)| Happens::SignOut(which, at)),
        3 => (0..9_usize, any::<bool>()).prop_map(|(which, at)| Happens::Confirm(which, at)),
        6 => (0..9_usize, any::<bool>()).prop_map(|(which, at)| Happens::Look(which, at)),
        1 => (0..3_usize).prop_map(Happens::Suspend),
        1 => (0..9_usize).prop_map(Happens::Report),
        1 => (0..3_usize).prop_map(Happens::Reset),
        1 => (0..3_usize).prop_map(Happens::End),
    ]
}

/// A session as it should be.
#[derive(Debug, Clone, Copy)]
struct Held {
    id: SessionId,
    who: usize,
    opened: Timestamp,
    shown: Timestamp,
    /// When each process has last seen it.
    seen: [Option<Timestamp>; 2],
    over: bool,
}

impl Held {
    fn holds(&self, at: Timestamp, process: usize) -> bool {
        let seen = self.seen[process].unwrap_or(self.shown).max(self.shown);
        let young = at.duration_since(self.opened) < minutes(12 * 60);
        !self.over && young && at.duration_since(seen) < minutes(15)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    shut: bool,
    gone: bool,
}

struct Days {
    house: House,
    other: Office,
    people: Vec<Member>,
    standing: Vec<Standing>,
    held: Vec<Held>,
    at: Timestamp,
}

impl Days {
    fn new() -> Self {
        let house = House::new();
        let people: Vec<_> = (0..3)
            .map(|_| house.member(Role::Caseworker, house.shelter))
            .collect();
        let held = (0..).zip(&people).map(|(who, member)| Held {
            id: member.session,
            who,
            opened: now(),
            shown: now(),
            seen: [Some(now()), None],
            over: false,
        });
        Self {
            held: held.collect(),
            other: house.elsewhere(),
            standing: vec![Standing::default(); people.len()],
            people,
            house,
            at: now(),
        }
    }

    fn office(&self, process: usize) -> &Office {
        [&self.house.office, &self.other][process]
    }

    fn ends_of(&mut self, who: usize) {
        for held in self.held.iter_mut().filter(|held| held.who == who) {
            held.over = true;
        }
    }

    fn begins(&mut self, id: SessionId, who: usize, process: usize) {
        let mut seen = [None; 2];
        seen[process] = Some(self.at);
        self.held.push(Held {
            id,
            who,
            opened: self.at,
            shown: self.at,
            seen,
            over: false,
        });
    }

    fn sign_in(&mut self, who: usize, process: usize) {
        // A device shows a code once.
        self.at += SignedDuration::from_secs(31);
        let came = self.people[who].sign_in(self.office(process), self.at);
        let Standing { shut, gone } = self.standing[who];
        assert_eq!(came.is_ok(), !shut && !gone);
        if let Ok(token) = came {
            self.begins(session_of(&token), who, process);
        }
    }

    fn confirm(&mut self, which: usize, process: usize) {
        self.at += SignedDuration::from_secs(31);
        let held = self.held[which];
        let code = code_at(&self.people[held.who].secret, self.at);
        let office = self.office(process);
        let shown = office.confirm(held.id, &password(), &code, self.at);
        assert_eq!(shown.is_ok(), held.holds(self.at, process));
        if shown.is_ok() {
            self.held[which].shown = self.at;
            self.held[which].seen[process] = Some(self.at);
        }
    }

    fn look(&mut self, which: usize, process: usize) {
        let held = self.held[which];
        let found = self.office(process).visitor(held.id, self.at);
        assert_eq!(found.is_ok(), held.holds(self.at, process), "{held:?}");
        if let Ok(visitor) = found {
            let standing = self.standing[held.who];
            assert!(!standing.shut && !standing.gone);
            assert_eq!(visitor.staff.staff, self.people[held.who].staff);
            let since = self.at.duration_since(held.shown);
            assert_eq!(visitor.fresh, since < minutes(5));
            self.held[which].seen[process] = Some(self.at);
        }
    }

    fn report(&mut self, which: usize) {
        let held = self.held[which];
        let who = Who::Session(held.id);
        let reported = self.house.ask_at(self.at, who, ASSISTS, Ask::ReportOwn);
        assert_eq!(reported.is_ok(), held.holds(self.at, 0));
        if reported.is_ok() {
            self.standing[held.who].shut = true;
            self.ends_of(held.who);
        }
    }

    fn reset(&mut self, who: usize) {
        let staff = self.people[who].staff;
        let reason = sealed("her phone fell into the water");
        let asked = self.house.administer(Ask::RequestReset { staff, reason });
        assert_eq!(asked.is_ok(), !self.standing[who].gone);
        let Ok(Answer::Reset(reset, first)) = asked else {
            return;
        };
        let watches = (Role::Overseer, Purpose::Oversight);
        let overseer = Who::Console(self.house.overseer);
        let ask = Ask::ConfirmReset { reset };
        let Ok(Answer::ResetConfirmed(_, second)) = self.house.ask(overseer, watches, ask) else {
            panic!("not confirmed");
        };
        self.ends_of(who);
        self.standing[who].shut = false;
        let whole = format!("{}{}", *first, *second);
        let name = self.people[who].name.clone();
        let (secret, token) =
            enrol(&self.house.office, (&name, &whole), self.at).expect("enrolled");
        self.people[who].secret = secret;
        self.begins(session_of(&token), who, 0);
    }

    fn happens(&mut self, what: Happens) {
        let some = |which: usize| which % self.held.len();
        match what {
            Happens::Pass(count) => self.at += minutes(count),
            Happens::SignIn(who, there) => self.sign_in(who, usize::from(there)),
            Happens::SignOut(which, there) => {
                let which = some(which);
                let office = self.office(usize::from(there));
                office.sign_out(self.held[which].id, self.at).expect("out");
                self.held[which].over = true;
            }
            Happens::Confirm(which, there) => self.confirm(some(which), usize::from(there)),
            Happens::Look(which, there) => self.look(some(which), usize::from(there)),
            Happens::Suspend(who) => {
                let staff = self.people[who].staff;
                let shut = self.house.administer(Ask::Suspend { staff });
                assert_eq!(shut.is_ok(), !self.standing[who].gone);
                self.standing[who].shut |= shut.is_ok();
                self.ends_of(who);
            }
            Happens::Report(which) => self.report(some(which)),
            Happens::Reset(who) => self.reset(who),
            Happens::End(who) => {
                let staff = self.people[who].staff;
                let ended = self.house.administer(Ask::EndStaff { staff });
                assert_eq!(ended.is_ok(), !self.standing[who].gone);
                self.standing[who].gone = true;
                self.ends_of(who);
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nobody_is_let_in_by_a_session_that_is_over(
        what in proptest::collection::vec(happens(), 1..60),
    ) {
        let mut days = Days::new();
        for what in what {
            days.happens(what);
        }
        for which in 0..days.held.len() {
            days.look(which, 0);
            days.look(which, 1);
        }
        days.house.verified();
    }
}

/// What happens to one dossier of a shelter.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Pass(i64),
    Assign(usize),
    Release(usize),
    Break(usize),
    EndGlass(usize, usize),
    Read(usize),
    EndStaff(usize),
    Investigates(bool),
}

fn turn() -> impl Strategy<Value = Turn> {
    let passing = prop::sample::select(vec![1, 59, 90, 179, 180, 600, 1_440]);
    prop_oneof![
        3 => passing.prop_map(Turn::Pass),
        2 => (0..4_usize).prop_map(Turn::Assign),
        2 => (0..4_usize).prop_map(Turn::Release),
        5 => (0..4_usize).prop_map(Turn::Break),
        2 => (0..4_usize, 0..9_usize).prop_map(|(who, which)| Turn::EndGlass(who, which)),
        8 => (0..4_usize).prop_map(Turn::Read),
        1 => (3..4_usize).prop_map(Turn::EndStaff),
        1 => any::<bool>().prop_map(Turn::Investigates),
    ]
}

struct Opened {
    id: GlassId,
    by: usize,
    at: Timestamp,
    over: bool,
}

/// Two who work at the shelter, two at the clinic.
struct Case {
    house: House,
    dossier: DossierId,
    coordinator: StaffId,
    people: Vec<StaffId>,
    cares: [bool; 4],
    gone: [bool; 4],
    glasses: Vec<Opened>,
    investigates: bool,
    at: Timestamp,
}

impl Case {
    fn new() -> Self {
        let house = House::new();
        let agencies = [house.shelter, house.shelter, house.clinic, house.clinic];
        let people = agencies.map(|agency| house.console(Role::Caseworker, Some(agency)));
        Self {
            dossier: house.case(house.shelter, None),
            coordinator: house.console(Role::Coordinator, Some(house.shelter)),
            people: people.to_vec(),
            cares: [false; 4],
            gone: [false; 4],
            glasses: Vec::new(),
            investigates: false,
            at: now(),
            house,
        }
    }

    fn ask(&self, who: usize, ask: Ask) -> Result<Answer, &'static str> {
        let who = Who::Console(self.people[who]);
        let answer = self.house.ask_at(self.at, who, ASSISTS, ask);
        answer.map_err(|refusal| refusal.code())
    }

    fn near(&self, who: usize) -> bool {
        who < 2 && (self.cares[who] || self.cares == [false; 4])
    }

    fn may_open(&self, who: usize) -> bool {
        who < 2 || !self.investigates
    }

    fn glass_holds(&self, who: usize) -> bool {
        let holds = |one: &Opened| {
            one.by == who && !one.over && self.at.duration_since(one.at) < minutes(180)
        };
        self.may_open(who) && self.glasses.iter().any(holds)
    }

    fn breaks(&mut self, who: usize) {
        let (dossier, reason) = (self.dossier, sealed("she is in the emergency room"));
        let answer = self.ask(who, Ask::BreakGlass { dossier, reason });
        let today =
            |one: &&Opened| one.by == who && self.at.duration_since(one.at) < minutes(1_440);
        let often = self.glasses.iter().filter(today).count() >= 3;
        let expected = match who {
            who if self.gone[who] => Err("actor_unknown"),
            who if !self.may_open(who) => Err("glass_refused"),
            who if self.near(who) => Err("glass_needless"),
            _ if often => Err("limit_reached"),
            _ => Ok(()),
        };
        match (answer, expected) {
            (Ok(Answer::Glass(id)), Ok(())) => self.glasses.push(Opened {
                id,
                by: who,
                at: self.at,
                over: false,
            }),
            (Err(found), Err(expected)) => assert_eq!(found, expected),
            other => panic!("{other:?}"),
        }
    }

    fn reads(&self, who: usize) {
        let (dossier, reason) = (self.dossier, sealed("to prepare her appointment"));
        let answer = self.ask(who, Ask::ReadDossier { dossier, reason });
        let expected = match who {
            who if self.gone[who] => Err("actor_unknown"),
            who if self.near(who) || self.glass_holds(who) => Ok(()),
            _ => Err("dossier_missing"),
        };
        assert_eq!(answer.map(drop), expected);
    }

    fn ends_glass(&mut self, who: usize, which: usize) {
        if self.glasses.is_empty() {
            return;
        }
        let which = which % self.glasses.len();
        let glass = self.glasses[which].id;
        let answer = self.ask(who, Ask::EndGlass { glass }).map(drop);
        let opened = &self.glasses[which];
        let expected = match who {
            who if self.gone[who] => Err("actor_unknown"),
            who if !opened.over && (self.near(who) || opened.by == who) => Ok(()),
            _ => Err("glass_missing"),
        };
        assert_eq!(answer, expected);
        self.glasses[which].over |= answer.is_ok();
    }

    fn cares(&mut self, who: usize, cares: bool) {
        let (dossier, staff) = (self.dossier, self.people[who]);
        let ask = if cares {
            Ask::Assign { dossier, staff }
        } else {
            Ask::Release { dossier, staff }
        };
        let how = (Role::Coordinator, Purpose::Assistance);
        let coordinator = Who::Console(self.coordinator);
        let done = self.house.ask_at(self.at, coordinator, how, ask);
        assert_eq!(done.is_ok(), !cares || who < 2);
        if done.is_ok() {
            self.cares[who] = cares;
        }
    }

    fn happens(&mut self, what: Turn) {
        match what {
            Turn::Pass(count) => self.at += minutes(count),
            Turn::Assign(who) => self.cares(who, true),
            Turn::Release(who) => self.cares(who, false),
            Turn::Break(who) => self.breaks(who),
            Turn::EndGlass(who, which) => self.ends_glass(who, which),
            Turn::Read(who) => self.reads(who),
            Turn::EndStaff(who) => {
                let staff = self.people[who];
                let ended = self.house.administer(Ask::EndStaff { staff });
                assert_eq!(ended.is_ok(), !self.gone[who]);
                self.gone[who] = true;
            }
            Turn::Investigates(does) => {
                let kind = match does {
                    true => AgencyKind::LawEnforcement,
                    false => AgencyKind::Services,
                };
                let ask = Ask::SetAgency {
                    agency: Some(self.house.clinic),
                    name: "Harbour Clinic".to_owned(),
                    kind,
                };
                self.house.administer(ask).expect("named anew");
                self.investigates = does;
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nobody_reads_what_is_not_in_their_care_or_opened_in_need(
        what in proptest::collection::vec(turn(), 1..60),
    ) {
        let mut case = Case::new();
        for what in what {
            case.happens(what);
            for who in 0..4 {
                case.reads(who);
            }
        }
        case.house.verified();
    }
}
