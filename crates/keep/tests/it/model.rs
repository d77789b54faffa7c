//! Random sequences of calls on both back ends, beside a model in memory.

use keep::journal::{Batch, Head, Incarnation, JournalError, SealedAct, verify};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::place::{Place, all};

#[derive(Debug, Clone)]
enum Call {
    Begin,
    /// Acts put behind what was appended before.
    Append(Vec<SealedAct>),
    /// The same with a number that does not follow.
    AppendAstray(Vec<SealedAct>),
    Commit,
    Abandon,
    /// The connection is dropped, in the middle of a batch or not, and another one made.
    Reopen,
    /// Batches are of the next life from now on.
    NextLife,
}

fn call() -> impl Strategy<Value = Call> {
    let acts = || vec(vec(any::<u8>(), 0..300), 1..6);
    prop_oneof![
        6 => Just(Call::Begin),
        8 => acts().prop_map(Call::Append),
        1 => acts().prop_map(Call::AppendAstray),
        5 => Just(Call::Commit),
        2 => Just(Call::Abandon),
        1 => Just(Call::Reopen),
        1 => Just(Call::NextLife),
    ]
}

/// What a journal is: committed batches, and those of an open writing.
struct Model {
    life: Incarnation,
    committed: Vec<Batch>,
    open: Option<Vec<Batch>>,
}

impl Model {
    fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.committed.iter().chain(self.open.iter().flatten())
    }

    fn head(&self) -> Head {
        let last = self.batches().last();
        last.map_or(Head::EMPTY, |batch| Head {
            batch: batch.number,
            acts: batch.first_act + batch.acts.len() as u64 - 1,
            hash: batch.hash(),
            incarnation: Some(batch.incarnation),
        })
    }

    /// Does a call and says whether it is done; the head for `begin`, the batch for `append`.
    fn call(&mut self, call: &Call) -> Expected {
        match call {
            Call::Begin if self.open.is_none() => {
                self.open = Some(Vec::new());
                Expected::Head(self.head())
            }
            Call::Commit if self.open.is_some() => {
                self.committed
                    .extend(self.open.take().into_iter().flatten());
                Expected::Done
            }
            Call::Begin | Call::Commit => Expected::Refused,
            Call::Append(acts) => {
                let batch = self.head().next(self.life, acts.clone());
                match &mut self.open {
                    Some(open) => open.push(batch.clone()),
                    None => return Expected::NotCalled,
                }
                Expected::Appended(batch)
            }
            Call::AppendAstray(acts) => {
                let mut batch = self.head().next(self.life, acts.clone());
                batch.number += 1;
                match self.open {
                    Some(_) => Expected::Astray(batch),
                    None => Expected::NotCalled,
                }
            }
            Call::Abandon | Call::Reopen => {
                self.open = None;
                Expected::Done
            }
            Call::NextLife => {
                if self.open.is_none()
                    && self
                        .head()
                        .incarnation
                        .is_some_and(|life| life == self.life)
                {
                    self.life.number += 1;
                    self.life.id = [self.life.id[0].wrapping_add(1); 16];
                }
                Expected::NotCalled
            }
        }
    }
}

enum Expected {
    Head(Head),
    Appended(Batch),
    Astray(Batch),
    Done,
    Refused,
    /// Appending where nothing was begun is a caller's mistake that no back end must stop.
    NotCalled,
}

fn code<T>(result: Result<T, JournalError>) -> Result<T, &'static str> {
    result.map_err(|error| error.code())
}

fn run(place: &Place, calls: &[Call]) -> (Vec<Batch>, Head) {
    let mut store = place.open();
    let mut reader = place.open();
    let mut model = Model {
        life: Incarnation {
            number: 1,
            id: [1; 16],
        },
        committed: Vec::new(),
        open: None,
    };
    for call in calls {
        match (model.call(call), call) {
            (Expected::Head(head), _) => assert_eq!(code(store.begin()), Ok(head)),
            (Expected::Appended(batch), _) => assert_eq!(code(store.append(&batch)), Ok(())),
            (Expected::Astray(batch), _) => {
                assert_eq!(code(store.append(&batch)), Err("journal_broken"));
            }
            (Expected::Refused, Call::Begin) => {
                assert_eq!(code(store.begin()), Err("journal_refused"));
            }
            (Expected::Refused, _) => assert_eq!(code(store.commit()), Err("journal_refused")),
            (Expected::Done, Call::Commit) => assert_eq!(code(store.commit()), Ok(())),
            (Expected::Done, Call::Abandon) => assert_eq!(code(store.abandon()), Ok(())),
            (Expected::Done, _) => {
                drop(store);
                store = place.open();
            }
            (Expected::NotCalled, _) => {}
        }
        assert_eq!(store.head(), Ok(model.head()), "after {call:?}");
        assert!(
            all(&mut *store, 7).iter().eq(model.batches()),
            "after {call:?}"
        );
        let committed = reader.batches(0, u64::MAX).expect("a page");
        assert_eq!(committed, model.committed, "after {call:?}");
    }
    store.abandon().expect("abandoned");
    let verified = verify(&mut *store, |_, _| false).expect("a chain");
    (model.committed, verified.head)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn both_back_ends_are_the_same_journal(calls in vec(call(), 1..40)) {
        let (batches, head) = run(&Place::sqlite(), &calls);
        let (same_batches, same_head) = run(&Place::postgres(), &calls);
        prop_assert_eq!(batches, same_batches);
        prop_assert_eq!(head, same_head);
    }
}
