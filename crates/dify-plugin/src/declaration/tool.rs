//! A tool's file.

use serde::Serialize;
use serde_json::{Map, Value};

use super::field::{Field, Fields};
use super::finding::Rule;
use super::parameter::Parameter;
use super::text::LocalizedText;
use super::words;

/// A tool. Fields stand in the order in which the daemon stores them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tool {
    /// What it is called.
    pub identity: ToolIdentity,
    /// What it does.
    pub description: ToolDescription,
    /// Its parameters, in their order; `None` where nothing is said.
    pub parameters: Option<Vec<Parameter>>,
    /// A JSON Schema of its outputs, besides those that Dify gives to every tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Value>,
    /// Whether its parameters are asked for with `get_tool_runtime_parameters`.
    pub has_runtime_parameters: bool,
}

/// What a tool is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ToolIdentity {
    /// Who makes it.
    pub author: String,
    /// The name a call has.
    pub name: String,
    /// The name users see.
    pub label: LocalizedText,
}

/// What a tool does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ToolDescription {
    /// In the words of its user.
    pub human: LocalizedText,
    /// For a language model that is to call it.
    pub llm: String,
}

/// The form of the names of tools and providers.
pub(super) const NAME_FORM: &str = "only letters, digits, _ and - are allowed";

impl Tool {
    /// The name a call has.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Its parameters, in their order.
    pub fn parameters(&self) -> &[Parameter] {
        self.parameters.as_deref().unwrap_or_default()
    }

    /// The parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters().iter().find(|parameter| parameter.name == name)
    }

    /// The names of its outputs besides those that Dify gives to every tool.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        let properties = self.output_schema.as_ref().and_then(|schema| schema.get("properties")?.as_object());
        properties.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    pub(super) fn read(field: &Field<'_>) -> Option<Self> {
        field.object(|fields| {
            // For the Python SDK.
            fields.leave(&["extra"]);
            let output_schema = fields.get("output_schema");
            Self {
                identity: fields.get("identity").required().object(ToolIdentity::read).unwrap_or_default(),
                description: fields.get("description").required().object(ToolDescription::read).unwrap_or_default(),
                parameters: Parameter::read_all(&fields.get("parameters")),
                // An empty one is not stored.
                output_schema: output_schema
                    .object(Fields::leave_all)
                    .and_then(|()| output_schema.value())
                    .filter(|schema| schema.as_object().is_some_and(|schema| !schema.is_empty())),
                has_runtime_parameters: fields.get("has_runtime_parameters").flag(),
            }
        })
    }
}

impl ToolIdentity {
    fn read(fields: &Fields<'_>) -> Self {
        let text = |name| fields.get(name).text().required();
        let is_lower = |name: &str| words::is_lower_name(name);
        Self {
            author: text("author").get(),
            name: text("name")
                .like(Rule::Pattern, words::is_name, NAME_FORM)
                .like(Rule::LowerCaseTool, is_lower, "should be in lower case")
                .get(),
            label: LocalizedText::read(fields.get("label")),
        }
    }
}

impl ToolDescription {
    fn read(fields: &Fields<'_>) -> Self {
        Self { human: LocalizedText::read(fields.get("human")), llm: fields.get("llm").text().required().get() }
    }
}
