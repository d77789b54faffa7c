//! What must be left of a node after a power cut.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use keep::act::{Deed, Inside};
use keep::blobs::Blobs;
use keep::keyring::Keyring;
use office::{Office, Opening, has_vault};
use terms::id::{DossierId, RecordId};

use super::attack::{self, Found, acts, inside, named_blobs};
use super::people::{People, found, noon, passphrase, person, random};
use super::worker::{WORDS, keys_of, node_of};

/// What the program had said when it died.
#[derive(Debug, Default)]
struct Said {
    founded: bool,
    people: Option<People>,
    records: Vec<(DossierId, RecordId, String)>,
    deposits: Vec<String>,
    imports: Vec<Vec<String>>,
    imports_tried: Vec<Vec<String>>,
    erased: BTreeSet<DossierId>,
    erasing: BTreeSet<DossierId>,
    /// The passphrases that may open the node, the likeliest first.
    words: Vec<String>,
    all_words: Vec<String>,
    saved: bool,
    /// How many records were acknowledged before the backup.
    backed_up: Option<usize>,
}

impl Said {
    fn of(lines: &[String], people: Option<People>) -> Result<Self, String> {
        let mut said = Self {
            founded: people.is_some(),
            people,
            words: vec![WORDS.to_owned()],
            all_words: vec![WORDS.to_owned()],
            ..Self::default()
        };
        for line in lines {
            if let Some(line) = line.strip_prefix("ack ") {
                said.take(line)
                    .ok_or_else(|| format!("not understood: {line}"))?;
            }
        }
        Ok(said)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        match what {
            "founded" => self.founded = true,
            "people" => self.people = Some(People::from_words(rest)),
            "record" => {
                let (dossier, rest) = rest.split_once(' ')?;
                let (record, name) = rest.split_once(' ')?;
                let record = record.parse().ok()?;
                let dossier = dossier.parse().ok()?;
                self.records.push((dossier, record, name.to_owned()));
            }
            "deposit" => self.deposits.push(rest.to_owned()),
            "import" => self.imports.push(names(rest)),
            "erased" => {
                self.erased.insert(rest.parse().ok()?);
            }
            "passphrase" => self.words = vec![rest.to_owned()],
            "backup" => {
                self.saved = true;
                self.backed_up = Some(self.records.len());
            }
            "saved" => self.saved = true,
            "try" => self.take_try(rest)?,
            "taken" | "held" | "read" | "figure" | "locked" => {}
            _ => return None,
        }
        Some(())
    }

    fn take_try(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(' ')?;
        match what {
            "erase" => {
                self.erasing.insert(rest.parse().ok()?);
            }
            "import" => self.imports_tried.push(names(rest)),
            "passphrase" => {
                self.words.push(rest.to_owned());
                self.all_words.push(rest.to_owned());
            }
            _ => return None,
        }
        Some(())
    }
}

fn names(words: &str) -> Vec<String> {
    words.split(',').map(str::to_owned).collect()
}

fn told<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> String + '_ {
    move |error| format!("{what}: {error}")
}

