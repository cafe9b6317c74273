//! What an account's calls were about, as long as it can matter: which id belongs to which request, and which call ended
//! before it could hand over what it had paid for.

mod claim;
mod entry;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use self::entry::{Entry, State};

pub use claim::{Claim, ClaimError, Earlier};

/// How long a call that ended early can be carried on with by an identical one.
pub const ADOPTABLE_FOR: Duration = Duration::from_secs(15 * 60);

/// Entries kept at most. The oldest ones that no call is using make room.
const MOST_ENTRIES: usize = 512;

/// What a request or a call is about, as a number that tells it from others: a hash keyed anew for each [`Ledger`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u128);

/// One account's memory of its calls. `T` is how an existing job is found again, a handle for instance.
///
/// A caller may repeat a call after an error: a workflow engine that retries, a person who runs a step again. What was
/// paid for by then must not be paid for again. So each call claims the id of its job first:
///
/// - [`claim_given`](Self::claim_given) for an id of the user's own. The ledger remembers which request the id was used
///   for: the same request carries on with its job, another one is refused.
/// - [`claim_made`](Self::claim_made) for an id made for this call alone. If an identical call ended early within
///   [`ADOPTABLE_FOR`], its id is taken over instead, once.
///
/// A [`Claim`] that is dropped leaves behind what is known: nothing if no post began, or if it was
/// [settled](Claim::settle). Everything lives in memory and is bounded.
///
/// ```
/// use kling_tasks::{Earlier, Ledger};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let ledger = Ledger::default();
/// let boat = ledger.fingerprint(|hasher| hasher.write(b"a paper boat"));
/// let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(1);
///
/// let first = ledger.claim_made(boat, "call-1".to_owned(), deadline).await.unwrap();
/// first.posting();
/// first.exists("job 17");
/// drop(first); // The result could not be handed over.
///
/// let again = ledger.claim_made(boat, "call-2".to_owned(), deadline).await.unwrap();
/// assert_eq!((again.id(), again.earlier()), ("call-1", Earlier::Exists("job 17")));
/// again.settle();
///
/// let another = ledger.claim_made(boat, "call-3".to_owned(), deadline).await.unwrap();
/// assert_eq!((another.id(), another.earlier()), ("call-3", Earlier::Nothing));
/// # }
/// ```
#[derive(Debug)]
pub struct Ledger<T> {
    keys: [RandomState; 2],
    entries: Mutex<HashMap<String, Entry<T>>>,
}

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self { keys: [RandomState::new(), RandomState::new()], entries: Mutex::new(HashMap::new()) }
    }
}

impl<T: Clone> Ledger<T> {
    /// The fingerprint of whatever `write` feeds to the hasher; it is called twice and must feed the same both times.
    /// Fingerprints of different ledgers have nothing to do with each other.
    pub fn fingerprint(&self, write: impl Fn(&mut dyn Hasher)) -> Fingerprint {
        let [high, low] = self.keys.each_ref().map(|key| {
            let mut hasher = key.build_hasher();
            write(&mut hasher);
            u128::from(hasher.finish())
        });
        Fingerprint((high << 64) | low)
    }

    /// Claims an id that the caller was given. Waits for another call with the same id, until the deadline.
    ///
    /// # Errors
    /// [`ClaimError::OtherRequest`] when the id was used for another request, [`ClaimError::InUse`] when the other call
    /// with the id did not come to an end in time.
    pub async fn claim_given(
        &self,
        id: &str,
        request: Fingerprint,
        deadline: Instant,
    ) -> Result<Claim<'_, T>, ClaimError<T>> {
        self.claim(id.to_owned(), request, true, deadline).await
    }

    /// Claims the id of an identical call that ended early, or else `fresh`, an id made for this call.
    ///
    /// # Errors
    /// As for [`claim_given`](Self::claim_given): where the host delivers the same call twice, `fresh` is the same.
    pub async fn claim_made(
        &self,
        call: Fingerprint,
        fresh: String,
        deadline: Instant,
    ) -> Result<Claim<'_, T>, ClaimError<T>> {
        let adopted = self.adopt(call);
        self.claim(adopted.unwrap_or(fresh), call, false, deadline).await
    }

    /// Whether a call ended early here so recently that it can still be carried on with.
    pub fn has_adoptable(&self) -> bool {
        self.entries().values().any(Entry::is_adoptable)
    }

    /// The id of the oldest identical call that ended early. Nobody else gets it.
    fn adopt(&self, call: Fingerprint) -> Option<String> {
        let mut entries = self.entries();
        let adoptable = entries.iter_mut().filter(|(_, entry)| entry.request == call && entry.is_adoptable());
        let (id, entry) = adoptable.min_by_key(|(_, entry)| entry.used)?;
        entry.ended_early = None;
        Some(id.clone())
    }

    async fn claim(
        &self,
        id: String,
        request: Fingerprint,
        given: bool,
        deadline: Instant,
    ) -> Result<Claim<'_, T>, ClaimError<T>> {
        loop {
            let turn = {
                let mut entries = self.entries();
                if !entries.contains_key(&id) {
                    make_room(&mut entries);
                }
                let entry = entries.entry(id.clone()).or_insert_with(|| Entry::new(request, given));
                if entry.request != request {
                    let job = entry.state.job();
                    return Err(ClaimError::OtherRequest { id, job });
                }
                entry.used = Instant::now();
                entry.turn.clone()
            };
            let Ok(held) = timeout_at(deadline, turn.clone().lock_owned()).await else {
                return Err(ClaimError::InUse { id });
            };
            let mut entries = self.entries();
            // The call before may have left nothing, and yet another one may have come by then.
            if let Some(entry) = entries.get_mut(&id).filter(|entry| Arc::ptr_eq(&entry.turn, &turn)) {
                entry.ended_early = None;
                return Ok(Claim::new(self, id, entry.state.clone(), held));
            }
        }
    }

    fn update<R>(&self, id: &str, change: impl FnOnce(&mut Entry<T>) -> R) -> Option<R> {
        self.entries().get_mut(id).map(change)
    }

    /// A claim ends, settled or not.
    fn release(&self, id: &str, settled: bool) {
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(id) else { return };
        entry.used = Instant::now();
        match (&entry.state, entry.given, settled) {
            (State::Untouched, ..) | (_, false, true) => {
                entries.remove(id);
            }
            (_, true, _) => {}
            (_, false, false) => entry.ended_early = Some(Instant::now()),
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes what is over, and the oldest entries that no call is using where there are too many.
fn make_room<T>(entries: &mut HashMap<String, Entry<T>>) {
    if entries.len() < MOST_ENTRIES {
        return;
    }
    entries.retain(|_, entry| entry.is_used() || !entry.is_over());
    while entries.len() >= MOST_ENTRIES {
        let idle = entries.iter().filter(|(_, entry)| !entry.is_used());
        let Some(id) = idle.min_by_key(|(_, entry)| entry.used).map(|(id, _)| id.clone()) else { break };
        entries.remove(&id);
    }
}

#[cfg(test)]
mod tests;
