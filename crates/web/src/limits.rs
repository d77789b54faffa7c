//! How often somebody may try to sign in, by the name that is tried and by where it comes from.
//!
//! A limit is a bucket that fills with time (the generic cell rate algorithm, ITU-T I.371): some
//! attempts at once, then one each so many seconds. It is the same for a name that exists and for
//! one that does not, and it is held in memory alone: a process that starts again starts afresh.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use office::passkey::{CEREMONY_SECONDS, Passkeys, Registration};
use sha2::{Digest, Sha256};

use crate::office::entry::{Entering, First};
use crate::office::questionnaires::Kept;
use crate::pending::Pending;
use crate::problem::Problem;
use crate::turns::Turns;
use crate::visitor::{Handed, PublicOrigin};

/// Names or addresses that one limit remembers; the one that is free again soonest gives way.
const HELD_MAX: usize = 20_000;

/// A name or an address, as a limit knows it.
type Key = [u8; 16];

/// Some attempts at once, then one each so long.
#[derive(Debug, Clone, Copy)]
struct Rate {
    at_once: u32,
    each: Duration,
}

/// One limit.
struct Limit {
    rate: Rate,
    /// When each would be as if it had never tried.
    free: HashMap<Key, Duration>,
}

impl Limit {
    fn new(rate: Rate) -> Self {
        let free = HashMap::new();
        Self { rate, free }
    }

    /// How long this one has to wait at `now`; nothing if it may try.
    fn wait(&self, key: &Key, now: Duration) -> Duration {
        let free = self.free.get(key).copied().unwrap_or_default();
        let room = self.rate.each * (self.rate.at_once - 1);
        free.saturating_sub(now).saturating_sub(room)
    }

    /// Counts an attempt.
    fn count(&mut self, key: Key, now: Duration) {
        if self.free.len() >= HELD_MAX && !self.free.contains_key(&key) {
            self.free.retain(|_, free| *free > now);
        }
        if self.free.len() >= HELD_MAX && !self.free.contains_key(&key) {
            let soonest = self.free.iter().min_by_key(|(_, free)| **free);
            if let Some(soonest) = soonest.map(|(key, _)| *key) {
                self.free.remove(&soonest);
            }
        }
        let free = self.free.entry(key).or_default();
        *free = (*free).max(now) + self.rate.each;
    }
}

/// The limits of signing in.
struct Limits {
    by_name: Limit,
    by_address: Limit,
}

impl Limits {
    fn new() -> Self {
        let rate = |at_once, seconds| Rate {
            at_once,
            each: Duration::from_secs(seconds),
        };
        Self {
            by_name: Limit::new(rate(5, 30)),
            by_address: Limit::new(rate(20, 3)),
        }
    }

    fn attempt(&mut self, name: Key, address: Key, now: Duration) -> Result<(), Duration> {
        let by_address = self.by_address.wait(&address, now);
        let wait = self.by_name.wait(&name, now).max(by_address);
        if !wait.is_zero() {
            return Err(wait);
        }
        self.by_name.count(name, now);
        self.by_address.count(address, now);
        Ok(())
    }
}

/// What one process keeps about those who are at its doors.
pub(crate) struct Hall {
    opened: Instant,
    limits: Mutex<Limits>,
    /// Passkeys, where the node's address has a name that they can be bound to.
    pub(crate) passkeys: Option<Passkeys>,
    /// Who was asked for a passkey.
    pub(crate) entering: Pending<Entering>,
    /// Who was asked for a new passkey.
    pub(crate) registering: Pending<Registration>,
    /// Whose one-time code fits, and who sets up a device.
    pub(crate) first: Pending<First>,
    /// What was sent after a session had ended, until somebody has signed in again.
    pub(crate) kept: Pending<Kept>,
    /// Lists of cases that are looked over before they are brought in.
    pub(crate) lists: Pending<Handed>,
    /// Turns at deriving a password.
    pub(crate) turns: Turns,
    /// Turns at unlocking the node.
    pub(crate) unlocking: Turns,
    /// Turns at holding a draft against its audience.
    pub(crate) examining: Turns,
}

/// Passwords that are derived at one time; each takes 64 MiB.
const DERIVED_AT_ONCE: usize = 4;
/// Passwords that wait to be derived.
const DERIVED_LATER: usize = 60;
/// Drafts that wait to be held against their audience, while another is.
const EXAMINED_LATER: usize = 8;
/// How long somebody may take to set up a device.
const SETTING_UP: Duration = Duration::from_secs(15 * 60);

/// Forms that wait for somebody who signs in again; each may be as long as a form can be.
const KEPT_MAX: usize = 64;

/// Lists of cases that wait to be brought in; each may be as long as a form with a file can be.
const LISTS_MAX: usize = 8;

impl Hall {
    /// An empty hall of a node that is found at this address.
    pub(crate) fn open(origin: Option<&PublicOrigin>) -> Self {
        let ceremony = Duration::from_secs(CEREMONY_SECONDS);
        Self {
            opened: Instant::now(),
            limits: Mutex::new(Limits::new()),
            passkeys: origin.and_then(|origin| Passkeys::new(origin.as_str()).ok()),
            entering: Pending::new(ceremony),
            registering: Pending::new(ceremony),
            first: Pending::new(SETTING_UP),
            kept: Pending::at_most(KEPT_MAX, SETTING_UP),
            lists: Pending::at_most(LISTS_MAX, SETTING_UP),
            turns: Turns::new(DERIVED_AT_ONCE, DERIVED_LATER),
            unlocking: Turns::new(1, 0),
            examining: Turns::new(1, EXAMINED_LATER),
        }
    }

