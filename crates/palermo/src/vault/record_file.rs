//! Records as a file of JSON spells them.
//!
//! Nothing that was typed is lost: what cannot be used is kept as it was typed, in an answer of its
//! own, nominal, with a finding. Only a text that is no JSON is refused.

use evidence::record::{Answer, Class, Record, SourceKey, Value};
use jiff::civil::Date;
use serde_json::{Map, Value as Json};
use terms::cell::Absence;

use crate::refusal::Refusal;

/// Longest part of what was found that a finding repeats, in characters.
const FOUND_LENGTH_MAX: usize = 60;
/// What an answer may say, one of them.
const KINDS: [&str; 5] = ["text", "number", "date", "code", "absent"];
const ALLOWED_KINDS: &str = "one of text, number, date, code, absent";

/// Reads one record, or a list. `file` names the text in messages.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Record>, Refusal> {
    let json: Json = serde_json::from_str(text).map_err(|error| no_json(file, &error))?;
    let records = match json {
        Json::Array(items) => items.iter().map(record).collect(),
        one => vec![record(&one)],
    };
    some(file, records)
}

/// Reads a list, or one record a line.
pub(crate) fn read_many(file: &str, text: &str) -> Result<Vec<Record>, Refusal> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    // A record of a line each is no JSON as a whole, as soon as there are two.
    if lines < 2 || serde_json::from_str::<Json>(text).is_ok() {
        return read(file, text);
    }
    if text.trim_start().starts_with('[') {
        return read(file, text);
    }
    let mut records = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let json = serde_json::from_str(line).map_err(|error| {
            let message = format!(
                "{file}, line {}: it is no JSON: {error}; allowed: a list of records, or one \
                 record a line; nothing was taken",
                index + 1
            );
            Refusal::input("records_no_json", message)
        })?;
        records.push(record(&json));
    }
    some(file, records)
}

fn no_json(file: &str, error: &serde_json::Error) -> Refusal {
    let message = format!(
        "{file}, line {}, column {}: it is no JSON; allowed: one record or a list of records; \
         nothing was taken",
        error.line(),
        error.column()
    );
    Refusal::input("records_no_json", message)
}

fn some(file: &str, records: Vec<Record>) -> Result<Vec<Record>, Refusal> {
    if records.is_empty() {
        let message = format!("{file}: it holds no record");
        return Err(Refusal::input("records_none", message));
    }
    Ok(records)
}

/// A record under way, with what was found wrong.
struct Reading {
    answers: Vec<Answer>,
    findings: Vec<String>,
}

impl Reading {
    fn find(&mut self, field: &str, found: &Json, allowed: &str) {
        let found = match found {
            Json::Null => "nothing".to_owned(),
            found => format!("“{}”", cut(&raw(found))),
        };
        self.findings
            .push(format!("{field}: found {found}; allowed {allowed}"));
    }

    /// Keeps what cannot be used, as it was typed.
    fn keep(&mut self, question: &str, found: &Json) {
        self.answers.push(Answer {
            question: question.to_owned(),
            concept: None,
            class: Class::Nominal,
            value: Value::Text(raw(found)),
        });
    }

    /// A field that has to be some text; empty if it is not.
    fn text(&mut self, of: &Map<String, Json>, name: &str, field: &str) -> String {
        let found = of.get(name).unwrap_or(&Json::Null);
        if let Some(text) = found.as_str().filter(|text| !text.trim().is_empty()) {
            return text.to_owned();
        }
        self.find(field, found, "a text");
        // Versions are often written as numbers.
        match found {
            Json::Number(number) => number.to_string(),
            Json::Null | Json::String(_) => String::new(),
            other => {
                self.keep(field, other);
                String::new()
            }
        }
    }

    fn others(&mut self, of: &Map<String, Json>, place: &str, allowed: &[&str]) {
        for (name, found) in of {
            if !allowed.contains(&name.as_str()) {
                let field = format!("{place}{name}");
                self.find(&field, found, &format!("the fields {}", allowed.join(", ")));
                self.keep(&field, found);
            }
        }
    }
}

