//! A thread that carries out one task after the other, beside the work that goes on.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// A thread of its own; it ends when the worker is dropped.
pub struct Worker<T, R> {
    tasks: Option<Sender<T>>,
    done: Receiver<R>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static, R: Send + 'static> Worker<T, R> {
    /// Starts the thread, which does `work` with each task.
    pub fn start(mut work: impl FnMut(T) -> R + Send + 'static) -> Worker<T, R> {
        let (tasks, todo) = channel();
        let (tell, done) = channel();
        let thread = std::thread::spawn(move || {
            for task in todo {
                if tell.send(work(task)).is_err() {
                    return;
                }
            }
        });
        Worker {
            tasks: Some(tasks),
            done,
            thread: Some(thread),
        }
    }

    /// Hands a task over; nothing if the thread has ended.
    pub fn hand_over(&self, task: T) -> Option<()> {
        self.tasks.as_ref()?.send(task).ok()
    }

    /// Waits for what came of the next task; nothing if the thread has ended.
    pub fn wait(&self) -> Option<R> {
        self.done.recv().ok()
    }
}

/// Whatever the thread had in hand is let go of before whoever dropped the ledger
/// goes on: it may be opened again at once.
impl<T, R> Drop for Worker<T, R> {
    fn drop(&mut self) {
        drop(self.tasks.take());
        if let Some(thread) = self.thread.take() {
            // What nobody waited for was not acknowledged, and is made good when
            // the ledger is opened again.
            let _ = thread.join();
        }
    }
}
