//! Who may do what: each act is really asked for in each role for each purpose, against what lies
//! near and what lies far, and the answers are one table that people have read and agreed to.

mod cast;
mod lists;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use office::{Ask, Purpose, Role};

use cast::Cast;

/// Makes the list of acts and the match that names them from one list: an act that is new does not
/// compile until it stands here, and has no row until [`Cast::ask`] knows it.
macro_rules! acts {
    ($($variant:ident = $name:literal,)*) => {
        const ACTS: &[&str] = &[$($name),*];

        fn name_of(ask: &Ask) -> &'static str {
            match ask {
                $(Ask::$variant { .. } => $name,)*
            }
        }
    };
}

acts! {
    AddStaff = "add_staff",
    ChangeStaff = "change_staff",
    EndStaff = "end_staff",
    ListStaff = "list_staff",
    ReadStaffName = "read_staff_name",
    SetAgency = "set_agency",
    Suspend = "suspend",
    RequestReset = "request_reset",
    ConfirmReset = "confirm_reset",
    ReadKeys = "read_keys",
    ReportOwn = "report_own",
    SetPassword = "set_password",
    AddPasskey = "add_passkey",
    EndCredential = "end_credential",
    EndSessions = "end_sessions",
    ReadOwnAccount = "read_own_account",
    ReadOwnLog = "read_own_log",
    ListNotices = "list_notices",
    EnterRecord = "enter_record",
    BeginImport = "begin_import",
    FinishImport = "finish_import",
    ListMaps = "list_maps",
    KeepMap = "keep_map",
    TakeDeposits = "take_deposits",
    ListDossiers = "list_dossiers",
    ReadDossier = "read_dossier",
    SearchNames = "search_names",
    Assign = "assign",
    Release = "release",
    BreakGlass = "break_glass",
    EndGlass = "end_glass",
    SeeGlass = "see_glass",
    ReadMirror = "read_mirror",
    RecordConsent = "record_consent",
    WithdrawConsent = "withdraw_consent",
    RequestExport = "request_export",
    ApproveExport = "approve_export",
    TakeExport = "take_export",
    ListExports = "list_exports",
    OpenMatter = "open_matter",
    AnswerMatter = "answer_matter",
    AnswerComplaint = "answer_complaint",
    ReadComplaint = "read_complaint",
    GiveAccess = "give_access",
    PlaceHold = "place_hold",
    LiftHold = "lift_hold",
    RequestErasure = "request_erasure",
    ConfirmErasure = "confirm_erasure",
    KeepFigure = "keep_figure",
    Tabulate = "tabulate",
    EstimateLists = "estimate_lists",
    BringDraft = "bring_draft",
    ListDrafts = "list_drafts",
    ExamineDraft = "examine_draft",
    SignRelease = "sign_release",
    WithdrawRelease = "withdraw_release",
    ListReleases = "list_releases",
    ReadRelease = "read_release",
    ExplainRelease = "explain_release",
    ListPublication = "list_publication",
    SetParty = "set_party",
    SetRetention = "set_retention",
    ReadLog = "read_log",
}

/// Against what, or in what state of whoever asks, something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    Own,
    Colleagues,
    Nobodys,
    Others,
    Broken,
    Police,
    None,
    Stale,
    SignedOut,
    Ended,
    Roleless,
}

impl Near {
    const ALL: [Self; 11] = [
        Self::Own,
        Self::Colleagues,
        Self::Nobodys,
        Self::Others,
        Self::Broken,
        Self::Police,
        Self::None,
        Self::Stale,
        Self::SignedOut,
        Self::Ended,
        Self::Roleless,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Colleagues => "colleague's",
            Self::Nobodys => "nobody's",
            Self::Others => "other agency's",
            Self::Broken => "by glass",
            Self::Police => "police to shelter",
            Self::None => "no such",
            Self::Stale => "own, not fresh",
            Self::SignedOut => "own, signed out",
            Self::Ended => "own, staff ended",
            Self::Roleless => "own, not the role",
        }
    }

    /// Whether whoever asks may be in no state to, while what is asked about is their own.
    const fn of_state(self) -> bool {
        matches!(
            self,
            Self::Own | Self::Stale | Self::SignedOut | Self::Ended | Self::Roleless
        )
    }
}

/// What an act is about; columns that do not fit it are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// A dossier, or something that hangs on one.
    Case,
    /// Somebody who works here.
    Person,
    /// An agency: the own, a new one, another, none.
    Agency,
    /// A session: one's own, a colleague's, none.
    Session,
    /// A draft or a release: of the own agency, another's, none.
    Table,
    /// Nothing in particular.
    Nothing,
}

