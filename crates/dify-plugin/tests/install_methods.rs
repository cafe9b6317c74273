//! One program, served as `INSTALL_METHOD` tells: the example plugin as a process.

#![cfg(all(feature = "remote", feature = "serverless"))]

mod support;

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(20);

/// The example, started in this folder with nothing of this process's settings.
fn example(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(support::example("echo"));
    for name in ["INSTALL_METHOD", "REMOTE_INSTALL_URL", "REMOTE_INSTALL_KEY", "REMOTE_INSTALL_NAME"] {
        command.env_remove(name);
    }
    command.current_dir(folder).envs(settings.iter().copied()).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

async fn ended(mut command: Command) -> Output {
    timeout(LIMIT, command.output()).await.expect("it goes on").unwrap()
}

/// An empty folder that holds a `.env` of these lines.
fn folder(env: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(".env"), env).unwrap();
    folder
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn an_unknown_one_is_told_in_one_line() {
    let folder = folder("INSTALL_METHOD=local\n");
    let output = ended(example(folder.path(), &[("INSTALL_METHOD", "moon")])).await;
    assert!(!output.status.success());
    assert_eq!(stderr(&output), "INSTALL_METHOD is `moon`; known are local, remote, serverless and aws_lambda\n");
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn the_file_env_tells_it_as_well() {
    let folder = folder("# debugging\nINSTALL_METHOD = remote\n");
    let output = ended(example(folder.path(), &[])).await;
    assert!(!output.status.success());
    assert!(stderr(&output).starts_with("REMOTE_INSTALL_KEY is missing"), "{output:?}");
}

#[tokio::test]
async fn remote_without_a_declaration_is_told() {
    let folder = folder("REMOTE_INSTALL_KEY=not-a-real-key\n");
    let output = ended(example(folder.path(), &[("INSTALL_METHOD", "remote")])).await;
    assert!(!output.status.success());
    assert!(stderr(&output).contains("manifest.yaml"), "{output:?}");
    assert!(!stderr(&output).contains("not-a-real"), "{output:?}");
}

#[tokio::test]
async fn local_is_what_nothing_and_an_empty_word_mean() {
    let folder = folder("INSTALL_METHOD=\n");
    for settings in [&[][..], &[("INSTALL_METHOD", "")], &[("INSTALL_METHOD", "local")]] {
        let mut child = example(folder.path(), settings).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = timeout(LIMIT, lines.next_line()).await.unwrap().unwrap().unwrap();
        assert!(first.contains("heartbeat"), "{first}");
    }
}

/// The address of a plugin behind HTTP, once it has told that it is there.
async fn address(child: &mut Child) -> String {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = async || timeout(LIMIT, lines.next_line()).await.unwrap().unwrap().unwrap();
    assert_eq!(next().await, " * Serving Flask app 'probe'");
    let running = next().await;
    running.strip_prefix(" * Running on ").unwrap_or_else(|| panic!("{running}")).to_owned()
}

#[tokio::test]
async fn serverless_and_aws_lambda_tell_where_they_serve_http() {
    let folder = TempDir::new().unwrap();
    for (method, prefix) in [("serverless", "SERVERLESS"), ("aws_lambda", "AWS_LAMBDA")] {
        let (host, port) = (format!("{prefix}_HOST"), format!("{prefix}_PORT"));
        let settings = [("INSTALL_METHOD", method), (&*host, "127.0.0.1"), (&*port, "0")];
        let mut child = example(folder.path(), &settings).spawn().unwrap();
        let url = address(&mut child).await;
        let health = support::http().get(format!("{url}/health")).send().await.unwrap();
        assert_eq!(health.text().await.unwrap(), "OK");
        let answer = support::http::invoke(&url, r#"{"session_id":"s","event":"request","data":{"action":"invoke_tool","provider":"probe","tool":"echo","tool_parameters":{"text":"hi"},"credentials":{}}}"#).await;
        let messages = support::http::messages(&answer.text().await.unwrap());
        assert_eq!(messages[0]["data"]["data"]["message"]["text"], "hi");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = TempDir::new().unwrap();
    let settings = [("INSTALL_METHOD", "serverless"), ("SERVERLESS_HOST", "127.0.0.1"), ("SERVERLESS_PORT", &port)];
    let output = ended(example(folder.path(), &settings)).await;
    assert!(!output.status.success());
    assert!(stderr(&output).starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{output:?}");
}

/// A package of the smallest kind, for the example.
fn package() -> TempDir {
    let folder = folder("INSTALL_METHOD=remote\nREMOTE_INSTALL_KEY=not-a-real-key\n");
    let files = [
        (
            "manifest.yaml",
            "version: 0.0.1\ntype: plugin\nauthor: someone\nname: probe\nlabel: {en_US: Probe}\n\
             description: {en_US: Probe}\nicon: icon.svg\ncreated_at: 2026-01-01T00:00:00Z\n\
             resource: {memory: 1048576, permission: {}}\nplugins: {tools: [provider.yaml]}\n\
             meta: {version: 0.0.1, arch: [amd64], runner: {language: python, version: \"3.12\", entrypoint: main}}\n",
        ),
        (
            "provider.yaml",
            "identity: {author: someone, name: probe, label: {en_US: P}, description: {en_US: P}, icon: icon.svg}\n\
             tools: [echo.yaml]\n",
        ),
        (
            "echo.yaml",
            "identity: {author: someone, name: echo, label: {en_US: Echo}}\n\
             description: {human: {en_US: Echo}, llm: echoes}\nparameters: []\n",
        ),
        ("_assets/icon.svg", "<svg/>"),
    ];
    std::fs::create_dir(folder.path().join("_assets")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[tokio::test]
async fn remote_registers_what_its_folder_declares_and_serves() {
    let dify = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = dify.local_addr().unwrap().to_string();
    let package = package();
    let mut child = example(package.path(), &[("REMOTE_INSTALL_URL", &address)]).spawn().unwrap();
    let (stream, _) = timeout(LIMIT, dify.accept()).await.unwrap().unwrap();
    let (input, mut output) = stream.into_split();
    let mut lines = BufReader::new(input).lines();
    let mut next = async || -> Value {
        let line = timeout(LIMIT, lines.next_line()).await.unwrap().unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    };
    for kind in ["handshake", "manifest_declaration", "tool_declaration", "asset_chunk", "end"] {
        assert_eq!(next().await["type"], kind);
    }
    assert_eq!(next().await["event"], "heartbeat");
    let request = r#"{"session_id":"s","event":"request","data":{"action":"invoke_tool","provider":"probe","tool":"echo","tool_parameters":{"text":"hi"},"credentials":{}}}"#;
    output.write_all(format!("{request}\nnot a message, key not-a-real-key\n").as_bytes()).await.unwrap();
    assert_eq!(next().await["data"]["data"]["message"]["text"], "hi");
    assert_eq!(next().await["data"]["type"], "end");

    let told = child.stderr.take().unwrap();
    child.kill().await.unwrap();
    let mut stderr = String::new();
    BufReader::new(told).read_to_string(&mut stderr).await.unwrap();
    let told: Vec<_> = stderr.lines().collect();
    assert_eq!(told[0], format!("registering someone/probe with {address} for debugging"));
    assert!(told[1].starts_with("beware: where someone/probe is installed as a package, Dify uninstalls"), "{stderr}");
    assert_eq!(told[2], "not a message, key [key]");
}
