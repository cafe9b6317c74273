//! What is printed: short aligned lines.

use std::fmt::Display;
use std::time::Duration;

/// A line on stdout: a label and what there is to say. Further lines of it stand below its beginning.
pub fn line(label: &str, text: impl Display) {
    let text = text.to_string().replace('\n', "\n              ");
    println!("{label:>12}  {text}");
}

/// A size in the unit a reader can compare: `512 B`, `17.3 KiB`, `6.8 MiB`.
pub fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
    let bytes_f = bytes as f64;
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes_f / 1024.0),
        _ => format!("{:.1} MiB", bytes_f / 1_048_576.0),
    }
}

/// Milliseconds: `38.1 ms`.
pub fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_that_fits() {
        assert_eq!([1023, 1024, 1_048_575, 52_428_800].map(size), ["1023 B", "1.0 KiB", "1024.0 KiB", "50.0 MiB"]);
    }
}
