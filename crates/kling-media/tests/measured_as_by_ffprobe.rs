//! Pictures and films of real encoders, held against the measures that ffprobe tells and the verdict of the documented
//! limits. Run by continuous integration, because it needs Debian's `ffmpeg`:
//!
//! ```sh
//! cargo test -p kling-media --test measured_as_by_ffprobe -- --ignored
//! ```

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kling_media::{CONVERTED_KINDS, Facts, Input, Limits, LinkPolicy, MediaError, Prepared};
use serde_json::Value;
use support::downloader;

/// Runs a program of ffmpeg's and answers what it says.
fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed (Debian's package ffmpeg): {error}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}");
    output.stdout
}

fn ffmpeg(arguments: &str, file: &Path) {
    let mut all = vec!["-nostdin", "-v", "error", "-y"];
    all.extend(arguments.split_whitespace());
    all.push(file.to_str().unwrap());
    run("ffmpeg", &all);
}

/// Turns what is shown: an option of the input since version 6, a label of the output before.
fn turned(degrees: &str) -> (String, String) {
    let help = String::from_utf8(run("ffmpeg", &["-v", "error", "-h", "long"])).unwrap();
    if help.contains("display_rotation") {
        (format!("-display_rotation {degrees}"), String::new())
    } else {
        (String::new(), format!("-metadata:s:v:0 rotate={degrees}"))
    }
}

/// What ffprobe tells of the main stream.
#[derive(Debug)]
struct Probed {
    width: u32,
    height: u32,
    seconds: Option<f64>,
    rate: Option<f64>,
}

fn probe(file: &Path) -> Probed {
    let wanted = "stream=width,height,duration,avg_frame_rate:stream_side_data=rotation";
    let told =
        ["-v", "error", "-select_streams", "V:0", "-show_entries", wanted, "-of", "json", file.to_str().unwrap()];
    let told: Value = serde_json::from_slice(&run("ffprobe", &told)).unwrap();
    let stream = &told["streams"][0];
    let side = |name: &str| u32::try_from(stream[name].as_u64().unwrap()).unwrap();
    let is_turned = stream["side_data_list"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|data| data["rotation"].as_i64().is_some_and(|degrees| degrees.rem_euclid(180) == 90));
    let (width, height) = if is_turned { (side("height"), side("width")) } else { (side("width"), side("height")) };
    let rate = stream["avg_frame_rate"].as_str().and_then(|rate| {
        let (frames, seconds) = rate.split_once('/')?;
        Some(frames.parse::<f64>().ok()? / seconds.parse::<f64>().ok()?).filter(|rate| rate.is_finite())
    });
    Probed { width, height, seconds: stream["duration"].as_str().and_then(|text| text.parse().ok()), rate }
}

/// Every way in which ffmpeg writes pictures that people have: ending, encoder and form of pixels.
const PICTURES: [(&str, &str); 20] = [
    ("jpg", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p"),
    ("jpg", "-c:v mjpeg -q:v 20 -pix_fmt yuvj422p"),
    ("jpg", "-c:v mjpeg -q:v 5 -pix_fmt yuvj444p"),
    ("jpg", "-c:v mjpeg -q:v 5 -pix_fmt gray -strict unofficial"),
    ("png", "-c:v png -pix_fmt rgb24"),
    ("png", "-c:v png -pix_fmt rgba"),
    ("png", "-c:v png -pix_fmt gray"),
    ("png", "-c:v png -pix_fmt rgb48be"),
    ("png", "-c:v png -pix_fmt monob"),
    ("webp", "-c:v libwebp -quality 80"),
    ("webp", "-c:v libwebp -lossless 1 -pix_fmt bgra"),
    ("webp", "-c:v libwebp -quality 60 -pix_fmt yuva420p"),
    ("gif", "-c:v gif"),
    ("bmp", "-c:v bmp -pix_fmt bgr24"),
    ("bmp", "-c:v bmp -pix_fmt bgra"),
    ("tiff", "-c:v tiff -compression_algo raw -pix_fmt rgb24"),
    ("tiff", "-c:v tiff -compression_algo lzw -pix_fmt rgb24"),
    ("tiff", "-c:v tiff -compression_algo deflate -pix_fmt rgba"),
    ("tiff", "-c:v tiff -compression_algo packbits -pix_fmt gray"),
    ("tiff", "-c:v tiff -compression_algo lzw -pix_fmt rgb48le"),
];

/// Sizes, and whether Kling's documentation takes them: sides of 300 or more, 1:2.5 to 2.5:1.
const SIZES: [(u32, u32, bool); 5] =
    [(640, 480, true), (300, 750, true), (298, 400, false), (1600, 600, false), (1080, 1920, true)];

#[tokio::test]
#[ignore = "needs ffmpeg"]
async fn pictures() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for (number, (ending, encoder)) in PICTURES.iter().enumerate() {
        for (width, height, is_taken) in SIZES {
            let path = folder.path().join(format!("{number}-{width}.{ending}"));
            ffmpeg(&format!("-f lavfi -i testsrc2=size={width}x{height} -frames:v 1 {encoder}"), &path);
            let probed = probe(&path);
            let bytes = std::fs::read(&path).unwrap();
            let prepared = Input::from_bytes(bytes.clone())
                .prepare(&downloader(LinkPolicy::HttpsOnly), &Limits::LEGACY_IMAGE)
                .await;
            let about = format!("{encoder}, {width} x {height}: {prepared:?}");
            assert_eq!((probed.width, probed.height), (width, height), "{about}");
            match prepared {
                Err(MediaError::Unfit(misfit)) => {
                    assert!(!is_taken && misfit.to_string().contains(&format!("{width} x {height}")), "{about}");
                }
                Ok(Prepared::Base64(text)) => {
                    assert!(is_taken && ["jpg", "png"].contains(ending), "{about}");
                    assert_eq!(text, STANDARD.encode(&bytes), "{about}");
                    let facts = Facts::read(&bytes).unwrap();
                    assert_eq!((facts.width, facts.height), (probed.width, probed.height), "{about}");
                }
                Ok(Prepared::Converted(text, conversion)) => {
                    assert!(is_taken && CONVERTED_KINDS.contains(&conversion.from.kind), "{about}");
                    let made = folder.path().join("made");
                    std::fs::write(&made, STANDARD.decode(text).unwrap()).unwrap();
                    let made = probe(&made);
                    assert_eq!((made.width, made.height), (width, height), "{about}");
                }
                other => panic!("{encoder}, {width} x {height}: {other:?}"),
            }
            seen += 1;
        }
    }
    assert!(seen >= 60, "{seen} pictures");
}

