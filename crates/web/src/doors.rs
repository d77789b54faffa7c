//! Every route of the site, in one table: the only way in.
//!
//! A row names the method, the address, what it needs, and the handler. The router is made from
//! the rows and from nothing else, so that a route without a need, or a door that leads nowhere,
//! cannot be written; the rule `one-table-of-doors` of tidy refuses a router made elsewhere. What a
//! door needs is asked before its handler runs ([`gate`]).

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use office::Power;
use tower_http::compression::CompressionLayer;

use crate::gate::{self, Gate};
use crate::limits::Hall;
use crate::office::{
    account, agencies, bench, dossiers, drafts, entry, import, keys, known, lists, locked, log,
    people, questionnaires, releases, rights, roles, start, tabulate,
};
use crate::outer;
use crate::site::{Desk, Site};
use crate::words::{LANGUAGES, Words};
use crate::{api, assets, leaving, pages};

/// By which method a door is opened; `Get` answers HEAD as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Reads; changes nothing.
    Get,
    /// Sends a form or a file.
    Post,
}

/// What somebody needs to get through a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// Nothing. What is sent here carries no token, so it must change nothing for anybody.
    Public,
    /// Nothing yet, but a token on what is sent: the way to a session.
    SignIn,
    /// A session that holds.
    Session,
    /// A session of somebody whose role has this power, for some purpose. Whether it reaches this
    /// dossier for this purpose the office decides, at the journal's head.
    Power(Power),
}

impl Needs {
    /// The stable code; a power has its own.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::SignIn => "sign_in",
            Self::Session => "session",
            Self::Power(power) => power.code(),
        }
    }
}

/// One door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// The method.
    pub method: Method,
    /// The address; `{language}` stands for `en`, `fr` and `pt`, other braces for what varies.
    pub path: &'static str,
    /// What is needed.
    pub needs: Needs,
    /// Longest body that is read, in bytes.
    pub body_bytes_max: usize,
    /// Whether a file may come with the form, so that it may come in parts.
    pub takes_file: bool,
    /// Whether what is sent after a session has ended waits for somebody to sign in again.
    pub keeps_what_was_sent: bool,
}

/// Longest form that is read where the table says nothing else, in bytes.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// Where a door leads.
#[derive(Clone)]
enum Way {
    /// To a page, once in each language.
    Page(MethodRouter<Desk>),
    /// To something that has no language.
    Plain(MethodRouter<Arc<Site>>),
}

/// Writes the table as data, [`DOORS`], and as handlers; each row is in both or in neither.
macro_rules! doors {
    (@way page Get $handler:expr) => { Way::Page(get($handler)) };
    (@way page Post $handler:expr) => { Way::Page(post($handler)) };
    (@way plain Get $handler:expr) => { Way::Plain(get($handler)) };
    (@way plain Post $handler:expr) => { Way::Plain(post($handler)) };
    (@most) => { FORM_BYTES_MAX };
    (@most $how:ident $bytes:expr) => { $bytes };
    (@file) => { false };
    (@file within $bytes:expr) => { false };
    (@file filed $bytes:expr) => { true };
    (@file kept $bytes:expr) => { false };
    (@kept) => { false };
    (@kept within $bytes:expr) => { false };
    (@kept filed $bytes:expr) => { false };
    (@kept kept $bytes:expr) => { true };
    ($vis:vis $table:ident, $ways:ident:
     $($kind:ident $method:ident $path:literal, $needs:expr $(, $how:ident $bytes:expr)?
        => $handler:expr;)*) => {
        /// Every door of the site, in the order of the table.
        $vis const $table: &[Door] = &[$(Door {
            method: Method::$method,
            path: $path,
            needs: $needs,
            body_bytes_max: doors!(@most $($how $bytes)?),
            takes_file: doors!(@file $($how $bytes)?),
            keeps_what_was_sent: doors!(@kept $($how $bytes)?),
        }),*];

        fn $ways() -> Vec<Way> {
            vec![$(doors!(@way $kind $method $handler)),*]
        }
    };
}

