//! What functions that have returned left on the stack.

use zeroize::Zeroize;

/// How deep it is wiped, in bytes: several times what the ciphers here use.
const DEPTH: usize = 96 * 1024;

/// Overwrites the stack below the caller's frame, where the functions that it has called kept their
/// variables: temporary copies of keys, the inner states of ciphers. To be called where a keyring
/// was opened, changed or locked; the thread must have 128 KiB of stack left.
#[inline(never)]
pub fn wipe_stack() {
    let mut below = [0_u8; DEPTH];
    // Written so that it cannot be left out.
    below.zeroize();
    std::hint::black_box(&below);
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_thread_with_little_stack_stands_it() {
        let thread = std::thread::Builder::new().stack_size(256 * 1024);
        let thread = thread.spawn(super::wipe_stack).expect("a thread");
        thread.join().expect("it came back");
    }
}
