//! Other public tables that the node has imported, cell by cell as printed.

use askama::Template;
use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use protect::Released;
use terms::table::{Dimension, Members, Table};

use super::{Format, csv_file, ending};
use crate::cells;
use crate::explore::{self, ALL, NONE, View};
use crate::fields::{Fields, encode};
use crate::figures::{self, Figure};
use crate::grid::{Answer, Choice, Column, Grid, GridCell};
use crate::office::day;
use crate::origin::Origin;
use crate::page::{Page, html};
use crate::problem::{Kind, Problem};
use crate::site::{Desk, Site};
use crate::wire;

/// Most rows and columns that a page prints; the files have no such limit.
const ROWS_MAX: usize = 300;
const COLUMNS_MAX: usize = 40;

#[derive(Template)]
#[template(path = "tables.html")]
struct Tables {
    page: Page,
    tables: Vec<Summary>,
    own: Vec<Own>,
}

/// A public release of the node's own.
struct Own {
    href: String,
    title: String,
    period: Option<String>,
    day: String,
    /// What has become of it, where it does not stand.
    state: Option<String>,
}

impl Own {
    fn of(page: &Page, figure: &Figure) -> Self {
        let release = &figure.release;
        let state = match (&release.withdrawn, &release.superseded_by) {
            (Some(_), _) => Some("releases-withdrawn"),
            (None, Some(_)) => Some("releases-superseded"),
            (None, None) => None,
        };
        Self {
            href: page.to(&format!("/explain/{}", figure.identifier())),
            title: figure.title(page),
            period: figure.period(),
            day: day(release.at_ms),
            state: state.map(|key| page.t(key)),
        }
    }
}

struct Summary {
    href: String,
    title: String,
    publisher: String,
    size: String,
}

pub(crate) async fn list(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Problem> {
    Fields::read(&uri, &[])?;
    let own = figures::all(&desk).await?;
    let title = match own[..] {
        [] => "tables-title",
        _ => "figures-all-title",
    };
    let page = desk.page(&uri, "tables", desk.words.say(title));
    let summary = |released: &Released<Table>| Summary {
        href: page.to(&format!("/tables/{}", encode(&released.value().id))),
        title: released.source().title.clone(),
        publisher: released.source().publisher.clone(),
        size: page.counted("tables-size", released.value().len()),
    };
    let tables = page.site.tables.iter().map(summary).collect();
    let own = own
        .iter()
        .rev()
        .map(|figure| Own::of(&page, figure))
        .collect();
    html(&Tables { page, tables, own })
}

#[derive(Template)]
#[template(path = "table.html")]
struct TablePage {
    page: Page,
    action: String,
    choices: Vec<Choice>,
    grid: Result<Grid, String>,
    empty: bool,
    cut: bool,
    summed: Vec<String>,
    limits: Vec<String>,
    attribution: String,
    licence: String,
    origin: Origin,
    csv: String,
    json: String,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    OriginalUri(uri): OriginalUri,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let (id, format) = ending(&name);
    let table = find(&desk.site, id)?;
    if format == Format::Page {
        return page(&desk, &uri, table);
    }
    let selection = explore::of_program(table.value(), &uri)?;
    let part = selection.answer(table).map_err(|error| {
        Problem::of(Kind::SumRefused, "by", &cells::refusal(desk.words, &error))
    })?;
    Ok(match format {
        Format::Csv => csv_file(&format!("{id}.csv"), publish::files::csv(&part)),
        _ => Json(wire::TableLines::new(&part, selection.held)).into_response(),
    })
}

/// The imported table of a name.
pub(crate) fn find<'a>(site: &'a Site, id: &str) -> Result<&'a Released<Table>, Problem> {
    site.table(id).ok_or_else(|| {
        let known = site.tables.iter().map(|table| table.value().id.clone());
        Problem::of(Kind::NotFound, "table", id).allowing(known)
    })
}

fn page(desk: &Desk, uri: &Uri, table: &Released<Table>) -> Result<Response, Problem> {
    let view = explore::of_page(table.value(), uri)?;
    let page = desk.page(uri, "tables", table.source().title.clone());
    let id = encode(&table.value().id);
    let query = view.selection.query();
    let printed = match view.selection.answer(table) {
        Ok(part) => Ok(grid(&page, &view, part.value())),
        Err(error) => Err(cells::refusal(page.words, &error)),
    };
    let cut = matches!(&printed, Ok((_, cut)) if *cut);
    let grid = printed.map(|(grid, _)| grid);
    let again = format!("/api/v1/tables/{id}{query}");
    let origin = Origin::of_table(&page, table, &uri_query(uri), again);
    let name = |id: &String| dimension_name(&page, id);
    html(&TablePage {
        action: page.to(&format!("/tables/{id}")),
        choices: choices(&page, table.value(), &view),
        empty: matches!(&grid, Ok(grid) if grid.rows.is_empty()),
        cut,
        grid,
        summed: view.summed.iter().map(name).collect(),
        limits: origin.limits.clone(),
        attribution: table.source().attribution.clone(),
        licence: table.source().licence.clone(),
        csv: page.to(&format!("/tables/{id}.csv{query}")),
        json: page.to(&format!("/tables/{id}.json{query}")),
        origin,
        page,
    })
}

