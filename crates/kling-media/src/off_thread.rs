//! Work that would hold up everything else on the runtime's threads.

use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// Content of fewer bytes is decoded, checked and encoded where it stands: that takes well under a millisecond.
pub(crate) const HEAVY_BYTES: usize = 64 * 1024;

/// More at once would only hold more memory.
static PERMITS: Semaphore = Semaphore::const_new(2);

/// Does work of milliseconds beside the runtime's threads, two at a time in the process.
pub(crate) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_and_wait(&PERMITS, work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// Does work beside the runtime's threads, as much at a time as there are permits: also work that nobody waits for any
/// more holds its permit until it is done.
pub(crate) async fn spawn_and_wait<T: Send + 'static>(
    permits: &'static Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    // It is never closed.
    let permit = permits.acquire().await;
    spawn_blocking(move || {
        let _permit = permit;
        work()
    })
    .await
}
