//! "Save" in Dify's credentials form: one free call that tells whether the key works, and where.

use std::sync::Arc;
use std::time::Duration;

use dify_plugin::{Credentials, CredentialsCheck, Error, async_trait};
use jiff::Timestamp;
use kling_api::Meaning;
use kling_client::{KlingClient, KlingError};
use tokio::time::{Instant, timeout_at};

use crate::account::Accounts;
use crate::failure;
use crate::settings::Settings;
use crate::texts;

/// Somebody looks at a form and waits.
const PATIENCE: Duration = Duration::from_secs(20);
const PERIOD: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Checks keys with `GET /account/costs`, which costs nothing.
pub(crate) struct FreeCheck {
    accounts: Arc<Accounts>,
}

impl FreeCheck {
    pub(crate) fn new(accounts: Arc<Accounts>) -> Self {
        Self { accounts }
    }

    /// Whether the other region knows a key that this one does not. The one exception to "keys go to the chosen host
    /// only"; a host the user named is never left.
    async fn other_region_knows(&self, settings: &Settings) -> bool {
        if settings.host_is_fixed {
            return false;
        }
        let other = settings.host.region().other();
        let Ok(host) = self.accounts.environment().host_of(other) else { return false };
        let Ok(client) = KlingClient::new(host, settings.credentials.clone()) else { return false };
        is_known(&ask(&client).await)
    }
}

#[async_trait]
impl CredentialsCheck for FreeCheck {
    async fn check(&self, credentials: Credentials) -> Result<(), Error> {
        let settings = Settings::read(&credentials, self.accounts.environment())
            .map_err(|error| Error::InvalidCredentials(error.to_string()))?;
        let account = self.accounts.open(&settings).map_err(|error| Error::Internal(error.to_string()))?;
        let by = Instant::now() + PATIENCE;
        let answer = account.ask(by, || ask(&account.client)).await;
        let error = match &answer {
            _ if is_known(&answer) => return Ok(()),
            Err(error) => error,
            Ok(()) => return Ok(()),
        };
        let unknown_key = error.refusal().is_some_and(|refusal| refusal.code == 1002);
        let in_time = timeout_at(by, self.other_region_knows(&settings));
        let known_elsewhere = unknown_key && in_time.await.unwrap_or(false);
        let text = settings.language.for_everybody(|language| {
            if known_elsewhere {
                texts::other_region_knows_key(language, settings.host.region().other())
            } else {
                failure::describe(language, error)
            }
        });
        Err(Error::InvalidCredentials(text))
    }
}

async fn ask(client: &KlingClient) -> Result<(), KlingError> {
    let now = Timestamp::now();
    let start = now.checked_sub(PERIOD).unwrap_or(now);
    client.account_costs(start.as_millisecond(), now.as_millisecond()).await.map(drop)
}

/// Whether Kling knows the key. An account that is out of units or asked too often has a good key all the same.
fn is_known(answer: &Result<(), KlingError>) -> bool {
    match answer {
        Ok(()) => true,
        Err(error) => error.refusal().is_some_and(|refusal| {
            matches!(
                refusal.meaning(),
                Meaning::Account | Meaning::Permission | Meaning::RequestRate | Meaning::Concurrency
            )
        }),
    }
}
