//! Requests that have passed.

use std::ops::Deref;

/// A request that follows every rule known here. Only the checks make one, and it cannot be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked<T>(T);

impl<T> Checked<T> {
    /// For the checks alone.
    pub(crate) fn assume(request: T) -> Self {
        Self(request)
    }

    /// The request itself, unchecked again.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
