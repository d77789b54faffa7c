use arrow_array::cast::AsArray;
use arrow_array::types::{UInt16Type, UInt64Type};
use evidence::concept::Concepts;
use evidence::record::{Answer, Class, PersonRole, Record, Value};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::encryption::decrypt::FileDecryptionProperties;
use terms::id::{DossierId, NodeId, RecordId};
use testkit::random::TestRandom;

use super::*;
use crate::act::schema::{DossierOpened, ErasureConfirmed, NodeFounded, RecordEntered};
use crate::act::{Act, Deed, Inside};

const HOME: AgencyId = AgencyId([1; 16]);
const SHELTER: AgencyId = AgencyId([2; 16]);

fn key(seed: u64) -> vault::Key<vault::Columns> {
    vault::Key::random(&mut TestRandom::new(seed))
}

/// Views in the making, act by act.
struct Telling {
    views: Views,
    next: u64,
}

impl Telling {
    fn new() -> Self {
        let views = Views::in_memory().unwrap();
        let mut telling = Self { views, next: 1 };
        let (node, agency) = (NodeId([9; 16]), HOME);
        telling.tell(NodeFounded { node, agency }, None);
        telling
    }

    fn tell(&mut self, deed: impl Into<Deed>, inside: Option<&Inside>) {
        let act = Act {
            at_ms: i64::try_from(self.next).unwrap(),
            actor: None,
            session: None,
            role: "node".to_owned(),
            purpose: "administration".to_owned(),
            deed: deed.into(),
            closed: None,
        };
        self.views.apply(self.next, &act, inside, None).unwrap();
        self.next += 1;
    }

    fn open(&mut self, number: u8, custodian: Option<AgencyId>) {
        self.tell(
            DossierOpened {
                dossier: DossierId([number; 16]),
                role: PersonRole::Victim,
                key: u64::from(number),
                custodian,
                carer: None,
            },
            None,
        );
    }

    fn enter(&mut self, number: u8, record: u8, replaces: Option<u8>, said: &[(&str, &str)]) {
        let answers = said.iter().map(|(concept, text)| Answer {
            question: (*concept).to_owned(),
            concept: Some((*concept).to_owned()),
            class: Class::Restricted,
            value: text.parse().map(Value::Date).unwrap_or_else(|_| {
                let concept = Concepts::standard().get(concept).unwrap();
                concept.coded(text).unwrap()
            }),
        });
        let inside = Inside::Record(Record {
            form: "intake".to_owned(),
            form_version: "1".to_owned(),
            source: None,
            answers: answers.collect(),
            findings: vec![],
        });
        let entered = RecordEntered {
            record: RecordId([record; 16]),
            dossier: DossierId([number; 16]),
            replaces: replaces.map(|record| RecordId([record; 16])),
            marks: vec![],
        };
        self.tell(entered, Some(&inside));
    }

    fn erase(&mut self, number: u8) {
        let erasure = terms::id::ErasureId([number; 16]);
        let dossier = DossierId([number; 16]);
        self.tell(ErasureConfirmed { erasure, dossier }, None);
    }
}

/// The codes under a column, dossier by dossier, agency and dossier before them.
fn read(sealed: &SealedUnit, column: &str) -> Vec<(AgencyId, u64, Vec<String>)> {
    let laid = sealed
        .columns
        .iter()
        .find(|laid| laid.column.id == column)
        .unwrap();
    let mut found = Vec::new();
    for file in &sealed.files {
        let decryption = FileDecryptionProperties::builder(file.key.to_vec())
            .build()
            .unwrap();
        let options = ArrowReaderOptions::new().with_file_decryption_properties(decryption);
        let opened = File::open(&file.path).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(opened, options);
        for batch in reader.unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let one = |name: &str| batch.column_by_name(name).unwrap().clone();
            let agencies = one(AGENCY);
            let ordinals = one(ORDINAL);
            let cells = one(column);
            for row in 0..batch.num_rows() {
                let agency = agencies.as_primitive::<UInt16Type>().value(row);
                let ordinal = ordinals.as_primitive::<UInt64Type>().value(row);
                let codes = match laid.column.shape {
                    column::Shape::Many => {
                        let bits = cells.as_primitive::<UInt64Type>().value(row);
                        let codes = laid.codes.iter().enumerate();
                        let set = codes.filter(|(number, _)| bits >> number & 1 == 1);
                        set.map(|(_, code)| code.clone()).collect()
                    }
                    column::Shape::One => match cells.as_primitive::<UInt16Type>().value(row) {
                        0 => vec![],
                        number => vec![laid.codes[usize::from(number) - 1].clone()],
                    },
                    column::Shape::Month => {
                        let month = cells.as_primitive::<UInt16Type>().value(row);
                        vec![format!(
                            "{:04}-{:02}",
                            (month - 1) / 12,
                            (month - 1) % 12 + 1
                        )]
                    }
                };
                found.push((sealed.agencies[usize::from(agency) - 1], ordinal, codes));
            }
        }
    }
    found.sort_by_key(|(_, ordinal, _)| *ordinal);
    found
}

