//! The one writer, on each back end.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use keep::journal::{
    Batch, Deciding, Head, JournalError, SealedAct, Sequencer, SignedHead, Store, verify,
};

use crate::place::{LIFE, Place, all_acts, put};

on_each_back_end!(
    acts_of_many_threads_are_there_once_and_in_order,
    a_decider_that_refuses_everything_writes_nothing,
    a_decider_that_cannot_follow_writes_nothing,
    two_processes_follow_each_other,
    a_question_comes_between_two_batches,
    a_failed_commit_stops_the_writer,
    a_commit_that_fails_after_the_flush_stops_the_writer,
);

#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Odd,
    Journal(JournalError),
}

impl From<JournalError> for Refusal {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

/// Makes each proposal an act and answers with its number; refuses those whose last byte is odd.
#[derive(Default)]
struct Echo {
    head: Option<Head>,
    seen: Vec<SealedAct>,
    decided: Vec<SealedAct>,
    refuses_all: bool,
    cannot_follow: bool,
}

impl Deciding for Echo {
    type Proposal = SealedAct;
    type Answer = u64;
    type Refusal = Refusal;

    fn begin(&mut self, head: &Head, store: &mut dyn Store) -> Result<(), Refusal> {
        assert_eq!(self.decided, [] as [SealedAct; 0], "an end was not told");
        if self.cannot_follow {
            return Err(Refusal::Odd);
        }
        let mut own = self.head.unwrap_or(Head::EMPTY);
        while own != *head {
            for batch in store.batches(own.batch, 1_000)? {
                own = own.follow(&batch)?;
                self.seen.extend(batch.acts);
            }
        }
        self.head = Some(own);
        Ok(())
    }

    fn decide(
        &mut self,
        proposal: SealedAct,
        first_act: u64,
        _: &mut dyn Store,
    ) -> Result<(Vec<SealedAct>, u64), Refusal> {
        let before = self.seen.len() + self.decided.len();
        assert_eq!(first_act, before as u64 + 1);
        let odd = proposal.last().is_some_and(|byte| byte % 2 == 1);
        if odd || self.refuses_all {
            return Err(Refusal::Odd);
        }
        self.decided.push(proposal.clone());
        Ok((vec![proposal], first_act))
    }

    fn committed(&mut self, head: &Head) {
        self.seen.append(&mut self.decided);
        assert_eq!(head.acts, self.seen.len() as u64);
        self.head = Some(*head);
    }

    fn abandoned(&mut self) {
        self.decided.clear();
    }
}

fn start(store: Box<dyn Store>) -> Sequencer<Echo> {
    Sequencer::start(store, Echo::default(), LIFE).expect("a sequencer")
}

/// Proposes from many threads at once; answers with what was acknowledged, thread by thread.
fn propose_at_once(
    sequencer: &Sequencer<Echo>,
    threads: u8,
    each: u8,
) -> Vec<Vec<(u64, SealedAct)>> {
    let work = |name: u8| {
        move || -> Vec<(u64, SealedAct)> {
            let propose = |count| {
                let act = vec![name, count];
                match sequencer.propose(act.clone()) {
                    Ok(number) => Some((number, act)),
                    Err(refusal) => {
                        assert_eq!(refusal, Refusal::Odd);
                        assert_eq!(count % 2, 1);
                        None
                    }
                }
            };
            (0..each).filter_map(propose).collect()
        }
    };
    thread::scope(|scope| {
        let spawned: Vec<_> = (0..threads).map(|name| scope.spawn(work(name))).collect();
        let joined = spawned.into_iter().map(|thread| thread.join());
        joined
            .map(|acknowledged| acknowledged.expect("a thread"))
            .collect()
    })
}

/// Every acknowledged act is at its number, in each thread's own order, and there is no other.
fn assert_kept(acts: &[SealedAct], acknowledged: &[Vec<(u64, SealedAct)>]) {
    for of_thread in acknowledged {
        assert!(of_thread.is_sorted_by(|one, next| one.0 < next.0));
        for (number, act) in of_thread {
            let index = usize::try_from(*number).expect("a small number") - 1;
            assert_eq!(&acts[index], act);
        }
    }
    let count: usize = acknowledged.iter().map(Vec::len).sum();
    assert_eq!(acts.len(), count);
}

fn acts_of_many_threads_are_there_once_and_in_order(place: &Place) {
    let sequencer = start(place.open());
    let acknowledged = propose_at_once(&sequencer, 16, 50);
    drop(sequencer);
    let mut store = place.open();
    let acts = all_acts(&mut *store);
    assert_eq!(acts.len(), 400);
    assert_kept(&acts, &acknowledged);
    let head = verify(&mut *store, |_, _| false).expect("a chain").head;
    assert!(head.batch < head.acts, "{} batches", head.batch);
}

fn a_decider_that_refuses_everything_writes_nothing(place: &Place) {
    let echo = Echo {
        refuses_all: true,
        ..Echo::default()
    };
    let sequencer = Sequencer::start(place.open(), echo, LIFE).expect("a sequencer");
    for _ in 0..3 {
        assert_eq!(sequencer.propose(vec![2]), Err(Refusal::Odd));
    }
    let mut store = place.open();
    assert_eq!(store.head().expect("a head"), Head::EMPTY);
    // The lock is let go.
    store.begin().expect("begun");
}

fn a_decider_that_cannot_follow_writes_nothing(place: &Place) {
    let echo = Echo {
        cannot_follow: true,
        ..Echo::default()
    };
    let sequencer = Sequencer::start(place.open(), echo, LIFE).expect("a sequencer");
    assert_eq!(sequencer.propose(vec![2]), Err(Refusal::Odd));
    put(&mut *place.open(), &[b"another process"]);
    sequencer
        .ask(|echo, _| echo.cannot_follow = false)
        .expect("asked");
    assert_eq!(sequencer.propose(vec![2]), Ok(2));
    assert_eq!(
        all_acts(&mut *place.open()),
        [b"another process".to_vec(), vec![2]]
    );
}

fn two_processes_follow_each_other(place: &Place) {
    let (one, other) = (start(place.open()), start(place.open()));
    let mut acknowledged = thread::scope(|scope| {
        let work = scope.spawn(|| propose_at_once(&one, 4, 50));
        let mut acknowledged = propose_at_once(&other, 4, 50);
        acknowledged.extend(work.join().expect("a thread"));
        acknowledged
    });
    // One more of each, so that each has followed the other.
    for sequencer in [&one, &other, &one] {
        let number = sequencer.propose(vec![200]).expect("a number");
        acknowledged.push(vec![(number, vec![200])]);
    }
    let mut store = place.open();
    let acts = all_acts(&mut *store);
    assert_kept(&acts, &acknowledged);
    verify(&mut *store, |_, _| false).expect("a chain");
    let seen = |sequencer: &Sequencer<Echo>| {
        let ask = sequencer.ask(|echo, _| echo.seen.clone());
        ask.expect("an answer")
    };
    assert_eq!(seen(&one), acts);
    assert_eq!(seen(&other), acts[..acts.len() - 1]);
}

fn a_question_comes_between_two_batches(place: &Place) {
    let sequencer = start(place.open());
    sequencer.propose(vec![2]).expect("a number");
    let answer = sequencer.ask(|echo, store| {
        let head = store.head().expect("a head");
        (head.acts, echo.seen.len(), echo.decided.len())
    });
    assert_eq!(answer, Ok((1, 1, 0)));
}

/// A store whose commits fail, before or after they are done.
struct FailingCommit {
    inner: Box<dyn Store>,
    good: u32,
    after_the_flush: bool,
}

impl Store for FailingCommit {
    fn begin(&mut self) -> Result<Head, JournalError> {
        self.inner.begin()
    }

