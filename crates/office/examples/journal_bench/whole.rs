//! A node with many acts: its size, its memory, its views made anew. What takes memory runs in a
//! process of its own.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use keep::act::schema::RecordEntered;
use keep::act::{Act, Deposited, Inside};
use keep::journal::{SqliteJournal, Store as _, verify};
use office::Office;
use protect::vault::Cost;
use terms::id::{DossierId, RecordId, StaffId};

use crate::fill::{self, Desk, passphrase, random, search};
use crate::machine::{bytes_of, memory_mib, percentile, thread_seconds};
use crate::{Options, Result, Samples, machine};

/// Submissions whose latency is measured.
const SUBMISSIONS: usize = 1_000;
const ERASURES: usize = 20;
/// Threads that fill the large node.
const FILLERS: u64 = 16;

/// Seconds that `work` takes, and what it gives.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let start = Instant::now();
    let done = work()?;
    Ok((start.elapsed().as_secs_f64(), done))
}

#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
const fn float(number: u64) -> f64 {
    number as f64
}

/// The large node: filled act by act, measured, then opened again by other processes.
pub(crate) fn large(options: &Options, samples: &mut Samples) -> Result<()> {
    let node = options.work.join("large");
    let desk = Desk::found(&node, Cost::STANDARD)?;
    let (seconds, erasures) = timed(|| desk.fill(options.acts, FILLERS, ERASURES))?;
    for erasure in erasures {
        samples.push("large.erasure_s", erasure);
    }
    samples.push("large.fill_s", seconds);
    machine::note(samples, &options.work)?;
    latency(&desk, samples)?;
    let status = desk.office.status()?;
    let staff = desk.caseworker();
    desk.office.close()?;
    let acts = float(status.acts);
    samples.push("large.acts", acts);
    samples.push("large.batches", float(status.batches));
    sizes(&node, "large", acts, samples)?;
    sealed_against_plain(&node, samples)?;
    for _ in 0..options.runs {
        machine::note(samples, &options.work)?;
        for child in ["locked", "unlock", "rebuild", "memory"] {
            run_child(child, &node, &staff_text(staff), samples)?;
        }
    }
    Ok(())
}

/// How long one submission takes until it is durable, for one writer and among sixteen.
fn latency(desk: &Desk, samples: &mut Samples) -> Result<()> {
    let submit = |count: usize| -> Result<Vec<f64>> {
        (0..count)
            .map(|_| Ok(timed(|| desk.enter(None, None))?.0 * 1e3))
            .collect()
    };
    let alone = submit(SUBMISSIONS)?;
    let among = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| submit(SUBMISSIONS / 4)))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a writer has panicked")??);
        }
        Ok::<_, crate::Failure>(all)
    })?;
    for (name, times) in [("1", alone), ("16", among)] {
        for hundredths in [50, 99] {
            let key = format!("latency.{name}.p{hundredths}_ms");
            samples.push(&key, percentile(&times, hundredths));
        }
        let most = times.iter().copied().fold(0.0, f64::max);
        samples.push(&format!("latency.{name}.max_ms"), most);
    }
    Ok(())
}

fn sizes(node: &Path, name: &str, acts: f64, samples: &mut Samples) -> Result<()> {
    for part in ["journal", "views", "keyring", "blobs"] {
        let bytes = bytes_of(&node.join(part))?;
        samples.push(&format!("{name}.{part}_bytes"), bytes);
        samples.push(&format!("{name}.{part}_bytes_per_act"), bytes / acts);
    }
    Ok(())
}

