//! In whose care a dossier is, and emergencies.

use keep::act::Inside;
use keep::act::schema::{CaseAssigned, CaseReleased, GlassBroken, GlassEnded, GlassSeen};
use keep::views::Glass;
use protect::Warrant;
use terms::id::{DossierId, GlassId, StaffId};

use super::reach::ms;
use super::{Acting, Decided, given};
use crate::ask::{Answer, Ask, Mirror};
use crate::desk::{Desk, Draft};
use crate::error::OfficeError;
use crate::limits;

/// How long an emergency opening holds: as long as in DHIS2, whose users know it.
pub(crate) const GLASS: std::time::Duration = std::time::Duration::from_secs(3 * 3_600);

impl Desk {
    pub(super) fn act_on_care(&mut self, acting: &Acting, ask: Ask, warrant: &Warrant) -> Decided {
        match ask {
            Ask::Assign { dossier, staff } => {
                self.in_reach(acting, dossier)?;
                self.colleague(acting, staff)?;
                let assigned = CaseAssigned { dossier, staff };
                Ok((vec![Draft::open(assigned)], Answer::Done))
            }
            Ask::Release { dossier, staff } => {
                self.in_reach(acting, dossier)?;
                let released = CaseReleased { dossier, staff };
                Ok((vec![Draft::open(released)], Answer::Done))
            }
            Ask::BreakGlass { dossier, reason } => {
                let reason = given(reason.into_exposed(warrant))?;
                self.break_glass(acting, dossier, reason)
            }
            Ask::EndGlass { glass } => {
                let found = self.glass_near(acting, glass, true)?;
                let ended = GlassEnded {
                    glass,
                    dossier: found.dossier,
                };
                Ok((vec![Draft::open(ended)], Answer::Done))
            }
            Ask::SeeGlass { glass } => {
                let found = self.glass_near(acting, glass, false)?;
                // Somebody else is to know of it.
                if found.staff == Some(acting.staff.staff) {
                    return Err(OfficeError::SecondPerson);
                }
                let seen = GlassSeen {
                    glass,
                    dossier: found.dossier,
                };
                Ok((vec![Draft::open(seen)], Answer::Done))
            }
            Ask::ReadMirror { dossier } => {
                self.in_reach(acting, dossier)?;
                let mirror = self.mirror(dossier)?;
                Ok((Vec::new(), Answer::Mirror(Box::new(mirror))))
            }
            _ => Ok((Vec::new(), Answer::Done)),
        }
    }

    /// Somebody of the same agency who works here.
    fn colleague(&self, acting: &Acting, staff: StaffId) -> Result<(), OfficeError> {
        let found = self.views()?.staff(staff)?;
        let near = found.filter(|one| one.active && one.agency == acting.staff.agency);
        near.map(drop).ok_or(OfficeError::StaffMissing)
    }

    fn break_glass(&mut self, acting: &Acting, dossier: DossierId, reason: String) -> Decided {
        let found = self.views()?.dossier(dossier)?;
        let Some(found) = found else {
            return Err(self.nothing_to_open(acting)?);
        };
        if !self.glass_allowed(acting, &found)? {
            return Err(OfficeError::GlassRefused);
        }
        // That it was erased is not for somebody from outside to know.
        if self.open_dossier(dossier).is_err() {
            return Err(self.nothing_to_open(acting)?);
        }
        if self.reads(acting, &found)? {
            return Err(OfficeError::GlassNeedless);
        }
        self.within(acting, limits::GLASSES)?;
        let glass = GlassId(self.id());
        let broken = GlassBroken {
            glass,
            dossier,
            until_ms: acting.at_ms + ms(GLASS),
        };
        let draft = Draft::closed(broken, found.key, Inside::Words(reason));
        Ok((vec![draft], Answer::Glass(glass)))
    }

    /// What is said of a dossier that is not there: to whoever investigates the same as of one of a
    /// service, so that they do not learn which numbers there are.
    fn nothing_to_open(&self, acting: &Acting) -> Result<OfficeError, OfficeError> {
        Ok(if self.investigates(acting.staff.agency)? {
            OfficeError::GlassRefused
        } else {
            OfficeError::DossierMissing
        })
    }

    /// An emergency opening of a dossier in reach, or with `own` one's own.
    fn glass_near(&self, acting: &Acting, glass: GlassId, own: bool) -> Result<Glass, OfficeError> {
        let found = self.views()?.glass(glass)?;
        let found = found.filter(|glass| !own || !glass.ended);
        let found = found.ok_or(OfficeError::GlassMissing)?;
        let near = self.reaches(acting, found.dossier)?;
        if near || (own && found.staff == Some(acting.staff.staff)) {
            Ok(found)
        } else {
            Err(OfficeError::GlassMissing.hidden(Some(found.dossier)))
        }
    }

    /// Who cares for a dossier, who saw it, what was agreed and what was asked.
    pub(super) fn mirror(&self, dossier: DossierId) -> Result<Mirror, OfficeError> {
        let views = self.views()?;
        let found = views.dossier(dossier)?.ok_or(OfficeError::DossierMissing)?;
        Ok(Mirror {
            role: found.role,
            carers: views.carers(dossier)?,
            lines: views.mirror(dossier)?,
            glasses: views.glasses(dossier)?,
            consents: views.consents(dossier)?,
            matters: views.matters(dossier)?,
            holds: views.holds(dossier)?,
            agencies: views.agencies()?,
        })
    }
}
