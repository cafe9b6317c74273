//! The keys of a signature: RSA, as PKCS#1 in PEM, which is all that Dify's daemon reads (0.6.10).

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use getrandom::SysRng;
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey, EncodeRsaPrivateKey, EncodeRsaPublicKey, LineEnding};
use rsa::sha2::Sha256;

use super::read_file;

const PRIVATE: &str = "RSA PRIVATE KEY";
const PUBLIC: &str = "RSA PUBLIC KEY";

/// Signs packages. Never shown, but in the file it is for.
#[derive(Clone)]
pub struct PrivateKey(rsa::PrivateKey);

/// Checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    key: rsa::PublicKey,
    stray: bool,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(REDACTED)")
    }
}

impl PrivateKey {
    /// A new key.
    ///
    /// # Errors
    /// When the system has no random numbers, or for fewer than 1024 bits.
    pub fn generate(bits: usize) -> Result<Self> {
        rsa::PrivateKey::new(&mut SysRng, bits).map(Self).context("no key can be made")
    }

    /// Reads the key of a file. Blank lines around it do no harm.
    ///
    /// # Errors
    /// When the file is missing or holds anything but one such key.
    pub fn open(path: &Path) -> Result<Self> {
        let text = text_of(path)?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    /// Reads a key.
    ///
    /// # Errors
    /// When the text is anything but one such key.
    pub fn parse(text: &str) -> Result<Self> {
        let (block, _) = only_block(text, PRIVATE)?;
        // Its reason could quote what was read.
        rsa::PrivateKey::from_pkcs1_pem(&block).map(Self).map_err(|_| anyhow!("the private key in it is damaged"))
    }

    /// The key that checks what this one signs.
    pub fn public(&self) -> PublicKey {
        PublicKey { key: self.0.to_public_key(), stray: false }
    }

    /// The content of its file. Whoever has it can sign.
    ///
    /// # Errors
    /// Never with a key that was made or read.
    pub fn pem(&self) -> Result<String> {
        let pem = self.0.to_pkcs1_pem(LineEnding::LF).map_err(|_| anyhow!("the key cannot be written"))?;
        Ok(pem.as_str().to_owned())
    }

    /// Signs a message.
    ///
    /// # Errors
    /// When the system has no random numbers, which hide the key's traces in time.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.0.pkcs1v15_sign::<Sha256>(message).context("it cannot be signed")
    }
}

impl PublicKey {
    /// Reads the key of a file.
    ///
    /// # Errors
    /// When the file is missing or holds anything but one such key.
    pub fn open(path: &Path) -> Result<Self> {
        let text = text_of(path)?;
        Self::parse(&text).with_context(|| path.display().to_string())
    }

    /// Reads a key.
    ///
    /// # Errors
    /// When the text is anything but one such key.
    pub fn parse(text: &str) -> Result<Self> {
        let (block, stray) = only_block(text, PUBLIC)?;
        let key = rsa::PublicKey::from_pkcs1_pem(&block).map_err(|_| anyhow!("the public key in it is damaged"))?;
        Ok(Self { key, stray })
    }

    /// The content of its file.
    ///
    /// # Errors
    /// Never with a key that was made or read.
    pub fn pem(&self) -> Result<String> {
        self.key.to_pkcs1_pem(LineEnding::LF).context("the key cannot be written")
    }

    /// Whether its file has blank lines behind the key. With such a file among its keys the daemon verifies no package
    /// at all, not even those of the marketplace.
    pub fn has_stray_lines(&self) -> bool {
        self.stray
    }

    /// Whether the private half of this key signed the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.pkcs1v15_verify::<Sha256>(message, signature).is_ok()
    }
}

fn text_of(path: &Path) -> Result<String> {
    let bytes = read_file(path)?;
    String::from_utf8(bytes).map_err(|_| anyhow!("{}: there is no PEM key in it", path.display()))
}

/// The one block of a PEM file, and whether there are blank lines behind it.
fn only_block(text: &str, label: &str) -> Result<(String, bool)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let found = text.split_once("-----BEGIN ").and_then(|(_, rest)| rest.split_once("-----"));
    let (found, _) = found.context("there is no PEM key in it")?;
    ensure!(found == label, "{}", wrong_label(found, label));

    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let (before, rest) = text.split_once(&begin).context("there is no PEM key in it")?;
    ensure!(before.trim().is_empty(), "there is other text before the key; leave the key alone in the file");
    let (body, after) = rest.split_once(&end).context("the key is cut short: its last line is missing")?;
    ensure!(after.trim().is_empty(), "there is other text behind the key; leave the key alone in the file");

    // As it was written at first: what was copied through a chat may have lost or won line breaks and blanks.
    let digits: String = body.split_whitespace().collect();
    let lines: Vec<_> = digits.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    let stray = !matches!(after, "" | "\n" | "\r\n");
    Ok((format!("{begin}\n{}\n{end}\n", lines.join("\n")), stray))
}

fn wrong_label(found: &str, wanted: &str) -> String {
    match (found, wanted) {
        (PRIVATE, PUBLIC) => "this is the private key; give the public one, and this one to nobody".to_owned(),
        (PUBLIC, PRIVATE) => "this is the public key; signing takes the private one".to_owned(),
        ("PRIVATE KEY" | "ENCRYPTED PRIVATE KEY", PRIVATE) => {
            "the key is in PKCS#8, Dify's tools read PKCS#1: openssl rsa -traditional -in IT -out OTHER".to_owned()
        }
        ("PUBLIC KEY", PUBLIC) => {
            "the key is in the X.509 form, Dify reads PKCS#1: openssl rsa -pubin -RSAPublicKey_out -in IT -out OTHER"
                .to_owned()
        }
        _ => format!("a {found:.40} is in it, not a {wanted}"),
    }
}
