//! A host, a simulator, and the callers that Dify knows.

use dify_plugin::host::{Event, Host, ToolInvocation};
use kling_dify::{Environment, PROVIDER, plugin};
use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};
use serde_json::{Map, Value, json};

/// Who calls. What each call carries was logged on the plugin's stdin under Dify 1.16.0 (2026-11); what the older agents
/// add is read in the sources of the SDK 0.10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Workflow,
    Chatflow,
    AgentChat,
    AgentNode,
    NewAgent,
    OlderAgent,
}

impl Who {
    pub(crate) fn call(
        self,
        tool: &str,
        credentials: Map<String, Value>,
        parameters: Map<String, Value>,
    ) -> ToolInvocation {
        let mut call = ToolInvocation::new(PROVIDER, tool);
        (call.credentials, call.parameters) = (credentials, parameters);
        let [app, conversation, message] = match self {
            Self::Workflow => [true, false, false],
            Self::Chatflow => [true, true, false],
            Self::AgentChat => [true, true, true],
            Self::AgentNode | Self::NewAgent | Self::OlderAgent => [false, false, false],
        };
        let id = |is_there: bool, id: &str| is_there.then(|| id.to_owned());
        call.app_id = id(app, "5f0e6c1a-0000-4000-8000-000000000001");
        call.conversation_id = id(conversation, "5f0e6c1a-0000-4000-8000-000000000002");
        call.message_id = id(message, "5f0e6c1a-0000-4000-8000-000000000003");
        let chosen = || json!({"credentials": {"tool_credentials": {PROVIDER: "c-1"}}});
        call.context = (self == Self::OlderAgent).then(chosen);
        call
    }
}

pub(crate) fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

pub(crate) fn host() -> Host {
    Host::in_memory(plugin(Environment::default().with_loopback(true)).unwrap())
}

/// As slow as life at 1: about 42 s a video.
pub(crate) async fn simulator(speed: f64) -> Simulator {
    Simulator::start(SimOptions { speed, ..SimOptions::default() }).await.unwrap()
}

pub(crate) fn credentials(sim: &Simulator, key: &str, language: &str) -> Map<String, Value> {
    map(json!({"api_key": key, "base_url": sim.url(), "language": language}))
}

pub(crate) fn english(sim: &Simulator) -> Map<String, Value> {
    credentials(sim, DEMO_API_KEY, "en_US")
}

/// All messages of a call, in their order.
pub(crate) async fn messages(host: &Host, call: ToolInvocation) -> Vec<Event> {
    let mut events = host.invoke(call).await;
    let mut all = Vec::new();
    while let Some(event) = events.next().await {
        all.push(event);
    }
    assert_eq!(all.last(), Some(&Event::End), "every session ends");
    all
}

/// An output variable as it came last.
pub(crate) fn variable(messages: &[Event], wanted: &str) -> Option<Value> {
    messages.iter().rev().find_map(|event| match event {
        Event::Variable { name, value, .. } if name == wanted => Some(value.clone()),
        _ => None,
    })
}

pub(crate) fn text(messages: &[Event]) -> String {
    messages.iter().filter_map(|event| if let Event::Text(text) = event { Some(text.as_str()) } else { None }).collect()
}
