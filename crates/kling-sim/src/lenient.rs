//! Paths as lenient servers read them (nginx with `merge_slashes`, Tomcat): percent-decoded before they are taken apart,
//! without `;parameters`, with `.` and `..` resolved, and with empty segments left out. What a client believes to be an id
//! may so become another path.

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// The address with its path read so; an address that cannot be written so stays as it is.
pub(crate) fn read(uri: &Uri) -> Uri {
    let path = self::path(uri.path());
    let whole = uri.query().map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    let Ok(path_and_query) = PathAndQuery::try_from(whole) else { return uri.clone() };
    parts.path_and_query = Some(path_and_query);
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

fn path(raw: &str) -> String {
    // Parameters end where their segment does, as it was sent.
    let plain: Vec<_> = raw.split('/').map(|segment| segment.split(';').next().unwrap_or_default()).collect();
    let decoded = decode(&plain.join("/"));
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in decoded.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    if segments.is_empty() {
        return "/".to_owned();
    }
    segments.iter().fold(String::new(), |path, segment| path + "/" + &encode(segment))
}

/// Decodes once; what is no percent-encoding stays.
fn decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let encoded = (byte == b'%').then(|| behind.split_at_checked(2)).flatten();
        let value = encoded.and_then(|(digits, _)| hex(digits));
        match (value, encoded) {
            (Some(value), Some((_, behind))) => {
                decoded.push(value);
                rest = behind;
            }
            _ => decoded.push(byte),
        }
    }
    decoded
}

fn hex(digits: &[u8]) -> Option<u8> {
    // `from_str_radix` takes a sign.
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u8::from_str_radix(digits, 16).ok()
}

fn encode(segment: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(byte);
    segment
        .iter()
        .map(|byte| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_id_can_be_another_path() {
        for (raw, read) in [
            ("/v1/videos/text2video", "/v1/videos/text2video"),
            ("/v1/videos/text2video/84", "/v1/videos/text2video/84"),
            ("/v1/videos/text2video/", "/v1/videos/text2video"),
            ("/v1/videos/text2video/.", "/v1/videos/text2video"),
            ("/v1/videos/text2video/%2e", "/v1/videos/text2video"),
            ("/v1/videos/text2video/a/..", "/v1/videos/text2video"),
            ("/v1/videos/text2video/%2E%2e/image2video", "/v1/videos/image2video"),
            ("/v1/videos/text2video/job-1;x=y", "/v1/videos/text2video/job-1"),
            ("/v1/videos/text2video/..;/image2video", "/v1/videos/image2video"),
            ("/v1/videos/text2video/a%2F..%2Fjob-2", "/v1/videos/text2video/job-2"),
            ("//v1///videos//text2video", "/v1/videos/text2video"),
            ("/../../v1", "/v1"),
            ("/", "/"),
            ("", "/"),
            // Decoded once only.
            ("/v1/%252e%252e/a", "/v1/%252e%252e/a"),
            ("/v1/a%20b/%E9%9B%A8%3b", "/v1/a%20b/%E9%9B%A8%3B"),
            ("/v1/100%/%zz/%+1", "/v1/100%25/%25zz/%25+1"),
        ] {
            assert_eq!(path(raw), read, "{raw}");
        }
    }

    #[test]
    fn the_query_stays() {
        let uri: Uri = "/v1/videos/text2video/..?pageSize=1&x=%2e".parse().unwrap();
        assert_eq!(super::read(&uri), "/v1/videos?pageSize=1&x=%2e");
    }
}
