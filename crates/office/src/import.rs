//! Files of many records: staged as sealed blobs, made true by one act.
//!
//! Keys are put aside first, by an act; then the records are sealed, each person's under a key of
//! their own, and staged as blobs that no act names yet; then one act names them all. An import
//! that is interrupted before that leaves nothing but blobs that the next opening sweeps away.

use evidence::record::{PersonRole, Record};
use keep::act::Act;
use keep::act::schema::{DossierOpened, RecordEntered, RecordsImported};
use keep::act::{Deed, Inside};
use keep::blobs::Blobs;
use keep::journal::{Hash, SealedAct, Store};
use keep::keyring::Keyring;
use keep::views::ChunkPlace;
use minicbor::bytes::{ByteSlice, ByteVec};
use protect::vault::{self, Key, open, seal};
use protect::{Confidential, Warrant};
use rand_core::CryptoRng;
use terms::id::{AgencyId, DossierId, ImportId, RecordId};
use zeroize::Zeroizing;

use crate::ask::{Answer, Ask, Request};
use crate::decide::Source;
use crate::desk::{By, Desk};
use crate::error::OfficeError;
use crate::node::Office;
use crate::seal::{Opened, close, open_act, seal_act};

/// How many persons go into one blob.
const CHUNK_PERSONS: usize = 500;
/// How much the numbers of one import have in common, in bytes; what is left is 96 random bits.
const NEAR_BYTES: usize = 4;

/// The random beginning that the numbers of one import have in common.
///
/// Views are trees ordered by these numbers, encrypted page by page. Were every bit random, each
/// person of a file would open and seal pages of their own in a tree of millions; so they lie
/// together. Two numbers that begin alike tell whoever may see both that they came in with one
/// file, and nothing of when or what.
type Near = [u8; NEAR_BYTES];

/// What became of a file of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Records that were taken in, each in a dossier of its own.
    pub taken: u64,
    /// Records whose source is here already.
    pub known: u64,
    /// Records whose source was erased here.
    pub erased: u64,
}

/// A file of records that lies in blobs which no act names yet.
#[derive(Debug)]
pub struct Staged {
    import: ImportId,
    chunks: Vec<Hash>,
    acts: u64,
    key: Key<vault::Blob>,
    /// Keyed digests of what the records come from, to be looked at again when it becomes true.
    pub(crate) marks: Vec<[u8; 32]>,
}

impl From<Staged> for RecordsImported {
    fn from(staged: Staged) -> Self {
        let chunks = staged.chunks.into_iter();
        Self {
            import: staged.import,
            chunks: chunks.map(|chunk| chunk.0.into()).collect(),
            acts: staged.acts,
            key: staged.key.expose_bytes().to_vec().into(),
        }
    }
}

impl Office {
    /// Brings in records, each about a person of its own in the same role. `template` says who does
    /// it, when and why; what it asks for is passed over.
    ///
    /// # Errors
    /// When the person may not, or a room below refuses; nothing of the file is then true.
    pub fn import(
        &self,
        template: &Request,
        role: PersonRole,
        records: Vec<Confidential<Record>>,
    ) -> Result<Imported, OfficeError> {
        let of_role = |record| (role, record);
        self.import_roles(template, records.into_iter().map(of_role).collect())
    }

    /// Brings in records, each about a person of its own in a role of its own, as one act.
    ///
    /// # Errors
    /// As for [`Office::import`].
    pub fn import_roles(
        &self,
        template: &Request,
        records: Vec<(PersonRole, Confidential<Record>)>,
    ) -> Result<Imported, OfficeError> {
        let again = |ask: Ask| Request {
            ask,
            ..*template_of(template)
        };
        let (records, mut imported) = self.sort_out(records)?;
        if records.is_empty() {
            return Ok(imported);
        }
        imported.taken = records.len() as u64;
        let persons = imported.taken;
        let begun = self.request(again(Ask::BeginImport { persons }))?;
        let Answer::Import {
            import,
            first_key,
            by,
            custodian,
        } = begun
        else {
            return Err(OfficeError::ImportUnfit(
                "no keys were put aside".to_owned(),
            ));
        };
        let staged =
            self.ask(move |desk, _| desk.stage(import, first_key, (by, custodian), records))??;
        self.request(again(Ask::FinishImport(staged)))?;
        Ok(imported)
    }

    /// Leaves out what is here already, what was erased here, and what stands twice in the file.
    fn sort_out(
        &self,
        records: Vec<(PersonRole, Confidential<Record>)>,
    ) -> Result<(Vec<(PersonRole, Record)>, Imported), OfficeError> {
        self.at_head(move |desk, _| {
            let mut imported = Imported::default();
            let mut good = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            // The act that will stand for it is the import's own; nothing leaves before that.
            let warrant = Warrant::issue(0);
            for (role, record) in records {
                let record = record.into_exposed(&warrant);
                let marks = desk.marks(&record)?;
                if marks.iter().any(|mark| !seen.insert(*mark)) {
                    imported.known += 1;
                    continue;
                }
                match desk.source_of(&marks)? {
                    Source::New => good.push((role, record)),
                    Source::Here(_) => imported.known += 1,
                    Source::Erased => imported.erased += 1,
                }
            }
            Ok((good, imported))
        })
    }
}

