//! Who works here: adding, changing, shutting, setting anew.

use std::collections::BTreeSet;

use keep::act::Inside;
use keep::act::schema::{
    AccountSuspended, AgencySet, CredentialEnded, NodeFounded, ResetConfirmed, ResetRequested,
    SessionsEnded, StaffAdded, StaffChanged, StaffEnded, StaffNameRead,
};
use keep::journal::Store;
use keep::views::Staff;
use protect::credential::OneTimeCode;
use protect::{Confidential, Warrant};
use terms::id::{AgencyId, CredentialId, ResetId, StaffId};

use super::door::sign_in_name;
use super::reach::ms;
use super::{Acting, Decided, given};
use crate::ask::{Account, Answer, Ask, Keys, NewStaff, Notices};
use crate::authority::{AgencyKind, Power, Purpose, Reach, Role, granted};
use crate::desk::{Desk, Draft};
use crate::door::{ABSOLUTE, CODE, CredentialKind};
use crate::error::OfficeError;

/// Longest name of an agency, in characters.
const AGENCY_NAME_MAX: usize = 200;

fn codes(roles: &[Role]) -> Vec<String> {
    let unique: BTreeSet<Role> = roles.iter().copied().collect();
    unique.iter().map(|role| role.code().to_owned()).collect()
}

/// Whether one person may have these roles together: whoever says who works here reads nobody's
/// dossier, and whoever watches over the others is none of them. Who must be both has two accounts.
fn fitting(roles: &[Role]) -> Result<(), OfficeError> {
    let has = |role| roles.contains(&role);
    let reads = has(Role::Caseworker) || has(Role::Coordinator);
    let watches_alone = !has(Role::Overseer) || roles.iter().all(|role| *role == Role::Overseer);
    if roles.is_empty() || (has(Role::Administrator) && reads) || !watches_alone {
        return Err(OfficeError::RolesUnfit);
    }
    Ok(())
}

impl Desk {
    /// The first acts of a node: what it is, and its first administrator.
    pub(crate) fn found(
        &mut self,
        founded: NodeFounded,
        name: Confidential<String>,
        sign_in: Option<String>,
        at_ms: i64,
    ) -> Decided {
        if self.views()?.node()?.is_some() {
            return Err(OfficeError::LastAdministrator);
        }
        let new = NewStaff {
            name,
            roles: vec![Role::Administrator],
            agency: None,
            supervisor: None,
            sign_in,
        };
        let (mut drafts, answer) = self.add_staff(new, at_ms, &Warrant::issue(1))?;
        drafts.insert(0, Draft::open(founded));
        Ok((drafts, answer))
    }

    pub(crate) fn add_staff(&mut self, new: NewStaff, at_ms: i64, warrant: &Warrant) -> Decided {
        let name = new.name.into_exposed(warrant);
        fitting(&new.roles)?;
        if let Some(agency) = new.agency {
            self.known_agency(agency)?;
        }
        if let Some(supervisor) = new.supervisor {
            self.active(supervisor)?;
        }
        let mut digest = None;
        if let Some(typed) = &new.sign_in {
            let of_name = self.name_digest(&sign_in_name(typed)?)?;
            // Also one whose holder has gone: an old name in the log must not become somebody else.
            if self.views()?.staff_by_sign_in(&of_name)?.is_some() {
                return Err(OfficeError::SignInNameUnfit);
            }
            digest = Some(of_name);
        }
        let key = self.keys(1)?;
        let staff = StaffId(self.id());
        let added = StaffAdded {
            staff,
            roles: codes(&new.roles),
            key,
            agency: new.agency,
            supervisor: new.supervisor,
            sign_in: digest.map(Into::into),
        };
        let mut drafts = vec![Draft::closed(added, key, Inside::Words(name))];
        if digest.is_none() {
            return Ok((drafts, Answer::Staff(staff)));
        }
        let code = self.one_time_code();
        drafts.push(Self::code_issued(staff, key, &code, at_ms));
        Ok((drafts, Answer::Enrolment(staff, code)))
    }

    fn one_time_code(&mut self) -> OneTimeCode {
        let mut rng = &mut self.rng;
        OneTimeCode::random(&mut rng)
    }

    fn active(&self, staff: StaffId) -> Result<Staff, OfficeError> {
        let found = self.views()?.staff(staff)?;
        found
            .filter(|staff| staff.active)
            .ok_or(OfficeError::StaffMissing)
    }

    fn known_agency(&self, agency: AgencyId) -> Result<(), OfficeError> {
        let own = self.views()?.own_agency()? == agency;
        if own || self.views()?.agency(agency)?.is_some() {
            return Ok(());
        }
        Err(OfficeError::AgencyMissing)
    }

