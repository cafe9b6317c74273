//! One module a tool: its parameters, how they become a request, what it answers.

pub(crate) mod text_2_video_create;
pub(crate) mod text_2_video_query;
