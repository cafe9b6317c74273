//! The two small languages inside prompts: references to inputs, and shots.

pub(crate) mod near;
pub(crate) mod references;
pub(crate) mod shots;
