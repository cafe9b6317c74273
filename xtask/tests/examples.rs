//! The apps of `examples/dify/` import into Dify and fit what the plugin declares; and what does not fit is noticed.

mod dsl;
mod support;

use std::fs;
use std::sync::LazyLock;

use dsl::{Declared, findings, read};
use serde_json::{Value, json};
use xtask::project;

static DECLARED: LazyLock<Declared> = LazyLock::new(Declared::read);

/// The names of the files and their YAML, in the order of their numbers.
static EXAMPLES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let files = fs::read_dir(project::root().join("examples/dify")).unwrap().map(|file| file.unwrap().path());
    let apps = files.filter(|path| path.extension().is_some_and(|it| it == "yml"));
    let mut apps: Vec<_> = apps
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    apps.sort();
    apps
});

static APPS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    EXAMPLES.iter().map(|(file, yaml)| read(yaml).unwrap_or_else(|it| panic!("{file}: {it:?}"))).collect()
});

/// Asserts that a change is noticed, and as what it is.
#[track_caller]
fn assert_noticed(number: usize, expected: &str, spoil: impl FnOnce(&mut Value)) {
    let mut app = APPS[number - 1].clone();
    spoil(&mut app);
    let found = findings(&app, &DECLARED);
    assert!(found.iter().any(|line| line.contains(expected)), "`{expected}` is not among {found:?}");
}

fn nodes(app: &mut Value) -> &mut Vec<Value> {
    app["workflow"]["graph"]["nodes"].as_array_mut().unwrap()
}

fn edges(app: &mut Value) -> &mut Vec<Value> {
    app["workflow"]["graph"]["edges"].as_array_mut().unwrap()
}

fn node<'a>(app: &'a mut Value, id: &str) -> &'a mut Value {
    nodes(app).iter_mut().find(|node| node["id"] == id).unwrap_or_else(|| panic!("there is no node {id}"))
}

fn data<'a>(app: &'a mut Value, id: &str) -> &'a mut Value {
    &mut node(app, id)["data"]
}

fn edge<'a>(app: &'a mut Value, source: &str, target: &str) -> &'a mut Value {
    let between = |edge: &&mut Value| edge["source"] == source && edge["target"] == target;
    edges(app).iter_mut().find(between).unwrap_or_else(|| panic!("nothing joins {source} and {target}"))
}

fn remove(value: &mut Value, key: &str) {
    value.as_object_mut().unwrap().remove(key).unwrap_or_else(|| panic!("there is no {key}"));
}

fn rename(value: &mut Value, from: &str, to: &str) {
    let fields = value.as_object_mut().unwrap();
    let moved = fields.remove(from).unwrap_or_else(|| panic!("there is no {from}"));
    fields.insert(to.to_owned(), moved);
}

#[test]
fn every_example_is_whole() {
    for ((file, _), app) in EXAMPLES.iter().zip(APPS.iter()) {
        assert_eq!(findings(app, &DECLARED), [""; 0], "{file}");
    }
}

#[test]
fn examples_are_numbered_without_gaps() {
    assert!(EXAMPLES.len() >= 10, "{} examples", EXAMPLES.len());
    for (number, ((file, _), app)) in (1..).zip(EXAMPLES.iter().zip(APPS.iter())) {
        let name = app["app"]["name"].as_str().unwrap();
        assert!(file.starts_with(&format!("{number:02}_")), "{file} is in the place of number {number}");
        assert!(name.starts_with(&format!("Kling {number:02}: ")), "{file} is named {name}");
    }
}

#[test]
fn each_half_of_the_readme_lists_the_examples_in_their_order() {
    let readme = support::text("examples/dify/README.md");
    let (english, chinese) = readme.split_once("## 中文").expect("a Chinese half");
    let files: Vec<_> = EXAMPLES.iter().map(|(file, _)| file.as_str()).collect();
    for half in [english, chinese] {
        let rows = half.lines().filter_map(|line| line.strip_prefix("| [")?.split_once("](")?.1.split_once(')'));
        assert_eq!(rows.map(|(file, _)| file).collect::<Vec<_>>(), files);
    }
}

