//! Work in parallel, with threads that the caller owns.
//!
//! This room starts no threads of its own. It cuts work into numbered tasks whose results do not
//! depend on who runs them, and a [`Workers`] handed in runs them, in any order.

use std::sync::OnceLock;

/// Runs numbered tasks; each exactly once, in any order, on any thread.
pub trait Workers: Sync {
    /// Runs `task(0)` to `task(tasks - 1)` and comes back when all are done.
    fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync));
}

/// Runs tasks one after another on the caller's own thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct InOrder;

impl Workers for InOrder {
    fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..tasks).for_each(task);
    }
}

/// Results of all tasks in the order of their numbers.
pub(super) fn collect<T: Send + Sync>(
    workers: &dyn Workers,
    tasks: usize,
    task: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let slots: Vec<OnceLock<T>> = (0..tasks).map(|_| OnceLock::new()).collect();
    workers.run(tasks, &|number| {
        // A task that is run twice would give the same result again.
        let _ = slots[number].set(task(number));
    });
    slots.into_iter().filter_map(OnceLock::into_inner).collect()
}
