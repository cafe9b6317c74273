//! Pictures and videos in requests: an address or Base64, held to the documented limits as far as a header tells.

mod header;
mod input;

pub(crate) use input::{PictureRules, is_base64_of_size, picture, video};
