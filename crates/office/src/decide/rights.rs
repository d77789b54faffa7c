//! What the person concerned agrees to, asks for and is shown, and what leaves the node.

use keep::act::Inside;
use keep::act::schema::{
    AccessGiven, ConsentRecorded, ConsentWithdrawn, ExportApproved, ExportRequested, ExportTaken,
    MatterAnswered, MatterOpened,
};
use keep::journal::Store;
use keep::views::{Export, Matter};
use protect::{Confidential, Warrant};
use terms::id::{AgencyId, ConsentId, DossierId, ExportId, MatterId};

use super::reach::ms;
use super::{Acting, Decided, given};
use crate::ask::{Access, Answer, Ask, ConsentTo, ExportGround, MatterKind, Outcome};
use crate::authority::Purpose;
use crate::desk::{Desk, Draft};
use crate::error::OfficeError;
use crate::limits;

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 3_600);
/// By when a matter must be answered. One month is the measure of the data protection laws that
/// most users know (GDPR, article 12 (3)); thirty days is never more than that but in February.
pub(crate) const MATTER: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 3_600);

pub(super) fn is_complaint(matter: &Matter) -> bool {
    matter.kind == MatterKind::Complaint.code()
}

impl Desk {
    pub(super) fn act_on_rights(
        &mut self,
        acting: &Acting,
        ask: Ask,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        match ask {
            Ask::RecordConsent {
                dossier,
                to,
                purpose,
                recipient,
                until,
                words,
            } => {
                let words = given(words.into_exposed(&warrant))?;
                let until_ms = until.map(|until| until.as_millisecond());
                let about = (to, purpose, recipient, until_ms);
                self.record_consent(acting, dossier, about, words)
            }
            Ask::WithdrawConsent { consent, words } => {
                self.withdraw_consent(acting, consent, words.into_exposed(&warrant))
            }
            Ask::OpenMatter {
                dossier,
                kind,
                words,
            } => {
                let found = self.in_reach(acting, dossier)?;
                let words = given(words.into_exposed(&warrant))?;
                let matter = MatterId(self.id());
                let opened = MatterOpened {
                    matter,
                    dossier,
                    kind: kind.code().to_owned(),
                    due_ms: acting.at_ms + ms(MATTER),
                };
                let draft = Draft::closed(opened, found.key, Inside::Words(words));
                Ok((vec![draft], Answer::Matter(matter)))
            }
            Ask::AnswerMatter {
                matter,
                outcome,
                words,
            } => self.answer(acting, matter, outcome, words.into_exposed(&warrant), false),
            Ask::AnswerComplaint {
                matter,
                outcome,
                words,
            } => self.answer(acting, matter, outcome, words.into_exposed(&warrant), true),
            Ask::ReadComplaint { matter, reason } => {
                let reason = given(reason.into_exposed(&warrant))?;
                self.read_complaint(acting, matter, reason, warrant, store)
            }
            _ => Ok((Vec::new(), Answer::Done)),
        }
    }

    fn record_consent(
        &mut self,
        acting: &Acting,
        dossier: DossierId,
        (to, purpose, recipient, until_ms): (ConsentTo, Purpose, Option<AgencyId>, Option<i64>),
        words: String,
    ) -> Decided {
        let found = self.in_reach(acting, dossier)?;
        match (to, recipient) {
            (ConsentTo::Disclosure, None) => {
                return Err(OfficeError::RecipientUnfit(
                    "say to whom it may be disclosed: consent to everybody is none",
                ));
            }
            (ConsentTo::Disclosure, Some(recipient)) => self.is_agency(recipient)?,
            (ConsentTo::Service, Some(_)) => {
                return Err(OfficeError::RecipientUnfit(
                    "a service has no recipient; record the disclosure apart",
                ));
            }
            (ConsentTo::Service, None) => {}
        }
        let consent = ConsentId(self.id());
        let recorded = ConsentRecorded {
            consent,
            dossier,
            subject: to.code().to_owned(),
            purpose: purpose.code().to_owned(),
            recipient,
            until_ms,
        };
        let draft = Draft::closed(recorded, found.key, Inside::Words(words));
        Ok((vec![draft], Answer::Consent(consent)))
    }

