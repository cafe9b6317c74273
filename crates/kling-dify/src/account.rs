//! Connections and signed tokens, kept from call to call.

use std::sync::{Arc, Mutex, PoisonError};

use kling_api::{SlotPool, Task, TaskPath};
use kling_auth::{ApiHost, Credentials};
use kling_client::{Answer, KlingClient, KlingError};
use kling_media::{Downloader, LinkPolicy, MediaError};
use kling_tasks::{Jitter, Lanes, PollFailure, RetryBudget, Schedule, Waits};
use tokio::time::Instant;

use crate::Environment;
use crate::settings::Settings;

/// Accounts kept ready beside those in use. One plugin process serves all tenants of a Dify; the one unused for longest
/// makes room. One in use stays: its callers share what is known of its slots and its troubles.
const KEPT_ACCOUNTS: usize = 32;

/// One Kling account on one host.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) client: KlingClient,
    pub(crate) downloader: Downloader,
    /// What all of the account's calls together may repeat.
    pub(crate) retries: RetryBudget,
    /// Who is next for a slot.
    pub(crate) lanes: Lanes<SlotPool>,
    pub(crate) jitter: Jitter,
    /// Who waits for which task, by its path and id.
    pub(crate) waits: Waits<(TaskPath, String), Answer<Task>>,
}

/// An account's connections could not be set up on this machine.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    #[error(transparent)]
    Client(#[from] KlingError),
    #[error(transparent)]
    Downloader(#[from] MediaError),
}

/// The accounts in use, the latest last.
#[derive(Debug)]
pub(crate) struct Accounts {
    environment: Environment,
    kept: Mutex<Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    host: ApiHost,
    credentials: Credentials,
    account: Arc<Account>,
}

impl Accounts {
    pub(crate) fn new(environment: Environment) -> Self {
        Self { environment, kept: Mutex::new(Vec::new()) }
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The account of these settings.
    pub(crate) fn open(&self, settings: &Settings) -> Result<Arc<Account>, SetupError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &Kept| kept.host == settings.host && kept.credentials == settings.credentials;
        let entry = match kept.iter().position(same) {
            Some(at) => kept.remove(at),
            None => Kept {
                host: settings.host.clone(),
                credentials: settings.credentials.clone(),
                account: Arc::new(Account::connect(settings, &self.environment)?),
            },
        };
        let account = entry.account.clone();
        kept.push(entry);
        if kept.len() > KEPT_ACCOUNTS
            && let Some(idle) = kept.iter().position(|kept| Arc::strong_count(&kept.account) == 1)
        {
            kept.remove(idle);
        }
        Ok(account)
    }
}

impl Account {
    /// Asks Kling something that costs nothing, a few times where that can help.
    pub(crate) async fn ask<T, F>(&self, by: Instant, mut question: impl FnMut() -> F) -> Result<T, KlingError>
    where
        F: Future<Output = Result<T, KlingError>>,
    {
        let question = || {
            let answer = question();
            async {
                answer.await.map_err(|error| {
                    if error.is_transient() {
                        PollFailure::Transient { retry_after: error.retry_after(), error }
                    } else {
                        PollFailure::Final(error)
                    }
                })
            }
        };
        kling_tasks::ask(&self.retries, &self.jitter, by, question).await
    }

    fn connect(settings: &Settings, environment: &Environment) -> Result<Self, SetupError> {
        let jitter = environment.jitter();
        // Only a simulator on this machine may hand out plain http links.
        let links = if settings.host.is_loopback() { LinkPolicy::HttpsOrLoopback } else { LinkPolicy::HttpsOnly };
        Ok(Self {
            client: KlingClient::new(settings.host.clone(), settings.credentials.clone())?,
            downloader: Downloader::new(links)?.with_dify_origins(environment.dify_origins().clone()),
            retries: RetryBudget::default(),
            lanes: Lanes::new(jitter.clone()),
            waits: Waits::new(Schedule::default(), jitter.clone()),
            jitter,
        })
    }
}

#[cfg(test)]
mod tests {
    use dify_plugin::Credentials as Given;
    use serde_json::json;

    use super::*;

    fn settings(key: usize) -> Settings {
        let serde_json::Value::Object(given) = json!({"api_key": format!("k-{key}")}) else { unreachable!() };
        Settings::read(&Given::from(given), &Environment::default()).unwrap()
    }

    #[tokio::test]
    async fn an_account_in_use_is_never_opened_twice_and_idle_ones_make_room() {
        let accounts = Accounts::new(Environment::default());
        let used = accounts.open(&settings(0)).unwrap();
        for key in 1..=2 * KEPT_ACCOUNTS {
            accounts.open(&settings(key)).unwrap();
        }
        assert!(Arc::ptr_eq(&used, &accounts.open(&settings(0)).unwrap()));
        assert!(accounts.kept.lock().unwrap().len() <= KEPT_ACCOUNTS);
    }
}
