//! A host that does not read, or hardly: memory stays bounded, heartbeats neither pile up nor starve, and tools go on
//! with what needs no reader. (Promise 7: one session cannot hurt another.)

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dify_plugin::{Error, HEARTBEAT_INTERVAL, MessageSink, Plugin, ToolCall};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

const HOUR: Duration = Duration::from_secs(3600);

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// `flood` sends as long as it can; anything else is counted, silently.
fn flooding() -> (Plugin, Arc<AtomicUsize>) {
    async fn flood(out: MessageSink) -> Result<(), Error> {
        loop {
            out.text("x".repeat(1000)).await?;
        }
    }
    let silent = Arc::new(AtomicUsize::new(0));
    let counter = silent.clone();
    let plugin = support::plugin(move |call: ToolCall, out| {
        let flooding = call.parameters["text"] == "flood";
        counter.fetch_add(usize::from(!flooding), Ordering::Relaxed);
        async move { if flooding { flood(out).await } else { Ok(()) } }
    });
    (plugin, silent)
}

#[tokio::test(start_paused = true)]
async fn nothing_piles_up_and_silent_tools_still_run() {
    let (plugin, silent) = flooding();
    let (mut host, _serving) = support::serve(plugin);
    host.input.send_line(&support::request("flood", &json!({"text": "flood"}))).await;
    sleep(Duration::from_secs(1)).await;
    let before = tasks();
    sleep(HOUR).await;
    assert_eq!(tasks(), before, "heartbeats pile up");
    for number in 0..100 {
        host.input.send_line(&support::request(&format!("s{number}"), &json!({"text": "silent"}))).await;
    }
    sleep(HOUR).await;
    assert_eq!(silent.load(Ordering::Relaxed), 100);

    // All that waited is about a quarter of a megabyte; the ends and one heartbeat come after it.
    let (mut bytes, mut ends, mut beats) = (0, 0, 0);
    while ends < 100 {
        let line = timeout(Duration::from_secs(1), host.output.next_line()).await.unwrap().unwrap();
        bytes += line.len();
        let line: Value = serde_json::from_str(&line).unwrap();
        ends += usize::from(line["data"]["type"] == "end");
        beats += usize::from(line["event"] == "heartbeat");
    }
    assert!(bytes < 1024 * 1024, "{bytes} bytes came before the last end");
    assert!(beats <= 3, "{beats} heartbeats for two hours");
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_heartbeats_between_the_lines_of_a_flood() {
    const READ_EVERY: Duration = Duration::from_secs(5);
    let (plugin, _) = flooding();
    let (mut host, _serving) = support::serve(plugin);
    for id in ["one", "two", "three"] {
        host.input.send_line(&support::request(id, &json!({"text": "flood"}))).await;
    }
    let start = Instant::now();
    let mut beats = Vec::new();
    while start.elapsed() < HOUR / 6 {
        sleep(READ_EVERY).await;
        let bytes = String::from_utf8(host.output.next_bytes().await.unwrap()).unwrap();
        beats.extend(bytes.lines().filter(|line| line.contains("heartbeat")).map(|_| Instant::now()));
    }
    // One waits for its turn among the senders, and then to be read.
    let longest = beats.windows(2).map(|pair| pair[1].duration_since(pair[0])).max().unwrap();
    assert!(longest <= HEARTBEAT_INTERVAL + 3 * READ_EVERY, "{longest:?} without a heartbeat");
    assert!(beats.len() >= 24, "{} heartbeats in ten minutes", beats.len());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_pipe_does_not_fill_the_process() {
    use std::io::Write;
    use std::process::{Child, Command, Stdio};

    use support::memory::resident;

    struct Process(Child);
    impl Drop for Process {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    let mut command = Command::new(support::example("echo"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = Process(command.spawn().unwrap());
    let mut stdin = process.0.stdin.take().unwrap();
    let _unread = process.0.stdout.take().unwrap();
    let request = |id: &str, parameters: Value| {
        let line = support::request(id, &parameters).replace(r#""tool":"run""#, r#""tool":"echo""#);
        assert!(line.contains("\"echo\""));
        line + "\n"
    };
    let sessions: String =
        (0..100).map(|number| request(&format!("s{number}"), json!({"bytes": 1_u64 << 40}))).collect();
    // More than pipes and queues hold, so when it is written the plugin has long been at work, and still reads.
    let rubbish = format!("{}\n", "rubbish".repeat(30)).repeat(20_000);
    let process_id = process.0.id();
    let writing = tokio::task::spawn_blocking(move || {
        stdin.write_all(sessions.as_bytes()).unwrap();
        stdin.write_all(rubbish.as_bytes()).unwrap();
        let before = resident(process_id);
        stdin.write_all(rubbish.as_bytes()).unwrap();
        (before, resident(process_id))
    });
    let (before, after) = timeout(Duration::from_secs(60), writing).await.expect("it stopped reading").unwrap();
    assert!(after < before + 2 * 1024 * 1024, "{before} bytes, then {after}");
    // 100 sessions with a piece of 64 KiB each, the queues, and the program itself.
    assert!(after < 64 * 1024 * 1024, "{after} bytes");
}
