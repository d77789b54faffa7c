//! Maps that agencies keep.

use super::story::{AGENCY, SHELTER, START_MS, Story, founded};
use crate::act::schema::MapKept;
use crate::views::Views;
use terms::id::AgencyId;

/// An agency keeps a map, or throws it away.
pub(super) fn kept(story: &mut Story, agency: AgencyId, name: &str, text: Option<&str>) {
    story.did(MapKept {
        agency,
        name: name.to_owned(),
        text: text.map(str::to_owned),
    });
}

#[test]
fn a_map_is_its_agencys_and_the_last_of_a_name_is_the_one() {
    let mut story = founded();
    kept(&mut story, SHELTER, "list", Some("first"));
    kept(&mut story, AGENCY, "list", Some("other"));
    kept(&mut story, SHELTER, "a list", Some("second"));
    kept(&mut story, SHELTER, "list", Some("third"));
    let views = Views::in_memory().unwrap();
    story.tell(&views);
    let told = |agency| -> Vec<(String, String)> {
        let maps = views.maps(agency).unwrap().into_iter();
        maps.map(|map| (map.name, map.text)).collect()
    };
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(
        told(SHELTER),
        [pair("a list", "second"), pair("list", "third")]
    );
    assert_eq!(told(AGENCY), [pair("list", "other")]);
    assert!(views.maps(SHELTER).unwrap()[1].at_ms >= START_MS);

    kept(&mut story, SHELTER, "list", None);
    kept(&mut story, SHELTER, "never there", None);
    let views = Views::in_memory().unwrap();
    story.tell(&views);
    assert_eq!(views.maps(SHELTER).unwrap().len(), 1);
    assert_eq!(views.maps(AGENCY).unwrap()[0].text, "other");
}
