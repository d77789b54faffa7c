//! Released estimates as a file.

use protect::Released;
use protect::release::{Answer, Estimates};
use terms::cell::Cell;

use crate::files::text_cell;

/// Columns of the file.
const COLUMNS: [&str; 11] = [
    "what", "name", "value", "lower", "upper", "level", "settings", "status", "release", "source",
    "audience",
];

/// Estimates as CSV (RFC 4180, UTF-8, CRLF): a row for each answer (`estimate`, and `headline` for
/// the one that is defended), for the counts that they stand on (`persons`, `list`, `pair`;
/// rounded, or masked without a value) and for what must be said beside them (`caveat`). Each row
/// names its release, its source and for whom it is. Text that a spreadsheet could take for a
/// formula starts with an apostrophe.
///
/// # Panics
/// Never: writing CSV to memory does not fail.
#[must_use]
pub fn csv<A>(released: &Released<Estimates, A>) -> String {
    let value = released.value();
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("writing to memory");
    let source = released.source();
    let origin = [
        released.identifier().to_owned(),
        format!("{}, {}, {}", source.publisher, source.title, source.vintage),
        released.audience().code(),
    ];
    let mut put = |row: [String; 8]| {
        let cells = row.iter().chain(&origin).map(|text| text_cell(text));
        let cells: Vec<String> = cells.collect();
        writer.write_record(cells).expect("writing to memory");
    };
    for (at, answer) in value.answers.iter().enumerate() {
        put(estimate(answer, value.headline == Some(at)));
    }
    put(counted("persons", &value.population, &value.persons));
    for (list, total) in value.lists.iter().zip(&value.totals) {
        put(counted("list", list, total));
    }
    for ((first, second), shared) in &value.pairs {
        let name = format!("{} & {}", value.lists[*first], value.lists[*second]);
        put(counted("pair", &name, shared));
    }
    for (code, sentence) in &value.caveats {
        let empty = String::new;
        put([
            "caveat".to_owned(),
            code.clone(),
            sentence.clone(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
        ]);
    }
    let bytes = writer.into_inner().expect("writing to memory");
    String::from_utf8(bytes).expect("only text was written")
}

fn estimate(answer: &Answer, defended: bool) -> [String; 8] {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let settings = answer.settings.iter();
    let settings: Vec<String> = settings
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let status = match answer.estimate {
        Some(_) => "estimate",
        None => "absent",
    };
    [
        if defended { "headline" } else { "estimate" }.to_owned(),
        answer.method.clone(),
        number(answer.estimate),
        number(answer.lower),
        number(answer.upper),
        answer.level.to_string(),
        settings.join(", "),
        status.to_owned(),
    ]
}

fn counted(what: &str, name: &str, cell: &Cell) -> [String; 8] {
    let value = match cell {
        Cell::Rounded { value, .. } => value.to_string(),
        // Hidden alike, whether small or protecting another: no bounds.
        _ => String::new(),
    };
    [
        what.to_owned(),
        name.to_owned(),
        value,
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        cell.status().to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use protect::Confidential;
    use protect::release::{Found, StandsOn, estimates};
    use terms::source::Source;

    use super::*;

    #[test]
    fn the_file_has_no_count_of_the_table() {
        let found = Found {
            source: Source {
                publisher: "Hub of XA".into(),
                title: "Estimate".into(),
                address: String::new(),
                licence: String::new(),
                attribution: String::new(),
                vintage: "2031-01-02, act 7".into(),
                retrieved: None,
                content_sha256: None,
            },
            population: "victim by detected_by".to_owned(),
            lists: ["ngo", "=police", "self"].map(str::to_owned).to_vec(),
            counts: vec![0, 31, 22, 3, 26, 12, 17, 0],
            answers: vec![Answer {
                method: "stepwise".to_owned(),
                settings: vec![("seed".to_owned(), "1".to_owned())],
                estimate: Some(347.21),
                lower: Some(212.9),
                upper: None,
                level: 0.95,
                stands_on: StandsOn::Model,
            }],
            headline: Some(0),
            caveats: vec![("assumptions".to_owned(), "As ever.".to_owned())],
        };
        let released = estimates(&Confidential::seal(found), "Hub of XA");
        let release = released.identifier();
        let end =
            format!("{release},\"Hub of XA, Estimate, 2031-01-02, act 7\",party:Hub of XA\r\n");
        let rows = [
            "headline,stepwise,350,210,,0.95,seed 1,estimate,",
            "persons,victim by detected_by,110,,,,,rounded,",
            "list,ngo,45,,,,,rounded,",
            "list,'=police,40,,,,,rounded,",
            "list,self,55,,,,,rounded,",
            "pair,ngo & =police,,,,,,masked,",
            "pair,ngo & self,,,,,,masked,",
            "pair,'=police & self,15,,,,,rounded,",
            "caveat,assumptions,As ever.,,,,,,",
        ];
        let wanted: String = rows.iter().map(|row| format!("{row}{end}")).collect();
        let head = COLUMNS.join(",");
        assert_eq!(csv(&released), format!("{head}\r\n{wanted}"));
    }
}
