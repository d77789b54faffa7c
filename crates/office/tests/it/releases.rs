//! A table is brought in by one, released by another, and held against what was shown before.

use office::{Answer, Ask, OfficeError, Purpose, Role, Under, Who, published};
use protect::draft::Draft;
use protect::ledger::Publication;
use protect::release::{AnyRelease, Fate, Reason};
use protect::rule::Rule;
use protect::{Audience, Confidential};
use terms::cell::Cell;
use terms::hierarchy::Hierarchy;
use terms::id::{DraftId, StaffId};
use terms::source::Source;
use terms::table::{CountedUnit, CountingRule, Dimension, Table};

use crate::desk::passphrase;
use crate::house::House;

const MANAGES: (Role, Purpose) = (Role::DataManager, Purpose::Statistics);
const COORDINATES: (Role, Purpose) = (Role::Coordinator, Purpose::Statistics);

fn table(counts: [u64; 3]) -> Table {
    let counting = CountingRule {
        unit: CountedUnit::AsIndicated,
        reference_date: "date of the first contact".into(),
        statement: "Each victim once.".into(),
    };
    let source = Source {
        publisher: "Statistical Office of XA".into(),
        title: "Victims detected, by sex".into(),
        address: String::new(),
        licence: "CC0".into(),
        attribution: String::new(),
        vintage: "2030".into(),
        retrieved: None,
        content_sha256: None,
    };
    let dimensions = vec![Dimension::disjoint("sex", "sex@1")];
    let mut table = Table::new("victims-by-sex", dimensions, counting, source, Vec::new());
    for (code, count) in ["all", "female", "male"].into_iter().zip(counts) {
        table
            .push(&[code], Cell::Exact(count))
            .expect("rows differ");
    }
    table
}

fn sexes() -> Vec<Hierarchy> {
    vec![Hierarchy::flat("all", ["female", "male"]).expect("a tree")]
}

/// Everybody, women and men of a population.
pub(crate) fn draft(population: &str, vintage: &str, counts: [u64; 3]) -> Draft {
    Draft {
        table: table(counts),
        hierarchies: sexes(),
        population: population.to_owned(),
        vintage: vintage.to_owned(),
        party_dimension: None,
        behind: Vec::new(),
    }
}

/// The same, as somebody else has printed it for anybody.
pub(crate) fn publication(population: &str, vintage: &str, counts: [u64; 3]) -> Publication {
    Publication {
        name: format!("Yearbook of XA, {population}"),
        audience: Audience::Public,
        population: population.to_owned(),
        vintage: vintage.to_owned(),
        table: table(counts),
        hierarchies: sexes(),
    }
}

pub(crate) fn under(audience: Audience) -> Under {
    Under::new(Rule::of_code("victims@1").expect("a rule"), audience)
}

struct Statistics {
    house: House,
    manager: StaffId,
    coordinator: StaffId,
}

impl Statistics {
    fn new() -> Self {
        let house = House::new();
        let agency = Some(house.shelter);
        Self {
            manager: house.console(Role::DataManager, agency),
            coordinator: house.console(Role::Coordinator, agency),
            house,
        }
    }

    fn manage(&self, ask: Ask) -> Result<Answer, OfficeError> {
        self.house.ask(Who::Console(self.manager), MANAGES, ask)
    }

    fn coordinate(&self, ask: Ask) -> Result<Answer, OfficeError> {
        let who = Who::Console(self.coordinator);
        self.house.ask(who, COORDINATES, ask)
    }

    fn bring(&self, name: &str, draft: Draft) -> Result<DraftId, OfficeError> {
        let ask = Ask::BringDraft {
            name: name.to_owned(),
            draft: Box::new(Confidential::seal(draft)),
        };
        match self.manage(ask)? {
            Answer::Draft(draft) => Ok(draft),
            other => panic!("{other:?}"),
        }
    }

    fn sign(&self, draft: DraftId, under: Under) -> Result<office::Signed, OfficeError> {
        self.sign_over(draft, under, None)
    }

    fn sign_over(
        &self,
        draft: DraftId,
        under: Under,
        supersedes: Option<&str>,
    ) -> Result<office::Signed, OfficeError> {
        let supersedes = supersedes.map(str::to_owned);
        let ask = Ask::SignRelease {
            draft,
            under,
            supersedes,
        };
        match self.coordinate(ask)? {
            Answer::Signed(signed) => Ok(*signed),
            other => panic!("{other:?}"),
        }
    }

