//! About the provider's settings.

use kling_auth::{AuthError, Region};

use crate::language::Language;
use crate::texts::{region_name, size};

pub(crate) fn no_credentials(language: Language) -> String {
    language
        .pick(
            "No Kling key is set. Fill in an API key, or an access key with its secret key.",
            "未设置可灵密钥。请填写 API Key，或同时填写 Access Key 与 Secret Key。",
        )
        .to_owned()
}

pub(crate) fn half_a_key_pair(language: Language, missing: &str) -> String {
    let missing = key_name(language, missing);
    language.pick(
        format!("{missing} is missing: access key and secret key belong together. Or fill in an API key alone."),
        format!("缺少 {missing}：Access Key 与 Secret Key 需同时填写；也可以只填写 API Key。"),
    )
}

/// A key as the form calls it, with the name of its setting.
fn key_name(language: Language, field: &str) -> String {
    let (english, chinese) = match field {
        "access_key" => ("The access key", "Access Key"),
        "secret_key" => ("The secret key", "Secret Key"),
        _ => ("The API key", "API Key"),
    };
    language.pick(format!("{english} ({field})"), format!("{chinese}（{field}）"))
}

pub(crate) fn unknown_region(language: Language) -> String {
    let [beijing, singapore] = [Region::Beijing, Region::Singapore].map(|region| region_name(language, region));
    language.pick(
        format!("The region must be beijing, {beijing}, or singapore, {singapore}: wherever the key was created."),
        format!("区域须为 beijing，即{beijing}，或 singapore，即{singapore}，以创建密钥的控制台为准。"),
    )
}

/// `unset`: the limit in bytes where the user sets none.
pub(crate) fn bad_max_file_mb(language: Language, most: u64, unset: u64) -> String {
    let unset = size(language, unset);
    language.pick(
        format!("The largest file (max_file_mb) must be a whole number of MB from 1 to {most}. Empty means what Dify takes: {unset}."),
        format!("文件上限（max_file_mb）须为 1 到 {most} 的整数（MB）。留空则为 Dify 的上限：{unset}。"),
    )
}

pub(crate) fn unusable_setting(language: Language, error: &AuthError) -> String {
    match error {
        AuthError::MalformedKey(field) => {
            let key = key_name(language, field);
            language.pick(
                format!("{key} holds characters that no key has. Paste it again, alone and complete."),
                format!("{key}含有密钥中不会出现的字符，请重新完整粘贴。"),
            )
        }
        AuthError::BadHost(reason) => language.pick(
            format!("The API address (base_url) {reason}."),
            "API 地址（base_url）无法使用：须为 https:// 地址，且不含用户名、参数和 #。".to_owned(),
        ),
        _ => language
            .pick(
                "The key could not be used to sign a request. Paste access key and secret key again, alone and complete.",
                "无法用该密钥对请求签名，请重新完整粘贴 Access Key 与 Secret Key。",
            )
            .to_owned(),
    }
}

pub(crate) fn loopback_not_allowed(language: Language, variable: &str) -> String {
    language.pick(
        format!(
            "The API address (base_url) leads to the plugin's own machine. To use a simulator there, set {variable}=1 in the environment \
             of Dify's plugin daemon; otherwise give an https:// address of another host."
        ),
        format!(
            "API 地址（base_url）指向插件所在的机器。如需使用本机模拟器，请在 Dify 插件守护进程的环境中设置 {variable}=1；\
             否则请填写其他主机的 https:// 地址。"
        ),
    )
}
