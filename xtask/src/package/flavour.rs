//! Where the program comes from.

use clap::ValueEnum;

use super::contents::Changes;
use crate::project::{BINARY, VERSION};

/// A kind of package.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Flavour {
    /// The program is inside: installs without a network
    #[default]
    Native,
    /// No program inside, as Dify's marketplace wants it: a wheel brings it
    Marketplace,
}

impl Flavour {
    /// The file that differs: `requirements.txt` pins the wheel of this version.
    pub(super) fn changes(self) -> Changes {
        match self {
            Self::Native => Changes::new(),
            Self::Marketplace => {
                Changes::from([("requirements.txt".to_owned(), Some(format!("{BINARY}=={VERSION}\n")))])
            }
        }
    }
}