/// One record; whatever it is, something is kept.
fn record(json: &Json) -> Record {
    let mut reading = Reading {
        answers: Vec::new(),
        findings: Vec::new(),
    };
    let Json::Object(fields) = json else {
        reading.find("record", json, "an object with form, version, answers");
        reading.keep("record", json);
        return Record {
            form: String::new(),
            form_version: String::new(),
            source: None,
            answers: reading.answers,
            findings: reading.findings,
        };
    };
    let form = reading.text(fields, "form", "form");
    let form_version = reading.text(fields, "version", "version");
    let source = match fields.get("source") {
        None | Some(Json::Null) => None,
        Some(found) => source(found, &mut reading),
    };
    match fields.get("answers") {
        Some(Json::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                answer(item, &format!("answers[{index}]"), &mut reading);
            }
        }
        found => {
            let found = found.unwrap_or(&Json::Null);
            reading.find("answers", found, "a list of answers");
            if *found != Json::Null {
                reading.keep("answers", found);
            }
        }
    }
    reading.others(fields, "", &["form", "version", "source", "answers"]);
    Record {
        form,
        form_version,
        source,
        answers: reading.answers,
        findings: reading.findings,
    }
}

fn source(found: &Json, reading: &mut Reading) -> Option<SourceKey> {
    let part = |name: &str| match found.get(name)? {
        Json::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    if let (Some(source), Some(number)) = (part("source"), part("number")) {
        if let Json::Object(fields) = found {
            reading.others(fields, "source.", &["source", "number"]);
        }
        return Some(SourceKey { source, number });
    }
    reading.find(
        "source",
        found,
        "an object with the texts source and number",
    );
    reading.keep("source", found);
    None
}

fn answer(json: &Json, place: &str, reading: &mut Reading) {
    let Json::Object(fields) = json else {
        reading.find(place, json, "an object with question and an answer");
        return reading.keep(place, json);
    };
    let question = match reading.text(fields, "question", &format!("{place}.question")) {
        blank if blank.is_empty() => place.to_owned(),
        question => question,
    };
    let concept = match fields.get("concept") {
        None | Some(Json::Null) => None,
        Some(Json::String(concept)) => Some(concept.clone()),
        Some(other) => {
            reading.find(&format!("{place}.concept"), other, "a text");
            reading.keep(&format!("{place}.concept"), other);
            None
        }
    };
    let given: Vec<&str> = KINDS
        .into_iter()
        .filter(|kind| fields.contains_key(*kind))
        .collect();
    let read = match given.as_slice() {
        [kind] => value(kind, &fields[*kind]).map_err(|allowed| (*kind, allowed)),
        _ => Err(("answer", ALLOWED_KINDS)),
    };
    match read {
        Ok(value) => {
            let class = class(fields, &value, place, reading);
            reading.answers.push(Answer {
                question,
                concept,
                class,
                value,
            });
        }
        Err((field, allowed)) => {
            let found = match given.as_slice() {
                [kind] => &fields[*kind],
                _ => json,
            };
            reading.find(&format!("{place}.{field}"), found, allowed);
            reading.answers.push(Answer {
                question,
                concept,
                class: Class::Nominal,
                value: Value::Text(raw(found)),
            });
        }
    }
    let known = [&["question", "concept", "class"][..], &KINDS].concat();
    if given.len() == 1 {
        reading.others(fields, &format!("{place}."), &known);
    }
}

fn class(fields: &Map<String, Json>, value: &Value, place: &str, reading: &mut Reading) -> Class {
    let usual = match value {
        Value::Coded { .. } => Class::Restricted,
        _ => Class::Nominal,
    };
    let Some(found) = fields.get("class") else {
        return usual;
    };
    let class = found.as_str().and_then(Class::of_code);
    class.unwrap_or_else(|| {
        let allowed = Class::ALL.map(Class::code).join(", ");
        reading.find(&format!("{place}.class"), found, &allowed);
        // What cannot be read is taken for the strictest.
        Class::Nominal
    })
}

fn value(kind: &str, found: &Json) -> Result<Value, &'static str> {
    let text = found.as_str();
    match kind {
        "text" => text
            .map(|text| Value::Text(text.to_owned()))
            .ok_or("a text"),
        "number" => found.as_i64().map(Value::Number).ok_or("a whole number"),
        "date" => text
            .filter(|text| text.len() == 10)
            .and_then(|text| text.parse::<Date>().ok())
            .map(Value::Date)
            .ok_or("a date as YYYY-MM-DD"),
        "code" => {
            let part = |name: &str| match found.get(name)? {
                Json::String(text) if !text.trim().is_empty() => Some(text.clone()),
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            };
            let coded = || {
                Some(Value::Coded {
                    list: part("list")?,
                    version: part("version")?,
                    code: part("code")?,
                })
            };
            coded().ok_or("an object with the texts list, version, code")
        }
        _ => text.and_then(Absence::of_code).map(Value::Absent).ok_or(
            "not_collected, not_asked, refused, unknown, not_applicable, not_in_source, \
                 disputed, not_yet",
        ),
    }
}

