//! Chromium without a window: it takes screenshots of pages and drawings.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::tools;

/// What it is called in distributions.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Pixels of an image for each of the page: it stays sharp on fine screens and when it is opened.
const SCALE: u32 = 2;

/// A Chromium and a profile of its own.
pub(super) struct Browser {
    program: PathBuf,
    profile: TempDir,
}

impl Browser {
    /// The named one, or one of the `PATH`.
    pub(super) fn find(named: Option<&Path>) -> Result<Option<Self>> {
        let program = match named {
            Some(path) => {
                ensure!(path.is_file(), "there is no {}", path.display());
                Some(path.to_owned())
            }
            None => on_the_path(),
        };
        program.map(|program| Ok(Self { program, profile: TempDir::new()? })).transpose()
    }

    /// How high a page is that tells it as `data-height`.
    pub(super) fn height(&self, html: &Path, width: u32) -> Result<u32> {
        let dom = self.dom(&address(html, 0), (width, 1))?;
        between(&dom, "data-height=\"")
            .and_then(|height| height.parse().ok())
            .context("the page does not tell its height")
    }

    /// A screenshot of so much of a page, from there on down.
    pub(super) fn screenshot(&self, html: &Path, from: u32, size: (u32, u32), png: &Path) -> Result<()> {
        shoot(self.command(size, 1), &address(html, from), png)
    }

    /// A drawing as PNG.
    pub(super) fn draw(&self, svg: &Path, size: (u32, u32)) -> Result<Vec<u8>> {
        let png = self.profile.path().join("drawing.png");
        shoot(self.command(size, SCALE), &address(svg, 0), &png)?;
        Ok(fs::read(png)?)
    }

    /// What a page is when its scripts have run.
    fn dom(&self, address: &str, size: (u32, u32)) -> Result<String> {
        tools::run(self.command(size, 1).args(["--virtual-time-budget=10000", "--dump-dom", address]))
    }

    fn command(&self, (width, height): (u32, u32), scale: u32) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--headless=new", "--disable-gpu", "--hide-scrollbars"]);
        command.arg(format!("--user-data-dir={}", self.profile.path().display()));
        command.arg(format!("--force-device-scale-factor={scale}"));
        command.arg(format!("--window-size={width},{height}"));
        // It refuses to run as root otherwise; the pages are our own.
        if rustix::process::geteuid().is_root() {
            command.arg("--no-sandbox");
        }
        command
    }
}

fn shoot(mut command: Command, address: &str, png: &Path) -> Result<()> {
    tools::run(command.arg(format!("--screenshot={}", png.display())).arg(address))?;
    ensure!(png.is_file(), "Chromium took no screenshot");
    Ok(())
}

fn on_the_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|program| program.is_file())
}

fn address(html: &Path, from: u32) -> String {
    format!("file://{}?from={from}", html.display())
}

fn between<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once('"').map(|(value, _)| value)
}
