//! The elements everybody has. The service's own ones are not published; these are the simulator's.

use tokio::time::Instant;

use crate::files::{Medium, Shelf};
use crate::tasks::{ElementKind, ElementOrder, ElementResult};

/// An element of Kling's own.
#[derive(Debug)]
pub(crate) struct PresetElement {
    pub(crate) task_id: u64,
    pub(crate) order: ElementOrder,
    pub(crate) result: ElementResult,
}

const FIRST_TASK_ID: u64 = 730_000_000_000_000_001;
const FIRST_ID: u64 = 700_000_000_000_000_001;

/// Name, description, tag.
const ELEMENTS: &[(&str, &str, &str)] = &[
    ("Lighthouse keeper", "An old man in a yellow coat", "o_102"),
    ("Paper fox", "A fox folded from orange paper", "o_103"),
    ("Brass compass", "A worn compass with a glass lid", "o_104"),
    ("Harbour", "A small harbour in fog", "o_106"),
];

pub(crate) fn elements(shelf: &Shelf, from: Instant) -> Vec<PresetElement> {
    let with_number = (1_u64..).zip(ELEMENTS);
    with_number
        .map(|(number, (name, description, tag))| PresetElement {
            task_id: FIRST_TASK_ID + 2 * number,
            order: ElementOrder {
                name: (*name).to_owned(),
                description: (*description).to_owned(),
                kind: ElementKind::MultiImage,
                refer_images: 0,
                voice_id: None,
                tags: vec![(*tag).to_owned()],
            },
            result: ElementResult {
                id: FIRST_ID + 2 * number,
                // A letter sorts behind the digits of results, so that these stay when room is needed.
                pictures: vec![shelf.put(format!("preset-{number}.png"), Medium::Image, from)],
                ..ElementResult::default()
            },
        })
        .collect()
}
