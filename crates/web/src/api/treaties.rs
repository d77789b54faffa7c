//! Treaties: status on a day, and every act.

use std::sync::Arc;

use ::terms::language::Language;
use axum::Json;
use axum::extract::{OriginalUri, State};
use law::Record;

use super::Named;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::site::Site;
use crate::status::{self, Asked, FIELDS};
use crate::wire::{
    ActionLine, Day, ErrorBody, Provenance, TreatyActions, TreatyCode, TreatyStatus,
};

/// Who is party to a treaty on a day.
///
/// A party counts from the day on which its instrument was deposited. The European Union is a
/// party and not a State.
#[utoipa::path(
    get,
    path = "/api/v1/treaties/{treaty}/status",
    tag = "treaties",
    params(
        ("treaty" = inline(TreatyCode), Path, description = "`UNTOC`, `TIP` or `SOM`"),
        ("on" = inline(Option<Day>), Query, description = "The day, YYYY-MM-DD, not after today; \
            without it today, or the day on which the record ends if that is earlier"),
        ("group" = Option<String>, Query, description = "M49 number of a region, or the code of \
            a group with known members, such as `SADC`; members are those of the day"),
    ),
    responses(
        (status = 200, description = "The status", body = TreatyStatus),
        (status = 400, description = "A field cannot be read", body = ErrorBody),
        (status = 404, description = "There is no such treaty", body = ErrorBody),
    )
)]
pub(crate) async fn status(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    Named(code): Named,
) -> Result<Json<TreatyStatus>, Problem> {
    let treaty = status::treaty(&code)?;
    let fields = Fields::read(&uri, &FIELDS)?;
    let asked = Asked::read(&site, treaty, &fields, Language::En)?;
    Ok(Json(TreatyStatus::new(&site.places, &asked)))
}

/// Every signature and every instrument deposited for a treaty.
#[utoipa::path(
    get,
    path = "/api/v1/treaties/{treaty}/actions",
    tag = "treaties",
    params(("treaty" = inline(TreatyCode), Path, description = "`UNTOC`, `TIP` or `SOM`")),
    responses(
        (status = 200, description = "The acts", body = TreatyActions),
        (status = 400, description = "A field is not known", body = ErrorBody),
        (status = 404, description = "There is no such treaty", body = ErrorBody),
    )
)]
pub(crate) async fn actions(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    Named(code): Named,
) -> Result<Json<TreatyActions>, Problem> {
    let treaty = status::treaty(&code)?;
    Fields::read(&uri, &[])?;
    let record = Record::standard();
    let ends = record.instrument(treaty).record_ends;
    let acts = record
        .actions()
        .iter()
        .filter(|action| action.treaty == treaty);
    Ok(Json(TreatyActions {
        treaty: treaty.code(),
        record_ends: ends.to_string(),
        actions: acts
            .map(|action| ActionLine::new(&site.places, action))
            .collect(),
        provenance: Provenance::of_status(&status::released(treaty, ends)),
    }))
}
