//! Tasks in the legacy surface's shape, which everything above this crate sees, and what they result in.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{DeliveredImage, Element, Id, Image, image, lenient, plain_text};

/// Days after which Kling removes a result and its link (vendor documentation 2026-09-20; counted from the last
/// update, a live measurement).
pub const RESULT_LIFETIME_DAYS: i64 = 30;

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TaskStatus {
    /// Accepted, not begun.
    Submitted,
    /// Being made.
    Processing,
    /// Done: `succeed` on the legacy surface, `succeeded` on the new one.
    Succeed,
    /// Ended without a result.
    Failed,
    /// A word nobody has documented, kept as it came.
    Other(String),
}

impl TaskStatus {
    /// The legacy surface's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Submitted => "submitted",
            Self::Processing => "processing",
            Self::Succeed => "succeed",
            Self::Failed => "failed",
            Self::Other(word) => word,
        }
    }

    /// Reads either surface's word, in any case.
    pub fn parse(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "submitted" => Self::Submitted,
            "processing" => Self::Processing,
            "succeed" | "succeeded" => Self::Succeed,
            "failed" => Self::Failed,
            _ => Self::Other(word.to_owned()),
        }
    }

    /// Whether the task will not change any more.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Succeed | Self::Failed)
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TaskStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TaskStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&String::deserialize(deserializer)?))
    }
}

/// A task as create, get and list answer it. Fields not named here are kept in `extra` and written back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Kling's id.
    pub task_id: Id,
    /// Where it stands.
    pub task_status: TaskStatus,
    /// Why it failed; empty or absent otherwise.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub task_status_msg: Option<String>,
    /// What the caller said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_info: Option<TaskInfo>,
    /// What came out; absent or empty until it has succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_result: Option<TaskResult>,
    /// Units taken from a resource pack, a decimal number as text.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub final_unit_deduction: Option<String>,
    /// Unix time of submission, milliseconds.
    #[serde(default, deserialize_with = "lenient::optional_integer", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// Unix time of the last change, milliseconds.
    #[serde(default, deserialize_with = "lenient::optional_integer", skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<i64>,
    /// Everything else Kling said.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

/// Words by which Kling's reason for a failed task is known to be about its content rules: the first is documented (vendor
/// documentation 2026-09-20: `Failure to pass the risk control system`), the others are assumed from how Kling and
/// others name such rules.
const CONTENT_RULES: [&str; 9] = [
    "risk control",
    "content policy",
    "content safety",
    "content security",
    "sensitive",
    "moderation",
    "风控",
    "审核",
    "敏感",
];

/// Whether Kling's [reason](Task::failure_reason) for a failed task is about its content rules. A guess by words, good
/// enough to choose an advice: nothing else may depend on it.
pub fn names_content_rules(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    CONTENT_RULES.iter().any(|words| reason.contains(words))
}

impl Task {
    /// The caller's own id, if one was given; Kling writes none as an empty text.
    pub fn external_task_id(&self) -> Option<&str> {
        self.task_info.as_ref()?.external_task_id.as_deref().filter(|id| !id.is_empty())
    }

    /// Why the task failed, if Kling said so, as [plain text](plain_text).
    pub fn failure_reason(&self) -> Option<String> {
        self.task_status_msg.as_deref().map(plain_text).filter(|reason| !reason.is_empty())
    }

    /// The videos that came out, in Kling's order.
    pub fn videos(&self) -> &[Video] {
        self.task_result.as_ref().map_or(&[], |result| &result.videos)
    }

    /// The images that came out, plain ones and series.
    pub fn images(&self) -> Vec<DeliveredImage<'_>> {
        self.task_result
            .as_ref()
            .map(|result| image::deliver(&result.images, &result.series_images))
            .unwrap_or_default()
    }

    /// The elements that came out.
    pub fn elements(&self) -> &[Element] {
        self.task_result.as_ref().map_or(&[], |result| &result.elements)
    }

    /// The id of the first element that came out: an element task makes one.
    pub fn element_id(&self) -> Option<&Id> {
        self.elements().iter().find_map(|element| element.element_id.as_ref())
    }

    /// Unix time in milliseconds from which the result's links are dead, as far as Kling's time stamps tell.
    pub fn expires_at(&self) -> Option<i64> {
        const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1000;
        self.updated_at.or(self.created_at)?.checked_add(RESULT_LIFETIME_DAYS * MILLIS_PER_DAY)
    }
}

/// What the caller said about a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskInfo {
    /// The caller's own id, unique in its account.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub external_task_id: Option<String>,
    /// Everything else, such as `parent_video`.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

/// What came out of a task. Lists that are null are read as empty, and empty ones are not written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskResult {
    /// Videos.
    #[serde(default, deserialize_with = "videos", skip_serializing_if = "Vec::is_empty")]
    pub videos: Vec<Video>,
    /// Images.
    #[serde(default, deserialize_with = "lenient::null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// Images that belong together.
    #[serde(default, deserialize_with = "lenient::null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub series_images: Vec<Image>,
    /// Elements.
    #[serde(default, deserialize_with = "lenient::null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<Element>,
    /// `single` or `series`, where there is a choice.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub result_type: Option<String>,
    /// Results of other kinds.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

/// Videos, of which one without a link (null) spoils no other.
fn videos<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Video>, D::Error> {
    let mut videos: Vec<Value> = lenient::null_as_default(deserializer)?;
    for video in &mut videos {
        if let Value::Object(fields) = video
            && fields.get("url").is_none_or(Value::is_null)
        {
            fields.insert("url".to_owned(), String::new().into());
        }
    }
    videos.into_iter().map(|video| serde_json::from_value(video).map_err(D::Error::custom)).collect()
}

