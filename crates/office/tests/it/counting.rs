//! Dossiers become a table, the table a release, and the release is walked back to how it was
//! counted; a person who is erased is gone from what is counted next.

use analyse::tabulation::Tabulation;
use evidence::concept::Concepts;
use evidence::record::{Answer as Told, Class, PersonRole, Record, Value};
use office::{Answer, Ask, Ground, OfficeError, Purpose, Role, Tabulated, Traced, Who};
use protect::{Audience, Confidential};
use terms::cell::Cell;
use terms::id::{AgencyId, DossierId, StaffId};
use terms::table::Table;

use crate::desk::sealed;
use crate::house::House;
use crate::releases::under;

const COUNTS: (Role, Purpose) = (Role::DataManager, Purpose::Statistics);

fn record(said: &[(&str, &str, &str)]) -> Record {
    let answers = said.iter().map(|(group, concept, text)| {
        let known = Concepts::standard().get(concept).expect("a concept");
        let value = text.parse().map(Value::Date).ok();
        let value = value.or_else(|| text.parse().map(Value::Number).ok());
        Told {
            question: format!("{group}/{concept}"),
            concept: Some((*concept).to_owned()),
            class: Class::Restricted,
            value: value.or_else(|| known.coded(text)).expect("a value"),
        }
    });
    Record {
        form: "intake".to_owned(),
        form_version: "1".to_owned(),
        source: None,
        answers: answers.collect(),
        findings: Vec::new(),
    }
}

/// A release, and the counts behind its cells.
struct Counted {
    name: String,
    cells: Vec<(Vec<String>, u64)>,
}

struct Region {
    house: House,
    /// Of the node's own agency.
    manager: StaffId,
    coordinator: StaffId,
    /// Of the shelter.
    other: StaffId,
}

impl Region {
    fn new() -> Self {
        let house = House::new();
        Self {
            manager: house.console(Role::DataManager, None),
            coordinator: house.console(Role::Coordinator, None),
            other: house.console(Role::DataManager, Some(house.shelter)),
            house,
        }
    }

    fn enter(&self, agency: AgencyId, role: PersonRole, said: &[(&str, &str, &str)]) -> DossierId {
        let by = self.house.console(Role::Caseworker, Some(agency));
        let ask = Ask::EnterRecord {
            dossier: None,
            role,
            replaces: None,
            record: Confidential::seal(record(said)),
        };
        let how = (Role::Caseworker, Purpose::Assistance);
        match self.house.ask(Who::Console(by), how, ask).expect("entered") {
            Answer::Record { dossier, .. } => dossier,
            other => panic!("{other:?}"),
        }
    }

    fn victim(&self, agency: AgencyId, sex: &str, years: &str, forms: &[&str]) -> DossierId {
        let mut said = vec![
            ("", "person.sex", sex),
            ("", "person.age_years", years),
            ("", "event.date_detected", "2031-05-06"),
        ];
        said.extend(forms.iter().map(|form| ("", "tip.exploitation", *form)));
        self.enter(agency, PersonRole::Victim, &said)
    }

    fn tabulate(
        &self,
        staff: StaffId,
        line: &str,
        keep: Option<&str>,
    ) -> Result<Box<Tabulated>, OfficeError> {
        let tabulation: Tabulation = line.parse()?;
        let ask = Ask::Tabulate {
            tabulation: Box::new(tabulation),
            keep: keep.map(str::to_owned),
        };
        match self.house.ask(Who::Console(staff), COUNTS, ask)? {
            Answer::Tabulated(tabulated) => Ok(tabulated),
            other => panic!("{other:?}"),
        }
    }

    /// Counts, keeps and releases to everybody: one does, another signs.
    fn release(&self, (counts, signs): (StaffId, StaffId), line: &str) -> Counted {
        let kept = self.tabulate(counts, line, Some(line)).expect("counted");
        let ask = Ask::SignRelease {
            draft: kept.draft.expect("kept"),
            under: under(Audience::Public),
            supersedes: None,
        };
        let how = (Role::Coordinator, Purpose::Statistics);
        let signed = self.house.ask(Who::Console(signs), how, ask);
        let Ok(Answer::Signed(signed)) = signed else {
            panic!("{line}: {signed:?}");
        };
        let table = &kept.counts.expose(&kept.warrant).table;
        let cells = table.iter().map(|(codes, cell)| {
            let codes = codes.iter().map(ToString::to_string).collect();
            (codes, cell.exact().expect("counted"))
        });
        Counted {
            name: signed.line.release.clone(),
            cells: cells.collect(),
        }
    }

