//! `palermo estimate --node`: how many persons are on none of the node's own lists.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use analyse::estimate::report::EstimateError;
use analyse::estimate::{Method, Options};
use office::{Answer, Ask, ListsAsked, ListsEstimate, ListsSeen, Plan};
use protect::Confidential;
use protect::capture::{Told, threshold};
use serde_json::{Value, json};
use terms::language::Language;
use web::Threads;

use super::session::{By, Session, unlike};
use crate::cli::lists::OwnLists;
use crate::cli::vault as cli;
use crate::refusal::Refusal;

/// How it is asked and told.
pub(crate) struct How<'a> {
    /// The methods, by the name that was typed.
    pub(crate) methods: (&'a str, Vec<Method>),
    /// Their settings.
    pub(crate) options: Options,
    /// Threads.
    pub(crate) threads: Threads,
    /// Whether JSON is printed.
    pub(crate) json: bool,
    /// Language of the text.
    pub(crate) language: Language,
}

/// Estimates, prints, and writes what may leave where that is wanted.
pub(crate) fn estimate(
    node: &Path,
    own: &OwnLists,
    how: How<'_>,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let typed = cli::Session {
        vault: cli::Vault {
            node: node.to_owned(),
            secret: own.secret.clone(),
            json: how.json,
        },
        acting: own.acting.clone(),
    };
    let codes = |list: &String| list.split(',').map(|code| code.trim().to_owned()).collect();
    let asked = ListsAsked {
        concept: own.lists_by.clone().unwrap_or_default(),
        role: own.role,
        lists: own.list.iter().map(codes).collect(),
        plan: Plan::Chosen {
            name: how.methods.0.to_owned(),
            methods: how.methods.1,
            options: Box::new(how.options),
        },
        reason: Confidential::seal(own.reason.clone().unwrap_or_default()),
    };
    let session = Session::open(&typed)?;
    let (answer, by) = session.ask(Ask::EstimateLists(Box::new(asked)))?;
    session.close()?;
    let Answer::Captured(captured) = answer else {
        return Err(unlike(&answer));
    };
    let found = captured.estimated(&how.threads)?;
    if let Some(path) = &own.released {
        leave(path, &found)?;
    }
    let seen = found.seen.expose(&found.warrant);
    if how.json {
        writeln!(out, "{}", answer_json(&found, seen, by))?;
        return Ok(());
    }
    let name = format!("{}, {}", found.by.role.code(), found.by.concept);
    out.write_all(web::lists_text(how.language, &name, seen).as_bytes())?;
    let act = found.warrant.act();
    writeln!(
        out,
        "\nThe look is act {act} of the log. By {}.",
        by.words()
    )?;
    if let Some(path) = &own.released {
        writeln!(out, "What may leave is in {}.", path.display())?;
    }
    Ok(())
}

/// Writes what was released; a file that is there already is left alone.
fn leave(path: &Path, found: &ListsEstimate) -> Result<(), Refusal> {
    let unwritten =
        |error| Refusal::input("file-not-written", format!("{}: {error}", path.display()));
    let released = found.released();
    let mut file = File::create_new(path).map_err(unwritten)?;
    file.write_all(publish::estimates::csv(&released).as_bytes())
        .map_err(unwritten)
}

/// What `estimate --json` says of a file, with nulls where a count is hidden.
fn answer_json(found: &ListsEstimate, seen: &ListsSeen, by: By) -> Value {
    let mut answer = crate::estimate::answer_json(&seen.report);
    let margins = &seen.margins;
    let name = |list: usize| seen.report.lists[list].as_str();
    let few = margins.few().next().is_some();
    let pairs = margins.pairs.iter().map(|((first, second), told)| {
        json!({
            "lists": [name(*first), name(*second)],
            "persons": told.count(), "few": *told == Told::Few,
        })
    });
    // Which of the pairs that share few are empty is not told.
    answer["empty_pairs"] = if few { Value::Null } else { json!([]) };
    answer["list_totals"] = margins.totals.iter().map(|told| told.count()).collect();
    answer["pairs"] = pairs.collect();
    answer["threshold"] = threshold().into();
    answer["concept"] = found.by.concept.as_str().into();
    answer["about"] = found.by.role.code().into();
    answer["left_out"] = found.by.left_out.clone().into();
    answer["act"] = found.warrant.act().into();
    by.put(&mut answer);
    answer
}

/// What a method's name was refused for.
pub(crate) fn refused(error: &EstimateError) -> Refusal {
    let text = error.to_string();
    let (_, message) = text.split_once(": ").unwrap_or(("", &text));
    Refusal::usage("method-unknown", format!("--method: {message}"))
}
