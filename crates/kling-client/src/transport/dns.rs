//! Names to addresses, without the C library's resolver: a static program cannot load its modules.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves as `/etc/hosts` and `/etc/resolv.conf` say. Where there is no `/etc/resolv.conf` it fails instead of asking
/// a public server: no name of the user's may go to a stranger.
#[derive(Debug, Clone, Default)]
pub struct SystemDns(Arc<OnceLock<TokioResolver>>);

/// The machine does not say which servers to ask.
#[derive(Debug, thiserror::Error)]
#[error("this machine has no DNS settings (/etc/resolv.conf)")]
struct NoSettings;

impl SystemDns {
    fn resolver(&self) -> Result<&TokioResolver, Box<dyn std::error::Error + Send + Sync>> {
        if let Some(resolver) = self.0.get() {
            return Ok(resolver);
        }
        let mut builder = TokioResolver::builder_tokio().map_err(|_| NoSettings)?;
        builder.options_mut().ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
        let resolver = builder.build()?;
        Ok(self.0.get_or_init(|| resolver))
    }
}

impl Resolve for SystemDns {
    fn resolve(&self, name: Name) -> Resolving {
        let dns = self.clone();
        Box::pin(async move {
            let found = dns.resolver()?.lookup_ip(name.as_str()).await?;
            let addresses: Vec<_> = found.iter().map(|address| SocketAddr::new(address, 0)).collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
