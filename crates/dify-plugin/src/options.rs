//! Options that are looked up when a user opens the list.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;

use crate::request::Request;
use crate::{Credentials, Error, Plugin, Session};

/// Lists the options of parameters of the type `dynamic-select`. Needs dify-plugin-daemon 0.1.3.
///
/// ```
/// use dify_plugin::{DynamicOptions, Error, OptionsRequest, ParameterOption, async_trait};
///
/// struct Voices;
///
/// #[async_trait]
/// impl DynamicOptions for Voices {
///     async fn options(&self, request: OptionsRequest) -> Result<Vec<ParameterOption>, Error> {
///         match request.parameter.as_str() {
///             "voice" => Ok(vec![ParameterOption::new("v-1", "Anna").label("zh_Hans", "安娜")]),
///             other => Err(Error::NotFound(format!("the parameter `{other}` has no list"))),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait DynamicOptions: Send + Sync + 'static {
    /// The options of one parameter, in the order to show.
    ///
    /// # Errors
    ///
    /// Whatever fails; the user sees the message in the place of the list.
    async fn options(&self, request: OptionsRequest) -> Result<Vec<ParameterOption>, Error>;
}

/// Whose options are wanted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OptionsRequest {
    /// Where the request comes from.
    pub session: Session,
    /// The provider's name.
    pub provider: String,
    /// The tool's name (`provider_action` on the wire).
    pub tool: String,
    /// The parameter's name.
    pub parameter: String,
    /// The credentials to look with.
    pub credentials: Credentials,
    /// `api-key`, `oauth2` or `unauthorized`; absent where the host does not say.
    pub credential_type: Option<String>,
}

/// One option of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct ParameterOption {
    value: String,
    /// By language.
    label: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
}

impl ParameterOption {
    /// An option: what the tool gets, and the English label.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: BTreeMap::from([("en_US".to_owned(), label.into())]), icon: None }
    }

    /// The label in another language: `zh_Hans`, `ja_JP` or `pt_BR`.
    pub fn label(mut self, language: impl Into<String>, label: impl Into<String>) -> Self {
        self.label.insert(language.into(), label.into());
        self
    }

    /// The address of a small picture.
    pub fn icon(mut self, url: impl Into<String>) -> Self {
        self.icon = Some(url.into());
        self
    }
}

/// Answers the action `fetch_parameter_options`.
pub(crate) async fn answer(plugin: &Plugin, request: Request) -> Result<Options, Error> {
    let Request { session, action, mut fields, .. } = request;
    let options = Plugin::part(plugin.options.as_ref(), &action)?;
    let request = OptionsRequest {
        session,
        provider: fields.string("provider"),
        tool: fields.string("provider_action"),
        parameter: fields.string("parameter"),
        credentials: fields.object("credentials").into(),
        credential_type: fields.optional_string("credential_type"),
    };
    fields.check()?;
    plugin.check_provider(&request.provider)?;
    Ok(Options { options: options.options(request).await? })
}

#[derive(Serialize)]
pub(crate) struct Options {
    options: Vec<ParameterOption>,
}
