//! What every create body may hold, whatever it asks for.

use crate::fields::Fields;
use crate::refusal::Refusal;

/// `watermark_info`, `external_task_id` and `callback_url`: in the body on `/v1`, in `options` elsewhere.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) watermark: bool,
    /// The caller's own id, never empty.
    pub(crate) external_id: Option<String>,
}

impl Options {
    pub(crate) fn of(fields: Fields<'_>) -> Result<Self, Refusal> {
        let watermark = fields.part("watermark_info")?.boolean("enabled")?.unwrap_or(false);
        fields.string("callback_url")?;
        let external_id = fields.string("external_task_id")?.filter(|id| !id.is_empty()).map(str::to_owned);
        Ok(Self { watermark, external_id })
    }
}

/// The lengths a model makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seconds {
    FiveOrTen,
    /// From 3 s to so many.
    UpTo(u32),
}

impl Seconds {
    pub(crate) fn allow(self, seconds: u32) -> bool {
        match self {
            Self::FiveOrTen => matches!(seconds, 5 | 10),
            Self::UpTo(most) => (3..=most).contains(&seconds),
        }
    }
}