/// A record as the file spells it.
pub(super) fn to_json(record: &Record) -> Json {
    let mut json = serde_json::json!({
        "form": record.form, "version": record.form_version,
    });
    if let Some(source) = &record.source {
        json["source"] = serde_json::json!({ "source": source.source, "number": source.number });
    }
    let answers = record.answers.iter().map(|answer| {
        let mut json = serde_json::json!({ "question": answer.question });
        if let Some(concept) = &answer.concept {
            json["concept"] = concept.as_str().into();
        }
        json["class"] = answer.class.code().into();
        match &answer.value {
            Value::Text(text) => json["text"] = text.as_str().into(),
            Value::Number(number) => json["number"] = (*number).into(),
            Value::Date(date) => json["date"] = date.to_string().into(),
            Value::Coded {
                list,
                version,
                code,
            } => {
                json["code"] =
                    serde_json::json!({ "list": list, "version": version, "code": code });
            }
            Value::Absent(absence) => json["absent"] = absence.code().into(),
        }
        json
    });
    json["answers"] = answers.collect();
    if !record.findings.is_empty() {
        json["findings"] = record.findings.clone().into();
    }
    json
}

/// A value as it was typed: a text without its quotation marks, anything else as JSON.
fn raw(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(FOUND_LENGTH_MAX).collect();
    if text.chars().count() > FOUND_LENGTH_MAX {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"form":"intake","version":"1",
        "source":{"source":"shelter list","number":"17"},
        "answers":[
          {"question":"q1","concept":"name","text":"Person One"},
          {"question":"q2","concept":"sex","code":{"list":"sex","version":"1","code":"f"}},
          {"question":"q3","class":"restricted","number":13},
          {"question":"q4","date":"2031-02-03"},
          {"question":"q5","absent":"refused"}]}"#;

    fn one(text: &str) -> Record {
        let mut records = read("records.json", text).expect("a record");
        assert_eq!(records.len(), 1);
        records.remove(0)
    }

    #[test]
    fn a_whole_record_reads_and_reads_back() {
        let record = one(WHOLE);
        assert_eq!(record.findings, Vec::<String>::new());
        let classes: Vec<Class> = record.answers.iter().map(|answer| answer.class).collect();
        let expected = [
            Class::Nominal,
            Class::Restricted,
            Class::Restricted,
            Class::Nominal,
            Class::Nominal,
        ];
        assert_eq!(classes, expected);
        assert_eq!(one(&to_json(&record).to_string()), record);
    }

    #[test]
    fn what_cannot_be_used_is_kept_with_a_finding() {
        let record = one(r#"{"form":"intake","version":2,"colour":"red","answers":[
              {"question":"q1","date":"31.12.2020"},
              {"question":"q2","number":1.5,"text":"x"},
              {"question":"q3","code":{"list":"sex"}},
              {"question":"q4","text":"y","class":"secret"},
              {"question":"q5","absent":"dunno"},
              "loose", {"text":"no question","note":7}]}"#);
        insta::assert_snapshot!(record.findings.join("\n"));
        let all = to_json(&record).to_string();
        for typed in [
            "31.12.2020",
            "1.5",
            "dunno",
            "loose",
            "no question",
            "red",
            "\"7\"",
        ] {
            assert!(all.contains(typed), "{typed} in {all}");
        }
        let coded = record.coded().count();
        assert_eq!(coded, 0);
    }

    #[test]
    fn anything_that_is_json_becomes_a_record() {
        for text in [
            "7",
            "\"x\"",
            "null",
            "{}",
            "[[]]",
            "[true]",
            "{\"answers\":3}",
        ] {
            assert!(!one(text).findings.is_empty(), "{text}");
        }
        assert!(read("f", "[]").is_err());
        assert!(read("f", "{").is_err());
    }

    #[test]
    fn many_records_come_as_a_list_or_a_line_each() {
        let line = WHOLE.replace('\n', " ");
        let lines = format!("{line}\n\n{line}\n");
        assert_eq!(read_many("f", &lines).expect("two").len(), 2);
        assert_eq!(read_many("f", &line).expect("one").len(), 1);
        assert_eq!(read_many("f", WHOLE).expect("one").len(), 1);
        let list = format!("[{WHOLE},{WHOLE}]");
        assert_eq!(read_many("f", &list).expect("two").len(), 2);
        let broken = read_many("f.jsonl", &format!("{line}\n{{\n")).expect_err("refused");
        assert!(broken.to_string().contains("f.jsonl, line 2"), "{broken}");
    }
}
