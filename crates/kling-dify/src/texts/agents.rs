//! What an agent's model reads: short, with what it needs for its next step in a line of its own.
//!
//! A model that sees no link or handle makes one up, and one that is not told so creates, and pays, again.

use kling_api::Handle;

use crate::kind::Kind;
use crate::language::Language;

/// The most characters of one answer but for its links: it stays in the model's context for the rest of the
/// conversation. Ours.
const LONGEST: usize = 1200;
/// The most characters of one remark.
const LONGEST_REMARK: usize = 200;
/// The most characters of Kling's word for a status.
const LONGEST_STATUS: usize = 40;
/// The most remarks of an answer.
const REMARKS: usize = 3;

fn noun(language: Language, kind: Kind) -> &'static str {
    match kind {
        Kind::Video => language.pick("video", "视频"),
        Kind::Image => language.pick("image", "图像"),
        Kind::Element => language.pick("element", "主体"),
    }
}

/// A finished task. `attached`: how many results the user gets as files beside the text.
pub(crate) fn ready(
    language: Language,
    kind: Kind,
    urls: &[&str],
    attached: usize,
    expires: Option<&str>,
    units: Option<&str>,
    handle: &Handle,
) -> String {
    let (count, noun) = (urls.len(), noun(language, kind));
    let files = match (attached, count) {
        (0, _) => String::new(),
        (1, 1) => language.pick(" The user has the file too.".to_owned(), "文件也已发给用户。".to_owned()),
        (attached, count) if attached == count => {
            language.pick(" The user has the files too.".to_owned(), "文件也已全部发给用户。".to_owned())
        }
        (attached, _) => language.pick(
            format!(" The user has {attached} of them as files too."),
            format!("其中 {attached} 个文件也已发给用户。"),
        ),
    };
    let mut lines = vec![language.pick(
        if count == 1 {
            format!("Done: 1 {noun}.{files} Give the user this link:")
        } else {
            format!("Done: {count} {noun}s.{files} Give the user these links:")
        },
        format!("已完成：{count} {}{noun}。{files}请将链接发给用户：", if kind == Kind::Image { "张" } else { "个" }),
    )];
    // All of them, however long they are: a result without its link is lost.
    lines.extend(urls.iter().map(|url| (*url).to_owned()));
    if kind == Kind::Image && attached == 0 {
        lines.push(language.pick(
            "To show it in the chat, write ![image](link).".to_owned(),
            "如需在对话中显示，请写 ![image](链接) 。".to_owned(),
        ));
    }
    if let Some(expires) = expires {
        lines.push(language.pick(format!("Valid until {expires}."), format!("有效期至 {expires} 。")));
    }
    if let Some(units) = units {
        lines.push(language.pick(format!("Cost: {units} units."), format!("消耗 {units} 个资源单位。")));
    }
    lines.push(handle_line(handle));
    lines.join("\n")
}

pub(crate) fn element_ready(language: Language, element_id: &str, handle: &Handle) -> String {
    let text = language.pick(
        format!("Done: the element is ready. Use it by putting this id into element_list:\nelement_id: {element_id}"),
        format!("已完成：主体已创建。使用时将此 ID 填入 element_list：\nelement_id: {element_id}"),
    );
    format!("{text}\n{}", handle_line(handle))
}

/// A new task that goes on when the wait is over.
pub(crate) fn not_ready(language: Language, kind: Kind, status: &str, handle: &Handle) -> String {
    let (noun, status) = (noun(language, kind), short(status, LONGEST_STATUS));
    language.pick(
        format!(
            "Not ready yet (status: {status}): the {noun} is still being made. It is paid for: do not create it again. \
             Next, call task_query with this handle:\n{handle}"
        ),
        format!(
            "尚未完成（状态：{status}）：{noun}仍在生成。已计费，请勿重新创建。下一步：用以下 handle 调用 task_query：\
             \n{handle}"
        ),
    )
}

/// The same for a task that was asked for: a model that asks again at once uses up its rounds.
pub(crate) fn still_not_ready(language: Language, kind: Kind, status: &str, handle: &Handle) -> String {
    let (noun, status) = (noun(language, kind), short(status, LONGEST_STATUS));
    language.pick(
        format!(
            "Still not ready (status: {status}): the {noun} is being made. It is paid for: do not create it again. Now \
             answer the user: it takes a few more minutes, and then to ask again with this handle:\n{handle}"
        ),
        format!(
            "仍未完成（状态：{status}）：{noun}正在生成。已计费，请勿重新创建。现在请回复用户：还需几分钟，届时请用以下 handle \
             再次询问：\n{handle}"
        ),
    )
}

/// A failure of a call whose task exists and may still end well.
pub(crate) fn failed_but_task_exists(language: Language, text: &str, handle: &Handle) -> String {
    let text = short(text.trim_end(), LONGEST - 300);
    language.pick(
        format!(
            "{text}\nThe task exists and is paid for: do not create it again. Call task_query with this handle:\n{handle}"
        ),
        format!("{text}\n任务已存在并计费，请勿重新创建。请用以下 handle 调用 task_query：\n{handle}"),
    )
}

