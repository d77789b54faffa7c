//! Hashing while reading.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// A reader that hashes and counts what passes through it.
#[derive(Debug)]
pub(crate) struct Digesting<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Digesting<R> {
    /// Hashes what is read from `inner`.
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    /// Bytes that have passed.
    pub(crate) const fn passed(&self) -> u64 {
        self.bytes
    }

    /// Reads to the end, keeping nothing.
    pub(crate) fn drain(&mut self) -> io::Result<()> {
        io::copy(self, &mut io::sink()).map(|_| ())
    }

    /// SHA-256 of all bytes that have passed, in lower-case hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        let bytes = self.hash.clone().finalize();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}
