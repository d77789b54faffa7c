//! Estimates from the terminal: the answer's form, its refusals, and that threads change nothing.

use std::path::Path;

use tempfile::TempDir;

use crate::run::{Ran, palermo, text};

/// Three invented lists.
const INVENTED: &str = "a,b,c,count\n1,0,0,60\n0,1,0,40\n0,0,1,30\n1,1,0,12\n1,0,1,9\n0,1,1,6\n\
                        1,1,1,3\n";

/// Runs `estimate` in a folder that holds `lists.csv`; the folder's own name is left out.
fn estimate(table: &str, arguments: &[&str]) -> Ran {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("lists.csv");
    std::fs::write(&file, table).expect("a file");
    let mut all = vec!["estimate", text(&file)];
    all.extend(arguments);
    let mut ran = palermo(&all);
    ran.err = ran.err.replace(text(folder.path()), "");
    ran
}

fn keys(value: &serde_json::Value) -> Vec<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[test]
fn the_answer_has_these_keys_and_no_others() {
    let ran = estimate(
        INVENTED,
        &["--method", "all", "--bootstrap", "50", "--json"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = &ran.json_lines()[0];
    assert_eq!(
        keys(answer),
        ["n", "lists", "empty_pairs", "results", "caveats"]
    );
    assert_eq!(answer["n"], 160);
    assert_eq!(answer["lists"], serde_json::json!(["a", "b", "c"]));
    let results = answer["results"].as_array().expect("results");
    let mut methods: Vec<&str> = Vec::new();
    for result in results {
        assert_eq!(
            keys(result),
            [
                "method", "settings", "status", "estimate", "lower", "upper", "level", "model",
                "aic", "bic", "detail"
            ]
        );
        methods.push(result["method"].as_str().expect("a word"));
    }
    methods.dedup();
    let all = [
        "main",
        "stepwise",
        "aic",
        "bic",
        "dga",
        "lcmcr",
        "bayes-threshold",
        "simple",
    ];
    assert_eq!(methods, all);
}

#[test]
fn a_number_that_is_not_there_is_null_with_its_reason() {
    let sparse = "a,b,c,count\n1,0,0,30\n0,1,0,20\n0,0,1,10\n1,1,0,4\n";
    let ran = estimate(sparse, &["--method", "main", "--method", "main"]);
    assert_eq!(ran.code, 2, "a method is given once");
    let ran = estimate(sparse, &["--method", "model:[12,13,23]", "--json"]);
    let answer = &ran.json_lines()[0];
    let empty = serde_json::json!([["a", "c"], ["b", "c"]]);
    assert_eq!(answer["empty_pairs"], empty);
    let result = &answer["results"][0];
    assert_ne!(result["status"], "ok");
    for key in ["estimate", "lower", "upper", "aic", "bic"] {
        assert!(result[key].is_null(), "{key}");
    }
    assert!(result["detail"]["reason"].as_str().expect("a reason").len() > 20);
}

#[test]
fn stepwise_on_an_invented_table() {
    let arguments = ["--method", "stepwise", "--bootstrap", "200", "--seed", "3"];
    let ran = estimate(INVENTED, &arguments);
    insta::assert_snapshot!(ran.all());
}

#[test]
fn threads_change_nothing() {
    let with = |threads| {
        let arguments = ["--bootstrap", "100", "--json", "--threads", threads];
        estimate(INVENTED, &arguments).out
    };
    let one = with("1");
    assert!(one.contains("lcmcr"), "{one}");
    assert_eq!(one, with("4"));
}

#[test]
fn each_refusal_names_file_row_field_found_and_allowed() {
    let many: Vec<String> = (1..=20).map(|list| format!("l{list}")).collect();
    let twenty = format!("{},count\n{}1,5\n", many.join(","), "0,".repeat(19));
    let cases = [
        ("lists that do not overlap", "a,b,count\n1,0,5\n0,1,4\n"),
        ("one list", "a,count\n1,5\n"),
        ("a negative count", "a,b,count\n1,0,5\n0,1,-4\n1,1,2\n"),
        ("a fractional count", "a,b,count\n1,0,5.5\n0,1,4\n1,1,2\n"),
        ("twenty lists", &twenty),
        (
            "a list that holds nobody",
            "a,b,c,count\n1,0,0,5\n0,1,0,4\n1,1,0,2\n",
        ),
        ("a wrong header", "a,b,persons\n1,0,5\n0,1,4\n1,1,2\n"),
        ("one row", "a,b,count\n1,1,2\n"),
        ("no row", "a,b,count\n"),
        ("nothing", ""),
        ("neither 0 nor 1", "a,b,count\n1,0,5\n0,yes,4\n1,1,2\n"),
        ("a short row", "a,b,count\n1,0,5\n0,4\n1,1,2\n"),
        (
            "persons on no list",
            "a,b,count\n1,0,5\n0,1,4\n1,1,2\n0,0,9\n",
        ),
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|(what, table)| {
            let ran = estimate(table, &["--method", "main", "--json"]);
            assert_eq!(ran.code, 1, "{what}: {}", ran.out);
            assert_eq!(ran.out, "", "{what}");
            // The table is refused before any method is asked.
            for method in ["all", "lcmcr", "simple", "model:[12]"] {
                let other = estimate(table, &["--method", method, "--json"]);
                assert_eq!((other.code, &other.err), (1, &ran.err), "{what}, {method}");
            }
            format!("{what}\n  {}", ran.err)
        })
        .collect();
    insta::assert_snapshot!(told.join(""));
}

/// A file named as people name it, from its own folder: the code is the code, and the name is told.
#[test]
fn a_refusal_keeps_its_code_beside_the_name_of_the_file() {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("lists.csv"), "a,b,count\n1,0,5\n0,1,4\n").expect("a file");
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_palermo"))
        .args(["estimate", "lists.csv"])
        .current_dir(folder.path())
        .output()
        .expect("the built program starts");
    let told = String::from_utf8(ran.stderr).expect("UTF-8");
    assert!(told.starts_with("palermo: lists.csv: found"), "{told}");
    assert!(told.trim_end().ends_with("[no-overlap]"), "{told}");
}

/// Tables that can be read and hold too little for some methods: each method answers with an
/// estimate or with a reason.
#[test]
fn a_poor_table_is_answered_by_every_method() {
    let cases = [
        (
            "one person on two lists",
            "a,b,c,count\n1,0,0,1\n1,1,0,1\n0,0,1,1\n",
        ),
        (
            "everybody on both lists but one",
            "a,b,count\n1,0,1\n1,1,50\n",
        ),
        ("two lists", "a,b,count\n1,0,9\n0,1,7\n1,1,3\n"),
        ("a triple alone", "a,b,c,count\n1,1,1,4\n1,0,0,2\n"),
    ];
    for (what, table) in cases {
        let ran = estimate(table, &["--method", "all", "--bootstrap", "30", "--json"]);
        assert_eq!(ran.code, 0, "{what}: {}", ran.err);
        let answer = &ran.json_lines()[0];
        for result in answer["results"].as_array().expect("results") {
            let known = result["status"] == "ok";
            assert_eq!(known, result["estimate"].is_number(), "{what}: {result}");
            assert_eq!(
                !known,
                result["detail"]["reason"].is_string(),
                "{what}: {result}"
            );
            let text = result.to_string();
            assert!(
                !text.contains("NaN") && !text.contains("\"inf\""),
                "{what}: {text}"
            );
        }
    }
}

#[test]
fn strata_have_one_model_and_an_estimate_each() {
    let table = "sex,a,b,c,count\nf,1,0,0,60\nf,0,1,0,40\nf,0,0,1,30\nf,1,1,0,12\nf,1,0,1,9\n\
                 m,1,0,0,20\nm,0,1,0,22\nm,0,1,1,5\nm,1,1,0,4\nm,0,0,0,\n";
    let ran = estimate(table, &["--strata", "sex", "--method", "main", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer = &ran.json_lines()[0];
    assert_eq!(answer["n"], 202);
    let result = &answer["results"][0];
    let strata = result["strata"].as_array().expect("strata");
    assert_eq!(strata.len(), 2);
    assert_eq!(strata[0]["levels"], serde_json::json!({"sex": "f"}));
    let sum: f64 = strata
        .iter()
        .filter_map(|own| own["estimate"].as_f64())
        .sum();
    let total = result["estimate"].as_f64().expect("a number");
    assert!((sum / total - 1.0).abs() < 1e-12, "{sum} {total}");
    let ran = estimate(table, &["--strata", "sex"]);
    insta::assert_snapshot!(ran.all());
    let refused = estimate(table, &["--strata", "age"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("[strata-column]"), "{}", refused.err);
    let refused = estimate(table, &["--strata", "sex", "--method", "lcmcr"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("[method-strata]"), "{}", refused.err);
}

#[test]
fn covariate_tables_that_others_published() {
    let table = testkit::shared("mse/covariates/scotpwid.csv");
    let reference = testkit::shared("mse/covariates/scotpwid.json");
    let (Some(table), Some(reference)) = (table, reference) else {
        return;
    };
    let reference = read_json(&reference);
    let crossed = "model:[1a,1b,1c,2a,2b,2c,3a,3b,3c,4a,4b,4c]";
    for (method, key) in [("main", "main"), (crossed, "list_by_cov")] {
        let covariates = "Region,Gender,Age";
        let arguments = ["estimate", text(&table), "--strata", covariates];
        let more = ["--method", method, "--json"];
        let ran = palermo(&[arguments.as_slice(), more.as_slice()].concat());
        let found = ran.json_lines()[0]["results"][0]["estimate"].as_f64();
        let wanted = reference["fits"][key]["Nhat_total"].as_f64();
        let (found, wanted) = (found.expect("a number"), wanted.expect("a number"));
        assert!(
            (found / wanted - 1.0).abs() < 1e-8,
            "{found} against {wanted}"
        );
    }
}

#[test]
fn the_text_is_told_in_three_languages() {
    for (language, says) in [
        ("en", "Methods side by side"),
        ("fr", "Les méthodes côte à côte"),
        ("pt", "Os métodos lado a lado"),
    ] {
        let ran = estimate(INVENTED, &["--method", "main", "--language", language]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(
            ran.out.contains(says) && ran.out.contains("lists.csv"),
            "{}",
            ran.out
        );
    }
    let ran = estimate(INVENTED, &["--language", "fr", "--json"]);
    assert_eq!(ran.code, 2);
}

#[test]
fn wrong_usage_is_told_apart_from_a_refused_table() {
    let cases: [&[&str]; 8] = [
        &["--method", "magic"],
        &["--method", "model:[17]"],
        &["--method", "stepwise", "--threshold", "2"],
        &["--method", "bic", "--max-order", "9"],
        &["--method", "dga", "--delta", "0"],
        &["--method", "lcmcr", "--classes", "0"],
        &["--level", "1"],
        &["--threads", "0"],
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|arguments| {
            let ran = estimate(INVENTED, arguments);
            assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
            ran.err
        })
        .collect();
    insta::assert_snapshot!(told.join(""));
    let ran = palermo(&["estimate", "nowhere/lists.csv"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.all());
}

#[test]
fn a_file_that_is_no_text_is_refused_with_its_row() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("lists.csv");
    std::fs::write(&file, b"a,b,count\n1,0,\xff\n").expect("a file");
    let ran = palermo(&["estimate", text(&file)]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("row 2") && ran.err.contains("[not-utf8]"),
        "{}",
        ran.err
    );
}

#[test]
fn the_five_lists_of_the_united_kingdom_under_independence() {
    let table = testkit::shared("mse/datasets/ukdat5.csv");
    let reference = testkit::shared("mse/loglinear/ukdat5.json");
    let (Some(table), Some(reference)) = (table, reference) else {
        return;
    };
    let reference: serde_json::Value = read_json(&reference);
    let wanted = reference["models"]["[1,2,3,4,5]"]["Nhat"].as_f64();
    let ran = palermo(&["estimate", text(&table), "--method", "main", "--json"]);
    let answer = &ran.json_lines()[0];
    assert_eq!(answer["n"], 2744);
    let found = answer["results"][0]["estimate"].as_f64();
    let (found, wanted) = (found.expect("a number"), wanted.expect("a number"));
    assert!(
        (found / wanted - 1.0).abs() < 1e-8,
        "{found} against {wanted}"
    );
}

#[test]
fn a_page_to_keep_stands_alone_and_overwrites_nothing() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("lists.csv");
    std::fs::write(&file, INVENTED).expect("a file");
    for (language, says) in [
        ("en", "Independent lists"),
        ("fr", "Listes indépendantes"),
        ("pt", "Listas independentes"),
    ] {
        let page = folder.path().join(format!("{language}.html"));
        let arguments = [
            "estimate",
            text(&file),
            "--bootstrap",
            "20",
            "--html",
            text(&page),
            "--language",
            language,
        ];
        assert_eq!(palermo(&arguments).code, 0);
        let html = std::fs::read_to_string(&page).expect("a page");
        let lang = format!("<html lang=\"{language}\">");
        assert!(html.contains(&lang) && html.contains("lists.csv"));
        assert!(html.contains(says), "{language}");
        assert!(!html.contains("<script") && !html.contains("src="));
        assert_eq!(html.matches("class=\"figure figure-chart").count(), 4);
        let again = palermo(&arguments);
        assert_eq!(again.code, 1);
        assert!(again.err.contains("[file-not-written]"), "{}", again.err);
    }
}

fn read_json(path: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(path).expect("a readable file");
    serde_json::from_str(&text).expect("JSON")
}
