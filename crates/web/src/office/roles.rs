//! The table of authority, as whoever works here may read it.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use office::{GRANTS, Grant, Role};

use crate::page::{Page, html};
use crate::problem::Problem;
use crate::site::Desk;
use crate::visitor::{Token, Visitor};

#[derive(Template)]
#[template(path = "roles.html")]
struct Roles {
    page: Page,
    roles: [Role; 5],
}

impl Roles {
    fn grants(&self, role: &Role) -> impl Iterator<Item = &'static Grant> {
        let role = *role;
        GRANTS.iter().filter(move |grant| grant.role == role)
    }

    fn power(&self, grant: &Grant) -> String {
        self.page.t(power_key(grant.power.code()))
    }

    fn purposes(&self, grant: &Grant) -> String {
        let purposes = grant.purposes.iter();
        let purposes: Vec<String> = purposes
            .map(|purpose| self.page.purpose(purpose.code()))
            .collect();
        purposes.join(", ")
    }

    fn reach(&self, grant: &Grant) -> String {
        self.page.t(format!("reach-{}", grant.reach.code()))
    }
}

fn power_key(code: &str) -> String {
    format!("power-{}", code.replace('_', "-"))
}

/// What each role may do, for what purposes, and how far.
pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    visitor: Visitor,
    token: Token,
) -> Result<Response, Problem> {
    html(&Roles {
        page: desk
            .page(&uri, "office", desk.words.say("roles-title"))
            .of(&visitor, &token),
        roles: Role::ALL,
    })
}

#[cfg(test)]
mod tests {
    use office::{AgencyKind, Power, Reach};

    use super::*;
    use crate::words::{LANGUAGES, Words};

    #[test]
    fn every_word_of_the_table_is_said_in_every_language() {
        let powers = Power::ALL.into_iter().map(|one| power_key(one.code()));
        let reaches = Reach::ALL.into_iter();
        let reaches = reaches.map(|one| format!("reach-{}", one.code()));
        let kinds = AgencyKind::ALL.into_iter().flat_map(|one| {
            let code = one.code();
            [
                format!("agency-kind-{code}"),
                format!("agency-kind-told-{code}"),
            ]
        });
        let keys: Vec<String> = powers.chain(reaches).chain(kinds).collect();
        for language in LANGUAGES {
            for key in &keys {
                let found = Words::of(language).find(key, None);
                assert!(found.is_some(), "{language}: {key}");
            }
        }
    }
}
