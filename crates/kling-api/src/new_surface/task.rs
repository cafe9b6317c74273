//! Tasks of the new surface.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::output::{Billing, Output, PathElement, PathImage};
use crate::{Element, Id, Image, Task, TaskInfo, TaskResult, TaskStatus, lenient};

/// A task as the new surface answers it, on creation (without outputs) and later. Fields not named here are kept in
/// `extra` and written back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathTask {
    /// Kling's id.
    pub id: Id,
    /// Where it stands.
    #[serde(serialize_with = "own_word")]
    pub status: TaskStatus,
    /// Why it failed; empty or absent otherwise.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Unix time of submission, milliseconds.
    #[serde(default, deserialize_with = "lenient::optional_integer", skip_serializing_if = "Option::is_none")]
    pub create_time: Option<i64>,
    /// Unix time of the last change, milliseconds.
    #[serde(default, deserialize_with = "lenient::optional_integer", skip_serializing_if = "Option::is_none")]
    pub update_time: Option<i64>,
    /// The caller's own id, if one was given.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What came out; absent or empty until it has succeeded.
    #[serde(default, deserialize_with = "lenient::null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// What it cost.
    #[serde(default, deserialize_with = "lenient::null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub billing: Vec<Billing>,
    /// Everything else Kling said.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

/// The new surface says `succeeded`.
fn own_word<S: Serializer>(status: &TaskStatus, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *status == TaskStatus::Succeed { "succeeded" } else { status.as_str() })
}

/// The answer of `POST /tasks`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PathTaskPage {
    /// The tasks; the key is missing where none match (live, 2026-07-30 and 2026-08-26).
    #[serde(default, deserialize_with = "lenient::null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub result: Vec<PathTask>,
    /// How many there are on the page.
    #[serde(default, deserialize_with = "lenient::optional_integer", skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// What to ask the next page with.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    #[serde(default, deserialize_with = "lenient::null_as_default")]
    pub has_more: bool,
    /// Everything else.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

impl PathTask {
    /// The same task in the legacy surface's shape: one answer, whichever surface gave it.
    ///
    /// Charges become `final_unit_deduction` (units) and `final_balance_deduction` (`quota`, `list_price`, `currency`).
    /// Outputs that have no place there are kept under `task_result.outputs`.
    pub fn into_legacy(self) -> Task {
        let Self { id, status, message, create_time, update_time, external_id, outputs, billing, mut extra } = self;
        let (units, cash): (Vec<_>, Vec<_>) =
            billing.iter().filter(|charge| charge.charge_type.is_some()).partition(|charge| is_of(charge, "unit"));
        let cash: Vec<_> = cash.into_iter().filter(|charge| is_of(charge, "cash")).collect();
        let amounts = |charges: &[&Billing]| total(charges.iter().filter_map(|charge| charge.amount.as_deref()));
        let final_unit_deduction = amounts(&units);
        if let Some(quota) = amounts(&cash) {
            let mut deduction = Map::new();
            deduction.insert("quota".into(), quota.into());
            let list_price = total(cash.iter().filter_map(|charge| charge.list_price.as_deref()));
            deduction.insert("list_price".into(), list_price.unwrap_or_default().into());
            if let Some(currency) = cash.iter().find_map(|charge| charge.currency.clone()) {
                deduction.insert("currency".into(), currency.into());
            }
            extra.insert("final_balance_deduction".into(), deduction.into());
        }
        Task {
            task_id: id,
            task_status: status,
            task_status_msg: message,
            task_info: external_id.map(|id| TaskInfo { external_task_id: Some(id), extra: Map::new() }),
            task_result: result(outputs),
            final_unit_deduction,
            created_at: create_time,
            updated_at: update_time,
            extra,
        }
    }
}

fn is_of(charge: &Billing, charge_type: &str) -> bool {
    charge.charge_type.as_deref() == Some(charge_type)
}

