//! What happens when a user saves credentials.

mod support;

use dify_plugin::host::Host;
use dify_plugin::{Credentials, CredentialsCheck, Error, Plugin, async_trait};
use serde_json::{Map, Value, json};

struct NeedsKey;

#[async_trait]
impl CredentialsCheck for NeedsKey {
    async fn check(&self, credentials: Credentials) -> Result<(), Error> {
        match credentials.get_str("access_key") {
            Some("boom") => panic!("boom"),
            Some(_) => Ok(()),
            None => Err(Error::InvalidCredentials("Access Key is required".into())),
        }
    }
}

fn key(value: &str) -> Map<String, Value> {
    Map::from_iter([("access_key".to_owned(), Value::from(value))])
}

fn host() -> Host {
    Host::in_memory(Plugin::builder("probe").credentials(NeedsKey).build().unwrap())
}

#[tokio::test]
async fn good_ones_get_exactly_one_verdict() {
    let outcome = support::finish(
        host()
            .request(json!({"action": "validate_tool_credentials", "provider": "probe", "credentials": key("ak-test")}))
            .await,
    )
    .await;
    assert_eq!((outcome.others, outcome.error), (vec![json!({"result": true})], None));
}

#[tokio::test]
async fn bad_ones_get_the_text_for_the_user_and_no_verdict() {
    let outcome = support::finish(
        host().request(json!({"action": "validate_tool_credentials", "provider": "probe", "credentials": null})).await,
    )
    .await;
    assert_eq!(outcome.others, [Value::Null; 0]);
    let error = outcome.error.unwrap();
    assert_eq!(error.to_string(), "CredentialsValidateFailedError: Access Key is required");
}

#[tokio::test]
async fn another_provider_and_a_panic_are_errors() {
    let host = host();
    let error = host.validate_credentials("nope", key("ak-test")).await.unwrap_err();
    assert_eq!(error.to_string(), "ValueError: Provider `nope` not found");
    let error = host.validate_credentials("probe", key("boom")).await.unwrap_err();
    assert_eq!(error.error_type, "ToolInvokeError");
    host.validate_credentials("probe", key("ak-test")).await.unwrap();
}

#[tokio::test]
async fn without_a_check_all_are_taken() {
    Host::in_memory(support::echo()).validate_credentials("probe", Map::new()).await.unwrap();
}
