//! From a package to a plugin that runs, without a network.

use anyhow::{Context, Result, bail, ensure};

use super::{plugin, signatures};
use crate::daemon_e2e::packages::EARLIER_VERSION;
use crate::daemon_e2e::{Stage, admin};
use crate::declaration::Tool;
use crate::difypkg::{Package, hex, sha256};
use crate::project::BINARY;
use crate::say;

/// The languages of our READMEs, and where they lie in the package.
const READMES: [(&str, &str); 2] = [("en_US", "README.md"), ("zh_Hans", "readme/README_zh_Hans.md")];

/// The icons, as fields of the manifest and of the provider name them.
const ICONS: [(&str, &str); 2] = [("icon", "icon.svg"), ("icon_dark", "icon-dark.svg")];

/// A package without a program for this machine: an administrator reads why.
pub(super) async fn elsewhere(stage: &Stage) -> Result<()> {
    let package = &stage.packages.elsewhere;
    signatures::accepted(stage, package).await?;
    let failure = admin::install(&stage.daemon.client, &package.identity).await.err().context("it is installed")?;
    let failure = failure.to_string();
    ensure!(failure.contains("no program for machine"), "{failure}");
    ensure!(admin::list(&stage.daemon.client).await?.is_empty(), "it is listed all the same");
    say::line("no program", failure.trim());
    Ok(())
}

pub(super) async fn run(stage: &Stage) -> Result<()> {
    let daemon = &stage.daemon.client;
    let identity = &stage.packages.earlier.identity;
    let took = admin::install(daemon, identity).await?;
    let installed = admin::only(daemon).await?;
    ensure!(installed.plugin_unique_identifier == *identity, "{} is installed", installed.plugin_unique_identifier);
    say::line("install", format_args!("version {}, running after {:.1} s", installed.version, took.as_secs_f64()));

    let plugin = plugin(stage)?;
    say::line("process", format_args!("{}, {BINARY} itself: Python has become it", plugin.id));

    let declared: Vec<_> = stage.declaration.tools().iter().map(Tool::name).collect();
    let offered = admin::tools(daemon).await?;
    ensure!(offered == declared, "Dify offers the tools {offered:?}, not {declared:?}");
    let package = Package::read(&stage.packages.earlier.bytes)?;
    for (language, path) in READMES {
        let readme = admin::readme(daemon, identity, language).await?;
        ensure!(package.file(path) == Some(readme.as_bytes()), "the README in {language} is not {path}");
    }
    say::line(
        "shown",
        format_args!("{} tools, README in {}", offered.len(), READMES.map(|(language, _)| language).join(" and ")),
    );
    stored(stage).await.context("the stored declaration")
}

/// The declaration we compute, on which limits are checked, is what the daemon's database holds.
async fn stored(stage: &Stage) -> Result<()> {
    let identity = &stage.packages.earlier.identity;
    let table = format!("plugin_declarations where plugin_unique_identifier = '{identity}'");
    let stored = stage.postgres.ask(&format!("select declaration from {table}"))?;
    let mut expected = stage.declaration.stored()?;
    // What the upload decides: a version of the course, the names of copies of the icons, the verdict on the signature.
    let version = Package::read(&stage.packages.signed.bytes)?.manifest()?.version;
    let mut decided = vec![
        (format!(r#"{{"version":"{version}""#), format!(r#"{{"version":"{EARLIER_VERSION}""#)),
        (r#""verified":false"#.to_owned(), r#""verified":true"#.to_owned()),
    ];
    for (field, name) in ICONS {
        let copy = copy_of(name, &icon(stage, name)?);
        decided.push((format!(r#""{field}":"{name}""#), format!(r#""{field}":"{copy}""#)));
    }
    for (packed, uploaded) in decided {
        expected = expected.replace(&packed, &uploaded);
    }
    if stored != expected {
        let same = stored.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
        let around = |text: &str| text.chars().skip(same).take(80).collect::<String>();
        bail!("{} bytes, not {}; `{}`, not `{}`", stored.len(), expected.len(), around(&stored), around(&expected));
    }
    say::line("stored", format_args!("{} bytes of declaration in the database, each as expected", stored.len()));
    for (field, name) in ICONS {
        let icon = icon(stage, name)?;
        let shown = stage.daemon.client.bytes(&format!("asset/{}", copy_of(name, &icon))).await?;
        ensure!(*shown == *icon, "the {field} is another");
    }
    Ok(())
}

fn icon(stage: &Stage, name: &str) -> Result<Vec<u8>> {
    let package = Package::read(&stage.packages.earlier.bytes)?;
    let icon = package.file(&format!("_assets/{name}"));
    Ok(icon.with_context(|| format!("the package has no {name}"))?.to_vec())
}

/// The daemon keeps pictures under the sum of their bytes and name (0.6.10).
fn copy_of(name: &str, icon: &[u8]) -> String {
    format!("{}.svg", hex(&sha256(&[icon, name.as_bytes()].concat())))
}
