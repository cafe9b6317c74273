//! Connections and signed tokens, kept from call to call.

use std::sync::{Arc, Mutex, PoisonError};

use kling_auth::{ApiHost, Credentials};
use kling_client::{KlingClient, KlingError};
use kling_media::{Downloader, LinkPolicy, MediaError};

use crate::Environment;
use crate::settings::Settings;

/// Accounts kept ready. One plugin process serves all tenants of a Dify; the one unused for longest makes room.
const KEPT_ACCOUNTS: usize = 32;

/// One Kling account on one host.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) client: KlingClient,
    pub(crate) downloader: Downloader,
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
                account: Arc::new(Account::connect(settings)?),
            },
        };
        let account = entry.account.clone();
        if kept.len() >= KEPT_ACCOUNTS {
            kept.remove(0);
        }
        kept.push(entry);
        Ok(account)
    }
}

impl Account {
    fn connect(settings: &Settings) -> Result<Self, SetupError> {
        // Only a simulator on this machine may hand out plain http links.
        let links = if settings.host.is_loopback() { LinkPolicy::HttpsOrLoopback } else { LinkPolicy::HttpsOnly };
        Ok(Self {
            client: KlingClient::new(settings.host.clone(), settings.credentials.clone())?,
            downloader: Downloader::new(links)?,
        })
    }
}
