//! About what went wrong, and what to do.

use kling_api::{Handle, Meaning, Region};
use kling_client::Refusal;

use crate::kind::Kind;
use crate::language::Language;
use crate::texts::{region_name, task_query};

/// A refusal: Kling's words, code and request id, and what to do.
pub(crate) fn refusal(language: Language, refusal: &Refusal) -> String {
    let Refusal { code, message, request_id, .. } = refusal;
    let message = message.trim().trim_end_matches(['.', '。']);
    let advice = advice(language, refusal.code);
    let id = request_id.as_deref();
    language.pick(
        format!(
            "Kling refused: {message} (code {code}{}). {advice}",
            id.map(|id| format!(", request {id}")).unwrap_or_default()
        ),
        format!(
            "可灵拒绝了请求：{message}（错误码 {code}{}）。{advice}",
            id.map(|id| format!("，请求 {id}")).unwrap_or_default()
        ),
    )
}

/// What to do about a code.
fn advice(language: Language, code: i64) -> &'static str {
    let (english, chinese) = match (code, Meaning::of(code)) {
        (1101, _) => ("The account is in arrears: top it up in the Kling console.", "账户欠费，请在可灵控制台充值。"),
        (1102, _) => (
            "No units are left: buy a resource pack or enable pay-as-you-go in the Kling console.",
            "资源包已用尽或过期，请在可灵控制台购买资源包或开通后付费。",
        ),
        (_, Meaning::Credential) => (
            "Check the key and its region: a key of klingai.com needs Mainland China, a key of kling.ai International.",
            "请检查密钥及其区域：klingai.com 的密钥选“中国大陆”，kling.ai 的密钥选“国际”。",
        ),
        (_, Meaning::TokenTime) => (
            "The signed token's time was refused: correct the clock of the Dify server.",
            "签名令牌的时间无效，请校准 Dify 服务器的时钟。",
        ),
        (_, Meaning::Account) => ("Check the account in the Kling console.", "请在可灵控制台检查账户状态。"),
        (_, Meaning::Permission) => (
            "The account may not use this API or model: check it in the Kling console.",
            "账户无权使用此 API 或模型，请在可灵控制台检查权限。",
        ),
        (_, Meaning::InvalidRequest) => ("Correct what the message names.", "请按提示修改参数。"),
        (_, Meaning::NotFound) => (
            "Kling does not offer this; the model may be retired (kling-v3 is current).",
            "可灵不提供该资源；模型可能已下线（当前可用 kling-v3）。",
        ),
        (_, Meaning::ContentPolicy) => (
            "Kling's content rules do not allow the prompt, or an image or video that was given: change it and run this again.",
            "提示词、图像或视频未通过可灵的内容审核，请修改后重新运行。",
        ),
        (_, Meaning::RequestRate) => ("Too many requests: try again in a while.", "请求过于频繁，请稍后重试。"),
        (_, Meaning::Concurrency) => (
            "The account's limit of tasks at the same time is reached: try again when one of them has ended.",
            "账户并发已满，请等待进行中的任务结束后重试。",
        ),
        (_, Meaning::IpAddress) => (
            "Put the IP address of the Dify server on the account's allow-list in the Kling console.",
            "请在可灵控制台将 Dify 服务器的 IP 加入账户白名单。",
        ),
        (_, Meaning::Server) => ("Kling's service has a problem: try again later.", "可灵服务异常，请稍后重试。"),
        _ => ("See Kling's documentation for this code.", "请参阅可灵文档中的错误码说明。"),
    };
    language.pick(english, chinese)
}

/// Nobody knows whether the task exists.
pub(crate) fn answer_lost(language: Language, cause: Option<&str>, external_task_id: &str) -> String {
    let (query, cause) = (task_query(language), cause.map(str::trim_end));
    let english = cause.map(|cause| format!(" {cause}")).unwrap_or_default();
    language.pick(
        format!(
            "It is not known whether Kling accepted the task: its answer was lost.{english} Run the same call again within \
             15 minutes: it looks for the task first and pays nothing twice. Later, look for it with {query} before you \
             create it again: external_task_id = {external_task_id}"
        ),
        format!(
            "可灵的应答丢失，无法确认任务是否已创建。{}请在 15 分钟内以相同参数重新运行：会先查询该任务，不会重复扣费。\
             若超过 15 分钟，重新创建之前请先用{query}查询：external_task_id = {external_task_id}",
            cause.unwrap_or_default()
        ),
    )
}

/// Kling stayed out of reach until the time was over; what it said last comes first.
pub(crate) fn nothing_created(language: Language, last: &str) -> String {
    language
        .pick(format!("{last} No task was created and nothing was paid."), format!("{last} 任务未创建，未产生费用。"))
}

