//! Nodes and edges: everything is joined, starts, ends and can be reached.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::text;
use crate::support::list;

/// A node that does something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(super) id: &'a str,
    /// `start`, `tool`, `iteration` and so on.
    pub(super) kind: &'a str,
    pub(super) data: &'a Value,
    /// The iteration or loop it is in.
    pub(super) parent: Option<&'a str>,
    /// With its place on the canvas.
    pub(super) whole: &'a Value,
}

impl<'a> Node<'a> {
    /// The handles an edge may leave by.
    fn handles(&self) -> Vec<&'a str> {
        match self.kind {
            "end" | "answer" => Vec::new(),
            "if-else" => {
                let cases = list(&self.data["cases"]).iter().map(|case| text(&case["case_id"]));
                cases.chain(["false"]).collect()
            }
            _ if self.data["error_strategy"] == "fail-branch" => vec!["source", "fail-branch"],
            _ => vec!["source"],
        }
    }

    pub(super) fn is_container(&self) -> bool {
        matches!(self.kind, "iteration" | "loop")
    }

    fn is_inner_start(&self) -> bool {
        matches!(self.kind, "iteration-start" | "loop-start")
    }

    /// Inside a container a node may be the last one.
    fn may_be_last(&self) -> bool {
        matches!(self.kind, "end" | "answer") || self.parent.is_some()
    }
}

/// All of an app's nodes and edges.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) notes: Vec<&'a Value>,
    edges: &'a [Value],
}

