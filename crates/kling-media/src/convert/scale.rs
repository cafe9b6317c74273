//! Fewer pixels, each the average of those it replaces: exact, and a row of memory.

use image::{DynamicImage, ImageBuffer};

/// A size of the same ratio with at most so many pixels in all and on each side; the size itself where it fits.
pub(super) fn fitting((width, height): (u32, u32), max_pixels: u64, max_side: u32) -> (u32, u32) {
    let pixels = u64::from(width) * u64::from(height);
    let longest = width.max(height).max(1);
    if pixels <= max_pixels && longest <= max_side {
        return (width, height);
    }
    // Longest side of a picture of this ratio with `max_pixels`: the root of pixels times longest / shortest.
    let by_pixels =
        (u128::from(max_pixels) * u128::from(longest) * u128::from(longest) / u128::from(pixels.max(1))).isqrt();
    let target = u32::try_from(by_pixels).unwrap_or(u32::MAX).min(max_side).min(longest).max(1);
    let scaled = |side: u32| {
        let rounded = (u64::from(side) * u64::from(target) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(rounded).unwrap_or(side).max(1)
    };
    let (across, down) = (scaled(width), scaled(height));
    if u64::from(across) * u64::from(down) <= max_pixels {
        return (across, down);
    }
    // Rounded up, it was too much.
    let beside = |side: u32| u32::try_from(max_pixels / u64::from(side)).unwrap_or(u32::MAX).max(1);
    if width < height { (across, beside(across)) } else { (beside(down), down) }
}

/// The picture in another size, no larger on either side. The pixels are of 8 bits.
pub(super) fn shrunk(picture: DynamicImage, (width, height): (u32, u32)) -> DynamicImage {
    if (picture.width(), picture.height()) == (width, height) {
        return picture;
    }
    let from = (side(picture.width()), side(picture.height()));
    let to = (side(width).min(from.0), side(height).min(from.1));
    let (bytes, color) = (picture.as_bytes(), picture.color());
    let shrunk = match color.channel_count() {
        1 => averaged::<1>(bytes, from, to, false),
        2 => averaged::<2>(bytes, from, to, true),
        3 => averaged::<3>(bytes, from, to, false),
        _ => averaged::<4>(bytes, from, to, true),
    };
    let made = match color.channel_count() {
        1 => ImageBuffer::from_raw(width, height, shrunk).map(DynamicImage::ImageLuma8),
        2 => ImageBuffer::from_raw(width, height, shrunk).map(DynamicImage::ImageLumaA8),
        3 => ImageBuffer::from_raw(width, height, shrunk).map(DynamicImage::ImageRgb8),
        _ => ImageBuffer::from_raw(width, height, shrunk).map(DynamicImage::ImageRgba8),
    };
    made.unwrap_or(picture)
}

fn side(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

/// Where a pixel of the old row or column goes: into one of the new ones, and a part of it into the next.
#[derive(Debug, Clone, Copy)]
struct Share {
    to: usize,
    here: u64,
    next: u64,
}

/// With lengths in units in which an old pixel has `to` and a new one `from`.
fn share(at: usize, from: usize, to: usize) -> Share {
    let start = at * to;
    let place = start / from;
    let here = ((place + 1) * from - start).min(to);
    Share { to: place, here: here as u64, next: (to - here) as u64 }
}

fn averaged<const N: usize>(
    bytes: &[u8],
    (width, height): (usize, usize),
    (to_width, to_height): (usize, usize),
    has_alpha: bool,
) -> Vec<u8> {
    let (old_rows, _) = bytes.as_chunks::<N>();
    let across: Vec<Share> = (0..width).map(|x| share(x, width, to_width)).collect();
    let whole = width as u64 * height as u64;
    let mut made = Vec::with_capacity(to_width * to_height * N);
    let (mut row, mut sums) = (vec![[0_u64; N]; to_width], vec![[0_u64; N]; to_width]);
    for (y, old) in old_rows.chunks_exact(width).enumerate().take(height) {
        row.fill([0; N]);
        for (pixel, share) in old.iter().zip(&across) {
            let weighed = weighed(*pixel, has_alpha);
            add(row.get_mut(share.to), weighed, share.here);
            if share.next > 0 {
                add(row.get_mut(share.to + 1), weighed, share.next);
            }
        }
        let down = share(y, height, to_height);
        sums.iter_mut().zip(&row).for_each(|(sum, value)| add(Some(sum), *value, down.here));
        // The last old row that has a part in the new one.
        if (y + 1) * to_height >= (down.to + 1) * height {
            made.extend(sums.iter().flat_map(|sum| mean(*sum, whole, has_alpha)));
            sums.fill([0; N]);
            if down.next > 0 {
                sums.iter_mut().zip(&row).for_each(|(sum, value)| add(Some(sum), *value, down.next));
            }
        }
    }
    made
}

/// What cannot be seen has no colour: it would shine through at the edges.
fn weighed<const N: usize>(pixel: [u8; N], has_alpha: bool) -> [u64; N] {
    let mut values = pixel.map(u64::from);
    if let (true, Some((alpha, colors))) = (has_alpha, values.split_last_mut()) {
        for color in colors {
            *color *= *alpha;
        }
    }
    values
}

fn add<const N: usize>(sum: Option<&mut [u64; N]>, values: [u64; N], times: u64) {
    if let Some(sum) = sum {
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value * times);
    }
}

fn mean<const N: usize>(mut sum: [u64; N], whole: u64, has_alpha: bool) -> [u8; N] {
    let rounded = |value: u64, by: u64| value.checked_div(by).map_or(0, |_| (value + by / 2) / by);
    if let (true, Some((alpha, colors))) = (has_alpha, sum.split_last_mut()) {
        for color in colors {
            *color = rounded(*color, *alpha);
        }
        *alpha = rounded(*alpha, whole);
    } else {
        for value in &mut sum {
            *value = rounded(*value, whole);
        }
    }
    sum.map(|value| u8::try_from(value).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_their_ratio() {
        assert_eq!(fitting((4000, 3000), 12_000_000, 4000), (4000, 3000));
        assert_eq!(fitting((8000, 6000), 12_000_000, u32::MAX), (4000, 3000));
        assert_eq!(fitting((8000, 2000), u64::MAX, 4000), (4000, 1000));
        assert_eq!(fitting((65_535, 1), u64::MAX, 4000), (4000, 1));
        for size in [(9999, 7777), (7777, 9999), (50_000, 20_001), (3, 40_000_000)] {
            let (width, height) = fitting(size, 1_000_000, u32::MAX);
            assert!(u64::from(width) * u64::from(height) <= 1_000_000, "{size:?} became {width} x {height}");
        }
    }

    #[test]
    fn pixels_are_averaged_by_their_area() {
        let row = [0, 30, 60, 90, 120, 150];
        assert_eq!(averaged::<1>(&row, (6, 1), (3, 1), false), [15, 75, 135]);
        assert_eq!(averaged::<1>(&row, (1, 6), (1, 2), false), [30, 120]);
        // Three pixels in two: the middle one belongs to both.
        assert_eq!(averaged::<1>(&[0, 90, 180], (3, 1), (2, 1), false), [30, 150]);
        assert_eq!(averaged::<1>(&[0, 90, 180], (1, 3), (1, 2), false), [30, 150]);
        assert_eq!(averaged::<3>(&[0, 0, 9, 10, 20, 9], (2, 1), (1, 1), false), [5, 10, 9]);
    }

    #[test]
    fn what_is_transparent_lends_no_colour() {
        let red_beside_clear_green = [255, 0, 0, 255, 0, 255, 0, 0];
        assert_eq!(averaged::<4>(&red_beside_clear_green, (2, 1), (1, 1), true), [255, 0, 0, 128]);
        assert_eq!(averaged::<2>(&[9, 0, 9, 0], (2, 1), (1, 1), true), [0, 0]);
    }
}
