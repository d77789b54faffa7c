//! The shapes in which the API answers. They are this room's own: no other room's types are
//! written to the wire, so that a change inside is not a change of the API.

use law::{Action, Instrument, Record, Status, Treaty};
use protect::Released;
use publish::Provenance as Origin;
use serde::Serialize;
use serde_json::Number;
use terms::cell::Cell;
use terms::language::Language;
use terms::limit::Limit;
use terms::place::{PlaceCode, Places};
use terms::table::{Members, Table};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AnyOfBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};

use crate::api::terms::LISTS;
use crate::status::{Asked, Scope};

/// What a figure cannot say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitLine {
    /// Stable code.
    #[schema(examples("record-ends"))]
    code: &'static str,
    /// One sentence in English.
    sentence: &'static str,
}

impl LimitLine {
    pub(crate) fn all(limits: &[Limit]) -> Vec<Self> {
        let line = |limit: &Limit| Self {
            code: limit.code(),
            sentence: limit.english(),
        };
        limits.iter().map(line).collect()
    }
}

/// How a number was counted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Counting {
    /// Code of what one count stands for.
    unit: String,
    /// Which day decides on the period.
    reference_date: String,
    /// How a number came to be, in one sentence.
    statement: String,
}

/// Where a figure comes from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Provenance {
    /// Identifier of the release; the same content has the same identifier everywhere.
    release: String,
    /// Whom it is for.
    audience: String,
    /// Why it may be shown: `foreign` (printed by its publisher) or `public-record`.
    ground: String,
    /// Who published it.
    publisher: String,
    /// What it is called.
    title: String,
    /// Where the publisher keeps it.
    address: String,
    /// The terms it may be used under.
    licence: String,
    /// The words with which the publisher asks to be named.
    attribution: String,
    /// Which edition it is.
    vintage: String,
    /// The day on which the copy was taken, if known.
    retrieved: Option<String>,
    /// SHA-256 of the file that was read, if one was.
    content_sha256: Option<String>,
    /// How it was counted.
    counting: Option<Counting>,
    /// What it cannot say.
    limits: Vec<LimitLine>,
}

impl Provenance {
    fn new(origin: Origin) -> Self {
        Self {
            release: origin.release,
            audience: origin.audience,
            ground: origin.ground.to_owned(),
            publisher: origin.publisher,
            title: origin.title,
            address: origin.address,
            licence: origin.licence,
            attribution: origin.attribution,
            vintage: origin.vintage,
            retrieved: origin.retrieved,
            content_sha256: origin.content_sha256,
            counting: origin.counting.map(|rule| Counting {
                unit: rule.unit.to_owned(),
                reference_date: rule.reference_date,
                statement: rule.statement,
            }),
            limits: LimitLine::all(&origin.limits),
        }
    }

    /// Of a table.
    pub(crate) fn of_table(released: &Released<Table>) -> Self {
        Self::new(publish::provenance::of_table(released))
    }

    /// Of the status of a treaty.
    pub(crate) fn of_status(released: &Released<Status>) -> Self {
        let mut provenance = Self::new(publish::provenance(released));
        provenance.counting = Some(Counting {
            unit: "parties".to_owned(),
            reference_date: "day of deposit of the instrument".to_owned(),
            statement: "Each party once, from the day on which its instrument was deposited; \
                        the European Union is a party and not a State."
                .to_owned(),
        });
        provenance.limits = LimitLine::all(&released.value().limits);
        provenance
    }
}

/// A party to a treaty.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartyLine {
    /// ISO 3166-1 alpha-3; `EUE` is the European Union.
    #[schema(examples("MOZ"))]
    code: String,
    /// English name.
    name: String,
    /// Whether it is a State; the European Union is not.
    state: bool,
    /// `ratification`, `acceptance`, `approval`, `accession` or `succession`.
    act: &'static str,
    /// Whether the kind of act is certain.
    act_certain: bool,
    /// Day of deposit.
    #[schema(format = Date)]
    deposited: String,
    /// Day from which the treaty is in force for it; can be after the day asked for.
    #[schema(format = Date)]
    in_force_from: String,
    /// Day of signature, if it signed.
    #[schema(format = Date)]
    signed: Option<String>,
}

/// Somebody who had signed and was not party.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignatoryLine {
    /// ISO 3166-1 alpha-3.
    code: String,
    /// English name.
    name: String,
    /// Day of signature.
    #[schema(format = Date)]
    signed: String,
}

