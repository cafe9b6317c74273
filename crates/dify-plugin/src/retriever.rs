//! What was found in a knowledge base.

use serde::Serialize;
use serde_json::{Map, Value};

/// A piece of a document that a tool found; every field may be absent.
///
/// ```
/// let found = dify_plugin::RetrieverResource {
///     document_name: Some("tides.md".into()),
///     content: Some("Twice a day …".into()),
///     score: Some(0.87),
///     ..Default::default()
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are Dify's and say what they are")]
pub struct RetrieverResource {
    pub position: Option<i64>,
    pub dataset_id: Option<String>,
    pub dataset_name: Option<String>,
    pub document_id: Option<String>,
    pub document_name: Option<String>,
    pub data_source_type: Option<String>,
    pub segment_id: Option<String>,
    pub retriever_from: Option<String>,
    pub score: Option<f64>,
    pub hit_count: Option<i64>,
    pub word_count: Option<i64>,
    pub segment_position: Option<i64>,
    pub index_node_hash: Option<String>,
    pub content: Option<String>,
    pub page: Option<i64>,
    pub doc_metadata: Option<Map<String, Value>>,
}
