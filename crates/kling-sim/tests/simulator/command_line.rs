use std::process::Stdio;

use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, FaultPlan, RequestKind};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::{http, sim};

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_kling-sim"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn it_tells_what_to_paste_and_serves_it() {
    let mut child = start(&["--port", "0", "--speed", "50", "--concurrency", "3"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut text = String::new();
    while !text.contains("Ctrl-C") {
        text += &lines.next_line().await.unwrap().expect("the greeting ends with how to stop");
        text.push('\n');
    }
    let value = |name: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(value("api_key"), DEMO_API_KEY);
    assert_eq!(value("access_key"), DEMO_ACCESS_KEY);
    assert_eq!(value("secret_key"), DEMO_SECRET_KEY);
    let url = format!("{}/v1/videos/text2video", value("base_url"));
    let answer = http().get(url).bearer_auth(value("api_key")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// Seed 163 spoils half of the first ten queries, each so that it shows at once.
#[tokio::test]
async fn it_follows_a_plan_of_faults() {
    let mut child = start(&["--port", "0", "--faults", "163"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let greeting = lines.next_line().await.unwrap().unwrap();
    let url = greeting.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    let plan = FaultPlan::seeded(163);
    for number in 1..=10 {
        let is_spoiled = !plan.faults(RequestKind::Query, number).is_empty();
        let asked = http().get(format!("{url}/v1/videos/text2video/84")).bearer_auth(DEMO_API_KEY);
        let sent = asked.timeout(std::time::Duration::from_secs(5)).send().await;
        // Without a fault it is "task not found".
        let is_plain = match sent {
            Ok(answer) => answer.json::<serde_json::Value>().await.is_ok_and(|answer| answer["code"] == 1201),
            Err(_) => false,
        };
        assert_eq!(is_plain, !is_spoiled, "query {number}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_well_when_asked_to() {
    for signal in ["TERM", "INT"] {
        let mut child = start(&["--port", "0"]);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while !lines.next_line().await.unwrap().unwrap().contains("Ctrl-C") {}
        let id = child.id().unwrap().to_string();
        // A shell, because not every system has the command of this name.
        let kill = format!("kill -{signal} {id}");
        assert!(Command::new("sh").args(["-c", &kill]).status().await.unwrap().success());
        assert!(child.wait().await.unwrap().success(), "{signal}");
    }
}

#[tokio::test]
async fn a_taken_port_is_one_clear_line() {
    let sim = sim().await;
    let url = sim.url();
    let (_, port) = url.rsplit_once(':').unwrap();
    let output = start(&["--port", port]).wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text, format!("kling-sim: port {port} is already in use; choose another one, or 0 for any free one\n"));
    assert!(output.stdout.is_empty());
}
