//! Elements (subjects) in results and lists.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Id, Task, lenient};

/// An element of the library. Pictures, video, voice and tags, whose inner fields the documentation does not spell out,
/// are kept in `extra` as they came.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// What requests refer to it by; a 64-bit number on the wire, text here. Tolerated absent while it is being made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element_id: Option<Id>,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub element_name: Option<String>,
    /// What it is.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub element_description: Option<String>,
    /// `image_refer` or `video_refer`.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub reference_type: Option<String>,
    /// `kling`, or its creator's id.
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<String>,
    /// `succeed` or `deleted` (`succeeded` on the new surface).
    #[serde(default, deserialize_with = "lenient::optional_text", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Everything else.
    #[serde(flatten, serialize_with = "lenient::exact")]
    pub extra: Map<String, Value>,
}

impl Element {
    /// Links to its pictures, the frontal one first, as far as Kling names them.
    pub fn picture_urls(&self) -> Vec<&str> {
        let list = self.extra.get("element_image_list");
        let frontal = list.and_then(|list| list.get("frontal_image"));
        let others = list.and_then(|list| list.get("refer_images")).and_then(Value::as_array).into_iter().flatten();
        let links = frontal.into_iter().chain(others.filter_map(|item| item.get("image_url")));
        links.filter_map(Value::as_str).filter(|url| !url.is_empty()).collect()
    }

    /// Whether it is one of Kling's own.
    pub fn is_preset(&self) -> bool {
        self.owned_by.as_deref() == Some("kling")
    }

    /// Whether it can no longer be used.
    pub fn is_deleted(&self) -> bool {
        self.status.as_deref() == Some("deleted")
    }
}

/// One item of the lists of own and of preset elements: documented as a task with `task_result.elements`; an element by
/// itself is taken too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "most items are tasks, and a list of a few hundred is read once")]
pub enum ElementListItem {
    /// The task that made it.
    Task(Task),
    /// The element itself.
    Element(Element),
}

impl ElementListItem {
    /// The elements in it.
    pub fn into_elements(self) -> Vec<Element> {
        match self {
            Self::Task(task) => task.task_result.map(|result| result.elements).unwrap_or_default(),
            Self::Element(element) => vec![element],
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Envelope;

    #[test]
    fn a_list_of_elements_is_read_as_tasks_or_as_elements() {
        let answer = json!({"code": 0, "data": [
            {"task_id": "851000000000000001", "task_status": "succeed", "task_result": {"elements": [
                {"element_id": 800_000_000_000_000_163_u64, "element_name": "Mira", "owned_by": "kling", "status": "succeed"}]}},
            {"task_id": "851000000000000002", "task_status": "failed", "task_result": {}},
            {"element_id": "800000000000000164", "element_name": "Ben", "owned_by": 100_200, "status": "deleted"}
        ]});
        let envelope: Envelope<Vec<ElementListItem>> = Envelope::from_slice(answer.to_string().as_bytes()).unwrap();
        let elements: Vec<_> = envelope.data.unwrap().into_iter().flat_map(ElementListItem::into_elements).collect();
        let seen: Vec<_> = elements
            .iter()
            .map(|element| (element.element_id.as_ref().unwrap().as_str(), element.is_preset(), element.is_deleted()))
            .collect();
        assert_eq!(seen, [("800000000000000163", true, false), ("800000000000000164", false, true)]);
        assert_eq!(elements[1].owned_by.as_deref(), Some("100200"));
    }
}