    fn trace(&self, staff: StaffId, release: &str, cell: &[String]) -> Traced {
        let ask = Ask::ExplainRelease {
            release: release.to_owned(),
            cell: cell.to_vec(),
        };
        let explained = self.house.ask(Who::Console(staff), COUNTS, ask);
        let Ok(Answer::Explained(explained)) = explained else {
            panic!("{explained:?}");
        };
        let traced = explained.traced.expect("counted here");
        traced.expose(&explained.warrant).clone()
    }

    /// Says of the person of a dossier that they are of another sex.
    fn correct(&self, agency: AgencyId, dossier: DossierId, sex: &str) {
        let reads = Who::Console(self.house.console(Role::Coordinator, Some(agency)));
        let how = (Role::Coordinator, Purpose::Assistance);
        let reason = sealed("a mistake");
        let ask = Ask::ReadDossier { dossier, reason };
        let read = self.house.ask(reads, how, ask);
        let Ok(Answer::Dossier(read)) = read else {
            panic!("{read:?}");
        };
        let ask = Ask::EnterRecord {
            dossier: Some(dossier),
            role: PersonRole::Victim,
            replaces: Some(read.records[0].0),
            record: Confidential::seal(record(&[
                ("", "person.sex", sex),
                ("", "event.date_detected", "2031-05-06"),
            ])),
        };
        let corrects = Who::Console(self.house.console(Role::DataManager, Some(agency)));
        let how = (Role::DataManager, Purpose::Assistance);
        self.house.ask(corrects, how, ask).expect("corrected");
    }

    fn count(&self, staff: StaffId, line: &str) -> Table {
        let tabulated = self.tabulate(staff, line, None).expect("counted");
        tabulated.counts.expose(&tabulated.warrant).table.clone()
    }

    fn erase(&self, agency: AgencyId, dossier: DossierId) {
        let asks = self.house.console(Role::Coordinator, Some(agency));
        let ask = Ask::RequestErasure {
            dossier,
            ground: Ground::Objection,
            reason: sealed("she asked for it"),
        };
        let how = (Role::Coordinator, Purpose::DataSubject);
        let Ok(Answer::Erasure(erasure)) = self.house.ask(Who::Console(asks), how, ask) else {
            panic!("not asked");
        };
        let overseer = Who::Console(self.house.overseer);
        let how = (Role::Overseer, Purpose::DataSubject);
        let ask = Ask::ConfirmErasure { erasure };
        self.house.ask(overseer, how, ask).expect("confirmed");
    }

    /// Seven at the shelter, six at the clinic, one with two forms at the police.
    fn filled() -> (Self, DossierId) {
        let region = Self::new();
        let (shelter, clinic, police) = (
            region.house.shelter,
            region.house.clinic,
            region.house.police,
        );
        let mut last = None;
        for _ in 0..7 {
            last = Some(region.victim(shelter, "F", "16", &["forced_labour"]));
        }
        for _ in 0..6 {
            region.victim(clinic, "F", "30", &["domestic_servitude"]);
        }
        region.victim(police, "M", "17", &["forced_labour", "surrogacy"]);
        (region, last.expect("seven"))
    }
}

const BY_FORM: &str = "victim by form:glotip.form@2024-05,sex over 2031 on detected";

fn exact(table: &Table, codes: &[&str]) -> Option<u64> {
    table.get(codes).and_then(Cell::exact)
}

#[test]
fn records_of_every_agency_become_one_table() {
    let (region, _) = Region::filled();
    let table = region.count(region.manager, BY_FORM);
    assert_eq!(exact(&table, &["Forced labour", "F"]), Some(13));
    assert_eq!(
        exact(&table, &["Other forms of exploitation", "M"]),
        Some(1)
    );
    assert_eq!(exact(&table, &["total", "total"]), Some(14));
    assert!(table.counting.statement.contains("not persons"));
    assert_eq!(region.house.last().0, "TableCounted");
    // Under each form that they have: the boy stands twice, and forms have no total.
    let table = region.count(
        region.manager,
        "victim by forms,sex of sex=M over 2031 on detected",
    );
    assert_eq!(exact(&table, &["forced_labour", "M"]), Some(1));
    assert_eq!(exact(&table, &["surrogacy", "M"]), Some(1));
    assert_eq!(exact(&table, &["total", "M"]), None);
    // Another year is another table.
    let table = region.count(region.manager, "victim by sex over 2030 on detected");
    assert_eq!(exact(&table, &["total"]), Some(0));
}

