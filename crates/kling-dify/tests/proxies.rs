//! Proxies come from the environment, as the daemon hands them down.

use std::process::Command;

use dify_plugin::host::Host;
use kling_dify::PROVIDER;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::{Value, json};

#[tokio::test]
async fn the_way_to_kling_leads_through_the_proxy_of_the_environment() {
    let proxy = ScriptedServer::start([Reply::http(407, "not today")]).await.unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kling-aigc"));
    command.env("HTTPS_PROXY", proxy.url("")).env_remove("NO_PROXY").env_remove("no_proxy");
    let host = Host::spawn(command).unwrap();
    let Value::Object(credentials) = json!({"api_key": "api-key-of-nobody", "language": "en_US"}) else {
        unreachable!()
    };
    let refused = host.validate_credentials(PROVIDER, credentials).await.unwrap_err();
    assert!(refused.message.contains("proxy"), "{}", refused.message);
    let requests = proxy.requests();
    assert!(requests[0].starts_with("CONNECT api-beijing.klingai.com:443 HTTP/1.1\r\n"), "{requests:?}");
    assert!(!requests.concat().contains("api-key-of-nobody"), "the key stays inside the tunnel");
}
