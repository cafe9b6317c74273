use serde_json::json;

use super::{KLINGS_WORDS, Samples};
use crate::language::Language;
use crate::texts::library::{balance, element_deleted, element_list};

pub(super) fn samples(language: Language) -> Samples {
    let element = json!({"element_id": "870000000000000001", "element_name": KLINGS_WORDS});
    let elements: Vec<_> = std::iter::repeat_n(element, 21).map(|it| serde_json::from_value(it).unwrap()).collect();
    let pack = json!({
        "resource_pack_name": KLINGS_WORDS, "status": "online", "total_quantity": 100.0, "remaining_quantity": 7.5,
        "invalid_time": 1_800_000_000_000_i64
    });
    vec![
        ("element_list", element_list(language, &[])),
        ("element_list", element_list(language, &elements[..1])),
        ("element_list", element_list(language, &elements)),
        ("element_deleted", element_deleted(language, "870000000000000001")),
        ("balance", balance(language, &[])),
        ("balance", balance(language, &[serde_json::from_value(pack).unwrap()])),
    ]
}
