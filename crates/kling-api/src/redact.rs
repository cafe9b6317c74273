//! `Debug` for types that hold what users wrote or uploaded.

use std::fmt;

/// Prints how long a text is, never the text.
pub(crate) struct Hidden<'a, T>(pub(crate) &'a T);

/// A text or no text.
pub(crate) trait Measured {
    fn chars(&self) -> Option<usize>;
}

impl Measured for String {
    fn chars(&self) -> Option<usize> {
        Some(str::chars(self).count())
    }
}

impl Measured for Option<String> {
    fn chars(&self) -> Option<usize> {
        self.as_ref().and_then(Measured::chars)
    }
}

impl<T: Measured> fmt::Debug for Hidden<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.chars() {
            Some(chars) => write!(f, "<{chars} characters>"),
            None => f.write_str("None"),
        }
    }
}

/// Implements `Debug` with some fields shown and the others measured. Naming every field is enforced, so that a new
/// one is shown by decision and not by accident.
macro_rules! redacted_debug {
    ($name:ident { $($shown:ident),* $(,)? } hidden { $($hidden:ident),* $(,)? }) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let Self { $($shown,)* $($hidden,)* } = self;
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($shown), $shown))*
                    $(.field(stringify!($hidden), &crate::redact::Hidden($hidden)))*
                    .finish()
            }
        }
    };
}
pub(crate) use redacted_debug;
