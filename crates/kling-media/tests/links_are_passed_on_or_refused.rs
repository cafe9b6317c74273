//! A link given as text is passed on as it is, or refused with what to do; nobody is asked.

mod support;

use kling_media::{Input, InputProblem, Limits, LinkPolicy, LinkProblem, MediaError, Prepared};
use kling_sim::scripted::ScriptedServer;
use support::downloader;

async fn prepare(link: &str, policy: LinkPolicy, limits: &Limits) -> Result<Prepared, MediaError> {
    Input::from_url(link)?.prepare(&downloader(policy), limits).await
}

#[tokio::test]
async fn public_links_reach_kling_unchanged_for_pictures_and_videos() {
    let link = "https://cdn.example.com/a.png?x-sign=a%2Fb&t=1";
    for limits in [Limits::LEGACY_IMAGE, Limits::NEW_IMAGE, Limits::OMNI_REFERENCE_VIDEO, Limits::ELEMENT_VIDEO] {
        let prepared = prepare(link, LinkPolicy::HttpsOnly, &limits).await.unwrap();
        assert_eq!(prepared, Prepared::Url(link.to_owned()));
    }
}

#[tokio::test]
async fn private_and_loopback_links_are_refused_with_what_to_do() {
    for (link, problem) in [
        ("https://10.0.0.1/a.png", LinkProblem::Private),
        ("https://[fd00::1]/a.png", LinkProblem::Private),
        ("https://169.254.169.254/latest/meta-data", LinkProblem::Private),
        ("https://nas.local/a.png", LinkProblem::Private),
        ("https://3232235777/a.png", LinkProblem::Private),
        ("http://192.168.1.2/a.png", LinkProblem::NotHttps),
        ("https://someone@cdn.example.com/a.png", LinkProblem::Credentials),
    ] {
        for policy in [LinkPolicy::HttpsOnly, LinkPolicy::HttpsOrLoopback] {
            let error = prepare(link, policy, &Limits::LEGACY_IMAGE).await.unwrap_err();
            assert!(
                matches!(&error, MediaError::Input(InputProblem::Link(found)) if *found == problem),
                "{link}: {error}"
            );
            let text = error.to_string();
            assert!(text.contains("begin with https://") && text.contains("public host"), "{text}");
        }
    }
}

#[tokio::test]
async fn loopback_is_for_simulators_alone_and_is_not_asked_either() {
    let server = ScriptedServer::start([]).await.unwrap();
    let link = server.url("/a.png");
    let error = prepare(&link, LinkPolicy::HttpsOnly, &Limits::LEGACY_IMAGE).await.unwrap_err();
    assert!(matches!(error, MediaError::Input(InputProblem::Link(LinkProblem::Private))), "{error}");
    let prepared = prepare(&link, LinkPolicy::HttpsOrLoopback, &Limits::LEGACY_IMAGE).await.unwrap();
    assert_eq!(prepared, Prepared::Url(link));
    assert!(server.requests().is_empty());
}
