//! `static_mask` and `dynamic_masks`: what stays, and what moves along which path.

use crate::fields::{Fields, wrong_type};
use crate::media::{self, PictureRules};
use crate::refusal::Refusal;

const MOST_MASKS: usize = 6;
/// For a video of 5 s.
const POINTS: std::ops::RangeInclusive<usize> = 2..=77;

/// Whether there are masks at all.
pub(super) fn check(body: Fields<'_>) -> Result<bool, Refusal> {
    let still = body.string("static_mask")?.filter(|mask| !mask.is_empty());
    let moving = body.objects("dynamic_masks")?;
    if moving.len() > MOST_MASKS {
        return Err(Refusal::too_many("dynamic_masks", moving.len(), MOST_MASKS));
    }
    let mut sizes = Vec::new();
    if let Some(mask) = still {
        sizes.extend(media::picture("static_mask", mask, PictureRules::LEGACY)?);
    }
    for mask in &moving {
        let picture = mask.needed("mask", "dynamic_masks.mask")?;
        sizes.extend(media::picture("dynamic_masks.mask", picture, PictureRules::LEGACY)?);
        check_path(*mask)?;
    }
    if sizes.windows(2).any(|pair| pair.first() != pair.last()) {
        return Err(Refusal::parameter("static_mask and dynamic_masks must all have the same resolution"));
    }
    Ok(still.is_some() || !moving.is_empty())
}

fn check_path(mask: Fields<'_>) -> Result<(), Refusal> {
    let points = mask.objects("trajectories")?;
    if !POINTS.contains(&points.len()) {
        return Err(Refusal::parameter(format!(
            "dynamic_masks.trajectories has {} points, {} to {} are allowed",
            points.len(),
            POINTS.start(),
            POINTS.end()
        )));
    }
    for point in points {
        for axis in ["x", "y"] {
            point.integer(axis)?.ok_or_else(|| wrong_type("dynamic_masks.trajectories", "list of points"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const URL: &str = "https://media.example.test/mask.png";

    fn moving(points: usize) -> Value {
        let points: Vec<_> = (0..points).map(|at| json!({ "x": at, "y": 5 })).collect();
        json!({ "mask": URL, "trajectories": points })
    }

    fn accepts(body: &Value) -> bool {
        check(Fields::of(body).unwrap()).is_ok()
    }

    #[test]
    fn paths_have_two_to_seventy_seven_points() {
        for (points, accepted) in [(1, false), (2, true), (77, true), (78, false)] {
            assert_eq!(accepts(&json!({ "dynamic_masks": [moving(points)] })), accepted, "{points}");
        }
        assert!(!accepts(&json!({ "dynamic_masks": [{ "mask": URL, "trajectories": [{ "x": 1 }, { "x": 2 }] }] })));
        assert!(!accepts(&json!({ "dynamic_masks": [{ "mask": URL, "trajectories": [1, 2] }] })));
    }

    #[test]
    fn six_things_may_move() {
        assert!(accepts(&json!({ "dynamic_masks": vec![moving(2); 6], "static_mask": URL })));
        assert!(!accepts(&json!({ "dynamic_masks": vec![moving(2); 7] })));
    }

    #[test]
    fn an_empty_mask_is_none() {
        assert_eq!(check(Fields::of(&json!({ "static_mask": "", "dynamic_masks": [] })).unwrap()), Ok(false));
        assert!(!accepts(&json!({ "dynamic_masks": [{ "mask": "" }] })));
    }
}
