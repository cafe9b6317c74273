//! What each tool takes and gives, as tables: the program reads by them, and a test holds them against the YAML that
//! Dify reads.

/// A parameter's type in Dify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// `string`
    String,
    /// `number`
    Number,
    /// `select`
    Select,
    /// `file`
    File,
    /// `files`
    Files,
}

impl ParameterType {
    /// Dify's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Select => "select",
            Self::File => "file",
            Self::Files => "files",
        }
    }
}

/// One parameter of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ParameterType,
    /// What stands for a missing value: Dify's form shows it, and the program applies it again.
    pub default: Option<&'static str>,
    /// The values its form offers. The program takes others too: models and modes come and go.
    pub options: &'static [&'static str],
}

/// A tool as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToolTable {
    /// Its name.
    pub name: &'static str,
    /// Its parameters, in groups that tools share.
    pub parameters: &'static [&'static [Parameter]],
    /// The variables it sends, all of them in every call that ends well.
    pub outputs: &'static [&'static str],
}

impl ToolTable {
    /// All parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> {
        self.parameters.iter().copied().flatten()
    }

    /// The parameter of a name.
    pub(crate) fn find(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters().find(|parameter| parameter.name == name)
    }
}

const fn parameter(
    name: &'static str,
    kind: ParameterType,
    default: Option<&'static str>,
    options: &'static [&'static str],
) -> Parameter {
    Parameter { name, kind, default, options }
}

pub(crate) const fn text(name: &'static str) -> Parameter {
    parameter(name, ParameterType::String, None, &[])
}

/// A text whose form offers values: the existing plugin has one.
pub(crate) const fn text_of(name: &'static str, default: &'static str, options: &'static [&'static str]) -> Parameter {
    parameter(name, ParameterType::String, Some(default), options)
}

pub(crate) const fn number(name: &'static str) -> Parameter {
    parameter(name, ParameterType::Number, None, &[])
}

pub(crate) const fn number_or(name: &'static str, default: &'static str) -> Parameter {
    parameter(name, ParameterType::Number, Some(default), &[])
}

pub(crate) const fn choice(name: &'static str, options: &'static [&'static str]) -> Parameter {
    parameter(name, ParameterType::Select, None, options)
}

pub(crate) const fn choice_or(
    name: &'static str,
    default: &'static str,
    options: &'static [&'static str],
) -> Parameter {
    parameter(name, ParameterType::Select, Some(default), options)
}

/// Yes or no: a choice of texts, as workflows built on the existing plugin have it.
pub(crate) const fn flag(name: &'static str, default: bool) -> Parameter {
    choice_or(name, if default { "true" } else { "false" }, &["true", "false"])
}

pub(crate) const fn file(name: &'static str) -> Parameter {
    parameter(name, ParameterType::File, None, &[])
}

pub(crate) const fn files(name: &'static str) -> Parameter {
    parameter(name, ParameterType::Files, None, &[])
}

pub(crate) const SECONDS: &[&str] = &["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];
pub(crate) const VIDEO_RATIOS: &[&str] = &["16:9", "9:16", "1:1"];
pub(crate) const MODES: &[&str] = &["std", "pro", "4k"];
pub(crate) const SHOT_TYPES: &[&str] = &["customize", "intelligence"];
pub(crate) const SOUNDS: &[&str] = &["on", "off"];

/// How a creating tool waits.
pub(crate) const WAIT: &[Parameter] = &[flag("wait_for_result", true), number_or("max_wait_seconds", "480")];
/// How an asking tool waits.
pub(crate) const ASK: &[Parameter] = &[flag("wait_for_result", false), number_or("max_wait_seconds", "480")];
pub(crate) const VIDEO_FILE: &[Parameter] = &[flag("download_video", true)];
pub(crate) const IMAGE_FILE: &[Parameter] = &[flag("download_image", true)];
/// Which task.
pub(crate) const TASK: &[Parameter] = &[text("task_id"), text("external_task_id")];
/// What every task takes along.
pub(crate) const CALLER: &[Parameter] = &[text("callback_url"), text("external_task_id")];
pub(crate) const WATERMARK: &[Parameter] = &[flag("watermark", false)];

pub(crate) const MEDIA_OUTPUTS: &[&str] = &[
    "external_task_id",
    "task_id",
    "task_status",
    "handle",
    "url",
    "urls",
    "expires_at",
    "watermark_urls",
    "estimated_units",
    "units",
];
pub(crate) const ELEMENT_OUTPUTS: &[&str] =
    &["external_task_id", "task_id", "task_status", "handle", "url", "urls", "expires_at", "element_id"];
