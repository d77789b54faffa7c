//! Who acts, and what they reach.

use keep::views::{Dossier, DossierState, Session, Staff};
use terms::id::{AgencyId, DossierId};

use crate::ask::{Request, Who};
use crate::authority::{AgencyKind, Power, Reach, granted};
use crate::desk::{By, Desk};
use crate::door::{ABSOLUTE, FRESH, IDLE};
use crate::error::OfficeError;
use crate::limits::Limit;

/// Whoever acts, as it was found at the journal's head.
#[derive(Debug)]
pub(crate) struct Acting {
    pub(crate) staff: Staff,
    /// None at the console.
    pub(crate) session: Option<Session>,
    /// How far what they ask for reaches.
    pub(crate) reach: Reach,
    pub(crate) role: crate::authority::Role,
    pub(crate) purpose: crate::authority::Purpose,
    pub(crate) at_ms: i64,
}

/// Whoever asks, before it is known whether they may.
pub(crate) struct Present {
    pub(crate) staff: Staff,
    pub(crate) session: Option<Session>,
}

impl Present {
    /// Whose the acts are, before it is known whether they may.
    pub(crate) fn by(&self, request: &Request) -> By {
        By {
            at_ms: request.at.as_millisecond(),
            actor: Some(self.staff.staff),
            session: self.session.map(|session| session.session),
            role: request.role.code(),
            purpose: request.purpose.code(),
        }
    }
}

impl Acting {
    /// Whose the acts are.
    pub(crate) fn by(&self) -> By {
        By {
            at_ms: self.at_ms,
            actor: Some(self.staff.staff),
            session: self.session.map(|session| session.session),
            role: self.role.code(),
            purpose: self.purpose.code(),
        }
    }
}

