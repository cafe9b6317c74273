//! About what a tool was given.

use kling_api::{
    HandleError, MAX_EXTERNAL_TASK_ID_CHARS, NearReference, Problem, Region, Retirement, TaskIdProblem, Violation,
};

use crate::language::Language;
use crate::reading::{Unreadable, Wanted};

/// What a parameter should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Text,
    Flag,
    OneOf(&'static [&'static str]),
    Number,
    Whole,
    Seconds,
    WholeSeconds,
    SeriesAmount,
    Json,
    Id,
    Ids,
    Voices,
    Tags,
    Shots,
    Camera,
    Videos,
    Links,
}

impl Expected {
    fn words(self, language: Language) -> String {
        let (english, chinese) = match self {
            Self::Text => ("a text", "文本"),
            Self::Flag => ("true or false", "true 或 false"),
            Self::OneOf(options) => {
                let list = options.join(", ");
                return language.pick(format!("one of {list}"), format!("以下之一：{}", chinese_list(&list)));
            }
            Self::Number => ("a number", "数字"),
            Self::Seconds => ("a number of seconds, 0 or more", "不小于 0 的秒数"),
            Self::WholeSeconds => ("whole seconds, such as 5 or 10", "整数秒，例如 5 或 10"),
            Self::Whole => ("a whole number", "整数"),
            Self::SeriesAmount => ("a whole number or auto", "整数或 auto"),
            Self::Json => ("Kling's JSON, or its short form", "可灵的 JSON 或简写形式"),
            Self::Id => ("one id of digits, such as \"860000000000000001\"", "一个数字 ID，例如“860000000000000001”"),
            Self::Ids => ("ids, such as \"123,456\"", "ID 列表，例如“123,456”"),
            Self::Voices => ("voice ids, such as \"123,456\"", "音色 ID 列表，例如“123,456”"),
            Self::Tags => ("tags, such as \"o_102,o_104\"", "标签，例如“o_102,o_104”"),
            Self::Shots => {
                ("one line a shot, such as \"2: door opens\", or JSON", "每行一个镜头，例如“2: 门打开”，或 JSON")
            }
            Self::Camera => (
                "a preset such as down_back, one axis such as \"zoom: 5\", or JSON",
                "预设（如 down_back）、单轴（如“zoom: 5”）或 JSON",
            ),
            Self::Videos => ("a link to a video, or JSON", "视频链接或 JSON"),
            Self::Links => (
                "links that begin with https://, one a line or with commas between them",
                "以 https:// 开头的链接，每行一个或用逗号分隔",
            ),
        };
        language.pick(english, chinese).to_owned()
    }
}

pub(crate) fn wrong_type(language: Language, name: &str, expected: Expected) -> String {
    let words = expected.words(language);
    language.pick(format!("`{name}` must be {words}."), format!("`{name}` 须为{words}。"))
}

/// A text that begins like a list and is none.
pub(crate) fn unreadable(language: Language, name: &str, fault: Unreadable, expected: Expected) -> String {
    let Unreadable { line, column, wanted } = fault;
    let words = expected.words(language);
    let (english, chinese) = match wanted {
        Wanted::Value => (
            "a value is expected: text in quotes, a number, a list".to_owned(),
            "应为值：带引号的文本、数字或列表".to_owned(),
        ),
        Wanted::Name => ("a field's name in quotes is expected".to_owned(), "应为带引号的字段名".to_owned()),
        Wanted::Colon => ("a colon is expected".to_owned(), "应为冒号".to_owned()),
        Wanted::CommaOr(close) => (format!("a comma or `{close}` is expected"), format!("应为逗号或 `{close}`")),
        Wanted::Quote => {
            ("a text begins whose closing quote is missing".to_owned(), "开始的文本缺少结束引号".to_owned())
        }
        Wanted::Escape => ("an escape is wrong".to_owned(), "转义有误".to_owned()),
        Wanted::LessDepth => ("there are too many lists within each other".to_owned(), "列表嵌套过深".to_owned()),
        Wanted::End => ("more follows than one list".to_owned(), "一个列表之后仍有内容".to_owned()),
    };
    language.pick(
        format!("`{name}` begins like JSON but cannot be read as such: at line {line}, character {column}, {english}. It must be {words}."),
        format!("`{name}` 看似 JSON，但无法解析：第 {line} 行第 {column} 个字符处{chinese}。须为{words}。"),
    )
}

