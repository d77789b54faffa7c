//! `palermo access`: what the person concerned is shown or read to, on paper.

use std::fmt::Write as _;
use std::io::Write;

use evidence::record::{Record, Value};
use jiff::Timestamp;
use keep::Node;
use keep::views::{Consent, Matter};
use office::{Answer, Ask, Mirror, ReadDossier};
use protect::Confidential;
use terms::id::AgencyId;
use terms::language::Language;
use terms::list::{CodeLists, ListReference};
use terms::place::{PlaceCode, Places};
use zeroize::Zeroizing;

use super::access_words::{Phrase, term};
use super::export::Output;
use super::log::code;
use super::record::dossier_json;
use super::session::{Session, unlike};
use super::{day_after, moment, say};
use crate::cli::FileLanguage;
use crate::cli::care::Access;
use crate::refusal::Refusal;

/// Widest line of running text.
const WIDTH: usize = 78;

/// `palermo access`.
pub(crate) fn run(typed: &Access, out: &mut impl Write) -> Result<(), Refusal> {
    let session = Session::open(&typed.session)?;
    let kept = match &typed.output {
        Some(file) => Some((Output::new(file)?, file.display().to_string())),
        None => None,
    };
    let (answer, by) = session.ask(Ask::GiveAccess {
        dossier: typed.dossier,
        reason: Confidential::seal(typed.reason.clone()),
    })?;
    let Answer::Access(access) = answer else {
        return Err(unlike(&answer));
    };
    let language = match typed.language {
        FileLanguage::En => Language::En,
        FileLanguage::Fr => Language::Fr,
        FileLanguage::Pt => Language::Pt,
    };
    // An agency that nobody has named is the node's own.
    let own = Node::open(&typed.session.vault.node)?.config().name.clone();
    let text = Zeroizing::new(print_out(&access.read, &access.mirror, (language, &own)));
    let act = access.read.warrant.act();
    let Some((kept, file)) = kept else {
        session.close()?;
        if !typed.session.vault.json {
            return Ok(write!(out, "{}", *text)?);
        }
        let mut answer = dossier_json(&access.read);
        answer["print_out"] = text.as_str().into();
        return say(&typed.session, by, answer, "", out);
    };
    kept.fill(text.as_bytes())?;
    session.close()?;
    let answer = serde_json::json!({
        "dossier": typed.dossier.to_string(), "file": file, "language": language.code(),
        "act": act,
    });
    let words = format!(
        "The print-out is in {file}, in clear, readable by you alone: print it, give it to the \
         person, and\nremove it. It is act {act} of the log."
    );
    say(&typed.session, by, answer, words, out)
}

/// The whole print-out.
fn print_out(read: &ReadDossier, mirror: &Mirror, (language, own): (Language, &str)) -> String {
    let mut page = Page {
        text: String::new(),
        language,
    };
    let today = day_after(Timestamp::now().as_millisecond(), 0);
    page.line(Phrase::Title.text(language));
    page.line(&today);
    page.gap();
    page.paragraph(Phrase::Intro.text(language));
    let reference = Phrase::Reference.text(language);
    page.line(&format!("{reference}: {}", read.dossier));
    page.head(Phrase::Held);
    if read.records.is_empty() {
        page.item(Phrase::NothingHeld.text(language));
    }
    for (_, replaced, record) in &read.records {
        page.record(record.expose(&read.warrant), *replaced);
    }
    page.head(Phrase::Seen);
    for line in &mirror.lines {
        let role = match line.role.as_str() {
            "node" | "door" => Phrase::System.text(language).to_owned(),
            role => {
                let role = term("role", role, language);
                format!("{role} ({})", agency(mirror, line.agency, own))
            }
        };
        let act = term("act", &code(&line.kind), language);
        let purpose = term("purpose", &line.purpose, language);
        page.item(&format!("{}  {role}: {act}, {purpose}", moment(line.at_ms)));
    }
    page.head(Phrase::Agreed);
    if mirror.consents.is_empty() {
        page.item(Phrase::NothingAgreed.text(language));
    }
    for consent in &mirror.consents {
        page.consent(consent, (mirror, own));
    }
    page.head(Phrase::Asked);
    if mirror.matters.is_empty() {
        page.item(Phrase::NothingAsked.text(language));
    }
    for matter in &mirror.matters {
        page.matter(matter);
    }
    page.head(Phrase::CanAsk);
    page.paragraph(Phrase::Rights.text(language));
    page.text
}

