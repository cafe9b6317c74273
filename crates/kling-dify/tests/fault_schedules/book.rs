//! What must be true after every call, whatever went wrong.

use dify_plugin::host::Outcome;
use kling_sim::{DEMO_API_KEY, DEMO_SECRET_KEY, RequestKind};

use crate::play::Played;
use crate::support::{PROMPT, text};

type Checked = Result<(), String>;

fn must(is_so: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if is_so { Ok(()) } else { Err(otherwise()) }
}

pub(crate) fn check(played: &Played) -> Checked {
    paid_once(played)?;
    in_time(played)?;
    nothing_leaks(played)?;
    match &played.outcome.error {
        None => {
            good_end(played, &played.outcome)?;
            if text(&played.outcome, "task_status") == Some("succeed") { Ok(()) } else { resumes(played) }
        }
        Some(error) => bad_end(played, &error.message),
    }
}

/// Promise 1: never pay twice.
fn paid_once(played: &Played) -> Checked {
    must(played.tasks.len() <= 1, || format!("{} tasks of one intent", played.tasks.len()))?;
    must(played.accepted == played.tasks.len(), || format!("{} creates accepted", played.accepted))?;
    let Some(Some(first)) = played.ids.first() else {
        return must(played.ids.is_empty(), || "a create without an external_task_id".to_owned());
    };
    must(played.ids.iter().all(|id| id.as_ref() == Some(first)), || {
        format!("creates with several ids: {:?}", played.ids)
    })?;
    let own_id = played.call.own_id();
    must(own_id.is_none_or(|own_id| own_id == *first), || format!("{first} in place of the user's own id"))
}

/// Promise 3: every wait ends.
fn in_time(played: &Played) -> Checked {
    // Only what is delivered has the time for files.
    let longest = played.call.longest(text(&played.outcome, "task_status") == Some("succeed"));
    must(played.took <= longest, || format!("it took {:?}, {longest:?} is allowed", played.took))
}

/// Promise 6, here where it is hardest to keep.
fn nothing_leaks(played: &Played) -> Checked {
    let Outcome { error, logs, .. } = &played.outcome;
    let told = logs.iter().map(|log| format!("{} {:?} {:?}", log.label, log.data, log.error));
    let told: String = error.iter().map(|error| error.message.clone()).chain(told).collect();
    for secret in [PROMPT, DEMO_API_KEY, DEMO_SECRET_KEY, "Bearer", "eyJ", "?sign="] {
        must(!told.contains(secret), || format!("{secret} in errors or logs"))?;
    }
    Ok(())
}

/// No error: there is a task, and all that leads to it.
fn good_end(played: &Played, outcome: &Outcome) -> Checked {
    let [task] = &played.tasks[..] else { return Err("a good end without a task".to_owned()) };
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
fn bad_end(played: &Played, message: &str) -> Checked {
    let says_nothing_made =
        message.to_ascii_lowercase().contains("no task was created") || message.starts_with("Kling refused");
    let says_unknown = message.contains("is not known");
    if let Some(handle) = text(&played.outcome, "handle").filter(|handle| !handle.is_empty()) {
        // Promise 2: every failure after the submit carries the handle.
        must(message.contains(handle), || "an error after the submit without the handle".to_owned())?;
        return resumes(played);
    }
    if says_unknown {
        let id = played.ids.first().cloned().flatten().unwrap_or_default();
        must(message.contains(&format!("external_task_id = {id}")), || "an unknown fate without the id".to_owned())?;
    } else {
        must(says_nothing_made, || "an error that does not say whether there is a task".to_owned())?;
    }
    if let Some(found) = &played.found_by_id {
        must(says_unknown, || "an error that denies the task there is".to_owned())?;
        led_to_the_task(played, found)?;
    }
    match &played.again {
        Some(again) => made_up_for(played, again),
        None => must(played.found_by_id.is_some() || played.tasks.is_empty(), || "no way to the task".to_owned()),
    }
}

/// "Run this again with the same id, which cannot be paid twice."
fn made_up_for(played: &Played, again: &Outcome) -> Checked {
    must(played.tasks.len() == 1, || format!("{} tasks after it was run again", played.tasks.len()))?;
    match text(again, "task_status") {
        Some("submitted" | "processing" | "succeed") => good_end(played, again),
        _ => led_to_the_task(played, again),
    }
}

/// Promise 2: a handle leads to the task from another process.
fn resumes(played: &Played) -> Checked {
    must(played.tasks.len() == 1, || "a handle without a task".to_owned())?;
    match &played.resumed {
        Some(resumed) => led_to_the_task(played, resumed),
        None => Err("no handle to resume by".to_owned()),
    }
}

fn led_to_the_task(played: &Played, later: &Outcome) -> Checked {
    let task_id = played.tasks.first().map(|task| task.id.as_str());
    if let Some(error) = &later.error {
        let expected =
            played.may_vanish() || (played.call.fails_in_the_end() && error.message.contains("Kling ended the task"));
        return must(expected, || format!("asked for later, without faults: {}", error.message));
    }
    must(text(later, "task_id") == task_id, || format!("led to {:?}", text(later, "task_id")))?;
    match text(later, "task_status") {
        Some("succeed") => delivered(played, later, true),
        Some("failed") => must(played.call.fails_in_the_end(), || "the task failed".to_owned()),
        other => must(played.may_be_stuck(), || format!("still {other:?}")),
    }
}

/// What was made is handed over.
fn delivered(played: &Played, outcome: &Outcome, with_files: bool) -> Checked {
    let url = text(outcome, "url").unwrap_or_default();
    must(url.starts_with("http"), || "success without a link".to_owned())?;
    let is_element = played.call.makes_an_element();
    let named = if is_element { text(outcome, "element_id").unwrap_or_default() } else { url };
    must(!named.is_empty() && outcome.text().contains(named), || format!("{named} is not in the closing text"))?;
    must(is_element || !with_files || !outcome.blobs.is_empty(), || "success without a file".to_owned())
}
