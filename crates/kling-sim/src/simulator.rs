use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::routes;
use crate::state::SimState;
use crate::tasks::Speed;
use crate::{Faults, RecordedRequest, SimError, SimOptions, TaskView};

/// How long [`Simulator::stop`] waits for answers that are still being sent.
const PATIENCE: Duration = Duration::from_secs(2);

/// A running simulator. It stops when dropped; [`Simulator::stop`] also waits for it.
pub struct Simulator {
    address: SocketAddr,
    state: Arc<SimState>,
    /// Dropping it tells the server and its connections to end.
    keep_serving: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Starts a simulator on 127.0.0.1, within the current tokio runtime.
    ///
    /// # Errors
    /// The port is taken or cannot be opened, or the speed makes no sense: see [`SimError`].
    pub async fn start(options: SimOptions) -> Result<Self, SimError> {
        let port = options.port;
        let speed = Speed::new(options.speed).ok_or(SimError::Speed { speed: options.speed })?;
        let listen_error = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => SimError::PortInUse { port },
            _ => SimError::Listen { port, source },
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;

        let state = Arc::new(SimState::new(base_url(address), speed, &options));
        let (keep_serving, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(listener, routes::router(Arc::clone(&state))).with_graceful_shutdown(async {
            // An error is what dropping the other end gives.
            let _ = stopped.await;
        });
        let server = tokio::spawn(async {
            // It never fails: trouble with one connection stays with that connection.
            let _ = serve.await;
        });
        Ok(Self { address, state, keep_serving: Some(keep_serving), server })
    }

    /// The base address, without a slash at the end: `http://127.0.0.1:8787`.
    pub fn url(&self) -> String {
        base_url(self.address)
    }

    /// The last requests in order of arrival, whatever they asked for and whoever sent them: at most 10,000, fewer when
    /// their bodies are above 64 MiB in all.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.recorder.requests()
    }

    /// The same requests, and forgets them: for tests that go on for long.
    pub fn take_requests(&self) -> Vec<RecordedRequest> {
        self.state.recorder.take()
    }

    /// The tasks as they are now, oldest first. Beyond 10,000 the oldest are forgotten once they have ended.
    pub fn tasks(&self) -> Vec<TaskView> {
        let now = Instant::now();
        self.state.tasks().all().map(|task| TaskView::new(task, now, &self.state.clock)).collect()
    }

    /// For how long slots were held between two instants, all of them together: two images in the making for 5 s count
    /// 10 s. Tasks that were forgotten do not count, nor those of other users.
    pub fn slot_time(&self, from: Instant, to: Instant) -> Duration {
        self.state.tasks().all().map(|task| task.slot_time(from, to)).sum()
    }

    /// The faults to come: queue one and the next request that it concerns meets it, or follow a plan.
    pub fn faults(&self) -> &Faults {
        &self.state.faults
    }

    /// Slots of a model (by any of its names) that other users of the account hold for so long, in both kinds of packs.
    pub fn occupy_slots(&self, model: &str, slots: usize, time: Duration) {
        self.state.tasks().occupy(model, slots, time);
    }

    /// Sets the clock that tokens are judged by so many seconds ahead of the machine's, or behind it. A token signed by
    /// the right time is then expired (1004) or not yet valid (1003).
    pub fn set_token_clock_ahead(&self, seconds: i64) {
        self.state.keys.set_ahead(seconds);
    }

    /// Lets another API key open the account.
    pub fn add_api_key(&self, key: &str) {
        self.state.keys.add_api_key(key);
    }

    /// Lets another access key and secret key open the account.
    pub fn add_key_pair(&self, access_key: &str, secret_key: &str) {
        self.state.keys.add_pair(access_key, secret_key);
    }

    /// Takes an API key, or an access key with its secret key, out of use. The demo keys are no exception.
    pub fn revoke_key(&self, key: &str) {
        self.state.keys.revoke(key);
    }

    /// Stops listening, lets running answers finish for at most 2 s, and returns when the port is free.
    pub async fn stop(mut self) {
        self.keep_serving = None;
        if timeout(PATIENCE, &mut self.server).await.is_err() {
            self.server.abort();
            // Wait for the listener to be dropped; the error is the cancellation just asked for.
            let _ = (&mut self.server).await;
        }
    }
}

/// The address alone: what was recorded is shown when asked for.
impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.keep_serving = None;
        self.server.abort();
    }
}

fn base_url(address: SocketAddr) -> String {
    format!("http://{address}")
}