fn result(outputs: Vec<Output>) -> Option<TaskResult> {
    if outputs.is_empty() {
        return None;
    }
    let mut result = TaskResult::default();
    let mut others = Vec::new();
    for output in outputs {
        match output {
            Output::Video(video) => result.videos.push(video),
            Output::Image(image) if image.group_id.is_some() => {
                result.result_type = Some("series".to_owned());
                result.series_images.push(indexed(image, result.series_images.len()));
            }
            Output::Image(image) => result.images.push(indexed(image, result.images.len())),
            Output::Element(element) => result.elements.push(legacy_element(element)),
            Output::Other(fields) => others.push(Value::Object(fields)),
        }
    }
    if !others.is_empty() {
        result.extra.insert("outputs".into(), others.into());
    }
    Some(result)
}

fn indexed(image: PathImage, place: usize) -> Image {
    let PathImage { url, watermark_url, group_id, mut extra } = image;
    if let Some(group) = group_id {
        extra.insert("group_id".into(), group.into());
    }
    Image { index: i64::try_from(place).ok(), url, watermark_url, extra }
}

fn legacy_element(element: PathElement) -> Element {
    let PathElement { id, name, description, element_type, owned_by, status, mut extra } = element;
    let reference_type = element_type.map(|kind| match kind.as_str() {
        "multi_image_elements" => "image_refer".to_owned(),
        "video_character_elements" => "video_refer".to_owned(),
        _ => kind,
    });
    if let Some(tags) = extra.remove("tags") {
        extra.insert("tag_list".into(), tags);
    }
    Element {
        element_id: Some(id),
        element_name: name,
        element_description: description,
        reference_type,
        owned_by,
        status: status.map(|word| TaskStatus::parse(&word).as_str().to_owned()),
        extra,
    }
}

