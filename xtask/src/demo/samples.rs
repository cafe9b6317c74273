//! What the demo gives to each tool.

use anyhow::{Context, Result};

/// A tool with sample inputs.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) tool: &'static str,
    /// What must have happened: a call of another tool, with its own sample.
    pub(crate) before: Option<Before>,
    pub(crate) inputs: &'static [(&'static str, Given)],
    pub(crate) delivers: Delivers,
}

/// An earlier call.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) tool: &'static str,
    /// Whether it waits for its result.
    pub(crate) waits: bool,
}

/// A value for a parameter.
#[derive(Debug)]
pub(crate) enum Given {
    Text(&'static str),
    Number(u32),
    /// A picture that lies in Dify: a ring.
    Picture,
    /// A list of so many others, of the same ring.
    Pictures(u32),
    /// What the earlier call gave out under this name.
    Earlier(&'static str),
}

/// The files a sample makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivers {
    Videos(usize),
    Images(usize),
    Nothing,
}

use Delivers::{Images, Nothing, Videos};
use Given::{Earlier, Number, Picture, Pictures, Text};

const BOAT: Given = Text("A paper boat drifts down a rainy street, slow dolly in");
const WAIT: (&str, Given) = ("wait_for_result", Text("true"));
const QUERY: &[(&str, Given)] = &[("task_id", Earlier("task_id")), WAIT];

const fn started(tool: &'static str) -> Before {
    Before { tool, waits: false }
}

const fn made(tool: &'static str) -> Before {
    Before { tool, waits: true }
}

/// One row a tool, in the order of the provider's list. What is not given has the form's default.
pub(crate) const SAMPLES: &[Sample] = &[
    Sample { tool: "text_2_video_create", before: None, inputs: &[("prompt", BOAT)], delivers: Videos(1) },
    Sample {
        tool: "text_2_video_query",
        before: Some(started("text_2_video_create")),
        inputs: QUERY,
        delivers: Videos(1),
    },
    Sample {
        tool: "image_2_video_create",
        before: None,
        inputs: &[("image", Picture), ("prompt", Text("The ring turns slowly, light wanders over it"))],
        delivers: Videos(1),
    },
    Sample {
        tool: "image_2_video_query",
        before: Some(started("image_2_video_create")),
        inputs: QUERY,
        delivers: Videos(1),
    },
    Sample {
        tool: "omni_video_create",
        before: None,
        inputs: &[
            ("prompt", Text("The ring of <<<image_1>>> floats over a calm sea at dawn")),
            ("image_list", Pictures(1)),
            ("aspect_ratio", Text("16:9")),
        ],
        delivers: Videos(1),
    },
    Sample { tool: "omni_video_query", before: Some(started("omni_video_create")), inputs: QUERY, delivers: Videos(1) },
    Sample {
        tool: "image_generation_create",
        before: None,
        inputs: &[("prompt", Text("A lighthouse in fog, watercolour")), ("n", Number(2))],
        delivers: Images(2),
    },
    Sample {
        tool: "image_generation_query",
        before: Some(started("image_generation_create")),
        inputs: QUERY,
        delivers: Images(2),
    },
    Sample {
        tool: "omni_image_create",
        before: None,
        inputs: &[
            ("prompt", Text("The ring of <<<image_1>>> on a wooden table by a window")),
            ("image_list", Pictures(1)),
            ("n", Number(2)),
        ],
        delivers: Images(2),
    },
    Sample { tool: "omni_image_query", before: Some(started("omni_image_create")), inputs: QUERY, delivers: Images(2) },
    Sample {
        tool: "element_create",
        before: None,
        inputs: &[
            ("element_name", Text("Ring")),
            ("element_description", Text("A plain golden ring")),
            ("reference_type", Text("image_refer")),
            ("element_frontal_image", Picture),
            ("element_refer_images", Pictures(1)),
        ],
        delivers: Nothing,
    },
    Sample { tool: "element_query", before: Some(started("element_create")), inputs: QUERY, delivers: Nothing },
    Sample { tool: "element_list", before: Some(made("element_create")), inputs: &[], delivers: Nothing },
    Sample {
        tool: "element_delete",
        before: Some(made("element_create")),
        inputs: &[("element_id", Earlier("element_id"))],
        delivers: Nothing,
    },
    Sample {
        tool: "task_query",
        before: Some(started("text_2_video_create")),
        inputs: &[("handle", Earlier("handle")), WAIT],
        delivers: Videos(1),
    },
    Sample {
        tool: "task_list",
        before: Some(started("text_2_video_create")),
        inputs: &[("kind", Text("video")), ("within_hours", Number(1))],
        delivers: Nothing,
    },
    Sample { tool: "account_balance", before: None, inputs: &[], delivers: Nothing },
];

/// The sample of a tool.
///
/// # Errors
/// When there is no such tool, with those there are.
pub(crate) fn find(tool: &str) -> Result<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.tool == tool).with_context(|| {
        let names: Vec<_> = SAMPLES.iter().map(|sample| sample.tool).collect();
        format!("there is no tool `{tool}`; there are {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::{Declaration, Tool};
    use crate::project;

    fn declaration() -> Declaration {
        Declaration::read(&project::root().join("plugin")).unwrap()
    }

    #[test]
    fn every_tool_of_the_provider_has_a_sample() {
        let declaration = declaration();
        let tools: Vec<_> = declaration.tools().iter().map(Tool::name).collect();
        let samples: Vec<_> = SAMPLES.iter().map(|sample| sample.tool).collect();
        assert_eq!(samples, tools);
    }

    #[test]
    fn samples_give_what_the_tools_take() {
        let declaration = declaration();
        for Sample { tool, inputs, .. } in SAMPLES {
            let tool = declaration.tool(tool).unwrap();
            for (name, given) in *inputs {
                let place = format!("{}.{name}", tool.name());
                let parameter = tool.parameter(name).unwrap_or_else(|| panic!("{place} does not exist"));
                let kinds: &[&str] = match given {
                    Text(_) => &["string", "select"],
                    Number(_) => &["number"],
                    Picture => &["file"],
                    Pictures(_) => &["files"],
                    Earlier(_) => &["string"],
                };
                assert!(kinds.contains(&parameter.kind.as_str()), "{place} takes a {}", parameter.kind);
                if let (Text(text), "select") = (given, parameter.kind.as_str()) {
                    assert!(parameter.options().any(|option| option == *text), "{place} does not take {text}");
                }
            }
            let given = |name| inputs.iter().any(|(given, _)| *given == name);
            for parameter in tool.parameters().iter().filter(|parameter| parameter.required) {
                assert!(given(parameter.name.as_str()), "{}.{} is required", tool.name(), parameter.name);
            }
        }
    }

    #[test]
    fn what_comes_before_needs_nothing_before() {
        for Sample { before, inputs, .. } in SAMPLES {
            let needs = inputs.iter().any(|(_, given)| matches!(given, Earlier(_)));
            assert!(!needs || before.is_some());
            if let Some(Before { tool, .. }) = before {
                assert!(find(tool).unwrap().before.is_none(), "{tool}");
            }
        }
    }

    #[test]
    fn an_unknown_tool_is_told_in_one_line_with_those_there_are() {
        let refusal = find("text2video").unwrap_err().to_string();
        assert!(refusal.starts_with("there is no tool `text2video`; there are text_2_video_create, "), "{refusal}");
        assert!(refusal.ends_with("task_query, task_list, account_balance") && !refusal.contains('\n'), "{refusal}");
    }
}