#[test]
fn a_tool_or_parameter_that_is_not_declared_is_noticed() {
    assert_noticed(1, "no tool `text_2_video_make`", |app| {
        data(app, "video")["tool_name"] = json!("text_2_video_make");
    });
    assert_noticed(1, "prompts is not declared", |app| {
        rename(&mut data(app, "video")["tool_parameters"], "prompt", "prompts");
    });
    assert_noticed(1, "model is not declared", |app| {
        rename(&mut data(app, "video")["tool_configurations"], "model_name", "model");
    });
    assert_noticed(10, "prompts is not declared", |app| {
        let tool = &mut data(app, "agent")["agent_parameters"]["tools"]["value"][0];
        rename(&mut tool["parameters"], "prompt", "prompts");
    });
}

#[test]
fn a_parameter_on_the_wrong_side_of_the_form_is_noticed() {
    assert_noticed(1, r#"prompt is of the form "llm", not form"#, |app| {
        let prompt = data(app, "video")["tool_parameters"]["prompt"].take();
        data(app, "video")["tool_configurations"]["prompt"] = prompt;
    });
    assert_noticed(1, r#"mode is of the form "form", not llm"#, |app| {
        data(app, "video")["tool_parameters"]["mode"] = json!({"type": "mixed", "value": "std"});
    });
    assert_noticed(10, r#"mode is of the form "form", not llm"#, |app| {
        let tool = &mut data(app, "agent")["agent_parameters"]["tools"]["value"][0];
        tool["parameters"]["mode"] = json!({"auto": 1, "value": null});
    });
}

#[test]
fn a_required_parameter_that_is_missing_is_noticed() {
    assert_noticed(1, "prompt is required", |app| remove(&mut data(app, "video")["tool_parameters"], "prompt"));
    assert_noticed(1, "prompt is required", |app| {
        data(app, "video")["tool_parameters"]["prompt"]["value"] = json!("");
    });
    assert_noticed(8, "reference_type is required", |app| {
        remove(&mut data(app, "element")["tool_configurations"], "reference_type");
    });
}

#[test]
fn a_value_that_is_not_allowed_is_noticed() {
    let set = |number, node: &'static str, parameter: &'static str, value: Value, expected: &str| {
        assert_noticed(number, expected, |app| {
            data(app, node)["tool_configurations"][parameter] = json!({"type": "constant", "value": value});
        });
    };
    set(1, "video", "model_name", json!("kling-v9"), "not among the options");
    set(1, "video", "model_name", json!("kling-v1"), "is retired");
    set(1, "video", "sound", json!(false), "false is not among the options");
    set(1, "video", "duration", json!(5), "5 is not among the options");
    set(1, "video", "cfg_scale", json!(2), "2 is no number that is allowed");
    set(1, "video", "cfg_scale", json!("0.5"), "is no number");
    set(2, "video", "image", json!("https://example.com/a.png"), "is no file that is allowed");
}

#[test]
fn a_variable_of_the_wrong_type_is_noticed() {
    assert_noticed(2, "start.prompt is of the type string, not file", |app| {
        data(app, "video")["tool_configurations"]["image"]["value"] = json!(["start", "prompt"]);
    });
    assert_noticed(2, "start.image is a file in a text", |app| {
        data(app, "video")["tool_parameters"]["prompt"]["value"] = json!("{{#start.image#}}");
    });
    assert_noticed(2, "a file cannot be mixed", |app| {
        data(app, "video")["tool_configurations"]["image"] = json!({"type": "mixed", "value": "{{#start.image#}}"});
    });
    assert_noticed(4, "lines.prompts is of the type array[string], not array[file]", |app| {
        data(app, "each")["iterator_input_type"] = json!("array[file]");
    });
    assert_noticed(4, "its output is of the type array[file], not array[string]", |app| {
        data(app, "each")["output_type"] = json!("array[string]");
    });
    assert_noticed(5, "video.task_status is of the type string, not number", |app| {
        data(app, "ready")["cases"][0]["conditions"][0]["varType"] = json!("number");
    });
    assert_noticed(6, "query.urls is of the type array[string], not string", |app| {
        data(app, "keep_status")["items"][0]["value"] = json!(["query", "urls"]);
    });
}

