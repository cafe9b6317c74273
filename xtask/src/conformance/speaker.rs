//! A plugin that makes every call and gives every kind of answer that is no message of a tool.

use anyhow::Result;
use dify_plugin::dify::llm::{LlmRequest, PromptMessage};
use dify_plugin::dify::{AppRequest, ToolKind, ToolRequest, kind};
use dify_plugin::{
    Connection, Credentials, DynamicOptions, Error, MessageSink, OAuth, OAuthCallback, OAuthCredentials, OAuthRequest,
    OptionsRequest, ParameterOption, Plugin, RuntimeParameters, RuntimeParametersRequest, Tool, ToolCall, async_trait,
};
use serde_json::{Map, Value, json};

use super::conversation::Request;

const PROVIDER: &str = "speaker";
/// The calls without methods of their own, in their order.
const KINDS: [&str; 9] = [
    kind::TEXT_EMBEDDING,
    kind::MULTIMODAL_EMBEDDING,
    kind::RERANK,
    kind::MULTIMODAL_RERANK,
    kind::TTS,
    kind::SPEECH2TEXT,
    kind::MODERATION,
    kind::NODE_PARAMETER_EXTRACTOR,
    kind::NODE_QUESTION_CLASSIFIER,
];

struct Speaker;

/// Serves it on this process's own streams.
pub(super) async fn run() -> Result<()> {
    let plugin = Plugin::builder(PROVIDER).tool(Speaker).options(Speaker).runtime_parameters(Speaker).oauth(Speaker);
    dify_plugin::serve_on(plugin.build()?, Connection::stdio()?).await;
    Ok(())
}

/// What makes it say all it can.
pub(super) fn requests() -> Vec<Request> {
    let all = json!({
        "provider": PROVIDER, "tool": "speak", "provider_action": "speak", "parameter": "word", "tool_parameters": {},
        "credentials": {}, "redirect_uri": "https://dify.example/back", "system_credentials": {},
        "raw_http_request": "474554202f3f636f64653d3120485454502f312e310d0a0d0a",
    });
    [
        ("tool", "invoke_tool"),
        ("tool", "get_tool_runtime_parameters"),
        ("dynamic_parameter", "fetch_parameter_options"),
        ("oauth", "get_authorization_url"),
        ("oauth", "get_credentials"),
        ("oauth", "refresh_credentials"),
    ]
    .map(|(kind, action)| Request::new(kind, action, all.clone()))
    .into()
}

#[async_trait]
impl Tool for Speaker {
    fn name(&self) -> &'static str {
        "speak"
    }

    /// The script makes the same calls with the SDK, in this order.
    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let dify = &call.dify;
        let storage = dify.storage();
        // Nobody answers: what counts is what was asked.
        let _ = storage.set("notes/n", b"\x00text").await;
        let _ = storage.get("notes/n").await;
        let _ = storage.exists("notes/n").await;
        let _ = storage.delete("notes/n").await;
        let _ = dify.upload_slot("a.png", "image/png").await;
        let _ = dify.fetch_app("app").await;
        let _ = dify.run_app(AppRequest::new("app").input("city", "Oslo")).await;
        let chat = AppRequest::new("app").input("city", "Oslo").query("weather?").conversation("c");
        if let Ok(mut events) = dify.stream_app(chat).await {
            let _ = events.next().await;
        }
        let tool = ToolRequest::new(ToolKind::Builtin, "time", "current_time").parameter("zone", "UTC");
        if let Ok(mut messages) = dify.tool(tool.credential("id")).await {
            let _ = messages.next().await;
        }
        let model = || LlmRequest::new("openai", "gpt").message(PromptMessage::user("why?")).parameter("top_p", 0.5);
        let _ = dify.llm(model().stop("end")).await;
        let schema = Map::from_iter([("type".to_owned(), json!("object"))]);
        let _ = dify.llm(model().schema(schema)).await;
        let _ = dify.summary(&"long ".repeat(300), "short").await;
        for kind in KINDS {
            let _ = dify.invoke::<Value>(kind, &json!({})).await;
        }
        out.text("all is said").await
    }
}

#[async_trait]
impl DynamicOptions for Speaker {
    async fn options(&self, _: OptionsRequest) -> Result<Vec<ParameterOption>, Error> {
        let second = ParameterOption::new("2", "Two").label("zh_Hans", "二").icon("https://example.com/two.svg");
        Ok(vec![ParameterOption::new("1", "One"), second])
    }
}

#[async_trait]
impl RuntimeParameters for Speaker {
    async fn parameters(&self, _: RuntimeParametersRequest) -> Result<Vec<Map<String, Value>>, Error> {
        let text = json!({"en_US": "Word"});
        let parameter =
            json!({"name": "word", "type": "string", "form": "llm", "label": text, "human_description": text});
        Ok(parameter.as_object().cloned().into_iter().collect())
    }
}

#[async_trait]
impl OAuth for Speaker {
    async fn authorization_url(&self, request: OAuthRequest) -> Result<String, Error> {
        Ok(format!("https://example.com/login?redirect_uri={}", request.redirect_uri))
    }

    async fn credentials(&self, _: OAuthRequest, _: OAuthCallback) -> Result<OAuthCredentials, Error> {
        Ok(fresh().metadata(Map::from_iter([("name".to_owned(), json!("somebody"))])))
    }

    async fn refresh(&self, _: OAuthRequest, _: Credentials) -> Result<OAuthCredentials, Error> {
        Ok(fresh())
    }
}

fn fresh() -> OAuthCredentials {
    OAuthCredentials::new(Map::from_iter([("access_token".to_owned(), json!("not-a-real-token"))]))
}
