//! What is said before everything else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Target;
use crate::declaration::Declaration;

/// The bytes of one piece of an asset (`dify_plugin` 0.10.1).
const ASSET_BYTES: usize = 8192;

/// The registration's lines, in their order: the handshake, the manifest, tools, endpoints, the assets, the end
/// (dify-plugin-daemon 0.6.10 and `dify_plugin` 0.10.1). None is answered unless it fails.
pub(crate) struct Registration {
    /// `author/name`, under which Dify will have it.
    pub(super) identity: String,
    /// Whether that is another one than the package's.
    pub(super) renamed: bool,
    lines: Vec<u8>,
}

impl Registration {
    pub(crate) fn new(declaration: &Declaration, target: &Target) -> Self {
        let mut manifest = declaration.manifest_declaration();
        let own = identity(&manifest);
        for (field, value) in [("author", &target.author), ("name", &target.name)] {
            if let (Some(value), Some(manifest)) = (value, manifest.as_object_mut()) {
                manifest.insert(field.to_owned(), value.as_str().into());
            }
        }
        let identity = identity(&manifest);
        let renamed = own != identity;

        let mut lines = Lines::default();
        lines.push("handshake", &json!({"key": target.key}));
        lines.push("manifest_declaration", &manifest);
        let parts = [
            ("tool_declaration", declaration.tool_declaration()),
            ("endpoint_declaration", declaration.endpoint_declaration()),
        ];
        for (kind, data) in parts {
            if let Some(data) = data {
                lines.push(kind, &data);
            }
        }
        for (filename, bytes) in declaration.assets() {
            // The data may not be empty, so the last piece carries the end.
            let mut pieces = bytes.chunks(ASSET_BYTES).peekable();
            while let Some(piece) = pieces.next() {
                let end = pieces.peek().is_none();
                lines.push("asset_chunk", &json!({"filename": filename, "data": STANDARD.encode(piece), "end": end}));
            }
        }
        lines.push("end", &json!({}));
        Self { identity, renamed, lines: lines.0 }
    }

    pub(super) fn lines(&self) -> &[u8] {
        &self.lines
    }
}

fn identity(manifest: &Value) -> String {
    let field = |name| manifest.get(name).and_then(Value::as_str).unwrap_or_default();
    format!("{}/{}", field("author"), field("name"))
}

#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    fn push(&mut self, kind: &str, data: &Value) {
        self.0.extend_from_slice(json!({"type": kind, "data": data}).to_string().as_bytes());
        self.0.push(b'\n');
    }
}
