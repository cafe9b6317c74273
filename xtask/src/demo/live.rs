//! What happens, while it happens.

use std::fmt::Display;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::say;

/// A line that changes on a terminal, a line each otherwise.
pub(super) struct Live {
    start: Instant,
    bar: ProgressBar,
}

impl Live {
    pub(super) fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner:>12}  {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { start: Instant::now(), bar }
    }

    /// What the plugin is doing now.
    pub(super) fn progress(&self, text: &str) {
        if self.bar.is_hidden() {
            say::line(&format!("{:.1} s", self.start.elapsed().as_secs_f64()), text);
        } else {
            self.bar.set_message(text.to_owned());
        }
    }

    /// What stays to be read.
    pub(super) fn line(&self, label: &str, text: impl Display) {
        self.bar.suspend(|| say::line(label, text));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
