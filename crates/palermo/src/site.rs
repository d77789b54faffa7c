//! What a site shows: the evidence that the program carries, and what a node has taken in.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use analyse::missing_migrants::{RouteAndCause, Tables};
use evidence::intake::{Kind, Observations};
use jiff::Zoned;
use keep::Node;
use protect::release;
use publish::WorldMap;
use terms::group::Groups;
use terms::language::Language;
use terms::place::{NameOverride, PlaceCode, Places};
use web::Site;

use crate::refusal::Refusal;

/// Outlines of the node's own, instead of those that the program carries.
const OWN_OUTLINES: &str = "places/world.geojson";
/// Names of the node's own for places: columns code, language, name.
const OWN_NAMES: &str = "places/names.csv";

/// The site of a node that keeps nothing.
pub(crate) fn demo() -> Site {
    let (monthly, mapped) = analyse::seed::missing_migrants();
    Site {
        node_name: "Palermo demo".to_owned(),
        synthetic: false,
        places: Places::standard().clone(),
        groups: Groups::standard().clone(),
        map: WorldMap::standard().clone(),
        missing_migrants: release::foreign(monthly),
        missing_migrants_map: release::foreign(mapped),
        labels: labels(&analyse::seed::missing_migrants_labels()),
        tables: Vec::new(),
        released: None,
        counts: Some(Box::new(crate::attack::read_sent)),
        office: None,
        origin: None,
        sessions: None,
        unlock: None,
        today: Box::new(|| Zoned::now().date()),
        now: Box::new(jiff::Timestamp::now),
    }
}

/// The site of a node: its own tables where it has some, what the program carries where it has
/// none, and its own names and outlines of places.
pub(crate) fn of_node(path: &Path) -> Result<Site, Refusal> {
    let node = Node::open(path)?;
    let mut site = demo();
    site.node_name.clone_from(&node.config().name);
    site.synthetic = node.config().jurisdiction.is_some_and(is_invented);
    if let Some(outlines) = own_file(path, OWN_OUTLINES)? {
        site.map = WorldMap::from_geojson(&outlines).map_err(|error| {
            Refusal::input("outlines_unusable", format!("{OWN_OUTLINES}: {error}"))
        })?;
    }
    if let Some(names) = own_file(path, OWN_NAMES)? {
        site.places = own_names(&names)?;
    }
    for kind in Kind::ALL {
        take(&node, kind, &mut site)?;
    }
    Ok(site)
}

/// Whether a code is that of an invented State: one that ISO 3166-1 leaves to its users, unless it
/// is in wide use for a place that there is.
pub(crate) fn is_invented(code: PlaceCode) -> bool {
    code.is_user_assigned() && Places::standard().get(code).is_none()
}

fn take(node: &Node, kind: Kind, site: &mut Site) -> Result<(), Refusal> {
    let failed = |error: &dyn std::fmt::Display| Refusal::input("table_unreadable", error);
    let latest = share::latest(node.shelf(), kind).map_err(|error| failed(&error))?;
    let Some((_, reading)) = latest else {
        return Ok(());
    };
    match reading.taken.observations {
        Observations::Table(table) => site.tables.push(release::foreign(*table)),
        Observations::Incidents(incidents) => {
            let source = &reading.taken.source;
            let Tables {
                monthly,
                mapped,
                labels: own,
            } = analyse::missing_migrants::tables(&incidents, source)
                .map_err(|error| failed(&error))?;
            site.missing_migrants = release::foreign(monthly);
            site.missing_migrants_map = release::foreign(mapped);
            site.labels = labels(&own);
        }
    }
    Ok(())
}

fn labels(lists: &RouteAndCause) -> BTreeMap<String, String> {
    let pairs = lists.routes.iter().chain(lists.causes.iter());
    pairs
        .map(|(code, label)| (code.to_owned(), label.to_owned()))
        .collect()
}

fn own_file(node: &Path, name: &str) -> Result<Option<String>, Refusal> {
    match fs::read_to_string(node.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refusal::input(
            "own_file_unreadable",
            format!("{name}: {error}"),
        )),
    }
}

fn own_names(text: &str) -> Result<Places, Refusal> {
    let unusable = |row: usize, what: &str| {
        let message = format!(
            "{OWN_NAMES}, row {row}: {what}; allowed: code,language,name such as \
             FLK,es,Islas Malvinas"
        );
        Refusal::input("own_names_unusable", message)
    };
    let mut overrides = Vec::new();
    for (index, record) in csv::Reader::from_reader(text.as_bytes())
        .records()
        .enumerate()
    {
        let row = index + 2;
        let record = record.map_err(|error| unusable(row, &error.to_string()))?;
        let [code, language, name] = [0, 1, 2].map(|at| record.get(at).unwrap_or_default().trim());
        let code: PlaceCode = code
            .parse()
            .map_err(|_| unusable(row, &format!("“{code}” is no place")))?;
        let language = Language::parse(language)
            .map_err(|_| unusable(row, &format!("“{language}” is no language")))?;
        overrides.push(NameOverride {
            code,
            language,
            name: name.to_owned(),
        });
    }
    Places::standard()
        .with_names(overrides)
        .map_err(|error| Refusal::input("own_names_unusable", format!("{OWN_NAMES}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::is_invented;

    #[test]
    fn a_place_that_there_is_is_not_invented_whatever_its_code() {
        for (code, invented) in [
            ("XAA", true),
            ("XXA", true),
            ("QMA", true),
            ("XKX", false),
            ("MWI", false),
        ] {
            assert_eq!(
                is_invented(code.parse().expect("a code")),
                invented,
                "{code}"
            );
        }
    }
}
