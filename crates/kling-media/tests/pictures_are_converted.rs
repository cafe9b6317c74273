//! A picture that Kling does not take is made into one that it takes; whatever it takes goes byte for byte.

mod support;

use std::io::Cursor;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use kling_media::{Conversion, Damage, Facts, FileKind, Input, Limits, LinkPolicy, MediaError, Misfit, Prepared};
use kling_sim::scripted::{Reply, ScriptedServer};
use support::downloader;

const RED: [u8; 3] = [220, 30, 30];
const BLUE: [u8; 3] = [30, 30, 220];

/// Red at the left, blue at the right.
fn drawn(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE })).into()
}

/// What no encoder makes small.
fn noise(width: u32, height: u32) -> DynamicImage {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    RgbImage::from_fn(width, height, |_, _| Rgb([next(), next(), next()])).into()
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Vec::new();
    picture.write_to(&mut Cursor::new(&mut file), format).unwrap();
    file
}

async fn prepare_for(file: Vec<u8>, limits: &Limits) -> Result<Prepared, MediaError> {
    Input::from_bytes(file).prepare(&downloader(LinkPolicy::HttpsOnly), limits).await
}

async fn prepare(file: Vec<u8>) -> Result<Prepared, MediaError> {
    prepare_for(file, &Limits::LEGACY_IMAGE).await
}

async fn refused(file: Vec<u8>) -> Misfit {
    match prepare(file).await {
        Err(MediaError::Unfit(misfit)) => misfit,
        other => panic!("{other:?}"),
    }
}

/// The picture that goes to Kling, and what became of it.
async fn converted_for(file: Vec<u8>, limits: &Limits) -> (DynamicImage, Conversion) {
    let prepared = prepare_for(file, limits).await.unwrap();
    let conversion = *prepared.conversion().unwrap();
    let made = STANDARD.decode(prepared.as_str()).unwrap();
    assert_eq!(Facts::read(&made), Ok(conversion.to));
    assert_eq!(Input::from_bytes(made.clone()).check(limits), Ok(Some(conversion.to)));
    (image::load_from_memory(&made).unwrap(), conversion)
}

async fn converted(file: Vec<u8>) -> (DynamicImage, Conversion) {
    converted_for(file, &Limits::LEGACY_IMAGE).await
}

fn is_near(picture: &DynamicImage, x: u32, y: u32, color: [u8; 3]) -> bool {
    let Rgb(found) = *picture.to_rgb8().get_pixel(x, y);
    found.iter().zip(color).all(|(found, wanted)| found.abs_diff(wanted) < 12)
}

#[tokio::test]
async fn webp_gif_bmp_and_tiff_become_png_and_lose_nothing() {
    for (format, kind) in [
        (ImageFormat::WebP, FileKind::WEBP),
        (ImageFormat::Gif, FileKind::GIF),
        (ImageFormat::Bmp, FileKind::BMP),
        (ImageFormat::Tiff, FileKind::TIFF),
    ] {
        let given = file(&drawn(640, 480), format);
        let bytes = given.len() as u64;
        let (picture, conversion) = converted(given).await;
        assert_eq!((conversion.from.kind, conversion.from.bytes), (kind, bytes));
        assert_eq!((conversion.from.width, conversion.from.height), (640, 480));
        assert_eq!((conversion.to.kind, conversion.to.width, conversion.to.height), (FileKind::PNG, 640, 480));
        assert!(is_near(&picture, 10, 10, RED) && is_near(&picture, 630, 470, BLUE), "{format:?}");
    }
}

#[tokio::test]
async fn what_kling_takes_goes_byte_for_byte() {
    // Noise has the most bytes: just below 10 MB.
    for given in [
        file(&noise(1500, 1500), ImageFormat::Png),
        file(&drawn(640, 480), ImageFormat::Png),
        file(&drawn(640, 480), ImageFormat::Jpeg),
        turned(&drawn(640, 480), 6),
    ] {
        assert_eq!(prepare(given.clone()).await.unwrap(), Prepared::Base64(STANDARD.encode(&given)));
    }
}

/// A JPEG whose EXIF data says how it is held.
fn turned(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.write_image(picture.as_bytes(), picture.width(), picture.height(), ExtendedColorType::Rgb8).unwrap();
    file
}

fn exif(orientation: u8) -> Vec<u8> {
    [&b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation], &[0; 6]].concat()
}