    pub(super) fn act_on_people(
        &mut self,
        acting: &Acting,
        ask: Ask,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        match ask {
            Ask::ChangeStaff {
                staff,
                roles,
                supervisor,
            } => self.change_staff(acting, staff, &roles, supervisor),
            Ask::EndStaff { staff } => {
                let found = self.active(staff)?;
                self.administrator_stays(&found)?;
                Ok((vec![Draft::open(StaffEnded { staff })], Answer::Done))
            }
            Ask::ListStaff => {
                let views = self.views()?;
                let people = Answer::People(views.all_staff()?, views.agencies()?);
                Ok((Vec::new(), people))
            }
            Ask::ReadStaffName { staff, reason } => {
                let reason = given(reason.into_exposed(&warrant))?;
                self.read_name(acting, staff, reason, warrant, store)
            }
            Ask::SetAgency { agency, name, kind } => self.set_agency(agency, &name, kind),
            Ask::Suspend { staff } => {
                let found = self.active(staff)?;
                if acting.reach != Reach::Node && found.agency != acting.staff.agency {
                    return Err(OfficeError::StaffMissing.hidden(None));
                }
                self.administrator_stays(&found)?;
                let suspended = AccountSuspended { staff };
                Ok((vec![Draft::open(suspended)], Answer::Done))
            }
            Ask::RequestReset { staff, reason } => {
                let reason = given(reason.into_exposed(&warrant))?;
                self.request_reset(acting, staff, &reason)
            }
            Ask::ConfirmReset { reset } => self.confirm_reset(acting, reset, store),
            _ => self.read_keys(),
        }
    }

    fn change_staff(
        &mut self,
        acting: &Acting,
        staff: StaffId,
        roles: &[Role],
        supervisor: Option<StaffId>,
    ) -> Decided {
        let found = self.active(staff)?;
        fitting(roles)?;
        // Roles are not taken, but given by another.
        if staff == acting.staff.staff {
            return Err(OfficeError::SecondPerson);
        }
        if let Some(supervisor) = supervisor {
            self.active(supervisor)?;
            if supervisor == staff {
                return Err(OfficeError::SecondPerson);
            }
        }
        if !roles.contains(&Role::Administrator) {
            self.administrator_stays(&found)?;
        }
        let changed = StaffChanged {
            staff,
            roles: codes(roles),
            supervisor,
        };
        Ok((vec![Draft::open(changed)], Answer::Done))
    }

    /// Where an administrator goes, another must stay who can add people.
    fn administrator_stays(&self, leaving: &Staff) -> Result<(), OfficeError> {
        let adds = |one: &Staff| {
            let code = Role::Administrator.code();
            one.active && !one.suspended && one.roles.iter().any(|role| role == code)
        };
        let all = self.views()?.all_staff()?;
        let other = all
            .iter()
            .any(|one| one.staff != leaving.staff && adds(one));
        if other || !adds(leaving) {
            Ok(())
        } else {
            Err(OfficeError::LastAdministrator)
        }
    }

    /// The name of somebody who works here is for their own supervisor and for the overseer.
    fn read_name(
        &mut self,
        acting: &Acting,
        staff: StaffId,
        reason: String,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let found = self.views()?.staff(staff)?;
        let found = found.ok_or(OfficeError::StaffMissing)?;
        if acting.reach != Reach::Node && found.supervisor != Some(acting.staff.staff) {
            return Err(OfficeError::StaffMissing.hidden(None));
        }
        let name = self.closed_words(found.added_act, store)?;
        let read = StaffNameRead { staff };
        let draft = Draft::closed(read, found.key, Inside::Words(reason));
        let name = Confidential::seal(name.to_string());
        Ok((vec![draft], Answer::Name(name, warrant)))
    }

    fn set_agency(&mut self, agency: Option<AgencyId>, name: &str, kind: AgencyKind) -> Decided {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > AGENCY_NAME_MAX {
            return Err(OfficeError::RecipientUnfit(
                "an agency has a name of 1 to 200 letters",
            ));
        }
        if let Some(agency) = agency {
            self.known_agency(agency)?;
        }
        let agency = agency.unwrap_or_else(|| AgencyId(self.id()));
        let set = AgencySet {
            agency,
            name: name.to_owned(),
            kind: kind.code().to_owned(),
        };
        Ok((vec![Draft::open(set)], Answer::Agency(agency)))
    }