fn codes(row: &[&str]) -> Vec<String> {
    row.iter().map(|code| (*code).to_owned()).collect()
}

fn three() -> Telling {
    let mut telling = Telling::new();
    telling.open(1, None);
    telling.enter(
        1,
        11,
        None,
        &[("person.sex", "F"), ("event.date_detected", "2031-12-31")],
    );
    telling.open(2, Some(SHELTER));
    telling.enter(2, 21, None, &[("person.sex", "M")]);
    telling.enter(
        2,
        22,
        Some(21),
        &[("person.sex", "F"), ("tip.exploitation", "surrogacy")],
    );
    telling.open(3, None);
    telling.enter(
        3,
        31,
        None,
        &[
            ("tip.exploitation", "forced_labour"),
            ("tip.exploitation", "surrogacy"),
        ],
    );
    telling
}

#[test]
fn rows_are_laid_out_read_back_and_not_laid_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let (key, mut rng) = (key(1), TestRandom::new(2));
    let telling = three();
    let mut columns = Columns::open(folder.path(), &key, &mut rng).unwrap();
    let refreshed = columns.refresh(&telling.views, &key, &mut rng).unwrap();
    assert_eq!((refreshed.segments, refreshed.rows), (1, 3));
    let victims = columns.unit(Unit::Victim);
    let sex = read(&victims, "person.sex");
    // A record that was corrected says nothing any more.
    let expected = [
        (HOME, 1, codes(&["F"])),
        (SHELTER, 2, codes(&["F"])),
        (HOME, 3, codes(&[])),
    ];
    assert_eq!(sex, expected);
    let forms: Vec<_> = read(&victims, "tip.exploitation");
    assert_eq!(forms[2].2, codes(&["surrogacy", "forced_labour"]));
    assert_eq!(read(&victims, "victim.form")[2].2, codes(&["mixed"]));
    let first = columns.refresh(&telling.views, &key, &mut rng).unwrap();
    assert_eq!(first, Refreshed::default());
    // Opened again: what is there is used, and the numbers of codes stay.
    drop(columns);
    let mut again = Columns::open(folder.path(), &key, &mut rng).unwrap();
    assert_eq!(
        again.refresh(&telling.views, &key, &mut rng).unwrap(),
        Refreshed::default()
    );
    assert_eq!(read(&again.unit(Unit::Victim), "person.sex"), expected);
}

#[test]
fn months_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let (key, mut rng) = (key(1), TestRandom::new(2));
    let mut telling = Telling::new();
    for (number, day) in [(1, "2031-12-31"), (2, "2032-01-01"), (3, "1999-06-15")] {
        telling.open(number, None);
        telling.enter(number, number + 10, None, &[("event.date_detected", day)]);
    }
    let mut columns = Columns::open(folder.path(), &key, &mut rng).unwrap();
    columns.refresh(&telling.views, &key, &mut rng).unwrap();
    let months: Vec<_> = read(&columns.unit(Unit::Victim), "victim.detected")
        .into_iter()
        .flat_map(|(_, _, codes)| codes)
        .collect();
    assert_eq!(months, ["2031-12", "2032-01", "1999-06"]);
}

