//! The recorder sees each kind of operation, and says so when it cannot.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IoSlice, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::super::{Recorder, Run};
use super::program;

/// O_TMPFILE with O_DIRECTORY, which machines number differently.
const NAMELESS: i32 = if cfg!(target_arch = "aarch64") {
    0o20_040_000
} else {
    0o20_200_000
};

/// Works in as many ways as the standard library has.
pub(super) fn many_kinds(root: &Path) -> io::Result<()> {
    std::env::set_current_dir(root)?;
    fs::create_dir_all("kept/deep/deeper")?;
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open("kept/../kept/deep/file")?;
    file.write_all(b"one two three")?;
    file.seek(SeekFrom::Start(4))?;
    let gathered = file.write_vectored(&[IoSlice::new(b"T"), IoSlice::new(b"WO")])?;
    assert_eq!(gathered, 3);
    let mut copy = file.try_clone()?;
    copy.write_all(b"!")?;
    file.write_all_at(b"far", 5000)?;
    file.set_len(4000)?;
    drop(file);
    copy.write_all(b"?")?;
    copy.sync_all()?;
    drop(copy);
    // What stood here before the run is cut to nothing, then appended to.
    File::create("old")?.write_all(b"new\n")?;
    let mut old = OpenOptions::new().append(true).open("old")?;
    old.write_all(b"more\n")?;
    fs::copy("kept/deep/file", "kept/copy")?;
    fs::hard_link("old", "kept/second")?;
    std::os::unix::fs::symlink("deep/file", "kept/link")?;
    fs::write("kept/link", b"through the link")?;
    fs::rename("kept/deep", "moved")?;
    fs::write("moved/deeper/late", b"late")?;
    fs::create_dir_all("gone/a/b")?;
    fs::write("gone/a/b/file", b"gone")?;
    fs::remove_dir_all("gone")?;
    fs::remove_file("kept/second")?;
    // A file that never has a name.
    let mut nameless = OpenOptions::new()
        .write(true)
        .custom_flags(NAMELESS)
        .open(".")?;
    nameless.write_all(b"nameless")?;
    let mut removed = File::create("removed")?;
    fs::remove_file("removed")?;
    removed.write_all(b"nobody sees it")?;
    Ok(())
}

/// Moves a name by a raw system call, which the recorder does not see.
pub(super) fn unseen(root: &Path) {
    let file = tempfile::NamedTempFile::new_in(root).expect("a file");
    file.persist_noclobber(root.join("kept")).expect("a name");
}

fn recorded(command: &mut Command, folder: &TempDir, cut: u64) -> Result<Run, String> {
    let recorder = Recorder::compile().expect("a C compiler");
    recorder.run(command, folder.path(), cut)
}

fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("old"), b"what stood here").expect("a file");
    folder
}

