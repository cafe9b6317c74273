//! What a request will cost, from the vendor's price list of 2026-09-20.

mod estimate;
mod table;
mod units;

pub use table::{IMAGE_PRICES, ImageInput, ImagePrice, VIDEO_PRICES, VideoInput, VideoPrice};
pub use units::{UnitPackage, Units};
