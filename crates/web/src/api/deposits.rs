//! Handing in: what is sealed to the node's key on the sender's own device goes into its journal,
//! whether the node is locked or not. Nothing in it is opened here, and who hands in is not asked.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use office::{Office, OfficeError};

use crate::fields::Fields;
use crate::problem::{Kind, Problem};
use crate::site::Site;
use crate::wire::{DepositKey, ErrorBody, Sealed, Taken};

/// Longest deposit, in bytes. The office has the last word; a longer body is not read to its end.
pub(crate) const BYTES_MAX: usize = 16 << 20;
/// The kind of body that is taken.
const KIND: &str = "application/octet-stream";
/// How deposits are sealed, in the words of RFC 9180.
const ALGORITHM: &str = "hpke-base-dhkem-x25519-hkdf-sha256-chacha20poly1305";

/// What deposits are sealed to.
#[utoipa::path(
    get,
    path = "/api/v1/deposit-key",
    tag = "deposits",
    responses(
        (status = 200, description = "The node and its public key", body = DepositKey),
        (status = 400, description = "A field is not known", body = ErrorBody),
        (status = 404, description = "The node keeps no records", body = ErrorBody),
    )
)]
pub(crate) async fn key(
    OriginalUri(uri): OriginalUri,
    State(site): State<Arc<Site>>,
) -> Result<Json<DepositKey>, Problem> {
    Fields::read(&uri, &[])?;
    let office = office(&site)?;
    let key = ask(move || office.deposit_key()).await?;
    let public = key.public.to_bytes();
    Ok(Json(DepositKey {
        node: key.node.to_string(),
        public: public.iter().map(|byte| format!("{byte:02x}")).collect(),
        algorithm: ALGORITHM.to_owned(),
    }))
}

/// Hands in what was sealed to that key. The answer comes when it is durable.
///
/// The body is the first 8 bytes of the public key and then what HPKE gives: a version byte 1, the
/// encapsulated key of 32 bytes, the ciphertext and the tag. `palermo record enter --deposit`
/// writes it.
#[utoipa::path(
    post,
    path = "/api/v1/deposits",
    tag = "deposits",
    request_body(
        content = Sealed,
        description = "The sealed bytes, 121 to 16,777,216",
        content_type = "application/octet-stream"
    ),
    responses(
        (status = 201, description = "It is kept", body = Taken),
        (status = 400, description = "A field is not known", body = ErrorBody),
        (status = 404, description = "The node keeps no records", body = ErrorBody),
        (status = 409, description = "`deposit_key_changed`: seal it again to the node's key of \
            now", body = ErrorBody),
        (status = 413, description = "`deposit_too_long`", body = ErrorBody),
        (status = 415, description = "`media_type`: not application/octet-stream",
            body = ErrorBody),
        (status = 422, description = "`deposit_unfit`: too short to be one", body = ErrorBody),
        (status = 503, description = "`not_kept`: the node cannot write now; keep it and try \
            again", body = ErrorBody),
    )
)]
pub(crate) async fn take(
    OriginalUri(uri): OriginalUri,
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    Fields::read(&uri, &[])?;
    let office = office(&site)?;
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some(KIND) {
        return Err(Problem::of(Kind::MediaType, "content-type", kind).allowing([KIND]));
    }
    let sealed = to_bytes(body, BYTES_MAX).await.map_err(|_| too_long())?;
    ask(move || office.deposit(sealed.into())).await?;
    Ok((StatusCode::CREATED, Json(Taken { taken: true })))
}

fn office(site: &Site) -> Result<Arc<Office>, Problem> {
    let office = site.office.as_ref();
    office
        .cloned()
        .ok_or_else(|| Problem::new(Kind::VaultMissing))
}

fn too_long() -> Problem {
    Problem::new(Kind::DepositTooLong).allowing([BYTES_MAX.to_string()])
}

/// Asks the office, which waits for the disk, away from the threads that serve others.
async fn ask<T: Send + 'static>(
    question: impl FnOnce() -> Result<T, OfficeError> + Send + 'static,
) -> Result<T, Problem> {
    let answered = tokio::task::spawn_blocking(question).await;
    let answer = answered.map_err(|_| Problem::new(Kind::Internal))?;
    answer.map_err(|error| match error {
        OfficeError::DepositKeyChanged => Problem::new(Kind::DepositKeyChanged),
        OfficeError::DepositUnfit { found, .. } if found > BYTES_MAX => too_long(),
        OfficeError::DepositUnfit { found, allowed } => {
            Problem::of(Kind::DepositUnfit, "", &found.to_string()).allowing([allowed])
        }
        error => {
            tracing::error!(code = error.code(), "a deposit could not be kept");
            Problem::new(Kind::NotKept)
        }
    })
}