/// A number that went through Dify as a double.
pub(crate) fn rounded_number(language: Language, name: &str) -> String {
    language.pick(
        format!("`{name}` holds a number so long that it may have been rounded on its way through Dify: give it as text, in quotes."),
        format!("`{name}` 中的数字过长，经过 Dify 传输时可能已被舍入：请以文本形式（加引号）提供。"),
    )
}

/// Why something that was given is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unused {
    /// Custom shots have words of their own.
    ShotsSpeak,
    /// Kling makes the shots itself.
    KlingCuts,
    OneShot,
    Series,
    Single,
    AutomaticSeries,
    FirstFrameDecides,
    MadeFromImages,
    MadeFromVideo,
}

/// Something that was given and changes nothing.
pub(crate) fn not_used(language: Language, name: &str, why: Unused) -> String {
    let (english, chinese) = match why {
        Unused::ShotsSpeak => ("the shots in `multi_prompt` take its place", "由 `multi_prompt` 中的分镜代替"),
        Unused::KlingCuts => {
            ("`shot_type` is intelligence, so Kling makes the shots", "`shot_type` 为 intelligence，分镜由可灵划分")
        }
        Unused::OneShot => ("`multi_shot` is off", "`multi_shot` 未开启"),
        Unused::Series => ("a series has its own number, `series_amount`", "组图的张数由 `series_amount` 决定"),
        Unused::Single => ("`result_type` is not series", "`result_type` 不是 series"),
        Unused::AutomaticSeries => ("`series_auto` lets Kling decide", "`series_auto` 已开启，由可灵决定"),
        Unused::FirstFrameDecides => ("the image decides the shape", "画面比例由图片决定"),
        Unused::MadeFromImages => {
            ("the element is made from images (`reference_type`)", "主体由图片创建（`reference_type`）")
        }
        Unused::MadeFromVideo => {
            ("the element is made from a video (`reference_type`)", "主体由视频创建（`reference_type`）")
        }
    };
    language.pick(format!("`{name}` is not used: {english}."), format!("未使用 `{name}`：{chinese}。"))
}

/// Shots were given though the form's switch is off.
pub(crate) fn shots_switched_on(language: Language) -> String {
    language
        .pick(
            "`multi_prompt` has shots, so the video is made of them (multi_shot on, shot_type customize).",
            "`multi_prompt` 中有分镜，已按自定义多镜头生成。",
        )
        .to_owned()
}

/// A reference that was nearly right.
pub(crate) fn near_reference(language: Language, near: &NearReference) -> String {
    let NearReference { field, name, written } = near;
    match written {
        Some(written) => language.pick(
            format!("`{field}`: the reference to {name} is written as `{written}`."),
            format!("`{field}`：对 {name} 的引用已写为 `{written}`。"),
        ),
        None => language.pick(
            format!("`{field}` mentions {name}, which is not given: it is left as text."),
            format!("`{field}` 提到了未提供的 {name}，按普通文本处理。"),
        ),
    }
}

/// The closing text with what the caller should know about the call.
pub(crate) fn with_notes(language: Language, text: String, notes: &[String]) -> String {
    let note = language.pick("Note: ", "注意：");
    notes.iter().fold(text, |text, line| format!("{text}\n{note}{line}"))
}

