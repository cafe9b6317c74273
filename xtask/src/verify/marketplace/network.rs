//! `network.domains` of the manifest, which the marketplace shows on the plugin's page.

use dify_plugin::declaration::Declaration;
use kling_api::Region;

use super::warning;
use crate::difypkg::Finding;
use crate::project::PLUGIN;

pub(super) const RULE: &str = "network-domains";

/// What hosts a plugin connects to is in its program, where neither the marketplace nor this check can see it: of other
/// plugins than ours it is only known whether they say anything.
pub(super) fn check(declaration: &Declaration) -> Option<Finding> {
    let manifest = declaration.manifest();
    let missing = |message: String| Some(warning(RULE, "manifest.yaml", message));
    if manifest.network.domains.is_empty() {
        return missing("names no host the plugin connects to under `network.domains`".into());
    }
    let hosts = Region::ALL.iter().map(|region| region.base_url().trim_start_matches("https://"));
    let not_covered: Vec<_> = hosts.filter(|host| !manifest.network.covers(host)).collect();
    if manifest.name == PLUGIN && !not_covered.is_empty() {
        return missing(format!("does not name {} under `network.domains`", not_covered.join(", ")));
    }
    None
}
