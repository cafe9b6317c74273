//! What must be true after every call, whatever went wrong.

use std::time::Duration;

use dify_plugin::host::Outcome;
use kling_sim::{DEMO_API_KEY, DEMO_SECRET_KEY, RequestKind, TaskView};

use crate::play::{Attempt, Played};
use crate::story::Story;
use crate::support::{PROMPT, text};

type Checked = Result<(), String>;

fn must(is_so: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if is_so { Ok(()) } else { Err(otherwise()) }
}

pub(crate) fn check(played: &Played) -> Checked {
    paid_once(played)?;
    for (number, attempt) in played.attempts.iter().enumerate() {
        let later = played.later.get(number).and_then(Option::as_ref);
        check_attempt(played, attempt, later).map_err(|wrong| format!("attempt {}: {wrong}", number + 1))?;
    }
    Ok(())
}

fn check_attempt(played: &Played, attempt: &Attempt, later: Option<&Outcome>) -> Checked {
    let Attempt { outcome, .. } = attempt;
    nothing_leaks(outcome)?;
    if !outcome.ended {
        return cut_off(played, outcome, later);
    }
    in_time(played, attempt)?;
    match &outcome.error {
        None => {
            good_end(played, outcome)?;
            if text(outcome, "task_status") == Some("succeed") { Ok(()) } else { resumes(played, outcome, later) }
        }
        Some(error) => bad_end(played, outcome, &error.message, later),
    }
}

/// Promise 1: never pay twice.
fn paid_once(played: &Played) -> Checked {
    // A generation that Kling ended without a result costs nothing, and is tried anew by who calls again.
    let ended_without =
        |attempt: &&Attempt| attempt.outcome.error.as_ref().is_some_and(|error| tells_of_a_failed_task(&error.message));
    let tried_anew = match played.story {
        Story::Retried { .. } => played.attempts.iter().rev().skip(1).filter(ended_without).count(),
        _ => 0,
    };
    must(played.tasks.len() <= 1 + tried_anew, || format!("{} tasks of one intent", played.tasks.len()))?;
    must(played.accepted == played.tasks.len(), || format!("{} creates accepted", played.accepted))?;
    must(played.ids.iter().all(Option::is_some), || "a create without an external_task_id".to_owned())?;
    let own_id = played.call.own_id();
    must(own_id.is_none() || played.ids.iter().all(|id| *id == own_id), || {
        format!("{:?} in place of the user's own id", played.ids)
    })?;
    let mut ids: Vec<_> = played.ids.iter().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let most = match played.story {
        Story::Retried { .. } => played.attempts.len(),
        _ => 1,
    };
    must(ids.len() <= most, || format!("creates with several ids: {ids:?}"))
}

/// Promise 3: every wait ends.
fn in_time(played: &Played, Attempt { outcome, took }: &Attempt) -> Checked {
    // Only what is delivered has the time for files, which a file that breaks off at the end has had as well.
    let has_files = text(outcome, "task_status") == Some("succeed");
    let longest = played.call.longest(has_files) + Duration::from_millis(1);
    must(*took <= longest, || format!("it took {took:?}, {longest:?} is allowed"))
}

/// Promise 6, here where it is hardest to keep.
fn nothing_leaks(outcome: &Outcome) -> Checked {
    let Outcome { error, logs, .. } = outcome;
    let told = logs.iter().map(|log| format!("{} {:?} {:?}", log.label, log.data, log.error));
    let told: String = error.iter().map(|error| error.message.clone()).chain(told).collect();
    for secret in [PROMPT, DEMO_API_KEY, DEMO_SECRET_KEY, "Bearer", "eyJ", "sign=", "\u{1b}"] {
        must(!told.contains(secret), || format!("{secret} in errors or logs"))?;
    }
    Ok(())
}

/// The task of an attempt: the one whose id it announced before it was posted.
fn task_of<'a>(played: &'a Played, outcome: &Outcome) -> Option<&'a TaskView> {
    let id = text(outcome, "external_task_id")?;
    played.tasks.iter().find(|task| task.external_task_id.as_deref() == Some(id))
}

/// The process was killed: whatever it posted can be found.
fn cut_off(played: &Played, outcome: &Outcome, later: Option<&Outcome>) -> Checked {
    if played.ids.is_empty() {
        return Ok(());
    }
    let announced = text(outcome, "external_task_id");
    must(announced.is_some(), || "posted before its id was told".to_owned())?;
    // Made again with the user's id, the task is that of the call made again.
    match (task_of(played, outcome), later) {
        (Some(_), Some(later)) => led_to_the_task(played, outcome, later),
        (Some(_), None) => Err("no way to the task of a killed call".to_owned()),
        (None, _) => must(played.tasks.is_empty(), || "a task under another id than was told".to_owned()),
    }
}

