//! A thread that carries out one task after the other in the background.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// A thread of its own; it ends when the worker is dropped.
pub struct Worker<T, R> {
    tasks: Option<Sender<T>>,
    done: Receiver<R>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static, R: Send + 'static> Worker<T, R> {
    /// Starts the thread, which calls `work` with each task.
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

    /// Queues a task; None if the thread has ended.
    pub fn hand_over(&self, task: T) -> Option<()> {
        self.tasks.as_ref()?.send(task).ok()
    }

    /// Waits for the result of the next task; None if the thread has ended.
    pub fn wait(&self) -> Option<R> {
        self.done.recv().ok()
    }
}

/// Waits for the thread, so that everything it holds is released before the
/// ledger's drop returns: it may be opened again at once.
impl<T, R> Drop for Worker<T, R> {
    fn drop(&mut self) {
        drop(self.tasks.take());
        if let Some(thread) = self.thread.take() {
            // A result that nobody waited for was not acknowledged, and the
            // next opening makes up for it.
            let _ = thread.join();
        }
    }
}