#[test]
fn an_output_that_nobody_gives_is_noticed() {
    assert_noticed(1, "video.link: video gives no link", |app| {
        data(app, "end")["outputs"][0]["value_selector"] = json!(["video", "link"]);
    });
    assert_noticed(1, "start.text: start gives no text", |app| {
        data(app, "video")["tool_parameters"]["prompt"]["value"] = json!("{{#start.text#}}");
    });
    assert_noticed(1, "there is no node vid", |app| {
        data(app, "end")["outputs"][0]["value_selector"] = json!(["vid", "url"]);
    });
    assert_noticed(4, "each.items: each gives no items", |app| {
        data(app, "video")["tool_parameters"]["prompt"]["value"] = json!("{{#each.items#}}");
    });
    assert_noticed(8, "video.element_id: video gives no element_id", |app| {
        data(app, "end")["outputs"][0]["value_selector"] = json!(["video", "element_id"]);
    });
    assert_noticed(10, "sys.files is not given", |app| {
        data(app, "agent")["agent_parameters"]["query"]["value"] = json!("{{#sys.files#}}");
    });
}

#[test]
fn a_reference_that_dify_would_show_as_text_is_noticed() {
    for words in ["{{start.prompt}}", "{{ start.prompt }}", "{{#start.prompt}}"] {
        assert_noticed(1, "is no reference", |app| {
            data(app, "video")["tool_parameters"]["prompt"]["value"] = json!(words);
        });
    }
}

#[test]
fn a_reference_to_what_has_not_run_is_noticed() {
    // Later, on the other branch, inside a container.
    assert_noticed(3, "video.url is not known here yet", |app| {
        data(app, "image")["tool_parameters"]["prompt"]["value"] = json!("{{#video.url#}}");
    });
    assert_noticed(5, "query.url is not known here yet", |app| {
        data(app, "end")["outputs"][0]["value_selector"] = json!(["query", "url"]);
    });
    assert_noticed(4, "video.files is not known here yet", |app| {
        data(app, "end")["outputs"][0]["value_selector"] = json!(["video", "files"]);
    });
}

#[test]
fn each_branch_of_a_failure_has_its_own_outputs() {
    assert_noticed(7, "video gives no error_message", |app| {
        data(app, "end")["outputs"][0]["value_selector"] = json!(["video", "error_message"]);
    });
    assert_noticed(7, "video gives no url", |app| {
        data(app, "end_failed")["outputs"][0]["value_selector"] = json!(["video", "url"]);
    });
    assert_noticed(7, "nothing follows its handle fail-branch", |app| {
        edges(app).retain(|edge| edge["sourceHandle"] != "fail-branch");
    });
    assert_noticed(7, r#"has no handle "fail-branch""#, |app| remove(data(app, "video"), "error_strategy"));
}

#[test]
fn an_edge_that_joins_nothing_is_noticed() {
    assert_noticed(1, "joins a node that is not there", |app| edge(app, "video", "end")["target"] = json!("finish"));
    assert_noticed(5, r#"a node if-else has no handle "else""#, |app| {
        edge(app, "ready", "query")["sourceHandle"] = json!("else");
    });
    assert_noticed(1, r#"nothing can lead to "source" of end"#, |app| {
        edge(app, "video", "end")["targetHandle"] = json!("source");
    });
    assert_noticed(1, "tells other types than its nodes have", |app| {
        edge(app, "video", "end")["data"]["targetType"] = json!("answer");
    });
    assert_noticed(1, "the id video stands twice", |app| {
        let copy = node(app, "video").clone();
        nodes(app).push(copy);
    });
    assert_noticed(1, "the id `my-video` cannot be referred to", |app| node(app, "video")["id"] = json!("my-video"));
}

