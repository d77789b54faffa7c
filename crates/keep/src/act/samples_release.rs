//! Samples of acts about drafts and releases, all invented.

use protect::Audience;
use protect::draft::{Behind, Draft};
use protect::ledger::Publication;
use terms::cell::{Absence, Cell};
use terms::hierarchy::Hierarchy;
use terms::id::{AgencyId, DraftId, PublicationId};
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

use crate::act::Deed;
use crate::act::schema::{
    DraftBrought, DraftExamined, PartySet, PublicationListed, ReleaseExplained, ReleaseSigned,
    ReleaseWithdrawn, TableCounted,
};
use crate::act::tables::{encode_draft, encode_publication};

const RELEASE: &str = "0123456789abcdef";

fn table(cells: [Cell; 3]) -> Table {
    let counting = CountingRule {
        unit: CountedUnit::AsIndicated,
        reference_date: "date of the first contact".to_owned(),
        statement: "Each victim once.".to_owned(),
    };
    let source = Source {
        publisher: "Statistical Office of XA".to_owned(),
        title: "Victims detected".to_owned(),
        address: String::new(),
        licence: "CC0".to_owned(),
        attribution: String::new(),
        vintage: "2026-06-30".to_owned(),
        retrieved: None,
        content_sha256: None,
    };
    let dimensions = vec![Dimension::disjoint("sex", "sex@1")];
    let mut table = Table::new("victims", dimensions, counting, source, Vec::new());
    for (code, cell) in ["all", "female", "male"].into_iter().zip(cells) {
        table.push(&[code], cell).expect("rows differ");
    }
    table
}

fn sexes() -> Vec<Hierarchy> {
    vec![Hierarchy::flat("all", ["female", "male"]).expect("a tree")]
}

/// A draft's bytes.
pub(super) fn draft() -> Vec<u8> {
    encode_draft(&Draft {
        table: table([
            Cell::Exact(20),
            Cell::Exact(20),
            Cell::Absent(Absence::NotAsked),
        ]),
        hierarchies: sexes(),
        population: "victims detected in XXA".to_owned(),
        vintage: "2026-06-30".to_owned(),
        party_dimension: None,
        behind: vec![Behind {
            events: Some(7),
            sources: Some(2),
            contributors: None,
            inhabitants: Some(90_000),
        }],
    })
}

/// What an audience has seen, as bytes.
pub(crate) fn shown(audience: Audience) -> Vec<u8> {
    let masked = Cell::Masked {
        lower: 0,
        upper: 20,
    };
    encode_publication(&Publication {
        name: "Victims detected".to_owned(),
        audience,
        population: "victims detected in XXA".to_owned(),
        vintage: "2026-06-30".to_owned(),
        table: table([Cell::Exact(20), masked.clone(), masked]),
        hierarchies: sexes(),
    })
}

pub(super) fn deed(kind: u16, version: u16) -> Option<Deed> {
    let draft = DraftId([0xdf; 16]);
    let codes = |code: &str| vec![code.to_owned()];
    Some(match (kind, version) {
        (48, 1) => DraftBrought {
            draft,
            key: 5_400,
            agency: AgencyId([0x12; 16]),
            name: "victims by sex".to_owned(),
            population: "victims detected in XXA".to_owned(),
            vintage: "2026-06-30".to_owned(),
            cells: 3,
        }
        .into(),
        (49, 1) => DraftExamined {
            draft,
            audience: "agreement:harbour".to_owned(),
            rule: "victims@1".to_owned(),
        }
        .into(),
        (50, 1) => ReleaseSigned {
            release: RELEASE.to_owned(),
            draft,
            audience: "agreement:harbour".to_owned(),
            rule: "victims@1".to_owned(),
            mask: vec![codes("male")],
            keep: vec![codes("all"), codes("female")],
            parties: vec![("XXB".to_owned(), codes("agreement:harbour"))],
            supersedes: Some("fedcba9876543210".to_owned()),
            content: shown(Audience::Agreement("harbour".to_owned())).into(),
        }
        .into(),
        (51, 1) => ReleaseWithdrawn {
            release: RELEASE.to_owned(),
            reason: "one office had counted twice".to_owned(),
        }
        .into(),
        (52, 1) => ReleaseExplained {
            release: RELEASE.to_owned(),
            cell: codes("female"),
        }
        .into(),
        (53, 1) => PublicationListed {
            publication: PublicationId([0x9b; 16]),
            content: shown(Audience::Public).into(),
        }
        .into(),
        (56, 1) => TableCounted {
            draft: Some(draft),
            line: "victim by sex over 2026-01..2026-06 on detected".to_owned(),
            up_to_act: 5_399,
            rules: 1,
            agency: None,
        }
        .into(),
        (54, 1) => PartySet {
            party: "XXB".to_owned(),
            sees: codes("agreement:harbour"),
        }
        .into(),
        _ => return None,
    })
}
