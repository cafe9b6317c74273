//! A daemon that wants signatures takes those of our key and no others.

use anyhow::{Context, Result, ensure};

use crate::daemon_e2e::Stage;
use crate::daemon_e2e::admin;
use crate::daemon_e2e::http::Refusal;
use crate::daemon_e2e::packages::Upload;
use crate::say;

pub(super) async fn run(stage: &Stage) -> Result<()> {
    say::line("unsigned", refused(stage, &stage.packages.unsigned).await.context("without a signature")?);
    say::line("foreign key", refused(stage, &stage.packages.foreign).await.context("with a stranger's signature")?);
    let category = accepted(stage, &stage.packages.earlier).await?;
    say::line("own key", format_args!("accepted, category {category}"));
    Ok(())
}

async fn refused(stage: &Stage, package: &Upload) -> Result<String> {
    let answer = admin::upload(&stage.daemon.client, &package.bytes).await;
    let error = answer.err().context("it is accepted")?;
    let refusal = error.downcast::<Refusal>()?;
    ensure!(refusal.message.contains("bad signature"), "{refusal}");
    Ok(format!("refused: {}", refusal.message))
}

/// Uploads; the category of the signature comes back.
pub(super) async fn accepted(stage: &Stage, package: &Upload) -> Result<String> {
    let uploaded = admin::upload(&stage.daemon.client, &package.bytes).await?;
    let (theirs, ours) = (&uploaded.unique_identifier, &package.identity);
    ensure!(theirs == ours, "the daemon calls the package {theirs}, we {ours}");
    ensure!(uploaded.manifest.verified, "it is accepted without being verified");
    Ok(uploaded.verification.context("the signature is not seen")?.authorized_category)
}