/// A record's act as stored, against the same act in CBOR that nobody has sealed.
fn sealed_against_plain(node: &Path, samples: &mut Samples) -> Result<()> {
    let record = fill::record(1);
    let entered = RecordEntered {
        dossier: DossierId([1; 16]),
        record: RecordId([2; 16]),
        replaces: None,
        marks: vec![[3; 32].into()],
    };
    let act = Act {
        at_ms: 1_924_000_000_000,
        session: None,
        actor: Some(StaffId([4; 16])),
        role: "caseworker".to_owned(),
        purpose: "assistance".to_owned(),
        deed: entered.into(),
        closed: None,
    };
    let plain = act.encode().len() + Inside::Record(record).encode().len();
    samples.push_count("act.plain_bytes", plain);
    let mut journal = SqliteJournal::open_existing(&node.join("journal/journal.sqlite"))?;
    // The first acts are the node's own; from the fifth on a dossier's opening and its record
    // take turns.
    let mut sealed = Vec::new();
    for batch in journal.batches(10, 2_000)? {
        sealed.extend(batch.acts.iter().map(Vec::len));
    }
    let sum: usize = sealed.iter().sum();
    samples.push(
        "act.mean_sealed_bytes",
        float(sum as u64) / float(sealed.len() as u64),
    );
    Ok(())
}

fn staff_text(staff: StaffId) -> String {
    staff.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn staff_of(text: &str) -> Result<StaffId> {
    let mut id = [0; 16];
    for (byte, place) in id.iter_mut().zip((0..).step_by(2)) {
        let digits = text.get(place..place + 2).ok_or("no identifier")?;
        *byte = u8::from_str_radix(digits, 16)?;
    }
    Ok(StaffId(id))
}

/// Runs one part of this program as a process of its own and takes over what it measured.
fn run_child(part: &str, node: &Path, argument: &str, samples: &mut Samples) -> Result<()> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.arg(part).arg(node).arg(argument).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{part} ended with {}: {said}", output.status).into());
    }
    samples.take_over(&String::from_utf8(output.stdout)?)
}

/// A process of its own: one part of the measurement of a node that is there.
pub(crate) fn child(part: &str, node: &Path, argument: &str, samples: &mut Samples) -> Result<()> {
    match part {
        "fill" => fill_alone(node, argument.parse()?, samples),
        "locked" => locked(node, samples),
        "unlock" => unlock(node, argument, samples),
        "rebuild" => rebuild(node, samples),
        "memory" => in_memory(node, samples),
        "import" => import(node, argument.parse()?, samples),
        _ => Err(format!("no part is called `{part}`").into()),
    }
}

/// The large node alone, for a profile of what comes after.
fn fill_alone(node: &Path, acts: u64, samples: &mut Samples) -> Result<()> {
    let desk = Desk::found(node, Cost::STANDARD)?;
    let (seconds, _) = timed(|| desk.fill(acts, FILLERS, ERASURES))?;
    samples.push("large.fill_s", seconds);
    samples.say("staff", &staff_text(desk.caseworker()));
    desk.office.close()?;
    Ok(())
}

fn locked(node: &Path, samples: &mut Samples) -> Result<()> {
    let (seconds, office) = timed(|| Ok(Office::open(node, random)?))?;
    office.status()?;
    samples.push("locked.open_s", seconds);
    samples.push("locked.rss_mib", memory_mib("VmRSS")?);
    Ok(())
}

fn unlock(node: &Path, staff: &str, samples: &mut Samples) -> Result<()> {
    let office = Office::open(node, random)?;
    let (seconds, ()) = timed(|| Ok(office.unlock(&passphrase())?))?;
    samples.push("unlock.s", seconds);
    samples.push("unlock.rss_mib", memory_mib("VmRSS")?);
    samples.push("unlock.peak_mib", memory_mib("VmHWM")?);
    let staff = staff_of(staff)?;
    for (name, number) in [("first", 5_001), ("second", 5_003)] {
        let (seconds, ()) = timed(|| search(&office, staff, number))?;
        samples.push(&format!("search.{name}_s"), seconds);
    }
    samples.push("search.rss_mib", memory_mib("VmRSS")?);
    samples.push("search.peak_mib", memory_mib("VmHWM")?);
    let (seconds, ()) = timed(|| Ok(office.close()?))?;
    samples.push("close.s", seconds);
    Ok(())
}

