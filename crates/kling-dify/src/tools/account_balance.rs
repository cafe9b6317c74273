//! `account_balance`: what is left in the account's resource packs. Free.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, Tool, ToolCall, async_trait};
use jiff::Timestamp;
use kling_api::ResourcePack;
use serde_json::{Value, json};

use crate::account::Accounts;
use crate::answer::rfc3339;
use crate::declaration::{Parameter, ToolTable, number_or};
use crate::failure;
use crate::opening::Opening;
use crate::texts;

const OWN: &[Parameter] = &[number_or("days", "30")];
const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

pub(crate) const TABLE: ToolTable =
    ToolTable { name: "account_balance", parameters: &[OWN], outputs: &["remaining_units", "packs", "next_expiry"] };

pub(crate) struct AccountBalance(pub(crate) Arc<Accounts>);

#[async_trait]
impl Tool for AccountBalance {
    fn name(&self) -> &'static str {
        TABLE.name
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let opening = Opening::read(&self.0, TABLE, &call)?;
        let language = opening.language();
        let days: u16 = opening.parameters.count("days")?.unwrap_or(30);
        let now = Timestamp::now().as_millisecond();
        let (account, from) = (opening.account(), now - i64::from(days) * MILLIS_PER_DAY);
        let answer = account.ask(opening.ask_by(), || account.client.account_costs(from, now)).await;
        let answer = answer.map_err(|error| failure::of_call(language, &error))?;
        let usable: Vec<&ResourcePack> = answer.data.packs.iter().filter(|pack| pack.status == "online").collect();
        let remaining: f64 = usable.iter().filter_map(|pack| pack.remaining_quantity).sum();
        let next = usable.iter().filter_map(|pack| pack.invalid_time).min().and_then(rfc3339);
        let packs: Vec<Value> = answer.data.packs.iter().map(describe).collect();
        out.variable("remaining_units", json!(remaining)).await?;
        out.variable("packs", json!(packs)).await?;
        out.variable("next_expiry", next.clone().unwrap_or_default()).await?;
        out.json_suppressed(json!({
            "code": 0, "message": answer.message, "request_id": answer.request_id,
            "data": { "remaining_units": remaining, "packs": packs },
        }))
        .await?;
        out.text(opening.closing(texts::balance(language, &answer.data.packs))).await
    }
}

fn describe(pack: &ResourcePack) -> Value {
    json!({
        "name": pack.resource_pack_name,
        "status": pack.status,
        "total_units": pack.total_quantity,
        "remaining_units": pack.remaining_quantity,
        "expires_at": pack.invalid_time.and_then(rfc3339),
    })
}
