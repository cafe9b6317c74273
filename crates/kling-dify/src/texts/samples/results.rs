use std::time::Duration;

use super::{LINK, Samples, handle};
use crate::answer::Delivered;
use crate::kind::Kind;
use crate::language::Language;
use crate::texts::results::{
    api_key_wins, carried_on, element_ready, external_task_id, file_missing, found_again, look_failed, looking_up,
    not_ready, oversized, post_failed, posting, ready, status_is, still_waiting, submitted, too_large, unknown_status,
    waiting_for_slot,
};

pub(super) fn samples(language: Language) -> Samples {
    let elapsed = Duration::from_secs(40);
    let clause = language.pick("the connection broke", "连接中断");
    let notes = [
        None,
        Some(file_missing(language, "840000000000000001_1.mp4", clause)),
        Some(too_large(language, None, 50 << 20)),
    ];
    let video = |note: &Option<String>| Delivered {
        url: LINK.to_owned(),
        seconds: Some("5.041".to_owned()),
        note: note.clone(),
    };
    let several: Vec<_> = notes.iter().map(video).collect();
    let images: Vec<_> = several.iter().map(|video| Delivered { seconds: None, ..video.clone() }).collect();
    let mut samples = Samples::new();
    for (expires, units) in [(None, None), (Some("2026-12-23T00:00:00Z"), Some("3"))] {
        for (kind, delivered) in [
            (Kind::Video, &several[..1]),
            (Kind::Video, &several[1..2]),
            (Kind::Video, &several[..]),
            (Kind::Image, &images[..1]),
            (Kind::Image, &images[..]),
        ] {
            samples.push(("ready", ready(language, kind, delivered, expires, units)));
        }
    }
    for kind in [Kind::Video, Kind::Image, Kind::Element] {
        samples.push(("not_ready", not_ready(language, kind, "processing", &handle())));
    }
    samples.extend([
        ("api_key_wins", api_key_wins(language)),
        ("submitted", submitted(language)),
        ("found_again", found_again(language)),
        ("external_task_id", external_task_id(language, "order-7")),
        ("carried_on", carried_on(language)),
        ("oversized", oversized(language, elapsed)),
        ("status_is", status_is(language, "processing")),
        ("still_waiting", still_waiting(language, Some("processing"), elapsed)),
        ("still_waiting", still_waiting(language, None, elapsed)),
        ("look_failed", look_failed(language, 2)),
        ("waiting_for_slot", waiting_for_slot(language, 0, elapsed)),
        ("waiting_for_slot", waiting_for_slot(language, 3, elapsed)),
        ("posting", posting(language, elapsed)),
        ("post_failed", post_failed(language, 2)),
        ("looking_up", looking_up(language)),
        ("file_missing", file_missing(language, "840000000000000001_1.mp4", clause)),
        ("too_large", too_large(language, Some(60_000_000), 50 << 20)),
        ("too_large", too_large(language, None, 10_000)),
        ("element_ready", element_ready(language, "870000000000000001")),
        ("unknown_status", unknown_status(language, "KLINGS_STATUS", &handle())),
    ]);
    samples
}