/// The region or group to which an answer is restricted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScopeLine {
    /// M49 number or code of the group.
    code: String,
    /// English name.
    name: String,
    /// Places in it on the day.
    places: Vec<String>,
    /// What a reader must know of its list of members.
    note: String,
}

impl ScopeLine {
    fn new(scope: &Scope) -> Self {
        Self {
            code: scope.code.clone(),
            name: scope.name.clone(),
            places: scope.places.iter().map(ToString::to_string).collect(),
            note: scope.note.clone(),
        }
    }
}

/// The status of a treaty on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TreatyStatus {
    /// `UNTOC`, `TIP` or `SOM`.
    treaty: &'static str,
    /// Official title.
    title: String,
    /// The day.
    #[schema(format = Date)]
    on: String,
    /// The region or group asked for; null for the world.
    group: Option<ScopeLine>,
    /// Parties, the European Union counted.
    parties: usize,
    /// Parties that are States.
    states: usize,
    /// All who had signed, party or not.
    signatories: usize,
    /// Parties for which the treaty is in force on the day.
    in_force_for: usize,
    /// The day on which it entered into force, if that is not after the day asked for.
    #[schema(format = Date)]
    in_force_since: Option<String>,
    /// The day on which the record of acts ends.
    #[schema(format = Date)]
    record_ends: String,
    /// The same in plain English sentences, limits included.
    note: String,
    /// Each party.
    party_list: Vec<PartyLine>,
    /// Those who had signed and were not party.
    signed_only: Vec<SignatoryLine>,
    /// What the figures cannot say.
    limits: Vec<LimitLine>,
    /// Where they come from.
    provenance: Provenance,
}

impl TreatyStatus {
    pub(crate) fn new(places: &Places, asked: &Asked) -> Self {
        let status = &asked.status;
        let instrument: &Instrument = Record::standard().instrument(asked.treaty);
        let party = |party: &law::Party| PartyLine {
            code: party.place.to_string(),
            name: name(places, party.place),
            state: !party.is_organisation,
            act: party.act.code(),
            act_certain: party.certain,
            deposited: party.deposited.to_string(),
            in_force_from: party.in_force_from.to_string(),
            signed: party.signed.map(|day| day.to_string()),
        };
        let signed = |one: &law::Signatory| SignatoryLine {
            code: one.place.to_string(),
            name: name(places, one.place),
            signed: one.signed.to_string(),
        };
        Self {
            treaty: asked.treaty.code(),
            title: instrument.title(Language::En).to_owned(),
            on: asked.on.to_string(),
            group: asked.scope.as_ref().map(ScopeLine::new),
            parties: status.parties.len(),
            states: status.states(),
            signatories: status.signatories.len(),
            in_force_for: status.in_force_for(),
            in_force_since: status.in_force_since.map(|day| day.to_string()),
            record_ends: status.record_ends.to_string(),
            note: status.note(),
            party_list: status.parties.iter().map(party).collect(),
            signed_only: status.signatories_not_party().map(signed).collect(),
            limits: LimitLine::all(&status.limits),
            provenance: Provenance::of_status(&asked.world),
        }
    }
}

fn name(places: &Places, code: PlaceCode) -> String {
    let place = places.get(code);
    place.map_or_else(
        || code.to_string(),
        |place| place.name(Language::En).to_owned(),
    )
}

/// One act towards a treaty.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionLine {
    /// `UNTOC`, `TIP` or `SOM`.
    treaty: &'static str,
    /// ISO 3166-1 alpha-3; `EUE` is the European Union.
    party: String,
    /// English name.
    name: String,
    /// `signature`, `ratification`, `acceptance`, `approval`, `accession` or `succession`.
    act: &'static str,
    /// Whether the kind of act is certain.
    act_certain: bool,
    /// Day of signature or deposit.
    #[schema(format = Date)]
    date: String,
    /// Day from which the treaty is in force for the party; null for a signature.
    #[schema(format = Date)]
    in_force_from: Option<String>,
    /// Which publications tell of it.
    sources: Vec<&'static str>,
    /// What a reader must know of it.
    note: Option<String>,
}

impl ActionLine {
    pub(crate) fn new(places: &Places, action: &Action) -> Self {
        Self {
            treaty: action.treaty.code(),
            party: action.party.to_string(),
            name: name(places, action.party),
            act: action.act.code(),
            act_certain: action.certain,
            date: action.date.to_string(),
            in_force_from: action.in_force_from.map(|day| day.to_string()),
            sources: action.sources.iter().map(|source| source.code()).collect(),
            note: action.note.clone(),
        }
    }
}