#[test]
fn somebody_of_another_agency_counts_their_own_records_alone() {
    let (region, _) = Region::filled();
    let table = region.count(region.other, BY_FORM);
    assert_eq!(exact(&table, &["total", "total"]), Some(7));
    assert_eq!(exact(&table, &["Forced labour", "F"]), Some(7));
    let clinic = region
        .house
        .console(Role::Caseworker, Some(region.house.clinic));
    let ask = Ask::Tabulate {
        tabulation: Box::new(BY_FORM.parse().expect("sound")),
        keep: None,
    };
    let how = (Role::Caseworker, Purpose::Assistance);
    let refused = region.house.ask(Who::Console(clinic), how, ask);
    assert_eq!(refused.expect_err("not theirs").code(), "not_allowed");
}

#[test]
fn a_table_is_kept_released_and_walked_back() {
    let (region, _) = Region::filled();
    let kept = region
        .tabulate(region.manager, BY_FORM, Some("victims 2031"))
        .expect("counted");
    let draft = kept.draft.expect("kept");
    let ask = Ask::SignRelease {
        draft,
        under: under(Audience::Public),
        supersedes: None,
    };
    let how = (Role::Coordinator, Purpose::Statistics);
    let signed = region.house.ask(Who::Console(region.coordinator), how, ask);
    let Ok(Answer::Signed(signed)) = signed else {
        panic!("{signed:?}");
    };
    let released = office::published(&region.house.path()).expect("read");
    let table = released[0].released.value();
    assert_eq!(exact(table, &["total", "total"]), Some(14));
    assert_eq!(exact(table, &["Other forms of exploitation", "M"]), None);
    let ask = Ask::ExplainRelease {
        release: signed.line.release.clone(),
        cell: vec!["total".to_owned(), "total".to_owned()],
    };
    let explained = region.house.ask(Who::Console(region.manager), COUNTS, ask);
    let Ok(Answer::Explained(explained)) = explained else {
        panic!("{explained:?}");
    };
    let counting = explained.counting.expect("counted here");
    assert_eq!(counting.line, kept.line);
    assert_eq!(counting.up_to_act, kept.up_to_act);
    // Somebody of another agency has no way to it.
    let ask = Ask::ExplainRelease {
        release: signed.line.release.clone(),
        cell: vec!["total".to_owned(), "total".to_owned()],
    };
    let refused = region.house.ask(Who::Console(region.other), COUNTS, ask);
    assert_eq!(refused.expect_err("not theirs").code(), "draft_missing");
}

#[test]
fn a_cell_is_traced_to_the_dossiers_that_were_counted_in_it() {
    let (region, last) = Region::filled();
    let (shelter, clinic) = (region.house.shelter, region.house.clinic);
    let silent = region.enter(
        clinic,
        PersonRole::Victim,
        &[("", "event.date_detected", "2031-11-30")],
    );
    for line in [
        BY_FORM,
        "victim by forms,sex,year over 2031..2032 on detected",
    ] {
        let release = region.release((region.manager, region.coordinator), line);
        for (codes, counted) in &release.cells {
            let traced = region.trace(region.manager, &release.name, codes);
            let sum: u64 = traced.agencies.iter().map(|(_, count)| count).sum();
            assert_eq!(sum, *counted, "{line}: {codes:?}");
            // The node's own agency has no dossiers: those of others are counted, never named.
            assert_eq!(
                (traced.dossiers.len(), traced.own, traced.erased),
                (0, 0, 0)
            );
        }
    }
    // An agency's own figure leads to its own dossiers.
    let signs = region.house.console(Role::Coordinator, Some(shelter));
    let own = region.release((region.other, signs), "victim by sex over 2031 on detected");
    let women = |region: &Region| region.trace(region.other, &own.name, &["F".to_owned()]);
    let before = women(&region);
    assert_eq!(before.own, 7);
    assert_eq!(before.agencies.len(), 1);
    assert_eq!(before.dossiers.last(), Some(&last));
    // What is said afterwards changes nothing of what was counted.
    region.victim(shelter, "F", "22", &["forced_labour"]);
    region.correct(shelter, before.dossiers[0], "M");
    assert_eq!(women(&region), before);
    let men = region.trace(region.other, &own.name, &["M".to_owned()]);
    assert_eq!((men.own, men.agencies.len()), (0, 0));
    // Whoever was erased is not found any more, and that somebody was is said; those of other
    // agencies were never counted.
    region.erase(clinic, silent);
    region.erase(shelter, before.dossiers[1]);
    let after = women(&region);
    assert_eq!((after.own, after.erased), (6, 1));
    assert!(!after.dossiers.contains(&before.dossiers[1]));
    assert!(!before.dossiers.contains(&silent));
}

