//! `palermo terms`: names to codes, codes to other codes, and the lists that are built in.

use std::io::{self, BufRead, Write};

use serde::Serialize;
use terms::crosswalk::{Crosswalks, Translation};
use terms::language::Language;
use terms::list::{CodeList, CodeLists};
use terms::place::{PlaceCode, Places};
use terms::resolve::{Resolution, Resolver};

use crate::cli::{ResolveList, Terms};
use crate::refusal::Refusal;

pub(crate) fn run(command: &Terms, out: &mut impl Write) -> Result<(), Refusal> {
    match command {
        Terms::Resolve {
            list: ResolveList::Citizenship,
            json,
        } => resolve(*json, out),
        Terms::Translate { crosswalk, json } => translate(crosswalk, *json, out),
        Terms::Lists { list: None, json } => lists(*json, out),
        Terms::Lists {
            list: Some(list),
            json,
        } => codes(list, *json, out),
    }
}

/// One resolved line: the contract's four keys, then what helps a person to decide.
#[derive(Serialize)]
struct Resolved<'a> {
    text: &'a str,
    status: &'static str,
    code: Option<&'a str>,
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<u8>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    alternatives: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

fn resolve(json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let resolver = Resolver::standard();
    each_line(|text| {
        let resolution = resolver.resolve(text);
        let alternatives: Vec<&str> = resolution
            .alternatives
            .iter()
            .map(PlaceCode::as_str)
            .collect();
        let line = Resolved {
            text,
            status: resolution.status.as_str(),
            code: resolution.code.as_ref().map(PlaceCode::as_str),
            reason: resolution.reason.map(terms::resolve::Refusal::as_str),
            distance: resolution.distance,
            alternatives: &alternatives,
            note: resolution.note.as_deref(),
        };
        if json {
            writeln!(out, "{}", serde_json::json!(line))?;
        } else {
            writeln!(out, "{text} -> {}", in_words(&resolution, &alternatives))?;
        }
        Ok(())
    })
}

fn in_words(resolution: &Resolution, alternatives: &[&str]) -> String {
    let mut words = match (resolution.code, resolution.reason) {
        (Some(code), _) => {
            let name = Places::standard()
                .get(code)
                .map_or("", |place| place.name(Language::En));
            format!("{code} {name} ({})", resolution.status)
        }
        (None, Some(reason)) => format!("refused: {}", reason.as_str().replace('_', " ")),
        (None, None) => "refused".to_owned(),
    };
    if let Some(distance) = resolution.distance {
        words.push_str(&format!(", distance {distance}"));
    }
    if !alternatives.is_empty() {
        words.push_str(&format!("; could be {}", alternatives.join(", ")));
    }
    if let Some(note) = &resolution.note {
        words.push_str(&format!("; {note}"));
    }
    words
}

fn translate(name: &str, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let crosswalks = Crosswalks::standard();
    let Some(crosswalk) = crosswalks.get(name) else {
        let known: Vec<&str> = crosswalks.iter().map(|known| known.id.as_str()).collect();
        let message = format!("no crosswalk “{name}”; allowed: {}", known.join(", "));
        return Err(Refusal::usage("crosswalk_unknown", message));
    };
    each_line(|text| {
        let Translation {
            from,
            to,
            relation,
            lost,
        } = crosswalk.translate(text.trim());
        if json {
            let relation = relation.code();
            let line =
                serde_json::json!({ "from": from, "to": to, "relation": relation, "lost": lost });
            writeln!(out, "{line}")?;
        } else {
            let to = if to.is_empty() {
                "nothing".to_owned()
            } else {
                to.join(" + ")
            };
            writeln!(out, "{from} -> {to} ({})", relation.code())?;
            for loss in lost {
                writeln!(out, "    lost: {loss}")?;
            }
        }
        Ok(())
    })
}

fn lists(json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    for list in CodeLists::standard().iter() {
        let reference = list.reference.to_string();
        let title = list.title(Language::En);
        if json {
            let line = serde_json::json!({
                "list": reference, "title": title, "agency": list.agency,
                "licence": list.licence, "source": list.source, "codes": list.codes().len(),
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(
                out,
                "{reference:<48} {:>4} codes  {title}",
                list.codes().len()
            )?;
        }
    }
    Ok(())
}

fn codes(reference: &str, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let list = find_list(reference)?;
    for code in list.codes() {
        if json {
            let line = serde_json::json!({
                "code": code.code, "label": code.label(Language::En), "parent": code.parent,
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "{:<36} {}", code.code, code.label(Language::En))?;
        }
    }
    Ok(())
}

fn find_list(reference: &str) -> Result<&'static CodeList, Refusal> {
    let lists = CodeLists::standard();
    let found = lists
        .find(reference)
        .map_err(|error| Refusal::usage("list_unknown", error))?;
    found.ok_or_else(|| {
        let message =
            format!("no code list “{reference}”; `palermo terms lists` shows those that exist");
        Refusal::usage("list_unknown", message)
    })
}

/// Hands each line of standard input on. Bytes that are not UTF-8 become U+FFFD, which the
/// resolver knows how to read: labels come from files that were damaged exactly so.
fn each_line(mut work: impl FnMut(&str) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        work(
            text.trim_end_matches(['\n', '\r'])
                .trim_start_matches('\u{feff}'),
        )?;
    }
}