/// Every act towards a treaty.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TreatyActions {
    /// `UNTOC`, `TIP` or `SOM`.
    pub(crate) treaty: &'static str,
    /// The day on which the record of acts ends.
    #[schema(format = Date)]
    pub(crate) record_ends: String,
    /// The acts.
    pub(crate) actions: Vec<ActionLine>,
    /// Where they come from.
    pub(crate) provenance: Provenance,
}

/// One period in a group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MembershipLine {
    /// Code of the group.
    pub(crate) group: String,
    /// English name.
    pub(crate) name: String,
    /// First day; null is not stated.
    #[schema(format = Date)]
    pub(crate) from: Option<String>,
    /// First day outside; null when it goes on.
    #[schema(format = Date)]
    pub(crate) to: Option<String>,
    /// `sourced`, `memory` or `node`: on what the row rests.
    pub(crate) basis: &'static str,
    /// Source, and what is not certain.
    pub(crate) note: String,
}

/// A State or another place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StateLine {
    /// ISO 3166-1 alpha-3.
    pub(crate) code: String,
    /// ISO 3166-1 alpha-2.
    pub(crate) alpha2: Option<String>,
    /// Number of the M49 standard.
    pub(crate) m49: Option<u16>,
    /// What the code stands for.
    pub(crate) kind: &'static str,
    /// Names by language.
    pub(crate) names: std::collections::BTreeMap<&'static str, String>,
    /// M49 number of the region.
    pub(crate) region: Option<String>,
    /// M49 number of the subregion.
    pub(crate) subregion: Option<String>,
    /// Periods in groups.
    pub(crate) memberships: Vec<MembershipLine>,
    /// Acts towards the three treaties.
    pub(crate) actions: Vec<ActionLine>,
}

/// One cell of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowLine {
    /// Codes by dimension.
    codes: std::collections::BTreeMap<String, String>,
    /// The value; null when it is masked or absent.
    #[schema(value_type = Option<f64>)]
    value: Option<Number>,
    /// Smallest value allowed, for a masked or estimated one.
    #[schema(value_type = Option<f64>)]
    lower: Option<Number>,
    /// Largest value allowed.
    #[schema(value_type = Option<f64>)]
    upper: Option<Number>,
    /// `exact`, `masked`, `rounded`, `noised`, `estimate`, `measure` or `absent`.
    status: &'static str,
    /// Why a value is absent.
    reason: Option<&'static str>,
}

/// A dimension of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DimensionLine {
    /// Name.
    id: String,
    /// Code list and version.
    list: String,
    /// `disjoint`: each unit stands under one code; `overlapping`: no sums.
    members: &'static str,
}

/// A table.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableLines {
    /// Name of the table.
    table: String,
    /// Filters that were applied.
    filters: std::collections::BTreeMap<String, String>,
    /// Dimensions of the rows.
    dimensions: Vec<DimensionLine>,
    /// Cells that are filled.
    rows: Vec<RowLine>,
    /// Where they come from.
    provenance: Provenance,
}

impl TableLines {
    pub(crate) fn new(
        released: &Released<Table>,
        filters: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let table = released.value();
        let ids: Vec<&str> = table
            .dimensions()
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        Self {
            table: table.id.clone(),
            filters: filters.into_iter().collect(),
            dimensions: dimensions(table),
            rows: table
                .iter()
                .map(|(codes, cell)| row(&ids, &codes, cell))
                .collect(),
            provenance: Provenance::of_table(released),
        }
    }
}

/// The dimensions of a table.
pub(crate) fn dimensions(table: &Table) -> Vec<DimensionLine> {
    let line = |one: &terms::table::Dimension| DimensionLine {
        id: one.id.clone(),
        list: one.list.clone(),
        members: match one.members {
            Members::Disjoint => "disjoint",
            Members::Overlapping => "overlapping",
        },
    };
    table.dimensions().iter().map(line).collect()
}

