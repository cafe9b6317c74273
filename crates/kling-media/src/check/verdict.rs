//! Facts against limits.

use super::limits::{
    FRAME_RATE_TOLERANCE, IMAGE_SOURCE_MAX_BYTES, Limits, Medium, RATIO_TOLERANCE_PERCENT, Ratio, SECONDS_TOLERANCE,
    Shape,
};
use super::misfit::Misfit;
use crate::Facts;

impl Limits {
    /// Whether a file with these facts is taken. What headers do not tell is not held against a file.
    ///
    /// # Errors
    /// The first limit that is broken.
    pub fn judge(&self, facts: &Facts) -> Result<(), Misfit> {
        let Facts { kind, width, height, .. } = *facts;
        if !self.kinds.contains(&kind) {
            return Err(Misfit::Kind { found: kind, allowed: self.kinds });
        }
        self.judge_length(facts.bytes)?;
        if let Some(min) = self.min_side.filter(|min| width.min(height) < *min) {
            return Err(Misfit::SideTooSmall { width, height, min });
        }
        if let Some(max) = self.max_side.filter(|max| width.max(height) > *max) {
            return Err(Misfit::SideTooLarge { width, height, max });
        }
        if let Some(max) = self.max_area.filter(|max| u64::from(width) * u64::from(height) > *max) {
            return Err(Misfit::Area { width, height, max });
        }
        if let Some(allowed) = self.shape.filter(|shape| !shape.includes(width, height)) {
            return Err(Misfit::Shape { width, height, allowed });
        }
        if let (Some((min, max)), Some(seconds)) = (self.seconds, facts.seconds)
            && !within(seconds, min, max, SECONDS_TOLERANCE)
        {
            return Err(Misfit::Seconds { seconds, min, max });
        }
        if let (Some((min, max)), Some(rate)) = (self.frame_rate, facts.frame_rate)
            && !within(rate, min, max, FRAME_RATE_TOLERANCE)
        {
            return Err(Misfit::FrameRate { rate, min, max });
        }
        Ok(())
    }

    /// The largest file that is read for the field: pictures are made smaller where they are too large for Kling.
    pub fn max_source_bytes(&self) -> u64 {
        match self.medium {
            Medium::Picture => self.max_bytes.max(IMAGE_SOURCE_MAX_BYTES),
            Medium::Video => self.max_bytes,
        }
    }

    /// Whether a file of so many bytes is read: for those whose content is not there yet.
    pub(crate) fn judge_source_length(&self, bytes: u64) -> Result<(), Misfit> {
        let max = self.max_source_bytes();
        if bytes > max { Err(Misfit::Bytes { bytes: Some(bytes), max }) } else { Ok(()) }
    }

    /// What is wrong with a file that has too many bytes.
    pub(crate) fn too_many_bytes(&self, bytes: u64) -> Misfit {
        Misfit::Bytes { bytes: Some(bytes), max: self.max_bytes }
    }

    /// Whether a file of so many bytes is taken as it is.
    pub(crate) fn judge_length(&self, bytes: u64) -> Result<(), Misfit> {
        if bytes > self.max_bytes {
            return Err(self.too_many_bytes(bytes));
        }
        Ok(())
    }
}

fn within(value: f64, min: f64, max: f64, tolerance: f64) -> bool {
    (min - tolerance..=max + tolerance).contains(&value)
}

impl Shape {
    /// Whether a picture of this size has one of the shapes.
    pub fn includes(&self, width: u32, height: u32) -> bool {
        match self {
            Self::Between(min, max) => min.is_at_most(width, height) && !max.is_less(width, height),
            Self::OneOf(ratios) => ratios.iter().any(|ratio| ratio.is_near(width, height)),
        }
    }
}

impl Ratio {
    /// Both ratios over their common denominator.
    fn with_common_denominator(self, width: u32, height: u32) -> (u64, u64) {
        (u64::from(self.width) * u64::from(height), u64::from(self.height) * u64::from(width))
    }

    fn is_at_most(self, width: u32, height: u32) -> bool {
        let (own, other) = self.with_common_denominator(width, height);
        own <= other
    }

    fn is_less(self, width: u32, height: u32) -> bool {
        let (own, other) = self.with_common_denominator(width, height);
        own < other
    }

