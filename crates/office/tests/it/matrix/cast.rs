//! Those who prepare each question of the matrix, so that nothing stands in its way but authority.

use std::collections::BTreeMap;

use evidence::record::{PersonRole, Record};
use office::authority::may;
use office::passkey::StoredPasskey;
use office::{
    AgencyKind, Answer, Ask, ConsentTo, ExportGround, Ground, MatterKind, NewStaff, OfficeError,
    Outcome, Power, Purpose, Request, Role, Who,
};
use protect::Confidential;
use protect::credential::TotpSecret;
use terms::id::{
    AgencyId, ConsentId, CredentialId, DossierId, ErasureId, ExportId, GlassId, HoldId, MatterId,
    ResetId, SessionId, StaffId,
};

use super::{ACTS, About, Near, about, name_of};
use crate::desk::{person, sealed};
use crate::house::{House, Member, later, now, password, word};

/// Those at the console of one agency who prepare what others ask about.
struct Helpers {
    coordinator: StaffId,
    second: StaffId,
    worker: StaffId,
}

/// Somebody in a role of an agency, in a state of the columns.
type Seat = (Role, AgencyId, Option<Near>);

/// A node and those who prepare each question.
pub(super) struct Cast {
    pub(super) house: House,
    helpers: BTreeMap<AgencyId, Helpers>,
    second_admin: StaffId,
    mission: AgencyId,
    /// For questions that end at the table: what they are about is not looked at.
    members: std::cell::RefCell<BTreeMap<Seat, Member>>,
    idle_case: DossierId,
    powers: BTreeMap<&'static str, Power>,
}

impl Cast {
    pub(super) fn new() -> Self {
        let house = House::new();
        let mut helpers = BTreeMap::new();
        for agency in [house.shelter, house.clinic, house.police] {
            let helper = |role| house.console(role, Some(agency));
            let of_agency = Helpers {
                coordinator: helper(Role::Coordinator),
                second: helper(Role::Coordinator),
                worker: helper(Role::Caseworker),
            };
            helpers.insert(agency, of_agency);
        }
        let mut cast = Self {
            second_admin: house.console(Role::Administrator, None),
            mission: house.agency("Dockside Mission", AgencyKind::Services),
            members: std::cell::RefCell::default(),
            idle_case: house.case(house.shelter, None),
            helpers,
            house,
            powers: BTreeMap::new(),
        };
        cast.powers = cast.find_powers();
        super::lists::prepare(&cast.house);
        cast
    }

    fn helpers(&self, agency: AgencyId) -> &Helpers {
        &self.helpers[&agency]
    }

    /// Something that a coordinator of an agency does beforehand.
    fn coordinates(&self, agency: AgencyId, purpose: Purpose, ask: Ask) -> Answer {
        let who = Who::Console(self.helpers(agency).coordinator);
        self.house
            .ask(who, (Role::Coordinator, purpose), ask)
            .expect("prepared")
    }

    /// The dossier that is asked about, and who keeps it.
    fn case(&self, near: Near, member: &Member) -> (DossierId, AgencyId) {
        let shelter = self.house.shelter;
        let (keeper, carer) = match near {
            Near::Colleagues => (member.agency, Some(self.helpers(member.agency).worker)),
            Near::Nobodys => (member.agency, None),
            Near::Others | Near::Broken => {
                let clinic = self.house.clinic;
                (clinic, Some(self.helpers(clinic).worker))
            }
            Near::Police => (shelter, Some(self.helpers(shelter).worker)),
            Near::None => return (DossierId([0xdd; 16]), shelter),
            _ => (member.agency, Some(member.staff)),
        };
        (self.house.case(keeper, carer), keeper)
    }

    /// Somebody whom an act is about.
    fn person(&self, near: Near, member: &Member) -> StaffId {
        let shelter = self.house.shelter;
        let (agency, supervisor) = match near {
            Near::Colleagues => (shelter, None),
            Near::Others => (self.house.clinic, None),
            Near::None => return StaffId([0xdd; 16]),
            _ => (shelter, Some(member.staff)),
        };
        self.house.invite(&[Role::Caseworker], agency, supervisor).0
    }

    /// Opens a dossier in an emergency, as somebody whom nobody near knows.
    fn broken_by_a_guest(&self, dossier: DossierId) -> GlassId {
        let guest = self.house.console(Role::Caseworker, Some(self.mission));
        self.broken(Who::Console(guest), Role::Caseworker, dossier)
            .expect("opened")
    }

