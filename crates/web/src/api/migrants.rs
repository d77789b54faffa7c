//! The dead and the missing on migration routes.

use std::sync::Arc;

use ::terms::language::Language;
use ::terms::table::Table;
use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::Uri;
use protect::Released;

use crate::cells;
use crate::fields::Fields;
use crate::migrants::{self, Asked, FILTERS};
use crate::problem::{Kind, Problem};
use crate::site::Site;
use crate::wire::{ErrorBody, TableLines};
use crate::words::Words;

/// Dead and missing by year, month, route, cause or place, as the source recorded them.
#[utoipa::path(
    get,
    path = "/api/v1/missing-migrants",
    tag = "missing migrants",
    params(
        ("route" = Option<String>, Query, description = "Code of a route"),
        ("year" = Option<String>, Query, description = "Year, four digits"),
        ("cause" = Option<String>, Query, description = "Code of a cause of death"),
        ("by" = Option<String>, Query, description = "Dimensions separated by commas: `year` \
            (when it is not given), `month`, `route`, `cause`, `place`; not month with place"),
    ),
    responses(
        (status = 200, description = "The counts", body = TableLines),
        (status = 400, description = "A field cannot be read", body = ErrorBody),
        (status = 422, description = "The sum was refused", body = ErrorBody),
    )
)]
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
) -> Result<Json<TableLines>, Problem> {
    let (asked, _, table) = answer(&site, &uri)?;
    Ok(Json(TableLines::new(&table, filters(&asked))))
}

/// Reads a request, by whichever door it came, and answers it.
pub(crate) fn answer(
    site: &Site,
    uri: &Uri,
) -> Result<(Asked, Vec<&'static str>, Released<Table>), Problem> {
    let mut known = FILTERS.to_vec();
    known.push("by");
    let fields = Fields::read(uri, &known)?;
    let asked = Asked::read(site, &fields)?;
    let by = migrants::dimensions(&fields)?;
    let table = asked.table(site, &by).map_err(|error| {
        let reason = cells::refusal(Words::of(Language::En), &error);
        Problem::of(Kind::SumRefused, "by", &reason)
    })?;
    Ok((asked, by, table))
}

/// The filters that were applied.
pub(crate) fn filters(asked: &Asked) -> Vec<(String, String)> {
    let applied = FILTERS.into_iter();
    applied
        .filter_map(|name| Some((name.to_owned(), asked.chosen(name)?.to_owned())))
        .collect()
}