/// `refusal`: what Kling said last, if this call asked at all.
/// `needed`: the slots of a task that may want more than the account has.
pub(crate) fn no_slot_came_free(language: Language, refusal: Option<&Refusal>, needed: Option<u32>) -> String {
    let reference = refusal.map(|refusal| (refusal.code, refusal.request_id.as_deref().unwrap_or("-")));
    let english = reference.map(|(code, id)| format!(" (code {code}, request {id})")).unwrap_or_default();
    let chinese = reference.map(|(code, id)| format!("（错误码 {code}，请求 {id}）")).unwrap_or_default();
    if let Some(needed) = needed {
        return language.pick(
            format!(
                "This task counts as {needed} tasks at once, one for each image, and Kling refused it even while no \
                 other task of this plugin ran{english}. No task was created and nothing was paid. Ask for fewer images \
                 at once, or buy a resource pack with more concurrency."
            ),
            format!(
                "该任务需要同时占用 {needed} 个并发名额（每张图像一个），即使本插件没有其他任务在运行，可灵仍然拒绝{chinese}。\
                 任务未创建，未产生费用。请减少图像数量，或购买更高并发的资源包。"
            ),
        );
    }
    language.pick(
        format!(
            "The account's limit of tasks at the same time was reached for the whole wait{english}. No task was created \
             and nothing was paid. Run this again when a task has ended, raise max_wait_seconds, or buy a resource pack \
             with more concurrency."
        ),
        format!(
            "账户的并发名额一直被占用{chinese}，任务未创建，未产生费用。请等待进行中的任务结束后重试，或增大 \
             max_wait_seconds，或购买更高并发的资源包。"
        ),
    )
}

pub(crate) fn no_time_to_submit(language: Language) -> String {
    language
        .pick(
            "The time for this call ran out before the task could be sent. No task was created and nothing was paid. \
             Raise max_wait_seconds and run this again.",
            "在发送任务之前本次调用的时间已用完，任务未创建，未产生费用。请增大 max_wait_seconds 后重试。",
        )
        .to_owned()
}

/// Kling has a task with the user's id, and nobody here knows of which request.
pub(crate) fn id_is_taken(language: Language, external_task_id: &str, owner: &Handle) -> String {
    let query = task_query(language);
    language.pick(
        format!(
            "external_task_id {external_task_id} already belongs to a task, so no new task was created and nothing was \
             paid. Choose another id for a new task, or get that task with {query} and its handle: {owner}"
        ),
        format!(
            "external_task_id {external_task_id} 已属于一个任务，未创建新任务，未产生费用。如需新任务，请换一个 ID；\
             如需该任务，请用{query}和此 handle 查询：{owner}"
        ),
    )
}

/// The same for a task that Kling does not show.
pub(crate) fn id_is_taken_somewhere(language: Language, external_task_id: &str) -> String {
    let query = task_query(language);
    language.pick(
        format!(
            "Kling says that external_task_id {external_task_id} already belongs to a task, but does not list that task \
             at the moment. No new task was created and nothing was paid. Choose another id for a new task, or look for \
             that task later with {query}: external_task_id = {external_task_id}"
        ),
        format!(
            "可灵称 external_task_id {external_task_id} 已属于一个任务，但目前查询不到。本次未创建任务，未产生费用。\
             如需新任务，请换一个 ID；或稍后用{query}查询：external_task_id = {external_task_id}"
        ),
    )
}

/// The user's id was used for a request that asked for something else.
pub(crate) fn id_of_another_request(language: Language, external_task_id: &str, owner: Option<&Handle>) -> String {
    let query = task_query(language);
    let key = owner.map_or_else(|| format!("external_task_id = {external_task_id}"), ToString::to_string);
    language.pick(
        format!(
            "external_task_id {external_task_id} was used before with other parameters, so no new task was created and \
             nothing was paid. Choose another id for a new task, or get the earlier one with {query}: {key}"
        ),
        format!(
            "external_task_id {external_task_id} 已用于其他参数的任务，未创建新任务，未产生费用。如需新任务，请换一个 ID；\
             如需先前的任务，请用{query}查询：{key}"
        ),
    )
}

pub(crate) fn id_in_use(language: Language, external_task_id: &str) -> String {
    let query = task_query(language);
    language.pick(
        format!(
            "Another call with external_task_id {external_task_id} is still running; this one created nothing and \
             nothing was paid. Get its task with {query}, or choose another id."
        ),
        format!(
            "另一个使用 external_task_id {external_task_id} 的调用仍在进行，本次未创建任务，未产生费用。\
             请用{query}查询该任务，或换一个 ID。"
        ),
    )
}

pub(crate) fn inputs_too_slow(language: Language) -> String {
    language
        .pick(
            "The input files were not loaded in time. No task was created and nothing was paid. Try again, use smaller \
             files, or raise max_wait_seconds.",
            "输入文件未能及时取得，任务未创建，未产生费用。请重试，使用更小的文件，或增大 max_wait_seconds。",
        )
        .to_owned()
}

pub(crate) fn time_is_over(language: Language) -> String {
    let query = task_query(language);
    language.pick(
        format!("The time for this call is over, but the task goes on. Get it with {query} and its handle."),
        format!("本次调用的时间已用完，任务仍在进行。请用{query}和 handle 查询。"),
    )
}

