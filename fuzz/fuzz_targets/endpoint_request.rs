//! Everything between a stranger's HTTP request and the endpoint's answer.
//!
//! The first line is the endpoint's path rule, the rest is the request.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (path, http) = data.split_at(end);
    let Ok(path) = std::str::from_utf8(path) else { return };
    if let Some((status, length)) = dify_plugin::fuzz::endpoint_request(path, &http[1..]) {
        assert!(matches!(status, 200 | 400 | 404 | 500), "{status}");
        assert!(length <= http.len().max(200));
    }
});
