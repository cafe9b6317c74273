//! About what a tool was given.

use kling_api::{HandleError, Problem, Region, Retirement, Violation};

use crate::language::Language;

/// What a parameter should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Text,
    Flag,
    Number,
    Seconds,
    Json,
}

pub(crate) fn wrong_type(language: Language, name: &str, expected: Expected) -> String {
    let (english, chinese) = match expected {
        Expected::Text => ("a text", "文本"),
        Expected::Flag => ("true or false", "true 或 false"),
        Expected::Number => ("a number", "数字"),
        Expected::Seconds => ("a number of seconds, 0 or more", "不小于 0 的秒数"),
        Expected::Json => ("a JSON array of objects", "由对象组成的 JSON 数组"),
    };
    language.pick(format!("`{name}` must be {english}."), format!("`{name}` 须为{chinese}。"))
}

pub(crate) fn missing_field(language: Language, name: &str, field: &str) -> String {
    language.pick(format!("`{name}`: each item needs `{field}`."), format!("`{name}`：每一项都需要 `{field}`。"))
}

pub(crate) fn violation(language: Language, violation: &Violation) -> String {
    let Violation { field, problem } = violation;
    match (problem, *field) {
        (Problem::Empty, "prompt") => language.pick(
            "`prompt` is empty: say what the video should show.".to_owned(),
            "`prompt` 为空：请输入提示词。".to_owned(),
        ),
        _ => language.pick(format!("`{field}` {problem}."), format!("`{field}` {}。", chinese(problem))),
    }
}

fn chinese(problem: &Problem) -> String {
    match problem {
        Problem::Empty => "为空".to_owned(),
        Problem::TooLong { found, limit } => format!("有 {found} 个字符，最多 {limit} 个"),
        Problem::Count { found, least, most } => format!("有 {found} 项，须为 {least} 到 {most} 项"),
        Problem::OutOfRange { found, least, most } => format!("为 {found}，须在 {least} 到 {most} 之间"),
        Problem::NotSeconds => "须为整数秒，例如 5 或 10".to_owned(),
        Problem::Needed { wanted, because } => format!("须为 {wanted}（因为使用了 `{because}`）"),
        Problem::Sum { sum, total } => format!("合计 {sum} 秒，须等于时长 {total} 秒"),
        other => other.to_string(),
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
             matching create tool, and that it is not older than 30 days."
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

pub(crate) fn handle_of_other_surface(language: Language) -> String {
    language
        .pick(
            "This handle belongs to a kind of task that this release cannot ask for yet. Upgrade the plugin.",
            "此 handle 属于当前版本尚不支持查询的任务类型，请升级插件。",
        )
        .to_owned()
}
