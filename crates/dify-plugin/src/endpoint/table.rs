//! From a path and a method to the endpoint.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::Method;

use super::rule::{Path, Rule};
use super::{Endpoint, METHODS};
use crate::BuildError;

/// A plugin's endpoints, in the order in which they are tried.
#[derive(Default)]
pub(crate) struct Endpoints(Vec<Entry>);

struct Entry {
    rule: Rule,
    method: Method,
    path: String,
    endpoint: Arc<dyn Endpoint>,
}

/// Where a request goes.
pub(super) enum Found {
    Endpoint(Arc<dyn Endpoint>, BTreeMap<String, String>),
    OtherMethod,
    Nothing,
}

impl Endpoints {
    pub(crate) fn new(endpoints: Vec<Arc<dyn Endpoint>>) -> Result<Self, BuildError> {
        let mut entries: Vec<Entry> = Vec::with_capacity(endpoints.len());
        for endpoint in endpoints {
            let (path, method) = (endpoint.path().to_owned(), endpoint.method());
            let invalid = |reason| BuildError::InvalidEndpoint { path: path.clone(), reason };
            if !METHODS.contains(&method) {
                return Err(invalid(format!("Dify does not serve the method {method}")));
            }
            let rule = Rule::parse(&path).map_err(invalid)?;
            if entries.iter().any(|entry| entry.method == method && entry.rule.shape() == rule.shape()) {
                return Err(BuildError::DuplicateEndpoint { path, method: method.to_string() });
            }
            entries.push(Entry { rule, method, path, endpoint });
        }
        entries.sort_by(|one, other| one.rule.preference().cmp(&other.rule.preference()));
        Ok(Self(entries))
    }

    /// Whoever serves GET serves HEAD too, unless there is one for HEAD.
    pub(super) fn find(&self, method: &Method, path: &Path) -> Found {
        let mut found = Found::Nothing;
        for entry in &self.0 {
            let Some(variables) = entry.rule.matches(path) else { continue };
            if entry.method == *method {
                return Found::Endpoint(entry.endpoint.clone(), variables);
            }
            let stands_in = *method == Method::HEAD && entry.method == Method::GET;
            match found {
                Found::Endpoint(..) => {}
                _ if stands_in => found = Found::Endpoint(entry.endpoint.clone(), variables),
                _ => found = Found::OtherMethod,
            }
        }
        found
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|entry| format!("{} {}", entry.method, entry.path))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EndpointRequest, EndpointResponse, Error, async_trait};

    struct At(Method, &'static str);

    #[async_trait]
    impl Endpoint for At {
        fn path(&self) -> &str {
            self.1
        }

        fn method(&self) -> Method {
            self.0.clone()
        }

        async fn respond(&self, _: EndpointRequest) -> Result<EndpointResponse, Error> {
            Ok(EndpointResponse::text(self.1))
        }
    }

    fn table(endpoints: impl IntoIterator<Item = (Method, &'static str)>) -> Result<Endpoints, BuildError> {
        Endpoints::new(endpoints.into_iter().map(|(method, path)| Arc::new(At(method, path)) as Arc<_>).collect())
    }

    #[test]
    fn what_cannot_be_served_is_refused_when_the_plugin_is_built() {
        let twice = [(Method::GET, "/a/<x>"), (Method::POST, "/a/<x>"), (Method::GET, "/a/<other>")];
        let expected = BuildError::DuplicateEndpoint { path: "/a/<other>".into(), method: "GET".into() };
        assert_eq!(table(twice).unwrap_err(), expected);
        let patch = table([(Method::PATCH, "/a")]).unwrap_err();
        assert_eq!(patch.to_string(), "the endpoint `/a` cannot be served: Dify does not serve the method PATCH");
        assert!(matches!(table([(Method::GET, "a")]), Err(BuildError::InvalidEndpoint { .. })));
    }

    #[test]
    fn the_better_rule_and_the_right_method_are_found() {
        let table =
            table([(Method::GET, "/<x>"), (Method::POST, "/me"), (Method::GET, "/me"), (Method::HEAD, "/head")])
                .unwrap();
        let found = |method, path| match table.find(&method, &Path::parse(path).unwrap()) {
            Found::Endpoint(endpoint, variables) => {
                format!("{} {} {}", endpoint.method(), endpoint.path(), variables.len())
            }
            Found::OtherMethod => "other method".into(),
            Found::Nothing => "nothing".into(),
        };
        assert_eq!(found(Method::GET, "/me"), "GET /me 0");
        assert_eq!(found(Method::POST, "/me"), "POST /me 0");
        assert_eq!(found(Method::GET, "/you"), "GET /<x> 1");
        assert_eq!(found(Method::PUT, "/me"), "other method");
        assert_eq!(found(Method::GET, "/a/b"), "nothing");
        assert_eq!(found(Method::HEAD, "/me"), "GET /me 0");
        assert_eq!(found(Method::HEAD, "/head"), "HEAD /head 0");
        assert_eq!(found(Method::GET, "/head"), "GET /<x> 1");
    }
}