    fn broken(&self, who: Who, role: Role, dossier: DossierId) -> Result<GlassId, OfficeError> {
        let reason = sealed("she is in the emergency room");
        let ask = Ask::BreakGlass { dossier, reason };
        match self.house.ask(who, (role, Purpose::Assistance), ask)? {
            Answer::Glass(glass) => Ok(glass),
            other => panic!("{other:?}"),
        }
    }

    /// To whom and on what ground something is exported for a purpose.
    fn ground(&self, purpose: Purpose) -> (Option<AgencyId>, ExportGround) {
        match purpose {
            Purpose::Justice => (Some(self.house.police), ExportGround::LegalOrder),
            Purpose::DataSubject => (None, ExportGround::OwnAccess),
            _ => (Some(self.mission), ExportGround::Consent),
        }
    }

    fn request_export(&self, dossier: DossierId, purpose: Purpose) -> Ask {
        let (recipient, ground) = self.ground(purpose);
        Ask::RequestExport {
            dossier,
            recipient,
            ground,
            reason: sealed("they go on with her"),
        }
    }

    fn consent(&self, keeper: AgencyId, dossier: DossierId) -> ConsentId {
        let ask = Ask::RecordConsent {
            dossier,
            to: ConsentTo::Disclosure,
            purpose: Purpose::Assistance,
            recipient: Some(self.mission),
            until: None,
            words: sealed("explained in her language"),
        };
        match self.coordinates(keeper, Purpose::Assistance, ask) {
            Answer::Consent(consent) => consent,
            other => panic!("{other:?}"),
        }
    }

    /// An export that waits for approval, asked for by whoever asks if they may, else by another.
    fn export(
        &self,
        (keeper, dossier): (AgencyId, DossierId),
        purpose: Purpose,
        by: Option<&Member>,
    ) -> ExportId {
        self.consent(keeper, dossier);
        let exportable = match purpose {
            Purpose::Justice | Purpose::DataSubject => purpose,
            _ => Purpose::Assistance,
        };
        let own = by.map(|member| {
            let ask = self.request_export(dossier, exportable);
            self.house.ask(member.who(), (member.role, exportable), ask)
        });
        let answer = match own {
            Some(Ok(answer)) => answer,
            _ => {
                let ask = self.request_export(dossier, exportable);
                self.coordinates(keeper, exportable, ask)
            }
        };
        match answer {
            Answer::Export(export) => export,
            other => panic!("{other:?}"),
        }
    }

    fn approved(&self, keeper: AgencyId, purpose: Purpose, export: ExportId) -> ExportId {
        let who = Who::Console(self.helpers(keeper).second);
        let ask = Ask::ApproveExport { export };
        self.house
            .ask(who, (Role::Coordinator, purpose), ask)
            .expect("approved");
        export
    }

    fn matter(&self, keeper: AgencyId, dossier: DossierId, kind: MatterKind) -> MatterId {
        let words = sealed("the date of birth is wrong");
        let ask = Ask::OpenMatter {
            dossier,
            kind,
            words,
        };
        match self.coordinates(keeper, Purpose::DataSubject, ask) {
            Answer::Matter(matter) => matter,
            other => panic!("{other:?}"),
        }
    }

    /// What is asked. `granted` is false where the table is expected to end it, so that nothing
    /// needs to be made for it.
    fn ask(
        &self,
        act: &str,
        (near, purpose): (Near, Purpose),
        member: &Member,
        granted: bool,
    ) -> Ask {
        match about(act) {
            About::Case => {
                let (dossier, keeper) = if granted {
                    self.case(near, member)
                } else {
                    (self.idle_case, self.house.shelter)
                };
                let made = granted && near != Near::None;
                let of = made.then_some((keeper, dossier));
                self.ask_of_case(act, dossier)
                    .or_else(|| self.ask_of_care(act, (near, dossier), of, member))
                    .or_else(|| self.ask_of_rights(act, (purpose, dossier), of, member))
            }
            About::Person => {
                let staff = if granted {
                    self.person(near, member)
                } else {
                    member.staff
                };
                self.ask_of_person(act, staff, granted && near != Near::None)
            }
            About::Table => self.ask_of_table(act, (near, member.agency), granted),
            About::Agency | About::Session => Some(self.ask_of_place(act, near, member)),
            About::Nothing => self
                .ask_of_nothing(act)
                .or_else(|| self.ask_of_tables(act))
                .or_else(|| self.ask_of_lists(act))
                .or_else(|| self.ask_of_own(act, member)),
        }
        .unwrap_or_else(|| panic!("nobody has said how to ask for {act}"))
    }

