//! `GET /account/costs`: what is left in an account's resource packs. Free of charge.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::lenient;

/// The answer's `data`, which carries a code of its own.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct AccountCosts {
    /// 0 is success.
    #[serde(default, deserialize_with = "lenient::optional_integer")]
    pub code: Option<i64>,
    /// A text to the code.
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub msg: Option<String>,
    /// The packs; the key is missing for an account without any (live, 2026-08-26).
    #[serde(default, deserialize_with = "lenient::null_as_default", rename = "resource_pack_subscribe_infos")]
    pub packs: Vec<ResourcePack>,
}

/// A prepaid pack of units.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ResourcePack {
    /// Its name in the console.
    #[serde(default, deserialize_with = "lenient::null_as_default")]
    pub resource_pack_name: String,
    /// `toBeOnline`, `online`, `expired` or `runOut`.
    #[serde(default, deserialize_with = "lenient::null_as_default")]
    pub status: String,
    /// Units bought.
    #[serde(default)]
    pub total_quantity: Option<f64>,
    /// Units left, up to twelve hours behind.
    #[serde(default)]
    pub remaining_quantity: Option<f64>,
    /// Unix time in milliseconds at which it ends.
    #[serde(default, deserialize_with = "lenient::optional_integer")]
    pub invalid_time: Option<i64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Envelope;

    #[test]
    fn reads_packs_and_an_account_without_any() {
        let answer = br#"{"code":0,"message":"SUCCEED","request_id":"r-50","data":{"code":0,"msg":"success",
            "resource_pack_subscribe_infos":[{"resource_pack_name":"Video 5000","resource_pack_id":"pack-1",
            "total_quantity":5000.0,"remaining_quantity":4988.5,"invalid_time":1795552000000,"status":"online"}]}}"#;
        let costs = Envelope::<AccountCosts>::from_slice(answer).unwrap().data.unwrap();
        assert_eq!(costs.packs[0].remaining_quantity, Some(4988.5));
        assert_eq!(costs.packs[0].extra["resource_pack_id"], "pack-1");
        let none: AccountCosts = serde_json::from_str(r#"{"code":0,"msg":"success"}"#).unwrap();
        assert!(none.packs.is_empty());
    }
}
