//! The download host: result files behind signed addresses, without credentials.

mod deliver;
mod range;
mod shelf;

pub(crate) use deliver::deliver;
pub(crate) use shelf::{Medium, Shelf};

const PREFIX: &str = "/files/";

/// Whether a path belongs to the download host rather than to the API.
pub(crate) fn serves(path: &str) -> bool {
    path.starts_with(PREFIX)
}