    fn ask_of_case(&self, act: &str, dossier: DossierId) -> Option<Ask> {
        let reason = sealed("to prepare her appointment");
        Some(match act {
            "enter_record" => Ask::EnterRecord {
                dossier: Some(dossier),
                role: PersonRole::Victim,
                replaces: None,
                record: Confidential::seal(self.record()),
            },
            "read_dossier" => Ask::ReadDossier { dossier, reason },
            "assign" => Ask::Assign {
                dossier,
                staff: self.helpers(self.house.shelter).worker,
            },
            "release" => Ask::Release {
                dossier,
                staff: self.helpers(self.house.shelter).worker,
            },
            "break_glass" => Ask::BreakGlass { dossier, reason },
            "read_mirror" => Ask::ReadMirror { dossier },
            "open_matter" => Ask::OpenMatter {
                dossier,
                kind: MatterKind::Access,
                words: reason,
            },
            "give_access" => Ask::GiveAccess { dossier, reason },
            "place_hold" => Ask::PlaceHold { dossier, reason },
            "request_erasure" => Ask::RequestErasure {
                dossier,
                ground: Ground::Objection,
                reason,
            },
            _ => return None,
        })
    }

    fn ask_of_care(
        &self,
        act: &str,
        (near, dossier): (Near, DossierId),
        of: Option<(AgencyId, DossierId)>,
        member: &Member,
    ) -> Option<Ask> {
        let glass = || match of {
            // The guest's, or with a broken glass one's own.
            Some(_) if near == Near::Broken => self
                .broken(member.who(), member.role, dossier)
                .unwrap_or_else(|_| self.broken_by_a_guest(dossier)),
            Some(_) => self.broken_by_a_guest(dossier),
            None => GlassId([0xdd; 16]),
        };
        Some(match act {
            "end_glass" => Ask::EndGlass { glass: glass() },
            "see_glass" => Ask::SeeGlass { glass: glass() },
            "record_consent" => Ask::RecordConsent {
                dossier,
                to: ConsentTo::Service,
                purpose: Purpose::Assistance,
                recipient: None,
                until: None,
                words: sealed("she wants to see the doctor"),
            },
            "withdraw_consent" => Ask::WithdrawConsent {
                consent: of.map_or(ConsentId([0xdd; 16]), |(keeper, dossier)| {
                    self.consent(keeper, dossier)
                }),
                words: sealed(""),
            },
            "lift_hold" => Ask::LiftHold {
                hold: of.map_or(HoldId([0xdd; 16]), |(keeper, dossier)| {
                    let reason = sealed("a court has asked for it");
                    let ask = Ask::PlaceHold { dossier, reason };
                    match self.coordinates(keeper, Purpose::Justice, ask) {
                        Answer::Hold(hold) => hold,
                        other => panic!("{other:?}"),
                    }
                }),
                reason: sealed("it has decided"),
            },
            "confirm_erasure" => Ask::ConfirmErasure {
                erasure: of.map_or(ErasureId([0xdd; 16]), |(keeper, dossier)| {
                    let ask = Ask::RequestErasure {
                        dossier,
                        ground: Ground::Objection,
                        reason: sealed("she asked for it"),
                    };
                    match self.coordinates(keeper, Purpose::DataSubject, ask) {
                        Answer::Erasure(erasure) => erasure,
                        other => panic!("{other:?}"),
                    }
                }),
            },
            _ => return None,
        })
    }

    fn ask_of_rights(
        &self,
        act: &str,
        (purpose, dossier): (Purpose, DossierId),
        of: Option<(AgencyId, DossierId)>,
        member: &Member,
    ) -> Option<Ask> {
        let no_export = ExportId([0xdd; 16]);
        let matter = |kind| {
            of.map_or(MatterId([0xdd; 16]), |(keeper, dossier)| {
                self.matter(keeper, dossier, kind)
            })
        };
        let (outcome, words) = (Outcome::Granted, sealed("it is done"));
        Some(match act {
            "request_export" => {
                if let Some((keeper, dossier)) = of {
                    self.consent(keeper, dossier);
                }
                self.request_export(dossier, purpose)
            }
            "approve_export" => Ask::ApproveExport {
                export: of.map_or(no_export, |of| self.export(of, purpose, None)),
            },
            "take_export" => Ask::TakeExport {
                export: of.map_or(no_export, |of| {
                    let export = self.export(of, purpose, Some(member));
                    self.approved(of.0, purpose, export)
                }),
            },
            "answer_matter" => Ask::AnswerMatter {
                matter: matter(MatterKind::Correction),
                outcome,
                words,
            },
            "answer_complaint" => Ask::AnswerComplaint {
                matter: matter(MatterKind::Complaint),
                outcome,
                words,
            },
            "read_complaint" => Ask::ReadComplaint {
                matter: matter(MatterKind::Complaint),
                reason: words,
            },
            _ => return None,
        })
    }

