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

/// Ignored in silence, the plugin would connect directly where its owner wants a proxy.
#[tokio::test]
async fn a_proxy_setting_that_cannot_be_used_is_told_once_by_its_name() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kling-aigc"));
    for name in ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "https_proxy"] {
        command.env_remove(name);
    }
    command.env("HTTPS_PROXY", "htp://user:PROXY-PASSWORD@proxy.corp:3128");
    let host = Host::spawn(command).unwrap();
    host.ready().await.unwrap();
    let exit = host.shutdown().await.unwrap();
    assert!(exit.success());
    assert_eq!(exit.stderr.matches("HTTPS_PROXY does not name a proxy").count(), 1, "{}", exit.stderr);
    for secret in ["PROXY-PASSWORD", "user", "proxy.corp"] {
        assert!(!exit.stderr.contains(secret), "{}", exit.stderr);
    }
}
