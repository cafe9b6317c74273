//! What a plugin is made of, and the traits its author writes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::endpoint::{Endpoint, Endpoints};
use crate::oauth::OAuth;
use crate::options::DynamicOptions;
use crate::runtime_parameters::RuntimeParameters;
use crate::{BuildError, Credentials, Error, MessageSink, ToolCall};

/// One tool. Calls run concurrently, each in a task of its own.
#[async_trait]
pub trait Tool: Send + Sync + 'static {
    /// The tool's name in its declaration (`identity.name`). Asked once, when the plugin is built.
    fn name(&self) -> &str;

    /// Serves one call: any number of messages into `out`, then `Ok`, or an error the user is shown.
    ///
    /// Dify never cancels a call and gives up waiting after 600 s unless configured otherwise, so end well before
    /// that. The future is dropped only when the host goes away. A panic fails this call alone.
    ///
    /// As in any async code, do not block the thread: heartbeats and other calls share it. Work that takes more than
    /// some milliseconds of CPU belongs into `tokio::task::spawn_blocking`.
    ///
    /// # Errors
    ///
    /// Whatever the tool fails with; pass errors of `out` on with `?`.
    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error>;
}

/// Asked when a user saves credentials.
#[async_trait]
pub trait CredentialsCheck: Send + Sync + 'static {
    /// `Ok` when the credentials work.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidCredentials`] with the text the user should read; others pass as well.
    async fn check(&self, credentials: Credentials) -> Result<(), Error>;
}

/// A provider's tools, its endpoints and what else it offers, ready to be [served](crate::serve).
pub struct Plugin {
    pub(crate) provider: String,
    pub(crate) tools: HashMap<String, Arc<dyn Tool>>,
    pub(crate) credentials: Option<Arc<dyn CredentialsCheck>>,
    pub(crate) endpoints: Endpoints,
    pub(crate) options: Option<Arc<dyn DynamicOptions>>,
    pub(crate) runtime_parameters: Option<Arc<dyn RuntimeParameters>>,
    pub(crate) oauth: Option<Arc<dyn OAuth>>,
    #[cfg(feature = "http-client")]
    pub(crate) http: Option<reqwest::Client>,
}

impl Plugin {
    /// Starts a plugin for the provider of this name (`identity.name` of the provider's declaration).
    pub fn builder(provider: impl Into<String>) -> PluginBuilder {
        PluginBuilder {
            provider: provider.into(),
            tools: Vec::new(),
            credentials: None,
            endpoints: Vec::new(),
            options: None,
            runtime_parameters: None,
            oauth: None,
            #[cfg(feature = "http-client")]
            http: None,
        }
    }
}

impl Plugin {
    /// The texts are those of the Python SDK (`dify_plugin` 0.10.1).
    pub(crate) fn check_provider(&self, provider: &str) -> Result<(), Error> {
        if self.provider == provider {
            return Ok(());
        }
        Err(Error::NotFound(format!("Provider `{provider}` not found")))
    }

    /// The part that answers an action, if the plugin was built with it.
    pub(crate) fn part<T: ?Sized>(part: Option<&Arc<T>>, action: &str) -> Result<Arc<T>, Error> {
        part.cloned().ok_or_else(|| Self::does_not_implement(action))
    }

    pub(crate) fn does_not_implement(action: &str) -> Error {
        Error::NotImplemented(format!("this plugin does not implement the action `{action}`"))
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("provider", &self.provider)
            .field("tools", &self.tools.keys())
            .field("credentials", &self.credentials.is_some())
            .field("endpoints", &self.endpoints)
            .field("options", &self.options.is_some())
            .field("runtime_parameters", &self.runtime_parameters.is_some())
            .field("oauth", &self.oauth.is_some())
            .finish_non_exhaustive()
    }
}

/// Collects the parts of a [`Plugin`].
#[must_use]
pub struct PluginBuilder {
    provider: String,
    tools: Vec<Arc<dyn Tool>>,
    credentials: Option<Arc<dyn CredentialsCheck>>,
    endpoints: Vec<Arc<dyn Endpoint>>,
    options: Option<Arc<dyn DynamicOptions>>,
    runtime_parameters: Option<Arc<dyn RuntimeParameters>>,
    oauth: Option<Arc<dyn OAuth>>,
    #[cfg(feature = "http-client")]
    http: Option<reqwest::Client>,
}

impl PluginBuilder {
    /// Adds a tool.
    pub fn tool(mut self, tool: impl Tool) -> Self {
        self.tools.push(Arc::new(tool));
        self
    }

    /// Sets how credentials are checked. Without it all are taken as they are.
    pub fn credentials(mut self, check: impl CredentialsCheck) -> Self {
        self.credentials = Some(Arc::new(check));
        self
    }

    /// Adds an endpoint.
    pub fn endpoint(mut self, endpoint: impl Endpoint) -> Self {
        self.endpoints.push(Arc::new(endpoint));
        self
    }

    /// Sets who lists the options of parameters of the type `dynamic-select`.
    pub fn options(mut self, options: impl DynamicOptions) -> Self {
        self.options = Some(Arc::new(options));
        self
    }

    /// Sets who makes the parameters of tools that declare `has_runtime_parameters`.
    pub fn runtime_parameters(mut self, parameters: impl RuntimeParameters) -> Self {
        self.runtime_parameters = Some(Arc::new(parameters));
        self
    }

    /// Sets how users sign in at the service, for a provider that declares an `oauth_schema`.
    pub fn oauth(mut self, oauth: impl OAuth) -> Self {
        self.oauth = Some(Arc::new(oauth));
        self
    }

    /// Sets the client for the calls back into Dify that are HTTP: the upload of files, and all of them in serverless
    /// mode. Without it those fail with [`CallError::NoHttpClient`](crate::CallError::NoHttpClient). It must reach hosts
    /// in Dify's own network.
    #[cfg(feature = "http-client")]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// The plugin.
    ///
    /// # Errors
    ///
    /// [`BuildError::DuplicateTool`] when two tools have one name, [`BuildError::DuplicateEndpoint`] and
    /// [`BuildError::InvalidEndpoint`] for endpoints that cannot be served.
    pub fn build(self) -> Result<Plugin, BuildError> {
        let mut tools = HashMap::with_capacity(self.tools.len());
        for tool in self.tools {
            match tools.entry(tool.name().to_owned()) {
                Entry::Occupied(taken) => return Err(BuildError::DuplicateTool(taken.key().clone())),
                Entry::Vacant(free) => free.insert(tool),
            };
        }
        Ok(Plugin {
            provider: self.provider,
            tools,
            credentials: self.credentials,
            endpoints: Endpoints::new(self.endpoints)?,
            options: self.options,
            runtime_parameters: self.runtime_parameters,
            oauth: self.oauth,
            #[cfg(feature = "http-client")]
            http: self.http,
        })
    }
}

impl fmt::Debug for PluginBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginBuilder").field("provider", &self.provider).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(&'static str);

    #[async_trait]
    impl Tool for Named {
        fn name(&self) -> &str {
            self.0
        }

        async fn invoke(&self, _: ToolCall, _: MessageSink) -> Result<(), Error> {
            Ok(())
        }
    }

    #[test]
    fn one_name_twice_is_refused() {
        let built = Plugin::builder("probe").tool(Named("a")).tool(Named("b")).tool(Named("a")).build();
        assert_eq!(built.err(), Some(BuildError::DuplicateTool("a".into())));
        assert!(Plugin::builder("probe").tool(Named("a")).tool(Named("b")).build().is_ok());
    }
}
