//! States and other places.

use std::sync::Arc;

use ::terms::language::Language;
use ::terms::place::Place;
use axum::Json;
use axum::extract::{OriginalUri, State};
use law::Record;

use super::Named;
use crate::fields::Fields;
use crate::pages;
use crate::problem::{Kind, Problem};
use crate::site::Site;
use crate::wire::{ActionLine, ErrorBody, MembershipLine, StateLine};

/// A State or another place: names, codes, groups, acts towards the three treaties.
#[utoipa::path(
    get,
    path = "/api/v1/states/{code}",
    tag = "states",
    params(("code" = String, Path, pattern = "^[A-Z]{3}$", example = "MOZ",
        description = "ISO 3166-1 alpha-3 in capital letters; `EUE` is the European Union")),
    responses(
        (status = 200, description = "The State", body = StateLine),
        (status = 400, description = "A field is not known", body = ErrorBody),
        (status = 404, description = "There is no such place", body = ErrorBody),
    )
)]
pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    OriginalUri(uri): OriginalUri,
    Named(code): Named,
) -> Result<Json<StateLine>, Problem> {
    Fields::read(&uri, &[])?;
    let place = pages::find_state(&site, &code).ok_or_else(|| {
        Problem::of(Kind::NotFound, "code", &code).allowing(["ISO 3166-1 alpha-3"])
    })?;
    Ok(Json(line(&site, place)))
}

/// What is known of a place.
pub(crate) fn line(site: &Site, place: &Place) -> StateLine {
    let mut memberships = Vec::new();
    for group in site.groups.iter() {
        let periods = group
            .members
            .iter()
            .filter(|period| period.place == place.code);
        memberships.extend(periods.map(|period| MembershipLine {
            group: group.code.clone(),
            name: group.name(Language::En).to_owned(),
            from: period.from.map(|day| day.to_string()),
            to: period.to.map(|day| day.to_string()),
            basis: period.basis.code(),
            note: period.note.clone(),
        }));
    }
    let standings = Record::standard().of(place.code);
    let acts = standings
        .iter()
        .flat_map(|one| one.signature.iter().chain(&one.deposit));
    let names = Language::ALL.map(|language| (language.code(), place.name(language).to_owned()));
    StateLine {
        code: place.code.to_string(),
        alpha2: place.alpha2.clone(),
        m49: place.m49,
        kind: place.kind.code(),
        names: names.into_iter().collect(),
        region: place.region.map(|code| code.to_string()),
        subregion: place.subregion.map(|code| code.to_string()),
        memberships,
        actions: acts
            .map(|action| ActionLine::new(&site.places, action))
            .collect(),
    }
}