/// A WebP with the same, as some programs write it: with the head that it has in a JPEG.
fn turned_webp(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let file = file(picture, ImageFormat::WebP);
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let mut chunk = [&kind[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), body].concat();
        chunk.resize(chunk.len() + body.len() % 2, 0);
        chunk
    };
    let size = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let extended = [vec![0x08, 0, 0, 0], size(picture.width()), size(picture.height())].concat();
    let exif = [&b"Exif\0\0"[..], &exif(orientation)].concat();
    let body = [&b"WEBP"[..], &chunk(b"VP8X", &extended), &file[12..], &chunk(b"EXIF", &exif)].concat();
    chunk(b"RIFF", &body)
}

#[tokio::test]
async fn a_picture_is_turned_as_its_exif_data_says_whenever_it_is_touched() {
    let (picture, conversion) = converted(turned_webp(&drawn(640, 480), 6)).await;
    assert_eq!((conversion.from.width, conversion.from.height), (480, 640));
    assert_eq!((conversion.to.width, conversion.to.height), (480, 640));
    // A quarter to the right: what was at the left is on top.
    assert!(is_near(&picture, 240, 10, RED) && is_near(&picture, 240, 630, BLUE));
    let (picture, _) = converted(turned_webp(&drawn(640, 480), 3)).await;
    assert!(is_near(&picture, 10, 10, BLUE) && is_near(&picture, 630, 10, RED));
}

#[tokio::test]
async fn too_many_bytes_become_a_jpeg_of_the_same_size() {
    let given = file(&noise(2000, 2000), ImageFormat::Png);
    assert!(given.len() as u64 > Limits::LEGACY_IMAGE.max_bytes);
    let (_, conversion) = converted(given.clone()).await;
    assert_eq!((conversion.to.kind, conversion.to.width, conversion.to.height), (FileKind::JPEG, 2000, 2000));
    // Where Kling takes it, it is left alone.
    let new = prepare_for(given.clone(), &Limits::NEW_IMAGE).await.unwrap();
    assert_eq!(new, Prepared::Base64(STANDARD.encode(&given)));
}

#[tokio::test]
async fn what_can_be_seen_through_stays_so() {
    let glass: DynamicImage =
        RgbaImage::from_fn(400, 400, |x, _| Rgba([220, 30, 30, if x < 200 { 255 } else { 0 }])).into();
    for format in [ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff] {
        let (picture, conversion) = converted(file(&glass, format)).await;
        assert_eq!(conversion.to.kind, FileKind::PNG);
        let picture = picture.to_rgba8();
        assert_eq!((picture.get_pixel(10, 10).0[3], picture.get_pixel(390, 10).0[3]), (255, 0), "{format:?}");
    }
}

#[tokio::test]
async fn the_first_frame_of_an_animation_counts() {
    use image::codecs::gif::GifEncoder;
    use image::{Delay, Frame};
    let mut given = Vec::new();
    let mut encoder = GifEncoder::new(&mut given);
    for picture in [drawn(400, 400), noise(400, 400)] {
        let delay = Delay::from_saturating_duration(Duration::from_millis(100));
        encoder.encode_frame(Frame::from_parts(picture.to_rgba8(), 0, 0, delay)).unwrap();
    }
    drop(encoder);
    let (picture, _) = converted(given).await;
    assert!(is_near(&picture, 10, 10, RED) && is_near(&picture, 390, 390, BLUE));
}