    /// The code is made now, and kept with the request: the first half is the answer to this, the
    /// second to the confirmation. Neither person alone can use it.
    fn request_reset(&mut self, acting: &Acting, staff: StaffId, reason: &str) -> Decided {
        let found = self.active(staff)?;
        if staff == acting.staff.staff {
            return Err(OfficeError::SecondPerson);
        }
        if !found.signs_in {
            return Err(OfficeError::StaffMissing);
        }
        let code = self.one_time_code();
        let (first, _) = code.halves();
        let words = format!("{}\n{reason}", *code.whole());
        let reset = ResetId(self.id());
        let requested = ResetRequested { reset, staff };
        let draft = Draft::closed(requested, found.key, Inside::Words(words));
        Ok((vec![draft], Answer::Reset(reset, first)))
    }

    fn confirm_reset(&mut self, acting: &Acting, reset: ResetId, store: &mut dyn Store) -> Decided {
        let request = self.views()?.reset(reset)?;
        let request = request
            .filter(|one| !one.confirmed && acting.at_ms - one.at_ms < ms(CODE))
            .ok_or(OfficeError::ResetMissing)?;
        let staff = request.staff;
        if [request.requested_by, Some(staff)].contains(&Some(acting.staff.staff)) {
            return Err(OfficeError::SecondPerson);
        }
        let found = self.active(staff)?;
        if acting.reach != Reach::Node && found.agency != acting.staff.agency {
            return Err(OfficeError::ResetMissing.hidden(None));
        }
        let words = self.closed_words(request.requested_act, store)?;
        let code = words.lines().next().map(OneTimeCode::parse);
        let code = code.and_then(Result::ok);
        let code = code.ok_or(OfficeError::Unopened {
            act: request.requested_act,
        })?;
        let drafts = vec![
            Draft::open(ResetConfirmed { reset, staff }),
            Self::code_issued(staff, found.key, &code, acting.at_ms),
        ];
        let (_, second) = code.halves();
        Ok((drafts, Answer::ResetConfirmed(staff, second)))
    }

    /// Sets an administrator's credentials anew on the word of those who hold the recovery shares:
    /// the way back when nobody is left who can.
    pub(crate) fn recover_administrator(&mut self, staff: StaffId, at_ms: i64) -> Decided {
        let found = self.active(staff)?;
        let code = Role::Administrator.code();
        if !found.signs_in || !found.roles.iter().any(|role| role == code) {
            return Err(OfficeError::StaffMissing);
        }
        let reset = ResetId(self.id());
        let code = self.one_time_code();
        let drafts = vec![
            Draft::open(ResetConfirmed { reset, staff }),
            Self::code_issued(staff, found.key, &code, at_ms),
        ];
        Ok((drafts, Answer::Enrolment(staff, code)))
    }

    fn read_keys(&self) -> Decided {
        let views = self.views()?;
        let keys = Keys {
            epoch: self.keyring.epoch(),
            shares: self.keyring.shares(),
            keyrings: views.saved_keyrings()?,
            backup: views.last_backup()?,
            erasures_waiting: views.erasures_waiting()?.len() as u64,
            erasures_unfinished: views.erasures_unfinished()?.len() as u64,
            deposits_waiting: views.deposits_waiting()?.len() as u64,
        };
        Ok((Vec::new(), Answer::Keys(Box::new(keys))))
    }

    pub(super) fn act_on_own(&mut self, acting: &Acting, ask: Ask) -> Decided {
        let staff = acting.staff.staff;
        match ask {
            Ask::ReportOwn => {
                // Even the last administrator: a second person and the shares remain.
                let suspended = AccountSuspended { staff };
                Ok((vec![Draft::open(suspended)], Answer::Done))
            }
            Ask::SetPassword { verifier } => {
                self.fresh(acting)?;
                let text = verifier.to_text().to_string();
                let (_, set) = self.credential(&acting.staff, CredentialKind::Password, text);
                let mut drafts = self.others_end(acting)?;
                drafts.insert(0, set);
                Ok((drafts, Answer::Done))
            }
            Ask::AddPasskey { passkey } => {
                self.fresh(acting)?;
                let text = passkey.to_text();
                let (_, set) = self.credential(&acting.staff, CredentialKind::Passkey, text);
                Ok((vec![set], Answer::Done))
            }
            Ask::EndCredential { credential } => self.end_credential(acting, credential),
            Ask::EndSessions { session } => {
                let ended = SessionsEnded { staff, session };
                let own = match session {
                    Some(one) => self.views()?.session(one)?.map(|one| one.staff),
                    None => Some(staff),
                };
                if own != Some(staff) {
                    return Err(OfficeError::SessionEnded);
                }
                Ok((vec![Draft::open(ended)], Answer::Done))
            }
            Ask::ReadOwnAccount => {
                let views = self.views()?;
                let account = Account {
                    credentials: views.credentials(staff)?,
                    sessions: views.sessions(staff, acting.at_ms - ms(ABSOLUTE))?,
                    staff: acting.staff.clone(),
                };
                Ok((Vec::new(), Answer::Account(Box::new(account))))
            }
            Ask::ReadOwnLog { before, most } => {
                let lines = self.views()?.own_lines(staff, before, most)?;
                Ok((Vec::new(), Answer::Log(lines)))
            }
            _ => {
                let notices = self.notices(acting)?;
                Ok((Vec::new(), Answer::Notices(Box::new(notices))))
            }
        }
    }

