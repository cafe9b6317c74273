//! A local picture becomes a video: checked before anything is paid, sent as Base64, waited for, streamed to a file.
//!
//! ```sh
//! KLING_API_KEY=... cargo run -p kling-media --example picture_to_video -- picture.png video.mp4
//! ```
//!
//! With `KLING_BASE_URL=http://127.0.0.1:8787` and the simulator's demo key it costs nothing.

use std::env;
use std::error::Error;
use std::time::Duration;

use kling_api::{Image2VideoRequest, Media, Region, TaskPath, TaskStatus};
use kling_auth::{ApiHost, Credentials};
use kling_client::{KlingClient, Sought};
use kling_media::{Downloader, Input, Limits, LinkPolicy};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(picture), Some(video)) = (arguments.next(), arguments.next()) else {
        return Err("give a picture to read and a video to write".into());
    };
    let host = match env::var("KLING_BASE_URL") {
        Ok(url) => ApiHost::custom(Region::Singapore, &url)?,
        Err(_) => ApiHost::of_region(Region::Singapore)?,
    };
    let links = if host.is_loopback() { LinkPolicy::HttpsOrLoopback } else { LinkPolicy::HttpsOnly };
    let downloader = Downloader::new(links)?;
    let client = KlingClient::new(host, Credentials::api_key(&env::var("KLING_API_KEY")?)?)?;

    let input = Input::from_path(picture)?;
    input.check(&Limits::LEGACY_IMAGE)?;
    let image = input.prepare(&downloader, &Limits::LEGACY_IMAGE).await?.into_string();
    let request = Image2VideoRequest {
        model_name: Some("kling-v3".into()),
        image: Some(Media::from(image)),
        prompt: Some("slow push in".into()),
        ..Image2VideoRequest::default()
    };
    let task = client.create_image2video(&request.check()?).await?.data;
    println!("task {}", task.task_id);
    let task = loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let task = client.get_task(&TaskPath::IMAGE2VIDEO, Sought::Id(task.task_id.as_str())).await?.data;
        println!("{}", task.task_status);
        match task.task_status {
            TaskStatus::Succeed => break task,
            TaskStatus::Failed => {
                return Err(task.failure_reason().unwrap_or_else(|| "no reason given".to_owned()).into());
            }
            _ => {}
        }
    };
    let result = task.videos().first().ok_or("no video")?;
    let download = downloader.open(&result.url, 200 * 1024 * 1024).await?;
    let mut file = tokio::fs::File::create(&video).await?;
    let bytes = download.to_writer(&mut file).await?;
    println!("{bytes} bytes in {video}");
    Ok(())
}
