//! Kling takes videos by link alone: one of Dify's goes by Dify's own link, looked at first, or is refused.

mod support;

use kling_media::{Input, InputProblem, Limits, LinkPolicy, LinkProblem, MediaError, Misfit, Prepared};
use kling_sim::scripted::{Reply, ScriptedServer};
use support::{SIGNED, Video, dify_file, downloader, part};

async fn prepare(input: Input, policy: LinkPolicy) -> Result<Prepared, MediaError> {
    input.prepare(&downloader(policy), &Limits::OMNI_REFERENCE_VIDEO).await
}

async fn prepare_from(replies: Vec<Reply>) -> Result<bool, MediaError> {
    let server = ScriptedServer::start(replies).await.unwrap();
    let url = server.url(SIGNED);
    let input = Input::from_json(&dify_file(&url)).unwrap().unwrap();
    let prepared = prepare(input, LinkPolicy::HttpsOrLoopback).await?;
    Ok(prepared == Prepared::Url(url))
}

#[tokio::test]
async fn content_is_refused_because_kling_needs_a_link() {
    let error = prepare(Input::from_bytes(Video::default().file()), LinkPolicy::HttpsOnly).await.unwrap_err();
    assert!(matches!(error, MediaError::Input(InputProblem::VideoWithoutLink)), "{error}");
}

#[tokio::test]
async fn a_dify_that_the_internet_cannot_reach_is_explained() {
    for (base, problem) in [
        ("http://api:5001", LinkProblem::NotHttps),
        ("http://dify.example.com", LinkProblem::NotHttps),
        ("https://192.168.1.5", LinkProblem::Private),
        ("https://dify.local", LinkProblem::Private),
        ("http://127.0.0.1:5001", LinkProblem::Private),
    ] {
        let input = Input::from_json(&dify_file(&format!("{base}{SIGNED}"))).unwrap().unwrap();
        let error = prepare(input, LinkPolicy::HttpsOnly).await.unwrap_err();
        assert!(
            matches!(&error, MediaError::Input(InputProblem::VideoNotPublic(found)) if *found == problem),
            "{base}: {error}"
        );
        let text = error.to_string();
        assert!(text.contains("FILES_URL") && !text.contains("SECRET"), "{text}");
    }
}

#[tokio::test]
async fn a_public_file_of_dify_that_is_not_difys_own_is_passed_on_unasked() {
    let link = "https://cdn.example.com/v.mp4";
    let input = Input::from_json(&dify_file(link)).unwrap().unwrap();
    assert_eq!(prepare(input, LinkPolicy::HttpsOnly).await.unwrap(), Prepared::Url(link.to_owned()));
}

#[tokio::test]
async fn headers_are_held_against_the_limits_before_the_link_is_passed_on() {
    assert!(prepare_from(vec![Reply::http(200, Video::default().file())]).await.unwrap());
    let long = Video { frames: vec![(480, 25)], ..Video::default() };
    let error = prepare_from(vec![Reply::http(200, long.file())]).await.unwrap_err();
    assert_eq!(error.to_string(), "the video lasts 20.00 s: 3 to 15.5 s are taken");
    let error = prepare_from(vec![Reply::http(200, kling_sim::SAMPLE_MP4)]).await.unwrap_err();
    assert!(matches!(error, MediaError::Unfit(Misfit::SideTooSmall { width: 320, height: 180, min: 700 })), "{error}");
    let error = prepare_from(vec![Reply::http(200, kling_sim::SAMPLE_PNG)]).await.unwrap_err();
    assert!(matches!(error, MediaError::Unfit(Misfit::Kind { .. })), "{error}");
    let max = Limits::OMNI_REFERENCE_VIDEO.max_bytes;
    let error = prepare_from(vec![Reply::http(200, Video::default().file()).claiming(max + 1)]).await.unwrap_err();
    assert!(matches!(error, MediaError::Unfit(Misfit::Bytes { .. })), "{error}");
}

#[tokio::test]
async fn the_index_is_enough_wherever_it_stands() {
    let video = Video::default();
    // Nothing after the index is waited for.
    let start = video.head().len() + video.index().len();
    assert!(prepare_from(vec![Reply::http(200, video.file()).cut_after(start)]).await.unwrap());
    let at_the_end = [video.head(), part(*b"mdat", &vec![7; 100_000]), video.index()].concat();
    assert!(prepare_from(vec![Reply::http(200, at_the_end)]).await.unwrap());
}

#[tokio::test]
async fn a_video_that_cannot_be_looked_at_is_left_to_kling() {
    for reply in [Reply::http(403, "not from here"), Reply::http(200, "<html>sign in</html>").cut_after(0)] {
        assert!(prepare_from(vec![reply]).await.unwrap());
    }
}
