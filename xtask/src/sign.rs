//! `cargo xtask sign`: puts a signature into a package that a Dify with your public key accepts.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use clap::Args;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::difypkg::{Category, Package, PrivateKey, Signature, VERIFICATION_FILE, read_file, signed_message};
use crate::say;

/// What is signed, with what, and where it goes.
#[derive(Debug, Args)]
pub struct Options {
    /// The unsigned package
    pub file: PathBuf,
    /// Your private key: a file of `cargo xtask keygen`, or of Dify's own tool
    #[arg(long, value_name = "PRIVATE")]
    pub key: PathBuf,
    /// Where the signed package goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// What the signature says the plugin is
    #[arg(long, default_value = "community")]
    pub category: Category,
}

/// Signs a package file and tells about it.
///
/// # Errors
/// As [`sign_file`].
pub fn run(options: &Options) -> Result<()> {
    sign_file(&options.file, &options.key, &options.out, options.category)?;
    say::line("signed", options.out.display());
    // A signature changes the checksum, and so the name in Dify.
    say::line("identity", Package::open(&options.out)?.identity()?);
    Ok(())
}

/// Signs a package file with the key of a file, now.
///
/// # Errors
/// As [`sign`], and when a file cannot be read or written.
pub fn sign_file(package: &Path, key: &Path, out: &Path, category: Category) -> Result<()> {
    let key = PrivateKey::open(key)?;
    let bytes = read_file(package)?;
    let time = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    let signed = sign(&bytes, &key, category, time.as_secs()).with_context(|| package.display().to_string())?;
    fs::write(out, signed).with_context(|| format!("{} cannot be written", out.display()))
}

/// The package with a signature made at a time, in seconds since 1970. Its files stay as they are, byte for byte.
///
/// # Errors
/// When it is no package, or one that is signed already: signing twice makes a package that nobody reads.
pub fn sign(bytes: &[u8], key: &PrivateKey, category: Category, time: u64) -> Result<Vec<u8>> {
    let package = Package::read(bytes)?;
    let signed = package.file(VERIFICATION_FILE).is_some() || package.signature().is_ok_and(|it| it.is_some());
    ensure!(!signed, "the package is signed already; sign the one without a signature");

    let time = i64::try_from(time)?;
    let verification = category.file();
    let message = signed_message(package.contents().chain([verification.as_bytes()]), time);
    let signature = Signature { bytes: key.sign(&message)?, time };

    // Nothing of the file tells the machine it was signed on.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new_append(Cursor::new(bytes.to_vec()))?;
    zip.start_file(VERIFICATION_FILE, options)?;
    zip.write_all(verification.as_bytes())?;
    zip.set_comment(signature.comment()?)?;
    Ok(zip.finish()?.into_inner())
}
