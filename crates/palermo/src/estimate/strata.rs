//! `palermo estimate --strata`: a table with covariates, one model for all strata together.

use std::io::Write;

use analyse::estimate::Status;
use analyse::estimate::strata::{StrataAnswer, StrataChoice, StratifiedTable, Stratum, answers};
use serde_json::{Map, Value, json};

use super::text::{interval_of, rounded};
use super::{file_of, read_text, table_refused};
use crate::cli::Estimate;
use crate::refusal::Refusal;

/// What the interval of each number is.
const INTERVAL: &str = "normal on the logarithm of the hidden part, the delta method; the model as \
                        given";

pub(super) fn run(asked: &Estimate, out: &mut impl Write) -> Result<(), Refusal> {
    let Some(choices) = StrataChoice::named(&asked.method) else {
        let message = format!(
            "--method: with --strata found `{}`, allowed main, aic, bic, model:[12,1a], all",
            asked.method
        );
        return Err(Refusal::usage("method-strata", message));
    };
    if !(asked.level > 0.0 && asked.level < 1.0) {
        let message = format!(
            "--level: found {}, allowed above 0 and below 1",
            asked.level
        );
        return Err(Refusal::usage("setting", message));
    }
    let path = file_of(asked)?;
    let text = read_text(path)?;
    let covariates: Vec<&str> = asked.strata.iter().map(String::as_str).collect();
    let table = StratifiedTable::from_csv(&text, &covariates)
        .map_err(|error| table_refused(path, &error))?;
    let found = answers(&table, &choices).map_err(|error| {
        let text = error.to_string();
        let (_, message) = text.split_once(": ").unwrap_or(("", &text));
        Refusal::usage("model-name", format!("--method: {message}"))
    })?;
    if asked.json {
        writeln!(out, "{}", answer(&table, &found, asked.level))?;
    } else {
        out.write_all(told(&table, &found, asked.level).as_bytes())?;
    }
    Ok(())
}

fn answer(table: &StratifiedTable, found: &[StrataAnswer], level: f64) -> Value {
    let names: Vec<&str> = table.covariates().collect();
    let results: Vec<Value> = found
        .iter()
        .map(|result| line(&names, result, level))
        .collect();
    let caveats: Vec<Value> = CAVEATS
        .iter()
        .map(|(code, sentence)| json!({"code": code, "sentence": sentence}))
        .collect();
    json!({
        "n": table.persons(),
        "lists": table.lists(),
        "strata": names,
        "empty_pairs": table.empty_pairs(),
        "results": results,
        "caveats": caveats,
    })
}

fn line(names: &[&str], result: &StrataAnswer, level: f64) -> Value {
    let fit = result.fit.as_ref();
    let limits = fit.map(|fit| fit.limits(level));
    let strata = fit.map(|fit| {
        let own = fit.strata().iter();
        own.map(|stratum| one(names, stratum, level))
            .collect::<Vec<_>>()
    });
    let mut detail = Map::new();
    if let Some(fit) = fit {
        detail.insert("interval".into(), INTERVAL.into());
        detail.insert("deviance".into(), fit.deviance.into());
        detail.insert("standard_error".into(), fit.error_total.into());
    } else {
        detail.insert("reason".into(), result.status.reason().into());
    }
    json!({
        "method": result.method,
        "settings": {},
        "status": result.status.word(),
        "estimate": fit.map(|fit| fit.estimate()),
        "lower": limits.map(|limits| limits.0),
        "upper": limits.map(|limits| limits.1),
        "level": level,
        "model": result.model,
        "aic": fit.map(|fit| fit.aic()),
        "bic": fit.map(|fit| fit.bic()),
        "detail": detail,
        "strata": strata,
    })
}

fn one(names: &[&str], stratum: &Stratum, level: f64) -> Value {
    let levels: Map<String, Value> = names
        .iter()
        .zip(&stratum.levels)
        .map(|(name, level)| ((*name).to_owned(), level.as_str().into()))
        .collect();
    let (lower, upper) = stratum.limits(level);
    json!({
        "levels": levels,
        "n": stratum.persons,
        "estimate": stratum.estimate(),
        "lower": lower,
        "upper": upper,
    })
}

/// What must be said beside every number.
const CAVEATS: [(&str, &str); 3] = [
    (
        "assumptions",
        "Within each stratum the lists are taken to depend on each other only as the model says; \
         differences between persons that no covariate holds stay.",
    ),
    (
        "model-as-given",
        "Intervals take the model as if it had been known before: after a choice by AIC or BIC \
         they are too narrow.",
    ),
    (
        "unit-level",
        "A capture table with covariates is unit-level data: only estimates may leave the node, \
         and small strata tell of persons.",
    ),
];

fn told(table: &StratifiedTable, found: &[StrataAnswer], level: f64) -> String {
    let lists: Vec<String> = table.lists().iter().enumerate().map(named).collect();
    let covariates = ('a'..).zip(table.covariates());
    let covariates: Vec<String> = covariates
        .map(|(at, name)| format!("{at} {name}"))
        .collect();
    let mut text = format!(
        "Persons on no list, by stratum\n\n  {:>9}  persons on at least one list\n  In the names \
         of models: {}; {}\n",
        table.persons(),
        lists.join(", "),
        covariates.join(", ")
    );
    for result in found {
        text.push_str(&format!("\n{} {}\n", result.method, result.model));
        let Some(fit) = &result.fit else {
            text.push_str(&format!("  {}\n", reason(result.status)));
            continue;
        };
        text.push_str(&format!(
            "  {:<40}  {:>9}  {:>10}  {:>23}\n",
            "stratum", "seen", "estimate", "interval"
        ));
        let rows = fit.strata().iter().map(|stratum| {
            let persons = (stratum.persons, stratum.estimate());
            (stratum.levels.join(", "), persons, stratum.limits(level))
        });
        let all = (fit.persons(), fit.estimate());
        for (name, (seen, estimate), limits) in rows.chain([("all".into(), all, fit.limits(level))])
        {
            text.push_str(&format!(
                "  {name:<40}  {seen:>9}  {:>10}  {:>23}\n",
                rounded(estimate),
                interval_of(Some(limits.0), Some(limits.1))
            ));
        }
    }
    text.push('\n');
    for (_, sentence) in CAVEATS {
        super::text::wrap(&mut text, "  - ", sentence);
    }
    text
}

fn named((at, list): (usize, &String)) -> String {
    format!("{} {list}", at + 1)
}

fn reason(status: Status) -> &'static str {
    status.reason()
}