fn row(ids: &[&str], codes: &[&str], cell: &Cell) -> RowLine {
    let pairs = ids.iter().zip(codes);
    let (value, lower, upper) = match cell {
        Cell::Exact(count) => (Some((*count).into()), None, None),
        // Bounds that coincide would tell the count.
        Cell::Masked { lower, upper } if lower >= upper => (None, None, None),
        Cell::Masked { lower, upper } => (None, Some((*lower).into()), Some((*upper).into())),
        Cell::Rounded { value, .. } => (Some((*value).into()), None, None),
        Cell::Noised { value, .. } => (Some((*value).into()), None, None),
        Cell::Estimate {
            point,
            lower,
            upper,
            ..
        } => (
            Number::from_f64(*point),
            Number::from_f64(*lower),
            Number::from_f64(*upper),
        ),
        Cell::Measure { value, .. } => (Number::from_f64(*value), None, None),
        Cell::Absent(_) => (None, None, None),
    };
    RowLine {
        codes: pairs
            .map(|(id, code)| ((*id).to_owned(), (*code).to_owned()))
            .collect(),
        value,
        lower,
        upper,
        status: cell.status(),
        reason: match cell {
            Cell::Absent(why) => Some(why.code()),
            _ => None,
        },
    }
}

/// One imported table of the node.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableSummary {
    /// Name, for the address.
    pub(crate) id: String,
    /// Number of cells.
    pub(crate) cells: usize,
    /// Its dimensions.
    pub(crate) dimensions: Vec<DimensionLine>,
    /// Where it comes from.
    pub(crate) provenance: Provenance,
}

/// The imported tables of the node.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TableList {
    /// The tables; may be empty.
    pub(crate) tables: Vec<TableSummary>,
}

/// What deposits are sealed to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DepositKey {
    /// The node, which the seal is tied to: the associated data is `palermo/deposit/1`, a zero byte
    /// and the node's 16 bytes; the info is `palermo/deposit/1`.
    pub(crate) node: String,
    /// The public key, 32 bytes in hexadecimal. It changes when a dossier is erased.
    pub(crate) public: String,
    /// How to seal, in the words of RFC 9180.
    pub(crate) algorithm: String,
}

/// A sealed deposit as it goes over the wire: bytes, never text or JSON.
pub(crate) enum Sealed {}

impl PartialSchema for Sealed {
    fn schema() -> RefOr<Schema> {
        let bytes = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        bytes.into()
    }
}

impl ToSchema for Sealed {}

/// The code of a treaty, as an address spells it.
pub(crate) enum TreatyCode {}

impl PartialSchema for TreatyCode {
    fn schema() -> RefOr<Schema> {
        closed(Treaty::ALL.map(Treaty::code))
    }
}

impl ToSchema for TreatyCode {}

/// A list that a text can be resolved to.
pub(crate) enum ListCode {}

impl PartialSchema for ListCode {
    fn schema() -> RefOr<Schema> {
        closed(LISTS)
    }
}

impl ToSchema for ListCode {}

/// A day as a field of an address. A blank one, as a form sends it, was not given.
pub(crate) enum Day {}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let day = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
        let blank = text().pattern(Some(r"^\s*$"));
        let either = AnyOfBuilder::new().item(day).item(blank);
        Schema::from(either.build()).into()
    }
}

impl ToSchema for Day {}

/// A text that is one of a closed list.
fn closed<const N: usize>(codes: [&'static str; N]) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.enum_values(Some(codes)).into()
}

/// A deposit that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Taken {
    /// Always true: it is durable.
    pub(crate) taken: bool,
}

/// What a text was resolved to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Resolved {
    /// The text as it was given.
    pub(crate) text: String,
    /// `exact`, `alias`, `demonym`, `suggested`, `former_state` or `refused`.
    pub(crate) status: String,
    /// ISO 3166-1 alpha-3, when there is one.
    pub(crate) code: Option<String>,
    /// Why it was refused, from a closed list.
    pub(crate) reason: Option<String>,
    /// What a reader must know of it.
    pub(crate) note: Option<String>,
    /// Edits between the text and what is suggested.
    pub(crate) distance: Option<u8>,
    /// Other codes that the text could mean.
    pub(crate) alternatives: Vec<String>,
}

/// A refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    pub(crate) error: ErrorLine,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorLine {
    /// Stable code.
    #[schema(examples("not_a_date"))]
    pub(crate) code: String,
    /// One sentence in English; may change.
    pub(crate) message: String,
    /// The field of the request.
    pub(crate) field: Option<String>,
    /// What was found.
    pub(crate) found: Option<String>,
    /// What is allowed.
    pub(crate) allowed: Vec<String>,
}
