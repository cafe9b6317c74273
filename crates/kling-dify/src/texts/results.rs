//! About what goes on and what came out.

use std::time::Duration;

use kling_api::Handle;

use crate::answer::Delivered;
use crate::kind::Kind;
use crate::language::Language;

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
            "the task was already there under its own id and is carried on with; nothing is paid twice",
            "已按自定义 ID 找到该任务并继续，不会重复扣费",
        )
        .to_owned()
}

pub(crate) fn external_task_id(language: Language, id: &str) -> String {
    language.pick(format!("the task's external_task_id: {id}"), format!("任务的 external_task_id：{id}"))
}

pub(crate) fn carried_on(language: Language) -> String {
    language
        .pick(
            "an earlier call with the same input has created this task; it is carried on with, and nothing is paid twice",
            "先前相同输入的调用已创建该任务，现继续该任务，不会重复扣费",
        )
        .to_owned()
}

pub(crate) fn oversized(language: Language, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    language.pick(
        format!(
            "waiting for slots, {seconds} s; this task may need more slots at once than the account has, and smaller \
             tasks go first"
        ),
        format!("正在等待名额，已等待 {seconds} 秒；该任务同时需要的名额可能超过账户上限，较小的任务将先行"),
    )
}

pub(crate) fn status_is(language: Language, word: &str) -> String {
    language.pick(format!("status: {word}"), format!("状态：{word}"))
}

pub(crate) fn still_waiting(language: Language, word: Option<&str>, elapsed: Duration) -> String {
    let (seconds, word) = (elapsed.as_secs(), word.unwrap_or("-"));
    language.pick(format!("still {word} after {seconds} s"), format!("已等待 {seconds} 秒，状态仍为 {word}"))
}

pub(crate) fn look_failed(language: Language, in_a_row: u32) -> String {
    language.pick(
        format!("asking for the status failed ({in_a_row} in a row) and will be repeated"),
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
    language.pick(format!("no answer to the task yet, {seconds} s"), format!("任务已发送，{seconds} 秒仍未收到应答"))
}

pub(crate) fn post_failed(language: Language, in_a_row: u32) -> String {
    language.pick(
        format!("sending the task failed ({in_a_row} in a row), nothing was created; it will be sent again"),
        format!("提交任务失败（连续 {in_a_row} 次），尚未创建任务，将重试"),
    )
}

pub(crate) fn looking_up(language: Language) -> String {
    language
        .pick(
            "the answer was lost; looking whether the task exists before anything is sent again",
            "应答丢失，先查询任务是否存在，再决定是否重新提交",
        )
        .to_owned()
}

/// The closing text of a finished task.
pub(crate) fn ready(
    language: Language,
    kind: Kind,
    delivered: &[Delivered],
    expires: Option<&str>,
    units: Option<&str>,
) -> String {
    let count = delivered.len();
    let mut text = match (kind, count) {
        (Kind::Image, 1) => language.pick("The picture is ready.".to_owned(), "图像已生成。".to_owned()),
        (Kind::Image, _) => language.pick(format!("{count} pictures are ready."), format!("{count} 张图像已生成。")),
        (_, 1) => language.pick("The video is ready.".to_owned(), "视频已生成。".to_owned()),
        _ => language.pick(format!("{count} videos are ready."), format!("{count} 个视频已生成。")),
    };
    for Delivered { url, seconds, note } in delivered {
        text.push('\n');
        text.push_str(url);
        if let Some(seconds) = seconds {
            text.push_str(&language.pick(format!(" ({seconds} s)"), format!("（{seconds} 秒）")));
        }
        if let Some(note) = note {
            text.push('\n');
            text.push_str(note);
        }
    }
    if let Some(expires) = expires {
        text.push_str(&language.pick(
            format!("\nThe link{} until {expires}.", if count == 1 { " works" } else { "s work" }),
            format!("\n链接有效期至 {expires}。"),
        ));
    }
    if let Some(units) = units {
        text.push_str(&language.pick(format!("\nCost: {units} units."), format!("\n消耗 {units} 个资源单位。")));
    }
    text
}

/// One file of several could not be had; its link stands before this.
pub(crate) fn file_missing(language: Language, name: &str, cause: &str) -> String {
    language.pick(
        format!("The file {name} is missing: {cause}. The link above works until it expires."),
        format!("文件 {name} 缺失：{cause}。上方链接在到期前有效。"),
    )
}

pub(crate) fn too_large(language: Language, length: Option<u64>, limit: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    let limit = limit / MIB;
    match length.map(|length| length.div_ceil(MIB)) {
        Some(size) => language.pick(
            format!("The file has {size} MB; Dify takes {limit} MB at most, so here is the link only."),
            format!("文件为 {size} MB，超过 Dify 的 {limit} MB 上限，仅提供链接。"),
        ),
        None => language.pick(
            format!("The file has more than {limit} MB, which Dify takes at most, so here is the link only."),
            format!("文件超过 Dify 的 {limit} MB 上限，仅提供链接。"),
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
    let what = match kind {
        Kind::Video => language.pick("The video", "视频"),
        Kind::Image => language.pick("The picture", "图像"),
        Kind::Element => language.pick("The element", "主体"),
    };
    language.pick(
        format!(
            "{what} is not ready yet (status: {word}). Ask for it later with the query tool and this handle: {handle}"
        ),
        format!("{what}尚未完成（状态：{word}）。请稍后使用查询工具和此 handle 获取：{handle}"),
    )
}

pub(crate) fn unknown_status(language: Language, word: &str, handle: &Handle) -> String {
    language.pick(
        format!("Kling reports a status this release does not know: {word}. The task may go on; ask for it later with this handle: {handle}"),
        format!("可灵返回了未知状态：{word}。任务可能仍在进行，请稍后使用此 handle 查询：{handle}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_one_language() {
        let delivered = Delivered {
            url: "https://cdn.example.test/v.mp4".to_owned(),
            seconds: Some("5.041".to_owned()),
            note: Some(too_large(Language::English, Some(40 << 20), 30 << 20)),
        };
        let english = ready(
            Language::English,
            Kind::Video,
            std::slice::from_ref(&delivered),
            Some("2026-12-23T00:00:00Z"),
            Some("3"),
        );
        assert!(english.is_ascii() && english.contains("(5.041 s)"), "{english}");
        let chinese = ready(Language::Chinese, Kind::Video, &[Delivered { note: None, ..delivered }], None, Some("3"));
        assert!(!chinese.contains(" s)") && chinese.contains("（5.041 秒）"), "{chinese}");
    }
}