fn must(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// Looks at a folder as it was found when the power came back, for all that was acknowledged, and
/// goes on working in it. `people` work at a node that was founded before the program began.
pub(super) fn check(root: &Path, lines: &[String], people: Option<People>) -> Result<(), String> {
    let said = Said::of(lines, people)?;
    let node = node_of(root);
    if !has_vault(&node) {
        must(!said.founded, || "the vault is gone".to_owned())?;
        return begin_again(&node);
    }
    let office = Office::open(&node, random).map_err(told("opening"))?;
    must(!office.status().map_err(told("status"))?.unlocked, || {
        "it is unlocked".to_owned()
    })?;
    let words = unlock(&office, &said)?;
    verified(&office, "after the unlocking")?;
    let Some(people) = said.people else {
        // Nobody who could work there was acknowledged.
        return Ok(());
    };
    people.take_deposits(&office).map_err(told("deposits"))?;
    office
        .finish_erasures(noon(5))
        .map_err(told("finishing erasures"))?;
    let keyring = attack::keyring(&node.join("keyring"), &words)?;
    let walked = Walked::of(&node, &keyring)?;
    walked.records(&said)?;
    walked.once(&said)?;
    erasures(&said, &walked, &keyring)?;
    readable(&office, &people, &said)?;
    leftovers(&node, &keyring, &walked.found)?;
    saved(root, &said)?;
    go_on(office, &node, &people, &words)
}

/// Where no vault was acknowledged, one can be founded, and works.
fn begin_again(node: &Path) -> Result<(), String> {
    std::fs::create_dir_all(node).map_err(told("the node's folder"))?;
    let words = passphrase(WORDS);
    let (office, founded) = found(node, &words, "Ada Again").map_err(told("founding again"))?;
    let people = People::of(&office, founded.administrator, "Again");
    people
        .enter(&office, (None, None), person("The First"))
        .map_err(told("entering"))?;
    verified(&office, "after founding again")
}

fn unlock(office: &Office, said: &Said) -> Result<String, String> {
    let mut refused = String::new();
    for words in &said.words {
        match office.unlock(&passphrase(words)) {
            Ok(()) => return Ok(words.clone()),
            Err(error) => refused = error.to_string(),
        }
    }
    Err(format!("unlocking with {:?}: {refused}", said.words))
}

fn verified(office: &Office, when: &str) -> Result<(), String> {
    let found = office.verify().map_err(told(when))?;
    let figures = found.figures.unwrap_or_default();
    must(
        found.broken.is_none() && found.views_agree == Some(true) && figures.failed == 0,
        || format!("{when}: {found:?}"),
    )
}

/// What the journal holds, opened without the office.
struct Walked {
    found: Vec<Found>,
    /// Each record: its dossier, and its name if its key is there.
    records: Vec<(RecordId, DossierId, Option<String>)>,
    /// The key of each dossier.
    keys: BTreeMap<DossierId, u64>,
}

impl Walked {
    fn of(node: &Path, keyring: &Keyring) -> Result<Self, String> {
        let found = acts(
            &node.join("journal/journal.sqlite"),
            &node.join("blobs"),
            keyring,
        )?;
        let (mut records, mut keys) = (Vec::new(), BTreeMap::new());
        let mut owners: BTreeMap<u64, String> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for one in &found {
            let Found::Act(act) = one else {
                continue;
            };
            let owner = match &act.deed {
                Deed::DossierOpened(opened) => {
                    keys.insert(opened.dossier, opened.key);
                    Some((opened.key, opened.dossier.to_string()))
                }
                Deed::StaffAdded(added) => Some((added.key, added.staff.to_string())),
                Deed::DepositTaken(one) => {
                    must(taken.insert(one.deposit), || {
                        format!("deposit {} is taken twice", one.deposit)
                    })?;
                    None
                }
                Deed::RecordEntered(entered) => {
                    let name = match inside(keyring, act) {
                        Some(Inside::Record(record)) => record.names().next().map(str::to_owned),
                        _ => None,
                    };
                    records.push((entered.record, entered.dossier, name));
                    None
                }
                _ => None,
            };
            if let Some((key, owner)) = owner
                && let Some(other) = owners.insert(key, owner.clone())
            {
                return Err(format!("key {key} is that of {other} and of {owner}"));
            }
        }
        Ok(Self {
            found,
            records,
            keys,
        })
    }

    /// Every acknowledged record is there once, in its dossier, and says its name.
    fn records(&self, said: &Said) -> Result<(), String> {
        for (dossier, record, name) in &said.records {
            let here: Vec<_> = self.records.iter().filter(|one| one.0 == *record).collect();
            let [(_, in_dossier, found)] = here[..] else {
                return Err(format!("{name} ({record}) is there {} times", here.len()));
            };
            must(in_dossier == dossier, || format!("{name} is elsewhere"))?;
            let may_be_gone = said.erasing.contains(dossier);
            must(found.as_ref() == Some(name) || may_be_gone, || {
                format!("{name} reads {found:?}")
            })?;
        }
        Ok(())
    }

    /// No name is there twice; each deposit and each import is there once, an import wholly.
    fn once(&self, said: &Said) -> Result<(), String> {
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, _, name) in &self.records {
            if let Some(name) = name {
                *times.entry(name).or_default() += 1;
            }
        }
        if let Some((name, count)) = times.iter().find(|(_, count)| **count > 1) {
            return Err(format!("{name} is there {count} times"));
        }
        let imported = said.imports.iter().flatten();
        for name in said.deposits.iter().chain(imported) {
            must(times.contains_key(name.as_str()), || {
                format!("{name} is lost")
            })?;
        }
        for names in &said.imports_tried {
            let there = names
                .iter()
                .filter(|name| times.contains_key(name.as_str()));
            let there = there.count();
            must(there == 0 || there == names.len(), || {
                format!("{there} of {names:?} are there")
            })?;
        }
        Ok(())
    }
}

/// An acknowledged erasure holds; one that was begun is done or not, never half.
fn erasures(said: &Said, walked: &Walked, keyring: &Keyring) -> Result<(), String> {
    for dossier in &said.erasing {
        let Some(key) = walked.keys.get(dossier) else {
            return Err(format!("{dossier} is lost"));
        };
        let acts = |wanted: fn(&Deed, DossierId) -> bool| {
            let mut acts = walked.found.iter();
            acts.any(|one| matches!(one, Found::Act(act) if wanted(&act.deed, *dossier)))
        };
        let confirmed =
            acts(|deed, of| matches!(deed, Deed::ErasureConfirmed(one) if one.dossier == of));
        let done = acts(|deed, of| matches!(deed, Deed::ErasureDone(one) if one.dossier == of));
        must(confirmed || !said.erased.contains(dossier), || {
            format!("the erasure of {dossier} is lost")
        })?;
        must(confirmed == done, || {
            format!("the erasure of {dossier} is not finished")
        })?;
        let there = keyring.dossier_key(*key).map_err(told("a key"))?.is_some();
        must(there != done, || {
            format!("key of {dossier}: there {there}, erased {done}")
        })?;
        let readable = walked
            .records
            .iter()
            .any(|(_, of, name)| of == dossier && name.is_some());
        must(readable != done, || {
            format!("{dossier} is readable: {readable}, erased: {done}")
        })?;
    }
    Ok(())
}

