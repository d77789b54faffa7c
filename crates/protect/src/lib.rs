//! The seal.
//!
//! Whatever is nominal or of the unit's grain is [`Confidential`]: it cannot be printed, compared,
//! copied or written to a file. It is seen only under a [`Warrant`], which names the act of the
//! journal that stands for the look; `office`, the door, alone issues one. Whatever leaves a node
//! is [`Released`]: it names its audience and the ground on which it may be shown, and only the
//! functions of [`release`] make one. There is no flag that turns this off, and no third type.
//!
//! [`vault`] is the seal at rest and on the way: keys, envelopes, deposits, passphrases, recovery
//! shares, signatures and keyed digests. It says how bytes are sealed; where they lie is another
//! room's business.
//!
//! [`credential`] is what a person who works at a node signs in with: passwords, second factors,
//! one-time codes, sessions.
//!
//! [`attack`] is the attacker: what can be worked back from what is printed. [`rule`] says what of
//! a counted table may be shown, [`draft`] is the table before, [`ledger`] what an audience has
//! been shown.
//!
//! This room knows neither where data came from nor where it goes.

pub mod attack;
pub mod capture;
pub mod check;
pub mod credential;
pub mod draft;
pub mod ledger;
pub mod release;
pub mod rule;
pub mod seal;
pub mod suppress;
pub mod vault;

pub use release::{Audience, Ground, Released};
pub use seal::{Confidential, Warrant};
