//! Connections and signed tokens, kept from call to call.

use std::sync::{Arc, Mutex, PoisonError};

use kling_api::{Handle, SlotPool, Task, TaskPath};
use kling_auth::{ApiHost, Credentials};
use kling_client::{Answer, KlingClient, KlingError};
use kling_media::{Downloader, LinkPolicy, MediaError};
use kling_tasks::{AskError, Jitter, Lanes, Ledger, PollFailure, RetryBudget, Schedule, Waits};
use tokio::time::Instant;

use crate::Environment;
use crate::input_memory::InputMemory;
use crate::settings::Settings;

/// Accounts kept ready beside those in use. One plugin process serves all tenants of a Dify; the one unused for longest
/// makes room. One in use stays: its callers share what is known of its slots and its troubles.
const KEPT_ACCOUNTS: usize = 32;
/// Beyond this an idle account makes room even if one of its calls may still be made again.
const MOST_ACCOUNTS: usize = 8 * KEPT_ACCOUNTS;

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
    /// What calls were about, for those that are made again.
    pub(crate) ledger: Ledger<Handle>,
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
    inputs: InputMemory,
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
        Self { environment, inputs: InputMemory::default(), kept: Mutex::new(Vec::new()) }
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The memory for inputs, which all accounts share.
    pub(crate) fn inputs(&self) -> &InputMemory {
        &self.inputs
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
        let is_idle = |kept: &Kept| Arc::strong_count(&kept.account) == 1;
        let can_go = |kept: &Kept| is_idle(kept) && !kept.account.ledger.has_adoptable();
        let goes = match kept.len() {
            0..=KEPT_ACCOUNTS => None,
            len if len <= MOST_ACCOUNTS => kept.iter().position(can_go),
            _ => kept.iter().position(is_idle),
        };
        if let Some(goes) = goes {
            kept.remove(goes);
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
        kling_tasks::ask(&self.retries, &self.jitter, by, question).await.map_err(|error| match error {
            AskError::Failed(error) | AskError::OutOfTime(Some(error)) => error,
            AskError::OutOfTime(None) => KlingError::TimedOut,
        })
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
            ledger: Ledger::default(),
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

    /// What a call left behind for the next one must outlast the other tenants' calls in between.
    #[tokio::test]
    async fn an_account_whose_call_may_be_made_again_stays() {
        let accounts = Accounts::new(Environment::default());
        let later = tokio::time::Instant::now() + std::time::Duration::from_secs(1);
        for key in 0..4 * KEPT_ACCOUNTS {
            let account = accounts.open(&settings(key)).unwrap();
            if key == 0 {
                let call = account.ledger.fingerprint(|hasher| hasher.write_u8(7));
                account.ledger.claim_made(call, "id".to_owned(), later).await.unwrap().posting();
            }
        }
        assert!(accounts.open(&settings(0)).unwrap().ledger.has_adoptable());
        assert!(accounts.kept.lock().unwrap().len() <= KEPT_ACCOUNTS + 1);
    }
}
