//! About what a tool was given.

use kling_api::{HandleError, MAX_EXTERNAL_TASK_ID_CHARS, Problem, Region, Retirement, TaskIdProblem, Violation};

use crate::language::Language;

/// What a parameter should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Text,
    Flag,
    Number,
    Whole,
    Seconds,
    Json,
    Ids,
    Shots,
    Camera,
    Links,
}

pub(crate) fn wrong_type(language: Language, name: &str, expected: Expected) -> String {
    let (english, chinese) = match expected {
        Expected::Text => ("a text", "文本"),
        Expected::Flag => ("true or false", "true 或 false"),
        Expected::Number => ("a number", "数字"),
        Expected::Seconds => ("a number of seconds, 0 or more", "不小于 0 的秒数"),
        Expected::Whole => ("a whole number", "整数"),
        Expected::Json => ("Kling's JSON, or its short form", "可灵的 JSON 或简写形式"),
        Expected::Ids => ("ids, such as \"123,456\"", "ID 列表，例如 \"123,456\""),
        Expected::Shots => {
            ("one line a shot, such as \"2: door opens\", or JSON", "每行一个镜头，例如“2: 门打开”，或 JSON")
        }
        Expected::Links => (
            "links that begin with https://, one a line or with commas between them",
            "以 https:// 开头的链接，每行一个或用逗号分隔",
        ),
        Expected::Camera => (
            "a preset such as down_back, one axis such as \"zoom: 5\", or JSON",
            "预设（如 down_back）、单轴（如“zoom: 5”）或 JSON",
        ),
    };
    language.pick(format!("`{name}` must be {english}."), format!("`{name}` 须为{chinese}。"))
}

pub(crate) fn text_too_long(language: Language, name: &str, most_kib: usize, is_json: bool) -> String {
    let hints = (" Pictures in it can be given as links.", "其中的图片可以用链接。");
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
        Problem::NotOneOf { allowed } => format!("须为以下之一：{allowed}"),
        Problem::ModelAllows { found, model, allowed } => format!("为 {found}，而 {model} 支持 {allowed}"),
        Problem::NotWithModel { model } => format!("不能与 {model} 一起使用"),
        Problem::Needed { wanted, because } => format!("须为 {wanted}（因为使用了 `{because}`）"),
        Problem::Required { because } => format!("必填（因为使用了 `{because}`）"),
        Problem::RequiredWithout { others } => format!("在没有 {others} 时必填"),
        Problem::ExclusiveWith { other } => format!("不能与 `{other}` 同时使用"),
        Problem::Sum { sum, total } => format!("合计 {sum} 秒，须等于时长 {total} 秒"),
        Problem::NotLess { other } => format!("须小于 `{other}`"),
        Problem::SameAs { other } => format!("须与 `{other}` 不同"),
        Problem::OneNonZero { found } => format!("有 {found} 个非零值，须恰好一个"),
        Problem::MissingReference { name } => format!("引用了未提供的 {name}"),
        Problem::Duplicate => "重复".to_owned(),
        Problem::Ambiguous => "与另一个名称的开头相同".to_owned(),
        Problem::NotMedia => "须为 http(s) 链接或 Base64".to_owned(),
        Problem::NotUrl => "须为 http(s) 链接".to_owned(),
        Problem::DataUri => "须为不带 data: 前缀的 Base64".to_owned(),
        Problem::BadTaskId(problem) => bad_task_id(*problem),
        Problem::NotAnId => "须为数字".to_owned(),
        Problem::Unconfirmed => "可能被拒绝或忽略：官方文档未明确说明".to_owned(),
        other => other.to_string(),
    }
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
        format!("该账户在区域 {region} 中没有此任务。请检查任务 ID、对应的创建工具，以及任务是否超过 30 天。"),
    )
}

pub(crate) fn handle_unusable(language: Language, error: &HandleError) -> String {
    language.pick(
        format!("{error}."),
        match error {
            HandleError::UnsupportedVersion(version) => format!("此 handle 的版本为 {version}，请升级插件后使用。"),
            _ => "handle 已损坏，请重新完整复制。".to_owned(),
        },
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