#[test]
fn after_an_erasure_figures_change_and_what_was_kept_holds_up_to_it() {
    let (region, erased) = Region::filled();
    region
        .tabulate(region.manager, BY_FORM, Some("victims 2031"))
        .expect("counted");
    let found = region.house.office.verify().expect("verified");
    let tables = found.tables.expect("unlocked");
    assert_eq!(
        (tables.recomputed, tables.up_to_erasures, tables.failed),
        (1, 0, 0)
    );
    let files = |folder: &std::path::Path| -> std::collections::BTreeSet<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder.join("columns")).expect("columns");
        entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "parquet")
            })
            .collect()
    };
    let before = files(&region.house.path());
    assert!(!before.is_empty());
    region.erase(region.house.shelter, erased);
    // What held the person is gone before anybody counts again.
    assert!(files(&region.house.path()).is_disjoint(&before));
    let table = region.count(region.manager, BY_FORM);
    assert_eq!(exact(&table, &["Forced labour", "F"]), Some(12));
    assert_eq!(exact(&table, &["total", "total"]), Some(13));
    let found = region.house.office.verify().expect("verified");
    let tables = found.tables.expect("unlocked");
    assert_eq!(
        (tables.recomputed, tables.up_to_erasures, tables.failed),
        (0, 1, 0)
    );
}

#[test]
fn what_was_entered_later_does_not_change_what_was_counted() {
    let (region, _) = Region::filled();
    region
        .tabulate(region.manager, BY_FORM, Some("victims 2031"))
        .expect("counted");
    region.victim(region.house.clinic, "F", "22", &["forced_labour"]);
    let table = region.count(region.manager, BY_FORM);
    assert_eq!(exact(&table, &["total", "total"]), Some(15));
    let found = region.house.office.verify().expect("verified");
    assert_eq!(found.tables.expect("unlocked").recomputed, 1);
}

#[test]
fn a_case_goes_through_the_courts() {
    let region = Region::new();
    let police = region.house.police;
    for (sex, outcome) in [("M", "convicted"), ("M", "acquitted"), ("F", "convicted")] {
        region.enter(
            police,
            PersonRole::Suspect,
            &[
                ("", "person.sex", sex),
                ("", "person.age_group", "adult"),
                ("", "justice.offence", "trafficking"),
                ("step[1]", "justice.step", "arrest"),
                ("step[1]", "justice.step_date", "2030-12-01"),
                ("step[2]", "justice.step", "charge"),
                ("step[2]", "justice.step_date", "2031-01-02"),
                ("step[3]", "justice.step", "verdict"),
                ("step[3]", "justice.step_date", "2032-01-02"),
                ("step[3]", "justice.step_outcome", outcome),
            ],
        );
    }
    for (figure, year, count) in [
        ("in_contact", "2030", 3),
        ("in_contact", "2031", 0),
        ("prosecuted", "2031", 3),
        ("convicted", "2032", 2),
        ("acquitted", "2032", 1),
    ] {
        let line = format!("accused by sex of offence=trafficking over {year} on {figure}");
        let table = region.count(region.manager, &line);
        assert_eq!(exact(&table, &["total"]), Some(count), "{line}");
    }
}

#[test]
fn one_erased_case_takes_all_who_were_accused_in_it() {
    let region = Region::new();
    let police = region.house.police;
    let case = |sexes: &[&str]| {
        let groups: Vec<String> = (1..=sexes.len())
            .map(|turn| format!("accused[{turn}]"))
            .collect();
        let mut said = vec![
            ("", "justice.offence", "trafficking"),
            ("", "justice.stage", "prosecution"),
            ("", "justice.stage_date", "2031-03-04"),
        ];
        let each = groups.iter().zip(sexes);
        said.extend(each.map(|(group, sex)| (group.as_str(), "accused.sex", *sex)));
        region.enter(police, PersonRole::Case, &said)
    };
    let erased = case(&["M", "M", "M"]);
    case(&["M", "F"]);
    let line = "accused by sex over 2031 on prosecuted";
    let table = region.count(region.manager, line);
    assert_eq!(exact(&table, &["M"]), Some(4));
    region
        .tabulate(region.manager, line, Some("accused 2031"))
        .expect("counted");
    region.erase(police, erased);
    assert_eq!(exact(&region.count(region.manager, line), &["M"]), Some(1));
    let tables = region
        .house
        .office
        .verify()
        .expect("verified")
        .tables
        .expect("unlocked");
    assert_eq!(
        (tables.recomputed, tables.up_to_erasures, tables.failed),
        (0, 1, 0)
    );
}