/// One generated video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Video {
    /// The video's own id, which other tasks take as input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// Where it can be fetched, until it expires; empty where Kling gives no link (null).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The copy with Kling's watermark; empty or absent unless asked for.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub watermark_url: Option<String>,
    /// Length in seconds, a decimal number as text ("5.041").
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Everything else.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Envelope;

    const FINISHED: &str = r#"{"code":0,"message":"SUCCEED","request_id":"r-11","data":{
        "task_id":"840000000000000001","task_status":"succeed","task_status_msg":"",
        "task_info":{"external_task_id":"job-0002"},
        "task_result":{"videos":[{"id":"841000000000000001","url":"https://cdn.example.test/v2.mp4","watermark_url":"","duration":"6.041"}]},
        "watermark_info":{"enabled":false},"final_unit_deduction":"6",
        "final_balance_deduction":{"quota":"","list_price":""},
        "created_at":1790000000000,"updated_at":1790000060000}}"#;

    #[test]
    fn an_answer_is_written_back_as_it_came() {
        let envelope: Envelope<Task> = serde_json::from_str(FINISHED).unwrap();
        let before: Value = serde_json::from_str(FINISHED).unwrap();
        assert_eq!(serde_json::to_value(&envelope).unwrap(), before);
    }

    #[test]
    fn a_finished_task_tells_its_result() {
        let task = serde_json::from_str::<Envelope<Task>>(FINISHED).unwrap().data.unwrap();
        assert!(task.task_status.is_terminal());
        assert_eq!(task.external_task_id(), Some("job-0002"));
        assert_eq!(task.videos()[0].url, "https://cdn.example.test/v2.mp4");
        assert_eq!(task.failure_reason(), None);
        assert_eq!(task.expires_at(), Some(1_790_000_060_000 + 2_592_000_000));
    }

    #[test]
    fn numbers_and_words_that_drift_are_read_and_written_exactly() {
        let task: Task = serde_json::from_value(json!({
            "task_id": 840_000_000_000_000_001_u64, "task_status": "Succeeded", "task_status_msg": null,
            "task_info": {"external_task_id": 17, "parent_video": {"id": 9_007_199_254_740_993_u64, "n": 5}},
            "task_result": {"videos": null, "elements": [{"element_id": 800_000_000_000_000_163_u64}]},
            "final_unit_deduction": 3.5, "created_at": "1790000000000", "updated_at": {}, "big": 18_446_744_073_709_551_615_u64
        }))
        .unwrap();
        assert_eq!(
            serde_json::to_value(&task).unwrap(),
            json!({
                "task_id": "840000000000000001", "task_status": "succeed",
                "task_info": {"external_task_id": "17", "parent_video": {"id": "9007199254740993", "n": 5}},
                "task_result": {"elements": [{"element_id": "800000000000000163"}]},
                "final_unit_deduction": "3.5", "created_at": 1_790_000_000_000_u64, "big": "18446744073709551615"
            })
        );
    }

    #[test]
    fn images_series_and_elements_are_read_and_written_back() {
        for result in [
            json!({"images": [{"index": 0, "url": "https://cdn.example.test/0.png", "watermark_url": ""}]}),
            json!({"result_type": "series", "series_images": [{"index": 0, "url": "https://cdn.example.test/s0.png"}]}),
            json!({"images": [{"index": 0, "url_1": "https://cdn.example.test/a1.png"}]}),
            json!({"elements": [{"element_id": "800000000000000163", "element_name": "Mira", "element_video_list": {},
                "tag_list": [{"id": "o_102"}], "owned_by": "100200", "status": "succeed"}]}),
        ] {
            let whole = json!({"task_id": "1", "task_status": "succeed", "task_result": result});
            let task: Task = serde_json::from_value(whole.clone()).unwrap();
            assert_eq!(serde_json::to_value(&task).unwrap(), whole);
        }
    }

    #[test]
    fn one_result_without_a_link_spoils_no_other() {
        let task: Task = serde_json::from_value(json!({"task_id": "1", "task_status": "succeed", "task_result": {
            "videos": [{"url": null}, {"url": "https://cdn.example.test/v.mp4"}, {"duration": "5"}],
            "images": [{"url": null}, {"url": "https://cdn.example.test/1.png"}]}}))
        .unwrap();
        let videos: Vec<_> = task.videos().iter().map(|video| video.url.as_str()).collect();
        assert_eq!(videos, ["", "https://cdn.example.test/v.mp4", ""]);
        assert_eq!(task.images().len(), 1);
    }

    #[test]
    fn an_element_task_tells_its_element() {
        let task: Task = serde_json::from_value(json!({"task_id": "1", "task_status": "succeed", "task_result": {
            "elements": [{"element_name": "no id yet"}, {"element_id": 9_223_372_036_854_775_807_i64}]}}))
        .unwrap();
        assert_eq!(task.element_id().map(Id::as_str), Some("9223372036854775807"));
        assert_eq!(task.elements().len(), 2);
    }

    #[test]
    fn a_status_never_seen_before_is_kept() {
        let status = TaskStatus::parse("Queued");
        assert_eq!((status.as_str(), status.is_terminal()), ("Queued", false));
    }

    #[test]
    fn a_task_without_its_id_or_status_is_no_task() {
        assert!(serde_json::from_value::<Task>(json!({"task_status": "submitted"})).is_err());
        assert!(serde_json::from_value::<Task>(json!({"task_id": "1"})).is_err());
    }

    #[test]
    fn reasons_about_content_are_told_from_others() {
        for reason in ["Failure to pass the risk control system", "Prompt contains sensitive words", "内容未通过审核"]
        {
            assert!(names_content_rules(reason), "{reason}");
        }
        for reason in ["internal error", "The video is too short", "生成超时", ""] {
            assert!(!names_content_rules(reason), "{reason}");
        }
    }
}
