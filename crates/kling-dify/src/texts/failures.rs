//! About what went wrong, and what to do.

use kling_api::{Handle, Meaning, Region};
use kling_client::{BadAnswer, Refusal};

use crate::kind::Kind;
use crate::language::Language;

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
            "Check the key and its region: keys of klingai.com need region beijing, keys of kling.ai need singapore.",
            "请检查密钥及其区域：klingai.com 的密钥选 beijing，kling.ai 的密钥选 singapore。",
        ),
        (_, Meaning::TokenTime) => (
            "The signed token's time was refused: set the clock of the Dify server right.",
            "签名令牌的时间无效，请校准 Dify 服务器的时钟。",
        ),
        (_, Meaning::Account) => ("Check the account in the Kling console.", "请在可灵控制台检查账户状态。"),
        (_, Meaning::Permission) => (
            "The account may not use this API or model: check it in the Kling console.",
            "账户无权使用此 API 或模型，请在可灵控制台检查权限。",
        ),
        (_, Meaning::InvalidRequest) => ("Correct what the message names.", "请按提示修改参数。"),
        (_, Meaning::NotFound) => (
            "Kling does not serve this here; models retire, kling-v3 is current.",
            "可灵不提供该资源；模型可能已下线，当前可用 kling-v3。",
        ),
        (_, Meaning::ContentPolicy) => (
            "The input was refused by Kling's content rules: change the prompt.",
            "输入未通过可灵的内容审核，请修改提示词。",
        ),
        (_, Meaning::RequestRate) => ("Too many requests: try again in a while.", "请求过于频繁，请稍后重试。"),
        (_, Meaning::Concurrency) => (
            "All of the account's slots are in use: try again when a running task has ended.",
            "账户并发已满，请等待进行中的任务结束后重试。",
        ),
        (_, Meaning::IpAddress) => {
            ("Put this server's address on the account's allow-list.", "请将服务器 IP 加入账户白名单。")
        }
        (_, Meaning::Server) => ("Kling itself is in trouble: try again later.", "可灵服务异常，请稍后重试。"),
        _ => ("See Kling's documentation for this code.", "请参阅可灵文档中的错误码说明。"),
    };
    language.pick(english, chinese)
}

pub(crate) fn unreachable(language: Language, cause: &str) -> String {
    language.pick(
        format!("Kling could not be reached from the Dify server: {cause}. Check its network and proxy settings."),
        format!("Dify 服务器无法连接可灵：{cause}。请检查网络与代理设置。"),
    )
}

pub(crate) fn unreadable_answer(language: Language, status: u16, what: BadAnswer) -> String {
    language.pick(
        format!("What answered in Kling's place cannot be understood: the answer (HTTP {status}) {what}. Try again; check proxy and base_url if it stays."),
        format!("无法理解返回内容（HTTP {status}，{what}）。请重试；若持续出现，请检查代理与 base_url。"),
    )
}

/// Nobody knows whether the task exists.
pub(crate) fn answer_lost(language: Language, cause: Option<&str>, external_task_id: &str) -> String {
    let cause = cause.map(|cause| format!(" {}", cause.trim_end())).unwrap_or_default();
    language.pick(
        format!(
            "Whether Kling accepted the task is not known; its answer was lost.{cause} Before you create it again, look \
             for it with task_query: external_task_id = {external_task_id}\nThe same call within 15 minutes does so by \
             itself and pays nothing twice."
        ),
        format!(
            "可灵的应答丢失，无法确认任务是否已接受。{cause} 重新创建之前，请先用 task_query 查询：\
             external_task_id = {external_task_id}\n15 分钟内以相同参数重新运行会自动查询，不会重复扣费。"
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
                "This task needs {needed} of the account's Kling slots at once, one for each image, and Kling refused \
                 them even while no other task of this plugin ran{english}. No task was created and nothing was paid. \
                 Ask for fewer images at once, or buy a pack with more concurrency."
            ),
            format!(
                "该任务需要同时占用 {needed} 个并发名额（每张图像一个），即使本插件没有其他任务在运行，可灵仍然拒绝{chinese}。\
                 任务未创建，未产生费用。请减少图像数量，或购买更高并发的资源包。"
            ),
        );
    }
    language.pick(
        format!(
            "All of the account's Kling slots stayed in use{english}, so no task was created and nothing was paid. Run \
             this again when a running task has ended, raise max_wait_seconds, or buy a pack with more concurrency."
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
            "The time for this call was over before the task could be sent; no task was created and nothing was paid. \
             Raise max_wait_seconds and run this again.",
            "在发送任务之前本次调用的时间已用完，任务未创建，未产生费用。请增大 max_wait_seconds 后重试。",
        )
        .to_owned()
}

/// Kling has a task with the user's id, and nobody here knows of which request.
pub(crate) fn id_is_taken(language: Language, external_task_id: &str, owner: &Handle) -> String {
    language.pick(
        format!(
            "external_task_id {external_task_id} already belongs to a task, so no new task was created and nothing was \
             paid. Choose another id for a new task, or get that task with task_query and its handle: {owner}"
        ),
        format!(
            "external_task_id {external_task_id} 已属于一个任务，未创建新任务，未产生费用。如需新任务，请换一个 ID；\
             如需该任务，请用 task_query 和此 handle 查询：{owner}"
        ),
    )
}

