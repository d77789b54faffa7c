//! Records, and deposits that carry one, as they are stored.

use evidence::record::{Answer, Class, PersonRole, Record, SourceKey, Value};
use jiff::civil::Date;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use terms::cell::Absence;

use super::{ActError, Inside, wire};

/// Stands for "inside" and "deposit" in messages, where no kind is known.
const NO_KIND: u16 = 0;

#[derive(Encode, Decode)]
enum ValueWire {
    #[n(0)]
    Text(#[n(0)] String),
    #[n(1)]
    Number(#[n(0)] i64),
    /// Year, month, day.
    #[n(2)]
    Date(#[n(0)] i16, #[n(1)] i8, #[n(2)] i8),
    #[n(3)]
    Coded(#[n(0)] String, #[n(1)] String, #[n(2)] String),
    #[n(4)]
    Absent(#[cbor(n(0), with = "wire::code")] Absence),
}

#[derive(Encode, Decode)]
struct AnswerWire {
    #[n(0)]
    question: String,
    #[n(1)]
    concept: Option<String>,
    #[cbor(n(2), with = "wire::code")]
    class: Class,
    #[n(3)]
    value: ValueWire,
}

#[derive(Encode, Decode)]
struct RecordWire {
    #[n(0)]
    form: String,
    #[n(1)]
    form_version: String,
    #[n(2)]
    source: Option<(String, String)>,
    #[n(3)]
    answers: Vec<AnswerWire>,
    #[n(4)]
    findings: Vec<String>,
}

/// The variant's number is the version.
#[derive(Encode, Decode)]
enum InsideWire {
    #[n(1)]
    Words(#[n(0)] String),
    #[n(2)]
    Record(#[n(0)] RecordWire),
    #[n(3)]
    Draft(#[n(0)] ByteVec),
}

#[derive(Encode, Decode)]
enum DepositWire {
    #[n(1)]
    Record(
        #[n(0)] i64,
        #[cbor(n(1), with = "wire::code")] PersonRole,
        #[n(2)] RecordWire,
    ),
    #[n(2)]
    Unread(#[n(0)] i64, #[n(1)] ByteVec),
}

/// What somebody handed in while nobody could read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deposited {
    /// A record about one person.
    Record {
        /// When it was handed in, in milliseconds since 1970-01-01 UTC.
        at_ms: i64,
        /// In what role the record is about the person.
        role: PersonRole,
        /// The record.
        record: Record,
    },
    /// Bytes that are no record; kept as they came.
    Unread {
        /// When it was handed in, in milliseconds since 1970-01-01 UTC.
        at_ms: i64,
        /// As they came.
        bytes: Vec<u8>,
    },
}

/// The bytes of a deposit, not yet sealed.
#[must_use]
pub fn encode_deposit(deposited: &Deposited) -> Vec<u8> {
    wire::to_vec(&match deposited {
        Deposited::Record {
            at_ms,
            role,
            record,
        } => DepositWire::Record(*at_ms, *role, record_to_wire(record)),
        Deposited::Unread { at_ms, bytes } => DepositWire::Unread(*at_ms, bytes.clone().into()),
    })
}

/// Reads the bytes of a deposit.
///
/// # Errors
/// When they are not of that form.
pub fn decode_deposit(bytes: &[u8]) -> Result<Deposited, ActError> {
    Ok(match wire::from_slice(NO_KIND, bytes)? {
        DepositWire::Record(at_ms, role, record) => Deposited::Record {
            at_ms,
            role,
            record: record_of_wire(record)?,
        },
        DepositWire::Unread(at_ms, bytes) => Deposited::Unread {
            at_ms,
            bytes: bytes.into(),
        },
    })
}

pub(super) fn encode_inside(inside: &Inside) -> Vec<u8> {
    wire::to_vec(&match inside {
        Inside::Words(words) => InsideWire::Words(words.clone()),
        Inside::Record(record) => InsideWire::Record(record_to_wire(record)),
        Inside::Draft(draft) => InsideWire::Draft(draft.clone().into()),
    })
}

pub(super) fn decode_inside(bytes: &[u8]) -> Result<Inside, ActError> {
    Ok(match wire::from_slice(NO_KIND, bytes)? {
        InsideWire::Words(words) => Inside::Words(words),
        InsideWire::Record(record) => Inside::Record(record_of_wire(record)?),
        InsideWire::Draft(draft) => Inside::Draft(draft.into()),
    })
}

fn record_to_wire(record: &Record) -> RecordWire {
    let answer = |answer: &Answer| AnswerWire {
        question: answer.question.clone(),
        concept: answer.concept.clone(),
        class: answer.class,
        value: match &answer.value {
            Value::Text(text) => ValueWire::Text(text.clone()),
            Value::Number(number) => ValueWire::Number(*number),
            Value::Date(date) => ValueWire::Date(date.year(), date.month(), date.day()),
            Value::Coded {
                list,
                version,
                code,
            } => ValueWire::Coded(list.clone(), version.clone(), code.clone()),
            Value::Absent(absence) => ValueWire::Absent(*absence),
        },
    };
    RecordWire {
        form: record.form.clone(),
        form_version: record.form_version.clone(),
        source: record
            .source
            .as_ref()
            .map(|key| (key.source.clone(), key.number.clone())),
        answers: record.answers.iter().map(answer).collect(),
        findings: record.findings.clone(),
    }
}

fn record_of_wire(wire: RecordWire) -> Result<Record, ActError> {
    let answer = |answer: AnswerWire| {
        Ok(Answer {
            question: answer.question,
            concept: answer.concept,
            class: answer.class,
            value: match answer.value {
                ValueWire::Text(text) => Value::Text(text),
                ValueWire::Number(number) => Value::Number(number),
                ValueWire::Date(year, month, day) => Value::Date(
                    Date::new(year, month, day).map_err(|_| ActError::Malformed {
                        kind: NO_KIND,
                        reason: "a day that is in no calendar".to_owned(),
                    })?,
                ),
                ValueWire::Coded(list, version, code) => Value::Coded {
                    list,
                    version,
                    code,
                },
                ValueWire::Absent(absence) => Value::Absent(absence),
            },
        })
    };
    let answers: Result<_, ActError> = wire.answers.into_iter().map(answer).collect();
    Ok(Record {
        form: wire.form,
        form_version: wire.form_version,
        source: wire
            .source
            .map(|(source, number)| SourceKey { source, number }),
        answers: answers?,
        findings: wire.findings,
    })
}