/// The exact sum of decimal numbers; a single one stays as Kling wrote it.
fn total<'a>(amounts: impl Iterator<Item = &'a str>) -> Option<String> {
    const PLACES: usize = 9;
    const SCALE: i128 = 1_000_000_000;
    let amounts: Vec<_> = amounts.collect();
    let scaled = |amount: &&str| {
        let (whole, part) = amount.trim().split_once('.').unwrap_or((amount.trim(), ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > PLACES {
            return None;
        }
        format!("{whole}{part:0<PLACES$}").parse::<i128>().ok()
    };
    match amounts.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [first, ..] => {
            let Some(sum) = amounts.iter().map(scaled).try_fold(0_i128, |sum, amount| sum.checked_add(amount?)) else {
                return Some((*first).to_owned());
            };
            let text = format!("{}.{:0PLACES$}", sum / SCALE, sum % SCALE);
            Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn task(json: Value) -> PathTask {
        serde_json::from_value(json).unwrap()
    }

    fn finished() -> Value {
        json!({"id": "930000000000000001", "status": "succeeded", "message": "", "create_time": 1_790_000_000_000_u64,
            "update_time": 1_790_000_090_000_u64, "external_id": "job-0001",
            "outputs": [{"type": "video", "id": "931000000000000001", "url": "https://cdn.example.test/v1.mp4", "watermark_url": "", "duration": "8.041"}],
            "billing": [{"charge_type": "unit", "amount": "9.6", "package_type": "video"}]})
    }

    #[test]
    fn an_answer_is_written_back_as_it_came() {
        assert_eq!(serde_json::to_value(task(finished())).unwrap(), finished());
    }

    #[test]
    fn a_finished_task_becomes_the_legacy_one() {
        let legacy = task(finished()).into_legacy();
        let written = serde_json::to_value(&legacy).unwrap();
        assert_eq!(
            written,
            json!({"task_id": "930000000000000001", "task_status": "succeed", "task_status_msg": "",
                "task_info": {"external_task_id": "job-0001"},
                "task_result": {"videos": [{"id": "931000000000000001", "url": "https://cdn.example.test/v1.mp4", "watermark_url": "", "duration": "8.041"}]},
                "final_unit_deduction": "9.6", "created_at": 1_790_000_000_000_u64, "updated_at": 1_790_000_090_000_u64})
        );
        assert_eq!(serde_json::from_value::<Task>(written).unwrap(), legacy);
    }

    #[test]
    fn a_failed_task_keeps_its_reason_and_a_new_one_has_no_result() {
        let failed = task(json!({"id": 930_000_000_000_000_002_u64, "status": "failed",
            "message": "Failure to pass the risk control system", "outputs": [], "billing": []}))
        .into_legacy();
        assert_eq!(failed.failure_reason().as_deref(), Some("Failure to pass the risk control system"));
        assert_eq!((failed.task_id.as_str(), failed.task_result), ("930000000000000002", None));
        let new = task(json!({"id": "1", "status": "submitted"})).into_legacy();
        assert_eq!((new.task_info, new.final_unit_deduction, new.extra.len()), (None, None, 0));
    }

    #[test]
    fn cash_becomes_the_balance_deduction_and_several_charges_add_up() {
        let charges = json!([
            {"charge_type": "cash", "cash_type": "balance", "amount": "1.344", "currency": "USD", "list_price": "1.5"},
            {"charge_type": "cash", "cash_type": "test_balance", "amount": 0.056, "currency": "USD", "list_price": "0.5"},
            {"charge_type": "unit", "amount": "0.1"}, {"charge_type": "unit", "amount": "0.2"}, {"charge_type": "points", "amount": "7"}]);
        let legacy = task(json!({"id": "1", "status": "succeeded", "billing": charges})).into_legacy();
        assert_eq!(legacy.final_unit_deduction.as_deref(), Some("0.3"));
        assert_eq!(
            legacy.extra["final_balance_deduction"],
            json!({"quota": "1.4", "list_price": "2", "currency": "USD"})
        );
    }

    #[test]
    fn other_outputs_find_their_place_or_are_kept() {
        let outputs = json!([
            {"type": "image", "url": "https://cdn.example.test/i.png", "watermark_url": ""},
            {"type": "image", "url": "https://cdn.example.test/s.png", "watermark_url": "", "group_id": "g-1"},
            {"type": "element", "id": 800_000_000_000_000_163_u64, "name": "Mira", "description": "a traveller", "element_type": "multi_image_elements",
             "references": [{"type": "image", "role": "frontal", "url": "https://cdn.example.test/f.png"}], "owned_by": "100200",
             "status": "succeeded", "tags": [{"id": 102, "name": "Character", "description": ""}]},
            {"type": "audio", "id": "a-1", "mp3_url": "https://cdn.example.test/a.mp3", "mp3_duration": "5.0"},
            {"type": "video", "id": "no url yet"},
            {"url": "of no type"}
        ]);
        let whole = task(json!({"id": "1", "status": "succeeded", "outputs": outputs}));
        let written = serde_json::to_value(&whole).unwrap();
        assert_eq!(written["outputs"].as_array().unwrap()[3..], outputs.as_array().unwrap()[3..]);
        assert_eq!(written["outputs"][2]["id"], "800000000000000163");
        insta::assert_json_snapshot!(serde_json::to_value(whole.into_legacy()).unwrap());
    }

    #[test]
    fn a_page_without_matches_has_no_result() {
        let empty: PathTaskPage = serde_json::from_value(json!({"count": 0, "has_more": false})).unwrap();
        assert_eq!((empty.result.len(), empty.count, empty.has_more, empty.next_cursor), (0, Some(0), false, None));
        let page = json!({"result": [{"id": "930000000000000001", "status": "processing"}], "count": 1,
            "next_cursor": "930000000000000001", "has_more": true});
        assert_eq!(serde_json::to_value(serde_json::from_value::<PathTaskPage>(page.clone()).unwrap()).unwrap(), page);
    }
}
