//! Endpoints: HTTP routes that Dify opens for a plugin.

use serde::Serialize;

use super::config::Config;
use super::field::Field;
use super::finding::Rule;
use super::provider::WithPaths;
use super::words;

/// A group of endpoints, which users set up together. Fields stand in the order in which the daemon stores them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EndpointGroup {
    /// What users fill in, in their order; `None` where nothing is said.
    pub settings: Option<Vec<Config>>,
    /// Its endpoints: those of the file itself, then those of the files it names; `None` where there is none.
    pub endpoints: Option<Vec<Endpoint>>,
}

/// One route.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// Its path, with variables: `/callback/<task_id>`.
    pub path: String,
    /// `HEAD`, `GET`, `POST`, `PUT`, `DELETE` or `OPTIONS`.
    pub method: String,
    /// Whether Dify leaves it out of what it shows.
    pub hidden: bool,
}

impl EndpointGroup {
    /// Its endpoints.
    pub fn endpoints(&self) -> &[Endpoint] {
        self.endpoints.as_deref().unwrap_or_default()
    }

    pub(super) fn read<'a>(field: &Field<'a>) -> Option<WithPaths<'a, Self>> {
        field.object(|fields| {
            // For the Python SDK.
            fields.leave(&["extra"]);
            let (mut endpoints, mut paths) = (Vec::new(), Vec::new());
            for endpoint in fields.get("endpoints").list().unwrap_or_default() {
                if endpoint.is_scalar() {
                    paths.extend(endpoint.named_file());
                } else {
                    endpoints.extend(Endpoint::read(&endpoint));
                }
            }
            let endpoints = (!endpoints.is_empty()).then_some(endpoints);
            (Self { settings: Config::list(&fields.get("settings")), endpoints }, paths)
        })
    }
}

impl Endpoint {
    pub(super) fn read(field: &Field<'_>) -> Option<Self> {
        field.object(|fields| {
            // For the Python SDK.
            fields.leave(&["extra"]);
            let text = |name| fields.get(name).text().required();
            Self {
                path: text("path").like(Rule::Pattern, |path| path.starts_with('/'), "must begin with /").get(),
                method: text("method").one_of(&words::METHODS).get(),
                hidden: fields.get("hidden").flag(),
            }
        })
    }
}
