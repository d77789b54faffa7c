//! The power goes and comes back, and nobody with the passphrase is there: the node stays locked
//! and goes on taking what is handed in; two of three shares open it, and nothing is lost.

use std::path::Path;

use office::{Office, OfficeError};
use protect::vault::{Cost, Share};
use tempfile::TempDir;
use terms::id::DossierId;
use testkit::power::{Plan, Recorder};

use super::people::{People, found, hand_in, passphrase, person, random};
use super::tell;
use super::worker::{Orders, WORDS, node_of};

#[test]
fn a_node_after_a_power_cut_is_locked_accepts_and_loses_nothing() {
    let folder = TempDir::new().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(node_of(root)).expect("a folder");
    let words = passphrase(WORDS);
    let (office, founded) = found(&node_of(root), &words, "Ada Ministrator").expect("founded");
    let people = People::of(&office, founded.administrator, "Ofthenode");
    let entered = people.enter(&office, (None, None), person("Entered Before"));
    let (dossier, _) = entered.expect("entered");
    hand_in(&office, &person("Left Before")).expect("handed in");
    // Not closed: the node was running unlocked when the power first went.
    drop(office);

    let orders = Orders {
        mode: "locked",
        root: root.to_owned(),
        seed: 1,
        threads: 2,
        steps: 8,
        people: String::new(),
        shares: String::new(),
    };
    let plan = Plan {
        cuts: 8,
        seeds: 1,
        seed: 31,
        kill: true,
        ..Plan::default()
    };
    let shares: Vec<String> = founded.shares.iter().map(Share::to_string).collect();
    let recorder = Recorder::compile().expect("a C compiler");
    let report = recorder.trial(&mut orders.command(), root, &plan, &mut |folder, lines| {
        let said = lines
            .iter()
            .filter_map(|line| line.strip_prefix("ack deposit "));
        let names: Vec<&str> = said.chain(["Left Before", "Entered Before"]).collect();
        come_back(&node_of(folder), (people, dossier), &shares, &names)
    });
    let report = report.expect("the trial");
    tell(&report.to_string());
    assert_eq!(report.losses, [], "{report}");
    assert!(report.cuts == 8 && report.acknowledged > 0, "{report}");
}

/// The power is back at a node. `names` were handed in or entered before.
fn come_back(
    node: &Path,
    (people, dossier): (People, DossierId),
    shares: &[String],
    names: &[&str],
) -> Result<(), String> {
    let told = |error: OfficeError| error.to_string();
    let office = Office::open(node, random).map_err(told)?;
    if office.status().map_err(told)?.unlocked {
        return Err("it came back unlocked".to_owned());
    }
    if people.read(&office, dossier, "locked").is_ok() {
        return Err("a locked node lets somebody read".to_owned());
    }
    hand_in(&office, &person("Left After")).map_err(told)?;
    let two: Vec<Share> = [&shares[2], &shares[1]]
        .into_iter()
        .map(|share| share.parse().expect("as printed"))
        .collect();
    let fresh = passphrase("another four plain words");
    if office.recover(&two[..1], &fresh, Cost::TESTS).is_ok() {
        return Err("one share opens it".to_owned());
    }
    office.recover(&two, &fresh, Cost::TESTS).map_err(told)?;
    people.take_deposits(&office).map_err(told)?;
    for name in names.iter().chain(&["Left After"]) {
        let found = people.search(&office, name, "who came").map_err(told)?;
        if found.is_empty() {
            return Err(format!("{name} is lost"));
        }
    }
    office.close().map_err(told)?;
    let office = Office::open(node, random).map_err(told)?;
    if office.unlock(&passphrase(WORDS)).is_ok() {
        return Err("the lost passphrase still opens it".to_owned());
    }
    office.unlock(&fresh).map_err(told)?;
    let verified = office.verify().map_err(told)?;
    if verified.broken.is_some() || verified.views_agree != Some(true) {
        return Err(format!("{verified:?}"));
    }
    Ok(())
}
