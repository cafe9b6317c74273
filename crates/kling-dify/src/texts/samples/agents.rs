use super::{LINK, Samples, handle};
use crate::kind::Kind;
use crate::language::Language;
use crate::texts::agents::{
    element_ready, failed, failed_but_task_exists, listing, not_ready, ready, still_not_ready, with_remarks,
};
use crate::texts::{api_key_wins, no_answer_in_time};

pub(super) fn samples(language: Language) -> Samples {
    let (inner, until) = (no_answer_in_time(language), Some("2026-12-23T00:00:00Z"));
    let mut samples = Samples::new();
    for kind in [Kind::Video, Kind::Image] {
        for attached in 0..=2 {
            let text = ready(language, kind, &[LINK, LINK], attached, until, Some("3"), &handle());
            samples.push(("ready", text));
        }
        samples.push(("ready", ready(language, kind, &[LINK], 1, None, None, &handle())));
    }
    for kind in [Kind::Video, Kind::Image, Kind::Element] {
        samples.push(("not_ready", not_ready(language, kind, "processing", &handle())));
        samples.push(("still_not_ready", still_not_ready(language, kind, "processing", &handle())));
    }
    samples.extend([
        ("element_ready", element_ready(language, "870000000000000001", &handle())),
        ("failed_but_task_exists", failed_but_task_exists(language, &inner, &handle())),
        ("failed", failed(&inner)),
        ("with_remarks", with_remarks(language, inner.clone(), &[api_key_wins(language)])),
        ("listing", listing(language, &format!("{inner}\n").repeat(100))),
    ]);
    samples
}
