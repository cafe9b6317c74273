//! `/account`.

use kling_api::AccountCosts;
use serde::Serialize;

use crate::call::Call;
use crate::{Answer, KlingClient, KlingError};

#[derive(Serialize)]
struct Period {
    start_time: i64,
    end_time: i64,
}

impl KlingClient {
    /// `GET /account/costs`: the resource packs of a period, Unix milliseconds. Free of charge, which makes it the way to
    /// check a key; at most one call a second, says the documentation.
    pub async fn account_costs(&self, start_time: i64, end_time: i64) -> Result<Answer<AccountCosts>, KlingError> {
        self.send(Call::get_with_query("/account/costs", &Period { start_time, end_time })).await
    }
}
