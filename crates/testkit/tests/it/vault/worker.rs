//! The program under attack: a real node at work, in a process of its own.
//!
//! It prints `ack` and a line for each thing once it is acknowledged, and `ack try` before a thing
//! whose outcome is open if the power goes meanwhile.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use office::Office;
use protect::vault::{Cost, Share};
use rand_core::Rng;
use terms::id::{DossierId, RecordId};
use testkit::random::TestRandom;
use zeroize::Zeroizing;

use super::people::{self, People, found, hand_in, noon, passphrase, person, random};

const PROGRAM: &str = "PALERMO_WORKER";
/// What a vault is founded with here.
pub(super) const WORDS: &str = "four plain words here";

/// What the program is to do.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    /// `found`: found a node; `whole`: found a node and work; `work`: work at one that is there;
    /// `locked`: hand deposits in; `plant` and `uproot`: enter one person and erase them; `serve`:
    /// do what is asked on the standard input.
    pub(super) mode: &'static str,
    pub(super) root: PathBuf,
    pub(super) seed: u64,
    pub(super) threads: u64,
    /// How many things each thread does.
    pub(super) steps: u64,
    /// The people of a node that is there.
    pub(super) people: String,
    /// Its shares, as they are printed.
    pub(super) shares: String,
}

impl Orders {
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("the test binary"));
        let test = "vault::worker::runs_as_a_program";
        command.args([test, "--exact", "--ignored", "--nocapture"]);
        command.arg("--test-threads=1").env(PROGRAM, self.mode);
        command.env("PALERMO_WORKER_ROOT", &self.root);
        command.env("PALERMO_WORKER_SEED", self.seed.to_string());
        command.env("PALERMO_WORKER_THREADS", self.threads.to_string());
        command.env("PALERMO_WORKER_STEPS", self.steps.to_string());
        command.env("PALERMO_WORKER_PEOPLE", &self.people);
        command.env("PALERMO_WORKER_SHARES", &self.shares);
        command
    }

    fn of_environment() -> Self {
        let text = |name: &str| std::env::var(format!("PALERMO_WORKER_{name}")).expect(name);
        let number = |name: &str| text(name).parse().expect("a number");
        let mode = std::env::var(PROGRAM).expect("a mode");
        let modes = [
            "found", "whole", "work", "locked", "plant", "uproot", "serve",
        ];
        Self {
            mode: modes
                .into_iter()
                .find(|one| *one == mode)
                .expect("a known mode"),
            root: PathBuf::from(text("ROOT")),
            seed: number("SEED"),
            threads: number("THREADS"),
            steps: number("STEPS"),
            people: text("PEOPLE"),
            shares: text("SHARES"),
        }
    }
}

/// Where things lie in the watched folder.
pub(super) fn node_of(root: &Path) -> PathBuf {
    root.join("node")
}

pub(super) fn keys_of(root: &Path) -> PathBuf {
    root.join("keys")
}

#[test]
#[ignore = "a program that the other tests of the vault start"]
fn runs_as_a_program() {
    let orders = Orders::of_environment();
    // The test harness has begun a line.
    println!();
    match orders.mode {
        "found" | "whole" => whole(&orders),
        "work" => {
            let office = Office::open(&node_of(&orders.root), random).expect("a node");
            office.unlock(&passphrase(WORDS)).expect("unlocked");
            let staff = People::from_words(&orders.people);
            work(&orders, &office, staff);
            office.close().expect("closed");
        }
        "locked" => locked(&orders),
        "plant" => super::bytes::plant(&orders),
        "uproot" => super::bytes::uproot(&orders),
        _ => serve(&orders),
    }
}

/// Says what is done; the line leaves the process at once.
pub(super) fn say(what: &str) {
    let mut output = io::stdout().lock();
    let said = writeln!(output, "ack {what}").and_then(|()| output.flush());
    said.expect("standard output");
}

/// Waits until somebody kills the program, or lets it go.
pub(super) fn pause() {
    let mut line = String::new();
    io::stdin().read_line(&mut line).expect("input");
}

