//! A counted table is brought in, examined, signed by a second person, explained and withdrawn, at
//! the pages of the office.

use axum::http::StatusCode;
use office::{Answer as Told, Ask, Under};
use protect::Audience;
use protect::rule::{RULES, Rule};
use scraper::{Html, Selector};
use terms::id::DraftId;

use crate::house::House;
use crate::safety::check;
use crate::site::Answer;

/// Invented counts. One is small; what protects it is large, and stands nowhere else.
const TABLE: &str = "district,form,count\nTotal,Total,6335\nTotal,labour,4239\nTotal,other,2096\n\
                     North,Total,3000\nNorth,labour,1700\nNorth,other,1300\n\
                     South,Total,2214\nSouth,labour,1421\nSouth,other,793\n\
                     Isle,Total,1121\nIsle,labour,1118\nIsle,other,3\n";
const NAMED: [(&str, &str); 3] = [
    ("name", "Victims of XA"),
    ("population", "victims identified in XA"),
    ("vintage", "2030"),
];
const BROUGHT: &str = "/en/office/drafts";

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    NAMED.into_iter().chain(more.iter().copied()).collect()
}

fn drafts(house: &House) -> usize {
    match house.asked("coordinator", Ask::ListDrafts) {
        Told::Drafts(drafts) => drafts.len(),
        other => panic!("{other:?}"),
    }
}

/// Brings the table in as somebody who may also sign, and gives the address of its page.
async fn brought(house: &House) -> String {
    let sent = with(&[("table", TABLE)]);
    let answer = house.post(Some("two-roles"), BROUGHT, &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location").to_owned()
}

fn choice(rule: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![("rule", rule), ("audience", "public")]
}

/// What the counts behind masks are written as, in any of the languages.
fn hidden(house: &House, cover: &str, rule: &str) -> Vec<String> {
    let number = cover.rsplit('/').next().expect("a number");
    let draft: DraftId = number.parse().expect("a draft");
    let rule = Rule::of_code(rule).expect("a rule");
    let under = Under::new(rule, Audience::Public);
    let Told::Examined(examined) = house.asked("coordinator", Ask::ExamineDraft { draft, under })
    else {
        panic!("examined");
    };
    let table = &examined.counts.expose(&examined.warrant).table;
    let printed = &examined.proposal.expose(&examined.warrant).printed;
    let masked = table.iter().filter(|(codes, _)| {
        let shown = printed.get(codes).expect("the same cells");
        shown.exact().is_none()
    });
    let counts: Vec<u64> = masked.filter_map(|(_, cell)| cell.exact()).collect();
    assert!(counts.len() >= 4, "{counts:?}");
    counts.iter().flat_map(|count| written(*count)).collect()
}

fn written(count: u64) -> Vec<String> {
    let plain = count.to_string();
    let mut all = vec![plain.clone()];
    if let Some((thousands, rest)) = plain.split_at_checked(plain.len().saturating_sub(3))
        && !thousands.is_empty()
    {
        let between = [",", "\u{202f}", "\u{a0}", ".", " "];
        all.extend(between.map(|between| format!("{thousands}{between}{rest}")));
    }
    all
}

/// Whether a page tells one of these: in a table's cell, or anywhere if it has several digits.
fn told(answer: &Answer, hidden: &[String]) -> Option<String> {
    let text = answer.text();
    let page = Html::parse_document(&text);
    let cells = Selector::parse("td").expect("a selector");
    let cells: Vec<String> = page
        .select(&cells)
        .map(|cell| cell.text().collect::<String>().trim().to_owned())
        .collect();
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && !",.\u{202f}\u{a0}".contains(letter))
        .collect();
    hidden
        .iter()
        .find(|count| {
            let long = count.len() > 2 && words.contains(&count.as_str());
            long || cells.iter().any(|cell| cell == *count)
        })
        .cloned()
}

#[tokio::test]
async fn a_table_is_brought_in_whole_or_not_at_all_and_what_was_typed_stays() {
    let house = House::new();
    let before = drafts(&house);
    let wrong_sum = TABLE.replace("Total,Total,6335", "Total,Total,6334");
    let masked = TABLE.replace("Isle,other,3", "Isle,other,<5");
    let unread = TABLE.replace("Isle,other,3", "Isle,other,three");
    for (table, says) in [
        (wrong_sum.as_str(), "not the sum of their parts"),
        (&masked, "masked or rounded already"),
        (&unread, "Row 13"),
        ("", "Choose a file, or paste the table."),
    ] {
        let sent = with(&[("table", table), ("totals", "Sum")]);
        let answer = house.post(Some("data-manager"), BROUGHT, &sent).await;
        let text = answer.text();
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
        assert!(text.contains(says), "{says}: {text}");
        for kept in ["Victims of XA", "victims identified in XA", "value=\"Sum\""] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
        if let Some(line) = table.lines().last() {
            let line = line.replace('<', "&#60;");
            assert!(text.contains(&line), "{line}: {text}");
        }
        check(BROUGHT, &text);
    }
    let unnamed = [("name", "A"), ("table", TABLE), ("vintage", "2030")];
    let answer = house.post(Some("data-manager"), BROUGHT, &unnamed).await;
    assert!(answer.text().contains("Say whom it counts and as of when."));
    assert_eq!(drafts(&house), before);
    brought(&house).await;
    assert_eq!(drafts(&house), before + 1);
    // A name is given once.
    let sent = with(&[("table", TABLE)]);
    let again = house.post(Some("data-manager"), BROUGHT, &sent).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("a draft of that name"));
    assert_eq!(drafts(&house), before + 1);
}