fn agency(mirror: &Mirror, agency: Option<AgencyId>, own: &str) -> String {
    let found = mirror.agencies.iter();
    let mut found = found.filter(|one| agency == Some(one.agency));
    let name = found.next().map(|one| one.name.clone());
    name.unwrap_or_else(|| own.to_owned())
}

/// The print-out under way.
struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }

    fn head(&mut self, phrase: Phrase) {
        let head = phrase.text(self.language);
        self.gap();
        self.line(head);
        self.line(&"-".repeat(head.chars().count()));
    }

    fn item(&mut self, text: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "- {text}");
    }

    /// Running text, broken between words.
    fn paragraph(&mut self, text: &str) {
        let mut width = 0;
        for word in text.split_whitespace() {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > WIDTH {
                self.gap();
                width = 0;
            }
            if width > 0 {
                self.text.push(' ');
                width += 1;
            }
            self.text.push_str(word);
            width += length;
        }
        self.gap();
    }

    fn record(&mut self, record: &Record, replaced: bool) {
        let corrected = match replaced {
            true => format!(" ({})", Phrase::Corrected.text(self.language)),
            false => String::new(),
        };
        self.item(&format!(
            "{} {}{corrected}",
            record.form, record.form_version
        ));
        if let Some(source) = &record.source {
            let from = Phrase::From.text(self.language);
            self.line(&format!("  {from}: {}, {}", source.source, source.number));
        }
        for answer in &record.answers {
            let concept = answer.concept.as_ref();
            let concept = concept.map(|concept| format!(" ({concept})"));
            let value = value(&answer.value, self.language);
            let line = format!(
                "  {}{}: {value}",
                answer.question,
                concept.unwrap_or_default()
            );
            self.line(&line);
        }
    }

    fn consent(&mut self, consent: &Consent, (mirror, own): (&Mirror, &str)) {
        let language = self.language;
        let mut line = format!(
            "{}  {}, {}",
            moment(consent.at_ms),
            term("consent", &consent.subject, language),
            term("purpose", &consent.purpose, language)
        );
        let mut add = |phrase: Phrase, what: &str| {
            // Writing to a text cannot fail.
            let _ = write!(line, ", {}{what}", phrase.text(language));
        };
        if consent.recipient.is_some() {
            let name = agency(mirror, consent.recipient, own);
            add(Phrase::Recipient, &format!(" {name}"));
        }
        if let Some(until) = consent.until_ms {
            add(Phrase::Until, &format!(" {}", moment(until)));
        }
        if consent.withdrawn {
            add(Phrase::Withdrawn, "");
        }
        self.item(&line);
    }

    fn matter(&mut self, matter: &Matter) {
        let language = self.language;
        let kind = term("matter", &matter.kind, language);
        let state = match &matter.outcome {
            Some(outcome) => {
                let outcome = term("outcome", outcome, language);
                format!("{}: {outcome}", Phrase::Answered.text(language))
            }
            None => {
                let due = day_after(matter.due_ms, 0);
                format!("{} {due}", Phrase::AnswerBy.text(language))
            }
        };
        self.item(&format!("{}  {kind}; {state}", moment(matter.at_ms)));
    }
}

/// What was answered, in words where a code has any.
fn value(value: &Value, language: Language) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Absent(absence) => term("absent", absence.code(), language),
        Value::Coded {
            list,
            version,
            code,
        } => label(list, version, code, language).unwrap_or_else(|| code.clone()),
    }
}

fn label(list: &str, version: &str, code: &str, language: Language) -> Option<String> {
    let reference = ListReference {
        id: list.to_owned(),
        version: version.to_owned(),
    };
    let label = CodeLists::standard().get(&reference);
    if let Some(found) = label.and_then(|list| list.get(code)) {
        return Some(found.label(language).to_owned());
    }
    // Three letters mean a place in such a list alone.
    let of_places = ["place", "country", "citizenship", "3166"];
    of_places.iter().find(|word| list.contains(*word))?;
    let place: PlaceCode = code.parse().ok()?;
    let place = Places::standard().get(place)?;
    Some(place.name(language).to_owned())
}
