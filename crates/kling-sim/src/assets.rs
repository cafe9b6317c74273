//! The media the simulator hands out. `assets/README.md` tells how they were made.

/// A video that plays: H.264 (yuv420p), 320x180, 24 fps, 5.04 s, no sound, index before the data.
///
/// Every simulated video task delivers these bytes, whatever length was asked for, unless
/// [`SimOptions::video`](crate::SimOptions::video) holds others.
pub const SAMPLE_MP4: &[u8] = include_bytes!("../assets/sample.mp4");

/// A picture of 320x320 pixels (RGB PNG): large enough for every Kling image input (each side at least 300).
pub const SAMPLE_PNG: &[u8] = include_bytes!("../assets/sample.png");
