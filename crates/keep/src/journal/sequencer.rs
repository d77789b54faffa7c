//! One thread that writes for all: whoever comes while a flush is under way goes with the next.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::batch::{Head, Incarnation, SealedAct};
use super::error::JournalError;
use super::store::Store;

/// Most proposals that go into one batch.
const PROPOSALS_MAX: usize = 1_024;

/// Whoever decides, at the journal's head and under its lock, which acts a proposal becomes.
///
/// For one batch it is called so: `begin`, then `decide` for each proposal, then either
/// `committed`, also where no proposal became an act, or `abandoned`. Later proposals of a batch
/// must see what earlier ones have decided.
pub trait Deciding: Send + 'static {
    /// What is asked for.
    type Proposal: Send + 'static;
    /// What is answered once it is durable.
    type Answer: Send + 'static;
    /// Why it is not done.
    type Refusal: From<JournalError> + Send + 'static;

    /// Whether deciding on a proposal reads stored acts. Such a proposal goes first in its batch:
    /// acts that were decided before it are stored by then.
    fn reads_acts(&self, _proposal: &Self::Proposal) -> bool {
        false
    }

    /// Comes to the head: takes in what other processes have written since.
    ///
    /// # Errors
    /// When it cannot follow; nothing of the group is then done.
    fn begin(&mut self, head: &Head, store: &mut dyn Store) -> Result<(), Self::Refusal>;

    /// Turns a proposal into acts, the first of which will be number `first_act`. An answer without
    /// acts is fine.
    ///
    /// # Errors
    /// When it is refused; the rest of the group goes on.
    fn decide(
        &mut self,
        proposal: Self::Proposal,
        first_act: u64,
        store: &mut dyn Store,
    ) -> Result<(Vec<SealedAct>, Self::Answer), Self::Refusal>;

    /// The batch is durable, and its answers are given; or there was none to write, and `head` is
    /// the one that `begin` came to.
    fn committed(&mut self, head: &Head);

    /// The batch is not written; whatever was decided since `begin` is void.
    fn abandoned(&mut self);
}

type Ask<D> = Box<dyn FnOnce(&mut D, &mut dyn Store) + Send>;
type Answers<D> = Vec<Result<<D as Deciding>::Answer, <D as Deciding>::Refusal>>;
type Reply<D> = Sender<Result<<D as Deciding>::Answer, <D as Deciding>::Refusal>>;

enum Message<D: Deciding> {
    Propose(D::Proposal, Reply<D>),
    Ask(Ask<D>),
}

/// The one writer of a journal in this process. It may be used from many threads at once; it stops
/// when it is dropped, after what was asked of it is done.
pub struct Sequencer<D: Deciding> {
    queue: Option<Sender<Message<D>>>,
    thread: Option<JoinHandle<()>>,
}

impl<D: Deciding> std::fmt::Debug for Sequencer<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sequencer")
    }
}

impl<D: Deciding> Sequencer<D> {
    /// Starts the thread. `incarnation` is the life that its batches belong to.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        store: Box<dyn Store>,
        deciding: D,
        incarnation: Incarnation,
    ) -> Result<Self, JournalError> {
        let (queue, messages) = channel();
        let writer = Writer {
            store,
            deciding,
            incarnation,
            stopped: false,
        };
        let thread = Builder::new()
            .name("sequencer".to_owned())
            .spawn(move || writer.run(&messages))
            .map_err(JournalError::refused("be given a thread"))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Has a proposal decided and, when this returns, its acts durable.
    ///
    /// # Errors
    /// What [`Deciding::decide`] refuses, or a journal that cannot be written.
    pub fn propose(&self, proposal: D::Proposal) -> Result<D::Answer, D::Refusal> {
        let (reply, answer) = channel();
        self.send(Message::Propose(proposal, reply))?;
        answer
            .recv()
            .unwrap_or_else(|_| Err(JournalError::Stopped.into()))
    }

    /// Lets `question` look at what the decider holds, between two batches.
    ///
    /// # Errors
    /// When the writer has stopped.
    pub fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut D, &mut dyn Store) -> T + Send + 'static,
    ) -> Result<T, D::Refusal> {
        let (reply, answer) = channel();
        let ask: Ask<D> = Box::new(move |deciding, store| {
            // Whoever asked may have gone; then nobody wants the answer.
            let _ = reply.send(question(deciding, store));
        });
        self.send(Message::Ask(ask))?;
        answer.recv().map_err(|_| JournalError::Stopped.into())
    }

    fn send(&self, message: Message<D>) -> Result<(), D::Refusal> {
        let queue = self.queue.as_ref().ok_or(JournalError::Stopped)?;
        queue
            .send(message)
            .map_err(|_| JournalError::Stopped.into())
    }
}

