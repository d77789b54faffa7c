//! What was begun by a browser and waits for its answer: held in memory, for a short time and for
//! one use.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use protect::credential::SessionId;

/// Answers that are waited for at one time; the one that was begun first gives way.
const HELD_MAX: usize = 2_000;

/// What waits, one for a browser. Times are those of [`Hall::now`](crate::limits::Hall::now).
pub(crate) struct Pending<T> {
    keep: Duration,
    most: usize,
    held: Mutex<HashMap<SessionId, (Duration, T)>>,
}

impl<T> Pending<T> {
    /// Nothing yet; each is kept for `keep`.
    pub(crate) fn new(keep: Duration) -> Self {
        Self::at_most(HELD_MAX, keep)
    }

    /// Nothing yet; at most so many wait at one time.
    pub(crate) fn at_most(most: usize, keep: Duration) -> Self {
        let held = Mutex::new(HashMap::new());
        Self { keep, most, held }
    }

    /// Holds what this browser has begun, in place of what it had begun before.
    pub(crate) fn put(&self, browser: SessionId, begun: T, now: Duration) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= self.most && !held.contains_key(&browser) {
            held.retain(|_, (since, _)| *since + self.keep > now);
            let first = held.iter().min_by_key(|(_, (since, _))| *since);
            let first = first.map(|(browser, _)| *browser);
            if let Some(first) = first.filter(|_| held.len() >= self.most) {
                held.remove(&first);
            }
        }
        held.insert(browser, (now, begun));
    }

    /// Lets go of what is too old.
    pub(crate) fn tidy(&self, now: Duration) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, (since, _)| *since + self.keep > now);
    }

    /// Lets go of everything.
    pub(crate) fn forget(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clear();
    }

    /// Gives back what this browser has begun, once, unless it is too old.
    pub(crate) fn take(&self, browser: SessionId, now: Duration) -> Option<T> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, begun) = held.remove(&browser)?;
        (since + self.keep > now).then_some(begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(number: usize) -> SessionId {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        SessionId::from_bytes(bytes)
    }

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_was_begun_is_given_back_once_to_its_browser_in_time() {
        let pending = Pending::new(at(300));
        pending.put(browser(1), "one", at(0));
        assert_eq!(pending.take(browser(2), at(1)), None);
        assert_eq!(pending.take(browser(1), at(299)), Some("one"));
        assert_eq!(pending.take(browser(1), at(299)), None);
        pending.put(browser(1), "late", at(0));
        assert_eq!(pending.take(browser(1), at(300)), None);
        pending.put(browser(1), "first", at(0));
        pending.put(browser(1), "second", at(1));
        assert_eq!(pending.take(browser(1), at(2)), Some("second"));
    }

    #[test]
    fn what_is_too_old_is_let_go_and_everything_when_asked() {
        let pending = Pending::new(at(300));
        pending.put(browser(1), "old", at(0));
        pending.put(browser(2), "new", at(200));
        pending.tidy(at(300));
        assert_eq!(pending.held.lock().expect("held").len(), 1);
        assert_eq!(pending.take(browser(2), at(300)), Some("new"));
        pending.put(browser(3), "any", at(300));
        pending.forget();
        assert_eq!(pending.take(browser(3), at(300)), None);
    }

    #[test]
    fn what_waits_is_bounded() {
        let pending = Pending::new(at(9_000));
        for number in 0..=HELD_MAX {
            pending.put(
                browser(number),
                number,
                at(1) * u32::try_from(number).expect("few"),
            );
        }
        assert_eq!(pending.take(browser(0), at(2_000)), None);
        assert_eq!(pending.take(browser(1), at(2_000)), Some(1));
    }
}
