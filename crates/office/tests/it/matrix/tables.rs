//! Questions about drafts and releases.

use office::{Answer, Ask, Purpose, Role, Who};
use protect::{Audience, Confidential};
use terms::id::{AgencyId, DraftId};

use super::Near;
use super::cast::Cast;
use crate::releases::{draft, publication, under};

const STATISTICS: Purpose = Purpose::Statistics;
const MAP: &str = "[record]\nform = \"list\"\nversion = 1\n\n[[column]]\nname = \"Sex\"\n\
                   concept = \"person.sex\"\n";

impl Cast {
    /// A table that somebody of an agency has brought; each counts others.
    fn brought(&self, agency: AgencyId) -> DraftId {
        let manager = self.house.console(Role::DataManager, Some(agency));
        let name = format!("table {}", self.house.number());
        let ask = Ask::BringDraft {
            draft: Box::new(Confidential::seal(draft(&name, "2030", [20, 11, 9]))),
            name,
        };
        let how = (Role::DataManager, STATISTICS);
        match self.house.ask(Who::Console(manager), how, ask).expect("in") {
            Answer::Draft(draft) => draft,
            other => panic!("{other:?}"),
        }
    }

    fn released(&self, agency: AgencyId) -> String {
        let ask = Ask::SignRelease {
            draft: self.brought(agency),
            under: under(Audience::Public),
            supersedes: None,
        };
        let coordinator = self.house.console(Role::Coordinator, Some(agency));
        let how = (Role::Coordinator, STATISTICS);
        match self.house.ask(Who::Console(coordinator), how, ask) {
            Ok(Answer::Signed(signed)) => signed.line.release,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn ask_of_table(
        &self,
        act: &str,
        (near, own): (Near, AgencyId),
        made: bool,
    ) -> Option<Ask> {
        let agency = match near {
            Near::Others => self.house.clinic,
            _ => own,
        };
        let made = made && near != Near::None;
        let draft = || match made {
            true => self.brought(agency),
            false => DraftId([0xdd; 16]),
        };
        let release = || match made {
            true => self.released(agency),
            false => "dddddddddddddddd".to_owned(),
        };
        let under = under(Audience::Public);
        Some(match act {
            "examine_draft" => Ask::ExamineDraft {
                draft: draft(),
                under,
            },
            "sign_release" => Ask::SignRelease {
                draft: draft(),
                under,
                supersedes: None,
            },
            "withdraw_release" => Ask::WithdrawRelease {
                release: release(),
                reason: "one office had counted twice".to_owned(),
            },
            "read_release" => Ask::ReadRelease { release: release() },
            "explain_release" => Ask::ExplainRelease {
                release: release(),
                cell: vec!["all".to_owned()],
            },
            _ => return None,
        })
    }

    pub(super) fn ask_of_tables(&self, act: &str) -> Option<Ask> {
        let name = format!("table {}", self.house.number());
        Some(match act {
            "bring_draft" => Ask::BringDraft {
                draft: Box::new(Confidential::seal(draft(&name, "2030", [20, 11, 9]))),
                name,
            },
            "list_maps" => Ask::ListMaps,
            "keep_map" => Ask::KeepMap {
                name,
                text: Some(MAP.to_owned()),
            },
            "list_drafts" => Ask::ListDrafts,
            "list_releases" => Ask::ListReleases,
            "list_publication" => {
                Ask::ListPublication(Box::new(publication(&name, "2030", [20, 11, 9])))
            }
            "set_party" => Ask::SetParty {
                party: "XXB".to_owned(),
                sees: vec![Audience::Agreement("harbour".to_owned())],
            },
            _ => return None,
        })
    }
}
