//! Words: from messy text to a code.

use ::terms::resolve::Resolver;
use axum::Json;
use axum::extract::OriginalUri;

use crate::fields::Fields;
use crate::problem::{Kind, Problem};
use crate::wire::{ErrorBody, ListCode, Resolved};

/// The lists that a text can be resolved to.
pub(crate) const LISTS: [&str; 1] = ["citizenship"];
/// Longest text that is resolved, in characters.
const TEXT_MAX: usize = 200;

/// What a label of citizenship means: a code, a suggestion, or a refusal with its reason.
#[utoipa::path(
    get,
    path = "/api/v1/terms/resolve",
    tag = "terms",
    params(
        ("list" = inline(ListCode), Query, description = "`citizenship`"),
        ("text" = String, Query, example = "Mozambique", min_length = 1,
            max_length = 200, pattern = r"\S",
            description = "The label, at most 200 characters, not all of them blank"),
    ),
    responses(
        (status = 200, description = "The meaning", body = Resolved),
        (status = 400, description = "A field cannot be read", body = ErrorBody),
    )
)]
pub(crate) async fn resolve(OriginalUri(uri): OriginalUri) -> Result<Json<Resolved>, Problem> {
    let fields = Fields::read(&uri, &["list", "text"])?;
    let missing = |name: &str| Problem::of(Kind::MissingField, name, "");
    fields
        .one_of("list", LISTS)?
        .ok_or_else(|| missing("list").allowing(LISTS))?;
    let text = fields.get("text").ok_or_else(|| missing("text"))?;
    if text.chars().count() > TEXT_MAX {
        return Err(Problem::of(Kind::TooLong, "text", text).allowing([TEXT_MAX.to_string()]));
    }
    let resolution = Resolver::standard().resolve(text);
    Ok(Json(Resolved {
        text: text.to_owned(),
        status: resolution.status.as_str().to_owned(),
        code: resolution.code.map(|code| code.to_string()),
        reason: resolution.reason.map(|reason| reason.as_str().to_owned()),
        note: resolution.note,
        distance: resolution.distance,
        alternatives: resolution
            .alternatives
            .iter()
            .map(ToString::to_string)
            .collect(),
    }))
}
