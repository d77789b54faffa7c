//! Durable acts a second, for one writer and for many, beside plain inserts of the same bytes.

use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use keep::journal::{
    Deciding, Head, Incarnation, JournalError, PostgresJournal, SealedAct, Sequencer,
    SqliteJournal, Store,
};
use postgres::{Client, NoTls};
use protect::vault::Cost;
use rand_core::Rng as _;
use rusqlite::Connection;
use testkit::cluster::Cluster;

use crate::fill::{Desk, random};
use crate::{Failure, Options, Result, Samples, machine};

/// How many threads write at once.
const WRITERS: [usize; 3] = [1, 4, 16];
/// How long a plain application waits for a database that another connection writes to.
const BUSY: Duration = Duration::from_secs(30);
const DOSSIERS: usize = 64;
/// Short rounds for each run: the disk and the machine change from second to second, and a ratio
/// is of two windows that lie close together.
const ROUNDS: u32 = 5;

/// One durable write.
type Step<'a> = Box<dyn FnMut() -> Result<()> + Send + 'a>;

/// Something that writes: makes each writer of its own.
struct Contender<'a> {
    name: &'static str,
    writer: Box<dyn Fn(usize) -> Result<Step<'a>> + 'a>,
}

/// Takes proposals as they are: the journal alone, without an office.
struct Raw;

impl Deciding for Raw {
    type Proposal = SealedAct;
    type Answer = ();
    type Refusal = JournalError;

    fn begin(&mut self, _: &Head, _: &mut dyn Store) -> std::result::Result<(), JournalError> {
        Ok(())
    }

    fn decide(
        &mut self,
        act: SealedAct,
        _: u64,
        _: &mut dyn Store,
    ) -> std::result::Result<(Vec<SealedAct>, ()), JournalError> {
        Ok((vec![act], ()))
    }

    fn committed(&mut self, _: &Head) {}

    fn abandoned(&mut self) {}
}

/// Everything that is measured, round by round, so that a noisy moment falls on all alike.
pub(crate) fn measure(options: &Options, samples: &mut Samples) -> Result<()> {
    let folder = options.work.join("writers");
    std::fs::create_dir_all(&folder)?;
    let desk = Desk::found(&folder.join("node"), Cost::TESTS)?;
    let dossiers = (0..DOSSIERS)
        .map(|_| Ok(desk.enter(None, None)?.0))
        .collect::<Result<Vec<_>>>()?;
    let act_bytes = size_of_last_act(&folder.join("node"))?;
    samples.push_count("act.sealed_bytes", act_bytes);

    let sqlite = raw(Box::new(SqliteJournal::open(&folder.join("raw.sqlite"))?))?;
    let cluster = Cluster::start()?;
    let postgres = raw(Box::new(PostgresJournal::open(cluster.url(), "bench")?))?;
    let plain = folder.join("plain.sqlite");
    make_plain_sqlite(&plain)?;
    make_plain_postgres(cluster.url(), samples)?;

    let dossier = |writer: usize| dossiers[writer % DOSSIERS];
    let contenders = [
        Contender {
            name: "office",
            writer: Box::new(|writer| {
                let (desk, dossier) = (&desk, dossier(writer));
                Ok(Box::new(move || desk.enter(Some(dossier), None).map(drop)))
            }),
        },
        Contender {
            name: "raw_sqlite",
            writer: Box::new(|_| Ok(proposes(&sqlite, act_bytes))),
        },
        Contender {
            name: "plain_sqlite",
            writer: Box::new(|_| plain_sqlite(&plain, act_bytes)),
        },
        Contender {
            name: "raw_postgres",
            writer: Box::new(|_| Ok(proposes(&postgres, act_bytes))),
        },
        Contender {
            name: "plain_postgres",
            writer: Box::new(|_| plain_postgres(cluster.url(), act_bytes)),
        },
    ];
    for round in 0..=options.runs * ROUNDS {
        machine::note(samples, &options.work)?;
        for writers in WRITERS {
            for contender in &contenders {
                let rate = rate(contender, writers, options.window)?;
                // The first round warms the caches and is not counted.
                if round > 0 {
                    samples.push(&format!("rate.{}.{writers}", contender.name), rate);
                }
            }
        }
    }
    drop(contenders);
    desk.office.close()?;
    Ok(())
}

