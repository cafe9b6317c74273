//! About the tasks of an account.

use kling_api::{Handle, Region, TaskPath};
use kling_client::KlingError;

use crate::failure;
use crate::kind::Kind;
use crate::language::Language;
use crate::task_list::Gap;
use crate::texts::task_query;

/// Characters of an own id in a line.
const ID_SHOWN: usize = 64;

/// One task as a line tells it.
pub(crate) struct ListedLine<'a> {
    pub(crate) time: Option<String>,
    pub(crate) path: &'a TaskPath,
    pub(crate) kind: Option<Kind>,
    pub(crate) status: &'a str,
    pub(crate) external_task_id: Option<&'a str>,
    pub(crate) handle: Handle,
}

/// What the closing text of a list is made of.
pub(crate) struct ListingTexts<'a> {
    pub(crate) region: Region,
    pub(crate) hours: f64,
    pub(crate) lines: Vec<ListedLine<'a>>,
    /// How many of the lines are told; the rest is in the JSON.
    pub(crate) shown: usize,
    pub(crate) more: bool,
    pub(crate) gaps: &'a [(TaskPath, Gap)],
    pub(crate) needs_api_key: bool,
}

/// The closing text: a line a task, and what could not be listed.
pub(crate) fn task_list(language: Language, texts: &ListingTexts<'_>) -> String {
    let ListingTexts { region, hours, lines, shown, more, gaps, needs_api_key } = texts;
    let count = lines.len();
    let mut text = Vec::new();
    if lines.is_empty() {
        text.push(language.pick(
            format!(
                "No such task in the last {hours} h in region {region}. Ask for a longer time or use fewer filters, and \
                 check that the key belongs to the account and region that made the task. A task of the last minute may \
                 not be listed yet."
            ),
            format!(
                "区域 {region} 最近 {hours} 小时内没有符合条件的任务。请延长时间或减少筛选条件，并确认密钥属于创建任务的账户与区域。\
                 最近一分钟内的任务可能尚未列出。"
            ),
        ));
    } else {
        let tasks = if count == 1 { "task" } else { "tasks" };
        text.push(language.pick(
            format!("{count} {tasks} of the last {hours} h in region {region}, newest first:"),
            format!("区域 {region} 最近 {hours} 小时内的 {count} 个任务，最新的在前："),
        ));
    }
    text.extend(lines.iter().take(*shown).map(|line| task_line(language, line)));
    if count > *shown {
        let rest = count - shown;
        text.push(language.pick(format!("and {rest} more, in the JSON"), format!("其余 {rest} 个见 JSON")));
    }
    if *more {
        let (english, chinese) = (
            "There are more such tasks: raise limit, or narrow the list by time, kind or status.",
            "还有更多符合条件的任务：请增大 limit，或按时间、类型、状态缩小范围。",
        );
        text.push(language.pick(english, chinese).to_owned());
    }
    if count > 0 {
        let query = task_query(language);
        text.push(language.pick(
            format!("To get a result, give its handle to {query}."),
            format!("将 handle 填入{query}即可获取结果。"),
        ));
    }
    text.extend(not_listed(language, gaps));
    if *needs_api_key {
        let (english, chinese) = (
            "Tasks of models marked \"new API\" are listed with an API key only.",
            "标有“新版 API”的模型的任务仅在使用 API Key 时列出。",
        );
        text.push(language.pick(english, chinese).to_owned());
    }
    text.join("\n")
}

fn task_line(language: Language, line: &ListedLine<'_>) -> String {
    let time = line.time.as_deref().unwrap_or("?");
    let what = made_by(language, line.path, line.kind);
    let status = one_line(line.status);
    let id = line.external_task_id.map(one_line);
    let handle = &line.handle;
    match id {
        Some(id) => language.pick(
            format!("{time}, {what}, {status}, own id {id}: {handle}"),
            format!("{time}，{what}，{status}，自定义 ID {id}： {handle}"),
        ),
        None => {
            language.pick(format!("{time}, {what}, {status}: {handle}"), format!("{time}，{what}，{status}： {handle}"))
        }
    }
}

/// An own id is anything its maker liked: in a line it stays one, and short.
fn one_line(id: &str) -> String {
    let mut shown: String = id.chars().take(ID_SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if id.chars().nth(ID_SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

/// What a task of a list makes, named as the tools are.
fn made_by(language: Language, path: &TaskPath, kind: Option<Kind>) -> &'static str {
    if *path == TaskPath::NEW_TASKS {
        return match kind {
            Some(Kind::Video) => language.pick("video (new API)", "视频（新版 API）"),
            Some(Kind::Image) => language.pick("image (new API)", "图像（新版 API）"),
            Some(Kind::Element) => language.pick("element (new API)", "主体（新版 API）"),
            None => language.pick("task (new API)", "任务（新版 API）"),
        };
    }
    list_name(language, path)
}

/// The name of a list.
fn list_name(language: Language, path: &TaskPath) -> &'static str {
    let names = [
        (TaskPath::TEXT2VIDEO, "text to video", "文生视频"),
        (TaskPath::IMAGE2VIDEO, "image to video", "图生视频"),
        (TaskPath::OMNI_VIDEO, "omni video", "Omni 视频"),
        (TaskPath::IMAGE_GENERATIONS, "image generation", "图像生成"),
        (TaskPath::OMNI_IMAGE, "omni image", "Omni 图像"),
        (TaskPath::CUSTOM_ELEMENTS, "elements", "主体形象"),
        (TaskPath::NEW_TASKS, "new API", "新版 API"),
    ];
    let name = names.into_iter().find(|(list, _, _)| list == path);
    name.map_or_else(|| language.pick("other", "其他"), |(_, english, chinese)| language.pick(english, chinese))
}

/// The lists that were not read, those with the same reason together.
fn not_listed(language: Language, gaps: &[(TaskPath, Gap)]) -> Vec<String> {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for (path, gap) in gaps {
        let (reason, name) = (reason(language, gap), list_name(language, path));
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((reason, vec![name])),
        }
    }
    let line = |(reason, names): (String, Vec<&str>)| {
        language.pick(
            format!("Not listed in full: {} ({reason}).", names.join(", ")),
            format!("未能完整列出：{}（{reason}）。", names.join("、")),
        )
    };
    reasons.into_iter().map(line).collect()
}

