//! Parameters of a tool that are known only when it is used.

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::request::Request;
use crate::{Credentials, Error, Plugin, Session};

/// Makes the parameters of tools whose declaration says `has_runtime_parameters: true`.
#[async_trait]
pub trait RuntimeParameters: Send + Sync + 'static {
    /// The parameters of a tool, all of them, each with the fields it would have in the tool's declaration (`name`,
    /// `label`, `human_description`, `type`, `form`, …).
    ///
    /// # Errors
    ///
    /// Whatever fails.
    async fn parameters(&self, request: RuntimeParametersRequest) -> Result<Vec<Map<String, Value>>, Error>;
}

/// Whose parameters are wanted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuntimeParametersRequest {
    /// Where the request comes from.
    pub session: Session,
    /// The provider's name.
    pub provider: String,
    /// The tool's name.
    pub tool: String,
    /// The credentials to look with.
    pub credentials: Credentials,
}

/// Answers the action `get_tool_runtime_parameters`.
pub(crate) async fn answer(plugin: &Plugin, request: Request) -> Result<Parameters, Error> {
    let Request { session, action, mut fields, .. } = request;
    let parameters = Plugin::part(plugin.runtime_parameters.as_ref(), &action)?;
    let request = RuntimeParametersRequest {
        session,
        provider: fields.string("provider"),
        tool: fields.string("tool"),
        credentials: fields.object("credentials").into(),
    };
    fields.check()?;
    plugin.check_provider(&request.provider)?;
    Ok(Parameters { parameters: parameters.parameters(request).await? })
}

#[derive(Serialize)]
pub(crate) struct Parameters {
    parameters: Vec<Map<String, Value>>,
}