    fn releases(&self) -> office::Releases {
        match self.coordinate(Ask::ListReleases).expect("listed") {
            Answer::Releases(releases) => *releases,
            other => panic!("{other:?}"),
        }
    }

    fn recomputed(&self) -> (u64, u64, u64) {
        self.house.verified();
        let found = self.house.office.verify().expect("verified");
        let releases = found.releases.expect("unlocked");
        (releases.recomputed, releases.stored, releases.failed)
    }
}

const OF_XXA: &str = "victims detected in XXA";

fn public() -> Under {
    under(Audience::Public)
}

#[test]
fn a_table_is_brought_by_one_person_and_released_by_another() {
    let statistics = Statistics::new();
    let draft = statistics
        .bring("victims 2030", draft(OF_XXA, "2030", [40, 36, 4]))
        .expect("brought");
    let Ok(Answer::Drafts(drafts)) = statistics.coordinate(Ask::ListDrafts) else {
        panic!("no drafts");
    };
    assert_eq!(drafts.len(), 1);
    assert_eq!((drafts[0].draft, drafts[0].cells), (draft, 3));
    assert_eq!(drafts[0].name, "victims 2030");

    let ask = Ask::ExamineDraft {
        draft,
        under: public(),
    };
    let Ok(Answer::Examined(examined)) = statistics.manage(ask) else {
        panic!("not examined");
    };
    let proposal = examined.proposal.expose(&examined.warrant);
    assert_eq!(proposal.fates[2], Fate::Sensitive(Reason::Small));
    assert_eq!(proposal.breaches.len(), 0);
    let counts = examined.counts.expose(&examined.warrant);
    assert_eq!(counts.table.get(&["male"]), Some(&Cell::Exact(4)));
    assert_eq!(statistics.house.last().0, "DraftExamined");

    // Whoever brings it does not sign it, in whatever role.
    let ask = Ask::SignRelease {
        draft,
        under: public(),
        supersedes: None,
    };
    let refused = statistics.manage(ask).expect_err("not theirs");
    assert_eq!(refused.code(), "not_allowed");
    let signed = statistics.sign(draft, public()).expect("released");
    assert_eq!(signed.cells, 3);
    assert!(signed.masked >= 1, "{}", signed.masked);
    assert!(*signed.lost.expose(&signed.warrant) >= 4);
    assert_eq!(signed.line.signed_by, Some(statistics.coordinator));
    assert_eq!(statistics.house.last().0, "ReleaseSigned");
    assert_eq!(statistics.recomputed(), (1, 0, 0));
}

#[test]
fn whoever_is_both_data_manager_and_coordinator_needs_a_second_person() {
    let statistics = Statistics::new();
    let house = &statistics.house;
    let both = house.member_of(&[Role::DataManager, Role::Coordinator], house.shelter, None);
    let ask = Ask::BringDraft {
        name: "victims 2030".to_owned(),
        draft: Box::new(Confidential::seal(draft(OF_XXA, "2030", [40, 20, 20]))),
    };
    let Ok(Answer::Draft(draft)) = house.ask(both.who(), MANAGES, ask) else {
        panic!("not brought");
    };
    let ask = |under| Ask::SignRelease {
        draft,
        under,
        supersedes: None,
    };
    let refused = house.ask(both.who(), COORDINATES, ask(public()));
    assert_eq!(refused.expect_err("alone").code(), "second_person");
    let noted = (
        "RequestRefused".to_owned(),
        Some("second_person".to_owned()),
    );
    assert_eq!(house.last(), noted);
    statistics.sign(draft, public()).expect("by another");
}

#[test]
fn a_locked_node_shows_what_it_has_released_to_the_public() {
    let statistics = Statistics::new();
    let draft = statistics
        .bring("victims 2030", draft(OF_XXA, "2030", [40, 36, 4]))
        .expect("brought");
    let signed = statistics.sign(draft, public()).expect("released");
    let path = statistics.house.path();
    statistics.house.office.lock().expect("locked");
    let found = published(&path).expect("read");
    assert_eq!(found.len(), 1);
    let release = &found[0];
    assert_eq!(release.released.identifier(), signed.line.release);
    assert_eq!(
        (release.act, release.rule.code),
        (signed.line.act, "victims@1")
    );
    assert_eq!(release.population, OF_XXA);
    let small = release.released.value().get(&["male"]);
    assert!(matches!(small, Some(Cell::Masked { .. })), "{small:?}");

    // What the node has not signed, it does not show.
    let file = path.join("released").join(&signed.line.release);
    let whole = std::fs::read(&file).expect("there");
    for at in [3, 70, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        std::fs::write(&file, changed).expect("changed");
        assert_eq!(published(&path).expect("read").len(), 0, "byte {at}");
    }
    // And the journal puts right what was changed.
    std::fs::write(&file, &whole[..80]).expect("cut off");
    let office = &statistics.house.office;
    office.unlock(&passphrase()).expect("unlocked");
    assert_eq!(published(&path).expect("read").len(), 1);
}