fn whole(orders: &Orders) {
    let node = node_of(&orders.root);
    std::fs::create_dir(&node).expect("a folder");
    keep::flush_folder(&orders.root).expect("flushed");
    let (office, founded) = found(&node, &passphrase(WORDS), "Ada Ministrator").expect("founded");
    say(&format!("founded {}", founded.administrator));
    let staff = People::of(&office, founded.administrator, "Ofthenode");
    say(&format!("people {}", staff.to_words()));
    if orders.mode == "found" {
        return;
    }
    let shares: Vec<String> = founded.shares.iter().map(Share::to_string).collect();
    let orders = Orders {
        shares: shares.join("|"),
        ..orders.clone()
    };
    work(&orders, &office, staff);
    office.close().expect("closed");
}

fn work(orders: &Orders, office: &Office, staff: People) {
    let words = Mutex::new(WORDS.to_owned());
    std::thread::scope(|scope| {
        for thread in 0..orders.threads {
            let mut worker = Worker {
                orders,
                office,
                staff,
                thread,
                chance: TestRandom::new(orders.seed.wrapping_mul(1_000) + thread),
                records: Vec::new(),
                names: 0,
                words: &words,
            };
            scope.spawn(move || worker.work());
        }
    });
}

struct Worker<'a> {
    orders: &'a Orders,
    office: &'a Office,
    staff: People,
    thread: u64,
    chance: TestRandom,
    /// Dossiers of this thread, each with its last record.
    records: Vec<(DossierId, RecordId)>,
    names: u64,
    words: &'a Mutex<String>,
}

impl Worker<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("Person T{} N{}", self.thread, self.names)
    }

    fn below(&mut self, most: usize) -> usize {
        let most = u32::try_from(most).expect("a small number");
        usize::try_from(self.chance.next_u32() % most).expect("a small number")
    }

    fn work(&mut self) {
        self.enter();
        // What only the first thread does, in an order of its own.
        let mut rare: Vec<fn(&mut Self)> = Vec::new();
        if self.thread == 0 {
            rare = vec![Self::back_up, Self::change_passphrase, Self::save];
        }
        for _ in 0..self.orders.steps {
            if !rare.is_empty() && self.below(3) == 0 {
                let next = self.below(rare.len());
                rare.remove(next)(self);
            }
            match self.below(17) {
                0..6 => self.enter(),
                6 | 7 => self.correct(),
                8..11 => self.deposit(),
                11 => {
                    self.staff.take_deposits(self.office).expect("taken");
                    say("taken");
                }
                12 => self.hold(),
                13 | 14 => self.erase(),
                15 => self.import(),
                _ => {
                    self.staff.count(self.office).expect("counted");
                    say("figure");
                }
            }
        }
        for one in rare {
            one(self);
        }
    }

    fn enter(&mut self) {
        let name = self.name();
        let entered = self
            .staff
            .enter(self.office, (None, None), person(&name))
            .expect("entered");
        say(&format!("record {} {} {name}", entered.0, entered.1));
        self.records.push(entered);
    }

    fn correct(&mut self) {
        if self.records.is_empty() {
            return self.enter();
        }
        let at = self.below(self.records.len());
        let (dossier, record) = self.records[at];
        let name = self.name();
        let place = (Some(dossier), Some(record));
        let (_, new) = self
            .staff
            .enter(self.office, place, person(&name))
            .expect("corrected");
        say(&format!("record {dossier} {new} {name}"));
        self.records[at].1 = new;
    }

    fn deposit(&mut self) {
        let name = self.name();
        hand_in(self.office, &person(&name)).expect("handed in");
        say(&format!("deposit {name}"));
    }

    fn hold(&mut self) {
        let Some((dossier, _)) = self.records.first().copied() else {
            return self.enter();
        };
        let held = self.staff.hold(self.office, dossier, "a court has asked");
        held.expect("held");
        say("held");
        let found = self
            .staff
            .read(self.office, dossier, "for the court")
            .expect("read");
        assert!(!found.is_empty());
        say("read");
    }

    fn erase(&mut self) {
        if self.records.len() < 2 {
            return self.enter();
        }
        let at = self.below(self.records.len());
        let (dossier, _) = self.records.remove(at);
        say(&format!("try erase {dossier}"));
        let erased = self.staff.erase(self.office, dossier, "she asked for it");
        erased.expect("erased");
        say(&format!("erased {dossier}"));
    }

    fn import(&mut self) {
        let names: Vec<String> = (0..3).map(|_| self.name()).collect();
        let records = names.iter().map(|name| person(name)).collect();
        say(&format!("try import {}", names.join(",")));
        self.staff.import(self.office, records).expect("imported");
        say(&format!("import {}", names.join(",")));
    }

    /// By the shares, as somebody does whose passphrase is lost, or by the passphrase.
    fn change_passphrase(&mut self) {
        let new = format!("the words of seed {}", self.orders.seed);
        say(&format!("try passphrase {new}"));
        let mut words = self.words.lock().expect("no thread has failed");
        if self.orders.seed.is_multiple_of(2) {
            let shares: Vec<Share> = self
                .orders
                .shares
                .split('|')
                .skip(1)
                .map(|share| share.parse().expect("as printed"))
                .collect();
            let recovered = self.office.recover(&shares, &passphrase(&new), Cost::TESTS);
            recovered.expect("recovered");
        } else {
            let folder = node_of(&self.orders.root).join("keyring");
            let mut keyring = super::attack::keyring(&folder, &words).expect("unlocked");
            let changed = keyring.change_passphrase(&passphrase(&new), Cost::TESTS, &mut random());
            changed.expect("changed");
        }
        words.clone_from(&new);
        say(&format!("passphrase {new}"));
    }

    fn save(&mut self) {
        let saved = self.office.save_keyring(&keys_of(&self.orders.root));
        saved.expect("saved");
        say("saved");
    }

    fn back_up(&mut self) {
        let root = &self.orders.root;
        let made = self
            .office
            .back_up(&root.join("backup"), &keys_of(root), noon(3));
        made.expect("backed up");
        say("backup");
    }
}

