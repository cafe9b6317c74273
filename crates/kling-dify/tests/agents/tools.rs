//! The tools as a model sees them, made of the YAML that Dify reads, and what Dify adds to a model's arguments.

use std::path::Path;

use serde_json::{Map, Value, json};

/// The tools of the agents in these tests.
const TOOLS: [&str; 7] = [
    "text_2_video_create",
    "image_2_video_create",
    "omni_video_create",
    "image_generation_create",
    "task_query",
    "account_balance",
    "element_list",
];

fn declared(tool: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../plugin/tools/{tool}.yaml"));
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn parameters(tool: &Value) -> impl Iterator<Item = &Value> {
    tool["parameters"].as_array().unwrap().iter()
}

/// The tools in the form of `OpenAI`'s chat completions. A model fills what has the form `llm` and is no file.
pub(crate) fn for_the_model() -> Value {
    let tool = |name: &&str| {
        let tool = declared(name);
        let mut properties = Map::new();
        let mut required = Vec::new();
        for parameter in parameters(&tool).filter(|parameter| parameter["form"] == "llm") {
            let (name, kind) = (parameter["name"].as_str().unwrap(), parameter["type"].as_str().unwrap());
            if matches!(kind, "file" | "files") {
                continue;
            }
            let kind = if kind == "number" { "number" } else { "string" };
            let description = parameter["llm_description"].as_str().unwrap_or_else(|| panic!("{name} is described"));
            properties.insert(name.to_owned(), json!({"type": kind, "description": description}));
            if parameter["required"] == true {
                required.push(name.to_owned());
            }
        }
        json!({"type": "function", "function": {
            "name": tool["identity"]["name"],
            "description": tool["description"]["llm"],
            "parameters": {"type": "object", "properties": properties, "required": required},
        }})
    };
    TOOLS.iter().map(tool).collect()
}

/// The parameters of a call: the settings of the form as they stand when nobody changes them, and the model's arguments.
pub(crate) fn merged(tool: &str, arguments: Map<String, Value>) -> Map<String, Value> {
    let tool = declared(tool);
    let settings = parameters(&tool).filter(|parameter| parameter["form"] == "form" && !parameter["default"].is_null());
    let mut all: Map<String, Value> =
        settings.map(|setting| (setting["name"].as_str().unwrap().to_owned(), setting["default"].clone())).collect();
    all.extend(arguments);
    all
}

/// Without links that a model could put in the place of files, a picture never comes to life.
#[test]
fn a_model_can_fill_a_picture_into_each_tool_that_takes_one() {
    let tools = for_the_model();
    for (tool, names) in [
        ("image_2_video_create", &["image_url", "image_tail_url"][..]),
        ("image_generation_create", &["image_url"]),
        ("omni_video_create", &["image_urls", "first_frame_url", "end_frame_url"]),
    ] {
        let shown = tools.as_array().unwrap().iter().find(|shown| shown["function"]["name"] == tool).unwrap();
        let properties = &shown["function"]["parameters"]["properties"];
        assert!(names.iter().all(|name| properties[name]["type"] == "string"), "{tool}: {properties}");
    }
}
