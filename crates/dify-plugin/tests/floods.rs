//! Floods of lines that lead to nothing: nothing of them is kept, little is said of them, and the next request is
//! answered. (Promise 7: one session cannot hurt another.)

mod support;

use dify_plugin::host::{Event, Host};
use serde_json::{Value, json};
use tokio::runtime::Handle;

/// One line of each kind: nobody's, refused, an answer to a call that never was.
const LINES: [&str; 8] = [
    "private words that are no JSON",
    "[1,2]",
    r#"{"session_id":"x","event":"bogus","data":{}}"#,
    r#"{"session_id":7,"event":"request","data":{}}"#,
    r#"{"session_id":"x","event":"request","data":"private"}"#,
    r#"{"session_id":"x","event":"request","data":{"action":"private"#,
    r#"{"session_id":"x","event":"backwards_response","data":{"backwards_request_id":"b","event":"response","data":"private"}}"#,
    r#"{"session_id":"x","event":"backwards_response","data":{"backwards_request_id":"b","event":"end","#,
];

/// The tasks that run: sessions, and what serves them.
fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn leave_no_memory_behind_and_few_words() {
    use support::memory::resident;

    let host = Host::spawn(std::process::Command::new(support::example("echo"))).unwrap();
    let flood = async |times: usize| {
        let block = format!("{}\n", LINES.join("\n")).repeat(250);
        for _ in 0..times {
            host.send_bytes(block.as_bytes()).await;
        }
        let next = dify_plugin::host::ToolInvocation::new("probe", "echo").parameter("text", "still here");
        assert_eq!(support::finish(host.invoke(next).await).await.text(), "still here");
    };
    // 2,000 lines a time.
    flood(5).await;
    let process = host.process_id().unwrap();
    let before = resident(process);
    flood(50).await;
    let after = resident(process);
    assert!(after < before + 2 * 1024 * 1024, "{before} bytes, then {after}");

    let exit = host.shutdown().await.unwrap();
    assert!(exit.success());
    // The 1st, 2nd, 4th … of the ignored and of the refused.
    assert!(exit.stderr.lines().count() < 40, "{}", exit.stderr);
    assert!(!exit.stderr.contains("private"), "{}", exit.stderr);
}

#[tokio::test(start_paused = true)]
async fn of_refused_requests_nobody_reads_the_refusals_of_are_bounded() {
    let (mut host, _serving) = support::serve(support::echo());
    for number in 0..50_000 {
        host.input.send_line(&format!(r#"{{"session_id":"s{number}","event":"request","data":null}}"#)).await;
    }
    assert!(tasks() < 2_000, "{} tasks wait", tasks());

    // Read on, and all is as before.
    host.input.send_line(&support::request("next", &json!({"text": "still here"}))).await;
    let mut refused = 0;
    let last = loop {
        let line = support::next_line(&mut host).await;
        match (line["session_id"].as_str().unwrap(), line["data"]["type"].as_str().unwrap()) {
            ("next", "end") => break line,
            ("next", _) => {}
            (_, kind) => refused += usize::from(kind == "error"),
        }
    };
    assert!(refused >= 1_000, "{refused} were told: {last}");
    host.input.send_line(r#"{"session_id":"late","event":"request","data":null}"#).await;
    let lines = support::lines(&mut host, 1).await;
    assert_eq!((&lines[0]["session_id"], &lines[0]["data"]["type"]), (&json!("late"), &json!("error")));
}

#[tokio::test(start_paused = true)]
async fn of_answers_for_strangers_do_not_reach_the_call_that_waits() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        let value: Value = call.dify.invoke("storage", &json!({})).await?;
        out.text(value.as_str().unwrap()).await
    }));
    let mut events = host.invoke(support::call()).await;
    let Some(Event::Call(call)) = events.next().await else { panic!("no call") };
    let before = tasks();
    for number in 0..20_000 {
        let mut stranger = call.clone();
        match number % 2 {
            0 => stranger.id = format!("{}-{number}", call.id),
            _ => stranger.session_id = format!("other-{number}"),
        }
        host.answer(&stranger, Ok("a stranger's".into())).await;
    }
    assert!(tasks() <= before, "{} tasks, then {}", before, tasks());
    host.answer(&call, Ok("its own".into())).await;
    assert_eq!(support::finish(events).await.text(), "its own");
    assert_eq!(host.strays(), [""; 0]);
}
