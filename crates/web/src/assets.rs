//! The style sheet, the icon and the script of passkeys, served from this origin under names that
//! carry their own hash.

use std::sync::OnceLock;

use axum::extract::OriginalUri;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::problem::{Kind, Problem};

/// One file that pages refer to.
pub(crate) struct Asset {
    /// Its address, with the hash in its name.
    pub(crate) path: String,
    etag: String,
    kind: &'static str,
    body: &'static str,
}

/// Everything a page loads.
pub(crate) struct Assets {
    /// The one style sheet.
    pub(crate) style: Asset,
    /// The icon of the browser's tab.
    pub(crate) icon: Asset,
    /// The script of passkeys, on the pages that need it.
    pub(crate) passkey: Asset,
}

impl Assets {
    /// The assets, hashed once.
    pub(crate) fn get() -> &'static Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS.get_or_init(|| Self {
            style: Asset::new("palermo", "css", "text/css; charset=utf-8", STYLE),
            icon: Asset::new(
                "mark",
                "svg",
                "image/svg+xml",
                include_str!("../assets/mark.svg"),
            ),
            passkey: Asset::new(
                "passkey",
                "js",
                "text/javascript; charset=utf-8",
                include_str!("../assets/passkey.js"),
            ),
        })
    }
}

/// The file of a name, or that there is none.
pub(crate) async fn show(
    OriginalUri(uri): OriginalUri,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let assets = Assets::get();
    let mut all = [&assets.style, &assets.icon, &assets.passkey].into_iter();
    let found = all.find(|asset| asset.path == uri.path());
    let found = found.ok_or_else(|| Problem::of(Kind::NotFound, "", uri.path()))?;
    Ok(found.serve(&asked))
}

/// The drawings' own sheet first, so that ours has the last word on colours.
const STYLE: &str = concat!(
    include_str!("../../publish/src/publish.css"),
    include_str!("../assets/palermo.css")
);

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, body: &'static str) -> Self {
        let hash = hex(body.as_bytes());
        Self {
            path: format!("/assets/{name}-{hash}.{ending}"),
            etag: format!("\"{hash}\""),
            kind,
            body,
        }
    }

    /// What stands in it, for a page that carries it within.
    pub(crate) const fn body(&self) -> &'static str {
        self.body
    }

    /// The answer: the file, or that the reader has it already.
    pub(crate) fn serve(&self, asked: &HeaderMap) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.kind),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (header::ETAG, self.etag.as_str()),
        ];
        if has(asked, &self.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, self.body).into_response()
    }
}

/// Whether the request says that it holds this version already.
pub(crate) fn has(asked: &HeaderMap, etag: &str) -> bool {
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|held| held.trim().trim_start_matches("W/") == etag.trim_start_matches("W/"))
}

/// The first sixteen hexadecimal digits of a SHA-256.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
