//! Instruments: questionnaires as data in the field's own tongue.
//!
//! An `XLSForm` (Markdown, CSV or a workbook) is read into a typed [`model::Form`] and written as
//! an ODK `XForm`. Everything that is wrong with a form is a [`Finding`] with its sheet, row and
//! column; nothing here panics on what a person has written.
//!
//! Pure: no clock, no disk, no network. Time and files are handed in.

pub mod carried;
mod choices;
pub mod dictionary;
mod entity;
pub mod evaluate;
mod expression;
pub mod fill;
pub mod finding;
mod kind;
pub mod limits;
pub mod lint;
pub mod model;
mod opening;
mod settings;
pub mod sheet;
mod survey;
pub mod table;
mod translation;
mod xform;

pub use finding::{Finding, Severity};
pub use sheet::Format;

use finding::Findings;
use model::Form;
use sheet::Workbook;

/// A form that was compiled, or what is wrong with it.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The typed form; none when it could not be read so far.
    pub form: Option<Form>,
    /// The `XForm`; none when the form is refused.
    pub xml: Option<String>,
    /// What was found, in order.
    pub findings: Vec<Finding>,
}

impl Compiled {
    /// Whether an `XForm` came out.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.xml.is_some()
    }
}

/// How a form is compiled.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// The file's name without its end: the form's id when the settings name none.
    pub stem: Option<&'a str>,
    /// Whether the `XForm` is broken into lines.
    pub pretty: bool,
    /// The key that records are sealed with, where the form names none: the node's own.
    pub public_key: Option<&'a str>,
}

/// Compiles a form.
#[must_use]
pub fn compile(bytes: &[u8], format: Format, options: &Options<'_>) -> Compiled {
    let mut findings = Findings::new();
    let workbook = Workbook::read(bytes, format, options.stem, &mut findings);
    let mut form = workbook.and_then(|workbook| survey::read(&workbook, &mut findings));
    if let (Some(form), Some(key)) = (&mut form, options.public_key) {
        form.settings
            .public_key
            .get_or_insert_with(|| key.to_owned());
    }
    let xml = match &form {
        Some(form) if !findings.refused() => xform::write(form, options.pretty, &mut findings),
        _ => None,
    };
    Compiled {
        form,
        xml,
        findings: findings.into_list(),
    }
}

/// Compiles a form and looks it over: what it may do to the people it is about, whether the engine
/// in the field opens it, and where engines would not agree on it. `options.public_key` is held to
/// be the node's own.
#[must_use]
pub fn check(bytes: &[u8], format: Format, options: &Options<'_>) -> Compiled {
    let mut compiled = compile(bytes, format, options);
    if let (Some(form), Some(xml)) = (&compiled.form, &compiled.xml) {
        let mut findings = Findings::new();
        lint::lint(form, xml, options.public_key, &mut findings);
        if findings.refused() {
            compiled.xml = None;
        }
        compiled.findings.extend(findings.into_list());
    }
    compiled
}
