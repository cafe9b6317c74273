//! Promise 6: no prompt, key, token or signed link in any log, at any level.
//!
//! A binary of its own: other tests in the process would switch the capturing of trace lines off.

#[path = "adapter/support.rs"]
#[allow(dead_code, reason = "the other tests use the rest")]
mod support;

use std::io;
use std::sync::{Arc, Mutex};

use dify_plugin::host::Outcome;
use kling_dify::Environment;
use kling_sim::{DEMO_API_KEY, DEMO_SECRET_KEY, Fault};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use support::{CREATE, api_key, call, host, key_pair, simulator, variable};

const PROMPT: &str = "UNMISTAKABLE-PROMPT";

/// Everything any crate logs on this thread, at every level.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn assert_clean(what: &str, text: &str, outcome: &Outcome) {
    let signed = variable(outcome, "url").split("sign=").nth(1).filter(|sign| !sign.is_empty());
    for secret in [PROMPT, DEMO_API_KEY, DEMO_SECRET_KEY, "Bearer", "eyJ"].into_iter().chain(signed) {
        assert!(!text.contains(secret), "{what} holds {secret}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn neither_logs_nor_trace_lines_hold_anything_private() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(captured.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let sim = simulator().await;
    sim.faults().push(Fault::BreakDownloadAfter(100));
    let host = host(Environment::default());
    for credentials in [api_key(&sim.url()), key_pair(&sim.url())] {
        let parameters = json!({"prompt": PROMPT, "negative_prompt": PROMPT});
        let outcome = call(&host, CREATE, &credentials, parameters).await;
        assert_eq!(outcome.error, None);
        let logs = format!("{:?}", outcome.logs);
        assert!(logs.contains("succeed"), "the log says something: {logs}");
        assert_clean("the progress log", &logs, &outcome);
        let traced = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
        assert!(traced.contains("kling_client"), "trace lines are captured: {traced}");
        let ours: String = traced.lines().filter(|line| line.contains("kling_") || line.contains("dify_")).collect();
        assert_clean("a trace line", &ours, &outcome);
    }
}
