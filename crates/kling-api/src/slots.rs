//! What a task takes of an account's limit on tasks running at the same time.
//!
//! Facts (vendor documentation 2026-09-20): the limit counts running tasks per account, model version and kind of
//! resource pack; all keys of an account share it. A slot is held from `submitted` until the task ends, failed ones
//! included. A video takes one slot, a picture task one for each picture, a series of unnamed length one for each
//! picture that comes of it. Asking for a task takes none. How large the limit is depends on the packs bought and is
//! not told; 1303 says that it is reached.

use crate::{
    ElementRequest, Image2VideoRequest, ImageGenerationRequest, OmniImageRequest, OmniVideoRequest, PathRequest,
    SeriesAmount, Text2VideoRequest, UnitPackage, VideoModel,
};

/// Tasks that share one limit within an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SlotPool {
    /// The kind of resource pack.
    pub package: UnitPackage,
    /// The model version, which both surfaces' names for it share: `3.0` for `kling-v3` and `kling-3.0`. A model the
    /// tables do not have stands for itself.
    pub version: String,
}

/// What one task takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotUse {
    /// From which limit.
    pub pool: SlotPool,
    /// How many slots, at least 1.
    pub slots: u32,
}

impl SlotUse {
    fn video(model: Option<&str>) -> Self {
        let name = model.unwrap_or_default();
        let version = VideoModel::find(name).map_or(name, |model| model.product_name);
        Self { pool: SlotPool { package: UnitPackage::Video, version: version.to_owned() }, slots: 1 }
    }

    fn images(model: Option<&str>, count: Option<u32>) -> Self {
        let version = model.unwrap_or_default().to_owned();
        Self { pool: SlotPool { package: UnitPackage::Image, version }, slots: count.unwrap_or(1).max(1) }
    }
}

impl Text2VideoRequest {
    /// What its task takes of the account's limit.
    pub fn slot_use(&self) -> SlotUse {
        SlotUse::video(self.model_name.as_deref())
    }
}

impl Image2VideoRequest {
    /// What its task takes of the account's limit.
    pub fn slot_use(&self) -> SlotUse {
        SlotUse::video(self.model_name.as_deref())
    }
}

impl OmniVideoRequest {
    /// What its task takes of the account's limit.
    pub fn slot_use(&self) -> SlotUse {
        SlotUse::video(self.model_name.as_deref())
    }
}

impl PathRequest {
    /// What its task takes of the account's limit.
    pub fn slot_use(&self) -> SlotUse {
        SlotUse::video(self.path.model())
    }
}

impl ImageGenerationRequest {
    /// What its task takes of the account's limit.
    pub fn slot_use(&self) -> SlotUse {
        SlotUse::images(self.model_name.as_deref(), self.n)
    }
}

impl OmniImageRequest {
    /// What its task takes of the account's limit; one slot for a series whose length Kling chooses.
    pub fn slot_use(&self) -> SlotUse {
        let count = match (self.is_series(), self.series_amount) {
            (false, _) => self.n,
            (true, Some(SeriesAmount::Count(count))) => Some(count),
            (true, _) => None,
        };
        SlotUse::images(self.model_name.as_deref(), count)
    }
}

impl ElementRequest {
    /// What its task takes of the account's limit.
    ///
    /// Assumption: one slot of a pool of its own. The documentation does not say that elements are limited, and a pool
    /// that is never refused never makes anybody wait.
    pub fn slot_use(&self) -> SlotUse {
        SlotUse { pool: SlotPool { package: UnitPackage::Image, version: "element".to_owned() }, slots: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Product, TaskPath};

    #[test]
    fn both_surfaces_names_of_a_model_share_a_pool() {
        let legacy = Text2VideoRequest { model_name: Some("kling-v3".into()), ..Default::default() };
        let path = TaskPath::new_surface(Product::TextToVideo, "kling-3.0").unwrap();
        let new = PathRequest { path, body: crate::PathBody::default() };
        assert_eq!(legacy.slot_use(), new.slot_use());
        assert_eq!(legacy.slot_use().pool.version, "3.0");
        let other = Text2VideoRequest { model_name: Some("kling-v9".into()), ..Default::default() };
        assert_eq!(other.slot_use().pool.version, "kling-v9");
    }

    #[test]
    fn a_picture_task_takes_a_slot_for_each_picture() {
        let slots = |n| ImageGenerationRequest { n, ..Default::default() }.slot_use().slots;
        assert_eq!([slots(None), slots(Some(0)), slots(Some(4))], [1, 1, 4]);
        let series = |amount| {
            let series = Some("series".to_owned());
            OmniImageRequest { result_type: series, n: Some(9), series_amount: amount, ..Default::default() }
        };
        assert_eq!(series(Some(SeriesAmount::Count(3))).slot_use().slots, 3);
        assert_eq!(series(Some(SeriesAmount::Auto)).slot_use().slots, 1);
    }

    #[test]
    fn pictures_and_videos_have_limits_of_their_own() {
        let model = Some("kling-v3".to_owned());
        let video = Text2VideoRequest { model_name: model.clone(), ..Default::default() };
        let image = ImageGenerationRequest { model_name: model, ..Default::default() };
        assert_ne!(video.slot_use().pool.package, image.slot_use().pool.package);
    }
}