pub(crate) fn text_too_long(language: Language, name: &str, most_kib: usize, is_json: bool) -> String {
    let hints = (" Images in it can be given as links.", "其中的图片可以用链接。");
    let (english, chinese) = if is_json { hints } else { ("", "") };
    language.pick(
        format!("`{name}` is longer than {most_kib} KiB: shorten it.{english}"),
        format!("`{name}` 超过 {most_kib} KiB：请缩短。{chinese}"),
    )
}

pub(crate) fn too_many_values(language: Language, name: &str, most: usize) -> String {
    language.pick(
        format!("`{name}` has more than {most} values: shorten it."),
        format!("`{name}` 的值超过 {most} 个：请缩减。"),
    )
}

pub(crate) fn too_many_files(language: Language, name: &str, found: usize, most: usize) -> String {
    language.pick(
        format!("`{name}` has {found} files: at most {most} are taken."),
        format!("`{name}` 有 {found} 个文件，最多 {most} 个。"),
    )
}

pub(crate) fn missing_field(language: Language, name: &str, field: &str) -> String {
    language.pick(format!("`{name}`: each item needs `{field}`."), format!("`{name}`：每一项都需要 `{field}`。"))
}

pub(crate) fn violation(language: Language, violation: &Violation) -> String {
    let Violation { field, problem } = violation;
    match (problem, *field) {
        (Problem::Empty, "prompt") => language
            .pick("`prompt` is empty: say what should be made.".to_owned(), "`prompt` 为空：请输入提示词。".to_owned()),
        _ => language.pick(format!("`{field}` {problem}."), format!("`{field}` {}。", chinese(problem))),
    }
}

/// A fact the rules are not sure of: said, never refused.
pub(crate) fn warning(language: Language, doubtful: &Violation) -> String {
    let text = violation(language, doubtful);
    language.pick(format!("perhaps: {text}"), format!("注意：{text}"))
}

fn chinese(problem: &Problem) -> String {
    match problem {
        Problem::Empty => "为空".to_owned(),
        Problem::TooLong { found, limit } => format!("有 {found} 个字符，最多 {limit} 个"),
        Problem::Count { found, least, most } => format!("有 {found} 项，须为 {least} 到 {most} 项"),
        Problem::Together { with, found, most } => format!("与 `{with}` 合计 {found} 项，最多 {most} 项"),
        Problem::OutOfRange { found, least, most } => format!("为 {found}，须在 {least} 到 {most} 之间"),
        Problem::NotSeconds => "须为整数秒，例如 5 或 10".to_owned(),
        Problem::NotOneOf { allowed } => format!("须为以下之一：{}", chinese_list(allowed)),
        Problem::ModelAllows { found, model, allowed } => {
            format!("为 {found}，而 {model} 支持 {}", chinese_list(allowed))
        }
        Problem::NotWithModel { model } => format!("不能与 {model} 一起使用"),
        Problem::Needed { wanted, because } => format!("须为 {}（因为使用了 `{because}`）", chinese_list(wanted)),
        Problem::Required { because } => format!("必填（因为使用了 `{because}`）"),
        Problem::RequiredWithout { others } => format!("在没有 {} 时必填", chinese_list(others)),
        Problem::ExclusiveWith { other } => format!("不能与 `{other}` 同时使用"),
        Problem::Sum { sum, total } => format!("合计 {sum} 秒，须等于时长 {total} 秒"),
        Problem::NotLess { other } => format!("须小于 `{other}`"),
        Problem::SameAs { other } => format!("须与 `{other}` 不同"),
        Problem::OneNonZero { found } => format!("有 {found} 个不为 0 的值，须恰好 1 个"),
        Problem::MissingReference { name } => format!("引用了未提供的 {name}"),
        Problem::Duplicate => "重复".to_owned(),
        Problem::Ambiguous => "与另一个名称的开头相同".to_owned(),
        Problem::NotMedia => "须为 http(s) 链接或 Base64".to_owned(),
        Problem::NotUrl => "须为 http(s) 链接".to_owned(),
        Problem::DataUri => "须为不带 data: 前缀的 Base64".to_owned(),
        Problem::BadTaskId(problem) => bad_task_id(*problem),
        Problem::NotAnId => "须为数字".to_owned(),
        Problem::Unconfirmed => "可能被拒绝或忽略：官方文档未明确说明".to_owned(),
        // A rule of a newer `kling-api`, whose words are English.
        _ => "不符合可灵的要求".to_owned(),
    }
}

