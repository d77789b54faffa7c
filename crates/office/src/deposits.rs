//! What was handed in while nobody could read it is opened and taken into dossiers.
//!
//! Nothing that somebody typed is dropped: what is no record goes, byte for byte, into a dossier of
//! its own with a finding; a record that was handed in twice is entered once; one that says
//! otherwise than before corrects the earlier one. Only what was erased here does not come back.

use evidence::record::{Answer as Said, Class, PersonRole, Record, Value};
use keep::act::schema::{DepositTaken, DossierOpened, RecordEntered};
use keep::act::{Deposited, Inside, decode_deposit};
use keep::journal::Store;
use terms::id::{DossierId, RecordId};

use crate::ask::{Answer, TakenIn};
use crate::decide::{Decided, Source};
use crate::desk::{Desk, Draft};
use crate::error::OfficeError;
use crate::seal::{Opened, deposit_context, open_act};

/// What a deposit turns out to be.
enum Found {
    /// A record that is not here yet.
    New(PersonRole, Record),
    /// A record whose source is here, in that dossier.
    Known(DossierId, Record),
    /// A record whose source was erased here.
    Erased,
    /// It opens with no key of this node.
    Sealed,
}

impl Desk {
    /// Takes in every deposit that waits. If two of them are of one source, the second stays for
    /// the next turn, when the first stands in the views.
    pub(crate) fn take_deposits(&mut self, store: &mut dyn Store) -> Decided {
        let waiting = self.views()?.deposits_waiting()?;
        let mut taken = TakenIn {
            left: waiting.len() as u64,
            ..TakenIn::default()
        };
        let mut drafts = Vec::new();
        let mut key = self.views()?.next_key()?;
        let mut seen = Vec::new();
        for deposit in waiting.into_iter().map(|waiting| waiting.act) {
            let found = self.open_deposit(deposit, store)?;
            if let Found::New(_, record) | Found::Known(_, record) = &found {
                let marks = self.marks(record)?;
                if marks.iter().any(|mark| seen.contains(mark)) {
                    break;
                }
                seen.extend(marks);
            }
            taken.left -= 1;
            let record = match found {
                Found::New(role, record) => {
                    taken.unread += u64::from(record.form == UNREAD);
                    taken.taken += u64::from(record.form != UNREAD);
                    self.keyring.provide(key, &mut self.rng)?;
                    key += 1;
                    Some(self.take_new((role, record), key - 1, &mut drafts)?)
                }
                Found::Known(dossier, record) => {
                    let entered = self.take_again(dossier, record, &mut drafts, store)?;
                    taken.repeated += u64::from(entered.is_none());
                    taken.taken += u64::from(entered.is_some());
                    entered
                }
                Found::Erased => {
                    taken.erased += 1;
                    None
                }
                Found::Sealed => {
                    taken.sealed += 1;
                    None
                }
            };
            drafts.push(Draft::open(DepositTaken { deposit, record }));
        }
        Ok((drafts, Answer::Deposits(taken)))
    }

    fn open_deposit(&self, act: u64, store: &mut dyn Store) -> Result<Found, OfficeError> {
        let stored = store.act(act)?.unwrap_or_default();
        let Opened::Deposit(sealed) = open_act(&self.keyring, act, &stored)? else {
            return Err(OfficeError::Unopened { act });
        };
        let context = deposit_context(self.keyring.node());
        let Ok(plain) = self.keyring.deposit_secret()?.open(&context, &sealed) else {
            return Ok(Found::Sealed);
        };
        let (role, record) = match decode_deposit(&plain) {
            Ok(Deposited::Record { role, record, .. }) => (role, record),
            Ok(Deposited::Unread { bytes, .. }) => (PersonRole::Unstated, unread(&bytes)),
            Err(_) => (PersonRole::Unstated, unread(&plain)),
        };
        Ok(match self.source_of(&self.marks(&record)?)? {
            Source::New => Found::New(role, record),
            Source::Here(dossier) => Found::Known(dossier, record),
            Source::Erased => Found::Erased,
        })
    }

    fn take_new(
        &mut self,
        (role, record): (PersonRole, Record),
        key: u64,
        drafts: &mut Vec<Draft>,
    ) -> Result<RecordId, OfficeError> {
        let dossier = DossierId(self.id());
        drafts.push(Draft::open(DossierOpened {
            dossier,
            role,
            key,
            custodian: None,
            carer: None,
        }));
        self.enter_into(dossier, key, None, record, drafts)
    }

    /// The record again, in the dossier that has it: nothing if it says the same, else a correction
    /// of what that source said last.
    fn take_again(
        &mut self,
        dossier: DossierId,
        record: Record,
        drafts: &mut Vec<Draft>,
        store: &mut dyn Store,
    ) -> Result<Option<RecordId>, OfficeError> {
        let mut replaces = None;
        for place in self.views()?.records(dossier)? {
            if place.replaced {
                continue;
            }
            match self.record_at(&place, store)? {
                Some(before) if before == record => return Ok(None),
                Some(before) if before.source == record.source => replaces = Some(place.record),
                _ => {}
            }
        }
        let key = self.open_dossier(dossier)?.key;
        self.enter_into(dossier, key, replaces, record, drafts)
            .map(Some)
    }

    /// Drafts the act that enters a record.
    pub(crate) fn enter_into(
        &mut self,
        dossier: DossierId,
        key: u64,
        replaces: Option<RecordId>,
        record: Record,
        drafts: &mut Vec<Draft>,
    ) -> Result<RecordId, OfficeError> {
        let id = RecordId(self.id());
        let marks = self.marks(&record)?;
        let entered = RecordEntered {
            dossier,
            record: id,
            replaces,
            marks: marks.into_iter().map(Into::into).collect(),
        };
        drafts.push(Draft::closed(entered, key, Inside::Record(record)));
        Ok(id)
    }
}

/// The form of a record that holds what is none.
const UNREAD: &str = "unread";

/// What is no record, as a record: text as text, other bytes in hexadecimal.
fn unread(bytes: &[u8]) -> Record {
    let (words, finding) = match std::str::from_utf8(bytes) {
        Ok(words) => (words.to_owned(), "it is no record; kept as it came"),
        Err(_) => (
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            "it is no record and no text; kept in hexadecimal",
        ),
    };
    Record {
        form: UNREAD.to_owned(),
        form_version: "1".to_owned(),
        source: None,
        answers: vec![Said {
            question: "as it came".to_owned(),
            concept: None,
            class: Class::Nominal,
            value: Value::Text(words),
        }],
        findings: vec![finding.to_owned()],
    }
}
