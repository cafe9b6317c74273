//! About what goes on and what came out.

use std::time::Duration;

use kling_api::Handle;

use crate::answer::Delivered;
use crate::kind::Kind;
use crate::language::Language;
use crate::texts::{length, size, task_query};

pub(crate) fn api_key_wins(language: Language) -> String {
    language
        .pick(
            "both an API key and an access key are set; the API key is used",
            "同时设置了 API Key 与 Access Key，将使用 API Key",
        )
        .to_owned()
}

pub(crate) fn submitted(language: Language) -> String {
    language.pick("submitted", "已提交").to_owned()
}

pub(crate) fn found_again(language: Language) -> String {
    language
        .pick(
            "the task exists already under its external_task_id; this call continues it and nothing is paid twice",
            "该 external_task_id 的任务已存在，继续该任务，不会重复扣费",
        )
        .to_owned()
}

pub(crate) fn external_task_id(language: Language, id: &str) -> String {
    language.pick(format!("the task's external_task_id: {id}"), format!("任务的 external_task_id：{id}"))
}

pub(crate) fn carried_on(language: Language) -> String {
    language
        .pick(
            "an earlier call with the same input created this task; this call continues it and nothing is paid twice",
            "先前相同输入的调用已创建该任务，继续该任务，不会重复扣费",
        )
        .to_owned()
}

pub(crate) fn oversized(language: Language, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    language.pick(
        format!(
            "waiting for free slots, {seconds} s; this task may need more slots at once than the account has, and \
             smaller tasks go first"
        ),
        format!("正在等待名额，已等待 {seconds} 秒；该任务同时需要的名额可能超过账户上限，较小的任务将先行"),
    )
}

pub(crate) fn status_is(language: Language, word: &str) -> String {
    language.pick(format!("status: {word}"), format!("状态：{word}"))
}

pub(crate) fn still_waiting(language: Language, word: Option<&str>, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let Some(word) = word else {
        return language.pick(format!("no status yet after {seconds} s"), format!("已等待 {seconds} 秒，尚无状态"));
    };
    language.pick(format!("still {word} after {seconds} s"), format!("已等待 {seconds} 秒，状态仍为 {word}"))
}

pub(crate) fn look_failed(language: Language, in_a_row: u32) -> String {
    language.pick(
        format!("the query for the status failed ({in_a_row} in a row) and is repeated"),
        format!("查询状态失败（连续 {in_a_row} 次），将重试"),
    )
}

pub(crate) fn waiting_for_slot(language: Language, ahead: usize, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if ahead == 0 {
        return language
            .pick(format!("waiting for a free slot, {seconds} s"), format!("正在等待空闲名额，已等待 {seconds} 秒"));
    }
    language.pick(
        format!("waiting for a free slot, {seconds} s ({ahead} ahead)"),
        format!("正在等待空闲名额，已等待 {seconds} 秒（前面还有 {ahead} 个）"),
    )
}

pub(crate) fn posting(language: Language, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    language.pick(
        format!("the task was sent, no answer after {seconds} s"),
        format!("任务已发送，{seconds} 秒后仍未收到应答"),
    )
}

pub(crate) fn post_failed(language: Language, in_a_row: u32) -> String {
    language.pick(
        format!("sending the task failed ({in_a_row} in a row), nothing was created; it is sent again"),
        format!("提交任务失败（连续 {in_a_row} 次），尚未创建任务，将重试"),
    )
}

pub(crate) fn looking_up(language: Language) -> String {
    language
        .pick(
            "the answer was lost; checking whether the task exists before it is sent again",
            "应答丢失，先查询任务是否存在，再决定是否重新提交",
        )
        .to_owned()
}

/// The closing text of a finished task. A link stands alone on its line: Dify shows the text as Markdown, and takes what
/// follows a link without a space into its address.
pub(crate) fn ready(
    language: Language,
    kind: Kind,
    delivered: &[Delivered],
    expires: Option<&str>,
    units: Option<&str>,
) -> String {
    let count = delivered.len();
    let lasts = match delivered {
        [Delivered { seconds: Some(seconds), .. }] => {
            language.pick(format!(" ({seconds} s)"), format!("（{seconds} 秒）"))
        }
        _ => String::new(),
    };
    let mut lines = vec![match (kind, count) {
        (Kind::Image, 1) => language.pick("The image is ready.", "图像已生成。").to_owned(),
        (Kind::Image, _) => language.pick(format!("{count} images are ready."), format!("{count} 张图像已生成。")),
        (_, 1) => language.pick(format!("The video is ready{lasts}."), format!("视频已生成{lasts}。")),
        _ => language.pick(format!("{count} videos are ready."), format!("{count} 个视频已生成。")),
    }];
    for (number, Delivered { url, seconds, note }) in (1..).zip(delivered) {
        if let Some(seconds) = seconds.as_deref().filter(|_| count > 1) {
            lines.push(
                language.pick(format!("Video {number} ({seconds} s):"), format!("视频 {number}（{seconds} 秒）：")),
            );
        }
        lines.push(url.clone());
        lines.extend(note.clone());
    }
    if let Some(expires) = expires {
        let works = if count == 1 { "The link works" } else { "The links work" };
        lines.push(language.pick(format!("{works} until {expires}."), format!("链接有效期至 {expires}。")));
    }
    if let Some(units) = units {
        lines.push(language.pick(format!("Cost: {units} units."), format!("消耗 {units} 个资源单位。")));
    }
    lines.join("\n")
}