/// No error: there is a task, and all that leads to it.
fn good_end(played: &Played, outcome: &Outcome) -> Checked {
    let Some(task) = task_of(played, outcome) else { return Err("a good end without a task".to_owned()) };
    let handle = text(outcome, "handle").unwrap_or_default();
    must(!handle.is_empty(), || "a task without a handle".to_owned())?;
    must(text(outcome, "task_id") == Some(&task.id), || format!("task_id {:?}", text(outcome, "task_id")))?;
    must(outcome.jsons.len() == 1, || format!("{} JSON messages", outcome.jsons.len()))?;
    must(outcome.texts.len() == 1, || format!("{} closing texts", outcome.texts.len()))?;
    if text(outcome, "task_status") == Some("succeed") {
        let files_break = played.faults.iter().any(|happened| happened.kind == RequestKind::Download);
        delivered(played, outcome, played.call.wants_files() && !files_break)
    } else {
        must(outcome.text().contains(handle), || "not ready, and no handle in the closing text".to_owned())
    }
}

/// An error: it says whether there is a task, and is right.
fn bad_end(played: &Played, outcome: &Outcome, message: &str, later: Option<&Outcome>) -> Checked {
    if let Some(handle) = text(outcome, "handle").filter(|handle| !handle.is_empty()) {
        if tells_of_a_failed_task(message) {
            failed_for_good(played, outcome, message)?;
        } else {
            // Promise 2: every failure after the submit carries the handle.
            must(message.contains(handle), || "an error after the submit without the handle".to_owned())?;
        }
        return resumes(played, outcome, later);
    }
    if message.contains("kling1_") {
        // An earlier call's task, which could not be looked at.
        return must(played.tasks.len() == 1, || "a handle without a task".to_owned());
    }
    let lower = message.to_ascii_lowercase();
    let says_nothing_made = lower.contains("no task was created")
        || lower.contains("nothing was paid")
        || lower.contains("created nothing")
        || message.starts_with("Kling refused");
    let says_unknown = message.contains("is not known");
    let id = text(outcome, "external_task_id").unwrap_or_default();
    if says_unknown {
        must(!id.is_empty() && message.contains(&format!("external_task_id = {id}")), || {
            "an unknown fate without the id".to_owned()
        })?;
    } else {
        must(says_nothing_made, || "an error that does not say whether there is a task".to_owned())?;
    }
    match (task_of(played, outcome), later) {
        // Under one id another attempt may have made the task; what this one says is about its own.
        (Some(_), _) if !says_unknown && another_may_have_made_it(played) => Ok(()),
        (Some(_), Some(later)) => {
            must(says_unknown, || "an error that denies the task there is".to_owned())?;
            led_to_the_task(played, outcome, later)
        }
        (Some(_), None) => Err("no way to the task".to_owned()),
        (None, _) => Ok(()),
    }
}

/// An error says that Kling ended the task without a result.
fn tells_of_a_failed_task(message: &str) -> bool {
    message.starts_with("The task failed")
}

/// The exception to promise 2: there is nothing to resume. It is said of such tasks alone, and names the task.
fn failed_for_good(played: &Played, outcome: &Outcome, message: &str) -> Checked {
    must(played.call.fails_in_the_end(), || "a task that goes on was given up as failed".to_owned())?;
    must(text(outcome, "task_status") == Some("failed"), || "a failed task with another status".to_owned())?;
    must(!message.contains("kling1_"), || "the handle of a failed task looks like a way on".to_owned())?;
    let id = text(outcome, "task_id").unwrap_or_default();
    must(!id.is_empty() && message.contains(id), || "a failed task is not named".to_owned())
}

fn another_may_have_made_it(played: &Played) -> bool {
    let shares_the_id = matches!(played.story, Story::DeliveredTwice { .. }) || played.call.own_id().is_some();
    shares_the_id && played.attempts.len() > 1
}

/// Promise 2: a handle leads to the task from another process.
fn resumes(played: &Played, outcome: &Outcome, later: Option<&Outcome>) -> Checked {
    must(task_of(played, outcome).is_some(), || "a handle without a task".to_owned())?;
    match later {
        Some(later) => led_to_the_task(played, outcome, later),
        None => Err("no handle to resume by".to_owned()),
    }
}

fn led_to_the_task(played: &Played, outcome: &Outcome, later: &Outcome) -> Checked {
    let task_id = task_of(played, outcome).map(|task| task.id.as_str());
    if let Some(error) = &later.error {
        let expected =
            played.may_vanish() || (played.call.fails_in_the_end() && tells_of_a_failed_task(&error.message));
        return must(expected, || format!("asked for later, without faults: {}", error.message));
    }
    must(text(later, "task_id") == task_id, || format!("led to {:?}", text(later, "task_id")))?;
    match text(later, "task_status") {
        Some("succeed") => delivered(played, later, true),
        Some("failed") => must(played.call.fails_in_the_end(), || "the task failed".to_owned()),
        other => must(played.may_be_stuck(), || format!("still {other:?}")),
    }
}

/// What was made is handed over, and nothing of a stranger's.
fn delivered(played: &Played, outcome: &Outcome, with_files: bool) -> Checked {
    let url = text(outcome, "url").unwrap_or_default();
    must(url.starts_with(&played.url), || format!("success with the link {url}"))?;
    let is_element = played.call.makes_an_element();
    let named = if is_element { text(outcome, "element_id").unwrap_or_default() } else { url };
    must(!named.is_empty() && outcome.text().contains(named), || format!("{named} is not in the closing text"))?;
    must(is_element || !with_files || !outcome.blobs.is_empty(), || "success without a file".to_owned())
}
