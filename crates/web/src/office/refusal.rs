//! What the office refuses, as an answer to a browser.

use axum::http::StatusCode;
use office::lists::PERSONS_MIN;
use office::{ListsUnfit, OfficeError};

use crate::problem::{Kind, Problem};

/// Every code with which the office says no to somebody, with the status of the answer. Faults of
/// the machine are not among them: they are ours to mend and nobody's to read.
pub(crate) const CODES: &[(&str, StatusCode)] = &[
    ("node_locked", StatusCode::SERVICE_UNAVAILABLE),
    ("actor_unknown", StatusCode::FORBIDDEN),
    ("role_missing", StatusCode::FORBIDDEN),
    ("not_allowed", StatusCode::FORBIDDEN),
    ("reason_missing", StatusCode::UNPROCESSABLE_ENTITY),
    ("sign_in_refused", StatusCode::UNAUTHORIZED),
    ("confirm_needed", StatusCode::FORBIDDEN),
    ("sign_in_name_unfit", StatusCode::UNPROCESSABLE_ENTITY),
    ("password_short", StatusCode::UNPROCESSABLE_ENTITY),
    ("password_long", StatusCode::UNPROCESSABLE_ENTITY),
    ("password_common", StatusCode::UNPROCESSABLE_ENTITY),
    ("password_about", StatusCode::UNPROCESSABLE_ENTITY),
    ("password_repeats", StatusCode::UNPROCESSABLE_ENTITY),
    ("credential_needed", StatusCode::CONFLICT),
    ("passkey_origin", StatusCode::CONFLICT),
    ("passkey_unread", StatusCode::UNPROCESSABLE_ENTITY),
    ("passkey_refused", StatusCode::FORBIDDEN),
    ("passkey_copied", StatusCode::FORBIDDEN),
    ("staff_missing", StatusCode::NOT_FOUND),
    ("agency_missing", StatusCode::NOT_FOUND),
    ("reset_missing", StatusCode::NOT_FOUND),
    ("dossier_missing", StatusCode::NOT_FOUND),
    ("dossier_erased", StatusCode::GONE),
    ("hold_missing", StatusCode::NOT_FOUND),
    ("erasure_missing", StatusCode::NOT_FOUND),
    ("second_person", StatusCode::CONFLICT),
    ("legal_hold", StatusCode::CONFLICT),
    ("roles_unfit", StatusCode::UNPROCESSABLE_ENTITY),
    ("last_administrator", StatusCode::CONFLICT),
    ("glass_refused", StatusCode::FORBIDDEN),
    ("glass_needless", StatusCode::CONFLICT),
    ("glass_missing", StatusCode::NOT_FOUND),
    ("consent_missing", StatusCode::CONFLICT),
    ("consent_unknown", StatusCode::NOT_FOUND),
    ("recipient_unfit", StatusCode::UNPROCESSABLE_ENTITY),
    ("export_missing", StatusCode::NOT_FOUND),
    ("matter_missing", StatusCode::NOT_FOUND),
    ("limit_reached", StatusCode::TOO_MANY_REQUESTS),
    ("map_missing", StatusCode::NOT_FOUND),
    ("map_unfit", StatusCode::UNPROCESSABLE_ENTITY),
    ("draft_missing", StatusCode::NOT_FOUND),
    ("draft_unfit", StatusCode::UNPROCESSABLE_ENTITY),
    ("draft_name_taken", StatusCode::CONFLICT),
    ("draft_too_large", StatusCode::UNPROCESSABLE_ENTITY),
    ("audience_unknown", StatusCode::UNPROCESSABLE_ENTITY),
    ("release_missing", StatusCode::NOT_FOUND),
    ("release_known", StatusCode::CONFLICT),
    ("release_withdrawn", StatusCode::CONFLICT),
    ("release_unsafe", StatusCode::CONFLICT),
    ("release_damaged", StatusCode::CONFLICT),
    ("cell_missing", StatusCode::NOT_FOUND),
    ("ledger_unfit", StatusCode::UNPROCESSABLE_ENTITY),
    ("lists_unfit", StatusCode::UNPROCESSABLE_ENTITY),
    ("lists_too_many", StatusCode::UNPROCESSABLE_ENTITY),
    ("lists_too_few", StatusCode::UNPROCESSABLE_ENTITY),
    ("list_small", StatusCode::UNPROCESSABLE_ENTITY),
    ("persons_few", StatusCode::UNPROCESSABLE_ENTITY),
    ("overlap_small", StatusCode::UNPROCESSABLE_ENTITY),
    ("keyring_unopened", StatusCode::UNAUTHORIZED),
];

/// The status of a code.
pub(crate) fn status(code: &str) -> StatusCode {
    let known = CODES.iter().find(|(known, _)| *known == code);
    known.map_or(StatusCode::CONFLICT, |(_, status)| *status)
}

/// The refusal as a problem; what is not somebody's to read is logged by its code alone.
pub(crate) fn problem(error: &OfficeError) -> Problem {
    match error {
        OfficeError::SessionEnded => return Problem::new(Kind::SignInNeeded),
        OfficeError::Locked => return Problem::new(Kind::Refused("node_locked")),
        OfficeError::LegalHold { holds } => {
            return Problem::of(Kind::Refused("legal_hold"), "", &holds.to_string());
        }
        OfficeError::LimitReached { most, hours } => {
            return Problem::of(Kind::Refused("limit_reached"), "", &most.to_string())
                .allowing([hours.to_string()]);
        }
        OfficeError::CellMissing(dimensions) => {
            let dimensions = dimensions.split(", ");
            return Problem::new(Kind::Refused("cell_missing")).allowing(dimensions);
        }
        OfficeError::ListsUnfit(unfit) => return lists_unfit(unfit),
        _ => {}
    }
    let code = error.code();
    if CODES.iter().any(|(known, _)| *known == code) {
        return Problem::new(Kind::Refused(code));
    }
    tracing::error!(code, "the office could not do what was asked");
    Problem::new(Kind::Unavailable)
}

/// Why lists cannot be estimated from, with what is allowed.
fn lists_unfit(unfit: &ListsUnfit) -> Problem {
    let kind = Kind::Refused(unfit.code());
    match unfit {
        ListsUnfit::TooMany { found, most } => {
            Problem::of(kind, "", &found.to_string()).allowing([most.to_string()])
        }
        ListsUnfit::TooFew { least, .. } | ListsUnfit::OverlapSmall { least } => {
            Problem::new(kind).allowing([least.to_string()])
        }
        ListsUnfit::ListSmall { list, least } => {
            Problem::of(kind, "", list).allowing([least.to_string()])
        }
        ListsUnfit::PersonsFew => Problem::new(kind).allowing([PERSONS_MIN.to_string()]),
        ListsUnfit::Typed(_) => Problem::new(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{LANGUAGES, Words};

    #[test]
    fn every_refusal_has_its_sentence_in_every_language() {
        for (code, _) in CODES {
            for language in LANGUAGES {
                let problem = Problem::of(Kind::Refused(code), "on", "3").allowing(["1"]);
                let sentence = problem.sentence(Words::of(language));
                assert!(!sentence.contains('⟦'), "{language}: {sentence}");
            }
        }
    }

    #[test]
    fn what_does_not_exist_and_what_is_out_of_reach_look_alike() {
        let missing = problem(&OfficeError::DossierMissing);
        assert_eq!(missing, problem(&OfficeError::OutOfReach));
        let words = Words::of(LANGUAGES[0]);
        let other = problem(&OfficeError::OutOfReach);
        assert_eq!(missing.sentence(words), other.sentence(words));
    }
}