/// A node that nobody has unlocked: people hand in what they have.
fn locked(orders: &Orders) {
    let office = Office::open(&node_of(&orders.root), random).expect("a node");
    assert!(!office.status().expect("status").unlocked);
    say("locked");
    let office = &office;
    std::thread::scope(|scope| {
        for thread in 0..orders.threads {
            scope.spawn(move || {
                for number in 0..orders.steps {
                    let name = format!("Left T{thread} N{number}");
                    hand_in(office, &person(&name)).expect("handed in");
                    say(&format!("deposit {name}"));
                }
            });
        }
    });
}

/// Serves until the input ends. What is asked comes by the input alone, so that neither the
/// program's text nor its surroundings hold what is looked for in its memory. One line each:
/// `deposit HEX`, `unlock WORDS`, `enter NAME`, `search WORDS`, `lock`.
fn serve(orders: &Orders) {
    let office = Office::open(&node_of(&orders.root), random).expect("a node");
    let staff = People::from_words(&orders.people);
    say("locked");
    let mut input = File::open("/dev/stdin").expect("the input");
    while let Some(line) = read_line(&mut input) {
        let line = str::from_utf8(&line).expect("text");
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        match what {
            "deposit" => {
                let bytes = (0..rest.len()).step_by(2);
                let bytes = bytes.map(|at| u8::from_str_radix(&rest[at..at + 2], 16));
                let bytes: Result<Vec<u8>, _> = bytes.collect();
                office.deposit(bytes.expect("hex")).expect("taken");
            }
            "unlock" => office.unlock(&passphrase(rest)).expect("unlocked"),
            "enter" => {
                let entered = staff.enter(&office, (None, None), people::person(rest));
                entered.expect("entered");
            }
            "search" => {
                let found = staff
                    .search(&office, rest, "at the gate")
                    .expect("searched");
                assert_eq!(found.len(), 1);
                staff.take_deposits(&office).expect("taken");
                let read = staff.read(&office, found[0], "at the gate").expect("read");
                assert_eq!(read.len(), 1);
            }
            "lock" => office.lock().expect("locked"),
            other => panic!("{other}"),
        }
        say(what);
    }
}

/// One line, byte by byte, so that no buffer keeps what was read; none at the end.
fn read_line(input: &mut File) -> Option<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(1 << 16));
    let mut byte = [0];
    while input.read(&mut byte).expect("input") == 1 {
        if byte == *b"\n" {
            return Some(line);
        }
        line.push(byte[0]);
    }
    None
}