    fn ask_of_person(&self, act: &str, staff: StaffId, made: bool) -> Option<Ask> {
        let reason = sealed("she has lost her phone");
        Some(match act {
            "change_staff" => Ask::ChangeStaff {
                staff,
                roles: vec![Role::DataManager],
                supervisor: None,
            },
            "end_staff" => Ask::EndStaff { staff },
            "read_staff_name" => Ask::ReadStaffName { staff, reason },
            "suspend" => Ask::Suspend { staff },
            "request_reset" => Ask::RequestReset { staff, reason },
            "confirm_reset" if made => {
                let ask = Ask::RequestReset { staff, reason };
                let how = (Role::Administrator, Purpose::Administration);
                let who = Who::Console(self.second_admin);
                match self.house.ask(who, how, ask).expect("asked") {
                    Answer::Reset(reset, _) => Ask::ConfirmReset { reset },
                    other => panic!("{other:?}"),
                }
            }
            "confirm_reset" => Ask::ConfirmReset {
                reset: ResetId([0xdd; 16]),
            },
            _ => return None,
        })
    }

    fn ask_of_place(&self, act: &str, near: Near, member: &Member) -> Ask {
        if act == "set_agency" {
            return Ask::SetAgency {
                agency: match near {
                    Near::Nobodys => None,
                    Near::Others => Some(self.mission),
                    Near::None => Some(AgencyId([0xdd; 16])),
                    _ => Some(member.agency),
                },
                name: "Lantern House".to_owned(),
                kind: AgencyKind::Services,
            };
        }
        Ask::EndSessions {
            session: Some(match near {
                Near::Colleagues => self.house.member(Role::Caseworker, member.agency).session,
                Near::None => SessionId([0xdd; 16]),
                _ => member.session,
            }),
        }
    }

    fn ask_of_nothing(&self, act: &str) -> Option<Ask> {
        Some(match act {
            "add_staff" => {
                let new = NewStaff::at_console(sealed("New Comer"), vec![Role::Caseworker]);
                Ask::AddStaff(new)
            }
            "list_staff" => Ask::ListStaff,
            "read_keys" => Ask::ReadKeys,
            "begin_import" | "finish_import" => Ask::BeginImport { persons: 1 },
            "take_deposits" => Ask::TakeDeposits,
            "list_dossiers" => Ask::ListDossiers {
                role: None,
                most: 5,
            },
            "search_names" => Ask::SearchNames {
                words: sealed("nobody of that name"),
                reason: sealed("her aunt asks"),
            },
            "list_exports" => Ask::ListExports,
            "keep_figure" => Ask::KeepFigure {
                concepts: vec!["sex".to_owned()],
            },
            "tabulate" => Ask::Tabulate {
                tabulation: Box::new(
                    "victim by sex over 2031 on detected"
                        .parse()
                        .expect("sound"),
                ),
                keep: None,
            },
            "set_retention" => Ask::SetRetention {
                role: PersonRole::Migrant,
                days: Some(3_650),
            },
            "read_log" => Ask::ReadLog {
                dossier: None,
                after: 0,
                most: 1,
            },
            _ => return None,
        })
    }

    fn ask_of_own(&self, act: &str, member: &Member) -> Option<Ask> {
        Some(match act {
            "report_own" => Ask::ReportOwn,
            "set_password" => Ask::SetPassword {
                verifier: self.house.office.fit_verifier(&password()).expect("fit"),
            },
            "add_passkey" => Ask::AddPasskey { passkey: passkey() },
            "end_credential" => Ask::EndCredential {
                credential: self.passkey_of(member),
            },
            "read_own_account" => Ask::ReadOwnAccount,
            "read_own_log" => Ask::ReadOwnLog {
                before: u64::MAX >> 1,
                most: 5,
            },
            "list_notices" => Ask::ListNotices,
            _ => return None,
        })
    }

    /// A passkey that somebody has added, which they may give up.
    fn passkey_of(&self, member: &Member) -> CredentialId {
        let how = (member.role, Purpose::Administration);
        let ask = Ask::AddPasskey { passkey: passkey() };
        self.house.ask(member.who(), how, ask).expect("added");
        match self.house.ask(member.who(), how, Ask::ReadOwnAccount) {
            Ok(Answer::Account(account)) => {
                let last = account.credentials.last().expect("credentials");
                last.credential
            }
            other => panic!("{other:?}"),
        }
    }

