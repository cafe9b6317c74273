//! The parameters of a tool.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Number, Value};

use super::config::{check_select, note_twice, scope};
use super::field::{Field, Fields};
use super::permission::Switch;
use super::text::LocalizedText;
use super::words;

/// A parameter of a tool. Fields stand in the order in which the daemon stores them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Parameter {
    /// The name a call has it under.
    pub name: String,
    /// The name users see.
    pub label: LocalizedText,
    /// What it does, in the words of its user.
    pub human_description: LocalizedText,
    /// Its type: `string`, `number`, `select`, `file`, `files`, ...
    #[serde(rename = "type")]
    pub kind: String,
    /// What a selector offers.
    pub scope: Option<String>,
    /// Who fills it in: `llm` (a variable, or a language model), `form` (a constant in the node) or `schema` (when the
    /// tool is added).
    pub form: String,
    /// What it does, for a language model; empty where nothing is said.
    pub llm_description: String,
    /// Whether a call without it is refused by Dify.
    pub required: bool,
    /// Whether Dify offers to write it.
    pub auto_generate: Option<AutoGenerate>,
    /// Whether it is a template.
    pub template: Option<Switch>,
    /// What Dify fills in for a missing value.
    pub default: Option<Value>,
    /// The smallest number.
    pub min: Option<Number>,
    /// The largest number.
    pub max: Option<Number>,
    /// Whether several may be selected (daemon 0.5.0 and newer).
    pub multiple: bool,
    /// The digits behind the point.
    pub precision: Option<i64>,
    /// What a select offers.
    pub options: Option<Vec<ParameterOption>>,
}

/// How Dify offers to write a parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AutoGenerate {
    /// Always `prompt_instruction`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// One of the values of a select.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ParameterOption {
    /// What the plugin gets.
    pub value: String,
    /// What the user sees.
    pub label: LocalizedText,
    /// A picture; empty where there is none.
    pub icon: String,
}

const LONGEST_NAME: usize = 1023;

impl Parameter {
    /// The values of a select.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.options.iter().flatten().map(|option| option.value.as_str())
    }

    pub(super) fn read_all(field: &Field<'_>) -> Option<Vec<Self>> {
        let mut names = BTreeSet::new();
        let read = |field: Field<'_>| {
            field.required().object(|fields| {
                let parameter = Self::read(fields);
                note_twice(&fields.get("name"), &parameter.name, &mut names);
                parameter
            })
        };
        Some(field.list()?.into_iter().filter_map(read).collect())
    }

    fn read(fields: &Fields<'_>) -> Self {
        let text = |name| fields.get(name).text();
        // Fields of the Python SDK, which the daemon drops.
        fields.leave(&["input_schema", "show_on"]);
        let kind = text("type").required().one_of(&words::PARAMETER_TYPES).get();
        let parameter = Self {
            name: text("name").required().at_most(LONGEST_NAME).get(),
            label: LocalizedText::read(fields.get("label")),
            human_description: LocalizedText::read(fields.get("human_description")),
            scope: scope(&fields.get("scope"), &kind),
            kind,
            form: text("form").required().one_of(&words::FORMS).get(),
            llm_description: text("llm_description").get(),
            required: fields.get("required").flag(),
            auto_generate: fields.get("auto_generate").object(AutoGenerate::read),
            template: fields.get("template").object(|fields| Switch { enabled: fields.get("enabled").flag() }),
            default: fields.get("default").value(),
            min: fields.get("min").number(),
            max: fields.get("max").number(),
            multiple: fields.get("multiple").flag(),
            precision: fields.get("precision").integer(),
            options: options(&fields.get("options")),
        };
        let offered: Vec<_> = parameter.options().collect();
        check_select(fields, &parameter.kind, &offered, parameter.default.as_ref());
        parameter
    }
}

fn options(field: &Field<'_>) -> Option<Vec<ParameterOption>> {
    let option = |fields: &Fields<'_>| ParameterOption {
        value: fields.get("value").text().required().get(),
        label: LocalizedText::read(fields.get("label")),
        icon: fields.get("icon").text().get(),
    };
    Some(field.list()?.into_iter().filter_map(|field| field.required().object(option)).collect())
}

impl AutoGenerate {
    fn read(fields: &Fields<'_>) -> Self {
        Self { kind: fields.get("type").text().required().one_of(&["prompt_instruction"]).get() }
    }
}