#[tokio::test]
async fn pixels_of_16_bits_grey_and_colour_tables_are_read() {
    for picture in [
        DynamicImage::from(drawn(400, 300).to_rgb16()),
        drawn(400, 300).to_rgba16().into(),
        drawn(400, 300).to_luma8().into(),
        drawn(400, 300).to_luma16().into(),
        drawn(400, 300).to_rgb32f().into(),
    ] {
        let color = picture.color();
        let (made, _) = converted(file(&picture, ImageFormat::Tiff)).await;
        assert_eq!((made.width(), made.height()), (400, 300), "{color:?}");
        assert_eq!(made.color().has_color(), color.has_color(), "{color:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_helped_is_refused_with_its_measures() {
    let webp = |width, height| file(&drawn(width, height), ImageFormat::WebP);
    assert_eq!(refused(webp(200, 400)).await, Misfit::SideTooSmall { width: 200, height: 400, min: 300 });
    let wide = refused(webp(1600, 400)).await;
    assert!(matches!(wide, Misfit::Shape { width: 1600, height: 400, .. }), "{wide}");
    // As it is shown, and not as it is stored.
    let upright = refused(turned_webp(&drawn(1600, 400), 6)).await;
    assert!(matches!(upright, Misfit::Shape { width: 400, height: 1600, .. }), "{upright}");
    // Too large a file that is too wide stays too wide.
    let noise = refused(file(&noise(3400, 1200), ImageFormat::Png)).await;
    assert!(matches!(noise, Misfit::Shape { width: 3400, .. }), "{noise}");
}

#[tokio::test]
async fn pictures_of_telephones_are_refused_with_the_way_out() {
    for (brand, kind) in [(b"heic", FileKind::HEIC), (b"MiHE", FileKind::HEIC), (b"avif", FileKind::AVIF)] {
        let misfit = refused([&b"\0\0\0\x14ftyp"[..], brand, &[0; 4], b"mif1", &[0; 100]].concat()).await;
        assert!(matches!(misfit, Misfit::Kind { found, .. } if found == kind), "{misfit}");
        assert!(misfit.to_string().contains("Export it as JPEG"), "{misfit}");
    }
}

#[tokio::test]
async fn cut_off_and_damaged_pictures_are_called_that() {
    for format in [ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Bmp, ImageFormat::Gif] {
        let whole = file(&noise(400, 400), format);
        let misfit = refused(whole[..whole.len() / 2].to_vec()).await;
        assert!(matches!(misfit, Misfit::Damaged(_)), "{format:?}: {misfit}");
    }
    let mut bad_sum = file(&noise(2000, 2000), ImageFormat::Png);
    bad_sum[200] ^= 1;
    assert_eq!(refused(bad_sum).await, Misfit::Damaged(Damage::Checksum));
}

#[tokio::test]
async fn a_jpeg_without_an_end_is_taken_where_all_of_it_is_there() {
    for picture in [drawn(640, 480), noise(640, 480)] {
        let whole = file(&picture, ImageFormat::Jpeg);
        let endless = whole[..whole.len() - 2].to_vec();
        assert_eq!(prepare(endless.clone()).await.unwrap(), Prepared::Base64(STANDARD.encode(&endless)));
        assert_eq!(refused(whole[..whole.len() / 2].to_vec()).await, Misfit::Damaged(Damage::CutOff));
    }
}

async fn by_link(name: &str, replies: Vec<Reply>) -> (Result<Prepared, MediaError>, String, usize) {
    let server = ScriptedServer::start(replies).await.unwrap();
    let link = server.url(name);
    let input = Input::from_url(&link).unwrap();
    let prepared = input.prepare(&downloader(LinkPolicy::HttpsOrLoopback), &Limits::LEGACY_IMAGE).await;
    (prepared, link, server.requests().len())
}

#[tokio::test]
async fn a_link_whose_name_says_another_kind_is_fetched_and_converted() {
    for name in ["/a.webp", "/a.WEBP?sign=1&x=2#f", "/a.gif", "/a.bmp", "/a.tiff"] {
        let webp = file(&drawn(400, 300), ImageFormat::WebP);
        let (prepared, ..) = by_link(name, vec![Reply::http(200, webp)]).await;
        let prepared = prepared.unwrap();
        assert_eq!(prepared.conversion().map(|conversion| conversion.to.kind), Some(FileKind::PNG), "{name}");
    }
    let (refusal, ..) = by_link("/a.webp", vec![Reply::http(200, file(&drawn(200, 200), ImageFormat::WebP))]).await;
    assert!(matches!(refusal, Err(MediaError::Unfit(Misfit::SideTooSmall { .. }))), "{refusal:?}");
}

#[tokio::test]
async fn all_other_links_stay_unread() {
    for name in ["/a.png", "/a.jpg", "/a", "/webp", "/a.png?was=a.webp", "/a.webp/b"] {
        let (prepared, link, requests) = by_link(name, Vec::new()).await;
        assert_eq!((prepared.unwrap(), requests), (Prepared::Url(link), 0));
    }
}

/// Kling may get what we do not.
#[tokio::test]
async fn a_link_that_cannot_be_fetched_or_leads_to_a_jpeg_is_passed_on() {
    for replies in [
        vec![Reply::http(403, "not from here")],
        vec![Reply::http(500, "trouble"); 3],
        vec![Reply::http(200, "<html>sign in</html>")],
        vec![Reply::http(200, "")],
        vec![Reply::http(200, file(&drawn(400, 300), ImageFormat::Jpeg))],
        vec![Reply::http(200, file(&drawn(10, 10), ImageFormat::Png))],
        vec![Reply::http(200, "RIFF").claiming(11 * 1024 * 1024)],
    ] {
        let (prepared, link, requests) = by_link("/a.webp", replies.clone()).await;
        assert_eq!(prepared.unwrap(), Prepared::Url(link), "{replies:?}");
        assert!(requests > 0);
    }
}
