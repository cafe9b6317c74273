//! What a plugin may offer beside tools: dynamic options, runtime parameters, sign-in.

mod support;

use std::time::{Duration, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use dify_plugin::host::{Host, Outcome};
use dify_plugin::{
    Credentials, DynamicOptions, Error, OAuth, OAuthCallback, OAuthCredentials, OAuthRequest, OptionsRequest,
    ParameterOption, Plugin, RuntimeParameters, RuntimeParametersRequest, async_trait,
};
use serde_json::{Map, Value, json};
use support::finish;

struct Service;

#[async_trait]
impl DynamicOptions for Service {
    async fn options(&self, request: OptionsRequest) -> Result<Vec<ParameterOption>, Error> {
        if request.parameter != "voice" {
            return Err(Error::NotFound(format!("{} of {} has no list", request.parameter, request.tool)));
        }
        let name = request.credentials.get_str("key").unwrap_or("nobody").to_owned();
        Ok(vec![
            ParameterOption::new("v-1", name).label("zh_Hans", "安娜"),
            ParameterOption::new("v-2", "Bo").icon("https://example.com/bo.png"),
        ])
    }
}

#[async_trait]
impl RuntimeParameters for Service {
    async fn parameters(&self, request: RuntimeParametersRequest) -> Result<Vec<Map<String, Value>>, Error> {
        let parameter = json!({"name": format!("of_{}", request.tool), "type": "string", "form": "llm"});
        Ok(parameter.as_object().cloned().into_iter().collect())
    }
}

#[async_trait]
impl OAuth for Service {
    async fn authorization_url(&self, request: OAuthRequest) -> Result<String, Error> {
        let client = request.system_credentials.get_str("client_id").unwrap_or_default();
        Ok(format!("https://example.com/agree?client_id={client}&redirect_uri={}", request.redirect_uri))
    }

    async fn credentials(&self, _: OAuthRequest, callback: OAuthCallback) -> Result<OAuthCredentials, Error> {
        let Some(code) = callback.query("code") else {
            return Err(Error::InvalidCredentials("the service sent no code".into()));
        };
        let token = Map::from_iter([("token".to_owned(), json!(format!("for {code}")))]);
        let name = Map::from_iter([("name".to_owned(), json!("Ada"))]);
        Ok(OAuthCredentials::new(token).metadata(name).expires_at(UNIX_EPOCH + Duration::from_secs(1_800_000_000)))
    }

    async fn refresh(&self, _: OAuthRequest, old: Credentials) -> Result<OAuthCredentials, Error> {
        let token = format!("after {}", old.get_str("token").unwrap_or_default());
        let fresh = OAuthCredentials::new(Map::from_iter([("token".to_owned(), json!(token))]));
        let shown = format!("{fresh:?} {old:?}");
        assert!(!shown.contains("private"), "{shown}");
        Ok(fresh)
    }
}

async fn ask(data: Value) -> Outcome {
    let plugin = Plugin::builder("probe").options(Service).runtime_parameters(Service).oauth(Service).build().unwrap();
    finish(Host::in_memory(plugin).request(data).await).await
}

async fn chunk(data: Value) -> Value {
    let mut outcome = ask(data).await;
    assert!(outcome.error.is_none() && outcome.others.len() == 1, "{outcome:?}");
    outcome.others.remove(0)
}

fn options(parameter: &str) -> Value {
    json!({
        "type": "dynamic_parameter", "action": "fetch_parameter_options", "credentials": {"key": "Anna"},
        "provider": "probe", "provider_action": "speak", "parameter": parameter, "user_id": "u",
    })
}

fn oauth(action: &str, more: &Value) -> Value {
    let mut data = json!({
        "type": "oauth", "action": action, "provider": "probe", "redirect_uri": "https://dify.example/back",
        "system_credentials": {"client_id": "c-1"}, "user_id": "u",
    });
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    data
}

#[tokio::test]
async fn options_are_listed() {
    assert_eq!(
        chunk(options("voice")).await,
        json!({"options": [
            {"value": "v-1", "label": {"en_US": "Anna", "zh_Hans": "安娜"}},
            {"value": "v-2", "label": {"en_US": "Bo"}, "icon": "https://example.com/bo.png"},
        ]})
    );
    let refused = ask(options("other")).await.error.unwrap();
    assert_eq!((refused.error_type.as_str(), refused.message.as_str()), ("ValueError", "other of speak has no list"));
}

#[tokio::test]
async fn runtime_parameters_are_made() {
    let data = json!({
        "type": "tool", "action": "get_tool_runtime_parameters", "provider": "probe", "tool": "speak",
        "credentials": null, "user_id": "u",
    });
    assert_eq!(chunk(data).await, json!({"parameters": [{"name": "of_speak", "type": "string", "form": "llm"}]}));
}

#[tokio::test]
async fn users_sign_in() {
    assert_eq!(
        chunk(oauth("get_authorization_url", &json!({}))).await,
        json!({"authorization_url": "https://example.com/agree?client_id=c-1&redirect_uri=https://dify.example/back"})
    );
    let back = HEXLOWER.encode(b"GET /back?code=x%20y&state=s HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(
        chunk(oauth("get_credentials", &json!({"raw_http_request": back}))).await,
        json!({"metadata": {"name": "Ada"}, "credentials": {"token": "for x y"}, "expires_at": 1_800_000_000})
    );
    assert_eq!(
        chunk(oauth("refresh_credentials", &json!({"credentials": {"token": "private"}}))).await,
        json!({"credentials": {"token": "after private"}, "expires_at": -1})
    );
}

#[tokio::test]
async fn a_sign_in_that_fails_is_told() {
    let raw = HEXLOWER.encode(b"GET /back HTTP/1.1\r\n\r\n");
    let refused = ask(oauth("get_credentials", &json!({"raw_http_request": raw}))).await.error.unwrap();
    assert_eq!(refused.message, "the service sent no code");
    let broken = ask(oauth("get_credentials", &json!({"raw_http_request": "zz"}))).await.error.unwrap();
    assert_eq!(broken.error_type, "ValidationError");
    let stranger = json!({"provider": "other"});
    let refused = ask(oauth("get_authorization_url", &stranger)).await.error.unwrap();
    assert_eq!(refused.message, "Provider `other` not found");
}

#[tokio::test]
async fn what_a_plugin_does_not_offer_is_not_implemented() {
    let host = Host::in_memory(support::echo());
    for (access, action) in [
        ("dynamic_parameter", "fetch_parameter_options"),
        ("tool", "get_tool_runtime_parameters"),
        ("oauth", "get_authorization_url"),
        ("oauth", "get_credentials"),
        ("oauth", "refresh_credentials"),
    ] {
        let outcome = finish(host.request(json!({"type": access, "action": action})).await).await;
        let error = outcome.error.unwrap();
        assert_eq!(error.error_type, "NotImplementedError");
        assert_eq!(error.message, format!("this plugin does not implement the action `{action}`"));
    }
}
