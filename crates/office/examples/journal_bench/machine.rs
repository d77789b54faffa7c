//! What the machine itself does: its disk, its memory, its load.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use crate::{Result, Samples};

/// Bytes of one write in the loop that measures the disk.
const WRITE_BYTES: usize = 4_096;
const WRITES: usize = 200;

/// Milliseconds of each of many writes of 4 KiB to the end of a file, each followed by `fsync`.
pub(crate) fn fsync_ms(folder: &Path) -> Result<Vec<f64>> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let bytes = [7_u8; WRITE_BYTES];
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let start = Instant::now();
        file.write_all(&bytes)?;
        file.sync_all()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    drop(file);
    fs::remove_file(path)?;
    Ok(times)
}

/// Notes the disk and the load as they are at this moment.
pub(crate) fn note(samples: &mut Samples, folder: &Path) -> Result<()> {
    let times = fsync_ms(folder)?;
    samples.push("fsync.p50_ms", percentile(&times, 50));
    samples.push("fsync.p99_ms", percentile(&times, 99));
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default().parse::<f64>()?;
    samples.push("load.1min", load);
    Ok(())
}

/// The value below which so many of a hundred lie; 0 without values.
pub(crate) fn percentile(values: &[f64], hundredths: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * hundredths / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// A line of `/proc/self/status` in MiB: `VmRSS` is what is in memory now, `VmHWM` the most that
/// ever was.
pub(crate) fn memory_mib(line: &str) -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|text| text.strip_prefix(line));
    let kib = line.and_then(|rest| rest.trim_start_matches(':').split_whitespace().next());
    Ok(kib.unwrap_or_default().parse::<f64>()? / 1_024.0)
}

/// Seconds that the threads of that name have been on a processor: what a busy machine cannot
/// falsify.
pub(crate) fn thread_seconds(name: &str) -> Result<f64> {
    let mut nanoseconds = 0.0;
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        // A thread may end meanwhile.
        let Ok(comm) = fs::read_to_string(task.join("comm")) else {
            continue;
        };
        if comm.trim() == name {
            let times = fs::read_to_string(task.join("schedstat"))?;
            let first = times.split(' ').next().unwrap_or_default();
            nanoseconds += first.parse::<f64>()?;
        }
    }
    Ok(nanoseconds / 1e9)
}

/// The processor as the system names it.
pub(crate) fn processor() -> String {
    let all = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = all.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(':'));
    name.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

/// Bytes of a file, or of all files under a folder.
#[expect(
    clippy::cast_precision_loss,
    reason = "sizes here are far below 2^52 bytes"
)]
pub(crate) fn bytes_of(path: &Path) -> Result<f64> {
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0.0),
        Err(error) => return Err(error.into()),
    };
    if meta.is_file() {
        return Ok(meta.len() as f64);
    }
    let mut sum = 0.0;
    for entry in fs::read_dir(path)? {
        sum += bytes_of(&entry?.path())?;
    }
    Ok(sum)
}
