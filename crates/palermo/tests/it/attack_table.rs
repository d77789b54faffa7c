//! An office's own table, tried before it is printed.

use tempfile::TempDir;
use testkit::shared;

use crate::run::{Ran, palermo, text};

/// An invented draft as a German spreadsheet saves it; one mask is alone in its sums.
const DRAFT: &str = "district;form;count\nTotal;Total;4.040.000\nTotal;labour;3.030.000\n\
                     Total;other;1.010.000\nnorth;Total;2.020.002\nnorth;labour;2.020.000\n\
                     north;other;<5\nsouth;Total;2.019.998\nsouth;labour;1.010.000\n\
                     south;other;1.009.998\n";

/// Runs `attack` on a file and a layout; the folder's own name and the time are left out.
fn attack(draft: &str, layout: &str, arguments: &[&str]) -> Ran {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("draft.csv");
    let own = folder.path().join("layout.toml");
    std::fs::write(&file, draft).expect("a file");
    std::fs::write(&own, layout).expect("a file");
    let mut all = vec![
        "attack",
        text(&file),
        "--as",
        "table",
        "--layout",
        text(&own),
    ];
    all.extend(arguments);
    let mut ran = palermo(&all);
    ran.err = ran.err.replace(text(folder.path()), "");
    let timed = |line: &&str| !line.starts_with("It took");
    ran.out = ran
        .out
        .lines()
        .filter(timed)
        .map(|line| format!("{line}\n"))
        .collect();
    ran
}

#[test]
fn counts_of_cells_are_told_and_nothing_that_stands_in_one() {
    let ran = attack(DRAFT, "", &["--propose"]);
    insta::assert_snapshot!(ran.all());
    let values = ran
        .out
        .split("To mask besides")
        .next()
        .expect("the first part");
    assert!(
        !values.contains("2.020") && !values.contains("2020"),
        "{values}"
    );
}

#[test]
fn an_office_may_see_its_own_cells() {
    insta::assert_snapshot!(attack(DRAFT, "", &["--cells"]).all());
}

#[test]
fn the_answer_has_these_keys_and_the_cells_only_when_asked() {
    let answer = &attack(DRAFT, "", &["--json"]).json_lines()[0];
    let keys = |answer: &serde_json::Value| {
        let object = answer.as_object().expect("an object");
        object.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(
        keys(answer),
        [
            "rows",
            "cells",
            "masked_cells",
            "derivable_by_subtraction",
            "derivable_by_bounds",
            "derivable_and_small",
            "shown_small",
            "nearly_derivable",
            "possible_counts",
            "checked_sums",
            "inconsistent_sums",
            "inconsistent_components",
            "inconsistent_cells",
            "unsettled_cells",
            "rule",
            "totals",
            "findings",
            "seconds"
        ]
    );
    assert_eq!(answer["masked_cells"], 1);
    assert_eq!(answer["derivable_by_subtraction"], 1);
    assert_eq!(answer["possible_counts"]["1"], 1);
    assert_eq!(answer["totals"]["form"], "Total");
    let full = &attack(DRAFT, "", &["--json", "--cells", "--propose"]).json_lines()[0];
    assert_eq!(
        full["exposed"][0]["codes"],
        serde_json::json!(["north", "other"])
    );
    assert_eq!(full["exposed"][0]["upper"], 2);
    assert_eq!(full["exposed"][0]["sum"]["hidden"], serde_json::json!([]));
    assert_eq!(full["proposal"]["cells"], 3);
    assert_eq!(full["proposal"]["still_exposed"], 0);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    for (draft, layout, arguments, code, says) in [
        (
            "form,count\nlabour,-3\n",
            "",
            &[][..],
            1,
            "draft.csv, row 2, field “count”",
        ),
        ("form,count\nlabour,*\n", "", &[], 1, "--below 5"),
        ("Dear colleague\n", "", &[], 1, "header_missing"),
        (
            "form,count\nlabour,3\n",
            "belov = 5",
            &[],
            1,
            "layout_unreadable",
        ),
        (
            "form,count\nlabour,3\n",
            "",
            &["--rule", "mild@1"],
            2,
            "victims@1",
        ),
        (
            "form,count\nlabour,3\n",
            "",
            &["--below", "0"],
            2,
            "--below",
        ),
    ] {
        let ran = attack(draft, layout, arguments);
        assert_eq!(ran.code, code, "{}", ran.err);
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
        assert!(ran.out.is_empty());
    }
    let below = attack("form,count\nlabour,*\n", "", &["--below", "5"]);
    assert_eq!(below.code, 0, "{}", below.err);
}

#[test]
fn the_patterns_of_peers_are_tried_with_their_hierarchies() {
    let (Some(cells), Some(sums), Some(pattern)) = (
        shared("sdc/t1_cells.csv"),
        shared("sdc/t1_hier.json"),
        shared("sdc/patterns/t1_HITAS.csv"),
    ) else {
        return;
    };
    let cells = std::fs::read_to_string(cells).expect("the cells");
    let pattern = std::fs::read_to_string(pattern).expect("the pattern");
    let status = |codes: &str| {
        let line = pattern.lines().find_map(|line| line.strip_prefix(codes));
        line.is_some_and(|rest| rest.ends_with('u') || rest.ends_with('x'))
    };
    let printed: Vec<String> = cells
        .lines()
        .map(|line| {
            let (codes, _) = line.rsplit_once(',').expect("a count");
            match status(&format!("{codes},")) {
                true => format!("{codes},*"),
                false => line.to_owned(),
            }
        })
        .collect();
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("t1.csv");
    std::fs::write(&file, printed.join("\n")).expect("a file");
    let rule = ["--rule", "small-counts@1", "--json"];
    let mut arguments = vec![
        "attack",
        text(&file),
        "--as",
        "table",
        "--layout",
        text(&sums),
    ];
    arguments.extend(rule);
    let ran = palermo(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = &ran.json_lines()[0];
    // 310 sensitive cells and the 35 that this pattern masks besides; exact linear bounds of a
    // solver of another maker found none exactly and 48 that can be shown to be small.
    assert_eq!(answer["masked_cells"], 345);
    assert_eq!(answer["derivable_by_subtraction"], 0);
    assert_eq!(answer["derivable_by_bounds"], 0);
    assert_eq!(answer["shown_small"], 48);
}
