//! Walks the journal, for the views and for whatever else is made from it.

use keep::act::{Act, Deed, Inside};
use keep::blobs::Blobs;
use keep::journal::{Batch, Head, JournalError, Store};
use keep::keyring::Keyring;
use keep::views::{ChunkPlace, Views};
use minicbor::bytes::ByteVec;

use crate::error::OfficeError;
use crate::import::open_chunk;
use crate::seal::{Opened, open_act};

/// How many acts are read at a time.
const ACTS_MAX: u64 = 20_000;

/// What is met on a walk.
pub(crate) enum Met<'a> {
    /// An act, with its closed part if that is a record and its key is still there, and where it
    /// lies if it came in with an import.
    Act(u64, &'a Act, Option<&'a Inside>, Option<ChunkPlace>),
    /// A deposit.
    Deposit(u64),
    /// The end of a batch.
    Head(&'a Head),
}

type Visit<'a> = &'a mut dyn FnMut(Met<'_>) -> Result<(), OfficeError>;

/// Visits every act behind `head`, in order; what an import holds comes before the act that made it
/// true.
pub(crate) fn walk(
    mut head: Head,
    keyring: &Keyring,
    blobs: &Blobs,
    store: &mut dyn Store,
    visit: Visit<'_>,
) -> Result<(), OfficeError> {
    loop {
        let batches = store.batches(head.batch, ACTS_MAX)?;
        if batches.is_empty() {
            return Ok(());
        }
        for batch in &batches {
            head = head.follow(batch)?;
            for (number, stored) in (batch.first_act..).zip(&batch.acts) {
                match open_act(keyring, number, stored)? {
                    Opened::Deposit(_) => visit(Met::Deposit(number))?,
                    Opened::Act(act, inside) => {
                        if let Deed::RecordsImported(imported) = &act.deed {
                            walk_import((keyring, blobs), number, imported, visit)?;
                        }
                        visit(Met::Act(number, &act, inside.as_ref(), None))?;
                    }
                }
            }
            visit(Met::Head(&head))?;
        }
    }
}

/// Visits the acts that an import's blobs hold.
pub(crate) fn walk_import(
    (keyring, blobs): (&Keyring, &Blobs),
    number: u64,
    imported: &keep::act::schema::RecordsImported,
    visit: Visit<'_>,
) -> Result<(), OfficeError> {
    let unopened = || OfficeError::Unopened { act: number };
    for chunk in &imported.chunks {
        let plain = open_chunk(blobs, imported, chunk)?.ok_or_else(unopened)?;
        let mut decoder = minicbor::Decoder::new(&plain);
        while decoder.position() < plain.len() {
            let position = decoder.position();
            let stored: ByteVec = decoder.decode().map_err(|_| unopened())?;
            let place = ChunkPlace {
                chunk: **chunk,
                position: position as u64,
                length: (decoder.position() - position) as u64,
            };
            if let Opened::Act(act, inside) = open_act(keyring, number, &stored)? {
                visit(Met::Act(number, &act, inside.as_ref(), Some(place)))?;
            }
        }
    }
    Ok(())
}

/// Puts what is met into the views.
pub(crate) fn put(views: &Views, met: &Met<'_>) -> Result<(), OfficeError> {
    Ok(match met {
        Met::Act(number, act, inside, place) => views.apply(*number, act, *inside, *place),
        Met::Deposit(number) => views.apply_deposit(*number),
        Met::Head(head) => views.set_head(head),
    }?)
}

/// The head that the views have come to.
///
/// # Errors
/// When the journal has another batch there: then the views were made from another journal.
pub(crate) fn head_of(views: &Views, store: &mut dyn Store) -> Result<Head, OfficeError> {
    let (number, hash) = views.head()?;
    if number == 0 {
        return Ok(Head::EMPTY);
    }
    let batches: Vec<Batch> = store.batches(number - 1, 1)?;
    let batch = batches.first().filter(|batch| batch.number == number);
    let head = batch.map(|batch| Head {
        batch: batch.number,
        acts: batch.first_act + batch.acts.len() as u64 - 1,
        hash: batch.hash(),
        incarnation: Some(batch.incarnation),
    });
    head.filter(|head| head.hash == hash).ok_or_else(|| {
        OfficeError::Journal(JournalError::Broken {
            batch: number,
            what: "the views were made from another".to_owned(),
        })
    })
}
