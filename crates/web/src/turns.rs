//! Turns at what is dear: a password's derivation takes much memory on purpose, so only a few go
//! on at one time, some wait, and whoever comes to a full queue is told so at once.

use std::sync::{Condvar, Mutex, PoisonError};

/// How many go on at one time, and how many may wait.
pub(crate) struct Turns {
    at_once: usize,
    waiting: usize,
    /// Those who go on, and those who wait.
    there: Mutex<(usize, usize)>,
    freed: Condvar,
}

/// One turn; it ends when this is dropped.
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    /// Nobody yet.
    pub(crate) fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            at_once,
            waiting,
            there: Mutex::new((0, 0)),
            freed: Condvar::new(),
        }
    }

    /// A turn, maybe after waiting for it; none if too many wait already. It blocks the thread.
    pub(crate) fn take(&self) -> Option<Turn<'_>> {
        let mut there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        if there.0 >= self.at_once {
            if there.1 >= self.waiting {
                return None;
            }
            there.1 += 1;
            while there.0 >= self.at_once {
                let woken = self.freed.wait(there);
                there = woken.unwrap_or_else(PoisonError::into_inner);
            }
            there.1 -= 1;
        }
        there.0 += 1;
        Some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let there = self.0.there.lock();
        there.unwrap_or_else(PoisonError::into_inner).0 -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_few_go_on_some_wait_and_nobody_else_does() {
        let turns = Turns::new(2, 1);
        let (first, second) = (turns.take(), turns.take());
        assert!(first.is_some() && second.is_some());
        std::thread::scope(|scope| {
            let third = scope.spawn(|| turns.take().is_some());
            while turns.there.lock().expect("whole").1 == 0 {
                std::thread::yield_now();
            }
            assert!(turns.take().is_none(), "the queue is full");
            drop(first);
            assert!(third.join().expect("it ends"));
        });
        drop(second);
        assert_eq!(*turns.there.lock().expect("whole"), (0, 0));
    }

    #[test]
    fn never_more_than_are_let_go_on_at_one_time() {
        let turns = Turns::new(3, 100);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    let turn = turns.take().expect("there is room to wait");
                    let there = now.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(there, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(1, Ordering::SeqCst);
                    drop(turn);
                });
            }
        });
        assert!((1..=3).contains(&most.load(Ordering::SeqCst)));
    }
}
