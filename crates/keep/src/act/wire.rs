//! How identifiers and codes of the domain stand in CBOR.

use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};
use terms::id::{
    AgencyId, ConsentId, CredentialId, DossierId, DraftId, ErasureId, ExportId, FigureId, GlassId,
    HoldId, ImportId, MatterId, NodeId, PublicationId, RecordId, ResetId, SessionId, StaffId,
};

use super::ActError;

pub(crate) fn to_vec<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory does not fail, and no encoder here refuses")
}

pub(crate) fn from_slice<'b, T: Decode<'b, ()>>(kind: u16, bytes: &'b [u8]) -> Result<T, ActError> {
    minicbor::decode(bytes).map_err(|error| ActError::Malformed {
        kind,
        reason: error.to_string(),
    })
}

/// An identifier is 16 bytes.
pub(super) trait Identifier: Sized + Copy {
    fn raw(self) -> [u8; 16];
    fn of(raw: [u8; 16]) -> Self;
}

macro_rules! identifiers {
    ($($name:ident)*) => {$(
        impl Identifier for $name {
            fn raw(self) -> [u8; 16] {
                self.0
            }
            fn of(raw: [u8; 16]) -> Self {
                Self(raw)
            }
        }
    )*};
}

identifiers! {
    AgencyId ConsentId CredentialId DossierId DraftId ErasureId ExportId FigureId GlassId HoldId
    ImportId MatterId NodeId PublicationId RecordId ResetId SessionId StaffId
}

fn read_id<T: Identifier>(decoder: &mut Decoder<'_>) -> Result<T, DecodeError> {
    let bytes = decoder.bytes()?;
    let raw = bytes
        .try_into()
        .map_err(|_| DecodeError::message("an identifier has not 16 bytes"))?;
    Ok(T::of(raw))
}

pub(super) mod id {
    use super::{DecodeError, Decoder, EncodeError, Encoder, Identifier, Write};

    pub(in crate::act) fn encode<C, T: Identifier, W: Write>(
        value: &T,
        encoder: &mut Encoder<W>,
        _context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        encoder.bytes(&value.raw())?.ok()
    }

    pub(in crate::act) fn decode<C, T: Identifier>(
        decoder: &mut Decoder<'_>,
        _context: &mut C,
    ) -> Result<T, DecodeError> {
        super::read_id(decoder)
    }
}

pub(super) mod ids {
    use super::{DecodeError, Decoder, EncodeError, Encoder, Identifier, Write};

    pub(in crate::act) fn encode<C, T: Identifier, W: Write>(
        values: &[T],
        encoder: &mut Encoder<W>,
        _context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        encoder.array(values.len() as u64)?;
        for value in values {
            encoder.bytes(&value.raw())?;
        }
        Ok(())
    }

    pub(in crate::act) fn decode<C, T: Identifier>(
        decoder: &mut Decoder<'_>,
        _context: &mut C,
    ) -> Result<Vec<T>, DecodeError> {
        let count = decoder.array()?;
        let count = count.ok_or_else(|| DecodeError::message("a list of unknown length"))?;
        (0..count).map(|_| super::read_id(decoder)).collect()
    }
}

pub(super) mod maybe_id {
    use minicbor::data::Type;

    use super::{DecodeError, Decoder, EncodeError, Encoder, Identifier, Write};

    pub(in crate::act) fn encode<C, T: Identifier, W: Write>(
        value: &Option<T>,
        encoder: &mut Encoder<W>,
        _context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match value {
            Some(value) => encoder.bytes(&value.raw())?.ok(),
            None => encoder.null()?.ok(),
        }
    }

    pub(in crate::act) fn decode<C, T: Identifier>(
        decoder: &mut Decoder<'_>,
        _context: &mut C,
    ) -> Result<Option<T>, DecodeError> {
        if decoder.datatype()? == Type::Null {
            decoder.null()?;
            return Ok(None);
        }
        super::read_id(decoder).map(Some)
    }
}

/// An identifier that a later version has put at the end: where there is none, nothing is written,
/// as before.
pub(super) mod added_id {
    use super::{DecodeError, Decoder, EncodeError, Encoder, Identifier, Write};

    pub(in crate::act) fn encode<C, T: Identifier, W: Write>(
        value: &Option<T>,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        super::maybe_id::encode(value, encoder, context)
    }

    pub(in crate::act) fn decode<C, T: Identifier>(
        decoder: &mut Decoder<'_>,
        context: &mut C,
    ) -> Result<Option<T>, DecodeError> {
        super::maybe_id::decode(decoder, context)
    }

    pub(in crate::act) fn is_nil<T>(value: &Option<T>) -> bool {
        value.is_none()
    }

    pub(in crate::act) fn nil<T>() -> Option<Option<T>> {
        Some(None)
    }
}

/// A closed list of the domain stands as its code.
pub(super) trait Coded: Sized + Copy {
    fn word(self) -> &'static str;
    fn of_word(word: &str) -> Option<Self>;
}

macro_rules! coded {
    ($($name:path)*) => {$(
        impl Coded for $name {
            fn word(self) -> &'static str {
                self.code()
            }
            fn of_word(word: &str) -> Option<Self> {
                Self::of_code(word)
            }
        }
    )*};
}

coded! {
    evidence::record::Class evidence::record::PersonRole terms::cell::Absence
    terms::table::CountedUnit
}

pub(super) mod code {
    use super::{Coded, DecodeError, Decoder, EncodeError, Encoder, Write};

    pub(in crate::act) fn encode<C, T: Coded, W: Write>(
        value: &T,
        encoder: &mut Encoder<W>,
        _context: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        encoder.str(value.word())?.ok()
    }

    pub(in crate::act) fn decode<C, T: Coded>(
        decoder: &mut Decoder<'_>,
        _context: &mut C,
    ) -> Result<T, DecodeError> {
        let word = decoder.str()?;
        T::of_word(word).ok_or_else(|| DecodeError::message("a code that is not on its list"))
    }
}
