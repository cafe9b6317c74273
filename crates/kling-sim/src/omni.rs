//! What may be given together to 3.0 Omni and O1, on either surface (documentation of 2026-09-20).

use crate::refusal::Refusal;
use crate::tasks::ElementKind;

/// The two products that take pictures, elements and a video at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    Omni3,
    O1,
}

/// What a given video is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VideoUse {
    /// To be edited.
    Base,
    /// To be followed.
    Feature,
}

/// What a body gives besides its words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Inputs {
    pub(crate) first_frame: bool,
    pub(crate) last_frame: bool,
    /// Pictures that are no frames.
    pub(crate) images: usize,
    /// Elements made of pictures, and those nobody knows.
    pub(crate) image_elements: usize,
    /// Elements made of a video.
    pub(crate) video_elements: usize,
    pub(crate) video: Option<VideoUse>,
}

impl Inputs {
    pub(crate) fn add_element(&mut self, kind: ElementKind) {
        match kind {
            ElementKind::MultiImage => self.image_elements += 1,
            ElementKind::VideoCharacter => self.video_elements += 1,
        }
    }

    fn elements(&self) -> usize {
        self.image_elements + self.video_elements
    }

    /// Words alone, or words and a first frame.
    fn is_plain(&self) -> bool {
        self.video.is_none() && !self.last_frame && self.images == 0 && self.elements() == 0
    }

    pub(crate) fn check(&self, product: Product) -> Result<(), Refusal> {
        if self.last_frame && !self.first_frame {
            return Err(refuse("an end frame needs a first frame"));
        }
        if self.video == Some(VideoUse::Base) && self.first_frame {
            return Err(refuse("first and end frames are not supported with a base video"));
        }
        match product {
            Product::Omni3 => self.check_omni3(),
            Product::O1 => self.check_o1(),
        }
    }

    fn check_omni3(&self) -> Result<(), Refusal> {
        let pictures = self.images + self.image_elements;
        if self.first_frame {
            at_most("elements with a first frame", self.elements(), 3)?;
        }
        match (self.video, self.video_elements) {
            (None, 0) => at_most("images and elements", pictures, 7),
            (None, characters) => {
                at_most("video character elements", characters, 3)?;
                at_most("images and multi-image elements beside video character elements", pictures, 4)
            }
            (Some(_), 0) => at_most("images and elements with a video", pictures, 4),
            (Some(_), characters) => {
                at_most("video character elements with a video", characters, 1)?;
                at_most("images and multi-image elements beside a video and a video character element", pictures, 0)
            }
        }
    }

    fn check_o1(&self) -> Result<(), Refusal> {
        if self.video_elements > 0 {
            return Err(refuse("video character elements are not supported by this model"));
        }
        if self.last_frame {
            if self.video.is_some() {
                return Err(refuse("an end frame is not supported with a video"));
            }
            at_most("images and elements beside first and end frames", self.images + self.image_elements, 0)?;
        }
        let most = if self.video.is_some() { 4 } else { 7 };
        at_most("images and elements", self.images + self.image_elements, most)
    }

    /// O1 makes 5 or 10 seconds when it has little to go by; the wording was observed.
    pub(crate) fn check_o1_seconds(&self, seconds: u32) -> Result<(), Refusal> {
        if self.is_plain() && !matches!(seconds, 5 | 10) {
            return Err(refuse("Duration only supports 5 or 10 seconds when no refer_image is provided"));
        }
        Ok(())
    }
}

fn refuse(message: &str) -> Refusal {
    Refusal::parameter(message)
}

fn at_most(what: &str, count: usize, most: usize) -> Result<(), Refusal> {
    if count > most {
        return Err(Refusal::parameter(format!("{what}: {count} are given, at most {most} are allowed")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Inputs =
        Inputs { first_frame: false, last_frame: false, images: 0, image_elements: 0, video_elements: 0, video: None };

    fn check(product: Product, inputs: Inputs, accepted: bool) {
        assert_eq!(inputs.check(product).is_ok(), accepted, "{product:?} {inputs:?}");
    }

    #[test]
    fn omni_counts() {
        let omni = |inputs, accepted| check(Product::Omni3, inputs, accepted);
        omni(Inputs { images: 4, image_elements: 3, ..NOTHING }, true);
        omni(Inputs { images: 5, image_elements: 3, ..NOTHING }, false);
        omni(Inputs { video_elements: 3, images: 4, ..NOTHING }, true);
        omni(Inputs { video_elements: 4, ..NOTHING }, false);
        omni(Inputs { video_elements: 1, images: 5, ..NOTHING }, false);
        let video = Some(VideoUse::Feature);
        omni(Inputs { video, images: 4, ..NOTHING }, true);
        omni(Inputs { video, images: 5, ..NOTHING }, false);
        omni(Inputs { video, video_elements: 1, ..NOTHING }, true);
        omni(Inputs { video, video_elements: 2, ..NOTHING }, false);
        omni(Inputs { video, video_elements: 1, images: 1, ..NOTHING }, false);
    }

    #[test]
    fn omni_frames() {
        let omni = |inputs, accepted| check(Product::Omni3, inputs, accepted);
        let first = Inputs { first_frame: true, ..NOTHING };
        omni(Inputs { image_elements: 3, ..first }, true);
        omni(Inputs { image_elements: 4, ..first }, false);
        omni(Inputs { last_frame: true, ..first }, true);
        omni(Inputs { last_frame: true, ..NOTHING }, false);
        omni(Inputs { video: Some(VideoUse::Base), ..first }, false);
        omni(Inputs { video: Some(VideoUse::Feature), ..first }, true);
    }

    #[test]
    fn o1_is_narrower() {
        let o1 = |inputs, accepted| check(Product::O1, inputs, accepted);
        let frames = Inputs { first_frame: true, last_frame: true, ..NOTHING };
        o1(frames, true);
        o1(Inputs { images: 1, ..frames }, false);
        o1(Inputs { image_elements: 1, ..frames }, false);
        o1(Inputs { video: Some(VideoUse::Feature), ..frames }, false);
        o1(Inputs { video_elements: 1, ..NOTHING }, false);
        o1(Inputs { images: 7, ..NOTHING }, true);
        o1(Inputs { images: 8, ..NOTHING }, false);
        o1(Inputs { images: 5, video: Some(VideoUse::Base), ..NOTHING }, false);
    }

    #[test]
    fn o1_with_little_to_go_by_makes_five_or_ten_seconds() {
        let first = Inputs { first_frame: true, ..NOTHING };
        for plain in [NOTHING, first] {
            assert!(plain.check_o1_seconds(7).is_err());
            assert_eq!(plain.check_o1_seconds(10), Ok(()));
        }
        for rich in [Inputs { images: 1, ..NOTHING }, Inputs { last_frame: true, ..first }] {
            assert_eq!(rich.check_o1_seconds(7), Ok(()));
        }
    }
}
