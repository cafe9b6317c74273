//! The provider's settings: which key, which host, which language.

use dify_plugin::{Credentials as Given, Error};
use kling_auth::{ApiHost, AuthError, Credentials, Region};

use crate::language::Language;
use crate::texts;
use crate::{ALLOW_LOOPBACK, Environment};

/// Settings that can be used.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) credentials: Credentials,
    pub(crate) host: ApiHost,
    pub(crate) language: Language,
    /// An access key or secret key is there beside the API key, and not used.
    pub(crate) ignored_key_pair: bool,
    /// The user named the host, so no other may get the key.
    pub(crate) host_is_fixed: bool,
    /// Results above this many bytes stay a link.
    pub(crate) max_file_bytes: u64,
}

const MIB: u64 = 1024 * 1024;
/// More than any Dify takes: a slip of the keyboard.
const LARGEST_MAX_FILE_MB: u64 = 1000;

impl Settings {
    /// Reads settings as Dify hands them over: blank and null are absent.
    pub(crate) fn read(given: &Given, environment: &Environment) -> Result<Self, Error> {
        let field = |name| given.get_str(name).map(str::trim).filter(|value| !value.is_empty());
        // Before the region is known, its own default decides the language of messages.
        let region = field("region").map_or(Ok(Region::default()), str::parse);
        let language = language(field("language"), region.clone().unwrap_or_default());
        let refuse = |text: &dyn Fn(Language) -> String| Error::Unauthorized(language.for_everybody(text));
        let region = region.map_err(|_| refuse(&texts::unknown_region))?;
        let key_pair = (field("access_key"), field("secret_key"));
        let host_takes = environment.max_file_bytes();
        let max_file_bytes = match field("max_file_mb").map(str::parse) {
            None => host_takes,
            Some(Ok(megabytes @ 1..=LARGEST_MAX_FILE_MB)) => megabytes * MIB,
            Some(_) => {
                return Err(refuse(&|language| texts::bad_max_file_mb(language, LARGEST_MAX_FILE_MB, host_takes)));
            }
        };
        let credentials = match (field("api_key"), key_pair) {
            (Some(key), _) => Credentials::api_key(key),
            (None, (Some(access), Some(secret))) => Credentials::key_pair(access, secret),
            (None, (None, None)) => return Err(refuse(&texts::no_credentials)),
            (None, (None, _)) => return Err(refuse(&|language| texts::half_a_key_pair(language, "access_key"))),
            (None, (_, None)) => return Err(refuse(&|language| texts::half_a_key_pair(language, "secret_key"))),
        };
        let unusable = |error: AuthError| refuse(&|language| texts::unusable_setting(language, &error));
        let credentials = credentials.map_err(unusable)?;
        let base_url = field("base_url");
        let host = base_url.map_or_else(|| environment.host_of(region), |url| ApiHost::custom(region, url));
        let host = host.map_err(unusable)?;
        if base_url.is_some() && host.leads_to_this_machine() && !environment.allows_loopback() {
            return Err(refuse(&|language| texts::loopback_not_allowed(language, ALLOW_LOOPBACK)));
        }
        Ok(Self {
            credentials,
            host,
            language,
            ignored_key_pair: field("api_key").is_some() && (key_pair.0.is_some() || key_pair.1.is_some()),
            host_is_fixed: base_url.is_some(),
            max_file_bytes,
        })
    }
}

/// `auto`, absent or anything unknown: Chinese for Beijing, English for Singapore, and both where it matters.
fn language(setting: Option<&str>, region: Region) -> Language {
    match (setting, region) {
        (Some("en_US"), _) => Language::English,
        (Some("zh_Hans"), _) => Language::Chinese,
        (_, Region::Beijing) => Language::ChineseFirst,
        (_, Region::Singapore) => Language::EnglishFirst,
    }
}

#[cfg(test)]
mod tests {
    use kling_auth::CredentialKind;
    use serde_json::{Value, json};

    use super::*;

    fn read(settings: Value) -> Result<Settings, Error> {
        let Value::Object(map) = settings else { panic!("settings are an object") };
        Settings::read(&map.into(), &Environment::default().with_loopback(true))
    }

    #[test]
    fn either_kind_of_key_is_enough() {
        let key = read(json!({"api_key": " k ", "access_key": "", "secret_key": null})).unwrap();
        assert_eq!((key.credentials.kind(), key.ignored_key_pair), (CredentialKind::ApiKey, false));
        let pair = read(json!({"access_key": "a", "secret_key": "s"})).unwrap();
        assert_eq!(pair.credentials.kind(), CredentialKind::KeyPair);
    }

    #[test]
    fn with_both_the_api_key_wins_and_that_is_known() {
        let both = read(json!({"api_key": "k", "access_key": "a", "secret_key": "s"})).unwrap();
        assert_eq!((both.credentials.kind(), both.ignored_key_pair), (CredentialKind::ApiKey, true));
    }

    #[test]
    fn missing_and_half_credentials_say_what_to_fill_in() {
        for (settings, text) in [
            (json!({"language": "en_US"}), "Fill in an API key"),
            (json!({"language": "en_US", "access_key": "a"}), "secret_key"),
            (json!({"language": "en_US", "secret_key": "s"}), "access_key"),
            (json!({"language": "zh_Hans"}), "请填写"),
        ] {
            let error = read(settings).unwrap_err();
            assert!(matches!(&error, Error::Unauthorized(message) if message.contains(text)), "{error}");
        }
    }

