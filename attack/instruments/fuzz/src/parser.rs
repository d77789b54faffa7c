//! The parsers, each behind bytes, and what must hold of each answer.

use std::collections::HashMap;
use std::io::{Cursor, Write as _};

use instruments::evaluate::{Attachments, Clock, Definition, Session, check, check_expression};
use instruments::{Format, Options, compile};

const CLOCK: Clock = Clock {
    now: 1_782_813_600_000,
    ahead_minutes: 0,
};

/// A form around one expression: a question of each type, a repeat of two, a list.
const FORM: &str = "<h:html xmlns=\"http://www.w3.org/2002/xforms\" \
    xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head><h:title>t</h:title><model><instance>\
    <data id=\"d\"><a>1</a><i/><n/><d/><t/><m/><g/><s/><r><x>2</x></r><r><x>3</x></r><out/></data>\
    </instance><instance id=\"x\"><root><item><name>a</name></item></root></instance>\
    <bind nodeset=\"/data/i\" type=\"int\"/><bind nodeset=\"/data/n\" type=\"decimal\"/>\
    <bind nodeset=\"/data/d\" type=\"date\"/><bind nodeset=\"/data/t\" type=\"time\"/>\
    <bind nodeset=\"/data/m\" type=\"dateTime\"/><bind nodeset=\"/data/g\" type=\"geoshape\"/>\
    <bind nodeset=\"/data/out\" calculate=\"EXPRESSION\"/></model></h:head><h:body>\
    <input ref=\"/data/i\"/><input ref=\"/data/t\"/><select ref=\"/data/s\">\
    <itemset nodeset=\"instance('x')/root/item\"><value ref=\"name\"/>\
    <label ref=\"name\"/></itemset></select><group ref=\"/data/r\"><repeat nodeset=\"/data/r\">\
    <input ref=\"/data/r/x\"/></repeat></group>\
    </h:body></h:html>";

/// The parts of a workbook, in the order in which an input has them, and what stands for one that
/// an input leaves out.
const PARTS: [(&str, &str); 6] = [
    (
        "xl/worksheets/sheet1.xml",
        "<worksheet><sheetData/></worksheet>",
    ),
    (
        "xl/worksheets/sheet2.xml",
        "<worksheet><sheetData/></worksheet>",
    ),
    ("xl/sharedStrings.xml", "<sst/>"),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
        <sheets><sheet name=\"survey\" sheetId=\"1\" r:id=\"r1\"/>\
        <sheet name=\"choices\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships>\
        <Relationship Id=\"r1\" Type=\"worksheet\" Target=\"worksheets/sheet1.xml\"/>\
        <Relationship Id=\"r2\" Type=\"worksheet\" Target=\"worksheets/sheet2.xml\"/>\
        </Relationships>",
    ),
    (
        "xl/styles.xml",
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"46\"/>\
        </cellXfs></styleSheet>",
    ),
];

/// What is spoiled.
#[derive(Clone, Copy)]
pub(crate) enum Parser {
    /// A form in one of the formats of sheets.
    Sheets(Format),
    /// A workbook: as it is, or in parts (between zero bytes) that are packed here, so that no
    /// checksum stands between the input and the reader.
    Workbook,
    /// An expression, evaluated in a form.
    Expression,
    /// An `XForm`, opened and answered.
    Form,
    /// A record that was sent.
    Record,
}

impl Parser {
    /// The parser of that name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "markdown" => Self::Sheets(Format::Markdown),
            "csv" => Self::Sheets(Format::Csv),
            "workbook" => Self::Workbook,
            "expression" => Self::Expression,
            "form" => Self::Form,
            "record" => Self::Record,
            _ => return None,
        })
    }

    /// Hands bytes to the parser, and looks at what comes out.
    pub(crate) fn read(self, bytes: &[u8]) {
        match self {
            Self::Sheets(format) => sheets(bytes, format),
            Self::Workbook if bytes.starts_with(b"PK") => sheets(bytes, Format::Workbook),
            Self::Workbook => sheets(&packed(bytes), Format::Workbook),
            Self::Expression => expression(&String::from_utf8_lossy(bytes)),
            Self::Form => form(&String::from_utf8_lossy(bytes)),
            Self::Record => record(&String::from_utf8_lossy(bytes)),
        }
    }
}

/// A form is refused with a reason, or its `XForm` is read again and opens.
fn sheets(bytes: &[u8], format: Format) {
    let compiled = compile(bytes, format, &Options::default());
    match &compiled.xml {
        None => assert!(!compiled.findings.is_empty(), "refused without a word"),
        Some(xml) => form(xml),
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut own = bytes.split(|byte| *byte == 0);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, standard) in PARTS {
        let part = own.next().filter(|part| !part.is_empty());
        archive.start_file(name, options).expect("a part");
        archive
            .write_all(part.unwrap_or(standard.as_bytes()))
            .expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

fn expression(text: &str) {
    let _ = check_expression(text);
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    form(&FORM.replace("EXPRESSION", &escaped));
}

fn form(text: &str) {
    let Ok(definition) = Definition::read(text) else {
        return;
    };
    let none = Attachments::new();
    let mut session = Session::begin(&definition, &none, HashMap::new(), CLOCK, 1);
    let _ = session.nodes();
    let _ = session.violations();
    let _ = session.xml();
    let _ = session.errors();
}

fn record(text: &str) {
    let form = FORM.replace(
        "EXPRESSION",
        "sum(/data/r/x) + /data/a + /data/d + decimal-time(/data/t) + area(/data/g)",
    );
    let definition = Definition::read(&form).expect("the form");
    let _ = check(&definition, text, &Attachments::new(), CLOCK);
}
