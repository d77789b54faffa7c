//! A kept figure is counted again, also after erasures.

use office::{Answer, Ask, Purpose, Role};

use crate::desk::{Node, by, person};

#[test]
fn a_figure_verifies_then_verifies_up_to_erasures() {
    let node = Node::new();
    let mut dossiers = Vec::new();
    for number in 0..5 {
        let sex = if number < 2 { "male" } else { "female" };
        let record = person(&format!("Person Number{number}"), "XXA-0001", sex);
        dossiers.push(node.enter(record).expect("in").0);
    }
    let ask = Ask::KeepFigure {
        concepts: vec!["sex".to_owned(), "form".to_owned()],
    };
    let count = by(
        node.coordinator,
        Role::Coordinator,
        Purpose::Statistics,
        ask,
    );
    let Answer::Figure(_, cells) = node.office.request(count).expect("counted") else {
        panic!("no figure");
    };
    let warrant = protect::Warrant::issue(0);
    let cells = cells.into_exposed(&warrant);
    let codes = |sex: &str| vec![sex.to_owned(), String::new()];
    assert_eq!(cells.get(&codes("male")), Some(&2));
    assert_eq!(cells.get(&codes("female")), Some(&3));

    // Later records are not in it.
    node.enter(person("Person Late", "XXA-0001", "male"))
        .expect("in");
    let figures = node
        .office
        .verify()
        .expect("verified")
        .figures
        .expect("unlocked");
    assert_eq!(
        (figures.recomputed, figures.up_to_erasures, figures.failed),
        (1, 0, 0)
    );

    node.erase(dossiers[0]);
    node.erase(dossiers[4]);
    let figures = node
        .office
        .verify()
        .expect("verified")
        .figures
        .expect("unlocked");
    assert_eq!(
        (figures.recomputed, figures.up_to_erasures, figures.failed),
        (0, 1, 0)
    );
}