/// The chain alone, the views on the disk made anew, and everything verified.
fn rebuild(node: &Path, samples: &mut Samples) -> Result<()> {
    let mut journal = SqliteJournal::open_existing(&node.join("journal/journal.sqlite"))?;
    let (seconds, verified) = timed(|| Ok(verify(&mut journal, |_, _| true)?))?;
    let acts = float(verified.head.acts);
    samples.push("chain.acts_per_s", acts / seconds);
    drop(journal);
    let office = Office::open(node, random)?;
    office.unlock(&passphrase())?;
    let before = thread_seconds("sequencer")?;
    let (seconds, _) = timed(|| Ok(office.rebuild()?))?;
    let writing = thread_seconds("sequencer")? - before;
    samples.push("rebuild.disk.acts_per_s", acts / seconds);
    samples.push("rebuild.disk.acts_per_cpu_s", acts / writing);
    samples.push("rebuild.peak_mib", memory_mib("VmHWM")?);
    let (seconds, found) = timed(|| Ok(office.verify()?))?;
    if found.broken.is_some() || found.views_agree != Some(true) {
        return Err(format!("the node does not verify: {found:?}").into());
    }
    samples.push("verify.acts_per_s", acts / seconds);
    samples.push("verify.peak_mib", memory_mib("VmHWM")?);
    office.close()?;
    Ok(())
}

/// The views in memory: what a second process gets while the first has the file.
fn in_memory(node: &Path, samples: &mut Samples) -> Result<()> {
    let first = Office::open(node, random)?;
    first.unlock(&passphrase())?;
    let second = Office::open(node, random)?;
    second.unlock(&passphrase())?;
    let before = thread_seconds("sequencer")?;
    let (seconds, acts) = timed(|| Ok(second.rebuild()?))?;
    let writing = thread_seconds("sequencer")? - before;
    samples.push("rebuild.memory.acts_per_s", float(acts) / seconds);
    samples.push("rebuild.memory.acts_per_cpu_s", float(acts) / writing);
    second.close()?;
    first.close()?;
    Ok(())
}

/// A file of many persons brought in at once, in a process of its own.
pub(crate) fn imported(options: &Options, samples: &mut Samples) -> Result<()> {
    for _ in 0..options.runs {
        machine::note(samples, &options.work)?;
        let node = options.work.join("imported");
        if node.exists() {
            std::fs::remove_dir_all(&node)?;
        }
        run_child("import", &node, &options.persons.to_string(), samples)?;
    }
    samples.push("import.persons", float(options.persons));
    let acts = float(options.persons * 2);
    sizes(&options.work.join("imported"), "import", acts, samples)
}

fn import(node: &Path, persons: u64, samples: &mut Samples) -> Result<()> {
    let desk = Desk::found(node, Cost::STANDARD)?;
    samples.push("import.before_mib", memory_mib("VmRSS")?);
    let (seconds, ()) = timed(|| desk.import(persons))?;
    samples.push("import.s", seconds);
    samples.push("import.peak_mib", memory_mib("VmHWM")?);
    let (seconds, _) = timed(|| Ok(desk.office.rebuild()?))?;
    samples.push("import.rebuild_acts_per_s", float(persons * 2) / seconds);
    desk.office.close()?;
    Ok(())
}

/// A locked node takes deposits; they are opened when it is unlocked again.
pub(crate) fn deposits(options: &Options, samples: &mut Samples) -> Result<()> {
    let desk = Desk::found(&options.work.join("deposits"), Cost::TESTS)?;
    let key = desk.office.deposit_key()?;
    desk.office.lock()?;
    let sealed: Vec<Vec<u8>> = (0..SUBMISSIONS)
        .map(|_| key.seal(&deposited(&desk), &mut random()))
        .collect();
    let mut times = Vec::new();
    for deposit in sealed {
        times.push(timed(|| Ok(desk.office.deposit(deposit)?))?.0 * 1e3);
    }
    samples.push("deposit.p50_ms", percentile(&times, 50));
    samples.push("deposit.p99_ms", percentile(&times, 99));
    desk.office.unlock(&passphrase())?;
    let (seconds, taken) = timed(|| desk.take_deposits())?;
    samples.push("deposit.taken_per_s", float(taken) / seconds);
    desk.office.close()?;
    Ok(())
}

fn deposited(desk: &Desk) -> Deposited {
    Deposited::Record {
        at_ms: 1_924_000_000_000,
        role: evidence::record::PersonRole::Victim,
        record: desk.record(),
    }
}