#[test]
fn each_kind_of_operation_is_recorded() {
    let folder = folder();
    let command = &mut program("many_kinds", folder.path());
    // The run itself holds the record against the folder.
    let run = recorded(command, &folder, 0).expect("a true record");
    let counts = run.log.counts();
    for kind in [
        "create",
        "open",
        "write",
        "set size",
        "sync",
        "rename",
        "unlink",
        "make folder",
        "remove folder",
        "link",
        "symlink",
        "temporary",
        "print",
    ] {
        assert!(counts.contains_key(kind), "{kind}: {counts:?}");
    }
    assert!(!run.killed);
    let left = fs::read(folder.path().join("old")).expect("put back");
    assert_eq!(left, b"what stood here");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[test]
fn a_cut_kills_before_its_operation_and_the_record_can_be_cut_there_too() {
    let folder = folder();
    let command = &mut program("careful", folder.path());
    let whole = recorded(command, &folder, 0).expect("a run");
    assert_eq!(
        whole
            .acknowledged
            .iter()
            .filter(|l| l.starts_with("ack"))
            .count(),
        6
    );
    for cut in [1, 7, 20] {
        let killed = recorded(command, &folder, cut).expect("a run");
        assert!(killed.killed);
        let shortened = whole.cut_before(cut).expect("printed by write");
        assert_eq!(killed.log, shortened.log);
        assert_eq!(killed.acknowledged, shortened.acknowledged);
    }
    let past = whole.log.operations() + 1;
    assert!(!recorded(command, &folder, past).expect("a run").killed);
}

#[test]
fn what_the_recorder_does_not_see_fails_the_run() {
    let folder = folder();
    let result = recorded(&mut program("unseen", folder.path()), &folder, 0);
    let message = result.expect_err("a record that lies");
    assert!(message.contains("missed an operation"), "{message}");
}

/// What the standard library of Rust does not do.
const AROUND: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>
static int more(int fd) {
    char path[40];
    int nameless = open(".", O_WRONLY | O_TMPFILE, 0600), here = open(".", O_RDONLY | O_DIRECTORY);
    write(nameless, "nameless", 8);
    sprintf(path, "/proc/self/fd/%d", nameless);
    if (linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW)) return 1;
    if (renameat2(here, "named", here, "old", RENAME_EXCHANGE)) return 2;
    if (truncate("old", 5) || posix_fallocate(fd, 4000, 1000)) return 3;
    if (pwrite(fd, "abcdef", 6, 100) != 6) return 4;
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 102, 2)) return 5;
    if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 9000, 1000)) return 6;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 40), second = dup2(fd, 41), old = open("named", O_RDONLY);
    if (write(copy, "C", 1) != 1 || write(second, "D", 1) != 1) return 7;
    if (sendfile(fd, old, NULL, 5) != -1) return 8;
    if (copy_file_range(old, NULL, fd, NULL, 5, 0) != -1) return 8;
    if (lseek(fd, 0, SEEK_CUR) != 2 || write(9999, "x", 1) != -1) return 9;
    int pipes[2];
    close(copy);
    if (pipe(pipes) || dup2(pipes[1], copy) != copy || write(copy, "pipe", 4) != 4) return 10;
    return close(second) || remove("named") || syncfs(here) || close(here);
}
int main(int count, char **words) {
    chdir(words[2]);
    int fd = open(words[3], O_RDWR | O_CREAT, 0600);
    ftruncate(fd, 4096);
    if (!strcmp(words[1], "more")) return more(fd);
    if (!strcmp(words[1], "stream")) return fputs("unseen", fopen("stream", "w")) < 0;
    if (!strcmp(words[1], "out")) return rename(words[3], "../out");
    if (!strcmp(words[1], "map")) {
        char *at = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        at[0] = 'x';
    } else if (fork() == 0) {
        write(fd, "x", 1);
        _exit(0);
    }
    wait(0);
    return 0;
}
"#;

#[test]
fn what_cannot_be_recorded_truly_fails_the_run() {
    let place = TempDir::new().expect("a folder");
    let (source, binary) = (place.path().join("a.c"), place.path().join("a"));
    fs::write(&source, AROUND).expect("a file");
    let mut compiler = Command::new("cc");
    compiler.args(["-w", "-o"]).arg(&binary).arg(&source);
    assert!(compiler.status().expect("a C compiler").success());
    let run = |how: &str, name: &str| {
        let folder = folder();
        let mut command = Command::new(&binary);
        command.arg(how).arg(folder.path()).arg(name);
        recorded(&mut command, &folder, 0)
    };
    for (how, name, wanted) in [
        ("map", "file", "mapped shared and writable"),
        ("fork", "file", "second process"),
        ("stream", "file", "missed an operation"),
        ("out", "file", "across the edge"),
    ] {
        let message = run(how, name).expect_err(how);
        assert!(message.contains(wanted), "{how}: {message}");
    }
    run("map", "file-shm").expect("an index is made anew");
    let counts = run("more", "file").expect("a true record").log.counts();
    for kind in [
        "temporary",
        "link",
        "exchange",
        "allocate",
        "zero",
        "sync all",
    ] {
        assert_eq!(counts.get(kind), Some(&1), "{kind}: {counts:?}");
    }
}

#[test]
fn a_program_that_fails_or_never_ends_fails_the_run() {
    let folder = folder();
    let message = recorded(&mut Command::new("false"), &folder, 0).expect_err("a failure");
    assert!(message.contains("the program failed"), "{message}");
    let mut recorder = Recorder::compile().expect("a C compiler");
    recorder.time_limit = std::time::Duration::from_millis(50);
    let result = recorder.run(Command::new("sleep").arg("20"), folder.path(), 0);
    assert!(
        result
            .expect_err("a long run")
            .contains("ran for more than")
    );
}
