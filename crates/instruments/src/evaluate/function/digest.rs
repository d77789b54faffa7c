//! Digests and Base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{Answered, Call};

pub(super) fn call(call: &Call<'_>) -> Answered {
    let text = match (call.name, call.count()) {
        ("digest", 2 | 3) => {
            let data = call.text(0)?;
            let data = data.as_bytes();
            let algorithm = call.text(1)?;
            let bytes = match algorithm.as_str() {
                "MD5" => Md5::digest(data).to_vec(),
                "SHA-1" => Sha1::digest(data).to_vec(),
                "SHA-256" => Sha256::digest(data).to_vec(),
                "SHA-384" => Sha384::digest(data).to_vec(),
                "SHA-512" => Sha512::digest(data).to_vec(),
                other => return Err(call.wrong(format!("the algorithm {other} is not known"))),
            };
            let encoding = if call.count() == 3 {
                call.text(2)?
            } else {
                "base64".to_owned()
            };
            match encoding.as_str() {
                "base64" => STANDARD.encode(bytes),
                "hex" => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
                other => return Err(call.wrong(format!("the encoding {other} is not known"))),
            }
        }
        ("base64-decode", 1) => {
            let text: String = call.text(0)?.split_whitespace().collect();
            let bytes = STANDARD.decode(text).map_err(|error| call.wrong(error))?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        _ => return Ok(None),
    };
    Ok(Some(text.into()))
}