#[tokio::test]
async fn a_file_comes_with_the_form_where_one_is_taken_and_nowhere_else() {
    let house = House::new();
    let before = drafts(&house);
    let file = ("victims.csv", TABLE.as_bytes());
    let answer = house.post_file("data-manager", BROUGHT, &NAMED, file).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(drafts(&house), before + 1);
    let elsewhere = "/en/office/known/parties";
    let answer = house.post_file("coordinator", elsewhere, &[], file).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    // A token that stands twice is none.
    let twice = with(&[("csrf", "x")]);
    let answer = house.post_file("data-manager", BROUGHT, &twice, file).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let unread = ("victims.csv", &b"\xff\xfe\x00no table"[..]);
    let named = [("name", "B"), NAMED[1], NAMED[2]];
    let answer = house
        .post_file("data-manager", BROUGHT, &named, unread)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("choose it again"));
    assert_eq!(drafts(&house), before + 1);
}

#[tokio::test]
async fn why_a_cell_is_masked_is_told_and_what_it_hides_is_not() {
    let house = House::new();
    let cover = brought(&house).await;
    let hidden = hidden(&house, &cover, "victims@1");
    for (language, small, protects) in [
        ("en", "small count", "protects others"),
        ("fr", "petit comptage", "protège d’autres"),
        ("pt", "contagem pequena", "protege outras"),
    ] {
        let cover = cover.replacen("/en/", &format!("/{language}/"), 1);
        let page = house.get(Some("coordinator"), &cover).await;
        check(&cover, &page.text());
        assert!(!page.text().contains('⟦'), "{}", page.text());
        let path = format!("{cover}/examine");
        let answer = house
            .post(Some("coordinator"), &path, &choice("victims@1"))
            .await;
        let text = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{text}");
        check(&path, &text);
        assert!(!text.contains('⟦'), "{text}");
        for says in [small, protects, "● ", "◇ ", "✓"] {
            let marked = text.replace("</span> ", " ");
            assert!(marked.contains(says), "{language}: {says}: {text}");
        }
        assert_eq!(told(&answer, &hidden), None, "{language}: {text}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn all_rules_stand_side_by_side() {
    let house = House::new();
    let cover = brought(&house).await;
    let mut hidden = hidden(&house, &cover, "victims@1");
    // This table has no counts in it but of cells, of which there may be as few.
    hidden.retain(|count| count.len() > 2);
    let path = format!("{cover}/compare");
    let answer = house
        .post(Some("data-manager"), &path, &choice("victims@1"))
        .await;
    let text = answer.text();
    assert_eq!(answer.status, StatusCode::OK, "{text}");
    check(&path, &text);
    for rule in &RULES {
        let form = format!("value=\"{}\"", rule.code);
        assert_eq!(text.matches(&form).count(), 1, "{}: {text}", rule.code);
    }
    assert!(
        text.contains("Victims, strict") && text.contains("10 to 15 %"),
        "{text}"
    );
    assert_eq!(told(&answer, &hidden), None, "{text}");
}

#[tokio::test]
async fn what_cannot_be_chosen_is_told_beside_the_choice() {
    let house = House::new();
    let cover = brought(&house).await;
    let path = format!("{cover}/examine");
    let sent = [("rule", "rounded-3@1"), ("audience", "agreement:NONE")];
    let answer = house.post(Some("coordinator"), &path, &sent).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Nobody is of that audience yet."));
    let mut sent = choice("rounded-3@1");
    sent.push(("mask", "North · nowhere"));
    let answer = house.post(Some("coordinator"), &path, &sent).await;
    let text = answer.text();
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{text}");
    assert!(
        text.contains("its dimensions are: district, form"),
        "{text}"
    );
    assert!(text.contains("North · nowhere"), "{text}");
    // What was chosen is chosen still.
    let chosen = text
        .split("value=\"rounded-3@1\"")
        .nth(1)
        .expect("the rule");
    let chosen = chosen.split('>').next().expect("its end");
    assert!(chosen.contains("checked"), "{chosen}");
    let mut sent = choice("victims@1");
    sent.push(("mask", "North / other"));
    let answer = house.post(Some("coordinator"), &path, &sent).await;
    assert!(answer.text().contains("as you wished"), "{}", answer.text());
    let unknown = format!("{BROUGHT}/draft-{}", "0".repeat(32));
    let answer = house.get(Some("coordinator"), &unknown).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_brought_a_table_in_does_not_sign_it() {
    let house = House::new();
    let cover = brought(&house).await;
    let mut sent = choice("victims@1");
    let examine = format!("{cover}/examine");
    let own = house.post(Some("two-roles"), &examine, &sent).await.text();
    assert!(own.contains("Another person has to release it") && !own.contains("/sign\""));
    sent.push(("sure", "yes"));
    let sign = format!("{cover}/sign");
    let refused = house.post(Some("two-roles"), &sign, &sent).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("Another person has to release it"));
    let unsure = house
        .post(Some("coordinator"), &sign, &choice("victims@1"))
        .await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_second_person_signs_anybody_reads_and_a_withdrawal_stands_beside_it() {
    let house = House::new();
    let cover = brought(&house).await;
    let hidden = hidden(&house, &cover, "victims@1");
    let mut sent = choice("victims@1");
    sent.push(("sure", "yes"));
    let sign = format!("{cover}/sign");
    let answer = house.post(Some("coordinator"), &sign, &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let release = answer.header("location").to_owned();
    assert!(release.starts_with("/en/office/releases/"), "{release}");
    let shown = house.get(Some("overseer"), &release).await;
    assert_eq!(shown.status, StatusCode::OK);
    check(&release, &shown.text());
    assert_eq!(told(&shown, &hidden), None);
    let again = house.post(Some("coordinator"), &sign, &sent).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text().contains("This was released already."));
    let list = house
        .get(Some("overseer"), "/en/office/releases")
        .await
        .text();
    assert!(list.contains("everybody") && list.contains("Victims, strict"));
    let number = release.rsplit('/').next().expect("a number");
    let public = format!("/fr/explain/{number}");
    let page = house.get(None, &public).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    check(&public, &page.text());
    assert!(page.text().contains("Victimes, stricte"));
    assert_eq!(told(&page, &hidden), None, "{}", page.text());

    let explain = format!("{release}/explain");
    let cell = [("code-1", "Isle"), ("code-2", "other")];
    let why = house.post(Some("data-manager"), &explain, &cell).await;
    let text = why.text();
    assert_eq!(why.status, StatusCode::OK, "{text}");
    assert!(
        text.contains("small count") && text.contains("Isle · other"),
        "{text}"
    );
    assert_eq!(told(&why, &hidden), None, "{text}");
    check(&explain, &text);
    let cell = [("code-1", "Isle"), ("code-2", "elsewhere")];
    let none = house.post(Some("data-manager"), &explain, &cell).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);

    let withdraw = format!("{release}/withdraw");
    let reason = [("reason", "counted <twice>"), ("sure", "yes")];
    let sent = house.post(Some("coordinator"), &withdraw, &reason).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = house.get(None, &public).await.text();
    assert!(
        page.contains("Retirée") && page.contains("counted &#60;twice&#62;"),
        "{page}"
    );
    let again = house.post(Some("coordinator"), &withdraw, &reason).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_others_know_is_listed_and_releases_are_held_against_it() {
    let house = House::new();
    let cover = brought(&house).await;
    let known = "/pt/office/known";
    let party = [("party", "X A"), ("sees", "PACT-1")];
    let refused = house
        .post(Some("coordinator"), &format!("{known}/parties"), &party)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("value=\"X A\""),
        "{}",
        refused.text()
    );
    let party = [("party", "XA"), ("sees", "PACT-1, PACT-2")];
    let set = house
        .post(Some("coordinator"), &format!("{known}/parties"), &party)
        .await;
    assert_eq!(set.status, StatusCode::SEE_OTHER);
    let page = house.get(Some("coordinator"), &cover).await.text();
    for code in ["agreement:PACT-1", "agreement:PACT-2", "party:XA"] {
        assert!(
            page.contains(&format!("value=\"{code}\"")),
            "{code}: {page}"
        );
    }
    // What another has printed of the very cell leaves nothing to mask.
    let sent = [
        ("name", "Yearbook of XA"),
        NAMED[1],
        NAMED[2],
        ("table", TABLE),
        ("audience", "public"),
    ];
    let path = format!("{known}/publications");
    let listed = house.post(Some("data-manager"), &path, &sent).await;
    assert_eq!(listed.status, StatusCode::SEE_OTHER, "{}", listed.text());
    let page = house.get(Some("overseer"), known).await.text();
    assert!(
        page.contains("Yearbook of XA") && page.contains("PACT-2"),
        "{page}"
    );
    assert!(
        !page.contains("<form class=\"ask"),
        "the overseer looks and changes nothing"
    );
    check(known, &page);
    let path = format!("{cover}/examine");
    let answer = house
        .post(Some("coordinator"), &path, &choice("victims@1"))
        .await
        .text();
    assert!(answer.contains("It cannot be released so"), "{answer}");
    assert!(
        answer.contains("printed before") && !answer.contains("/sign\""),
        "{answer}"
    );
    let mut sent = choice("victims@1");
    sent.push(("sure", "yes"));
    let signed = house
        .post(Some("coordinator"), &format!("{cover}/sign"), &sent)
        .await;
    assert_eq!(signed.status, StatusCode::CONFLICT);
    assert!(
        signed.text().contains("Nothing is released"),
        "{}",
        signed.text()
    );
}
