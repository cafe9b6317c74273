//! What users fill in once: credentials of a provider, settings of an endpoint group.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::field::{Field, Fields};
use super::finding::Rule;
use super::text::LocalizedText;
use super::words;

/// A credential or a setting. Fields stand in the order in which the daemon stores them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Config {
    /// The key under which a call has it.
    pub name: String,
    /// `secret-input`, `text-input`, `select`, `boolean`, `model-selector`, `app-selector` or `array[tools]`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What a selector offers.
    pub scope: Option<String>,
    /// Whether it must be filled in.
    pub required: bool,
    /// What it is where nothing is filled in: a text, a number or a boolean.
    pub default: Option<Value>,
    /// What a select offers.
    pub options: Option<Vec<ConfigOption>>,
    /// Whether several may be selected.
    pub multiple: bool,
    /// Its name in the form.
    pub label: LocalizedText,
    /// Where to get it.
    pub help: Option<LocalizedText>,
    /// A link beside the help.
    pub url: Option<String>,
    /// What stands in the empty field.
    pub placeholder: Option<LocalizedText>,
}

/// One of the values of a select.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConfigOption {
    /// What the plugin gets.
    pub value: String,
    /// What the user sees.
    pub label: LocalizedText,
}

/// The most options of a credential or a setting.
const MOST_OPTIONS: usize = 127;
const LONGEST_OPTION: usize = 127;
const LONGEST_NAME: usize = 1023;

impl Config {
    /// A list of configs; `None` where there is none.
    pub(super) fn list(field: &Field<'_>) -> Option<Vec<Self>> {
        let mut names = BTreeSet::new();
        let read = |config: Field<'_>| {
            config.required().object(|fields| {
                let name = fields.get("name");
                let config = Self::read(fields, name.clone().text().required().at_most(LONGEST_NAME).get());
                note_twice(&name, &config.name, &mut names);
                config
            })
        };
        Some(field.list()?.into_iter().filter_map(read).collect())
    }

    /// A list of configs, or a map of them by name.
    pub(super) fn list_or_map(field: &Field<'_>) -> Option<Vec<Self>> {
        if !field.is_map() {
            return Self::list(field);
        }
        let read = |(name, config): (&str, Field<'_>)| {
            if name.chars().count() > LONGEST_NAME {
                config.note(Rule::TooLong, format!("must not have a name of more than {LONGEST_NAME} characters"));
            }
            config.required().object(|fields| {
                // The key wins.
                fields.leave(&["name"]);
                Self::read(fields, name.to_owned())
            })
        };
        Some(field.entries()?.into_iter().filter_map(read).collect())
    }

    fn read(fields: &Fields<'_>, name: String) -> Self {
        let text = |name| fields.get(name).text();
        let kind = text("type").required().one_of(&words::CONFIG_TYPES).get();
        let config = Self {
            name,
            scope: scope(&fields.get("scope"), &kind),
            kind,
            required: fields.get("required").flag(),
            default: fields.get("default").basic(),
            options: options(&fields.get("options")),
            multiple: fields.get("multiple").flag(),
            label: LocalizedText::read(fields.get("label")),
            help: LocalizedText::optional(&fields.get("help")),
            url: text("url").optional(),
            placeholder: LocalizedText::optional(&fields.get("placeholder")),
        };
        let offered: Vec<_> = config.options.iter().flatten().map(|option| option.value.as_str()).collect();
        check_select(fields, &config.kind, &offered, config.default.as_ref());
        config
    }
}

fn options(field: &Field<'_>) -> Option<Vec<ConfigOption>> {
    let options = field.list()?;
    if options.len() > MOST_OPTIONS {
        field.note(Rule::TooMany, format!("must not be more than {MOST_OPTIONS}"));
    }
    let option = |fields: &Fields<'_>| ConfigOption {
        value: fields.get("value").text().required().at_most(LONGEST_OPTION).get(),
        label: LocalizedText::read(fields.get("label")),
    };
    Some(options.into_iter().filter_map(|field| field.required().object(option)).collect())
}

/// Notes a name that was there before.
pub(super) fn note_twice(place: &Field<'_>, name: &str, names: &mut BTreeSet<String>) {
    if !name.is_empty() && !names.insert(name.to_owned()) {
        place.note(Rule::DuplicateName, format!("is \"{name}\", which is taken"));
    }
}

/// The `scope` of a type.
pub(super) fn scope(field: &Field<'_>, kind: &str) -> Option<String> {
    let scope = field.clone().text().at_most(1024).optional()?;
    let Some(known) = words::scopes(kind) else {
        // An unknown type is noted at the type.
        if !kind.is_empty() {
            field.note(Rule::Scope, format!("must not be given for the type {kind}"));
        }
        return Some(scope);
    };
    let mut unknown = scope.split('&').map(str::trim).filter(|word| !known.contains(word)).peekable();
    if let Some(word) = unknown.peek() {
        let rule =
            if scope.split('&').all(|word| !known.contains(&word.trim())) { Rule::Scope } else { Rule::ScopeWord };
        field.note(rule, format!("has \"{word}\", which is not one of {}", known.join(", ")));
    }
    Some(scope)
}

/// What holds for selects alone.
pub(super) fn check_select(fields: &Fields<'_>, kind: &str, offered: &[&str], default: Option<&Value>) {
    if kind != "select" {
        return;
    }
    if offered.is_empty() {
        fields.get("options").note(Rule::NothingToSelect, "should offer something to select");
    } else if let Some(default) = default {
        let values = default.as_array().map_or(std::slice::from_ref(default), Vec::as_slice);
        if !values.iter().all(|value| value.as_str().is_some_and(|value| value.is_empty() || offered.contains(&value)))
        {
            fields.get("default").note(Rule::DefaultNotOffered, format!("is {default}, which is no option"));
        }
    }
}