/// One file of several could not be had; its link stands before this.
pub(crate) fn file_missing(language: Language, name: &str, cause: &str) -> String {
    language.pick(
        format!("The file {name} could not be downloaded: {cause}. The link above works until it expires."),
        format!("文件 {name} 下载失败：{cause}。上方链接在到期前有效。"),
    )
}

/// A file above the limit; its link stands before this. `bytes` is its length, where that is known.
pub(crate) fn too_large(language: Language, bytes: Option<u64>, limit: u64) -> String {
    let limit = size(language, limit);
    match bytes.map(length) {
        Some(length) => language.pick(
            format!("The file has {length}, more than the limit of {limit} (max_file_mb): use the link above."),
            format!("文件为 {length}，超过上限 {limit}（max_file_mb），请使用上方链接。"),
        ),
        None => language.pick(
            format!("The file has more than the limit of {limit} (max_file_mb): use the link above."),
            format!("文件超过上限 {limit}（max_file_mb），请使用上方链接。"),
        ),
    }
}

pub(crate) fn element_ready(language: Language, element_id: &str) -> String {
    language.pick(
        format!("The element is ready. element_id: {element_id}"),
        format!("主体已创建。element_id：{element_id}"),
    )
}

/// The closing text of a task that goes on.
pub(crate) fn not_ready(language: Language, kind: Kind, word: &str, handle: &Handle) -> String {
    let query = task_query(language);
    let what = match kind {
        Kind::Video => language.pick("The video", "视频"),
        Kind::Image => language.pick("The image", "图像"),
        Kind::Element => language.pick("The element", "主体"),
    };
    language.pick(
        format!("{what} is not ready yet (status: {word}). Get it later with {query} and this handle: {handle}"),
        format!("{what}尚未完成（状态：{word}）。请稍后使用{query}和此 handle 获取：{handle}"),
    )
}

pub(crate) fn unknown_status(language: Language, word: &str, handle: &Handle) -> String {
    let query = task_query(language);
    language.pick(
        format!(
            "Kling reports a status that this release does not know: {word}. The task may go on: query it later with \
             {query} and this handle: {handle}"
        ),
        format!("可灵返回了未知状态：{word}。任务可能仍在进行，请稍后使用{query}和此 handle 查询：{handle}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://cdn.example.test/v.mp4?sign=1";

    fn video(note: Option<String>) -> Delivered {
        Delivered { url: LINK.to_owned(), seconds: Some("5.041".to_owned()), note }
    }

    /// Dify's Markdown takes a full-width parenthesis that follows a link into its address, which then leads nowhere.
    #[test]
    fn a_links_line_has_nothing_else() {
        let one = ready(Language::Chinese, Kind::Video, &[video(None)], None, Some("3"));
        assert_eq!(one, format!("视频已生成（5.041 秒）。\n{LINK}\n消耗 3 个资源单位。"));
        let two =
            ready(Language::English, Kind::Video, &[video(None), video(None)], Some("2026-12-23T00:00:00Z"), None);
        assert_eq!(
            two,
            format!(
                "2 videos are ready.\nVideo 1 (5.041 s):\n{LINK}\nVideo 2 (5.041 s):\n{LINK}\nThe links work until \
                 2026-12-23T00:00:00Z."
            )
        );
    }

    #[test]
    fn a_file_above_the_limit_is_told_with_the_limit_that_holds() {
        let told = |bytes, limit| too_large(Language::English, bytes, limit);
        let megabyte = 1 << 20;
        assert!(told(Some(30 * megabyte + 1), 30 * megabyte).contains("has 30.1 MB, more than the limit of 30 MB"));
        assert!(told(Some(52 * megabyte), 52_428_800).contains("has 52 MB, more than the limit of 50 MB"));
        assert!(told(None, 10_000_000).contains("more than the limit of 9.5 MB"));
        assert!(told(None, 50).contains("more than the limit of 50 bytes"));
    }
}
