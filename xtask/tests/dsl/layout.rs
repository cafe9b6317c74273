//! The canvas: nothing lies upon something else.

use serde_json::Value;

use super::{Graph, text};

#[derive(Debug, Clone, Copy)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Area {
    fn of(whole: &Value) -> Option<Self> {
        let (left, top) = (whole["position"]["x"].as_f64()?, whole["position"]["y"].as_f64()?);
        Some(Self { left, top, right: left + whole["width"].as_f64()?, bottom: top + whole["height"].as_f64()? })
    }

    fn meets(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

pub(super) fn findings(graph: &Graph<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    let drawn = graph.nodes.iter().map(|node| node.whole).chain(graph.notes.iter().copied());
    let mut seen: Vec<(&str, Option<&str>, Area)> = Vec::new();
    for whole in drawn {
        let (id, parent) = (text(&whole["id"]), whole["parentId"].as_str());
        let Some(area) = Area::of(whole) else {
            findings.push(format!("node {id}: has no place or no size"));
            continue;
        };
        // Inside a container the place is counted from its corner.
        let beside = seen.iter().filter(|(_, other, _)| *other == parent);
        let under = beside.filter(|(_, _, other)| area.meets(*other));
        findings.extend(under.map(|(other, ..)| format!("node {id}: lies upon {other}")));
        seen.push((id, parent, area));
        if let Some(parent) = parent.and_then(|parent| graph.node(parent)) {
            let (width, height) = (parent.whole["width"].as_f64(), parent.whole["height"].as_f64());
            let fits = width.is_some_and(|it| area.right <= it) && height.is_some_and(|it| area.bottom <= it);
            if !fits || area.left < 0.0 || area.top < 0.0 {
                findings.push(format!("node {id}: sticks out of {}", parent.id));
            }
        }
    }
    for whole in graph.nodes.iter().filter(|node| node.is_container()).map(|node| node.whole).chain(graph.notes.clone())
    {
        // Dify draws these by the size in `data`.
        if (&whole["width"], &whole["height"]) != (&whole["data"]["width"], &whole["data"]["height"]) {
            findings.push(format!("node {}: has two sizes", text(&whole["id"])));
        }
    }
    findings
}