    fn is_near(self, width: u32, height: u32) -> bool {
        let (own, other) = self.with_common_denominator(width, height);
        own.abs_diff(other).saturating_mul(100) <= own.saturating_mul(u64::from(RATIO_TOLERANCE_PERCENT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileKind;

    const PICTURE: Facts =
        Facts { kind: FileKind::PNG, bytes: 1000, width: 1000, height: 1000, seconds: None, frame_rate: None };
    const VIDEO: Facts = Facts {
        kind: FileKind::MP4,
        bytes: 1000,
        width: 1920,
        height: 1080,
        seconds: Some(5.0),
        frame_rate: Some(30.0),
    };

    fn sized(facts: Facts, width: u32, height: u32) -> Facts {
        Facts { width, height, ..facts }
    }

    #[test]
    fn pictures_at_their_limits_pass_and_beyond_they_do_not() {
        let judge = |width, height| Limits::LEGACY_IMAGE.judge(&sized(PICTURE, width, height));
        for (width, height) in [(300, 300), (300, 750), (750, 300), (70_000, 70_000)] {
            assert_eq!(judge(width, height), Ok(()), "{width} x {height}");
        }
        assert_eq!(judge(299, 400), Err(Misfit::SideTooSmall { width: 299, height: 400, min: 300 }));
        for (width, height) in [(300, 751), (751, 300)] {
            assert!(matches!(judge(width, height), Err(Misfit::Shape { .. })), "{width} x {height}");
        }
        let tail = |width, height| Limits::IMAGE_TAIL.judge(&sized(PICTURE, width, height));
        assert_eq!((tail(300, 3000), tail(299, 300).is_err()), (Ok(()), true));
        assert_eq!(Limits::MASK.judge(&sized(PICTURE, 1, 9)), Ok(()));
    }

    #[test]
    fn bytes_count_by_surface() {
        let of = |bytes| Facts { bytes, ..PICTURE };
        assert_eq!(Limits::LEGACY_IMAGE.judge(&of(10 * 1024 * 1024)), Ok(()));
        let too_much = of(10 * 1024 * 1024 + 1);
        assert_eq!(
            Limits::LEGACY_IMAGE.judge(&too_much),
            Err(Misfit::Bytes { bytes: Some(too_much.bytes), max: 10 * 1024 * 1024 })
        );
        assert_eq!(Limits::NEW_IMAGE.judge(&too_much), Ok(()));
        assert!(Limits::NEW_IMAGE.judge(&of(50 * 1024 * 1024 + 1)).is_err());
    }

    #[test]
    fn each_medium_has_its_kinds() {
        let webp = FileKind::sniff(b"RIFF\0\0\0\0WEBPVP8 ");
        let misfit = Limits::LEGACY_IMAGE.judge(&Facts { kind: webp, ..PICTURE }).unwrap_err();
        assert_eq!(misfit.to_string(), "the file is image/webp: it must be image/jpeg or image/png");
        assert!(Limits::LEGACY_IMAGE.judge(&VIDEO).is_err());
        assert!(Limits::OMNI_REFERENCE_VIDEO.judge(&PICTURE).is_err());
        assert_eq!(Limits::OMNI_REFERENCE_VIDEO.judge(&Facts { kind: FileKind::MOV, ..VIDEO }), Ok(()));
    }

    #[test]
    fn reference_videos_have_sides_an_area_and_a_shape() {
        let omni = |width, height| Limits::OMNI_REFERENCE_VIDEO.judge(&sized(VIDEO, width, height));
        for (width, height) in [(700, 700), (3840, 2160), (1400, 700), (700, 1750)] {
            assert_eq!(omni(width, height), Ok(()), "{width} x {height}");
        }
        assert!(matches!(omni(699, 700), Err(Misfit::SideTooSmall { min: 700, .. })));
        assert!(matches!(omni(4554, 2300), Err(Misfit::SideTooLarge { max: 4553, .. })));
        assert!(matches!(omni(4000, 2100), Err(Misfit::Area { max: 8_294_400, .. })));
        assert!(matches!(omni(1402, 700), Err(Misfit::Shape { .. })));
        assert!(matches!(omni(1000, 2501), Err(Misfit::Shape { .. })));
        let o1 = |width, height| Limits::O1_REFERENCE_VIDEO.judge(&sized(VIDEO, width, height)).is_ok();
        assert_eq!((o1(700, 2160), o1(2161, 1000), o1(699, 1000)), (true, false, false));
        let legacy = |width, height| Limits::LEGACY_OMNI_VIDEO.judge(&sized(VIDEO, width, height)).is_ok();
        assert_eq!((legacy(720, 2160), legacy(719, 1000), legacy(720, 2161)), (true, false, false));
    }

    #[test]
    fn videos_may_be_off_by_a_frame() {
        let lasting = |seconds| Facts { seconds: Some(seconds), ..VIDEO };
        for (limits, longest) in [
            (Limits::OMNI_REFERENCE_VIDEO, 15.5),
            (Limits::O1_REFERENCE_VIDEO, 10.041),
            (Limits::LEGACY_OMNI_VIDEO, 15.041),
            (Limits::LEGACY_O1_VIDEO, 10.041),
            (Limits::ELEMENT_VIDEO, 8.041),
        ] {
            assert_eq!(limits.judge(&lasting(longest)), Ok(()));
            assert!(matches!(limits.judge(&lasting(longest + 0.1)), Err(Misfit::Seconds { min: 3.0, .. })));
            assert_eq!(limits.judge(&lasting(2.96)), Ok(()));
            assert!(matches!(limits.judge(&lasting(2.9)), Err(Misfit::Seconds { .. })));
        }
        assert!(Limits::OMNI_REFERENCE_VIDEO.judge(&lasting(f64::NAN)).is_err());
    }

    #[test]
    fn frame_rates_are_those_of_film_and_television() {
        let judge = |rate| Limits::O1_REFERENCE_VIDEO.judge(&Facts { frame_rate: Some(rate), ..VIDEO });
        for rate in [23.976, 24.0, 25.0, 29.97, 59.94, 60.0] {
            assert_eq!(judge(rate), Ok(()), "{rate}");
        }
        for rate in [15.0, 23.0, 60.5, 120.0] {
            assert_eq!(judge(rate), Err(Misfit::FrameRate { rate, min: 24.0, max: 60.0 }));
        }
        let untold = Facts { frame_rate: None, seconds: None, ..VIDEO };
        assert_eq!(Limits::O1_REFERENCE_VIDEO.judge(&untold), Ok(()));
    }

    #[test]
    fn an_elements_video_is_1080p_lying_or_upright() {
        let judge = |width, height| Limits::ELEMENT_VIDEO.judge(&sized(VIDEO, width, height));
        for (width, height) in [(1920, 1080), (1080, 1920), (1920, 1088)] {
            assert_eq!(judge(width, height), Ok(()), "{width} x {height}");
        }
        assert!(matches!(judge(1280, 720), Err(Misfit::SideTooSmall { .. })));
        assert!(matches!(judge(3840, 2160), Err(Misfit::SideTooLarge { .. })));
        let misfit = judge(1440, 1080).unwrap_err();
        assert_eq!(misfit.to_string(), "the image is 1440 x 1080 pixels: width to height must be 16:9 or 9:16");
    }

    #[test]
    fn texts_tell_what_is_and_what_may_be() {
        let text = |limits: Limits, facts| limits.judge(&facts).unwrap_err().to_string();
        assert_eq!(
            text(Limits::LEGACY_IMAGE, sized(PICTURE, 200, 200)),
            "the image is 200 x 200 pixels: each side needs at least 300"
        );
        assert_eq!(
            text(Limits::LEGACY_IMAGE, sized(PICTURE, 900, 300)),
            "the image is 900 x 300 pixels: width to height must be 2:5 to 5:2"
        );
        assert_eq!(
            text(Limits::LEGACY_IMAGE, Facts { bytes: 20_000_000, ..PICTURE }),
            "the file has 20000000 bytes: at most 10485760 (10 MB) are taken"
        );
        assert_eq!(
            text(Limits::O1_REFERENCE_VIDEO, Facts { seconds: Some(20.0), ..VIDEO }),
            "the video lasts 20.00 s: 3 to 10 s are taken"
        );
    }
}
