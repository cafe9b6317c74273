//! How fast `dify-plugin` alone writes the chunks of a file that it has in memory.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use serde_json::json;

use super::super::statistics::Rate;
use super::MIB;
use super::reader::Plugin;

/// Large, so that its beginning does not count.
pub(super) const FILE: u64 = 256 * MIB;

/// Asks the example `echo` for a file: 64 KiB, again and again.
pub(super) async fn measure(echo: &Path) -> Result<Rate> {
    let mut plugin = Plugin::start(Command::new(echo)).await?;
    let request = json!({
        "action": "invoke_tool",
        "provider": "probe",
        "tool": "echo",
        "tool_parameters": { "bytes": FILE },
        "credentials": {},
    });
    let answer = plugin.ask(&request, FILE).await?;
    Ok(Rate::of(FILE, answer.time))
}
