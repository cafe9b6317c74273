use kling_client::transport::CertificateProblem;
use kling_media::{Conversion, Damage, FileKind, InputProblem, Limits, LinkProblem, MediaError, Misfit, Ratio, Shape};

use super::{LINK, Samples};
use crate::language::Language;
use crate::texts::files::{bad_file, converted, file_broke_off, media_problem, unknown_length};

const ALLOWED: &[FileKind] = &[FileKind::JPEG, FileKind::PNG];
const RATIOS: &[Ratio] = &[Ratio { width: 16, height: 9 }, Ratio { width: 9, height: 16 }];

fn errors() -> Vec<MediaError> {
    let (width, height) = (200, 100);
    let of_links = [
        LinkProblem::NotAUrl,
        LinkProblem::NotHttps,
        LinkProblem::Credentials,
        LinkProblem::Private,
        LinkProblem::TooManyRedirects,
    ];
    let misfits = [
        Misfit::Kind { found: FileKind::UNKNOWN, allowed: &[] },
        Misfit::Kind { found: FileKind::PNG, allowed: ALLOWED },
        Misfit::Kind { found: FileKind::HEIC, allowed: ALLOWED },
        Misfit::NotConvertible { found: FileKind::PNG },
        Misfit::TooManyPixels { width, height },
        Misfit::Damaged(Damage::Checksum),
        Misfit::Damaged(Damage::CutOff),
        Misfit::Damaged(Damage::Malformed),
        Misfit::Damaged(Damage::NothingToSee),
        Misfit::Damaged(Damage::HeadersTooLarge),
        Misfit::Bytes { bytes: Some(60_000_000), max: 50 << 20 },
        Misfit::Bytes { bytes: None, max: 50 << 20 },
        Misfit::SideTooSmall { width, height, min: 300 },
        Misfit::SideTooLarge { width, height, max: 150 },
        Misfit::Area { width, height, max: 10_000 },
        Misfit::Shape { width, height, allowed: Shape::Between(RATIOS[1], RATIOS[0]) },
        Misfit::Shape { width, height, allowed: Shape::OneOf(RATIOS) },
        Misfit::Seconds { seconds: 2.0, min: 3.0, max: 10.0 },
        Misfit::FrameRate { rate: 12.0, min: 24.0, max: 60.0 },
    ];
    let inputs = [
        InputProblem::NotAFile("an object without a link"),
        InputProblem::Several(3),
        InputProblem::TooMany { most: 50 },
        InputProblem::NotUnderstood,
        InputProblem::NotBase64,
        InputProblem::FilesUrlUnset,
        InputProblem::VideoWithoutLink,
    ];
    let linked = of_links.iter().flat_map(|link| [InputProblem::Link(*link), InputProblem::VideoNotPublic(*link)]);
    let others = [
        MediaError::BadLink("is not a URL"),
        MediaError::Refused { status: 403 },
        MediaError::TooLarge { length: Some(60_000_000), limit: 50 << 20 },
        MediaError::TooLarge { length: None, limit: 50 << 20 },
        MediaError::UnknownLength { limit: 4 << 20 },
        MediaError::NotMedia("a web page"),
        MediaError::Broken { received: 0, expected: None, cause: None },
        MediaError::Broken { received: 7, expected: Some(9), cause: None },
        MediaError::WrongLength { received: 7, expected: Some(9) },
        MediaError::Changed,
        MediaError::TimedOut { seconds: 30 },
        MediaError::DifyUnreachable { cause: None },
        MediaError::PrivateAddress,
        MediaError::Certificate { problem: CertificateProblem::UnknownIssuer },
        MediaError::Io(std::io::ErrorKind::NotFound.into()),
    ];
    let misfits = misfits.into_iter().map(MediaError::from);
    misfits.chain(inputs.into_iter().chain(linked).map(MediaError::from)).chain(others).collect()
}

/// A picture that has to be converted: 24 bits a pixel, and no row to be padded.
fn black_bmp(width: u32, height: u32) -> Vec<u8> {
    const HEADERS: u32 = 54;
    let pixels = width * height * 3;
    let fields = [HEADERS + pixels, 0, HEADERS, 40, width, height, 1 | 24 << 16, 0, pixels, 0, 0, 0, 0];
    let mut file = b"BM".to_vec();
    file.extend(fields.iter().flat_map(|field| field.to_le_bytes()));
    file.resize((HEADERS + pixels) as usize, 0);
    file
}

pub(super) fn samples(language: Language) -> Samples {
    let mut samples: Samples = errors()
        .iter()
        .flat_map(|error| {
            [("bad_file", bad_file(language, "image", error)), ("media_problem", media_problem(language, error))]
        })
        .collect();
    let until = Some("2026-12-23T00:00:00Z");
    let (_, conversion) = Conversion::make(&black_bmp(320, 320), &Limits::LEGACY_IMAGE).unwrap();
    samples.extend([
        ("converted", converted(language, "image", &conversion)),
        ("unknown_length", unknown_length(language, 4 << 20)),
        ("file_broke_off", file_broke_off(language, "840000000000000001_1.mp4", &[LINK, LINK], until)),
        ("file_broke_off", file_broke_off(language, "840000000000000001_1.mp4", &[LINK], None)),
    ]);
    samples
}
