//! Where Dify keeps its own files.

use url::{Origin, Url};

/// The variables in which Dify names its own addresses. Dify's plugin daemon hands its environment on to the plugin.
const VARIABLES: [&str; 3] = ["FILES_URL", "INTERNAL_FILES_URL", "DIFY_INNER_API_URL"];

/// The addresses of Dify itself, whose files may lie in a private network and come over plain http.
///
/// A file object names a host, and whoever gives Dify a file by link chooses it. Only these origins (scheme, host and
/// port) are taken for Dify's. Where none is named, a link of exactly the shape that Dify signs may also lead into a
/// private network; then no error tells what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DifyOrigins(Option<Vec<Origin>>);

/// What is known of a link in one of Dify's file objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It leads to Dify.
    Named,
    /// It looks as if Dify had signed it.
    Shape,
    /// Any link that a user gave.
    None,
}

impl DifyOrigins {
    /// Reads `FILES_URL`, `INTERNAL_FILES_URL` and `DIFY_INNER_API_URL`.
    pub fn of_the_environment() -> Self {
        Self::named(VARIABLES.iter().filter_map(|name| std::env::var(name).ok()))
    }

    /// The origins of these URLs. Blank ones count as absent; one that is no URL is named, but no link has its origin.
    pub fn named(urls: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let named = urls.into_iter().map(|url| url.as_ref().trim().to_owned()).filter(|url| !url.is_empty());
        let origins: Vec<_> =
            named.map(|url| Url::parse(&url).map_or_else(|_| Origin::new_opaque(), |url| url.origin())).collect();
        Self((!origins.is_empty()).then_some(origins))
    }

    pub(crate) fn trust(&self, link: &str) -> Trust {
        let Ok(url) = Url::parse(link) else { return Trust::None };
        match &self.0 {
            Some(named) if named.contains(&url.origin()) && is_signed(&url) => Trust::Named,
            None if has_signed_shape(&url) => Trust::Shape,
            _ => Trust::None,
        }
    }
}

/// Signed links of any release of Dify, below whatever path its address has.
fn is_signed(url: &Url) -> bool {
    url.path_segments().is_some_and(|mut segments| segments.any(|segment| segment == "files")) && has(url, "sign")
}

/// `/files/<uuid>/file-preview`, `/files/<uuid>/image-preview` or `/files/tools/<uuid>.<extension>`, signed (Dify's API as
/// of 2026-08).
fn has_signed_shape(url: &Url) -> bool {
    let segments: Vec<_> = url.path_segments().into_iter().flatten().collect();
    let path = match segments[..] {
        ["files", "tools", file] => file.split_once('.').is_some_and(|(id, extension)| {
            is_uuid(id)
                && (1..=10).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }),
        ["files", id, "file-preview" | "image-preview"] => is_uuid(id),
        _ => false,
    };
    path && ["timestamp", "nonce", "sign"].iter().all(|name| has(url, name))
}

fn has(url: &Url, parameter: &str) -> bool {
    url.query_pairs().any(|(name, value)| name == parameter && !value.is_empty())
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9";
    const QUERY: &str = "?timestamp=1700000000&nonce=abc&sign=c2ln";

    #[test]
    fn the_shape_is_difys_own_to_the_letter() {
        let trust = |path: &str| DifyOrigins::default().trust(&format!("http://10.0.0.1:5001{path}"));
        for path in [
            format!("/files/{ID}/file-preview"),
            format!("/files/{ID}/image-preview"),
            format!("/files/tools/{ID}.png"),
        ] {
            assert_eq!(trust(&format!("{path}{QUERY}")), Trust::Shape, "{path}");
            assert_eq!(trust(&format!("{path}{QUERY}&as_attachment=true")), Trust::Shape, "{path}");
            for query in ["", "?sign=1", "?timestamp=1&nonce=2", "?timestamp=1&nonce=2&sign=", "?timestamp=1&sign=3"] {
                assert_eq!(trust(&format!("{path}{query}")), Trust::None, "{path}{query}");
            }
        }
        for path in [
            "/files/a".to_owned(),
            "/files/1/file-preview".to_owned(),
            format!("/files/{ID}"),
            format!("/files/{ID}/file-preview/"),
            format!("/files/{ID}/file-preview/admin"),
            format!("/admin/files/{ID}/file-preview"),
            format!("//files/{ID}/file-preview"),
            format!("/files/{ID}/reboot"),
            format!("/files/tools/{ID}"),
            format!("/files/tools/{ID}."),
            format!("/files/tools/{ID}.tar.gz"),
            format!("/files/tools/{ID}.png/x"),
            format!("/files/tools/..%2f{ID}.png"),
            format!("/files/%2e%2e/{ID}/file-preview"),
        ] {
            assert_eq!(trust(&format!("{path}{QUERY}")), Trust::None, "{path}");
        }
    }

    #[test]
    fn a_named_origin_is_scheme_host_and_port() {
        let origins = DifyOrigins::named(["https://dify.example.com/", "", "http://api:5001/prefix"]);
        let trust = |base: &str| origins.trust(&format!("{base}/files/{ID}/file-preview{QUERY}"));
        for base in
            ["https://dify.example.com", "https://DIFY.example.com:443", "http://api:5001", "http://api:5001/dify"]
        {
            assert_eq!(trust(base), Trust::Named, "{base}");
        }
        for base in [
            "http://dify.example.com",
            "https://dify.example.com:8443",
            "https://dify.example.com.evil.test",
            "https://evil.test/dify.example.com",
            "http://api",
            "http://api:5002",
            "http://10.0.0.1:5001",
        ] {
            assert_eq!(trust(base), Trust::None, "{base}");
        }
        // Dify's other services stand behind the same address.
        assert_eq!(origins.trust("http://api:5001/console/api/setup"), Trust::None);
        assert_eq!(origins.trust("http://api:5001/files/a.png"), Trust::None);
    }

    #[test]
    fn with_an_origin_named_the_shape_alone_is_worth_nothing() {
        let link = format!("http://10.0.0.1:5001/files/{ID}/file-preview{QUERY}");
        for named in ["https://dify.example.com", "dify.example.com", "no address at all"] {
            assert_eq!(DifyOrigins::named([named]).trust(&link), Trust::None, "{named}");
        }
        for absent in [&[][..], &["", " "]] {
            assert_eq!(DifyOrigins::named(absent).trust(&link), Trust::Shape);
        }
    }
}