use Needs::Public;

doors! { pub DOORS, ways:
    // The public pages.
    plain Get "/", Public => crate::enter;
    plain Get "/assets/{file}", Public => assets::show;
    // A link that anybody may press, session or none: it changes nothing at the node.
    page Get "/{language}/office/leave", Public => leaving::leave;
    page Get "/{language}/", Public => pages::home::show;
    page Get "/{language}/treaties", Public => pages::treaties::show;
    page Get "/{language}/treaties/{treaty}", Public => pages::treaty::show;
    page Get "/{language}/states", Public => pages::states::list;
    page Get "/{language}/states/{place}", Public => pages::states::show;
    page Get "/{language}/missing-migrants", Public => pages::migrants::show;
    page Get "/{language}/missing-migrants.csv", Public => pages::migrants::csv;
    page Get "/{language}/missing-migrants.json", Public => pages::migrants::json;
    page Get "/{language}/estimate", Public => pages::estimate::show;
    page Post "/{language}/estimate", Public, within pages::estimate::FORM_BYTES_MAX
        => pages::estimate::answer;
    page Get "/{language}/check", Public => pages::check::show;
    page Post "/{language}/check", Public, within pages::check::FORM_BYTES_MAX
        => pages::check::answer;
    page Get "/{language}/tables", Public => pages::tables::list;
    page Get "/{language}/tables/{table}", Public => pages::tables::show;
    page Get "/{language}/explain/{release}", Public => pages::explain::show;
    page Get "/{language}/profile", Public => pages::profile::show;
    page Get "/{language}/about", Public => pages::about::show;
    // Dossiers.
    page Get "/{language}/office/dossiers", Needs::Power(Power::Read) => dossiers::list;
    page Post "/{language}/office/dossiers/search", Needs::Power(Power::Search)
        => dossiers::search;
    page Get "/{language}/office/dossiers/{dossier}", Needs::Power(Power::Mirror)
        => dossiers::cover;
    page Post "/{language}/office/dossiers/{dossier}/read", Needs::Power(Power::Read)
        => dossiers::read;
    page Post "/{language}/office/dossiers/{dossier}/assign", Needs::Power(Power::Assign)
        => dossiers::assign;
    page Post "/{language}/office/dossiers/{dossier}/release", Needs::Power(Power::Assign)
        => dossiers::release;
    page Post "/{language}/office/dossiers/{dossier}/holds", Needs::Power(Power::Hold)
        => dossiers::hold;
    page Post "/{language}/office/holds/{hold}/lift", Needs::Power(Power::Hold)
        => dossiers::lift;
    page Post "/{language}/office/dossiers/{dossier}/erasure",
        Needs::Power(Power::RequestErasure) => dossiers::erase;
    page Post "/{language}/office/erasures/{erasure}/confirm",
        Needs::Power(Power::ConfirmErasure) => dossiers::confirm_erasure;
    page Post "/{language}/office/deposits", Needs::Power(Power::Enter)
        => dossiers::take_deposits;
    page Get "/{language}/office/emergency", Needs::Power(Power::BreakGlass)
        => dossiers::emergency;
    page Post "/{language}/office/emergency", Needs::Power(Power::BreakGlass)
        => dossiers::break_glass;
    page Post "/{language}/office/emergency/{glass}/end", Needs::Power(Power::Mirror)
        => dossiers::end_glass;
    page Post "/{language}/office/emergency/{glass}/seen", Needs::Power(Power::Mirror)
        => dossiers::see_glass;
    page Get "/{language}/office/dossiers/{dossier}/entered", Needs::Power(Power::Mirror)
        => dossiers::entered;
    // Questionnaires: a new dossier, or a record more.
    page Get "/{language}/office/forms", Needs::Power(Power::Enter) => questionnaires::list;
    page Get "/{language}/office/forms/{form}", Needs::Power(Power::Enter)
        => questionnaires::blank;
    page Post "/{language}/office/forms/{form}", Needs::Power(Power::Enter),
        kept questionnaires::FORM_BYTES_MAX => questionnaires::answer;
    page Get "/{language}/office/dossiers/{dossier}/forms/{form}", Needs::Power(Power::Enter)
        => questionnaires::blank_in;
    page Post "/{language}/office/dossiers/{dossier}/forms/{form}", Needs::Power(Power::Enter),
        kept questionnaires::FORM_BYTES_MAX => questionnaires::answer_in;
    page Get "/{language}/office/kept/{kept}", Needs::Power(Power::Enter)
        => questionnaires::kept;
    page Get "/{language}/office/import", Needs::Power(Power::Import) => import::show;
    page Post "/{language}/office/import", Needs::Power(Power::Import),
        filed import::FORM_BYTES_MAX => import::answer;
    // The person concerned.
    page Post "/{language}/office/dossiers/{dossier}/consents", Needs::Power(Power::Consent)
        => rights::consent;
    page Post "/{language}/office/consents/{consent}/withdraw", Needs::Power(Power::Consent)
        => rights::withdraw;
    page Post "/{language}/office/dossiers/{dossier}/matters", Needs::Power(Power::Matter)
        => rights::matter;
    page Post "/{language}/office/matters/{matter}/answer", Needs::Power(Power::AnswerMatter)
        => rights::answer;
    page Post "/{language}/office/complaints/{matter}/read",
        Needs::Power(Power::AnswerComplaint) => rights::complaint;
    page Post "/{language}/office/complaints/{matter}/answer",
        Needs::Power(Power::AnswerComplaint) => rights::answer_complaint;
    page Post "/{language}/office/dossiers/{dossier}/access", Needs::Power(Power::Access)
        => rights::access;
    page Post "/{language}/office/dossiers/{dossier}/exports", Needs::Power(Power::Export)
        => rights::request_export;
    page Post "/{language}/office/exports/{export}/approve",
        Needs::Power(Power::ApproveExport) => rights::approve_export;
    page Post "/{language}/office/exports/{export}/take", Needs::Power(Power::Export)
        => rights::take_export;
    // Counted tables: brought by one, released by another.
    page Get "/{language}/office/drafts", Needs::Power(Power::ExamineDraft) => drafts::list;
    page Post "/{language}/office/drafts", Needs::Power(Power::BringDraft),
        filed drafts::FORM_BYTES_MAX => drafts::bring;
    page Get "/{language}/office/drafts/{draft}", Needs::Power(Power::ExamineDraft)
        => bench::cover;
    page Post "/{language}/office/drafts/{draft}/examine", Needs::Power(Power::ExamineDraft)
        => bench::examine;
    page Post "/{language}/office/drafts/{draft}/compare", Needs::Power(Power::ExamineDraft)
        => bench::compare;
    page Post "/{language}/office/drafts/{draft}/sign", Needs::Power(Power::SignRelease)
        => bench::sign;
    page Get "/{language}/office/releases", Needs::Power(Power::SeeReleases) => releases::list;
    page Get "/{language}/office/releases/{release}", Needs::Power(Power::SeeReleases)
        => releases::show;
    page Post "/{language}/office/releases/{release}/explain",
        Needs::Power(Power::ExamineDraft) => releases::explain;
    page Post "/{language}/office/releases/{release}/withdraw",
        Needs::Power(Power::SignRelease) => releases::withdraw;
    page Get "/{language}/office/known", Needs::Power(Power::SeeReleases) => known::show;
    page Post "/{language}/office/known/publications", Needs::Power(Power::ListPublication),
        filed drafts::FORM_BYTES_MAX => known::publication;
    page Post "/{language}/office/known/parties", Needs::Power(Power::SignRelease)
        => known::party;
    page Get "/{language}/office/tabulate", Needs::Power(Power::Tabulate) => tabulate::show;
    page Post "/{language}/office/tabulate", Needs::Power(Power::Tabulate) => tabulate::answer;
    // Hidden populations, from the node's own lists.
    page Get "/{language}/office/lists", Needs::Power(Power::EstimateLists) => lists::show;
    page Post "/{language}/office/lists", Needs::Power(Power::EstimateLists) => lists::answer;
    // People, agencies, keys, the log.
    page Get "/{language}/office", Needs::Session => start::show;
    page Get "/{language}/office/people", Needs::Power(Power::ManageStaff) => people::list;
    page Post "/{language}/office/people/add", Needs::Power(Power::ManageStaff) => people::add;
    page Get "/{language}/office/people/{staff}", Needs::Power(Power::ManageStaff)
        => people::show;
    page Post "/{language}/office/people/{staff}/change", Needs::Power(Power::ManageStaff)
        => people::change;
    page Post "/{language}/office/people/{staff}/end", Needs::Power(Power::ManageStaff)
        => people::end;
    page Post "/{language}/office/people/{staff}/suspend", Needs::Power(Power::Suspend)
        => people::suspend;
    page Post "/{language}/office/people/{staff}/reset", Needs::Power(Power::RequestReset)
        => people::reset;
    page Post "/{language}/office/resets/{reset}/confirm", Needs::Power(Power::ConfirmReset)
        => people::confirm_reset;
    page Get "/{language}/office/names", Needs::Power(Power::ReadName) => people::names;
    page Post "/{language}/office/names", Needs::Power(Power::ReadName) => people::name;
    page Get "/{language}/office/suspend", Needs::Power(Power::Suspend) => people::suspending;
    page Post "/{language}/office/suspend", Needs::Power(Power::Suspend)
        => people::suspend_by_number;
    page Get "/{language}/office/agencies", Needs::Power(Power::ManageStaff) => agencies::list;
    page Post "/{language}/office/agencies", Needs::Power(Power::ManageStaff) => agencies::set;
    page Get "/{language}/office/roles", Needs::Session => roles::show;
    page Get "/{language}/office/keys", Needs::Power(Power::Keys) => keys::show;
    page Get "/{language}/office/log", Needs::Power(Power::ReadLog) => log::show;
    page Post "/{language}/office/log", Needs::Power(Power::ReadLog) => log::find;
    // Coming in, going, and one's own account.
    page Get "/{language}/office/sign-in", Needs::SignIn => entry::sign_in_page;
    page Post "/{language}/office/sign-in", Needs::SignIn => entry::sign_in;
    page Post "/{language}/office/sign-in/passkey", Needs::SignIn => entry::passkey;
    page Post "/{language}/office/sign-in/passkey/answer", Needs::SignIn
        => entry::passkey_answer;
    page Get "/{language}/office/first", Needs::SignIn => entry::first_page;
    page Post "/{language}/office/first", Needs::SignIn => entry::first;
    page Post "/{language}/office/first/set", Needs::SignIn => entry::first_set;
    page Post "/{language}/office/sign-out", Needs::Session => entry::sign_out;
    page Get "/{language}/office/confirm", Needs::Session => entry::confirm_page;
    page Post "/{language}/office/confirm", Needs::Session => entry::confirm;
    page Post "/{language}/office/confirm/passkey", Needs::Session => entry::confirm_passkey;
    page Post "/{language}/office/confirm/passkey/answer", Needs::Session
        => entry::confirm_answer;
    page Get "/{language}/office/account", Needs::Power(Power::Own) => account::show;
    page Post "/{language}/office/account/passkey", Needs::Power(Power::Own)
        => account::passkey;
    page Post "/{language}/office/account/passkey/answer", Needs::Power(Power::Own)
        => account::passkey_answer;
    page Post "/{language}/office/account/credentials/{credential}/end",
        Needs::Power(Power::Own) => account::end_credential;
    page Get "/{language}/office/account/password", Needs::Power(Power::Own)
        => account::password_page;
    page Post "/{language}/office/account/password", Needs::Power(Power::Own)
        => account::password;
    page Post "/{language}/office/account/sessions/{session}/end", Needs::Power(Power::Own)
        => account::end_session;
    page Post "/{language}/office/account/sessions/end", Needs::Power(Power::Own)
        => account::end_sessions;
    page Post "/{language}/office/account/report", Needs::Power(Power::Own)
        => account::report;
    page Get "/{language}/office/account/log", Needs::Power(Power::Own) => account::log;
    page Get "/{language}/office/locked", Needs::SignIn => locked::show;
    page Post "/{language}/office/locked", Needs::SignIn => locked::unlock;
    page Post "/{language}/office/lock", Needs::Power(Power::Keys) => locked::lock;
    // For programs.
    plain Get "/api/v1/treaties/{treaty}/status", Public => api::treaties::status;
    plain Get "/api/v1/treaties/{treaty}/actions", Public => api::treaties::actions;
    plain Get "/api/v1/states/{code}", Public => api::states::show;
    plain Get "/api/v1/missing-migrants", Public => api::migrants::show;
    plain Get "/api/v1/terms/resolve", Public => api::terms::resolve;
    plain Get "/api/v1/tables", Public => api::tables::list;
    plain Get "/api/v1/tables/{table}", Public => api::tables::show;
    plain Get "/api/v1/deposit-key", Public => api::deposits::key;
    // Sealed on the sender's device, and taken from whoever hands it in: no session, no token.
    plain Post "/api/v1/deposits", Public, within api::deposits::BYTES_MAX => api::deposits::take;
    plain Get "/api/v1/openapi.json", Public => api::openapi::show;
}

