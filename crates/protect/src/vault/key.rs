//! Keys that know what they are for.

use std::fmt;
use std::marker::PhantomData;

use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// A use that a key can be derived for. The list is closed: no other room adds a use.
pub trait Use: closed::Closed {
    /// Its name in the derivation. It never changes, or nothing old opens; it holds no slash, so
    /// that name and label cannot run into each other.
    const NAME: &'static str;
}

mod closed {
    /// Keeps [`super::Use`] to the uses of this module.
    pub trait Closed {}
}

macro_rules! uses {
    ($($(#[$doc:meta])* $vis:vis $name:ident = $text:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        $vis enum $name {}
        impl closed::Closed for $name {}
        impl Use for $name {
            const NAME: &'static str = $text;
        }
    )*};
}

uses! {
    /// The node's own key, from which the keys of its parts are derived. It rests only wrapped
    /// under a passphrase ([`super::Slot`]) or in recovery shares ([`super::split`]).
    pub Root = "root";
    /// One epoch of the keyring: an erasure starts a new one without the erased key.
    pub Epoch = "epoch";
    /// The journal's acts.
    pub Journal = "journal";
    /// One dossier: one person in one role in one agency's custody. Erasing it erases the person.
    pub Dossier = "dossier";
    /// The views rebuilt from the journal (page encryption).
    pub Views = "views";
    /// The index of the columns that figures are counted from; the keys of their files are in it.
    pub Columns = "columns";
    /// Keyed digests of source records ([`super::fingerprint()`]).
    pub Fingerprint = "fingerprint";
    /// Attachments.
    pub Blob = "blob";
    /// The check value inside recovery shares.
    pub(super) Check = "check";
}

/// 32 secret bytes for one use.
///
/// They lie on the heap, at one place for as long as the key lives: a key that is moved leaves no
/// copy behind on the stack.
///
/// The use is part of the type, so that a key for one use cannot be passed for another. A key is
/// wiped when it is dropped, its debug form shows nothing, and it is neither `Clone` nor `Eq`:
///
/// ```compile_fail
/// use protect::vault::{Journal, Key, Root};
/// fn takes(_: &Key<Journal>) {}
/// fn gives(root: &Key<Root>) {
///     takes(root);
/// }
/// ```
/// ```compile_fail
/// fn copies(key: &protect::vault::Key<protect::vault::Root>) {
///     let _ = <protect::vault::Key<protect::vault::Root> as Clone>::clone(key);
/// }
/// ```
pub struct Key<U> {
    bytes: Box<Zeroizing<[u8; 32]>>,
    use_: PhantomData<fn() -> U>,
}

impl<U> Key<U> {
    /// A fresh key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self::filled(|bytes| rng.fill_bytes(bytes))
    }

    /// A key from bytes that came out of [`Key::random`] or [`Key::derive`] and were sealed since.
    /// Nothing less than 32 random bytes may be given: no passphrase, no name.
    #[must_use]
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self::filled(|place| place.copy_from_slice(bytes.as_ref()))
    }

    /// A key whose bytes are written where they stay.
    fn filled(fill: impl FnOnce(&mut [u8; 32])) -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        fill(&mut bytes);
        Self {
            bytes,
            use_: PhantomData,
        }
    }

    /// The secret bytes. For the keyring, which seals them under another key, and for page
    /// encryption of the views, which wants them raw; for nothing else.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The key for the use `V` that belongs to this key and this label. The same three always
    /// give the same key; from the derived key nothing is learnt about this one or its others.
    ///
    /// HKDF-SHA256 (RFC 5869) without salt, as its section 3.1 allows for a key that is uniformly
    /// random already; info is `palermo/`, the name of `V`, `/` and the label.
    #[must_use]
    pub fn derive<V: Use>(&self, label: &str) -> Key<V> {
        let info = [b"palermo/", V::NAME.as_bytes(), b"/", label.as_bytes()];
        Key::filled(|bytes| {
            Hkdf::<Sha256>::new(None, self.expose_bytes())
                .expand_multi_info(&info, bytes)
                .expect("32 bytes are within the 8,160 that HKDF-SHA256 gives");
        })
    }
}

impl<U> fmt::Debug for Key<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{TestRng, unhex};
    use super::*;

    #[test]
    fn rfc_5869_a_1() {
        let info = unhex("f0f1f2f3f4f5f6f7f8f9");
        let mut out = [0; 42];
        Hkdf::<Sha256>::new(Some(&unhex("000102030405060708090a0b0c")), &[0x0b; 22])
            .expand(&info, &mut out)
            .unwrap();
        let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf\
                        34007208d5b887185865";
        assert_eq!(out.as_slice(), unhex(expected));
    }

    #[test]
    fn rfc_5869_a_3_has_no_salt() {
        let mut out = [0; 42];
        Hkdf::<Sha256>::new(None, &[0x0b; 22])
            .expand(b"", &mut out)
            .unwrap();
        let expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d\
                        9d201395faa4b61a96c8";
        assert_eq!(out.as_slice(), unhex(expected));
    }

    #[test]
    fn derivation_is_hkdf_over_the_documented_info() {
        let root = Key::<Root>::random(&mut TestRng::new(1));
        let mut expected = [0; 32];
        Hkdf::<Sha256>::new(None, root.expose_bytes())
            .expand(b"palermo/journal/acts", &mut expected)
            .unwrap();
        assert_eq!(root.derive::<Journal>("acts").expose_bytes(), &expected);
    }

    #[test]
    fn use_label_and_parent_each_change_the_derived_key() {
        let mut rng = TestRng::new(2);
        let (one, two) = (Key::<Root>::random(&mut rng), Key::<Root>::random(&mut rng));
        let keys = [
            *one.derive::<Journal>("a").expose_bytes(),
            *one.derive::<Journal>("b").expose_bytes(),
            *one.derive::<Views>("a").expose_bytes(),
            *one.derive::<Blob>("a").expose_bytes(),
            *one.derive::<Epoch>("a").expose_bytes(),
            *one.derive::<Fingerprint>("a").expose_bytes(),
            *one.derive::<Dossier>("a").expose_bytes(),
            *one.derive::<Columns>("a").expose_bytes(),
            *one.derive::<Check>("a").expose_bytes(),
            *two.derive::<Journal>("a").expose_bytes(),
            *one.expose_bytes(),
        ];
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
        assert_eq!(
            keys[0],
            *one.derive::<Journal>("a").expose_bytes(),
            "the same again"
        );
    }

    #[test]
    fn no_name_of_a_use_holds_a_slash() {
        for name in [
            Root::NAME,
            Epoch::NAME,
            Journal::NAME,
            Dossier::NAME,
            Views::NAME,
            Fingerprint::NAME,
            Blob::NAME,
            Columns::NAME,
            Check::NAME,
        ] {
            assert!(
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()),
                "{name}"
            );
        }
    }

    #[test]
    fn the_debug_form_shows_nothing() {
        let key = Key::<Root>::random(&mut TestRng::new(3));
        assert_eq!(format!("{key:?}"), "Key");
    }
}