    fn end_credential(&mut self, acting: &Acting, credential: CredentialId) -> Decided {
        self.fresh(acting)?;
        let held = self.views()?.credentials(acting.staff.staff)?;
        let ending = held.iter().find(|one| one.credential == credential);
        let ending = ending.ok_or(OfficeError::CredentialNeeded)?;
        // A password and a device stay, or a lost passkey would shut the person out.
        if CredentialKind::of_code(&ending.kind) != Some(CredentialKind::Passkey) {
            return Err(OfficeError::CredentialNeeded);
        }
        let staff = acting.staff.staff;
        let ended = CredentialEnded { credential, staff };
        Ok((vec![Draft::open(ended)], Answer::Done))
    }

    /// What waits for somebody, by what any of their roles may do about it.
    fn notices(&self, acting: &Acting) -> Result<Notices, OfficeError> {
        let views = self.views()?;
        let staff = acting.staff.staff;
        let agency = acting.staff.agency;
        let reach = |power| {
            let roles = acting
                .staff
                .roles
                .iter()
                .filter_map(|code| Role::of_code(code));
            let mut found: Vec<Reach> = roles
                .flat_map(|role| Purpose::ALL.map(|purpose| granted(role, purpose, power)))
                .flatten()
                .map(|grant| grant.reach)
                .collect();
            found.sort_unstable();
            found.pop()
        };
        let mut notices = Notices {
            own_glasses: views.glasses_of(staff, acting.at_ms)?,
            ..Notices::default()
        };
        if let Some(how_far) = reach(Power::Mirror) {
            let carer = (how_far == Reach::Care).then_some(staff);
            notices.glasses = views.glasses_unseen(agency, carer)?;
        }
        if let Some(how_far) = reach(Power::ConfirmErasure) {
            for erasure in views.erasures_waiting()? {
                let dossier = views.dossier(erasure.dossier)?;
                let near = dossier.is_some_and(|dossier| dossier.custodian == agency);
                if (near || how_far == Reach::Node) && erasure.requested_by != Some(staff) {
                    notices.erasures.push(erasure);
                }
            }
        }
        if let Some(how_far) = reach(Power::ConfirmReset) {
            for reset in views.resets_waiting(acting.at_ms - ms(CODE))? {
                let of = views.staff(reset.staff)?.map(|staff| staff.agency);
                let near = how_far == Reach::Node || of == Some(agency);
                if near && ![reset.requested_by, Some(reset.staff)].contains(&Some(staff)) {
                    notices.resets.push(reset);
                }
            }
        }
        let approves = reach(Power::ApproveExport).is_some();
        if approves || reach(Power::Export).is_some() {
            notices.exports = self.exports_of(acting, approves)?;
        }
        if reach(Power::AnswerMatter).is_some() {
            notices.matters = views.matters_open(Some(agency))?;
            notices
                .matters
                .retain(|matter| !super::rights::is_complaint(matter));
        }
        if reach(Power::AnswerComplaint).is_some() {
            let mut complaints = views.matters_open(None)?;
            complaints.retain(super::rights::is_complaint);
            notices.matters.append(&mut complaints);
        }
        if reach(Power::Enter).is_some() {
            notices.deposits = views.deposits_waiting()?.len() as u64;
        }
        Ok(notices)
    }

    /// With another password every other session ends: somebody may be in one of them.
    fn others_end(&self, acting: &Acting) -> Result<Vec<Draft>, OfficeError> {
        let staff = acting.staff.staff;
        let own = acting.session.map(|session| session.session);
        let sessions = self.views()?.sessions(staff, acting.at_ms - ms(ABSOLUTE))?;
        let others = sessions
            .into_iter()
            .map(|session| Some(session.session))
            .filter(|session| *session != own);
        let ended = others.map(|session| Draft::open(SessionsEnded { staff, session }));
        Ok(ended.collect())
    }
}