/// A handle names a task that exists, and Kling does not show it.
pub(crate) fn handle_not_listed(language: Language) -> String {
    language
        .pick(
            "Kling does not list the task of this handle at the moment. Try again in a minute; if it stays, check that \
             the key belongs to the account that made the task, and that the task is not older than 30 days.",
            "可灵目前查询不到此 handle 对应的任务。请一分钟后重试；若持续出现，请确认密钥属于创建该任务的账户，且任务未超过 30 天。",
        )
        .to_owned()
}

pub(crate) fn other_region_knows_key(language: Language, theirs: Region) -> String {
    let name = region_name(language, theirs);
    language.pick(
        format!("The key is valid, but belongs to another region: set the region to {name} and save again."),
        format!("密钥有效，但属于另一区域：请将区域改为{name}后重新保存。"),
    )
}

/// A task that Kling ended without a result. Its id is for Kling's support: a handle would look like a way on, and there
/// is none.
///
/// `id_is_given`: the task's `external_task_id` is the user's own, and a new task cannot have it.
pub(crate) fn task_failed(language: Language, kind: Kind, failure: &TaskFailure<'_>, id_is_given: bool) -> String {
    let what = noun(language, kind);
    let TaskFailure { task_id, reason, by_content_rules } = failure;
    let reason = reason.map(|reason| reason.trim_end_matches(['.', '。']));
    let happened = match reason {
        Some(reason) => language.pick(
            format!("The task failed, so there is no {what}. Kling's reason: {reason} (task {task_id})."),
            format!("任务失败，未生成{what}。可灵给出的原因：{reason}（任务 {task_id}）。"),
        ),
        None => language.pick(
            format!("The task failed, so there is no {what}, and Kling gave no reason (task {task_id})."),
            format!("任务失败，未生成{what}，可灵未说明原因（任务 {task_id}）。"),
        ),
    };
    let (english, chinese) = match reason {
        _ if *by_content_rules => (
            "Kling's content rules do not allow the prompt, or an image or video that was given: change it and create a \
             new task.",
            "提示词、图像或视频未通过可灵的内容审核，请修改后创建新任务。",
        ),
        Some(_) => ("Change the input or the settings and create a new task.", "请修改输入或参数后创建新任务。"),
        None => ("Create a new task.", "请创建新任务。"),
    };
    let mut text = language.pick(
        format!("{happened} {english} A failed task cannot be resumed."),
        format!("{happened}{chinese}失败的任务无法继续。"),
    );
    if id_is_given {
        text.push_str(
            language.pick(" A new task needs another external_task_id.", "新任务须使用另一个 external_task_id。"),
        );
    }
    text
}

/// What is known of a task that failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TaskFailure<'a> {
    pub(crate) task_id: &'a str,
    /// Kling's own words.
    pub(crate) reason: Option<&'a str>,
    /// Whether they are about Kling's content rules.
    pub(crate) by_content_rules: bool,
}

fn noun(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Video => language.pick("video", "视频"),
        Kind::Image => language.pick("image", "图像"),
        Kind::Element => language.pick("element", "主体"),
    }
}

pub(crate) fn no_result(language: Language, kind: Kind) -> String {
    let what = noun(language, kind);
    language.pick(
        format!("Kling reports that the task succeeded, but its answer has no {what}. Query the task again later."),
        format!("可灵称任务成功，但没有返回{what}，请稍后再次查询。"),
    )
}

pub(crate) fn task_vanished(language: Language) -> String {
    language
        .pick(
            "Kling accepted the task, but does not list it at the moment. Query the task again later.",
            "可灵已接受任务，但目前查询不到，请稍后再次查询。",
        )
        .to_owned()
}

/// A file that broke off after its first part was handed over, which Dify cannot take back.
pub(crate) fn download_broke_off(language: Language, cause: &str) -> String {
    language.pick(
        format!(
            "The result is ready and paid, but its file could not be downloaded: {cause}. Its link is in the text and in \
             `url`."
        ),
        format!("结果已生成并扣费，但文件下载失败：{cause}。链接见文本输出和 `url`。"),
    )
}

pub(crate) fn with_handle(language: Language, text: &str, handle: &Handle) -> String {
    language.pick(format!("{text}\nHandle: {handle}"), format!("{text}\nhandle：{handle}"))
}

#[cfg(test)]
mod tests {
    use kling_api::ERROR_CODES;

    use super::*;

    /// Each of Kling's codes tells what to do, in both languages.
    #[test]
    fn every_code_has_its_advice_in_both_languages() {
        for code in ERROR_CODES {
            let refused = Refusal {
                code: code.code,
                http_status: code.http_status,
                message: "no".to_owned(),
                request_id: Some("r-1".to_owned()),
                retry_after: None,
            };
            let english = refusal(Language::English, &refused);
            assert!(english.is_ascii(), "{english}");
            assert!(english.contains(&format!("(code {}, request r-1)", code.code)), "{english}");
            assert!(!english.contains("See Kling's documentation"), "{english}");
            let chinese = refusal(Language::Chinese, &refused);
            assert!(!chinese.contains("请参阅可灵文档") && chinese.chars().any(|c| c > '\u{4e00}'), "{chinese}");
        }
    }
}
