//! Names to addresses, without the C library's resolver: a static program cannot load its modules.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::system_conf::parse_resolv_conf;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::transport::NameProblem;

/// Resolves as `/etc/hosts` and `/etc/resolv.conf` say, and reads them again when they have changed. Where there is no
/// `/etc/resolv.conf` it fails instead of asking a public server: no name of the user's may go to a stranger.
#[derive(Debug, Clone)]
pub struct SystemDns(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: PathBuf,
    hosts: PathBuf,
    current: Mutex<Option<Current>>,
}

struct Current {
    read: [Option<Stamp>; 2],
    resolver: TokioResolver,
}

/// What tells one version of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

/// No address for a name.
#[derive(Debug, thiserror::Error)]
#[error("the name {name} could not be resolved: {problem}")]
pub(super) struct NameNotResolved {
    pub(super) name: String,
    pub(super) problem: NameProblem,
    #[source]
    pub(super) cause: Option<NetError>,
}

/// What the resolver's error is about.
fn problem_of(error: &NetError) -> NameProblem {
    match error {
        NetError::Timeout => NameProblem::TimedOut,
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NXDomain => {
            NameProblem::NoSuchName
        }
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.response_code == ResponseCode::NoError => {
            NameProblem::NoAddress
        }
        NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused)) => NameProblem::Refused,
        NetError::Io(error) if error.kind() == ErrorKind::ConnectionRefused => NameProblem::Refused,
        NetError::Io(error) if error.kind() == ErrorKind::TimedOut => NameProblem::TimedOut,
        _ => NameProblem::Failed,
    }
}

impl Default for SystemDns {
    fn default() -> Self {
        Self::reading("/etc/resolv.conf", "/etc/hosts")
    }
}

impl SystemDns {
    fn reading(settings: impl Into<PathBuf>, hosts: impl Into<PathBuf>) -> Self {
        Self(Arc::new(Shared { settings: settings.into(), hosts: hosts.into(), current: Mutex::default() }))
    }

    /// The resolver of the settings as they are now. While they cannot be read, as when they are being written, the
    /// former ones hold.
    fn resolver(&self) -> Result<TokioResolver, NameProblem> {
        let Shared { settings, hosts, current } = &*self.0;
        let found = [settings, hosts].map(|path| {
            let metadata = fs::metadata(path).ok()?;
            Some(Stamp { modified: metadata.modified().ok(), length: metadata.len() })
        });
        let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Current { read, resolver }) = &*current
            && *read == found
        {
            return Ok(resolver.clone());
        }
        match (self.build(), &*current) {
            (Ok(resolver), _) => {
                *current = Some(Current { read: found, resolver: resolver.clone() });
                Ok(resolver)
            }
            (Err(_), Some(former)) => Ok(former.resolver.clone()),
            (Err(error), None) => Err(error),
        }
    }

    fn build(&self) -> Result<TokioResolver, NameProblem> {
        let settings = fs::read(&self.0.settings).map_err(|_| NameProblem::NoSettings)?;
        let (config, options) = parse_resolv_conf(settings).map_err(|_| NameProblem::NoSettings)?;
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        *builder.options_mut() = options;
        builder.options_mut().ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
        builder.build().map_err(|error| problem_of(&error))
    }
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Current").field("read", &self.read).finish_non_exhaustive()
    }
}