fn about(act: &str) -> About {
    match act {
        "change_staff" | "end_staff" | "read_staff_name" | "suspend" | "request_reset"
        | "confirm_reset" => About::Person,
        "set_agency" => About::Agency,
        "end_sessions" => About::Session,
        "examine_draft" | "sign_release" | "withdraw_release" | "read_release"
        | "explain_release" => About::Table,
        "add_staff" | "list_staff" | "read_keys" | "report_own" | "set_password"
        | "add_passkey" | "end_credential" | "read_own_account" | "read_own_log"
        | "list_notices" | "begin_import" | "finish_import" | "list_maps" | "keep_map"
        | "take_deposits" | "list_dossiers" | "search_names" | "list_exports" | "keep_figure"
        | "tabulate" | "estimate_lists" | "set_retention" | "read_log" | "bring_draft"
        | "list_drafts" | "list_releases" | "list_publication" | "set_party" => About::Nothing,
        _ => About::Case,
    }
}

fn fits(about: About, near: Near) -> bool {
    match about {
        About::Case => true,
        About::Person => {
            near.of_state() || matches!(near, Near::Colleagues | Near::Others | Near::None)
        }
        About::Agency => {
            near.of_state() || matches!(near, Near::Nobodys | Near::Others | Near::None)
        }
        About::Table => near.of_state() || matches!(near, Near::Others | Near::None),
        About::Session => near.of_state() || matches!(near, Near::Colleagues | Near::None),
        About::Nothing => near.of_state(),
    }
}

type Cells = Vec<&'static str>;

/// The answers of one act, with every role and purpose that has them.
fn rows_of(cast: &Cast, act: &'static str) -> Vec<(Cells, Vec<(Role, Purpose)>)> {
    let mut rows: Vec<(Cells, Vec<(Role, Purpose)>)> = Vec::new();
    for role in Role::ALL {
        for purpose in Purpose::ALL {
            let cells: Cells = Near::ALL
                .into_iter()
                .map(|near| match fits(about(act), near) {
                    true => cast.cell(act, role, purpose, near),
                    false => "-",
                })
                .collect();
            match rows.iter_mut().find(|(known, _)| *known == cells) {
                Some((_, who)) => who.push((role, purpose)),
                None => rows.push((cells, vec![(role, purpose)])),
            }
        }
    }
    rows
}

/// Who stands before a row: roles with their purposes, or how many pairs are refused whatever they
/// ask about.
fn who_of(cells: &Cells, pairs: &[(Role, Purpose)]) -> String {
    if cells[0] == "not_allowed" {
        return format!("all else ({} of 30)", pairs.len());
    }
    let mut by_role: BTreeMap<Role, Vec<&str>> = BTreeMap::new();
    for (role, purpose) in pairs {
        by_role.entry(*role).or_default().push(purpose.code());
    }
    let words = by_role.into_iter().map(|(role, purposes)| {
        let purposes = match purposes.len() {
            6 => "any purpose".to_owned(),
            _ => purposes.join(", "),
        };
        format!("{}: {purposes}", role.code())
    });
    words.collect::<Vec<_>>().join("; ")
}

const KEY: &str = "\
Each line: an act; the roles and purposes that are answered so; the answers.
own: in the person's care; of a person: one whom they supervise, of their agency.
colleague's: same agency, in another's care; of a person: one whom another supervises.
nobody's: same agency, in nobody's care; of an agency: a new one.
other agency's: in another service's care; of a draft: brought by another service.
by glass: in another service's care, after breaking the glass.
police to shelter: of a shelter, asked by an agency that investigates.
no such: nothing of that number. not fresh: signed in six minutes ago.
-: does not fit the act. finish_import is asked through an import of one record.
";

fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|at| {
            rows.iter()
                .map(|row| row[at].len())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        writeln!(text, "{}", cells.join(" | ").trim_end()).expect("text");
    }
    text
}

#[test]
fn the_matrix_of_authority_is_as_reviewed() {
    let cast = Cast::new();
    let mut titles = vec!["act".to_owned(), "role: purposes".to_owned()];
    titles.extend(Near::ALL.map(|near| near.title().to_owned()));
    let mut rows = vec![titles];
    for act in ACTS {
        let mut of_act = rows_of(&cast, act);
        // What the table refuses stands last.
        of_act.sort_by_key(|(cells, _)| cells[0] == "not_allowed");
        for (cells, pairs) in of_act {
            let mut row = vec![(*act).to_owned(), who_of(&cells, &pairs)];
            row.extend(cells.into_iter().map(str::to_owned));
            rows.push(row);
        }
    }
    cast.house.verified();
    insta::assert_snapshot!(format!("{KEY}\n{}", table(&rows)));
}
