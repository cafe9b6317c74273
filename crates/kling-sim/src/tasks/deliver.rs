//! Putting the files of a task where they can be fetched from its end on.

use tokio::time::Instant;

use super::element::{ElementKind, ElementOrder, ElementResult};
use super::product::{ImageResult, Links, Product, Results};
use super::task::{NewTask, Outcome};
use crate::files::{Medium, Shelf};

/// A result's id, seen from its task's.
const RESULT_ID_OFFSET: u64 = 1_000_000_000_000_000;
/// An element's id, seen from its task's, downwards.
const ELEMENT_ID_OFFSET: u64 = 40_000_000_000_000_000;

/// The element a task makes.
pub(crate) const fn element_id(task_id: u64) -> u64 {
    task_id.saturating_sub(ELEMENT_ID_OFFSET)
}

/// The task that makes an element.
pub(crate) const fn task_of_element(element_id: u64) -> u64 {
    element_id.saturating_add(ELEMENT_ID_OFFSET)
}

/// What a task will deliver; a task that is to fail delivers no files.
pub(crate) fn results(task_id: u64, order: &NewTask, from: Instant, shelf: &Shelf) -> Results {
    // Names of files begin with an id that only grows: the shelf tells by it which file is the oldest.
    let id = task_id.saturating_add(RESULT_ID_OFFSET);
    let put = |name: String, medium| {
        if order.outcome == Outcome::Success { shelf.put(name, medium, from) } else { String::new() }
    };
    let links = |stem: String, medium: Medium| Links {
        url: put(format!("{stem}.{}", medium.extension()), medium),
        watermark_url: if order.watermark {
            put(format!("{stem}-watermark.{}", medium.extension()), medium)
        } else {
            String::new()
        },
    };
    match &order.product {
        Product::Video { seconds } => Results::Video {
            id: id.to_string(),
            links: links(id.to_string(), Medium::Video),
            duration: format!("{seconds}.041"),
        },
        Product::Images { count, .. } => Results::Images(
            (0..*count as usize)
                .map(|index| ImageResult { index, links: links(format!("{id}-{index}"), Medium::Image) })
                .collect(),
        ),
        Product::Element(element) => Results::Element(self::element(task_id, element, |name, medium| {
            put(format!("{id}-{name}.{}", medium.extension()), medium)
        })),
    }
}

fn element(task_id: u64, order: &ElementOrder, put: impl Fn(&str, Medium) -> String) -> ElementResult {
    let (pictures, video) = match order.kind {
        ElementKind::MultiImage => {
            let others = (1..=order.refer_images).map(|number| put(&format!("refer-{number}"), Medium::Image));
            (std::iter::once(put("frontal", Medium::Image)).chain(others).collect(), String::new())
        }
        ElementKind::VideoCharacter => (Vec::new(), put("refer", Medium::Video)),
    };
    // There is no sound to be had here: a trial is a video file without one.
    let voice_trial = order.voice_id.as_ref().map(|_| put("voice", Medium::Video)).unwrap_or_default();
    ElementResult { id: element_id(task_id), pictures, video, voice_trial }
}