#[test]
fn years_lie_apart_in_parts_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (key, mut rng) = (key(1), TestRandom::new(6));
    let mut columns = Columns::open(folder.path(), &key, &mut rng).unwrap();
    // Two years one after another, as people come in, and a few of whom no date is known.
    let rows = (0..20_000_u64).map(|ordinal| {
        let mut row = Row::new();
        let sex = if ordinal % 3 == 0 { "M" } else { "F" };
        row.insert("person.sex".to_owned(), codes(&[sex]));
        if ordinal % 1000 != 0 {
            let month = format!("{}-{:02}", 2031 + ordinal % 2, ordinal % 12 + 1);
            row.insert("victim.detected".to_owned(), vec![month]);
        }
        (ordinal, HOME, Unit::Victim, row)
    });
    assert_eq!(columns.lay_run(0, rows, &mut rng).unwrap(), 20_000);
    let sealed = columns.unit(Unit::Victim);
    let file = &sealed.files[0];
    let decryption = FileDecryptionProperties::builder(file.key.to_vec())
        .build()
        .unwrap();
    let options = ArrowReaderOptions::new().with_file_decryption_properties(decryption);
    let opened = File::open(&file.path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(opened, options).unwrap();
    // The few without a date are no part of their own.
    let parts: Vec<i64> = reader
        .metadata()
        .row_groups()
        .iter()
        .map(|part| part.num_rows())
        .collect();
    assert_eq!(parts, [10_000, 10_000]);
    let sex = read(&sealed, "person.sex");
    let men = sex.iter().filter(|(_, ordinal, codes)| {
        assert_eq!(codes[0] == "M", ordinal % 3 == 0);
        codes[0] == "M"
    });
    assert_eq!(men.count(), 6_667);
}

#[test]
fn an_erased_person_is_gone_and_what_was_kept_of_them_opens_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after, mut rng) = (key(1), key(2), TestRandom::new(3));
    let mut telling = three();
    let mut columns = Columns::open(folder.path(), &before, &mut rng).unwrap();
    columns.refresh(&telling.views, &before, &mut rng).unwrap();
    let old_file = columns.unit(Unit::Victim).files[0].path.clone();
    telling.erase(2);
    columns.drop_changed(&telling.views).unwrap();
    assert!(!old_file.exists());
    columns.save(&after, &mut rng).unwrap();
    columns.refresh(&telling.views, &after, &mut rng).unwrap();
    let left: Vec<u64> = read(&columns.unit(Unit::Victim), "person.sex")
        .into_iter()
        .map(|(_, ordinal, _)| ordinal)
        .collect();
    assert_eq!(left, [1, 3]);
    drop(columns);
    // The key of the epoch that is over opens nothing: the columns begin anew.
    let mut other = Columns::open(folder.path(), &before, &mut rng).unwrap();
    assert!(other.unit(Unit::Victim).files.is_empty());
    assert_eq!(
        other
            .refresh(&telling.views, &before, &mut rng)
            .unwrap()
            .rows,
        2
    );
}

#[test]
fn a_second_process_makes_a_set_of_its_own_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (key, mut rng) = (key(1), TestRandom::new(4));
    let telling = three();
    let mut first = Columns::open(folder.path(), &key, &mut rng).unwrap();
    first.refresh(&telling.views, &key, &mut rng).unwrap();
    let mut second = Columns::open(folder.path(), &key, &mut rng).unwrap();
    assert_eq!(
        second.refresh(&telling.views, &key, &mut rng).unwrap().rows,
        3
    );
    let own = second.folder.clone();
    assert_ne!(own, folder.path());
    first.refresh(&telling.views, &key, &mut rng).unwrap();
    assert!(own.exists());
    drop(second);
    assert!(!own.exists());
    assert_eq!(read(&first.unit(Unit::Victim), "person.sex").len(), 3);
}

#[test]
fn what_was_damaged_is_made_again_and_nothing_lies_there_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let (key, mut rng) = (key(1), TestRandom::new(5));
    let telling = three();
    let mut columns = Columns::open(folder.path(), &key, &mut rng).unwrap();
    columns.refresh(&telling.views, &key, &mut rng).unwrap();
    drop(columns);
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        bytes.extend(fs::read(entry.unwrap().path()).unwrap());
    }
    for clear in ["surrogacy", "person.sex", "victim.form", "PAR1"] {
        let found = bytes
            .windows(clear.len())
            .any(|window| window == clear.as_bytes());
        assert!(!found, "{clear}");
    }
    fs::write(folder.path().join(INDEX), b"rubbish").unwrap();
    let mut columns = Columns::open(folder.path(), &key, &mut rng).unwrap();
    assert_eq!(
        columns
            .refresh(&telling.views, &key, &mut rng)
            .unwrap()
            .rows,
        3
    );
    let file = columns.unit(Unit::Victim).files[0].path.clone();
    drop(columns);
    fs::remove_file(file).unwrap();
    let mut columns = Columns::open(folder.path(), &key, &mut rng).unwrap();
    assert_eq!(
        columns
            .refresh(&telling.views, &key, &mut rng)
            .unwrap()
            .rows,
        3
    );
}