fn uri_query(uri: &Uri) -> String {
    uri.query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default()
}

/// The name of a dimension: translated if it is a common one, its own if not.
fn dimension_name(page: &Page, id: &str) -> String {
    let key = match id {
        "year" => "migrants-year",
        "month" => "migrants-month",
        "route" => "migrants-route",
        "cause" => "migrants-cause",
        "area" => "tables-area",
        "nationality" => "tables-nationality",
        "sex" => "tables-sex",
        "age" => "tables-age",
        "indicator" => "tables-indicator",
        "dimension" => "tables-dimension",
        "category" => "tables-category",
        "border" => "tables-border",
        _ => return id.to_owned(),
    };
    page.t(key)
}

/// The name of a code: that of a place, the source's own label, or the code.
fn code_name(page: &Page, dimension: &Dimension, code: &str) -> String {
    if dimension.list.starts_with("iso3166")
        && let Ok(place) = code.parse()
    {
        return page.place(place);
    }
    let label = page.site.labels.get(code);
    label.map_or_else(|| code.to_owned(), Clone::clone)
}

fn dimension<'a>(table: &'a Table, id: &str) -> Option<&'a Dimension> {
    table
        .dimensions()
        .iter()
        .find(|dimension| dimension.id == id)
}

fn sorted(table: &Table, id: &str) -> Vec<String> {
    let mut codes = table.codes(id).map(<[String]>::to_vec).unwrap_or_default();
    codes.sort();
    codes
}

fn choices(page: &Page, table: &Table, view: &View) -> Vec<Choice> {
    let names = explore::names(table);
    let option = |value: &str, label: String, chosen: bool| Answer {
        value: value.to_owned(),
        label,
        chosen,
    };
    let mut rows = Choice {
        name: "rows".to_owned(),
        label: page.t("tables-rows"),
        options: Vec::new(),
        sets: Vec::new(),
    };
    let mut columns = Choice {
        name: "columns".to_owned(),
        label: page.t("tables-columns"),
        options: vec![option(
            NONE,
            page.t("tables-no-columns"),
            view.columns.is_none(),
        )],
        sets: Vec::new(),
    };
    for name in &names {
        let label = dimension_name(page, name);
        rows.options
            .push(option(name, label.clone(), *name == view.rows));
        let chosen = Some(name) == view.columns.as_ref();
        columns.options.push(option(name, label, chosen));
    }
    let mut choices = vec![rows, columns];
    for one in table.dimensions() {
        if one.id == view.rows || Some(&one.id) == view.columns.as_ref() {
            continue;
        }
        let held = view.selection.held.iter().find(|(id, _)| *id == one.id);
        let all = match one.members {
            Members::Disjoint => "tables-all",
            Members::Overlapping => "tables-all-overlapping",
        };
        let mut options = vec![option(ALL, page.t(all), held.is_none())];
        options.extend(sorted(table, &one.id).into_iter().map(|code| {
            let chosen = held.is_some_and(|(_, held)| *held == code);
            option(&code, code_name(page, one, &code), chosen)
        }));
        choices.push(Choice {
            name: one.id.clone(),
            label: dimension_name(page, &one.id),
            options,
            sets: Vec::new(),
        });
    }
    choices
}

/// The table, and whether rows or columns had to be left out.
fn grid(page: &Page, view: &View, part: &Table) -> (Grid, bool) {
    let rows = sorted(part, &view.rows);
    let columns = view.columns.as_ref().map(|id| sorted(part, id));
    let held: Vec<&str> = view
        .selection
        .held
        .iter()
        .map(|(_, code)| code.as_str())
        .collect();
    let mut headings = vec![Column::text(dimension_name(page, &view.rows))];
    match (&columns, &view.columns) {
        (Some(codes), Some(id)) => headings.extend(codes.iter().take(COLUMNS_MAX).map(|code| {
            let label = dimension(part, id).map(|one| code_name(page, one, code));
            Column::number(label.unwrap_or_default())
        })),
        _ => headings.push(Column::number(page.t("tables-value"))),
    }
    let caption = if view.summed.is_empty() {
        page.counted("tables-caption", rows.len())
    } else {
        page.counted("tables-caption-summed", rows.len())
    };
    let mut grid = Grid::new("cells-caption", caption, headings);
    let cut = rows.len() > ROWS_MAX || columns.as_ref().is_some_and(|c| c.len() > COLUMNS_MAX);
    for row in rows.iter().take(ROWS_MAX) {
        let name = dimension(part, &view.rows).map(|one| code_name(page, one, row));
        let mut line = vec![GridCell::text(name.unwrap_or_default())];
        let cell = |column: Option<&str>| {
            let mut codes = vec![row.as_str()];
            codes.extend(column);
            codes.extend(&held);
            let printed = match part.get(&codes) {
                Some(cell) => cells::print(page.words, cell),
                None => cells::nothing(page.words),
            };
            GridCell::from(printed)
        };
        match &columns {
            Some(codes) => line.extend(codes.iter().take(COLUMNS_MAX).map(|c| cell(Some(c)))),
            None => line.push(cell(None)),
        }
        grid.rows.push(line);
    }
    (grid, cut)
}
