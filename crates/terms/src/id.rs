//! Typed identifiers: random, and of one kind each, so that a dossier cannot be taken for a person
//! who works here.
//!
//! An identifier tells nothing: it is 128 random bits, made by whoever has random numbers. In text
//! it carries its kind, as `dossier-0f...`; reading takes it with or without.

use std::fmt;
use std::str::FromStr;

/// A text that is no identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("id_unknown: “{found}” is no {kind}; allowed: {kind}- and 32 digits from 0 to f")]
pub struct InvalidId {
    /// What was found.
    pub found: String,
    /// What kind was asked for.
    pub kind: &'static str,
}

fn read(text: &str, kind: &'static str) -> Result<[u8; 16], InvalidId> {
    let invalid = || InvalidId {
        found: text.to_owned(),
        kind,
    };
    let digits = text.trim();
    let digits = digits
        .strip_prefix(kind)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(digits);
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(invalid());
    }
    let number = u128::from_str_radix(digits, 16).map_err(|_| invalid())?;
    Ok(number.to_be_bytes())
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// The word that stands before the digits.
            pub const KIND: &'static str = $kind;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-{:032x}", $kind, u128::from_be_bytes(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                read(text, $kind).map(Self)
            }
        }
    )*};
}

identifiers! {
    /// A node.
    NodeId = "node";
    /// An agency that has custody of dossiers.
    AgencyId = "agency";
    /// Somebody who works with the system.
    StaffId = "staff";
    /// What one agency keeps on one person in one role.
    DossierId = "dossier";
    /// One filled form, or one row of an import, in a dossier.
    RecordId = "record";
    /// A request to erase a dossier.
    ErasureId = "erasure";
    /// A legal hold on a dossier.
    HoldId = "hold";
    /// A count that was kept so that it can be counted again.
    FigureId = "figure";
    /// A file of records brought in as one.
    ImportId = "import";
    /// One signing in, until it ends: half of the digest of a token that only the browser has.
    SessionId = "session";
    /// What somebody shows that it is they: a password, a device, a passkey.
    CredentialId = "credential";
    /// A request that somebody's credentials be set anew.
    ResetId = "reset";
    /// An emergency opening of a dossier.
    GlassId = "glass";
    /// That a person agreed to something.
    ConsentId = "consent";
    /// A request to take a dossier out of the node.
    ExportId = "export";
    /// Something that a person concerned has asked for.
    MatterId = "matter";
    /// A counted table that was brought in and is sealed until something of it is released.
    DraftId = "draft";
    /// A publication of somebody else that was listed, so that releases are held against it.
    PublicationId = "publication";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_with_and_without_its_kind() {
        let dossier = DossierId([0x0f; 16]);
        let text = dossier.to_string();
        assert_eq!(text, "dossier-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f");
        assert_eq!(text.parse(), Ok(dossier));
        assert_eq!(text["dossier-".len()..].parse(), Ok(dossier));
        assert_eq!(
            DossierId([0; 16]).to_string().parse(),
            Ok(DossierId([0; 16]))
        );
    }

    #[test]
    fn another_kind_and_other_lengths_are_refused() {
        let staff = StaffId([1; 16]).to_string();
        for text in [
            staff.as_str(),
            "",
            "dossier-",
            "0f",
            "+0000000000000000000000000000000f",
        ] {
            let error = text.parse::<DossierId>().expect_err(text);
            assert_eq!(error.kind, "dossier");
            assert_eq!(error.found, text);
        }
    }
}