#[test]
fn a_node_that_is_never_reached_or_leads_nowhere_is_noticed() {
    assert_noticed(1, "node video: nothing leads to it", |app| edges(app).retain(|edge| edge["source"] != "start"));
    assert_noticed(1, "node video: nothing follows its handle source", |app| {
        edges(app).retain(|edge| edge["source"] != "video");
    });
    assert_noticed(4, "node video: nothing leads to it", |app| edges(app).retain(|edge| edge["target"] != "video"));
    assert_noticed(3, "node image: comes after itself", |app| {
        let mut back = edge(app, "image", "video").clone();
        (back["source"], back["target"], back["id"]) = (json!("video"), json!("image"), json!("back"));
        edges(app).push(back);
    });
}

#[test]
fn a_node_whose_outputs_are_not_known_here_is_noticed() {
    assert_noticed(4, "does not know nodes http-request", |app| data(app, "lines")["type"] = json!("http-request"));
}

#[test]
fn an_app_without_start_or_end_is_noticed() {
    let drop = |kind: &'static str| move |app: &mut Value| nodes(app).retain(|node| node["data"]["type"] != kind);
    assert_noticed(1, "0 nodes start", drop("start"));
    assert_noticed(1, "there is no end", drop("end"));
    assert_noticed(10, "there is no answer", drop("answer"));
    assert_noticed(1, "has no end", |app| app["app"]["mode"] = json!("advanced-chat"));
}

#[test]
fn a_container_with_foreign_children_is_noticed() {
    for (number, container, start) in [(4, "each", "eachstart"), (6, "poll", "pollstart")] {
        assert_noticed(number, "has no start of its own", |app| data(app, container)["start_node_id"] = json!("start"));
        assert_noticed(number, "is drawn as", |app| node(app, start)["type"] = json!("custom"));
        assert_noticed(number, "leads into a container", |app| {
            edge(app, start, start_child(number))["source"] = json!("start");
        });
        assert_noticed(number, "tells that it is in None", |app| {
            let data = data(app, start_child(number));
            (data["isInIteration"], data["isInLoop"]) = (json!(false), json!(false));
        });
        assert_noticed(number, "is in something that is no container", |app| {
            node(app, start_child(number))["parentId"] = json!("start");
        });
        assert_noticed(number, "sticks out of", |app| node(app, start_child(number))["position"]["x"] = json!(700));
    }
}

/// The first node inside the container of an example.
fn start_child(number: usize) -> &'static str {
    if number == 4 { "video" } else { "query" }
}

#[test]
fn what_people_would_miss_is_noticed() {
    assert_noticed(1, "the name `Prompt to video` is not in both languages", |app| {
        app["app"]["name"] = json!("Prompt to video");
    });
    assert_noticed(1, "the description `` is not in both languages", |app| app["app"]["description"] = json!(""));
    assert_noticed(1, "the title `Video` is not in both", |app| data(app, "video")["title"] = json!("Video"));
    assert_noticed(1, "the label `提示词` is not in both", |app| {
        data(app, "start")["variables"][0]["label"] = json!("提示词");
    });
    assert_noticed(1, "is longer than 24 columns", |app| {
        data(app, "video")["title"] = json!("Kling Text to Video / 可灵文生视频");
    });
    assert_noticed(1, "node video: lies upon start", |app| node(app, "video")["position"]["x"] = json!(100));
}

