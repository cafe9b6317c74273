//! YAML as a tree that still knows lines and quotes.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, Span};

/// What a tree may hold, aliases counted each time: more is an attack, not a declaration.
const MAX_NODES: usize = 200_000;
/// How deep it may go.
const MAX_DEPTH: usize = 64;

/// A node of a document.
#[derive(Debug)]
pub(super) struct Node {
    /// The line it begins on, from 1.
    pub(super) line: usize,
    pub(super) kind: Kind,
    /// The nodes in it and itself, aliases counted each time.
    nodes: usize,
    /// How deep it goes, through aliases too.
    depth: usize,
}

#[derive(Debug)]
pub(super) enum Kind {
    Scalar { text: String, plain: bool },
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

/// Why a file is no tree.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) line: Option<usize>,
    pub(super) message: String,
}

/// The first document of a file, as Go's `yaml.v3` takes it; an empty one is null.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Refusal> {
    let mut builder = Builder::default();
    for next in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        let (event, span) =
            next.map_err(|error| Refusal { line: Some(error.marker().line()), message: error.info().clone() })?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.take(event, span)?;
    }
    Ok(builder.root.unwrap_or_else(|| Rc::new(Node::scalar(1, String::new(), true))))
}

impl Node {
    fn scalar(line: usize, text: String, plain: bool) -> Self {
        Self { line, kind: Kind::Scalar { text, plain }, nodes: 1, depth: 1 }
    }
}

/// A list or a map whose end has not come.
struct Open {
    line: usize,
    anchor: usize,
    is_map: bool,
    children: Vec<Rc<Node>>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Refusal> {
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                let node = Node::scalar(line, text.into_owned(), style == ScalarStyle::Plain && !is_text);
                self.close(anchor, node);
            }
            Event::SequenceStart(_, anchor, _) => self.begin(line, anchor, false),
            Event::MappingStart(_, anchor, _) => self.begin(line, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { line, anchor, is_map, children }) = self.open.pop() else { return Ok(()) };
                let nodes = children.iter().fold(1_usize, |sum, child| sum.saturating_add(child.nodes));
                let depth = 1 + children.iter().map(|child| child.depth).max().unwrap_or_default();
                if nodes > MAX_NODES || depth > MAX_DEPTH {
                    let message =
                        format!("holds more than {MAX_NODES} values, or is nested more than {MAX_DEPTH} deep");
                    return Err(Refusal { line: Some(line), message });
                }
                let kind = if is_map { Kind::Map(pairs(children)) } else { Kind::List(children) };
                self.close(anchor, Node { line, kind, nodes, depth });
            }
            Event::Alias(anchor) => {
                // The parser refuses names it has not seen; only a node within itself is still unknown here.
                let node = self.anchors.get(&anchor).cloned();
                let node =
                    node.ok_or_else(|| Refusal { line: Some(line), message: "an alias within itself".into() })?;
                self.add(node);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, line: usize, anchor: usize, is_map: bool) {
        self.open.push(Open { line, anchor, is_map, children: Vec::new() });
    }

    fn close(&mut self, anchor: usize, node: Node) {
        let node = Rc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.add(node);
    }

    fn add(&mut self, node: Rc<Node>) {
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.root = Some(node),
        }
    }
}

/// The keys and values of a map, with what `<<` merges into it: what the map says itself wins.
fn pairs(children: Vec<Rc<Node>>) -> Vec<(Rc<Node>, Rc<Node>)> {
    let mut own = Vec::with_capacity(children.len() / 2);
    let mut merged = Vec::new();
    let mut children = children.into_iter();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        if matches!(&key.kind, Kind::Scalar { text, plain: true } if text == "<<") {
            merge(&value, &mut merged);
        } else {
            own.push((key, value));
        }
    }
    for (key, value) in merged {
        if !own.iter().any(|(given, _)| given.key() == key.key()) {
            own.push((key, value));
        }
    }
    own
}

fn merge(from: &Node, into: &mut Vec<(Rc<Node>, Rc<Node>)>) {
    match &from.kind {
        Kind::Map(pairs) => into.extend(pairs.iter().cloned()),
        Kind::List(maps) => maps.iter().for_each(|map| merge(map, into)),
        Kind::Scalar { .. } => {}
    }
}

impl Node {
    /// Its text, as the key of a map.
    pub(super) fn key(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(node: &Node) -> String {
        match &node.kind {
            Kind::Scalar { text, plain: true } => text.clone(),
            Kind::Scalar { text, plain: false } => format!("{text:?}"),
            Kind::List(nodes) => format!("[{}]", nodes.iter().map(|node| shape(node)).collect::<Vec<_>>().join(" ")),
            Kind::Map(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| format!("{}:{}", shape(key), shape(value)));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(" "))
            }
        }
    }

    fn read(text: &str) -> String {
        shape(&parse(text).unwrap())
    }

    #[test]
    fn quotes_and_text_tags_are_told_from_plain_words() {
        assert_eq!(read("a: 5\nb: '5'\nc: !!str 5\nd: |\n  5\n"), r#"{a:5 b:"5" c:"5" d:"5\n"}"#);
    }

    #[test]
    fn aliases_and_merges_are_resolved_and_own_keys_win() {
        assert_eq!(read("x: &x {a: 1, b: 2}\ny: *x\nz: {<<: *x, b: 3}\n"), "{x:{a:1 b:2} y:{a:1 b:2} z:{b:3 a:1}}");
    }

    #[test]
    fn only_the_first_document_counts_and_an_empty_one_is_null() {
        assert_eq!(read("a: 1\n---\nb: 2\n"), "{a:1}");
        assert_eq!(read("\u{feff}"), "");
    }

    #[test]
    fn lines_count_from_one() {
        let Kind::Map(pairs) = &parse("# note\na: 1\n\nb:\n  - c\n").unwrap().kind else { panic!("no map") };
        assert_eq!(pairs.iter().map(|(key, _)| key.line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(parse("a: [1\nb: 2\n").unwrap_err().line, Some(2));
    }

    #[test]
    fn bombs_are_refused() {
        let refused = |text: &str| parse(text).unwrap_err().message.contains("200000 values");
        let wide = |step| format!("a{step}: &a{step} [{}]\n", vec![format!("*a{}", step - 1); 9].join(", "));
        let deep = |step| format!("a{step}: &a{step} [*a{}]\n", step - 1);
        let begin = || "a0: &a0 [x, x]\n".to_owned();
        assert!(refused(&(1..12).map(wide).fold(begin(), |text, line| text + &line)));
        assert!(refused(&(1..10_000).map(deep).fold(begin(), |text, line| text + &line)));
        assert!(refused(&format!("{}{}", "[".repeat(65), "]".repeat(65))));
        assert!(parse("a: &a [*a]\n").is_err());
    }
}
