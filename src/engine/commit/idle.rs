//! Work of the engine's thread while the disk makes a page durable: questions, which are
//! answered from the state as of the page before.

use crate::engine::Ledger;
use crate::engine::commit::writer::NotDurable;
use crate::engine::error::Error;
use crate::engine::staging::staged::Staged;
use crate::model::MemberId;
use crate::policy::Compiled;
use crate::storage::keys::KeyHash;
use crate::storage::vault::Secret;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A question. It sees durable entries only, and must not book anything.
pub type Question = Box<dyn FnOnce(&mut Ledger) + Send>;

/// Source of questions.
pub trait IdleWork: Send + Sync {
    /// Waits for the next question; None once the page is durable.
    fn next(&self, page: &PageFlag) -> Option<Question>;

    /// Ends the wait of [`IdleWork::next`]: called on another thread when the page is
    /// durable, or was lost.
    fn wake(&self);
}

/// Says when a page that is being written is durable, or was lost.
#[derive(Clone, Debug, Default)]
pub struct PageFlag(Arc<AtomicBool>);

impl PageFlag {
    /// True once it is.
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    pub(in crate::engine) fn put_up(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// State that is not durable yet, put aside while questions are answered.
struct Ahead {
    entries: NotDurable,
    keys: Vec<(KeyHash, u64)>,
    policy: Option<Arc<Compiled>>,
    staged: Vec<Staged>,
    sent: usize,
    fresh_vault: Vec<(MemberId, Secret)>,
}

/// Answers questions while pages are being written from now on.
pub fn set_idle_work(ledger: &mut Ledger, idle: Arc<dyn IdleWork>) {
    ledger.idle = Some(idle);
    keep_before(ledger);
}

/// Begins to keep the state as of the last durable page, if somebody may ask.
fn keep_before(ledger: &mut Ledger) {
    if ledger.idle.is_some() && ledger.writer.is_settled() {
        ledger.policy_before.clone_from(&ledger.records.policy);
        ledger.cache.keep_before(true);
    }
}

/// Waits until the page that is being written is durable, and answers questions
/// meanwhile.
pub(in crate::engine) fn settle_page(ledger: &mut Ledger) -> Result<(), Error> {
    let answered = match ledger.idle.clone() {
        Some(idle) if ledger.cache.has_before() => answer_questions(ledger, &*idle, &idle),
        _ => Ok(()),
    };
    answered.and_then(|()| ledger.writer.settle())?;
    keep_before(ledger);
    Ok(())
}

fn answer_questions(
    ledger: &mut Ledger,
    idle: &dyn IdleWork,
    waker: &Arc<dyn IdleWork>,
) -> Result<(), Error> {
    let page = PageFlag::default();
    let (flag, waker) = (page.clone(), Arc::clone(waker));
    let tell = move || {
        flag.put_up();
        waker.wake();
    };
    if !ledger.writer.finish_beside(Box::new(tell))? {
        return Ok(());
    }
    let mut ahead = None;
    while let Some(question) = idle.next(&page) {
        ahead = ahead.or_else(|| Some(go_back(ledger)));
        question(ledger);
    }
    if let Some(ahead) = ahead {
        go_on(ledger, ahead);
    }
    Ok(())
}

/// Puts aside what is not durable, so that questions do not see it.
fn go_back(ledger: &mut Ledger) -> Ahead {
    ledger.cache.exchange();
    let policy = std::mem::replace(&mut ledger.records.policy, ledger.policy_before.clone());
    Ahead {
        entries: ledger.writer.go_back(),
        keys: ledger
            .records
            .keys
            .take_from(ledger.records.writer.head().next_seq),
        policy,
        staged: std::mem::take(&mut ledger.staged),
        sent: std::mem::take(&mut ledger.sent),
        fresh_vault: std::mem::take(&mut ledger.fresh_vault),
    }
}

/// Takes up again what was put aside.
fn go_on(ledger: &mut Ledger, ahead: Ahead) {
    ledger.cache.exchange();
    ledger.policy = ahead.policy;
    ledger.writer.go_on(ahead.entries);
    for (key, seq) in ahead.keys {
        ledger.keys.note(seq, [key]);
    }
    (ledger.staged, ledger.sent) = (ahead.staged, ahead.sent);
    ledger.fresh_vault = ahead.fresh_vault;
}