    /// How long this process has served: a clock that only goes forward.
    pub(crate) fn now(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Lets go of what people sent and have not come back for in time.
    pub(crate) fn tidy(&self) {
        self.kept.tidy(self.now());
        self.lists.tidy(self.now());
    }

    /// Lets go of all that people sent: the node is locked, and its memory is to hold none of it.
    pub(crate) fn forget(&self) {
        self.kept.forget();
        self.lists.forget();
    }

    /// Counts an attempt to sign in, before anything is looked up. `name` is what was typed, in
    /// whatever form: existing or not, it is treated alike.
    ///
    /// # Errors
    /// `too_many`, with the seconds to wait.
    pub(crate) fn attempt(&self, client: Client, name: &[u8]) -> Result<(), Problem> {
        let now = self.now();
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = limits.attempt(key(name), client.key(), now);
        counted.map_err(Problem::too_many)
    }
}

fn key(bytes: &[u8]) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&Sha256::digest(bytes)[..16]);
    key
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) IpAddr);

impl Client {
    /// One line to the outside: an address, or the 64 bits that one subscriber of IPv6 gets.
    fn key(self) -> Key {
        match self.0.to_canonical() {
            IpAddr::V4(address) => key(&address.octets()),
            IpAddr::V6(address) => key(&address.octets()[..8]),
        }
    }

    /// The other end of the connection; or, when that is a proxy on this machine, what it says
    /// last about whom it serves. What stands before that, anybody could have written.
    fn of(parts: &Parts) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let Some(ConnectInfo(peer)) = peer else {
            return Self(Ipv4Addr::UNSPECIFIED.into());
        };
        let peer = peer.ip();
        let last = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let last = last
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|address| address.trim().parse().ok());
        Self(last.filter(|_| peer.is_loopback()).unwrap_or(peer))
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_name_has_five_attempts_and_then_one_each_half_minute() {
        let mut limits = Limits::new();
        let mut attempt = |line: u8, second| limits.attempt(key(b"a"), key(&[line]), at(second));
        for line in 0..5 {
            assert_eq!(attempt(line, 100), Ok(()));
        }
        // From whichever line.
        assert_eq!(attempt(6, 100), Err(at(30)));
        assert_eq!(attempt(7, 129), Err(at(1)));
        assert_eq!(attempt(7, 130), Ok(()));
        assert_eq!(attempt(7, 130), Err(at(30)));
        // Being refused costs nothing; after a rest all five are there again.
        for _ in 0..5 {
            assert_eq!(attempt(8, 1000), Ok(()));
        }
        assert!(attempt(8, 1000).is_err());
    }

    #[test]
    fn a_line_has_twenty_attempts_whatever_the_names() {
        let mut limits = Limits::new();
        let mut attempt = |name: u8, second| limits.attempt(key(&[name]), key(b"line"), at(second));
        for name in 0..20 {
            assert_eq!(attempt(name, 0), Ok(()));
        }
        assert_eq!(attempt(20, 0), Err(at(3)));
        assert_eq!(attempt(20, 3), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_most_tried_is_remembered_longest() {
        let mut limit = Limit::new(Rate {
            at_once: 2,
            each: at(30),
        });
        for _ in 0..2 {
            limit.count(key(b"tried"), at(0));
        }
        for name in 0..HELD_MAX + 10 {
            limit.count(key(&name.to_be_bytes()), at(0));
        }
        assert_eq!(limit.free.len(), HELD_MAX);
        assert_eq!(limit.wait(&key(b"tried"), at(0)), at(30));
        limit.count(key(b"later"), at(31));
        assert_eq!(limit.free.len(), 2);
    }

    #[test]
    fn who_is_served_is_believed_of_a_proxy_on_this_machine_alone() {
        let client = |peer: &str, said: Option<&str>| {
            let mut request = Request::builder();
            if let Some(said) = said {
                request = request.header("x-forwarded-for", said);
            }
            let (mut parts, ()) = request.body(()).expect("a request").into_parts();
            let peer: SocketAddr = peer.parse().expect("an address");
            parts.extensions.insert(ConnectInfo(peer));
            Client::of(&parts).0.to_string()
        };
        assert_eq!(client("192.0.2.1:9", Some("198.51.100.7")), "192.0.2.1");
        assert_eq!(client("127.0.0.1:9", Some("198.51.100.7")), "198.51.100.7");
        let forged = Some("203.0.113.1, 198.51.100.7");
        assert_eq!(client("127.0.0.1:9", forged), "198.51.100.7");
        assert_eq!(client("127.0.0.1:9", Some("nobody")), "127.0.0.1");
        assert_eq!(client("127.0.0.1:9", None), "127.0.0.1");
        let subscriber = |address: &str| Client(address.parse().expect("an address")).key();
        assert_eq!(subscriber("2001:db8::1"), subscriber("2001:db8::ffff:2"));
        assert_ne!(subscriber("2001:db8::1"), subscriber("2001:db8:0:1::1"));
        assert_eq!(subscriber("::ffff:192.0.2.1"), subscriber("192.0.2.1"));
    }

    #[test]
    fn a_refused_attempt_says_how_long_to_wait() {
        let hall = Hall::open(None);
        let client = Client(Ipv4Addr::LOCALHOST.into());
        for _ in 0..5 {
            assert_eq!(hall.attempt(client, b"name"), Ok(()));
        }
        let refused = hall.attempt(client, b"name").expect_err("a sixth attempt");
        assert!((29..=31).contains(&refused.wait_seconds));
        assert_eq!(hall.attempt(client, b"other"), Ok(()));
    }
}
