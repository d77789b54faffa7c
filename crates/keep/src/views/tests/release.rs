//! Drafts, releases and publications in the views.

use terms::id::{DraftId, PublicationId};

use super::*;
use crate::act::schema::{
    DraftBrought, DraftExamined, PartySet, PublicationListed, ReleaseExplained, ReleaseSigned,
    ReleaseWithdrawn, TableCounted,
};

const AUDIENCE: &str = "agreement:harbour";

fn draft(number: u8) -> DraftId {
    DraftId([number; 16])
}

fn codes(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn signed(release: &str, of: u8, supersedes: Option<&str>) -> ReleaseSigned {
    ReleaseSigned {
        release: release.to_owned(),
        draft: draft(of),
        audience: AUDIENCE.to_owned(),
        rule: "victims@1".to_owned(),
        mask: vec![codes(&["male"])],
        keep: Vec::new(),
        parties: vec![("XXB".to_owned(), codes(&[AUDIENCE]))],
        supersedes: supersedes.map(str::to_owned),
        content: release.as_bytes().to_vec().into(),
    }
}

/// Two drafts, a release that is withdrawn, and one in its place.
pub(super) fn releases(story: &mut Story) {
    for (number, agency) in [(1, AGENCY), (2, SHELTER)] {
        story.did(DraftBrought {
            draft: draft(number),
            key: 200 + u64::from(number),
            agency,
            name: format!("table {number}"),
            population: "victims detected in XXA".to_owned(),
            vintage: "2026".to_owned(),
            cells: 12,
        });
    }
    story.did(TableCounted {
        draft: Some(draft(2)),
        line: "victim by sex over 2026 on detected".to_owned(),
        up_to_act: 3,
        rules: 1,
        agency: Some(SHELTER),
    });
    story.did(DraftExamined {
        draft: draft(1),
        audience: AUDIENCE.to_owned(),
        rule: "victims@1".to_owned(),
    });
    for sees in [codes(&[AUDIENCE]), Vec::new()] {
        story.did(PartySet {
            party: "XXC".to_owned(),
            sees,
        });
    }
    story.did(PartySet {
        party: "XXB".to_owned(),
        sees: codes(&[AUDIENCE]),
    });
    story.did(signed("aa", 1, None));
    story.did(PublicationListed {
        publication: PublicationId([7; 16]),
        content: b"another's".to_vec().into(),
    });
    for reason in ["counted twice", "again"] {
        story.did(ReleaseWithdrawn {
            release: "aa".to_owned(),
            reason: reason.to_owned(),
        });
    }
    story.did(signed("bb", 1, Some("aa")));
    story.did(ReleaseExplained {
        release: "bb".to_owned(),
        cell: codes(&["male"]),
    });
}

#[test]
fn drafts_are_known_by_the_agency_that_works_with_them() {
    let views = told();
    let own = views.drafts(AGENCY).unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].draft, own[0].cells), (draft(1), 12));
    assert_eq!(own[0].name, "table 1");
    assert_eq!(views.drafts(SHELTER).unwrap()[0].draft, draft(2));
    let counting = views.counting(draft(2)).unwrap().unwrap();
    assert_eq!((counting.up_to_act, counting.agency), (3, Some(SHELTER)));
    assert_eq!(views.counting(draft(1)).unwrap(), None);
    assert_eq!(views.draft(draft(1)).unwrap(), Some(own[0].clone()));
    assert_eq!(views.draft(draft(3)).unwrap(), None);
}

#[test]
fn a_release_that_was_withdrawn_stays_in_what_was_shown() {
    let views = told();
    let releases = views.releases().unwrap();
    let names: Vec<_> = releases.iter().map(|one| one.release.as_str()).collect();
    assert_eq!(names, ["bb", "aa"], "the newest first");
    let first = views.release("aa").unwrap().unwrap();
    assert_eq!(first.superseded_by.as_deref(), Some("bb"));
    let withdrawn = first.withdrawn.unwrap();
    assert_eq!(withdrawn.reason, "counted twice", "it is withdrawn once");
    assert!(withdrawn.act > first.act);
    let (content, making) = views.release_content("aa").unwrap().unwrap();
    assert_eq!(content, b"aa");
    assert_eq!(making.mask, [codes(&["male"])]);
    assert_eq!(making.parties, [("XXB".to_owned(), codes(&[AUDIENCE]))]);
    let shown = |before| -> Vec<Vec<u8>> {
        let shown = views.shown_before(before).unwrap();
        shown.into_iter().map(|(_, content)| content).collect()
    };
    let (aa, bb, listed) = (b"aa".to_vec(), b"bb".to_vec(), b"another's".to_vec());
    assert_eq!(shown(u64::MAX >> 1), [aa.clone(), listed.clone(), bb]);
    assert_eq!(shown(releases[0].act), [aa, listed]);
    assert_eq!(shown(first.act), Vec::<Vec<u8>>::new());
}

#[test]
fn parties_see_what_was_last_said() {
    let views = told();
    let parties = views.parties().unwrap();
    assert_eq!(
        parties.len(),
        1,
        "one that sees nothing is no party any more"
    );
    assert_eq!(parties[0].party, "XXB");
    assert_eq!(parties[0].sees, [AUDIENCE]);
    let listed = views.listed().unwrap();
    assert_eq!(listed[0].publication, PublicationId([7; 16]));
}