/// The files under a folder that hold these bytes.
fn holding(folder: &std::path::Path, wanted: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(holding(&path, wanted));
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        if bytes.windows(wanted.len()).any(|part| part == wanted) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn nothing_of_a_draft_lies_in_clear_until_it_is_public() {
    let statistics = Statistics::new();
    let population = "victims of the mill at Quarrybank";
    let draft = statistics
        .bring("the mill", draft(population, "2030", [60, 30, 30]))
        .expect("brought");
    let node = statistics.house.path();
    let none: [String; 0] = [];
    for wanted in [population, "the mill", "female"] {
        assert_eq!(holding(&node, wanted.as_bytes()), none, "{wanted}");
    }
    let party = Ask::SetParty {
        party: "XXB".to_owned(),
        sees: vec![Audience::Agreement("harbour".to_owned())],
    };
    statistics.coordinate(party).expect("a party");
    let harbour = under(Audience::Agreement("harbour".to_owned()));
    statistics.sign(draft, harbour).expect("to the agreement");
    assert_eq!(holding(&node, population.as_bytes()), none);
    let released = statistics
        .sign(draft, public())
        .expect("to all")
        .line
        .release;
    let found = holding(&node, population.as_bytes());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with(&format!("released/{released}")),
        "{found:?}"
    );
}

#[test]
fn a_second_vintage_is_held_against_the_first() {
    let statistics = Statistics::new();
    for (vintage, counts) in [("2030-06", [60, 35, 25]), ("2030-12", [90, 50, 40])] {
        let draft = statistics
            .bring(vintage, draft(OF_XXA, vintage, counts))
            .expect("brought");
        statistics.sign(draft, public()).expect("released");
    }
    let releases = statistics.releases().releases;
    assert_eq!(releases.len(), 2);
    assert!(releases[0].act > releases[1].act, "the newest first");
    assert_eq!(statistics.recomputed(), (2, 0, 0));
    assert_eq!(published(&statistics.house.path()).expect("read").len(), 2);
}

#[test]
fn a_withdrawn_release_stays_in_the_ledger() {
    let statistics = Statistics::new();
    let wrong = statistics
        .bring("wrong", draft(OF_XXA, "2030", [60, 30, 30]))
        .expect("brought");
    let release = statistics.sign(wrong, public()).expect("out").line.release;
    let withdraw = |reason: &str| Ask::WithdrawRelease {
        release: release.clone(),
        reason: reason.to_owned(),
    };
    let refused = statistics.coordinate(withdraw(" ")).expect_err("why?");
    assert_eq!(refused.code(), "reason_missing");
    let refused = statistics.manage(withdraw("mine")).expect_err("not theirs");
    assert_eq!(refused.code(), "not_allowed");
    let reason = "one office had counted twice";
    statistics.coordinate(withdraw(reason)).expect("withdrawn");
    let refused = statistics.coordinate(withdraw(reason)).expect_err("once");
    assert_eq!(refused.code(), "release_withdrawn");
    let again = statistics.sign(wrong, public()).expect_err("it was out");
    assert_eq!(again.code(), "release_known");

    let corrected = statistics
        .bring("corrected", draft(OF_XXA, "2030, corrected", [90, 50, 40]))
        .expect("brought");
    let corrected = statistics
        .sign_over(corrected, public(), Some(&release))
        .expect("released");
    let releases = statistics.releases().releases;
    assert_eq!(releases.len(), 2);
    let newer = corrected.line.release.as_str();
    assert_eq!(releases[1].superseded_by.as_deref(), Some(newer));
    let withdrawn = releases[1].withdrawn.as_ref().expect("withdrawn");
    assert_eq!(withdrawn.reason, reason);
    let found = published(&statistics.house.path()).expect("read");
    let first = found[0].withdrawn.as_ref().expect("it says so");
    assert_eq!(first.reason, reason);
    assert_eq!(found[0].superseded_by.as_deref(), Some(newer));
    assert_eq!(found[1].supersedes.as_deref(), Some(release.as_str()));
    // The second was decided against the first, and still is.
    assert_eq!(statistics.recomputed(), (2, 0, 0));
}