/// A list of words of the API, which are the same in every language, with Chinese between them.
fn chinese_list(list: &str) -> String {
    list.replace(", ", "、").replace(" or ", " 或 ")
}

fn bad_task_id(problem: TaskIdProblem) -> String {
    const ALLOWED: &str = "请使用字母、数字以及 - _ . :";
    match problem {
        TaskIdProblem::Empty => "为空".to_owned(),
        TaskIdProblem::TooLong { found } => format!("有 {found} 个字符，最多 {MAX_EXTERNAL_TASK_ID_CHARS} 个"),
        TaskIdProblem::Reserved(c) => format!("含有在查询中有特殊含义的“{c}”，{ALLOWED}"),
        TaskIdProblem::Invisible => format!("含有空白或不可见字符，{ALLOWED}"),
        TaskIdProblem::DotsOnly => format!("只由点号组成，{ALLOWED}"),
    }
}

pub(crate) fn retired_model(language: Language, model: &str, retirement: Retirement) -> String {
    let Retirement { date, successor } = retirement;
    language.pick(
        format!("{model} is reported as retired since {date}; use {successor}"),
        format!("{model} 据报道已于 {date} 下线，请改用 {successor}"),
    )
}

pub(crate) fn no_task_named(language: Language) -> String {
    language
        .pick(
            "Name the task: fill in `task_id` (or a handle), or `external_task_id`.",
            "请指定任务：填写 `task_id`（或 handle），或 `external_task_id`。",
        )
        .to_owned()
}

pub(crate) fn no_such_task(language: Language, region: Region) -> String {
    language.pick(
        format!(
            "Kling has no such task for this account in region {region}. Check the id, that the task was made by the \
             matching create tool (task_query looks everywhere), and that it is not older than 30 days."
        ),
        format!("该账户在区域 {region} 中没有此任务。请检查任务 ID、任务是否由对应的创建工具创建（task_query 会查找所有工具），以及任务是否超过 30 天。"),
    )
}

pub(crate) fn handle_unusable(language: Language, error: &HandleError) -> String {
    language.pick(
        format!("{error}."),
        match error {
            HandleError::UnsupportedVersion(version) => format!("此 handle 的版本为 {version}，请升级插件后使用。"),
            HandleError::NotAHandle => "这不是任务 handle：handle 以 `kling1_` 开头。".to_owned(),
            _ => "handle 已损坏，请重新完整复制。".to_owned(),
        },
    )
}

/// Several handles where one task is asked for.
pub(crate) fn several_handles(language: Language, name: &str) -> String {
    language.pick(
        format!("`{name}` names several tasks: give the handle of one."),
        format!("`{name}` 中有多个任务，请只提供一个任务的 handle。"),
    )
}

pub(crate) fn handle_of_other_region(language: Language, theirs: Region, ours: Region) -> String {
    language.pick(
        format!("This handle belongs to region {theirs}, and the key set here is for {ours}. Use the credentials that made the task."),
        format!("此 handle 属于区域 {theirs}，而当前密钥用于 {ours}。请使用创建该任务的凭证。"),
    )
}

pub(crate) fn needs_api_key(language: Language, model: &str) -> String {
    language.pick(
        format!("{model} takes an API key only, and an access key with its secret key is set. Create an API key in the Kling console and fill it in, or choose kling-v3."),
        format!("{model} 仅支持 API Key，而当前设置的是 Access Key 与 Secret Key。请在可灵控制台创建并填写 API Key，或改用 kling-v3。"),
    )
}

#[cfg(test)]
mod tests;