/// The whole site as a router.
pub fn app(site: Site) -> Router {
    let desk = Desk {
        hall: Arc::new(Hall::open(site.origin.as_ref())),
        site: Arc::new(site),
        words: Words::of(LANGUAGES[0]),
    };
    dressed(through(DOORS.iter().zip(ways()), &desk), desk)
}

/// A router with what is done to every answer.
fn dressed(router: Router, desk: Desk) -> Router {
    router
        .fallback(crate::elsewhere)
        .layer(from_fn_with_state(desk.clone(), outer::problems))
        .layer(from_fn(outer::tag))
        .layer(from_fn_with_state(desk, outer::headers))
        .layer(CompressionLayer::new())
}

/// A router of these doors.
fn through(rows: impl Iterator<Item = (&'static Door, Way)>, desk: &Desk) -> Router {
    let mut router = Router::new();
    for (door, way) in rows {
        match way {
            Way::Plain(handler) => {
                let handler = guarded(handler, door, desk.clone());
                router = router.route(door.path, handler.with_state(Arc::clone(&desk.site)));
            }
            Way::Page(handler) => {
                for language in LANGUAGES {
                    let desk = Desk {
                        words: Words::of(language),
                        ..desk.clone()
                    };
                    let path = door.path.replacen("{language}", language.code(), 1);
                    let handler = guarded(handler.clone(), door, desk.clone());
                    router = router.route(&path, handler.with_state(desk));
                }
            }
        }
    }
    router
}

/// A handler behind its door.
fn guarded<S: Clone + Send + Sync + 'static>(
    handler: MethodRouter<S>,
    door: &'static Door,
    desk: Desk,
) -> MethodRouter<S> {
    let gate = Gate { door, desk };
    handler
        .route_layer(DefaultBodyLimit::max(door.body_bytes_max))
        .route_layer(from_fn_with_state(gate, gate::pass))
}

#[cfg(test)]
#[path = "doors_tests.rs"]
mod tests;
