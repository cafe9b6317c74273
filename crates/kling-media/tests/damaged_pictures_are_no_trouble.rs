//! Whatever stands in a picture that has to be converted: a picture that Kling takes comes out of it, or a reason.

use std::fs;
use std::path::Path;

use kling_media::{Conversion, Facts, Input, Limits, Misfit};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The seeds of the fuzz target.
fn pictures() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/conversion");
    fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn convert(file: &[u8]) -> Result<(), TestCaseError> {
    let mut limits = Limits::MASK;
    limits.max_area = Some(4096);
    match Conversion::make(file, &limits) {
        Ok((made, conversion)) => {
            prop_assert_eq!(Facts::read(&made), Ok(conversion.to));
            prop_assert_eq!(Input::from_bytes(made).check(&limits), Ok(Some(conversion.to)));
        }
        Err(misfit) => prop_assert!(!matches!(misfit, Misfit::Bytes { .. }), "{}", misfit),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated(picture in select(pictures()), changes in vec((any::<Index>(), any::<u8>()), 1..8), early in vec((0_usize..60, any::<u8>()), 0..4)) {
        let (mut file, length) = (picture.clone(), picture.len());
        for (at, byte) in changes.iter().map(|(at, byte)| (at.index(length), *byte)).chain(early) {
            if let Some(place) = file.get_mut(at) {
                *place = byte;
            }
        }
        convert(&file)?;
    }

    #[test]
    fn cut_off_or_spliced(one in select(pictures()), other in select(pictures()), cut: Index, from: Index) {
        convert(&one[..cut.index(one.len())])?;
        convert(&[&one[..cut.index(one.len())], &other[from.index(other.len())..]].concat())?;
    }
}