    fn record(&self) -> Record {
        let name = format!("More About{}", self.house.number());
        person(&name, "XXA-0417", "female")
    }

    /// What is answered, as one word.
    pub(super) fn cell(&self, act: &str, role: Role, purpose: Purpose, near: Near) -> &'static str {
        let house = &self.house;
        let agency = match near {
            Near::Police => house.police,
            _ => house.shelter,
        };
        let granted = may(role, purpose, self.powers[act]);
        // Where the table ends it, nobody is changed, so that one person does for all.
        let state = near.of_state().then_some(near);
        let mut members = self.members.borrow_mut();
        let fresh;
        let member = if granted {
            fresh = house.member(role, agency);
            &fresh
        } else {
            members.entry((role, agency, state)).or_insert_with(|| {
                let member = house.member(role, agency);
                self.leave(&member, near);
                member
            })
        };
        let ask = self.ask(act, (near, purpose), member, granted);
        if act != "finish_import" {
            assert_eq!(name_of(&ask), act);
        }
        if near == Near::Broken
            && let Some(dossier) = dossier_of(&ask)
        {
            // Whoever may not, has none.
            let _ = self.broken(member.who(), role, dossier);
        }
        if granted {
            self.leave(member, near);
        }
        let at = if near == Near::Stale { later(6) } else { now() };
        let request = Request {
            who: member.who(),
            role,
            purpose,
            at,
            ask,
        };
        let acts = || house.office.status().expect("a status").acts;
        let before = acts();
        let answer = if act == "finish_import" {
            let file = vec![Confidential::seal(self.record())];
            let imported = house.office.import(&request, PersonRole::Victim, file);
            imported.map_or_else(|refusal| refusal.code(), |_| "allowed")
        } else {
            word(&house.office.request(request))
        };
        // What is refused for want of authority stands in the log; a slip does not.
        let slip = matches!(answer, "session_ended" | "glass_needless");
        if answer != "allowed" && (slip || near != Near::None) {
            let noted = acts() - before;
            assert_eq!(
                noted,
                u64::from(!slip),
                "{act} {role:?} {purpose:?} {near:?}"
            );
        }
        answer
    }

    /// What each act needs, as the door says itself.
    fn find_powers(&self) -> BTreeMap<&'static str, Power> {
        let nobody = Member {
            staff: self.second_admin,
            name: String::new(),
            secret: TotpSecret::from_bytes(&[1; 20]).expect("20 bytes"),
            session: SessionId([0xdd; 16]),
            role: Role::Overseer,
            agency: self.house.shelter,
        };
        let powers = ACTS.iter().map(|act| {
            let power = match *act {
                // It takes a passkey to give one up.
                "end_credential" => Power::Own,
                act => self
                    .ask(act, (Near::None, Purpose::Statistics), &nobody, false)
                    .power(),
            };
            (*act, power)
        });
        powers.collect()
    }

    /// Brings whoever asks into the state of a column.
    fn leave(&self, member: &Member, near: Near) {
        let house = &self.house;
        let staff = member.staff;
        match near {
            Near::SignedOut => house
                .office
                .sign_out(member.session, now())
                .expect("signed out"),
            Near::Ended => {
                house.administer(Ask::EndStaff { staff }).expect("ended");
            }
            Near::Roleless => {
                let other = match member.role {
                    Role::DataManager => Role::Caseworker,
                    _ => Role::DataManager,
                };
                let ask = Ask::ChangeStaff {
                    staff,
                    roles: vec![other],
                    supervisor: None,
                };
                house.administer(ask).expect("changed");
            }
            _ => {}
        }
    }
}

fn dossier_of(ask: &Ask) -> Option<DossierId> {
    match ask {
        Ask::BreakGlass { .. } => None,
        Ask::EnterRecord { dossier, .. } => *dossier,
        Ask::ReadDossier { dossier, .. }
        | Ask::Assign { dossier, .. }
        | Ask::Release { dossier, .. }
        | Ask::ReadMirror { dossier }
        | Ask::RecordConsent { dossier, .. }
        | Ask::RequestExport { dossier, .. }
        | Ask::OpenMatter { dossier, .. }
        | Ask::GiveAccess { dossier, .. }
        | Ask::PlaceHold { dossier, .. }
        | Ask::RequestErasure { dossier, .. } => Some(*dossier),
        _ => None,
    }
}

fn passkey() -> StoredPasskey {
    StoredPasskey::from_text(include_str!("passkey.json").trim()).expect("kept as it is")
}
