//! The two languages users read.

/// Which language messages are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Chinese,
    English,
    /// Nobody chose: Chinese by the region, and both languages where [everybody](Self::for_everybody) must understand.
    ChineseFirst,
    /// Nobody chose: English by the region, and both languages where [everybody](Self::for_everybody) must understand.
    EnglishFirst,
}

impl Language {
    /// The text in this language.
    pub(crate) fn pick<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English | Self::EnglishFirst => english,
            Self::Chinese | Self::ChineseFirst => chinese,
        }
    }

    /// A text that everybody must understand, such as one about the key that the settings are changed for: in the
    /// language that was chosen, or whole in both, one below the other.
    pub(crate) fn for_everybody(self, text: impl Fn(Self) -> String) -> String {
        match self {
            Self::Chinese | Self::English => text(self),
            Self::ChineseFirst => format!("{}\n{}", text(Self::Chinese), text(Self::English)),
            Self::EnglishFirst => format!("{}\n{}", text(Self::English), text(Self::Chinese)),
        }
    }
}