    fn append(&mut self, batch: &Batch) -> Result<(), JournalError> {
        self.inner.append(batch)
    }

    fn commit(&mut self) -> Result<(), JournalError> {
        if self.good > 0 {
            self.good -= 1;
            return self.inner.commit();
        }
        if self.after_the_flush {
            self.inner.commit()?;
        }
        Err(JournalError::Refused {
            what: "be written",
            reason: "the disk is gone".to_owned(),
        })
    }

    fn abandon(&mut self) -> Result<(), JournalError> {
        self.inner.abandon()
    }

    fn head(&mut self) -> Result<Head, JournalError> {
        self.inner.head()
    }

    fn batches(&mut self, after: u64, acts_max: u64) -> Result<Vec<Batch>, JournalError> {
        self.inner.batches(after, acts_max)
    }

    fn act(&mut self, number: u64) -> Result<Option<SealedAct>, JournalError> {
        self.inner.act(number)
    }

    fn sign(&mut self, head: &SignedHead) -> Result<(), JournalError> {
        self.inner.sign(head)
    }

    fn signed(&mut self) -> Result<Vec<SignedHead>, JournalError> {
        self.inner.signed()
    }
}

/// All who wait are told, the first with the cause, and so is whoever comes later. Answers with how
/// many acts are kept behind the first.
fn commit_fails(place: &Place, after_the_flush: bool) -> u64 {
    let sequencer = start(Box::new(FailingCommit {
        inner: place.open(),
        good: 1,
        after_the_flush,
    }));
    sequencer.propose(vec![2]).expect("a number");
    let (say, hear) = channel();
    thread::scope(|scope| {
        // The writer is held back until others wait behind it.
        let (open, gate) = channel::<()>();
        let sequencer = &sequencer;
        scope.spawn(move || sequencer.ask(move |_, _| gate.recv()));
        for name in 0..8 {
            let say = say.clone();
            scope.spawn(move || {
                say.send(sequencer.propose(vec![name, 2])).expect("heard");
            });
        }
        thread::sleep(Duration::from_millis(100));
        open.send(()).expect("opened");
    });
    drop(say);
    let answers: Vec<_> = hear.iter().collect();
    assert_eq!(answers.len(), 8);
    let mut causes = 0;
    for answer in answers {
        match answer.expect_err("not durable") {
            Refusal::Journal(JournalError::Stopped) => {}
            Refusal::Journal(JournalError::Refused { reason, .. }) => {
                assert_eq!(reason, "the disk is gone");
                causes += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(causes, 1);
    let stopped = Err(Refusal::Journal(JournalError::Stopped));
    assert_eq!(sequencer.propose(vec![4]), stopped);
    drop(sequencer);
    let mut store = place.open();
    let head = verify(&mut *store, |_, _| false).expect("a chain").head;
    store.begin().expect("the lock is let go");
    head.acts - 1
}

fn a_failed_commit_stops_the_writer(place: &Place) {
    assert_eq!(commit_fails(place, false), 0);
}

fn a_commit_that_fails_after_the_flush_stops_the_writer(place: &Place) {
    let kept = commit_fails(place, true);
    assert!((1..=8).contains(&kept), "{kept} acts");
}