    fn is_agency(&self, agency: AgencyId) -> Result<(), OfficeError> {
        let known = self.views()?.agency(agency)?;
        known.map(drop).ok_or(OfficeError::AgencyMissing)
    }

    fn withdraw_consent(&mut self, acting: &Acting, consent: ConsentId, words: String) -> Decided {
        let known = self.views()?.consent(consent)?;
        let known = known.filter(|consent| !consent.withdrawn);
        let known = known.ok_or(OfficeError::ConsentUnknown)?;
        let found = self.in_reach_or(acting, known.dossier, OfficeError::ConsentUnknown)?;
        // To withdraw must be as easy as to give: no reason is asked of the person.
        let withdrawn = ConsentWithdrawn {
            consent,
            dossier: known.dossier,
        };
        let draft = Draft::closed(withdrawn, found.key, Inside::Words(words));
        Ok((vec![draft], Answer::Done))
    }

    fn open_matter(&self, matter: MatterId, complaint: bool) -> Result<Matter, OfficeError> {
        let found = self.views()?.matter(matter)?;
        found
            .filter(|one| one.outcome.is_none() && is_complaint(one) == complaint)
            .ok_or(OfficeError::MatterMissing)
    }

    fn answer(
        &mut self,
        acting: &Acting,
        matter: MatterId,
        outcome: Outcome,
        words: String,
        complaint: bool,
    ) -> Decided {
        let opened = self.open_matter(matter, complaint)?;
        let found = self.in_reach_or(acting, opened.dossier, OfficeError::MatterMissing)?;
        let words = given(words)?;
        let answered = MatterAnswered {
            matter,
            dossier: opened.dossier,
            outcome: outcome.code().to_owned(),
        };
        let draft = Draft::closed(answered, found.key, Inside::Words(words));
        Ok((vec![draft], Answer::Done))
    }

    /// The words of a complaint are nominal; the overseer's look at them is a look at the dossier.
    fn read_complaint(
        &mut self,
        acting: &Acting,
        matter: MatterId,
        reason: String,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let opened = self.open_matter(matter, true)?;
        let found = self.in_reach_or(acting, opened.dossier, OfficeError::MatterMissing)?;
        let words = self.closed_words(opened.opened_act, store)?;
        let read = keep::act::schema::DossierRead {
            dossier: opened.dossier,
        };
        let draft = Draft::closed(read, found.key, Inside::Words(reason));
        let words = Confidential::seal(words.to_string());
        Ok((vec![draft], Answer::Words(words, warrant)))
    }

    pub(super) fn give_access(
        &mut self,
        acting: &Acting,
        dossier: DossierId,
        how: String,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        let found = self.in_reach(acting, dossier)?;
        let how = given(how)?;
        self.within(acting, limits::READS)?;
        // The person is told in what role and of which agency, not who.
        let mut mirror = self.mirror(dossier)?;
        mirror.carers.clear();
        for glass in &mut mirror.glasses {
            glass.staff = None;
        }
        let access = Access {
            mirror,
            read: self.opened(&found, warrant, store)?,
        };
        let draft = Draft::closed(AccessGiven { dossier }, found.key, Inside::Words(how));
        Ok((vec![draft], Answer::Access(Box::new(access))))
    }

    pub(super) fn act_on_exports(
        &mut self,
        acting: &Acting,
        ask: Ask,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        match ask {
            Ask::RequestExport {
                dossier,
                recipient,
                ground,
                reason,
            } => {
                let found = self.in_reach(acting, dossier)?;
                let reason = given(reason.into_exposed(&warrant))?;
                self.on_ground(acting, dossier, acting.purpose, recipient, ground)?;
                let export = ExportId(self.id());
                let requested = ExportRequested {
                    export,
                    dossier,
                    recipient,
                    ground: ground.code().to_owned(),
                };
                let draft = Draft::closed(requested, found.key, Inside::Words(reason));
                Ok((vec![draft], Answer::Export(export)))
            }
            Ask::ApproveExport { export } => {
                let found = self.views()?.export(export)?;
                // What may be done for one purpose is not approved for another.
                let purpose = acting.purpose.code();
                let found = found.filter(|one| one.approved_ms.is_none() && one.purpose == purpose);
                let found = found.ok_or(OfficeError::ExportMissing)?;
                if found.requested_by == Some(acting.staff.staff) {
                    return Err(OfficeError::SecondPerson);
                }
                self.in_reach_or(acting, found.dossier, OfficeError::ExportMissing)?;
                let approved = ExportApproved {
                    export,
                    dossier: found.dossier,
                };
                Ok((vec![Draft::open(approved)], Answer::Done))
            }
            Ask::TakeExport { export } => self.take_export(acting, export, warrant, store),
            _ => {
                let exports = self.exports_of(acting, false)?;
                Ok((Vec::new(), Answer::Exports(exports)))
            }
        }
    }

