//! The machines the plugin is built for.

use std::env::consts;
use std::fmt;

use anyhow::{Result, bail};
use clap::ValueEnum;

/// One of the two architectures Dify's manifest knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Arch {
    /// 64-bit x86.
    #[value(alias = "x86_64")]
    Amd64,
    /// 64-bit ARM.
    #[value(alias = "aarch64")]
    Arm64,
}

impl Arch {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Amd64, Self::Arm64];

    /// This machine's.
    ///
    /// # Errors
    /// On anything but Linux on these two: nothing can be linked for Dify there.
    pub fn of_this_machine() -> Result<Self> {
        match (consts::OS, consts::ARCH) {
            ("linux", "x86_64") => Ok(Self::Amd64),
            ("linux", "aarch64") => Ok(Self::Arm64),
            (os, arch) => bail!("the plugin is built on Linux, on x86_64 or aarch64; this is {os} on {arch}"),
        }
    }

    /// Dify's name, also that of the folder under `bin/`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// The kernel's name, which Python, wheels and emulators use too.
    pub const fn machine(self) -> &'static str {
        match self {
            Self::Amd64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// Rust's name of the target.
    pub const fn target(self) -> &'static str {
        match self {
            Self::Amd64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }

    /// `e_machine` of an ELF file.
    pub const fn elf_machine(self) -> u16 {
        match self {
            Self::Amd64 => 62,
            Self::Arm64 => 183,
        }
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