/// A film as an encoder makes it: its size, frames a second and seconds.
const FILMS: [(&str, &str, &str); 9] = [
    ("1280x720", "24", "5"),
    ("720x1280", "30", "3"),
    ("1920x1080", "30000/1001", "6"),
    ("1920x1080", "24000/1001", "10.04"),
    ("1080x1920", "60", "4"),
    ("640x360", "24", "5"),
    ("1280x720", "15", "5"),
    ("1280x720", "24", "2"),
    ("1280x720", "25", "18"),
];

/// What is made of each without encoding it again: a name, what comes before the input, and what after.
const FORMS: [(&str, &str, &str); 7] = [
    ("plain.mp4", "", ""),
    ("plain.mov", "", ""),
    ("first.mp4", "", "-movflags +faststart"),
    ("pieces.mp4", "", "-movflags frag_keyframe+empty_moov"),
    ("pieces.mov", "", "-movflags frag_keyframe"),
    ("dash.mp4", "", "-movflags dash+default_base_moof+frag_keyframe+empty_moov"),
    // Keeps what was before as media, and tells by an edit list what is shown.
    ("cut.mp4", "-ss 0.5", ""),
];

fn film(folder: &Path, number: usize, (size, rate, seconds): (&str, &str, &str)) -> PathBuf {
    let path = folder.join(format!("{number}.mp4"));
    // With frames that look ahead, which shifts times; and sound, which is another track and a little longer. There is
    // nothing to see, which is encoded fast.
    let source = format!(
        "-f lavfi -i color=teal:size={size}:rate={rate}:duration={seconds} -f lavfi -i sine=duration={seconds}"
    );
    ffmpeg(&format!("{source} -c:v libx264 -preset ultrafast -bf 2 -g 24 -pix_fmt yuv420p -c:a aac"), &path);
    path
}

#[test]
#[ignore = "needs ffmpeg"]
fn films() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for (number, made) in FILMS.into_iter().enumerate() {
        let whole = film(folder.path(), number, made);
        let [quarter, half] = ["90", "180"].map(turned);
        let forms =
            FORMS.into_iter().chain([("turned.mp4", &*quarter.0, &*quarter.1), ("over.mov", &*half.0, &*half.1)]);
        for (name, before, after) in forms {
            let path = folder.path().join(format!("{number}-{name}"));
            ffmpeg(&format!("{before} -i {} -c copy {after}", whole.to_str().unwrap()), &path);
            hold_against_ffprobe(&path);
            seen += 1;
        }
    }
    assert!(seen >= 60, "{seen} films");
}

fn hold_against_ffprobe(path: &Path) {
    let probed = probe(path);
    let facts = Facts::read(&std::fs::read(path).unwrap());
    let facts = facts.unwrap_or_else(|misfit| panic!("{}: {misfit}", path.display()));
    let about = format!("{}: {facts:?}, {probed:?}", path.display());
    assert_eq!((facts.width, facts.height), (probed.width, probed.height), "{about}");
    let (seconds, rate) = (facts.seconds.unwrap(), facts.frame_rate.unwrap());
    assert!((seconds - probed.seconds.unwrap()).abs() < 0.05, "{about}");
    assert!((rate / probed.rate.unwrap() - 1.0).abs() < 0.02, "{about}");
    // The documented limits of `video_list` with `kling-v3-omni`, on ffprobe's numbers.
    let sides = [probed.width, probed.height];
    let is_taken = sides.iter().all(|side| (720..=2160).contains(side))
        && (2.95..=15.05).contains(&probed.seconds.unwrap())
        && (23.95..=60.05).contains(&probed.rate.unwrap());
    assert_eq!(Limits::LEGACY_OMNI_VIDEO.judge(&facts).is_ok(), is_taken, "{about}");
}