    /// Requests that somebody made, and with `all` those that they may approve.
    pub(super) fn exports_of(
        &self,
        acting: &Acting,
        all: bool,
    ) -> Result<Vec<Export>, OfficeError> {
        let mut exports = self.views()?.exports_open(acting.staff.agency)?;
        let mine = |one: &Export| one.requested_by == Some(acting.staff.staff);
        exports.retain(|one| mine(one) || (all && one.approved_ms.is_none()));
        Ok(exports)
    }

    /// Whether a dossier may leave on that ground, at this moment.
    fn on_ground(
        &self,
        acting: &Acting,
        dossier: DossierId,
        purpose: Purpose,
        recipient: Option<AgencyId>,
        ground: ExportGround,
    ) -> Result<(), OfficeError> {
        match (ground, recipient) {
            (ExportGround::OwnAccess, None) if purpose == Purpose::DataSubject => Ok(()),
            (ExportGround::OwnAccess, _) => Err(OfficeError::RecipientUnfit(
                "the person's own access has no recipient, and its purpose is data-subject",
            )),
            (_, None) => Err(OfficeError::RecipientUnfit("say who receives it")),
            (ExportGround::LegalOrder, Some(recipient)) => {
                self.is_agency(recipient)?;
                if purpose == Purpose::Justice {
                    Ok(())
                } else {
                    Err(OfficeError::RecipientUnfit(
                        "a legal order is for the purpose justice alone",
                    ))
                }
            }
            (ExportGround::Consent, Some(recipient)) => {
                let agreed = self.views()?.consents(dossier)?.into_iter().any(|consent| {
                    consent.subject == ConsentTo::Disclosure.code()
                        && consent.purpose == purpose.code()
                        && consent.recipient == Some(recipient)
                        && !consent.withdrawn
                        && consent.until_ms.is_none_or(|until| acting.at_ms < until)
                });
                if agreed {
                    Ok(())
                } else {
                    Err(OfficeError::ConsentMissing)
                }
            }
        }
    }

    /// Takes a dossier out. Everything is looked at again: reach, approval, time, consent, who.
    fn take_export(
        &mut self,
        acting: &Acting,
        export: ExportId,
        warrant: Warrant,
        store: &mut dyn Store,
    ) -> Decided {
        self.fresh(acting)?;
        let found = self.views()?.export(export)?;
        let found = found
            .filter(|one| {
                let in_time = |at| acting.at_ms - at < ms(DAY);
                one.requested_by == Some(acting.staff.staff)
                    && one.taken_ms.is_none()
                    && one.approved_ms.is_some_and(in_time)
                    && one.purpose == acting.purpose.code()
            })
            .ok_or(OfficeError::ExportMissing)?;
        let dossier = self.in_reach_or(acting, found.dossier, OfficeError::ExportMissing)?;
        let ground = ExportGround::of_code(&found.ground).ok_or(OfficeError::ExportMissing)?;
        self.on_ground(
            acting,
            found.dossier,
            acting.purpose,
            found.recipient,
            ground,
        )?;
        self.within(acting, limits::EXPORTS)?;
        let read = self.opened(&dossier, warrant, store)?;
        let taken = ExportTaken {
            export,
            dossier: found.dossier,
        };
        Ok((vec![Draft::open(taken)], Answer::Dossier(read)))
    }
}
