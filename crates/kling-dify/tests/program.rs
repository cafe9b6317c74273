//! The program itself, in real time: every pair of tools with either kind of key, and a second process that resumes
//! from the handles of the first. `cargo xtask e2e` runs the same against the package.

use std::env;
use std::process::Command;

use dify_plugin::host::{Host, Outcome, ToolInvocation};
use kling_dify::PROVIDER;
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, SimOptions, Simulator};
use serde_json::{Map, Value, json};

const PICTURE: &str = "https://media.example.test/a.png";

/// The program; or the package unpacked in `KLING_AIGC_FOLDER`, as Dify starts it with `KLING_AIGC_PYTHON`.
fn command() -> Command {
    match (env::var_os("KLING_AIGC_PYTHON"), env::var_os("KLING_AIGC_FOLDER")) {
        (Some(python), Some(folder)) => {
            let mut command = Command::new(python);
            command.args(["-m", "main"]).current_dir(folder).env("INSTALL_METHOD", "local");
            command
        }
        _ => Command::new(env!("CARGO_BIN_EXE_kling-aigc")),
    }
}

async fn program() -> Host {
    let mut command = command();
    command.env("KLING_ALLOW_LOOPBACK", "1");
    let host = Host::spawn(command).unwrap();
    host.ready().await.unwrap();
    host
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

fn creates() -> [(&'static str, &'static str, Value); 6] {
    [
        ("text_2_video_create", "text_2_video_query", json!({"prompt": "a boat"})),
        ("image_2_video_create", "image_2_video_query", json!({"image": PICTURE, "prompt": "zoom"})),
        ("omni_video_create", "omni_video_query", json!({"prompt": "<<<image_1>>> dances", "image_list": [PICTURE]})),
        ("image_generation_create", "image_generation_query", json!({"prompt": "a puppy"})),
        ("omni_image_create", "omni_image_query", json!({"prompt": "a puppy", "image_list": PICTURE})),
        (
            "element_create",
            "element_query",
            json!({
                "element_name": "Mira", "element_description": "a traveller", "reference_type": "image_refer",
                "element_frontal_image": PICTURE, "element_refer_images": ["https://media.example.test/b.png"],
            }),
        ),
    ]
}

async fn call(host: &Host, tool: &str, credentials: &Map<String, Value>, parameters: Value) -> Outcome {
    let mut invocation = ToolInvocation::new(PROVIDER, tool);
    invocation.credentials = credentials.clone();
    invocation.parameters = map(parameters);
    let outcome = host.invoke(invocation).await.collect().await;
    assert_eq!((outcome.error.as_ref(), outcome.violations.len()), (None, 0), "{tool}");
    outcome
}

/// Created and waited for; created without waiting; then, in another process, waited for by handle and asked for by own id.
async fn there_and_back(
    first: &Host,
    second: &Host,
    credentials: &Map<String, Value>,
    (create, query, parameters): (&'static str, &'static str, Value),
    own_id: String,
) {
    let mut parameters = map(parameters);
    let files = usize::from(create != "element_create");
    let waited = call(first, create, credentials, parameters.clone().into()).await;
    assert_eq!((&waited.variables["task_status"], waited.blobs.len()), (&json!("succeed"), files), "{create}");
    parameters.extend(map(json!({"wait_for_result": "false", "external_task_id": own_id})));
    let created = call(first, create, credentials, parameters.into()).await;
    let handle = created.variables["handle"].clone();
    let resumed = call(second, query, credentials, json!({"task_id": handle, "wait_for_result": "true"})).await;
    assert_eq!(resumed.variables["task_status"], "succeed", "{create}");
    let asked = call(second, query, credentials, json!({"external_task_id": own_id})).await;
    assert_eq!(asked.variables["task_id"], created.variables["task_id"]);
    assert_eq!((resumed.blobs.len(), asked.blobs.len()), (files, files), "{create}");
}

#[tokio::test]
async fn every_tool_works_across_processes_with_either_kind_of_key() {
    let options = SimOptions { speed: 1000.0, concurrency: 100, image_concurrency: 100, ..SimOptions::default() };
    let sim = Simulator::start(options).await.unwrap();
    let (first, second) = (program().await, program().await);
    let keys =
        [json!({"api_key": DEMO_API_KEY}), json!({"access_key": DEMO_ACCESS_KEY, "secret_key": DEMO_SECRET_KEY})];
    let calls = keys.into_iter().enumerate().flat_map(|(number, key)| {
        let mut credentials = map(key);
        credentials.extend(map(json!({"base_url": sim.url(), "language": "en_US"})));
        let (first, second) = (&first, &second);
        creates().into_iter().map(move |tools| {
            let (credentials, own_id) = (credentials.clone(), format!("{}-{number}", tools.0));
            async move { there_and_back(first, second, &credentials, tools, own_id).await }
        })
    });
    futures_util::future::join_all(calls).await;
    assert_eq!(sim.tasks().len(), 24);
    for host in [first, second] {
        let exit = host.shutdown().await.unwrap();
        assert!(exit.success());
        assert_eq!(exit.stderr, "");
    }
}
