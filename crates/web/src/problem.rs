//! What went wrong with a request: one shape for the page and for the API.
//!
//! A handler returns a [`Problem`]; it travels to the outer layer, which writes it as a page in the
//! reader's language or as JSON. So no handler knows how its refusal will look.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::words::{Words, text};

/// Longest text of a request that an answer repeats, in characters.
const FOUND_LENGTH_MAX: usize = 120;

/// The kinds of refusal. The code is stable; the wording is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// There is no such page or resource.
    NotFound,
    /// The address takes no such method.
    Method,
    /// The address has no field of this name.
    UnknownField,
    /// A field was given more than once.
    RepeatedField,
    /// A needed field is absent.
    MissingField,
    /// A date that is not `YYYY-MM-DD`.
    NotADate,
    /// A day before the record begins or after it ends.
    DateOutside,
    /// A value that is not in the list.
    NotInList,
    /// A text that is too long.
    TooLong,
    /// A sum that would count somebody twice, or hide what is not known.
    SumRefused,
    /// The node keeps no records, so nothing can be handed in.
    VaultMissing,
    /// A body of another kind than is read here.
    MediaType,
    /// A deposit that is longer than is taken.
    DepositTooLong,
    /// A deposit that is too short to be one.
    DepositUnfit,
    /// A deposit that is sealed to a key that the node has no more.
    DepositKeyChanged,
    /// The node cannot write at this moment.
    NotKept,
    /// Too much is being computed at this moment.
    Busy,
    /// There is no session, or it holds no more.
    SignInNeeded,
    /// The role has no such power.
    Forbidden,
    /// Sent from a page of another site.
    CrossSite,
    /// A form without the token that its page was given.
    FormToken,
    /// A form that is longer than is read.
    FormTooLong,
    /// Too many attempts in a short time.
    TooMany,
    /// Nobody signs in at this node.
    NoSigningIn,
    /// The journal does not answer at this moment.
    Unavailable,
    /// The office refuses; the code is the office's.
    Refused(&'static str),
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// Every kind.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 26] = [
        Self::NotFound,
        Self::Method,
        Self::UnknownField,
        Self::RepeatedField,
        Self::MissingField,
        Self::NotADate,
        Self::DateOutside,
        Self::NotInList,
        Self::TooLong,
        Self::SumRefused,
        Self::VaultMissing,
        Self::MediaType,
        Self::DepositTooLong,
        Self::DepositUnfit,
        Self::DepositKeyChanged,
        Self::NotKept,
        Self::Busy,
        Self::SignInNeeded,
        Self::Forbidden,
        Self::CrossSite,
        Self::FormToken,
        Self::FormTooLong,
        Self::TooMany,
        Self::NoSigningIn,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The stable code.
    #[must_use]
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Method => "method_not_allowed",
            Self::UnknownField => "unknown_field",
            Self::RepeatedField => "repeated_field",
            Self::MissingField => "missing_field",
            Self::NotADate => "not_a_date",
            Self::DateOutside => "date_outside",
            Self::NotInList => "not_in_list",
            Self::TooLong => "too_long",
            Self::SumRefused => "sum_refused",
            Self::VaultMissing => "vault_missing",
            Self::MediaType => "media_type",
            Self::DepositTooLong => "deposit_too_long",
            Self::DepositUnfit => "deposit_unfit",
            Self::DepositKeyChanged => "deposit_key_changed",
            Self::NotKept => "not_kept",
            Self::Busy => "busy",
            Self::SignInNeeded => "sign_in_needed",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross_site",
            Self::FormToken => "form_token",
            Self::FormTooLong => "form_too_long",
            Self::TooMany => "too_many",
            Self::NoSigningIn => "no_signing_in",
            Self::Unavailable => "unavailable",
            Self::Refused(code) => code,
            Self::Internal => "internal",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::NotFound | Self::VaultMissing | Self::NoSigningIn => StatusCode::NOT_FOUND,
            Self::SignInNeeded => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::CrossSite | Self::FormToken => StatusCode::FORBIDDEN,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::DepositTooLong | Self::FormTooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::DepositKeyChanged => StatusCode::CONFLICT,
            Self::Busy | Self::NotKept | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused(code) => crate::office::refusal::status(code),
            Self::SumRefused | Self::DepositUnfit => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Which kind it is.
    pub(crate) kind: Kind,
    /// The field of the request, as the address spells it.
    pub(crate) field: String,
    /// What was found, cut if it is long.
    pub(crate) found: String,
    /// What is allowed, one entry a value or a rule.
    pub(crate) allowed: Vec<String>,
    /// After how many seconds it is worth trying again; 0 says nothing of it.
    pub(crate) wait_seconds: u64,
}

impl Problem {
    /// A refusal that concerns no field.
    #[must_use]
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            field: String::new(),
            found: String::new(),
            allowed: Vec::new(),
            wait_seconds: 0,
        }
    }

    /// Too many attempts: the next one has a chance after this long.
    #[must_use]
    pub(crate) fn too_many(wait: Duration) -> Self {
        let wait_seconds = wait.as_secs() + 1;
        Self {
            wait_seconds,
            ..Self::of(Kind::TooMany, "", &wait_seconds.to_string())
        }
    }

    /// A refusal of one field.
    #[must_use]
    pub(crate) fn of(kind: Kind, field: &str, found: &str) -> Self {
        let mut cut: String = found.chars().take(FOUND_LENGTH_MAX).collect();
        if found.chars().count() > FOUND_LENGTH_MAX {
            cut.push('…');
        }
        Self {
            field: field.to_owned(),
            found: cut,
            ..Self::new(kind)
        }
    }

    /// Says what is allowed.
    #[must_use]
    pub(crate) fn allowing<T: Into<String>>(
        mut self,
        allowed: impl IntoIterator<Item = T>,
    ) -> Self {
        self.allowed = allowed.into_iter().map(Into::into).collect();
        self
    }

    /// The HTTP status.
    #[must_use]
    pub(crate) fn status(&self) -> StatusCode {
        self.kind.status()
    }

    /// Whether it says no to somebody, rather than to what was written.
    #[must_use]
    pub(crate) const fn is_denial(&self) -> bool {
        matches!(
            self.kind,
            Kind::SignInNeeded
                | Kind::Forbidden
                | Kind::CrossSite
                | Kind::FormToken
                | Kind::TooMany
                | Kind::NoSigningIn
                | Kind::Unavailable
                | Kind::Refused(_)
        )
    }

    /// The refusal as one sentence.
    #[must_use]
    pub(crate) fn sentence(&self, words: &Words) -> String {
        let key = format!("problem-{}", self.kind.code().replace('_', "-"));
        words.say_with(
            &key,
            &[
                ("field", text(self.field.as_str())),
                ("found", text(self.found.as_str())),
                ("allowed", text(self.allowed.join(", "))),
            ],
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if self.wait_seconds > 0 {
            let wait = HeaderValue::from(self.wait_seconds);
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LANGUAGES;

    #[test]
    fn every_kind_has_its_sentence_in_every_language() {
        for kind in Kind::ALL {
            for language in LANGUAGES {
                let problem = Problem::of(kind, "on", "x").allowing(["a", "b"]);
                let sentence = problem.sentence(Words::of(language));
                assert!(!sentence.contains('⟦'), "{sentence}");
            }
        }
    }

    #[test]
    fn a_long_text_is_not_repeated_whole() {
        let problem = Problem::of(Kind::NotInList, "route", &"a".repeat(9000));
        assert_eq!(problem.found.chars().count(), FOUND_LENGTH_MAX + 1);
    }
}