#[test]
fn an_agreement_sees_what_the_public_does_not() {
    let statistics = Statistics::new();
    let draft = statistics
        .bring("for the harbour", draft(OF_XXA, "2030", [60, 30, 30]))
        .expect("brought");
    let harbour = Audience::Agreement("harbour".to_owned());
    let refused = statistics.sign(draft, under(harbour.clone()));
    assert_eq!(refused.expect_err("nobody").code(), "audience_unknown");
    let party = |party: &str, sees| Ask::SetParty {
        party: party.to_owned(),
        sees,
    };
    let said = statistics.coordinate(party("XXB", vec![harbour.clone()]));
    said.expect("a party");
    let unfit = [
        party("X B", vec![harbour.clone()]),
        party("XXB", vec![Audience::Public]),
        party("XXB", vec![Audience::Agreement(String::new())]),
    ];
    for ask in unfit {
        let refused = statistics.coordinate(ask).expect_err("unfit");
        assert_eq!(refused.code(), "ledger_unfit");
    }
    let signed = statistics.sign(draft, under(harbour)).expect("released");
    assert!(matches!(signed.released, AnyRelease::Agreement(_)));
    assert_eq!(published(&statistics.house.path()).expect("read").len(), 0);
    let release = signed.line.release;
    let ask = Ask::ReadRelease { release };
    let Ok(Answer::Release(shown)) = statistics.manage(ask) else {
        panic!("not shown");
    };
    assert!(matches!(shown.released, AnyRelease::Agreement(_)));
    assert_eq!(shown.line.audience, "agreement:harbour");

    // A party that leaves is asked about no more; the release is made again with it all the same.
    let left = statistics.coordinate(party("XXB", Vec::new()));
    left.expect("it leaves");
    assert_eq!(statistics.releases().parties.len(), 0);
    assert_eq!(statistics.recomputed(), (1, 0, 0));
}

#[test]
fn a_party_sees_its_own_release() {
    let statistics = Statistics::new();
    let draft = statistics
        .bring("for XXB", draft(OF_XXA, "2030", [60, 30, 30]))
        .expect("brought");
    let of_xxb = || under(Audience::Party("XXB".to_owned()));
    let refused = statistics.sign(draft, of_xxb()).expect_err("no party");
    assert_eq!(refused.code(), "audience_unknown");
    let sees = vec![Audience::Agreement("harbour".to_owned())];
    let party = "XXB".to_owned();
    let said = statistics.coordinate(Ask::SetParty { party, sees });
    said.expect("a party");
    let signed = statistics.sign(draft, of_xxb()).expect("released");
    assert!(matches!(signed.released, AnyRelease::Party(_)));
    assert_eq!(signed.line.audience, "party:XXB");
    assert_eq!(statistics.recomputed(), (1, 0, 0));
}

#[test]
fn a_release_that_somebody_could_work_back_is_refused_without_a_count() {
    let statistics = Statistics::new();
    let counts = [40, 37, 3];
    let draft = statistics
        .bring("victims 2030", draft(OF_XXA, "2030", counts))
        .expect("brought");
    // Another office has printed the small count.
    let listed = publication(OF_XXA, "2030", counts);
    let listed = statistics.manage(Ask::ListPublication(Box::new(listed)));
    assert!(matches!(listed, Ok(Answer::Publication(_))));
    assert_eq!(statistics.releases().listed.len(), 1);

    let refused = statistics.sign(draft, public()).expect_err("unsafe");
    assert_eq!(refused.code(), "release_unsafe");
    let said = refused.to_string();
    for count in counts {
        assert!(!said.contains(&count.to_string()), "{said}");
    }
    let noted = (
        "RequestRefused".to_owned(),
        Some("release_unsafe".to_owned()),
    );
    assert_eq!(statistics.house.last(), noted);
    assert_eq!(statistics.releases().releases.len(), 0);
    assert_eq!(published(&statistics.house.path()).expect("read").len(), 0);
}

