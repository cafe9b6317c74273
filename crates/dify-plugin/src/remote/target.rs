//! Where to register, as whom, and with which key.

use std::fmt;

use crate::settings::{BadSetting, Settings};

/// The port where Dify's daemon waits for plugins to debug (`PLUGIN_REMOTE_INSTALLING_PORT`, dify-plugin-daemon 0.6.10).
const PORT: u16 = 5003;

/// A Dify that lets a plugin be debugged in it. Its `Debug` does not show the key.
pub(crate) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) key: String,
    /// In place of the manifest's.
    pub(super) author: Option<String>,
    pub(super) name: Option<String>,
}

impl Target {
    pub(crate) fn of(settings: &Settings) -> Result<Self, BadSetting> {
        let Some(key) = settings.get("REMOTE_INSTALL_KEY") else {
            return Err(BadSetting(
                "REMOTE_INSTALL_KEY is missing; Dify shows it, and the address for REMOTE_INSTALL_URL, on its page of \
                 plugins"
                    .into(),
            ));
        };
        let (host, port) = if let Some(url) = settings.get("REMOTE_INSTALL_URL") {
            address(url)?
        } else {
            let host = settings.get("REMOTE_INSTALL_HOST").unwrap_or("localhost");
            (host.to_owned(), settings.port("REMOTE_INSTALL_PORT", PORT)?)
        };
        let identity = |name: &str, most: usize| match settings.get(name) {
            Some(word) if !is_identity(word, most) => {
                Err(BadSetting(format!("{name} must be lower-case letters, digits, `_` and `-`, at most {most}")))
            }
            word => Ok(word.map(str::to_owned)),
        };
        Ok(Self {
            host,
            port,
            key: key.to_owned(),
            author: identity("REMOTE_INSTALL_AUTHOR", 64)?,
            name: identity("REMOTE_INSTALL_NAME", 128)?,
        })
    }

    /// The text without the key, should it be in there.
    pub(super) fn without_key(&self, text: &str) -> String {
        text.replace(&self.key, "[key]")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, .. } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// `host`, `host:port`, `[::1]:port`, with a scheme before it and a path behind it, as pasted.
fn address(url: &str) -> Result<(String, u16), BadSetting> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let bad = || BadSetting(format!("REMOTE_INSTALL_URL must be host:port, not `{url}`"));
    let (host, port) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or_else(bad)?;
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or_else(bad)?) })
        }
        None => rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Ok(PORT), |port| port.parse().map_err(|_| bad()))?;
    if host.is_empty() { Err(bad()) } else { Ok((host.to_owned(), port)) }
}

fn is_identity(word: &str, most: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    word.len() <= most && word.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_pasted() {
        for (url, shown) in [
            ("debug.dify.example:5003", "debug.dify.example:5003"),
            ("http://10.0.0.7:15003/", "10.0.0.7:15003"),
            ("localhost", "localhost:5003"),
            ("tcp://[::1]:6000", "[::1]:6000"),
            ("[::1]", "[::1]:5003"),
        ] {
            let settings = Settings::of([("REMOTE_INSTALL_KEY", "k"), ("REMOTE_INSTALL_URL", url)]);
            assert_eq!(Target::of(&settings).unwrap().to_string(), shown);
        }
        for url in [":5003", "host:port", "host:99999", "[::1", "[::1]x", "http://"] {
            assert!(address(url).is_err(), "{url}");
        }
    }

    #[test]
    fn host_and_port_serve_without_a_url() {
        let settings = Settings::of([("REMOTE_INSTALL_KEY", "k"), ("REMOTE_INSTALL_PORT", "7")]);
        assert_eq!(Target::of(&settings).unwrap().to_string(), "localhost:7");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_and_the_key_is_not() {
        let told = |settings: &Settings| Target::of(settings).unwrap_err().to_string();
        assert!(told(&Settings::default()).contains("REMOTE_INSTALL_KEY"));
        let settings = Settings::of([("REMOTE_INSTALL_KEY", "not-a-real-key"), ("REMOTE_INSTALL_NAME", "My Plugin")]);
        assert!(told(&settings).starts_with("REMOTE_INSTALL_NAME must be"));
        let target = Target::of(&Settings::of([("REMOTE_INSTALL_KEY", "not-a-real-key")])).unwrap();
        assert!(!format!("{target:?} {target}").contains("not-a-real"));
        assert_eq!(target.without_key("handshake with not-a-real-key failed"), "handshake with [key] failed");
    }
}
