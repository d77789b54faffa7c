//! A batch, its hash, and the head that it makes.

use std::fmt;

use sha2::{Digest, Sha256};

use super::error::JournalError;

/// An act as it is stored: an envelope that only the node's key opens.
pub type SealedAct = Vec<u8>;

/// SHA-256 of stored bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands before the first batch.
    pub const NONE: Self = Self([0; 32]);

    /// A hash from stored bytes, if there are 32.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One life of a node. A node restored from a backup starts the next one, so that whoever kept a
/// head of the life before sees that the two histories part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incarnation {
    /// 1 for a new node, one more at each restore.
    pub number: u32,
    /// Random, so that two restores of one backup differ.
    pub id: [u8; 16],
}

/// Acts that became durable together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Counted from 1.
    pub number: u64,
    /// Hash of the batch before; [`Hash::NONE`] for the first.
    pub previous: Hash,
    /// The life of the node that wrote it.
    pub incarnation: Incarnation,
    /// Number of its first act; acts are counted from 1 through all batches.
    pub first_act: u64,
    /// The acts, one at least.
    pub acts: Vec<SealedAct>,
}

/// The end of a journal: what the next batch must follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the last batch; 0 when there is none.
    pub batch: u64,
    /// How many acts there are.
    pub acts: u64,
    /// Hash of the last batch.
    pub hash: Hash,
    /// The life that wrote it; none when there is no batch.
    pub incarnation: Option<Incarnation>,
}

impl Head {
    /// The head of an empty journal.
    pub const EMPTY: Self = Self {
        batch: 0,
        acts: 0,
        hash: Hash::NONE,
        incarnation: None,
    };

    /// The batch of `acts` that would follow.
    #[must_use]
    pub fn next(&self, incarnation: Incarnation, acts: Vec<SealedAct>) -> Batch {
        Batch {
            number: self.batch + 1,
            previous: self.hash,
            incarnation,
            first_act: self.acts + 1,
            acts,
        }
    }

    /// The head after `batch`.
    ///
    /// # Errors
    /// When the batch does not follow: another number, another hash before it, acts counted
    /// otherwise, none at all, or a life that is over.
    pub fn follow(&self, batch: &Batch) -> Result<Self, JournalError> {
        let broken = |what: &str| JournalError::Broken {
            batch: batch.number,
            what: what.to_owned(),
        };
        if batch.number != self.batch + 1 {
            return Err(broken("its number does not follow"));
        }
        if batch.previous != self.hash {
            return Err(broken("it names another batch before it"));
        }
        if batch.first_act != self.acts + 1 {
            return Err(broken("its acts are counted otherwise"));
        }
        if batch.acts.is_empty() {
            return Err(broken("it holds no act"));
        }
        if let Some(before) = self.incarnation {
            let same = batch.incarnation == before;
            if !same && batch.incarnation.number != before.number + 1 {
                return Err(broken("its incarnation does not follow"));
            }
        }
        Ok(Self {
            batch: batch.number,
            acts: self.acts + batch.acts.len() as u64,
            hash: batch.hash(),
            incarnation: Some(batch.incarnation),
        })
    }
}

impl Batch {
    /// Root of the Merkle tree over the acts, as RFC 9162 section 2.1.1 defines it for SHA-256.
    #[must_use]
    pub fn root(&self) -> Hash {
        let leaves: Vec<Hash> = self.acts.iter().map(|act| leaf(act)).collect();
        tree(&leaves)
    }

    /// SHA-256 over the header: a label, number, hash before, incarnation, first act, count, root;
    /// numbers as 64-bit big-endian.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"palermo/batch/1\0");
        hasher.update(self.number.to_be_bytes());
        hasher.update(self.previous.0);
        hasher.update(u64::from(self.incarnation.number).to_be_bytes());
        hasher.update(self.incarnation.id);
        hasher.update(self.first_act.to_be_bytes());
        hasher.update((self.acts.len() as u64).to_be_bytes());
        hasher.update(self.root().0);
        Hash(hasher.finalize().into())
    }
}

fn leaf(act: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(act);
    Hash(hasher.finalize().into())
}

fn tree(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash(Sha256::digest(b"").into()),
        [one] => *one,
        many => {
            // The largest power of two below the count.
            let middle = many.len().next_power_of_two() / 2;
            let (left, right) = many.split_at(middle);
            let mut hasher = Sha256::new();
            hasher.update([1]);
            hasher.update(tree(left).0);
            hasher.update(tree(right).0);
            Hash(hasher.finalize().into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Incarnation = Incarnation {
        number: 1,
        id: [7; 16],
    };

    fn batch_of(acts: &[&[u8]]) -> Batch {
        Head::EMPTY.next(LIFE, acts.iter().map(|act| act.to_vec()).collect())
    }

    /// The tree of the Certificate Transparency test suite (RFC 9162's construction, leaves as in
    /// the suite of RFC 6962's reference implementation).
    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (count, root) in (1..).zip(roots) {
            assert_eq!(batch_of(&leaves[..count]).root().to_string(), root);
        }
    }

    #[test]
    fn every_part_of_the_header_changes_the_hash() {
        let batch = batch_of(&[b"one", b"two"]);
        let mut others = vec![batch.clone(); 6];
        others[0].number = 2;
        others[1].previous = Hash([1; 32]);
        others[2].incarnation.number = 2;
        others[3].incarnation.id = [8; 16];
        others[4].first_act = 2;
        others[5].acts.swap(0, 1);
        for other in others {
            assert_ne!(other.hash(), batch.hash(), "{other:?}");
        }
    }

    #[test]
    fn a_batch_that_does_not_follow_is_refused() {
        let head = Head::EMPTY.follow(&batch_of(&[b"one"])).expect("first");
        let good = head.next(LIFE, vec![b"two".to_vec()]);
        assert_eq!(head.follow(&good).expect("second").acts, 2);
        let later = Incarnation {
            number: 2,
            id: [9; 16],
        };
        head.follow(&head.next(later, vec![b"two".to_vec()]))
            .expect("the next life");
        let mut bad = vec![good; 6];
        bad[0].number = 3;
        bad[1].previous = Hash::NONE;
        bad[2].first_act = 3;
        bad[3].acts.clear();
        bad[4].incarnation.id = [8; 16];
        bad[5].incarnation.number = 3;
        for batch in bad {
            assert!(head.follow(&batch).is_err(), "{batch:?}");
        }
    }
}
