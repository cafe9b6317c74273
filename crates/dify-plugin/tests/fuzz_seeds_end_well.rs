//! The seeds of the fuzz targets, among them everything that ever broke something, are read without a panic.

use std::fs;
use std::path::Path;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let seeds = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect::<Vec<_>>();
    assert!(!seeds.is_empty(), "{target}");
    seeds
}

#[test]
fn endpoint_requests() {
    let mut statuses = Vec::new();
    for seed in seeds("endpoint_request") {
        let end = seed.iter().position(|byte| *byte == b'\n').unwrap();
        let path = std::str::from_utf8(&seed[..end]).unwrap();
        statuses.extend(dify_plugin::fuzz::endpoint_request(path, &seed[end + 1..]).map(|(status, _)| status));
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, [200, 400, 404, 500], "every way is taken");
}

#[test]
fn host_lines() {
    let mut found = Vec::new();
    for seed in seeds("host_line") {
        let [piece, limit, stream @ ..] = seed.as_slice() else { panic!("a seed without its head") };
        let limit = 8 * 1024 + usize::from(*limit);
        let pieces = dify_plugin::fuzz::host_lines(stream, usize::from(*piece), limit);
        assert_eq!(dify_plugin::fuzz::host_lines(stream, stream.len(), limit), pieces);
        found.extend(pieces);
    }
    for expected in
        [r#"["s","invoke_tool"]"#, r#"["s","b"]"#, "field `data` is missing", "too large", "half a line", "not an"]
    {
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}: {found:?}");
    }
}