impl<'a> Graph<'a> {
    pub(super) fn new(graph: &'a Value) -> Self {
        let (notes, acting): (Vec<_>, Vec<_>) =
            list(&graph["nodes"]).iter().partition(|it| it["type"] == "custom-note");
        let node = |whole: &'a Value| {
            let data = &whole["data"];
            Node { id: text(&whole["id"]), kind: text(&data["type"]), data, parent: whole["parentId"].as_str(), whole }
        };
        Self { nodes: acting.into_iter().map(node).collect(), notes, edges: list(&graph["edges"]) }
    }

    pub(super) fn node(&self, id: &str) -> Option<&Node<'a>> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// What comes after a node, by one handle or by any, on its own level.
    pub(super) fn after(&self, id: &'a str, handle: Option<&str>) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut next = vec![(id, handle)];
        while let Some((id, handle)) = next.pop() {
            let leaving = self.edges.iter().filter(|edge| edge["source"] == id);
            for edge in leaving.filter(|edge| handle.is_none_or(|handle| edge["sourceHandle"] == handle)) {
                let target = text(&edge["target"]);
                if found.insert(target) {
                    next.push((target, None));
                }
            }
        }
        found
    }

    /// The node itself and the containers around it.
    pub(super) fn levels(&self, id: &'a str) -> Vec<&'a str> {
        let mut levels = vec![id];
        while let Some(parent) = levels.last().and_then(|id| self.node(id)).and_then(|node| node.parent) {
            if levels.contains(&parent) {
                break;
            }
            levels.push(parent);
        }
        levels
    }

    pub(super) fn findings(&self, mode: &str) -> Vec<String> {
        let mut findings = self.identities();
        findings.extend(self.edges.iter().flat_map(|edge| self.edge(edge)));
        findings.extend(self.nodes.iter().flat_map(|node| self.place(node)));
        findings.extend(self.ends(mode));
        findings.extend(self.unreachable());
        findings
    }

    fn identities(&self) -> Vec<String> {
        let mut seen = BTreeMap::new();
        let ids = self.nodes.iter().map(|node| node.id).chain(self.notes.iter().map(|note| text(&note["id"])));
        ids.chain(self.edges.iter().map(|edge| text(&edge["id"]))).for_each(|id| *seen.entry(id).or_insert(0) += 1);
        let twice = seen.iter().filter(|(_, count)| **count > 1).map(|(id, _)| format!("the id {id} stands twice"));
        // Dify finds a reference in a text by this pattern.
        let is_plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let odd = self.nodes.iter().map(|node| node.id).filter(|id| id.is_empty() || id.len() > 50 || !is_plain(id));
        twice.chain(odd.map(|id| format!("the id `{id}` cannot be referred to"))).collect()
    }

    fn edge(&self, edge: &Value) -> Vec<String> {
        let place = format!("edge {}", text(&edge["id"]));
        let ends = (self.node(text(&edge["source"])), self.node(text(&edge["target"])));
        let (Some(source), Some(target)) = ends else {
            return vec![format!("{place}: joins a node that is not there")];
        };
        let mut findings = Vec::new();
        let mut wrong = |what: String| findings.push(format!("{place}: {what}"));
        if !source.handles().contains(&text(&edge["sourceHandle"])) {
            wrong(format!("a node {} has no handle {}", source.kind, edge["sourceHandle"]));
        }
        if edge["targetHandle"] != "target" || target.kind == "start" || target.is_inner_start() {
            wrong(format!("nothing can lead to {} of {}", edge["targetHandle"], target.id));
        }
        if source.parent != target.parent {
            wrong("leads into a container or out of it".to_owned());
        }
        let data = &edge["data"];
        if data["sourceType"] != source.kind || data["targetType"] != target.kind {
            wrong("tells other types than its nodes have".to_owned());
        }
        let told = inside(data);
        if told != self.container(source) {
            wrong(format!("tells that it is in {told:?}"));
        }
        findings
    }

    /// The kind and the id of the container around a node.
    fn container(&self, node: &Node<'a>) -> Option<(&'a str, &'a str)> {
        node.parent.and_then(|parent| self.node(parent)).map(|parent| (parent.kind, parent.id))
    }

    /// Whether a node is where it says, and a container's start is its own.
    fn place(&self, node: &Node<'a>) -> Vec<String> {
        let mut findings = Vec::new();
        let mut wrong = |what: String| findings.push(format!("node {}: {what}", node.id));
        if node.parent.is_some() && self.container(node).is_none_or(|(kind, _)| !matches!(kind, "iteration" | "loop")) {
            wrong("is in something that is no container".to_owned());
        }
        let (told, is) = (inside(node.data), self.container(node));
        // An inner start need not tell the id.
        let agrees = told == is || (node.is_inner_start() && told.map(|it| it.0) == is.map(|it| it.0));
        if !agrees {
            wrong(format!("tells that it is in {told:?}"));
        }
        let outer = if node.is_inner_start() { format!("custom-{}", node.kind) } else { "custom".to_owned() };
        if node.whole["type"] != outer {
            wrong(format!("is drawn as {}, not as {outer}", node.whole["type"]));
        }
        if node.is_container() {
            let start = self.node(text(&node.data["start_node_id"]));
            let kind = format!("{}-start", node.kind);
            if start.is_none_or(|start| start.parent != Some(node.id) || start.kind != kind) {
                wrong("has no start of its own".to_owned());
            }
        }
        let leaving = |handle| self.edges.iter().any(|it| it["source"] == node.id && it["sourceHandle"] == handle);
        for handle in node.handles().into_iter().filter(|handle| !leaving(*handle)) {
            if !node.may_be_last() {
                wrong(format!("nothing follows its handle {handle}"));
            }
        }
        if self.after(node.id, None).contains(node.id) {
            wrong("comes after itself".to_owned());
        }
        findings
    }

    fn ends(&self, mode: &str) -> Vec<String> {
        let count = |kind| self.nodes.iter().filter(|node| node.kind == kind).count();
        let (wanted, foreign) = if mode == "advanced-chat" { ("answer", "end") } else { ("end", "answer") };
        let mut findings = Vec::new();
        if count("start") != 1 {
            findings.push(format!("{} nodes start", count("start")));
        }
        if count(wanted) == 0 {
            findings.push(format!("there is no {wanted}"));
        }
        if count(foreign) > 0 {
            findings.push(format!("an app of the mode {mode} has no {foreign}"));
        }
        findings
    }

    fn unreachable(&self) -> Vec<String> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<_> = self.nodes.iter().filter(|node| node.kind == "start").collect();
        while let Some(node) = next.pop() {
            if reached.insert(node.id) {
                let inner = text(&node.data["start_node_id"]);
                let after = self.after(node.id, None);
                next.extend(after.into_iter().chain([inner]).filter_map(|id| self.node(id)));
            }
        }
        let lost = self.nodes.iter().filter(|node| !reached.contains(node.id));
        lost.map(|node| format!("node {}: nothing leads to it", node.id)).collect()
    }
}

/// The container that `data` of a node or an edge tells.
fn inside(data: &Value) -> Option<(&str, &str)> {
    let told = |flag: &str, id: &str, kind| (data[flag] == true).then(|| (kind, text(&data[id])));
    told("isInIteration", "iteration_id", "iteration").or_else(|| told("isInLoop", "loop_id", "loop"))
}
