//! Remote mode: a plugin on its developer's machine, registered with a Dify elsewhere.
//!
//! Plain TCP, a JSON value a line both ways, but for errors: the daemon writes those as plain text before it closes the
//! connection. It acknowledges nothing, so what lasts has worked (dify-plugin-daemon 0.6.10).

mod link;
mod registration;
mod target;
#[cfg(test)]
mod tests;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

use crate::{Plugin, stderr};

pub(crate) use registration::Registration;
pub(crate) use target::Target;

/// From a lost connection, or one that could not be made, to the next attempt. As `dify_plugin` 0.10.1 does.
const RECONNECT: Duration = Duration::from_secs(5);
/// How often in a row an attempt may fail, where none has worked before or Dify is there and refuses.
const MAX_FAILURES: u32 = 3;
/// A connection that lasted as long was a registration that worked: Dify allows 10 s for one.
const REGISTERED: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(10);

/// Registers and serves, again and again.
///
/// Returns, with a failure, when it fails three times in a row. Once it has worked, a Dify that cannot be reached is
/// waited for without end: it may be restarting.
pub(crate) async fn serve(plugin: &Arc<Plugin>, target: &Target, registration: &Registration) -> ExitCode {
    introduce(target, registration);
    let dial = || async {
        let stream = timeout(CONNECT, TcpStream::connect((target.host.as_str(), target.port))).await;
        let stream = stream.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        stream.set_nodelay(true)?;
        Ok(stream)
    };
    keep_registered(plugin, target, registration, dial, &|line| stderr::write_line(line)).await;
    ExitCode::FAILURE
}

/// How one attempt ended.
enum Ended {
    /// After a registration that worked.
    Lost,
    /// Dify is there and did not want it.
    Refused,
    /// Dify is not there, or closes the connection without a word.
    Unreachable(io::Error),
}

async fn keep_registered<S: link::Stream, D: Future<Output = io::Result<S>>>(
    plugin: &Arc<Plugin>,
    target: &Target,
    registration: &Registration,
    dial: impl Fn() -> D,
    say: link::Say<'_>,
) {
    // Those in a row that count, and those of a Dify that is away for a while.
    let (mut failures, mut away, mut has_worked) = (0, 0_u32, false);
    while failures < MAX_FAILURES {
        let ended = match dial().await {
            Err(error) => Ended::Unreachable(error),
            Ok(stream) => {
                let start = Instant::now();
                let complained = link::serve(plugin, stream, target, registration, say).await;
                if start.elapsed() >= REGISTERED {
                    Ended::Lost
                } else if complained {
                    Ended::Refused
                } else {
                    // As a proxy does with nobody behind it.
                    Ended::Unreachable(io::Error::other("it closes the connection"))
                }
            }
        };
        let next = Instant::now() + RECONNECT;
        match ended {
            Ended::Lost => {
                (failures, away, has_worked) = (0, 0, true);
                say(&format!("the connection to {target} is lost, {}", again()));
            }
            Ended::Refused => {
                failures += 1;
                say(&format!("{target} does not keep the plugin, {}", attempt(failures)));
            }
            Ended::Unreachable(error) if has_worked => {
                away += 1;
                // Ever more rarely.
                if away.is_power_of_two() {
                    say(&format!("{target} cannot be reached ({error}), {}", again()));
                }
            }
            Ended::Unreachable(error) => {
                failures += 1;
                say(&format!("{target} cannot be reached ({error}), {}", attempt(failures)));
            }
        }
        if failures < MAX_FAILURES {
            sleep_until(next).await;
        }
    }
}

fn again() -> String {
    format!("trying again in {} s", RECONNECT.as_secs())
}

fn attempt(failures: u32) -> String {
    if failures >= MAX_FAILURES { format!("{failures} times in a row: giving up") } else { again() }
}

/// Says what is about to happen, and what may go wrong with it.
fn introduce(target: &Target, registration: &Registration) {
    let Registration { identity, renamed, .. } = registration;
    stderr::write_line(&format!("registering {identity} with {target} for debugging"));
    if !renamed {
        stderr::write_line(&format!(
            "beware: where {identity} is installed as a package, Dify uninstalls that package when this session ends; \
             set REMOTE_INSTALL_NAME or REMOTE_INSTALL_AUTHOR to debug under another name"
        ));
    }
}
