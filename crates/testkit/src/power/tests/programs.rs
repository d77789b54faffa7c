//! The programs under test, and what must be left of their work.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Names the program that this test binary shall be.
pub(super) const PROGRAM: &str = "PALERMO_POWER_PROGRAM";
/// The folder that it works in.
pub(super) const ROOT: &str = "PALERMO_POWER_ROOT_OF_PROGRAM";

/// Looks in a folder for what was acknowledged.
pub(super) type Look = fn(&Path, &[&str]) -> Result<(), String>;

#[test]
#[ignore = "a program that the other tests of the disk start"]
fn runs_as_a_program() {
    let (Ok(name), Some(root)) = (std::env::var(PROGRAM), std::env::var_os(ROOT)) else {
        panic!("{PROGRAM} and {ROOT} are not set");
    };
    let root = PathBuf::from(root);
    // The test harness has begun a line.
    println!();
    match name.as_str() {
        "database_full" => super::database::work(&root, "FULL"),
        "database_normal" => super::database::work(&root, "NORMAL"),
        "database_off" => super::database::work(&root, "OFF"),
        "many_kinds" => super::recording::many_kinds(&root).expect("the work"),
        "unseen" => super::recording::unseen(&root),
        name => work(name, &root).expect("the work"),
    }
}

/// Says that something is done; the line leaves the process at once.
pub(super) fn acknowledge(what: &str) {
    let mut output = io::stdout();
    let said = writeln!(output, "ack {what}").and_then(|()| output.flush());
    said.expect("standard output");
}

fn work(name: &str, root: &Path) -> io::Result<()> {
    match name {
        "careful" => replace_all(root, true, true),
        "without_file_sync" => replace_all(root, false, true),
        "without_folder_sync" => replace_all(root, true, false),
        "created_and_synced" => create_all(root),
        "append_with_sync" => append(root, true, 0),
        "append_without_sync" => append(root, false, 0),
        // O_DSYNC, as <fcntl.h> of Linux numbers it on the machines that the recorder knows.
        "append_synchronous" => append(root, false, 0o10000),
        "in_place" => in_place(root),
        "nested_careful" => nested(root, true),
        "nested_careless" => nested(root, false),
        "threads" => threads(root),
        _ => panic!("no program {name}"),
    }
}

/// The content of one version of one file: four sectors, the last begun, each its own.
fn content(name: &str, version: usize) -> Vec<u8> {
    let lines = (0..).map(|line| format!("{name} {version} {line}\n"));
    let text: Vec<u8> = lines.take(200).flat_map(String::into_bytes).collect();
    text[..1700].to_vec()
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn replace(folder: &Path, name: &str, version: usize, file: bool, names: bool) -> io::Result<()> {
    let temporary = folder.join(format!("{name}.new"));
    let mut writer = File::create(&temporary)?;
    // In parts, as a buffered writer does.
    for part in content(name, version).chunks(1000) {
        writer.write_all(part)?;
    }
    if file {
        writer.sync_all()?;
    }
    fs::rename(&temporary, folder.join(name))?;
    if names {
        sync_folder(folder)?;
    }
    acknowledge(&format!("{name} {version}"));
    Ok(())
}

fn replace_all(root: &Path, file: bool, names: bool) -> io::Result<()> {
    for version in 1..=3 {
        for name in ["one", "two"] {
            replace(root, name, version, file, names)?;
        }
    }
    Ok(())
}

fn create_all(root: &Path) -> io::Result<()> {
    for name in ["one", "two", "three"] {
        let mut file = File::create_new(root.join(name))?;
        file.write_all(&content(name, 1))?;
        file.sync_all()?;
        acknowledge(&format!("{name} 1"));
    }
    Ok(())
}

fn append(root: &Path, sync: bool, flags: i32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true).custom_flags(flags);
    let mut file = options.open(root.join("log"))?;
    sync_folder(root)?;
    for number in 0..12 {
        file.write_all(format!("record {number} {}\n", "x".repeat(150)).as_bytes())?;
        if sync {
            file.sync_data()?;
        }
        acknowledge(&number.to_string());
    }
    Ok(())
}

fn in_place(root: &Path) -> io::Result<()> {
    replace(root, "one", 1, true, true)?;
    let file = OpenOptions::new().write(true).open(root.join("one"))?;
    for version in 2..=4 {
        file.write_all_at(&content("one", version), 0)?;
        file.sync_data()?;
        acknowledge(&format!("one {version}"));
    }
    Ok(())
}

fn nested(root: &Path, careful: bool) -> io::Result<()> {
    let inner = root.join("a/b");
    fs::create_dir_all(&inner)?;
    if careful {
        sync_folder(&root.join("a"))?;
        sync_folder(root)?;
    }
    for version in 1..=2 {
        replace(&inner, "one", version, true, true)?;
    }
    Ok(())
}

fn threads(root: &Path) -> io::Result<()> {
    std::thread::scope(|scope| {
        let worker = |name: &'static str| {
            move || -> io::Result<()> {
                for version in 1..=4 {
                    replace(root, name, version, true, true)?;
                }
                Ok(())
            }
        };
        let handles = ["one", "two", "three"].map(|name| scope.spawn(worker(name)));
        let mut joined = handles.into_iter().map(|handle| handle.join());
        joined.try_for_each(|result| result.expect("a thread"))
    })
}

/// Each file acknowledged is there, whole, in the version acknowledged last or a later one.
pub(super) fn whole(folder: &Path, acknowledged: &[&str]) -> Result<(), String> {
    for line in acknowledged {
        let (name, version) = line.split_once(' ').ok_or("a line without a version")?;
        let version: usize = version.parse().map_err(|_| "no version")?;
        let places = [folder.join(name), folder.join("a/b").join(name)];
        let place = places.iter().find(|place| place.exists());
        let place = place.ok_or_else(|| format!("{name} {version} is absent"))?;
        let bytes = fs::read(place).map_err(|error| error.to_string())?;
        if bytes.is_empty() {
            return Err(format!("{name} {version} is empty"));
        }
        let found = (1..9).find(|version| content(name, *version) == bytes);
        match found {
            None => return Err(format!("{name} {version} is torn")),
            Some(found) if found < version => {
                return Err(format!("{name} {version} is absent, {found} is there"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Each record acknowledged is in the log; behind them anything may stand.
pub(super) fn appended(folder: &Path, acknowledged: &[&str]) -> Result<(), String> {
    let bytes = fs::read(folder.join("log")).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    for number in acknowledged {
        let wanted = format!("record {number} {}", "x".repeat(150));
        if lines.next() != Some(wanted.as_str()) {
            return Err(format!("record {number} is lost"));
        }
    }
    Ok(())
}