/// Any other failure, as short as a model needs it. Kling's words stand in the middle; the task's id or handle, if there
/// is one, at the end.
pub(crate) fn failed(text: &str) -> String {
    let text = text.trim_end();
    let count = text.chars().count();
    if count <= LONGEST {
        return text.to_owned();
    }
    let half = LONGEST / 2;
    let end: String = text.chars().skip(count - half).collect();
    format!("{}{end}", short(text, half))
}

/// What the user would otherwise never hear: settings that are not used, models that end.
pub(crate) fn with_remarks(language: Language, text: String, remarks: &[String]) -> String {
    if remarks.is_empty() {
        return text;
    }
    let head = language.pick("Note for the user:", "请告知用户：");
    let lines = remarks.iter().take(REMARKS).map(|remark| short(remark, LONGEST_REMARK));
    std::iter::once(format!("{text}\n{head}")).chain(lines).collect::<Vec<_>>().join("\n")
}

/// A text of many lines, cut between two of them.
pub(crate) fn listing(language: Language, text: &str) -> String {
    let mut used = 0;
    let all: Vec<&str> = text.lines().collect();
    let fits = all
        .iter()
        .take_while(|line| {
            used += line.chars().count() + 1;
            used <= LONGEST
        })
        .count();
    if fits == all.len() {
        return text.to_owned();
    }
    let (left, kept) = (all.len() - fits, all.into_iter().take(fits));
    let rest = language.pick(
        format!("({left} more lines are not shown: ask for fewer)"),
        format!("（另有 {left} 行未显示，请缩小范围）"),
    );
    kept.chain([rest.as_str()]).collect::<Vec<_>>().join("\n")
}

fn handle_line(handle: &Handle) -> String {
    format!("handle: {handle}")
}

fn short(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use kling_api::{Id, Region, TaskPath};

    use super::*;

    fn handle() -> Handle {
        let path = TaskPath::TEXT2VIDEO;
        Handle::new(path.surface(), Region::Singapore, path, Id::new("840000000000000001"))
    }

    #[test]
    fn a_model_reads_what_to_do_next_in_both_languages() {
        let (video, image) = ("https://cdn.example.test/v.mp4", "https://cdn.example.test/i.png");
        for (language, name) in [(Language::English, "english"), (Language::Chinese, "chinese")] {
            let texts = [
                ready(language, Kind::Video, &[video], 0, Some("2026-12-27T00:00:00Z"), Some("3"), &handle()),
                ready(language, Kind::Image, &[image], 1, None, None, &handle()),
                ready(language, Kind::Image, &[image, image], 0, None, None, &handle()),
                element_ready(language, "840000000000000002", &handle()),
                not_ready(language, Kind::Video, "processing", &handle()),
                still_not_ready(language, Kind::Image, "submitted", &handle()),
                failed_but_task_exists(language, "Kling did not answer in time.", &handle()),
                with_remarks(language, "…".to_owned(), &["`mode` is not used.".to_owned()]),
            ];
            insta::assert_snapshot!(format!("agents_{name}"), texts.join("\n\n"));
        }
    }

    /// Dify shows text as Markdown, which takes a full-width sign after a link into it.
    #[test]
    fn links_and_handles_stand_alone_on_their_lines() {
        let url = "https://cdn.example.test/v.mp4?sign=1";
        for language in [Language::English, Language::Chinese] {
            let text = ready(language, Kind::Video, &[url], 0, None, None, &handle());
            assert!(text.lines().any(|line| line == url), "{text}");
            for told in [not_ready, still_not_ready] {
                let text = told(language, Kind::Video, "processing", &handle());
                assert!(text.lines().any(|line| line == handle().to_string()), "{text}");
            }
        }
    }

    #[test]
    fn no_answer_grows_beyond_what_a_context_bears() {
        let endless = "x".repeat(9000);
        for text in [
            failed(&endless),
            failed_but_task_exists(Language::English, &endless, &handle()),
            not_ready(Language::Chinese, Kind::Video, &endless, &handle()),
            with_remarks(Language::English, String::new(), &vec![endless.clone(); 9]),
            listing(Language::English, &"a line of a list\n".repeat(900)),
        ] {
            assert!(text.chars().count() < 1500, "{}", text.chars().count());
        }
        let lost = format!("Not known. Kling: {endless}. Look for it: external_task_id = dify-1");
        assert!(failed(&lost).starts_with("Not known.") && failed(&lost).ends_with("dify-1"));
        assert!(failed_but_task_exists(Language::English, &endless, &handle()).contains(&handle().to_string()));
    }

    #[test]
    fn every_link_goes_out() {
        let urls: Vec<String> =
            (0..9).map(|n| format!("https://cdn.example.test/{n}.png?x={}", "x".repeat(500))).collect();
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        let text = ready(Language::English, Kind::Image, &urls, 0, None, None, &handle());
        assert!(urls.iter().all(|url| text.lines().any(|line| line == *url)), "{text}");
    }

    #[test]
    fn a_list_is_cut_between_its_lines_and_says_so() {
        let text = listing(Language::English, &"840000000000000001  Mira\n".repeat(100));
        assert!(text.lines().rev().skip(1).all(|line| line == "840000000000000001  Mira"), "{text}");
        assert!(text.ends_with("more lines are not shown: ask for fewer)"), "{text}");
        assert_eq!(listing(Language::English, "one\ntwo"), "one\ntwo");
    }
}