impl<D: Deciding> Drop for Sequencer<D> {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the writer was seen by whoever waited for it.
            let _ = thread.join();
        }
    }
}

struct Writer<D: Deciding> {
    store: Box<dyn Store>,
    deciding: D,
    incarnation: Incarnation,
    stopped: bool,
}

impl<D: Deciding> Writer<D> {
    fn run(mut self, messages: &Receiver<Message<D>>) {
        while let Ok(first) = messages.recv() {
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Propose(proposal, reply) => {
                        if self.deciding.reads_acts(&proposal) {
                            self.write(std::mem::take(&mut group));
                        }
                        group.push((proposal, reply));
                    }
                    Message::Ask(ask) => {
                        // Order is kept: what was proposed before the question is done before it.
                        self.write(std::mem::take(&mut group));
                        ask(&mut self.deciding, &mut *self.store);
                    }
                }
                next = if group.len() < PROPOSALS_MAX {
                    messages.try_recv().ok()
                } else {
                    None
                };
            }
            self.write(group);
        }
    }

    fn write(&mut self, group: Vec<(D::Proposal, Reply<D>)>) {
        if group.is_empty() {
            return;
        }
        let (proposals, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let (answers, head) = self.batch(proposals);
        let mut answers = answers.into_iter();
        for reply in replies {
            let answer = answers
                .next()
                .unwrap_or_else(|| Err(JournalError::Stopped.into()));
            // Whoever proposed may have gone; the act is done all the same.
            let _ = reply.send(answer);
        }
        // It is durable by now, and nobody asks anything before this is done: who waits for an
        // answer need not wait for it.
        if let Some(head) = head {
            self.deciding.committed(&head);
        }
    }

    /// One answer for each proposal, and the head if the decider is to keep what it has decided.
    /// After a failure the first proposal gets the cause, the others that the journal has stopped.
    fn batch(&mut self, proposals: Vec<D::Proposal>) -> (Answers<D>, Option<Head>) {
        if self.stopped {
            return (Vec::new(), None);
        }
        let head = match self.store.begin() {
            Ok(head) => head,
            Err(error) => return (vec![Err(error.into())], None),
        };
        if let Err(refusal) = self.deciding.begin(&head, &mut *self.store) {
            self.let_go();
            return (vec![Err(refusal)], None);
        }
        let mut acts: Vec<SealedAct> = Vec::new();
        let mut answers = Vec::with_capacity(proposals.len());
        for proposal in proposals {
            let first_act = head.acts + 1 + acts.len() as u64;
            let decided = self.deciding.decide(proposal, first_act, &mut *self.store);
            answers.push(decided.map(|(more, answer)| {
                acts.extend(more);
                answer
            }));
        }
        if acts.is_empty() {
            // Nothing is written; what the decider has followed stands all the same.
            if self.store.abandon().is_err() {
                self.stopped = true;
            }
            return (answers, Some(head));
        }
        let batch = head.next(self.incarnation, acts);
        let written = head.follow(&batch).and_then(|after| {
            self.store.append(&batch)?;
            Ok(after)
        });
        let after = match written {
            Ok(after) => after,
            Err(error) => {
                self.let_go();
                return (vec![Err(error.into())], None);
            }
        };
        if let Err(error) = self.store.commit() {
            // The flush may have happened or not: only opening again can tell.
            self.stopped = true;
            self.let_go();
            return (vec![Err(error.into())], None);
        }
        (answers, Some(after))
    }

    fn let_go(&mut self) {
        self.deciding.abandoned();
        if self.store.abandon().is_err() {
            self.stopped = true;
        }
    }
}