/// The same for a task that Kling does not show.
pub(crate) fn id_is_taken_somewhere(language: Language, external_task_id: &str) -> String {
    language.pick(
        format!(
            "Kling says that external_task_id {external_task_id} already belongs to a task, and does not list it at the \
             moment. No new task was created and nothing was paid by this call. Choose another id for a new task, or \
             look for that task later with task_query: external_task_id = {external_task_id}"
        ),
        format!(
            "可灵称 external_task_id {external_task_id} 已属于一个任务，但目前查询不到。本次未创建任务，未产生费用。\
             如需新任务，请换一个 ID；或稍后用 task_query 查询：external_task_id = {external_task_id}"
        ),
    )
}

/// The user's id was used for a request that asked for something else.
pub(crate) fn id_of_another_request(language: Language, external_task_id: &str, owner: Option<&Handle>) -> String {
    let key = owner.map_or_else(|| format!("external_task_id = {external_task_id}"), ToString::to_string);
    language.pick(
        format!(
            "external_task_id {external_task_id} was used before with other parameters, so no new task was created and \
             nothing was paid. Choose another id for a new task, or get the earlier one with task_query: {key}"
        ),
        format!(
            "external_task_id {external_task_id} 已用于其他参数的任务，未创建新任务，未产生费用。如需新任务，请换一个 ID；\
             如需先前的任务，请用 task_query 查询：{key}"
        ),
    )
}

pub(crate) fn id_in_use(language: Language, external_task_id: &str) -> String {
    language.pick(
        format!(
            "Another call with external_task_id {external_task_id} is still under way; this one created nothing and \
             paid nothing. Get its task with task_query, or choose another id."
        ),
        format!(
            "另一个使用 external_task_id {external_task_id} 的调用仍在进行，本次未创建任务，未产生费用。\
             请用 task_query 查询该任务，或换一个 ID。"
        ),
    )
}

pub(crate) fn inputs_too_slow(language: Language) -> String {
    language
        .pick(
            "The input files did not arrive in time; no task was created and nothing was paid. Try again, give smaller \
             files, or raise max_wait_seconds.",
            "输入文件未能及时取得，任务未创建，未产生费用。请重试，使用更小的文件，或增大 max_wait_seconds。",
        )
        .to_owned()
}

pub(crate) fn no_answer_in_time(language: Language) -> String {
    language
        .pick(
            "Kling did not answer in time. Try again; check network and proxy settings if it stays.",
            "可灵未及时应答。请重试；若持续出现，请检查网络与代理设置。",
        )
        .to_owned()
}

pub(crate) fn time_is_over(language: Language) -> String {
    language
        .pick(
            "The time for this call is over; the task goes on. Get it with task_query and its handle.",
            "本次调用的时间已用完，任务仍在进行。请用 task_query 和 handle 查询。",
        )
        .to_owned()
}

/// A handle names a task that exists, and Kling does not show it.
pub(crate) fn handle_not_listed(language: Language) -> String {
    language
        .pick(
            "Kling does not list the task of this handle at the moment. Ask again in a minute; if it stays, check that \
             the key belongs to the account that made the task, and that the task is not older than 30 days.",
            "可灵目前查询不到此 handle 对应的任务。请一分钟后重试；若持续出现，请确认密钥属于创建该任务的账户，且任务未超过 30 天。",
        )
        .to_owned()
}

pub(crate) fn other_region_knows_key(language: Language, theirs: Region) -> String {
    language.pick(
        format!("The key is fine, but it belongs to region {theirs}: set the region to {theirs} and save again."),
        format!("密钥有效，但属于区域 {theirs}：请将区域改为 {theirs} 后重新保存。"),
    )
}

/// `id_is_given`: the task's `external_task_id` is the user's own, and stays its.
pub(crate) fn task_failed(language: Language, kind: Kind, reason: Option<&str>, id_is_given: bool) -> String {
    let what = noun(language, kind);
    let text = task_failed_because(language, what, reason);
    if !id_is_given {
        return text;
    }
    language.pick(
        format!("{text} A new task needs another external_task_id."),
        format!("{text}新任务须使用另一个 external_task_id。"),
    )
}

fn task_failed_because(language: Language, what: &str, reason: Option<&str>) -> String {
    match reason.map(|reason| reason.trim_end_matches(['.', '。'])) {
        Some(reason) => language.pick(
            format!(
                "Kling ended the task without {what}: {reason}. Change the input or the settings and create it anew."
            ),
            format!("可灵未能生成{what}：{reason}。请修改输入或参数后重新创建。"),
        ),
        None => language.pick(
            format!("Kling ended the task without {what} and gave no reason. Create it anew."),
            format!("可灵未能生成{what}，且未说明原因。请重新创建。"),
        ),
    }
}

fn noun(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Video => language.pick("a video", "视频"),
        Kind::Image => language.pick("a picture", "图像"),
        Kind::Element => language.pick("an element", "主体"),
    }
}

pub(crate) fn no_result(language: Language, kind: Kind) -> String {
    let what = noun(language, kind);
    language.pick(
        format!("Kling says the task succeeded, but does not name {what}. Ask for it again later."),
        format!("可灵称任务成功，但没有返回{what}，请稍后再次查询。"),
    )
}

pub(crate) fn task_vanished(language: Language) -> String {
    language
        .pick(
            "Kling accepted the task but does not list it. Ask for it again later.",
            "可灵已接受任务，但查询不到，请稍后再次查询。",
        )
        .to_owned()
}

/// A file that broke off after its first part was handed over, which Dify cannot take back.
pub(crate) fn download_broke_off(language: Language, cause: &str) -> String {
    language.pick(
        format!(
            "The result is made and paid, but fetching its file failed: {cause}. Its link is in the text and in `url`."
        ),
        format!("结果已生成并扣费，但文件下载失败：{cause}。链接见文本输出及 `url`。"),
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
