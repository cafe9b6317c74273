//! Kling AI's HTTP API as data: request and answer types, error codes, model names, task handles.
//!
//! Nothing in this crate does I/O, waits or reads a clock. Reading is tolerant (Kling's answers drift: ids arrive as
//! numbers or strings, `succeed` is sometimes `succeeded`, `request_id` may be missing, fields appear); writing is
//! exact. What is not known here is kept, not dropped.
//!
//! ```
//! use kling_api::{Envelope, Task, TaskStatus};
//!
//! let answer = br#"{"code":0,"data":{"task_id":840000000000000001,"task_status":"succeeded"}}"#;
//! let envelope: Envelope<Task> = Envelope::from_slice(answer)?;
//! let task = envelope.data.expect("code 0 carries data");
//! assert_eq!(task.task_id.as_str(), "840000000000000001");
//! assert_eq!(task.task_status, TaskStatus::Succeed);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Asking for something
//!
//! A request is written once, in the legacy surface's shape. [`Surface::of_model`] tells where its model lives; for the
//! new surface `for_new_surface` puts it into that surface's words. `check` applies every rule that can be known
//! beforehand, `warnings` tells what only uncertain sources say, `estimate` what it will cost.
//!
//! ```
//! use kling_api::{Product, Surface, Text2VideoRequest};
//!
//! let request = Text2VideoRequest {
//!     model_name: Some("kling-2.6".into()),
//!     prompt: Some("waves at night".into()),
//!     sound: Some("on".into()),
//!     ..Default::default()
//! };
//! assert_eq!(Surface::of_model("kling-2.6"), Surface::New);
//! let loud = Text2VideoRequest { mode: Some("pro".into()), ..request.clone() }.for_new_surface()?;
//! assert_eq!(loud.estimate().map(|units| units.to_string()).as_deref(), Some("5"));
//! assert!(loud.check().is_ok());
//!
//! let broken = request.for_new_surface()?.check().unwrap_err().in_legacy_words(Product::TextToVideo);
//! assert_eq!(broken.to_string(), "mode must be pro because of sound");
//! # Ok::<(), kling_api::Violation>(())
//! ```
//!
//! # Sources
//!
//! Facts come from the vendor's public documentation: the English export of 2026-09-20, the Chinese pages of early
//! October 2026 and the legacy pages of 2026-03-27, with live measurements of 2026-07-30 to 2026-09-28 where an item
//! says so. The newest stored copy is of about 2026-10-07.

#![forbid(unsafe_code)]

mod account;
mod element;
mod envelope;
mod error_code;
mod external_task_id;
mod handle;
mod id;
mod image;
mod lenient;
mod media;
mod model;
mod new_surface;
mod path;
mod plain_text;
mod price;
mod prompt;
mod redact;
mod region;
mod request;
mod rules;
mod slots;
mod task;

pub use account::{AccountCosts, ResourcePack};
pub use element::{Element, ElementListItem};
pub use envelope::{Envelope, OneOrMany};
pub use error_code::{ERROR_CODES, ErrorCode, Meaning, RetryClass};
pub use external_task_id::{MAX_EXTERNAL_TASK_ID_CHARS, TaskIdProblem, check_task_id};
pub use handle::{Handle, HandleError};
pub use id::Id;
pub use image::{DeliveredImage, Image};
pub use media::{Media, MediaKind};
pub use model::{
    DEFAULT_IMAGE_GENERATION_MODEL, DEFAULT_IMAGE2VIDEO_MODEL, DEFAULT_OMNI_IMAGE_MODEL, DEFAULT_OMNI_VIDEO_MODEL,
    DEFAULT_TEXT2VIDEO_MODEL, ElementSupport, Frames, IMAGE_MODELS, ImageAbilities, ImageModel, ImageProduct,
    Retirement, Support, VIDEO_MODELS, VideoAbilities, VideoModel,
};
pub use new_surface::{
    Billing, Content, MultiShot, NEW_TASKS_PATH, NewTasks, NewTasksPage, Output, PATH_ENDPOINTS, PathBody, PathElement,
    PathEndpoint, PathImage, PathOptions, PathRequest, PathSettings, PathTask, PathTaskPage, TaskFilter,
};
pub use path::{PathError, Product, Surface, TaskPath, is_new_surface_model};
pub use plain_text::{MAX_SHOWN_CHARS, is_blank, plain_text};
pub use price::{IMAGE_PRICES, ImageInput, ImagePrice, UnitPackage, Units, VIDEO_PRICES, VideoInput, VideoPrice};
pub use prompt::near::NearReference;
pub use region::{Region, UnknownRegion};
pub use request::{
    CameraConfig, CameraControl, DeleteElementRequest, DynamicMask, ELEMENT_TAGS, ElementImage, ElementImages,
    ElementRef, ElementRequest, ElementTag, ElementVideo, ElementVideos, Image2VideoRequest, ImageGenerationRequest,
    InputImage, OmniImageRequest, OmniVideoRequest, Point, ReferenceVideo, SeriesAmount, Shot, Text2VideoRequest,
    UnknownSeriesAmount, VideoImage, Voice, WatermarkInfo,
};
pub use rules::{
    Checked, MAX_DYNAMIC_MASKS, MAX_ELEMENT_DESCRIPTION_CHARS, MAX_ELEMENT_NAME_CHARS, MAX_ELEMENT_REFER_IMAGES,
    MAX_I2V_ELEMENTS, MAX_IMAGES, MAX_INPUTS, MAX_NEGATIVE_PROMPT_CHARS, MAX_PROMPT_CHARS, MAX_SERIES_IMAGES,
    MAX_SHOT_CHARS, MAX_SHOTS, MAX_TRAJECTORY_POINTS, MAX_VOICES, MIN_SERIES_IMAGES, Problem, Violation,
};
pub use slots::{SlotPool, SlotUse};
pub use task::{RESULT_LIFETIME_DAYS, Task, TaskInfo, TaskResult, TaskStatus, Video, names_content_rules};
