//! `cargo xtask readme-preview`: the plugin's READMEs as Dify's panel shows them.

mod browser;
pub mod drawing;
pub mod page;

pub mod rules;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use self::browser::Browser;
use self::drawing::Drawing;
use self::page::{Page, Theme};
use crate::{project, say};

/// The READMEs of the package: the language of the people who see each, and its place in `plugin/`. Dify asks for the
/// language of its user and falls back on English.
pub const READMES: [(&str, &str); 2] = [("en_US", "README.md"), ("zh_Hans", "readme/README_zh_Hans.md")];

/// The most of a page that one screenshot shows, in pixels. Higher ones cannot be read where they are shown whole.
const SCREEN: u32 = 1_200;

/// What is to be shown, and by what.
#[derive(Debug, Args)]
pub struct Options {
    /// The Chromium that takes the screenshots [default: `chromium` and its other names on the PATH]
    #[arg(long, value_name = "PATH")]
    pub chromium: Option<PathBuf>,
    /// In Dify's dark theme
    #[arg(long)]
    pub dark: bool,
    /// First draws the images in `plugin/_assets/` anew, from `docs/images/`
    #[arg(long)]
    pub draw: bool,
}

/// Writes the pages below `target/readme-preview/`, with screenshots where there is a Chromium.
///
/// # Errors
/// When a README breaks one of the [`rules`], or something cannot be read, written or drawn.
pub fn run(options: &Options) -> Result<()> {
    let browser = Browser::find(options.chromium.as_deref())?;
    let plugin = project::root().join("plugin");
    if options.draw {
        draw(browser.as_ref().context("images are drawn by Chromium, and there is none")?, &plugin)?;
    }
    let folder = project::target_folder().join("readme-preview");
    // Screenshots of an earlier and longer page would stay.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    copy_images(&plugin, &folder)?;

    let mut faults = Vec::new();
    for (language, place) in READMES {
        let path = plugin.join(place);
        let markdown = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        faults.extend(rules::faults(&markdown).into_iter().map(|fault| format!("plugin/{place}: {fault}")));
        let theme = if options.dark { Theme::Dark } else { Theme::Light };
        let name = format!("{language}-{theme}");
        let html = folder.join(format!("{name}.html"));
        fs::write(&html, Page { markdown: &markdown, language, theme }.html())?;
        say::line("page", project::short(&html));
        if let Some(browser) = &browser {
            screenshots(browser, &html, &folder, &name)?;
        }
    }
    if browser.is_none() {
        say::line("screenshots", "none: there is no chromium on the PATH; --chromium names another");
    }
    ensure!(faults.is_empty(), "Dify shows this otherwise than it is meant:\n{}", faults.join("\n"));
    Ok(())
}

fn draw(browser: &Browser, plugin: &Path) -> Result<()> {
    for drawing in Drawing::all()? {
        let png = drawing.stamped(&browser.draw(&drawing.path, drawing.size()?)?)?;
        let path = plugin.join(&drawing.asset);
        fs::write(&path, &png).with_context(|| format!("{} cannot be written", path.display()))?;
        say::line("image", format_args!("{}, {}", project::short(&path), say::size(png.len() as u64)));
    }
    Ok(())
}

/// The pages name their images as the READMEs do, from where they are.
fn copy_images(plugin: &Path, folder: &Path) -> Result<()> {
    let to = folder.join("_assets");
    fs::create_dir_all(&to)?;
    for file in fs::read_dir(plugin.join("_assets"))? {
        let file = file?;
        fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}

fn screenshots(browser: &Browser, html: &Path, folder: &Path, name: &str) -> Result<()> {
    let height = browser.height(html, page::WINDOW)?;
    for (number, from) in (1..).zip((0..height).step_by(SCREEN as usize)) {
        let png = folder.join(format!("{name}-{number}.png"));
        browser.screenshot(html, from, (page::WINDOW, SCREEN.min(height - from)), &png)?;
        say::line("screenshot", project::short(&png));
    }
    Ok(())
}