/// Through the office, as somebody who works there.
fn readable(office: &Office, people: &People, said: &Said) -> Result<(), String> {
    let first = said.records.iter().take(2);
    for (dossier, _, name) in first.chain(said.records.last()) {
        let read = people.read(office, *dossier, "after the cut");
        if said.erasing.contains(dossier) {
            let refused = read.as_ref().err().map(|error| error.code());
            let erased = refused == Some("dossier_erased");
            let begun_only = !said.erased.contains(dossier) && read.is_ok();
            must(erased || begun_only, || format!("{name}: {refused:?}"))?;
            continue;
        }
        let read = read.map_err(told(name))?;
        let named = |record: &evidence::record::Record| record.names().any(|one| one == name);
        must(read.iter().any(named), || format!("{name} is not read"))?;
    }
    if let Some(name) = said.deposits.last() {
        let found = people.search(office, name, "after the cut");
        let found = found.map_err(told("searching"))?;
        must(!found.is_empty(), || format!("{name} is not found"))?;
    }
    Ok(())
}

fn names_in(folder: &Path) -> Result<BTreeSet<String>, String> {
    let entries = std::fs::read_dir(folder).map_err(told("a folder"))?;
    entries
        .map(|entry| {
            let name = entry.map_err(told("an entry"))?.file_name();
            Ok(name.to_string_lossy().into_owned())
        })
        .collect()
}

/// Nothing half made is left.
fn leftovers(node: &Path, keyring: &Keyring, found: &[Found]) -> Result<(), String> {
    let epoch = format!("epoch-{:06}", keyring.epoch());
    let folder = node.join("keyring");
    let here = names_in(&folder)?;
    let allowed = ["lock.json", "writing", &epoch].map(str::to_owned);
    must(here == BTreeSet::from(allowed), || {
        format!("the keyring holds {here:?}")
    })?;
    let here = names_in(&folder.join(epoch))?;
    must(here.iter().all(|name| !name.contains(".new")), || {
        format!("the epoch holds {here:?}")
    })?;
    let here = names_in(&node.join("blobs/staging"))?;
    must(here.is_empty(), || format!("staging holds {here:?}"))?;
    let blobs = Blobs::open(&node.join("blobs")).map_err(told("blobs"))?;
    let there = blobs.list().map_err(told("blobs"))?;
    let named: BTreeSet<_> = named_blobs(found).into_iter().collect();
    must(there.into_iter().collect::<BTreeSet<_>>() == named, || {
        "the blobs are not those that are named".to_owned()
    })
}

/// A saved keyring opens with a passphrase of its time, and a backup goes on as a node.
fn saved(root: &Path, said: &Said) -> Result<(), String> {
    let keys = keys_of(root);
    let opens = |words: &&String| attack::keyring(&keys, words).is_ok();
    let words = said.all_words.iter().find(opens);
    let Some(words) = words else {
        return must(!said.saved, || "the saved keyring is lost".to_owned());
    };
    let Some(before) = said.backed_up else {
        return Ok(());
    };
    let again = root.join("again");
    let words = passphrase(words);
    let opening = Opening::Passphrase(&words);
    let restored = Office::restore(
        &root.join("backup"),
        &keys,
        &again,
        &opening,
        noon(6),
        random,
    )
    .map_err(told("restoring"))?;
    must(restored.verified.views_agree == Some(true), || {
        format!("{restored:?}")
    })?;
    let office = Office::open(&again, random).map_err(told("the restored node"))?;
    office.unlock(&words).map_err(told("the restored node"))?;
    let people = said.people.ok_or("nobody works there")?;
    let mut kept = said.records[..before].iter();
    if let Some((dossier, _, name)) = kept.find(|one| !said.erasing.contains(&one.0)) {
        let read = people.read(&office, *dossier, "restored");
        read.map_err(told(name))?;
    }
    Ok(())
}

/// The node goes on, and is whole once more after a good closing.
fn go_on(office: Office, node: &Path, people: &People, words: &str) -> Result<(), String> {
    let name = "Somebody Later";
    let entered = people.enter(&office, (None, None), person(name));
    let (dossier, _) = entered.map_err(told("going on"))?;
    verified(&office, "after one more record")?;
    office.close().map_err(told("closing"))?;
    let office = Office::open(node, random).map_err(told("opening again"))?;
    office
        .unlock(&passphrase(words))
        .map_err(told("unlocking again"))?;
    let read = people.read(&office, dossier, "once more");
    read.map_err(told("reading again"))?;
    verified(&office, "after opening again")
}