impl Resolve for SystemDns {
    fn resolve(&self, name: Name) -> Resolving {
        let dns = self.clone();
        Box::pin(async move {
            let unresolved = |problem, cause| NameNotResolved { name: name.as_str().to_owned(), problem, cause };
            let resolver = dns.resolver().map_err(|problem| unresolved(problem, None))?;
            let found = resolver.lookup_ip(name.as_str()).await;
            let found = found.map_err(|error| unresolved(problem_of(&error), Some(error)))?;
            let addresses: Vec<_> = found.iter().map(|address| SocketAddr::new(address, 0)).collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use hickory_resolver::net::NoRecords;
    use hickory_resolver::proto::op::Query;
    use hickory_resolver::proto::rr::RecordType;

    use super::*;
    use crate::transport::{self, ConnectionProblem, connection_problem};

    fn timeout(dns: &SystemDns) -> Result<Duration, NameProblem> {
        dns.resolver().map(|resolver| resolver.options().timeout)
    }

    fn write(path: &Path, seconds: u32) {
        fs::write(path, format!("nameserver 127.0.0.1\noptions timeout:{seconds}\n")).unwrap();
    }

    /// A plugin process lives for weeks, and its machine changes networks meanwhile.
    #[tokio::test]
    async fn settings_that_changed_are_read_again_and_unchanged_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let (settings, hosts) = (folder.path().join("resolv.conf"), folder.path().join("hosts"));
        let dns = SystemDns::reading(&settings, &hosts);
        assert_eq!(timeout(&dns), Err(NameProblem::NoSettings));
        write(&settings, 3);
        assert_eq!(timeout(&dns), Ok(Duration::from_secs(3)));

        let file = fs::File::options().append(true).open(&settings).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        write(&settings, 7);
        file.set_modified(before).unwrap();
        assert_eq!(timeout(&dns), Ok(Duration::from_secs(3)), "by time and length it is the same file");
        file.set_modified(before + Duration::from_secs(1)).unwrap();
        assert_eq!(timeout(&dns), Ok(Duration::from_secs(7)));
        write(&settings, 15);
        assert_eq!(timeout(&dns), Ok(Duration::from_secs(15)), "another length");

        fs::write(&settings, "").unwrap();
        assert_eq!(timeout(&dns), Ok(Duration::from_secs(15)), "half written");
        fs::remove_file(&settings).unwrap();
        assert_eq!(timeout(&dns), Ok(Duration::from_secs(15)));
    }

    /// As the HTTP client tells it, however deep it puts the reason.
    async fn problem_of_name(dns: &SystemDns, name: &str) -> ConnectionProblem {
        let client = transport::builder(Duration::from_secs(1)).unwrap().dns_resolver(Arc::new(dns.clone())).no_proxy();
        let error = client.build().unwrap().get(format!("http://{name}/")).send().await.unwrap_err();
        assert!(error.is_connect());
        connection_problem(&error)
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_resolved_is_told_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let (settings, hosts) = (folder.path().join("resolv.conf"), folder.path().join("hosts"));
        let dns = SystemDns::reading(&settings, &hosts);
        let told = |name: &str, problem| ConnectionProblem::Name { name: name.to_owned(), problem };
        assert_eq!(problem_of_name(&dns, "kling.test").await, told("kling.test", NameProblem::NoSettings));
        fs::write(&settings, "nameserver 127.0.0.1\n").unwrap();
        let too_long = format!("{}.test", "k".repeat(64));
        assert_eq!(problem_of_name(&dns, &too_long).await, told(&too_long, NameProblem::Failed));
    }

    #[test]
    fn the_resolver_s_errors_are_told_apart() {
        let none = |code| {
            let query = Query::query("kling.test.".parse().unwrap(), RecordType::A);
            NetError::Dns(DnsError::NoRecordsFound(NoRecords::new(query, code)))
        };
        for (error, problem) in [
            (none(ResponseCode::NXDomain), NameProblem::NoSuchName),
            (none(ResponseCode::NoError), NameProblem::NoAddress),
            (none(ResponseCode::ServFail), NameProblem::Failed),
            (NetError::Timeout, NameProblem::TimedOut),
            (NetError::Dns(DnsError::ResponseCode(ResponseCode::Refused)), NameProblem::Refused),
            (NetError::Dns(DnsError::ResponseCode(ResponseCode::ServFail)), NameProblem::Failed),
        ] {
            assert_eq!(problem_of(&error), problem, "{error}");
        }
    }
}
