//! What the person concerned agrees to, asks for and is shown; what leaves the node.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use office::{
    Answer, Ask, ConsentTo, ExportGround, MatterKind, Mirror, Outcome, Power, Purpose, Record,
    Value,
};
use protect::Confidential;
use terms::id::{AgencyId, ConsentId, DossierId, ExportId, MatterId};

use super::dossiers::{Forms, agency_name, covered, end_of_day};
use super::records::{Sheet, sheets};
use super::{ask, code, day, go, id, sealed, unlike, way};
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::Desk;
use crate::visitor::{Sent, Token, Visitor};

fn recipient(sent: &Sent) -> Result<Option<AgencyId>, Problem> {
    sent.find("recipient")
        .map(|text| id("recipient", text))
        .transpose()
}

/// Records what the person agrees to.
pub(crate) async fn consent(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["to", "purpose", "recipient", "until", "words", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let asked = Ask::RecordConsent {
        dossier,
        to: code(&sent, "to", ConsentTo::of_code)?,
        purpose: code(&sent, "purpose", Purpose::of_code)?,
        recipient: recipient(&sent)?,
        until: sent.find("until").map(end_of_day).transpose()?,
        words: sealed(&sent, "words")?,
    };
    let way = way(&visitor, Power::Consent, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(covered(&desk, dossier))
}

/// Records that they agree no longer. No reason is asked.
pub(crate) async fn withdraw(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["dossier", "words", "as"])?;
    let consent: ConsentId = id("consent", &number)?;
    let dossier: DossierId = id("dossier", sent.need("dossier")?)?;
    let words = Confidential::seal(sent.find("words").unwrap_or_default().to_owned());
    let way = way(&visitor, Power::Consent, &sent)?;
    ask(
        &desk,
        &visitor,
        way,
        Ask::WithdrawConsent { consent, words },
    )
    .await?;
    Ok(covered(&desk, dossier))
}

/// Notes what the person asks for.
pub(crate) async fn matter(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["kind", "words", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let asked = Ask::OpenMatter {
        dossier,
        kind: code(&sent, "kind", MatterKind::of_code)?,
        words: sealed(&sent, "words")?,
    };
    let way = way(&visitor, Power::Matter, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(covered(&desk, dossier))
}

/// Answers it.
pub(crate) async fn answer(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["outcome", "words", "as"])?;
    let asked = Ask::AnswerMatter {
        matter: id("matter", &number)?,
        outcome: code(&sent, "outcome", Outcome::of_code)?,
        words: sealed(&sent, "words")?,
    };
    let way = way(&visitor, Power::AnswerMatter, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(go(&desk, ""))
}

/// Answers a complaint.
pub(crate) async fn answer_complaint(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["outcome", "words", "as"])?;
    let asked = Ask::AnswerComplaint {
        matter: id("matter", &number)?,
        outcome: code(&sent, "outcome", Outcome::of_code)?,
        words: sealed(&sent, "words")?,
    };
    let way = way(&visitor, Power::AnswerComplaint, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(go(&desk, ""))
}

#[derive(Template)]
#[template(path = "complaint.html")]
struct Complaint {
    page: Page,
    forms: Forms,
    matter: MatterId,
    words: String,
    outcomes: [Outcome; 3],
}

/// Reads the words of a complaint; the look is an act.
pub(crate) async fn complaint(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["reason", "as"])?;
    let matter: MatterId = id("matter", &number)?;
    let reason = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::AnswerComplaint, &sent)?;
    let answer = ask(&desk, &visitor, way, Ask::ReadComplaint { matter, reason }).await?;
    let Answer::Words(words, warrant) = answer else {
        return Err(unlike(&answer));
    };
    html(&Complaint {
        page: desk
            .page(&uri, "office", desk.words.say("complaint-title"))
            .of(&visitor, &token)
            .at("/office"),
        forms: Forms::new(token, visitor),
        matter,
        words: words.into_exposed(&warrant),
        outcomes: Outcome::ALL,
    })
}

#[derive(Template)]
#[template(path = "access.html")]
struct PrintOut {
    page: Page,
    at: String,
    sheets: Vec<Sheet>,
    mirror: Mirror,
}

impl PrintOut {
    fn agency(&self, agency: Option<&AgencyId>) -> String {
        agency_name(&self.page, &self.mirror, agency)
    }
}

/// What the person concerned is shown, or has read to them: under a title that says nothing, so
/// that the sheet can be carried.
pub(crate) async fn access(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(number): Path<String>,
    visitor: Visitor,
    token: Token,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["reason", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let reason = sealed(&sent, "reason")?;
    let way = way(&visitor, Power::Access, &sent)?;
    let answer = ask(&desk, &visitor, way, Ask::GiveAccess { dossier, reason }).await?;
    let Answer::Access(access) = answer else {
        return Err(unlike(&answer));
    };
    let page = desk
        .page(&uri, "office", desk.words.say("access-title"))
        .of(&visitor, &token)
        .at(&format!("/office/dossiers/{dossier}"));
    html(&PrintOut {
        at: day((desk.site.now)().as_millisecond()),
        sheets: sheets(&page, access.read),
        mirror: access.mirror,
        page,
    })
}

/// Asks to take a dossier out.
pub(crate) async fn request_export(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["recipient", "ground", "reason", "as"])?;
    let dossier: DossierId = id("dossier", &number)?;
    let asked = Ask::RequestExport {
        dossier,
        recipient: recipient(&sent)?,
        ground: code(&sent, "ground", ExportGround::of_code)?,
        reason: sealed(&sent, "reason")?,
    };
    let way = way(&visitor, Power::Export, &sent)?;
    ask(&desk, &visitor, way, asked).await?;
    Ok(go(&desk, ""))
}

/// Approves what another has asked.
pub(crate) async fn approve_export(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["as"])?;
    let export: ExportId = id("export", &number)?;
    let way = way(&visitor, Power::ApproveExport, &sent)?;
    ask(&desk, &visitor, way, Ask::ApproveExport { export }).await?;
    Ok(go(&desk, ""))
}