/// A request's who, when and why, with nothing asked.
fn template_of(request: &Request) -> Box<Request> {
    Box::new(Request {
        who: request.who,
        role: request.role,
        purpose: request.purpose,
        at: request.at,
        ask: Ask::TakeDeposits,
    })
}

impl Desk {
    fn stage(
        &mut self,
        import: ImportId,
        first_key: u64,
        (by, custodian): (By, Option<AgencyId>),
        records: Vec<(PersonRole, Record)>,
    ) -> Result<Staged, OfficeError> {
        let acts = records.len() as u64 * 2;
        let key: Key<vault::Blob> = Key::random(&mut self.rng);
        let mut near = Near::default();
        self.rng.fill_bytes(&mut near);
        let context = chunk_context(&import.0);
        let mut chunks = Vec::new();
        let mut all_marks = Vec::new();
        let mut number = first_key;
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            let mut plain = Vec::new();
            for (role, record) in records.by_ref().take(CHUNK_PERSONS) {
                let marks = self.marks(&record)?;
                all_marks.extend_from_slice(&marks);
                let of = (role, custodian, number, marks);
                let rng = &mut self.rng;
                for act in person_acts(&self.keyring, by, near, of, record, rng)? {
                    minicbor::encode(<&ByteSlice>::from(act.as_slice()), &mut plain)
                        .expect("writing to memory does not fail");
                }
                number += 1;
            }
            let sealed = seal(&key, &context, &plain, &mut self.rng);
            chunks.push(self.blobs.put(&sealed)?);
        }
        Ok(Staged {
            import,
            chunks,
            acts,
            key,
            marks: all_marks,
        })
    }

    /// Opens an act that came in with an import.
    pub(crate) fn act_in_import(
        &self,
        number: u64,
        place: &ChunkPlace,
        store: &mut dyn Store,
    ) -> Result<Opened, OfficeError> {
        let unopened = || OfficeError::Unopened { act: number };
        let stored = store.act(number)?.unwrap_or_default();
        let Opened::Act(act, _) = open_act(&self.keyring, number, &stored)? else {
            return Err(unopened());
        };
        let Deed::RecordsImported(imported) = &act.deed else {
            return Err(unopened());
        };
        let plain = open_chunk(&self.blobs, imported, &place.chunk)?.ok_or_else(unopened)?;
        let from = usize::try_from(place.position).map_err(|_| unopened())?;
        let length = usize::try_from(place.length).map_err(|_| unopened())?;
        let bytes = plain.get(from..from + length).ok_or_else(unopened)?;
        let stored: ByteVec = minicbor::decode(bytes).map_err(|_| unopened())?;
        open_act(&self.keyring, number, &stored)
    }
}

/// What a blob of an import is sealed for.
fn chunk_context(import: &[u8; 16]) -> Vec<u8> {
    let mut context = b"palermo/import/1\0".to_vec();
    context.extend_from_slice(import);
    context
}

/// A blob of an import, opened; none if it is not what the act says.
///
/// # Errors
/// When the disk refuses.
pub(crate) fn open_chunk(
    blobs: &Blobs,
    imported: &RecordsImported,
    chunk: &[u8; 32],
) -> Result<Option<Zeroizing<Vec<u8>>>, OfficeError> {
    let Ok(key) = <[u8; 32]>::try_from(&imported.key[..]) else {
        return Ok(None);
    };
    let key: Key<vault::Blob> = Key::from_bytes(Zeroizing::new(key));
    let sealed = blobs.get(&Hash(*chunk))?;
    Ok(open(&key, &chunk_context(&imported.import.0), &sealed).ok())
}

/// The two acts by which a person of a file comes in.
fn person_acts(
    keyring: &Keyring,
    by: By,
    near: Near,
    (role, custodian, key, marks): (PersonRole, Option<AgencyId>, u64, Vec<[u8; 32]>),
    record: Record,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<[SealedAct; 2], OfficeError> {
    let mut id = || {
        let mut id = [0; 16];
        id[..NEAR_BYTES].copy_from_slice(&near);
        rng.fill_bytes(&mut id[NEAR_BYTES..]);
        id
    };
    let (dossier, record_id) = (DossierId(id()), RecordId(id()));
    let act = |deed: Deed, closed| Act {
        at_ms: by.at_ms,
        actor: by.actor,
        session: by.session,
        role: by.role.to_owned(),
        purpose: by.purpose.to_owned(),
        deed,
        closed,
    };
    let opened = act(
        DossierOpened {
            dossier,
            role,
            key,
            custodian,
            carer: None,
        }
        .into(),
        None,
    );
    let mut rng = rng;
    let closed = close(keyring, key, &Inside::Record(record), &mut rng)?;
    let entered = RecordEntered {
        dossier,
        record: record_id,
        replaces: None,
        marks: marks.into_iter().map(Into::into).collect(),
    };
    let entered = act(entered.into(), Some(closed));
    Ok([
        seal_act(keyring, &opened, &mut rng)?,
        seal_act(keyring, &entered, &mut rng)?,
    ])
}