fn reason(language: Language, gap: &Gap) -> String {
    match gap {
        Gap::Failed(KlingError::Refused(refusal)) => {
            let code = refusal.code;
            if refusal.code == 1103 {
                return language
                    .pick(format!("code {code}: the account may not use it"), format!("错误码 {code}：账户无权使用"));
            }
            language.pick(format!("code {code}"), format!("错误码 {code}"))
        }
        Gap::Failed(error) => failure::describe(language, error).trim_end_matches(['.', '。']).to_owned(),
        Gap::OutOfTime => language.pick("no answer in time", "未及时应答").to_owned(),
        Gap::TooLong => language.pick("only the newest 1,000 tasks were read", "仅读取了最新的 1000 个任务").to_owned(),
    }
}

pub(crate) fn no_list_in_time(language: Language) -> String {
    language
        .pick(
            "Kling did not answer in time, so no tasks are listed. Try again.",
            "可灵未及时应答，未能列出任务，请重试。",
        )
        .to_owned()
}

#[cfg(test)]
mod tests {
    use kling_api::{Id, Surface};
    use kling_client::Refusal;

    use super::*;

    const SHOWN: usize = 20;

    fn line<'a>(path: &'a TaskPath, id: &str, own: Option<&'a str>) -> ListedLine<'a> {
        let handle = Handle::new(path.surface(), Region::Singapore, path.clone(), Id::new(id));
        let kind = (path.surface() == Surface::Legacy).then(|| Kind::of(path));
        let time = Some("2026-11-27T19:11:01Z".to_owned());
        ListedLine { time, path, kind, status: "succeed", external_task_id: own, handle }
    }

    fn refused(code: i64) -> Gap {
        let message = "SECRET prompt".to_owned();
        Gap::Failed(Refusal { code, http_status: 403, message, request_id: None, retry_after: None }.into())
    }

    fn texts<'a>(lines: Vec<ListedLine<'a>>, gaps: &'a [(TaskPath, Gap)]) -> ListingTexts<'a> {
        ListingTexts {
            region: Region::Singapore,
            hours: 24.0,
            lines,
            shown: SHOWN,
            more: false,
            gaps,
            needs_api_key: false,
        }
    }

    #[test]
    fn a_list_is_told_in_both_languages() {
        let (words, mixed) = (TaskPath::TEXT2VIDEO, TaskPath::NEW_TASKS);
        let gaps = [
            (TaskPath::OMNI_IMAGE, refused(1103)),
            (TaskPath::IMAGE_GENERATIONS, refused(1103)),
            (TaskPath::CUSTOM_ELEMENTS, refused(5000)),
            (TaskPath::OMNI_VIDEO, Gap::OutOfTime),
            (TaskPath::IMAGE2VIDEO, Gap::TooLong),
        ];
        let lines = vec![line(&words, "840000000000000001", Some("order-7")), line(&mixed, "930000000000000001", None)];
        let texts = ListingTexts { more: true, needs_api_key: true, ..texts(lines, &gaps) };
        insta::assert_snapshot!("tasks_english", task_list(Language::English, &texts));
        insta::assert_snapshot!("tasks_chinese", task_list(Language::Chinese, &texts));
    }

    #[test]
    fn an_empty_list_says_where_was_looked() {
        let texts = texts(Vec::new(), &[]);
        insta::assert_snapshot!("no_tasks_english", task_list(Language::English, &texts));
        insta::assert_snapshot!("no_tasks_chinese", task_list(Language::Chinese, &texts));
    }

    #[test]
    fn a_text_is_bounded_and_a_task_has_one_line() {
        let path = TaskPath::TEXT2VIDEO;
        let own = "a\nb\u{1b}[31m".repeat(100);
        let lines = (0..100).map(|id| line(&path, &id.to_string(), Some(&own))).collect();
        let text = task_list(Language::English, &texts(lines, &[]));
        assert_eq!(text.lines().count(), 1 + SHOWN + 2, "{text}");
        assert!(text.contains("and 80 more") && !text.contains('\u{1b}') && text.len() < 6000, "{text}");
    }

    /// Each list has a name of its own in both languages.
    #[test]
    fn every_list_is_named() {
        for path in TaskPath::LEGACY.into_iter().chain([TaskPath::NEW_TASKS]) {
            assert_ne!(list_name(Language::English, &path), "other", "{path}");
            assert_ne!(list_name(Language::Chinese, &path), list_name(Language::English, &path), "{path}");
        }
    }
}
