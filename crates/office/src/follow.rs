//! Walks the journal, for the views and for whatever else is made from it.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use keep::act::{Act, Deed, Inside};
use keep::blobs::Blobs;
use keep::journal::{Batch, Head, JournalError, Store};
use keep::keyring::Keyring;
use keep::views::{ChunkPlace, Views};
use minicbor::bytes::ByteSlice;

use crate::error::OfficeError;
use crate::import::open_chunk;
use crate::seal::{Opened, open_act};

/// How many acts are read at a time.
const ACTS_MAX: u64 = 1_000;
/// How many acts are handed over at a time.
const GROUP: usize = 250;
/// How many groups may wait for whoever visits them.
const GROUPS_MAX: usize = 8;

/// What is met on a walk.
pub(crate) enum Met<'a> {
    /// An act, with its closed part if that is a record and its key is still there, and where it
    /// lies if it came in with an import.
    Act(u64, &'a Act, Option<&'a Inside>, Option<ChunkPlace>),
    /// A deposit.
    Deposit(u64),
    /// The head at the end of the walk.
    Head(&'a Head),
}

type Visit<'a> = &'a mut dyn FnMut(Met<'_>) -> Result<(), OfficeError>;

/// What is handed from whoever opens to whoever visits.
enum Found {
    Act(u64, Box<Act>, Option<Inside>, Option<ChunkPlace>),
    Deposit(u64),
    Head(Head),
}

impl Found {
    fn met(&self) -> Met<'_> {
        match self {
            Self::Act(number, act, inside, place) => {
                Met::Act(*number, act, inside.as_ref(), *place)
            }
            Self::Deposit(number) => Met::Deposit(*number),
            Self::Head(head) => Met::Head(head),
        }
    }
}

/// Takes what is opened, and hands it over in groups.
struct Sink {
    group: Vec<Found>,
    groups: SyncSender<Vec<Found>>,
    /// Groups that were visited: freed where they were made, so that the two threads do not wait
    /// for each other's memory.
    visited: Receiver<Vec<Found>>,
}

/// Why an opener stops.
enum Stopped {
    /// Whoever visits wants no more.
    Unwanted,
    Failed(OfficeError),
}

impl<E: Into<OfficeError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Sink {
    fn take(&mut self, found: Found) -> Result<(), Stopped> {
        self.group.push(found);
        if self.group.len() < GROUP {
            return Ok(());
        }
        self.hand_over()
    }

    fn hand_over(&mut self) -> Result<(), Stopped> {
        self.visited.try_iter().for_each(drop);
        let group = std::mem::replace(&mut self.group, Vec::with_capacity(GROUP));
        self.groups.send(group).map_err(|_| Stopped::Unwanted)
    }
}

/// Reads and opens in a thread of its own while this one visits: each takes about half the time.
fn opened_beside(
    open: impl FnOnce(&mut Sink) -> Result<(), Stopped> + Send,
    visit: Visit<'_>,
) -> Result<(), OfficeError> {
    let (groups, receiver) = sync_channel::<Vec<Found>>(GROUPS_MAX);
    let (back, visited) = channel();
    thread::scope(|scope| {
        let opener = scope.spawn(move || {
            let group = Vec::with_capacity(GROUP);
            let mut sink = Sink {
                group,
                groups,
                visited,
            };
            open(&mut sink).and_then(|()| sink.hand_over())
        });
        // A visit that fails drops the receiver, which stops the opener.
        let visited = receiver.into_iter().try_for_each(|group| {
            group.iter().try_for_each(|found| visit(found.met()))?;
            // An opener that has come to its end frees nothing any more.
            let _ = back.send(group);
            Ok(())
        });
        match opener.join() {
            Ok(Err(Stopped::Failed(error))) => visited.and(Err(error)),
            Ok(Ok(()) | Err(Stopped::Unwanted)) => visited,
            Err(panic) => resume_unwind(panic),
        }
    })
}

/// Visits every act behind `head`, in order; what an import holds comes before the act that made it
/// true; the head that was come to is last.
pub(crate) fn walk(
    head: Head,
    keyring: &Keyring,
    blobs: &Blobs,
    store: &mut dyn Store,
    visit: Visit<'_>,
) -> Result<(), OfficeError> {
    if store.head()?.batch == head.batch {
        return Ok(());
    }
    opened_beside(
        |sink| open_batches(head, (keyring, blobs), store, sink),
        visit,
    )
}

fn open_batches(
    mut head: Head,
    (keyring, blobs): (&Keyring, &Blobs),
    store: &mut dyn Store,
    sink: &mut Sink,
) -> Result<(), Stopped> {
    loop {
        let batches = store.batches(head.batch, ACTS_MAX)?;
        if batches.is_empty() {
            return sink.take(Found::Head(head));
        }
        for batch in &batches {
            head = head.follow(batch)?;
            for (number, stored) in (batch.first_act..).zip(&batch.acts) {
                match open_act(keyring, number, stored)? {
                    Opened::Deposit(_) => sink.take(Found::Deposit(number))?,
                    Opened::Act(act, inside) => {
                        if let Deed::RecordsImported(imported) = &act.deed {
                            open_import((keyring, blobs), number, imported, sink)?;
                        }
                        sink.take(Found::Act(number, act, inside, None))?;
                    }
                }
            }
        }
    }
}

/// Visits the acts that an import's blobs hold.
pub(crate) fn walk_import(
    of: (&Keyring, &Blobs),
    number: u64,
    imported: &keep::act::schema::RecordsImported,
    visit: Visit<'_>,
) -> Result<(), OfficeError> {
    opened_beside(|sink| open_import(of, number, imported, sink), visit)
}

fn open_import(
    (keyring, blobs): (&Keyring, &Blobs),
    number: u64,
    imported: &keep::act::schema::RecordsImported,
    sink: &mut Sink,
) -> Result<(), Stopped> {
    let unopened = || OfficeError::Unopened { act: number };
    for chunk in &imported.chunks {
        let plain = open_chunk(blobs, imported, chunk)?.ok_or_else(unopened)?;
        let mut decoder = minicbor::Decoder::new(&plain);
        while decoder.position() < plain.len() {
            let position = decoder.position();
            let stored: &ByteSlice = decoder.decode().map_err(|_| unopened())?;
            let place = ChunkPlace {
                chunk: **chunk,
                position: position as u64,
                length: (decoder.position() - position) as u64,
            };
            if let Opened::Act(act, inside) = open_act(keyring, number, stored)? {
                sink.take(Found::Act(number, act, inside, Some(place)))?;
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