/// Writes a second from the first start to the last end.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
fn rate(contender: &Contender<'_>, writers: usize, window: Duration) -> Result<f64> {
    let steps = (0..writers)
        .map(|writer| (contender.writer)(writer))
        .collect::<Result<Vec<_>>>()?;
    let barrier = Barrier::new(writers + 1);
    let (count, seconds) = std::thread::scope(|scope| {
        let threads: Vec<_> = steps
            .into_iter()
            .map(|mut step| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let start = Instant::now();
                    let mut count = 0_u64;
                    while start.elapsed() < window {
                        step()?;
                        count += 1;
                    }
                    Ok::<_, Failure>(count)
                })
            })
            .collect();
        barrier.wait();
        let start = Instant::now();
        let mut sum = 0;
        for thread in threads {
            sum += thread.join().map_err(|_| "a writer has panicked")??;
        }
        Ok::<_, Failure>((sum, start.elapsed().as_secs_f64()))
    })?;
    Ok(count as f64 / seconds)
}

fn raw(store: Box<dyn Store>) -> Result<Sequencer<Raw>> {
    let life = Incarnation {
        number: 1,
        id: [7; 16],
    };
    Ok(Sequencer::start(store, Raw, life)?)
}

/// Bytes that do not compress, as sealed acts are.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random().fill_bytes(&mut bytes);
    bytes
}

fn proposes(sequencer: &Sequencer<Raw>, bytes: usize) -> Step<'_> {
    let act = noise(bytes);
    Box::new(move || Ok(sequencer.propose(act.clone())?))
}

fn make_plain_sqlite(path: &Path) -> Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; CREATE TABLE act (number INTEGER PRIMARY KEY, bytes BLOB);",
    )?;
    Ok(())
}

/// What a plain application does: a connection of its own, one row in one transaction.
fn plain_sqlite(path: &Path, bytes: usize) -> Result<Step<'static>> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA synchronous=FULL;")?;
    let act = noise(bytes);
    Ok(Box::new(move || {
        let mut insert = connection.prepare_cached("INSERT INTO act (bytes) VALUES (?1)")?;
        insert.execute([&act])?;
        Ok(())
    }))
}

fn make_plain_postgres(url: &str, samples: &mut Samples) -> Result<()> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute(
        "CREATE TABLE act (number BIGSERIAL PRIMARY KEY, bytes BYTEA);
         ALTER TABLE act ALTER COLUMN bytes SET STORAGE EXTERNAL;",
    )?;
    for setting in ["server_version", "fsync", "synchronous_commit"] {
        let row = client.query_one(&format!("SHOW {setting}"), &[])?;
        samples.say(&format!("postgres {setting}"), row.get(0));
    }
    Ok(())
}

fn plain_postgres(url: &str, bytes: usize) -> Result<Step<'static>> {
    let mut client = Client::connect(url, NoTls)?;
    let insert = client.prepare("INSERT INTO act (bytes) VALUES ($1)")?;
    let act = noise(bytes);
    Ok(Box::new(move || {
        client.execute(&insert, &[&act])?;
        Ok(())
    }))
}

/// How long the last act of a node is as it is stored: with ten answers in it.
fn size_of_last_act(node: &Path) -> Result<usize> {
    let mut journal = SqliteJournal::open_existing(&node.join("journal/journal.sqlite"))?;
    let last = journal.head()?.acts;
    let act = journal.act(last)?.ok_or("the last act is missing")?;
    Ok(act.len())
}
