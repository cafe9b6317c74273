//! What cannot be used is refused before anything is sent, with one clear error.

use dify_plugin::host::Host;
use kling_dify::{Environment, PROVIDER, plugin};
use kling_sim::SimOptions;
use kling_sim::scripted::ScriptedServer;
use serde_json::json;

use crate::support::{CREATE, QUERY, api_key, call, failure, host, map, simulator};

/// Promise 4: nothing is paid for that can be refused locally. The simulator sees no request at all.
#[tokio::test(start_paused = true)]
async fn wrong_parameters_never_reach_kling() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let cases = [
        (CREATE, json!({}), "`prompt` is empty"),
        (CREATE, json!({"prompt": null}), "`prompt` is empty"),
        (CREATE, json!({"prompt": " \n "}), "`prompt` is empty"),
        (CREATE, json!({"prompt": ["a"]}), "`prompt` must be a text"),
        (CREATE, json!({"prompt": "x".repeat(2501)}), "`prompt` is 2501 characters long: at most 2500"),
        (CREATE, json!({"prompt": "a", "duration": "soon"}), "`duration` must be whole seconds"),
        (CREATE, json!({"prompt": "a", "cfg_scale": 7}), "`cfg_scale` is 7: 0 to 1"),
        (CREATE, json!({"prompt": "a", "cfg_scale": "high"}), "`cfg_scale` must be a number"),
        (CREATE, json!({"prompt": "a", "multi_shot": "perhaps"}), "`multi_shot` must be true or false"),
        (CREATE, json!({"prompt": "a", "multi_shot": "true"}), "`shot_type` must be customize or intelligence"),
        (
            CREATE,
            json!({"multi_shot": "true", "shot_type": "customize", "multi_prompt": "two shots"}),
            "`multi_prompt` must be one line a shot",
        ),
        (
            CREATE,
            json!({"multi_shot": "true", "shot_type": "customize", "multi_prompt": [{"prompt": "a"}]}),
            "each item needs `duration`",
        ),
        (CREATE, json!({"prompt": "a", "voice_list": "[{\"id\":1}]"}), "each item needs `voice_id`"),
        (CREATE, json!({"prompt": "a", "wait_for_result": "maybe"}), "`wait_for_result` must be true or false"),
        (CREATE, json!({"prompt": "a", "max_wait_seconds": -5}), "`max_wait_seconds` must be a number of seconds"),
        (QUERY, json!({}), "Name the task"),
        (QUERY, json!({"task_id": "", "external_task_id": " "}), "Name the task"),
        (QUERY, json!({"task_id": "kling1_bad"}), "the task handle is damaged"),
        (QUERY, json!({"task_id": "kling9_abc"}), "version 9"),
        (QUERY, json!({"task_id": {"id": 1}}), "`task_id` must be a text"),
    ];
    for (tool, parameters, text) in cases {
        let outcome = call(&host, tool, &credentials, parameters.clone()).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeBadRequestError", "{parameters}");
        assert!(message.contains(text), "{parameters}: {message}");
    }
    assert_eq!(sim.requests().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_message_is_chinese_where_chinese_is_set() {
    let credentials = map(json!({"api_key": "k", "language": "zh_Hans"}));
    let outcome = call(&host(Environment::default()), CREATE, &credentials, json!({})).await;
    assert_eq!(failure(&outcome), ("InvokeBadRequestError", "`prompt` 为空：请输入提示词。"));
}

#[tokio::test(start_paused = true)]
async fn unusable_credentials_say_what_to_do() {
    let host = host(Environment::default());
    for (credentials, text) in [
        (json!({}), "未设置可灵密钥"),
        (json!({"language": "en_US"}), "No Kling key is set"),
        (json!({"access_key": "a", "language": "en_US"}), "(secret_key) is missing"),
        (json!({"api_key": "two words", "language": "en_US"}), "(api_key) holds characters"),
        (
            json!({"api_key": "k", "base_url": "http://10.0.0.1", "language": "en_US"}),
            "(base_url) must begin with https://",
        ),
        (json!({"api_key": "k", "region": "mars", "language": "en_US"}), "region must be"),
    ] {
        let outcome = call(&host, CREATE, &map(credentials), json!({"prompt": "a"})).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeAuthorizationError");
        assert!(message.contains(text), "{message}");
    }
}

/// Whoever may enter credentials must not reach the other services of the plugin's machine, nor read what they answer.
#[tokio::test(start_paused = true)]
async fn an_api_address_on_the_plugins_own_machine_is_refused_without_asking_it() {
    let service = ScriptedServer::start([]).await.unwrap();
    // Not by this crate's `host`, which allows it.
    let host = Host::in_memory(plugin(Environment::default()).unwrap());
    for (language, hint) in [("en_US", "simulator"), ("zh_Hans", "模拟器")] {
        let credentials = map(json!({"api_key": "k", "base_url": service.url(""), "language": language}));
        let outcome = call(&host, CREATE, &credentials, json!({"prompt": "a"})).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeAuthorizationError");
        for part in ["base_url", "KLING_ALLOW_LOOPBACK=1", hint] {
            assert!(message.contains(part), "{message}");
        }
        let refused = host.validate_credentials(PROVIDER, credentials).await.unwrap_err();
        assert_eq!(refused.message, message);
    }
    assert_eq!(service.requests(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn with_both_kinds_of_keys_the_api_key_is_used_and_the_log_says_so() {
    let sim = simulator().await;
    let mut credentials = api_key(&sim.url());
    credentials.extend(map(json!({"access_key": "AK-UNUSED", "secret_key": "SK-UNUSED"})));
    let parameters = json!({"prompt": "a", "wait_for_result": "false"});
    let outcome = call(&host(Environment::default()), CREATE, &credentials, parameters).await;
    assert_eq!(outcome.error, None);
    assert!(outcome.logs.iter().any(|log| log.label.contains("the API key is used")));
    assert_eq!(sim.requests()[0].credential, kling_sim::Credential::ApiKey);
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_another_region_is_not_asked_for_here() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let mut credentials = api_key(&sim.url());
    credentials.insert("region".into(), "singapore".into());
    let created = call(&host, CREATE, &credentials, json!({"prompt": "a", "wait_for_result": "false"})).await;
    credentials.insert("region".into(), "beijing".into());
    let before = sim.requests().len();
    let outcome = call(&host, QUERY, &credentials, json!({"task_id": created.variables["handle"]})).await;
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("belongs to region singapore"), "{message}");
    assert_eq!(sim.requests().len(), before);
}

#[tokio::test(start_paused = true)]
async fn refusals_carry_code_request_and_advice() {
    let options = SimOptions { speed: 0.1, concurrency: 1, ..SimOptions::default() };
    let sim = kling_sim::Simulator::start(options).await.unwrap();
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let no_wait = json!({"prompt": "a", "wait_for_result": "false", "max_wait_seconds": 90});
    call(&host, CREATE, &credentials, no_wait.clone()).await;
    let over = call(&host, CREATE, &credentials, no_wait).await;
    let (kind, message) = failure(&over);
    assert_eq!(kind, "InvokeRateLimitError");
    assert!(
        message.contains("code 1303, request ") && message.contains("limit of tasks at the same time"),
        "{message}"
    );

    let unknown = call(&host, QUERY, &credentials, json!({"task_id": "840000000000000009"})).await;
    let (kind, message) = failure(&unknown);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("no such task"), "{message}");

    let mut stranger = credentials.clone();
    stranger.insert("api_key".into(), "api-key-of-nobody".into());
    let refused = call(&host, CREATE, &stranger, json!({"prompt": "a"})).await;
    let (kind, message) = failure(&refused);
    assert_eq!(kind, "InvokeAuthorizationError");
    assert!(message.contains("code 1002") && message.contains("region"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn unknown_tools_and_providers_are_told_as_the_python_sdk_tells_them() {
    let host = host(Environment::default());
    let none = serde_json::Map::new();
    let outcome = call(&host, "nope", &none, json!({})).await;
    assert_eq!(failure(&outcome), ("ValueError", format!("Tool `nope` not found for provider `{PROVIDER}`").as_str()));
    let data = json!({"type": "tool", "action": "frobnicate", "provider": PROVIDER, "user_id": ""});
    let outcome = host.request(data).await.collect().await;
    assert_eq!(failure(&outcome).0, "NotImplementedError");
}