#[test]
fn a_cell_is_explained_to_those_who_may_and_the_look_is_an_act() {
    let statistics = Statistics::new();
    let draft = statistics
        .bring("victims 2030", draft(OF_XXA, "2030", [40, 36, 4]))
        .expect("brought");
    let release = statistics.sign(draft, public()).expect("out").line.release;
    let explain = |code: &str| Ask::ExplainRelease {
        release: release.clone(),
        cell: vec![code.to_owned()],
    };
    let Ok(Answer::Explained(explained)) = statistics.manage(explain("male")) else {
        panic!("not explained");
    };
    assert!(matches!(explained.printed, Cell::Masked { .. }));
    let behind = explained.behind.expose(&explained.warrant);
    assert_eq!(behind.counted, Cell::Exact(4));
    assert_eq!(behind.fate, Fate::Sensitive(Reason::Small));
    let line = statistics.house.log(0).pop().expect("a log");
    assert_eq!(
        (line.kind.as_str(), line.act),
        ("ReleaseExplained", explained.warrant.act())
    );

    let refused = statistics.manage(explain("nobody")).expect_err("no cell");
    assert_eq!(refused.code(), "cell_missing");
    assert!(refused.to_string().ends_with(": sex"), "{refused}");
    // Another agency of the node sees the release, and not what stands behind it.
    let house = &statistics.house;
    let stranger = house.console(Role::DataManager, Some(house.clinic));
    let refused = house.ask(Who::Console(stranger), MANAGES, explain("male"));
    assert_eq!(refused.expect_err("not theirs").code(), "draft_missing");
    let out_of_reach = ("RequestRefused".to_owned(), Some("out_of_reach".to_owned()));
    assert_eq!(house.last(), out_of_reach);
}

#[test]
fn a_wish_is_heard_or_refused() {
    let statistics = Statistics::new();
    let draft = statistics
        .bring("victims 2030", draft(OF_XXA, "2030", [90, 50, 40]))
        .expect("brought");
    let mut wish = public();
    wish.wish.mask = vec![vec!["men".to_owned()]];
    let refused = statistics.sign(draft, wish.clone()).expect_err("nobody");
    assert_eq!(refused.code(), "cell_missing");
    wish.wish.mask = vec![vec!["male".to_owned()], vec!["female".to_owned()]];
    let signed = statistics.sign(draft, wish).expect("released");
    assert_eq!((signed.cells, signed.masked), (3, 2));
    assert_eq!(*signed.lost.expose(&signed.warrant), 90);
    assert_eq!(statistics.recomputed(), (1, 0, 0));
}

#[test]
fn what_cannot_be_a_draft_is_refused_with_the_place_and_what_is_allowed() {
    let statistics = Statistics::new();
    let good = || draft(OF_XXA, "2030", [40, 20, 20]);
    statistics.bring("victims 2030", good()).expect("brought");
    let code = |name: &str, draft| {
        let refused = statistics.bring(name, draft).expect_err("unfit");
        (refused.code(), refused.to_string())
    };
    assert_eq!(code("victims 2030", good()).0, "draft_name_taken");
    assert_eq!(code(" ", good()).0, "draft_unfit");
    assert_eq!(code("two\nlines", good()).0, "draft_unfit");
    let mut masked = good();
    let under_five = Cell::Masked { lower: 0, upper: 4 };
    masked.table.push(&["unknown"], under_five).expect("new");
    let (of_mask, said) = code("masked", masked);
    assert_eq!(of_mask, "draft_unfit");
    assert!(
        said.contains("unknown is masked; allowed: an exact count"),
        "{said}"
    );
    let mut flat = good();
    flat.hierarchies.clear();
    assert_eq!(code("flat", flat).0, "draft_unfit");
    let mut nobody = good();
    nobody.population.clear();
    assert_eq!(code("nobody", nobody).0, "draft_unfit");
    let mut partly = good();
    partly.behind = vec![protect::draft::Behind::default(); 2];
    assert_eq!(code("partly", partly).0, "draft_unfit");
    let mut partyless = good();
    partyless.party_dimension = Some("State".to_owned());
    assert_eq!(code("partyless", partyless).0, "draft_unfit");
}

#[test]
fn another_process_goes_on_from_the_same_ledger() {
    let statistics = Statistics::new();
    let draft = statistics
        .bring("victims 2030", draft(OF_XXA, "2030", [60, 30, 30]))
        .expect("brought");
    let signed = statistics.sign(draft, public()).expect("released");
    let elsewhere = statistics.house.elsewhere();
    elsewhere.rebuild().expect("made anew");
    let found = elsewhere.verify().expect("verified");
    assert_eq!(found.views_agree, Some(true));
    let releases = found.releases.expect("unlocked");
    assert_eq!((releases.recomputed, releases.failed), (1, 0));
    let found = published(&statistics.house.path()).expect("read");
    assert_eq!(found[0].released.identifier(), signed.line.release);
}