pub(crate) fn ms(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Desk {
    /// Whoever asks, if they work here and are signed in or may act at the console. A session goes
    /// on from here.
    pub(crate) fn acting(&mut self, who: Who, at_ms: i64) -> Result<Present, OfficeError> {
        let (staff, session) = match who {
            Who::Console(staff) => (staff, None),
            Who::Session(session) => {
                let session = self.live_session(session, at_ms)?;
                (session.staff, Some(session))
            }
        };
        let gone = match session {
            Some(_) => OfficeError::SessionEnded,
            None => OfficeError::ActorUnknown,
        };
        let found = self.views()?.staff(staff)?;
        let staff = found.filter(|staff| staff.active).ok_or(gone)?;
        // Also while they are set anew: a reset does not open the console to others.
        if session.is_none() && (staff.suspended || self.views()?.has_signed_in(staff.staff)?) {
            return Err(OfficeError::SignInNeeded);
        }
        if let Some(session) = session {
            self.seen.insert(session.session, at_ms);
        }
        Ok(Present { staff, session })
    }

    /// A session that has not ended, by itself or by being left alone.
    fn live_session(
        &mut self,
        session: terms::id::SessionId,
        at_ms: i64,
    ) -> Result<Session, OfficeError> {
        // What has ended for good need not be remembered.
        self.seen.retain(|_, last| at_ms - *last < ms(ABSOLUTE));
        let found = self.views()?.session(session)?;
        let found = found.ok_or(OfficeError::SessionEnded)?;
        let seen = self.seen.get(&session).copied().unwrap_or(found.fresh_ms);
        let last = seen.max(found.fresh_ms);
        if at_ms - found.opened_ms >= ms(ABSOLUTE) || at_ms - last >= ms(IDLE) {
            return Err(OfficeError::SessionEnded);
        }
        Ok(found)
    }

    /// Whether they have the role and the role may do this for this purpose.
    pub(crate) fn authorise(
        &self,
        present: Present,
        request: &Request,
    ) -> Result<Acting, OfficeError> {
        let Present { staff, session } = present;
        let role = request.role;
        if !staff.roles.iter().any(|code| code == role.code()) {
            return Err(OfficeError::RoleMissing { role: role.code() });
        }
        let power = request.ask.power();
        let grant = granted(role, request.purpose, power);
        let grant = grant.ok_or(OfficeError::NotAllowed {
            role: role.code(),
            power: power.code(),
            purpose: request.purpose.code(),
        })?;
        Ok(Acting {
            staff,
            session,
            reach: grant.reach,
            role,
            purpose: request.purpose,
            at_ms: request.at.as_millisecond(),
        })
    }

    /// Whether a dossier is in reach: of the person's agency, and in their care or in nobody's
    /// where the table says so.
    pub(crate) fn reaches(&self, acting: &Acting, dossier: DossierId) -> Result<bool, OfficeError> {
        let Some(found) = self.views()?.dossier(dossier)? else {
            return Ok(false);
        };
        self.within_reach(acting, acting.reach, &found)
    }

    fn within_reach(
        &self,
        acting: &Acting,
        reach: Reach,
        found: &Dossier,
    ) -> Result<bool, OfficeError> {
        Ok(match reach {
            Reach::Node => true,
            Reach::Agency => found.custodian == acting.staff.agency,
            Reach::Care => {
                let carers = self.views()?.carers(found.dossier)?;
                found.custodian == acting.staff.agency
                    && (carers.is_empty() || carers.contains(&acting.staff.staff))
            }
        })
    }

    /// A dossier that can be read and written, and is in reach.
    pub(crate) fn in_reach(
        &self,
        acting: &Acting,
        dossier: DossierId,
    ) -> Result<Dossier, OfficeError> {
        if self.views()?.dossier(dossier)?.is_none() {
            return Err(OfficeError::DossierMissing);
        }
        if !self.reaches(acting, dossier)? {
            return Err(OfficeError::OutOfReach);
        }
        self.open_dossier(dossier)
    }

    /// The dossier of something that hangs on it. Out of reach, that thing seems not to be there.
    pub(crate) fn in_reach_or(
        &self,
        acting: &Acting,
        dossier: DossierId,
        seems: OfficeError,
    ) -> Result<Dossier, OfficeError> {
        match self.in_reach(acting, dossier) {
            Err(OfficeError::OutOfReach) => Err(seems.hidden(Some(dossier))),
            other => other,
        }
    }

    /// A dossier that is in reach, or that this person has opened in an emergency.
    pub(crate) fn in_reach_or_broken(
        &self,
        acting: &Acting,
        dossier: DossierId,
    ) -> Result<Dossier, OfficeError> {
        match self.in_reach(acting, dossier) {
            Err(OfficeError::OutOfReach) if self.glass_holds(acting, dossier)? => {
                self.open_dossier(dossier)
            }
            other => other,
        }
    }

    /// Whether an emergency opening of this person holds. It is looked at anew what the agencies
    /// do: one that has become an investigator's since is shut.
    fn glass_holds(&self, acting: &Acting, dossier: DossierId) -> Result<bool, OfficeError> {
        let glasses = self.views()?.glasses(dossier)?;
        let holds = glasses.iter().any(|glass| {
            glass.staff == Some(acting.staff.staff) && !glass.ended && acting.at_ms < glass.until_ms
        });
        if !holds || acting.purpose != crate::authority::Purpose::Assistance {
            return Ok(false);
        }
        let found = self.views()?.dossier(dossier)?;
        let found = found.filter(|found| found.state == DossierState::Open);
        match found {
            Some(found) => self.glass_allowed(acting, &found),
            None => Ok(false),
        }
    }

    /// Whether they read a dossier without an emergency.
    pub(crate) fn reads(&self, acting: &Acting, found: &Dossier) -> Result<bool, OfficeError> {
        match granted(acting.role, acting.purpose, Power::Read) {
            Some(grant) => self.within_reach(acting, grant.reach, found),
            None => Ok(false),
        }
    }

    /// Whether somebody of that agency may open a dossier of that other in an emergency.
    pub(crate) fn glass_allowed(
        &self,
        acting: &Acting,
        dossier: &Dossier,
    ) -> Result<bool, OfficeError> {
        let of_service = self.kind_of(dossier.custodian)? == AgencyKind::Services;
        Ok(!(of_service && self.investigates(acting.staff.agency)?))
    }

    /// Whether an agency investigates or judges.
    pub(crate) fn investigates(&self, agency: AgencyId) -> Result<bool, OfficeError> {
        Ok(matches!(
            self.kind_of(agency)?,
            AgencyKind::LawEnforcement | AgencyKind::Justice
        ))
    }

    fn kind_of(&self, agency: AgencyId) -> Result<AgencyKind, OfficeError> {
        let found = self.views()?.agency(agency)?;
        let kind = found.and_then(|agency| AgencyKind::of_code(&agency.kind));
        // An agency of which nothing is said is taken for one that must be protected.
        Ok(kind.unwrap_or(AgencyKind::Services))
    }

    /// Whether they have done this not too often.
    pub(crate) fn within(&self, acting: &Acting, limit: Limit) -> Result<(), OfficeError> {
        let since_ms = acting.at_ms - ms(limit.within);
        let mut done = 0;
        for kind in limit.kinds {
            done += self
                .views()?
                .done_since(acting.staff.staff, kind, since_ms)?;
        }
        if done >= limit.most {
            return Err(OfficeError::LimitReached {
                most: limit.most,
                hours: limit.within.as_secs() / 3_600,
            });
        }
        Ok(())
    }

    /// Whether they showed within the last minutes that it is they; nobody at the console has.
    pub(crate) fn fresh(&self, acting: &Acting) -> Result<(), OfficeError> {
        let fresh = acting
            .session
            .is_some_and(|session| acting.at_ms - session.fresh_ms < ms(FRESH));
        if fresh {
            Ok(())
        } else {
            Err(OfficeError::ConfirmNeeded)
        }
    }
}