    #[test]
    fn hosts_follow_region_and_base_url() {
        let host = |extra: Value| {
            let mut settings = json!({"api_key": "k"});
            settings.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            read(settings).map(|settings| (settings.host.to_string(), settings.host_is_fixed))
        };
        assert_eq!(host(json!({})).unwrap(), ("https://api-beijing.klingai.com".to_owned(), false));
        assert_eq!(host(json!({"region": "singapore"})).unwrap().0, "https://api-singapore.klingai.com");
        let simulator = json!({"base_url": "http://127.0.0.1:8787"});
        assert_eq!(host(simulator).unwrap(), ("http://127.0.0.1:8787".to_owned(), true));
        for base_url in ["http://api-beijing.klingai.com", "ftp://x", "nonsense"] {
            assert!(
                host(json!({"base_url": base_url, "language": "en_US"})).unwrap_err().to_string().contains("base_url")
            );
        }
        assert!(host(json!({"region": "mars"})).is_err());
    }

    /// Whoever may enter credentials must not reach the other services of the machine that the plugin runs on.
    #[test]
    fn this_machine_is_no_api_host_unless_the_environment_allows_it() {
        let read = |base_url: &str, language: &str, environment: &Environment| {
            let settings = json!({"api_key": "k", "base_url": base_url, "language": language});
            let Value::Object(map) = settings else { unreachable!() };
            Settings::read(&map.into(), environment).map(|settings| settings.host.to_string())
        };
        let allowing = Environment::default().with_loopback(true);
        for base_url in [
            "http://127.0.0.1:6379",
            "https://127.0.0.1",
            "https://127.1:8443/kling",
            "https://2130706433",
            "http://localhost:5003",
            "https://LOCALHOST",
            "https://localhost.",
            "https://kling.localhost",
            "http://[::1]:80",
            "https://[::ffff:127.0.0.1]",
            "https://[::127.0.0.1]",
            "https://0.0.0.0",
            "https://0",
            "https://[::]",
        ] {
            for language in ["en_US", "zh_Hans"] {
                let error = read(base_url, language, &Environment::default()).unwrap_err().to_string();
                assert!(error.contains("base_url") && error.contains("KLING_ALLOW_LOOPBACK=1"), "{base_url}: {error}");
            }
            assert!(read(base_url, "en_US", &allowing).is_ok(), "{base_url}");
        }
        // A gateway in a private network.
        for base_url in ["https://10.0.0.1", "https://192.168.1.7/kling", "https://gateway.corp"] {
            assert!(read(base_url, "en_US", &Environment::default()).is_ok(), "{base_url}");
        }
        // Set by the program itself.
        let simulated = Environment::default().with_region_url(Region::Beijing, "http://127.0.0.1:8787");
        assert!(read("", "en_US", &simulated).is_ok());
    }

    #[test]
    fn the_largest_file_is_what_the_host_takes_unless_set() {
        let bytes = |setting: Value, environment: &Environment| {
            let settings = json!({"api_key": "k", "max_file_mb": setting, "language": "en_US"});
            let Value::Object(map) = settings else { unreachable!() };
            Settings::read(&map.into(), environment).map(|settings| settings.max_file_bytes)
        };
        let (silent, compose) = (Environment::default(), Environment::default().with_max_file_bytes(52_428_800));
        for unset in [json!(null), json!(""), json!(" ")] {
            assert_eq!(bytes(unset.clone(), &silent).unwrap(), 30 << 20);
            assert_eq!(bytes(unset, &compose).unwrap(), 50 << 20);
        }
        assert_eq!(bytes(json!(" 40 "), &silent).unwrap(), 40 << 20);
        assert_eq!(bytes(json!("40"), &compose).unwrap(), 40 << 20);
        for wrong in ["0", "-1", "30 MB", "2.5", "1001"] {
            let text = bytes(json!(wrong), &compose).unwrap_err().to_string();
            assert!(text.contains("max_file_mb") && text.contains("50 MB"), "{wrong}: {text}");
        }
    }

    /// Nobody chose a language: what is wrong with the key is told in both, whole.
    #[test]
    fn credential_errors_come_in_both_languages_unless_one_was_chosen() {
        let told = |settings: Value| read(settings).unwrap_err().to_string();
        let (english, chinese) = ("No Kling key is set.", "未设置可灵密钥。");
        for (settings, first, second) in
            [(json!({}), chinese, english), (json!({"region": "singapore", "language": "auto"}), english, chinese)]
        {
            let text = told(settings);
            let (above, below) = text.split_once('\n').unwrap();
            assert!(above.starts_with(first) && below.starts_with(second), "{text}");
        }
        let chosen = told(json!({"region": "singapore", "language": "zh_Hans"}));
        assert!(chosen.starts_with(chinese) && !chosen.contains('\n'), "{chosen}");
    }

    #[test]
    fn languages_follow_the_region_unless_chosen() {
        let language = |region: &str, setting: &str| {
            read(json!({"api_key": "k", "region": region, "language": setting})).unwrap().language
        };
        assert_eq!(language("beijing", "auto"), Language::ChineseFirst);
        assert_eq!(language("singapore", "auto"), Language::EnglishFirst);
        assert_eq!(language("beijing", "en_US"), Language::English);
        assert_eq!(language("singapore", "zh_Hans"), Language::Chinese);
    }
}
