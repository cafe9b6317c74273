//! What a plugin is made of, and the traits its author writes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

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

/// A provider's tools and its credentials check, ready to be [served](crate::serve).
pub struct Plugin {
    pub(crate) provider: String,
    pub(crate) tools: HashMap<String, Arc<dyn Tool>>,
    pub(crate) credentials: Option<Arc<dyn CredentialsCheck>>,
}

impl Plugin {
    /// Starts a plugin for the provider of this name (`identity.name` of the provider's declaration).
    pub fn builder(provider: impl Into<String>) -> PluginBuilder {
        PluginBuilder { provider: provider.into(), tools: Vec::new(), credentials: None }
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("provider", &self.provider)
            .field("tools", &self.tools.keys())
            .field("credentials", &self.credentials.is_some())
            .finish()
    }
}

/// Collects the parts of a [`Plugin`].
#[must_use]
pub struct PluginBuilder {
    provider: String,
    tools: Vec<Arc<dyn Tool>>,
    credentials: Option<Arc<dyn CredentialsCheck>>,
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

    /// The plugin.
    ///
    /// # Errors
    ///
    /// [`BuildError::DuplicateTool`] when two tools have one name.
    pub fn build(self) -> Result<Plugin, BuildError> {
        let mut tools = HashMap::with_capacity(self.tools.len());
        for tool in self.tools {
            match tools.entry(tool.name().to_owned()) {
                Entry::Occupied(taken) => return Err(BuildError::DuplicateTool(taken.key().clone())),
                Entry::Vacant(free) => free.insert(tool),
            };
        }
        Ok(Plugin { provider: self.provider, tools, credentials: self.credentials })
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
