//! The whole `main` of a plugin.

use std::fmt;
use std::process::ExitCode;

use tokio::runtime::{self, Runtime};

use crate::connection::Connection;
#[cfg(feature = "remote")]
use crate::declaration::{Declaration, Folder, Invalid, Source};
use crate::settings::{BadSetting, InstallMethod, Settings};
use crate::{Plugin, life, stderr};

/// The whole `main` of a plugin: serves until the host is gone. [`Server`] with nothing changed.
pub fn serve(plugin: Plugin) -> ExitCode {
    Server::new(plugin).run()
}

/// A plugin about to be served.
///
/// How is told by `INSTALL_METHOD`, in the environment or, where it is not set or empty there, in the file `.env` of
/// the working directory. All other settings are looked up in the same way.
///
/// - `local`, or nothing: on the [standard streams](Connection::stdio), as Dify's daemon starts plugins.
/// - `remote`: registers with a running Dify for debugging, over TCP: `REMOTE_INSTALL_URL` (`host:port`, or
///   `REMOTE_INSTALL_HOST` and `REMOTE_INSTALL_PORT`) and `REMOTE_INSTALL_KEY`, as Dify's page of plugins shows them.
///   It needs what [`Server::declaration`] says. A lost connection is made again after 5 s, with the whole
///   registration. Three refusals in a row end it, as do three attempts to reach a Dify that was never there; one
///   that had it before and is away is waited for.
///
///   **Beware**: a Dify since plugin daemon 0.6.1 that has the plugin installed as a package *uninstalls that package*
///   when the debugged one leaves. `REMOTE_INSTALL_NAME` and `REMOTE_INSTALL_AUTHOR` register under another name.
/// - `serverless`: as an HTTP server on `SERVERLESS_HOST` (`0.0.0.0`) and `SERVERLESS_PORT` (8080), for the plugin
///   daemon at `DIFY_PLUGIN_DAEMON_URL` (`http://localhost:5002`). There is no authentication: whoever reaches the port
///   can invoke. An invocation that ended in the last 15 minutes and arrives again, the same to the byte, is not run
///   again: it is given the first one's answer, or told that it cannot be repeated.
/// - `aws_lambda`: the same on `AWS_LAMBDA_HOST` and `AWS_LAMBDA_PORT`.
///
/// Anything else, or a setting that cannot be used, is told by a line on stderr and a failure.
#[must_use]
pub struct Server {
    plugin: Plugin,
    #[cfg(feature = "remote")]
    declaration: Box<dyn FnOnce() -> Result<Declaration, Invalid> + Send>,
}

impl Server {
    /// A plugin declared by the folder it is started in.
    pub fn new(plugin: Plugin) -> Self {
        Self {
            plugin,
            #[cfg(feature = "remote")]
            declaration: Box::new(|| Declaration::from_source(&Folder::new("."))),
        }
    }

    /// Sets where the YAML and the icons are that remote mode registers: a folder, or files within the program. Read
    /// only there. Without it, it is the working directory, as in an unpacked package.
    #[cfg(feature = "remote")]
    pub fn declaration(mut self, source: impl Source + Send + 'static) -> Self {
        self.declaration = Box::new(move || Declaration::from_source(&source));
        self
    }

    /// Serves until the host is gone.
    ///
    /// Runs on a tokio runtime of its own with two worker threads. A panic anywhere prints one line to stderr, telling
    /// the place and never the message, which might quote a user's input.
    pub fn run(self) -> ExitCode {
        stderr::quiet_panics();
        match self.try_run() {
            Ok(code) => code,
            Err(error) => {
                error.to_string().lines().for_each(stderr::write_line);
                ExitCode::FAILURE
            }
        }
    }

    fn try_run(self) -> Result<ExitCode, BadSetting> {
        let settings = Settings::of_process(".")?;
        match settings.install_method()? {
            InstallMethod::Local => local(self.plugin),
            InstallMethod::Remote => remote(self, &settings),
            InstallMethod::Serverless => serverless(self, &settings, "SERVERLESS"),
            InstallMethod::AwsLambda => serverless(self, &settings, "AWS_LAMBDA"),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}

fn local(plugin: Plugin) -> Result<ExitCode, BadSetting> {
    let runtime = runtime()?;
    let connection = Connection::stdio().map_err(|error| cannot_start(&error))?;
    runtime.block_on(life::serve_on(plugin, connection));
    // Whatever blocks a thread must not keep the process.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "remote")]
fn remote(server: Server, settings: &Settings) -> Result<ExitCode, BadSetting> {
    let target = crate::remote::Target::of(settings)?;
    let declaration = (server.declaration)().map_err(|invalid| BadSetting(invalid.to_string()))?;
    let registration = crate::remote::Registration::new(&declaration, &target);
    let (plugin, runtime) = (std::sync::Arc::new(server.plugin), runtime()?);
    let code = runtime.block_on(crate::remote::serve(&plugin, &target, &registration));
    runtime.shutdown_background();
    Ok(code)
}

#[cfg(not(feature = "remote"))]
fn remote(_: Server, _: &Settings) -> Result<ExitCode, BadSetting> {
    Err(BadSetting("this plugin was built without its `remote` mode".into()))
}

#[cfg(feature = "serverless")]
fn serverless(server: Server, settings: &Settings, prefix: &str) -> Result<ExitCode, BadSetting> {
    let place = crate::serverless::Place::of(settings, prefix)?;
    let runtime = runtime()?;
    let code = runtime.block_on(crate::serverless::serve(server.plugin, place))?;
    runtime.shutdown_background();
    Ok(code)
}

#[cfg(not(feature = "serverless"))]
fn serverless(_: Server, _: &Settings, _: &str) -> Result<ExitCode, BadSetting> {
    Err(BadSetting("this plugin was built without its `serverless` mode".into()))
}

fn runtime() -> Result<Runtime, BadSetting> {
    let mut builder = runtime::Builder::new_multi_thread();
    builder.worker_threads(2).thread_name("dify-worker").enable_all().build().map_err(|error| cannot_start(&error))
}

fn cannot_start(error: &std::io::Error) -> BadSetting {
    BadSetting(format!("the plugin cannot start: {error}"))
}
