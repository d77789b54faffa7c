//! Acts about the node's own lists.

use evidence::record::PersonRole;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::act::wire;

/// Somebody had it estimated how many persons are on none of the node's own lists. Closed: the
/// reason, under their own key. It says what was counted by what and how, and a keyed digest by
/// which the same counts are known again; the counts themselves stand nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ListsEstimated {
    /// The concept whose codes are the lists.
    #[n(0)]
    pub concept: String,
    /// In what role the dossiers are about the persons.
    #[cbor(n(1), with = "wire::code")]
    pub role: PersonRole,
    /// The codes of each list, in order.
    #[n(2)]
    pub lists: Vec<Vec<String>>,
    /// Method and settings: name and value.
    #[n(3)]
    pub settings: Vec<(String, String)>,
    /// Keyed digest of concept, role, lists and counts.
    #[n(4)]
    pub digest: ByteArray<32>,
}