#[test]
fn a_note_that_says_nothing_is_noticed() {
    assert_noticed(1, "no note explains it in English", |app| nodes(app).retain(|node| node["id"] != "note_en"));
    assert_noticed(1, "no note explains it in Chinese", |app| nodes(app).retain(|node| node["id"] != "note_zh"));
    assert_noticed(1, "its text is no JSON", |app| data(app, "note_en")["text"] = json!("Prompt to video"));
    assert_noticed(1, r#"do not show "heading""#, |app| {
        let words = data(app, "note_en")["text"].as_str().unwrap().replace("paragraph", "heading");
        data(app, "note_en")["text"] = json!(words);
    });
    assert_noticed(1, "note_en: has two sizes", |app| node(app, "note_en")["height"] = json!(10));
    for (number, id, language) in [(9, "note_en", "English"), (10, "note_zh", "Chinese")] {
        assert_noticed(number, &format!("no note says in {language} that the model"), |app| {
            let words = data(app, id)["text"].as_str().unwrap().replace("YOUR MODEL", "IT").replace("您的模型", "");
            data(app, id)["text"] = json!(words);
        });
    }
}

#[test]
fn a_model_that_is_not_named_is_noticed() {
    assert_noticed(9, "names no model", |app| data(app, "shots")["model"]["provider"] = json!("openai"));
    assert_noticed(9, "the model is told nothing", |app| data(app, "shots")["prompt_template"] = json!([]));
    assert_noticed(10, "names no model", |app| {
        rename(&mut data(app, "agent")["agent_parameters"]["model"]["value"], "model", "name");
    });
}

#[test]
fn an_agent_whose_tools_would_grow_old_is_noticed() {
    assert_noticed(10, "has a description of its own", |app| {
        let tool = &mut data(app, "agent")["agent_parameters"]["tools"]["value"][0];
        tool["extra"]["description"] = json!("Makes a video");
    });
    assert_noticed(10, "is not left to the model", |app| {
        let tool = &mut data(app, "agent")["agent_parameters"]["tools"]["value"][0];
        tool["parameters"]["prompt"] = json!({"auto": 0, "value": "a cat"});
    });
}

#[test]
fn a_plugin_that_dify_cannot_ask_for_is_noticed() {
    assert_noticed(1, "sawyer-shi/kling_aigc is no dependency", |app| app["dependencies"] = json!([]));
    assert_noticed(10, "langgenius/agent is no dependency", |app| {
        app["dependencies"].as_array_mut().unwrap().pop().unwrap();
    });
    for identifier in ["sawyer-shi/kling_aigc", "sawyer-shi/kling_aigc:0.1.0", "sawyer-shi/kling_aigc:0.1.0@00"] {
        assert_noticed(1, "names no plugin", |app| {
            app["dependencies"][0]["value"]["plugin_unique_identifier"] = json!(identifier);
        });
    }
    assert_noticed(1, "provider_id is", |app| data(app, "video")["provider_id"] = json!("kling_aigc"));
    assert_noticed(1, "tool_node_version is", |app| remove(data(app, "video"), "tool_node_version"));
}

#[test]
fn a_file_that_is_no_app_of_today_is_noticed() {
    assert_noticed(1, "version is", |app| app["version"] = json!("0.1.0"));
    assert_noticed(1, "kind is not app", |app| remove(app, "kind"));
    assert_noticed(1, "has no graph", |app| app["app"]["mode"] = json!("agent-chat"));
    assert_noticed(1, "environment_variables is not an empty list", |app| {
        app["workflow"]["environment_variables"] = json!([{"name": "KLING_API_KEY", "value": "sk-1"}]);
    });
}

#[test]
fn words_that_yaml_1_1_reads_otherwise_are_noticed() {
    let (_, yaml) = &EXAMPLES[0];
    let bare = |quoted: &str, bare: &str| {
        assert!(yaml.contains(quoted), "{quoted}");
        read(&yaml.replace(quoted, bare)).map_or_else(|found| found, |app| findings(&app, &DECLARED))
    };
    assert!(bare("value: 'off'", "value: off")[0].contains("false is not among the options"));
    assert!(bare("value: '16:9'", "value: 16:9")[0].contains("is a number to YAML 1.1"));
}