/// Takes the dossier out, as a file: once. Whoever is not sure to be the one who signed in shows it
/// again first.
pub(crate) async fn take_export(
    State(desk): State<Desk>,
    Path(number): Path<String>,
    visitor: Visitor,
    sent: Sent,
) -> Result<Response, Problem> {
    sent.among(&["as"])?;
    let export: ExportId = id("export", &number)?;
    let way = way(&visitor, Power::Export, &sent)?;
    let fresh = visitor.seat.fresh;
    let answer = match ask(&desk, &visitor, way, Ask::TakeExport { export }).await {
        Err(problem) if problem.kind == Kind::Refused("confirm_needed") && !fresh => {
            return Ok(go(&desk, "/confirm"));
        }
        other => other?,
    };
    let Answer::Dossier(read) = answer else {
        return Err(unlike(&answer));
    };
    let warrant = read.warrant;
    let records = read.records.into_iter().map(|(number, replaced, record)| {
        let record = record.into_exposed(&warrant);
        exported(&number.to_string(), replaced, &record)
    });
    let file = serde_json::json!({
        "purpose": way.purpose.code(),
        "records": records.collect::<Vec<_>>(),
    });
    let mut response = (
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        format!("{file:#}\n"),
    )
        .into_response();
    // The name says nothing of anybody.
    let name = HeaderValue::from_static("attachment; filename=\"export.json\"");
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// A record as a file has it.
fn exported(number: &str, replaced: bool, record: &Record) -> serde_json::Value {
    let answers = record.answers.iter().map(|answer| {
        let mut line = serde_json::json!({
            "question": answer.question,
            "concept": answer.concept,
            "class": answer.class.code(),
        });
        match &answer.value {
            Value::Text(text) => line["text"] = text.as_str().into(),
            Value::Number(number) => line["number"] = (*number).into(),
            Value::Date(date) => line["date"] = date.to_string().into(),
            Value::Coded {
                list,
                version,
                code,
            } => {
                line["code"] = serde_json::json!({
                    "list": list, "version": version, "code": code,
                });
            }
            Value::Absent(absence) => line["absent"] = absence.code().into(),
        }
        line
    });
    serde_json::json!({
        "record": number,
        "corrected_since": replaced,
        "form": record.form,
        "version": record.form_version,
        "answers": answers.collect::<Vec<_>>(),
        "findings": record.findings,
    })
}
