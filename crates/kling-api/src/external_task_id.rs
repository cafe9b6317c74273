//! Ids that callers choose for their tasks.

/// Characters in an id of the caller's own, at most. Assumption: the vendor names no limit.
pub const MAX_EXTERNAL_TASK_ID_CHARS: usize = 128;

/// Why a text cannot serve as the id of a task.
///
/// An id stands in the path of a query on the v1 surface and in a list separated by commas on the v2 surface. One that
/// would be read as something else there leads to somebody else's task, or to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskIdProblem {
    /// Nothing, or white space only.
    #[error("is empty")]
    Empty,
    /// More than [`MAX_EXTERNAL_TASK_ID_CHARS`].
    #[error("is {found} characters long: at most {MAX_EXTERNAL_TASK_ID_CHARS} are allowed")]
    TooLong {
        /// Characters there.
        found: usize,
    },
    /// A comma, slash, backslash, semicolon, question mark, number sign or percent sign.
    #[error("contains \"{0}\", which has a meaning of its own in a query: use letters, digits, - _ . or :")]
    Reserved(char),
    /// White space or a control character.
    #[error("contains white space or an invisible character: use letters, digits, - _ . or :")]
    Invisible,
    /// Nothing but dots, which a path takes for a folder.
    #[error("consists of dots only: use letters, digits, - _ . or :")]
    DotsOnly,
}

/// Whether a task can be asked for by this id, the caller's own or Kling's.
///
/// ```
/// use kling_api::{TaskIdProblem, check_task_id};
///
/// assert_eq!(check_task_id("order-7"), Ok(()));
/// assert_eq!(check_task_id("order-7,order-8"), Err(TaskIdProblem::Reserved(',')));
/// ```
///
/// # Errors
/// What is wrong with it.
pub fn check_task_id(id: &str) -> Result<(), TaskIdProblem> {
    let found = id.chars().count();
    if id.trim().is_empty() {
        Err(TaskIdProblem::Empty)
    } else if found > MAX_EXTERNAL_TASK_ID_CHARS {
        Err(TaskIdProblem::TooLong { found })
    } else if let Some(reserved) = id.chars().find(|c| ",/\\;?#%".contains(*c)) {
        Err(TaskIdProblem::Reserved(reserved))
    } else if id.chars().any(is_invisible) {
        Err(TaskIdProblem::Invisible)
    } else if id.chars().all(|c| c == '.') {
        Err(TaskIdProblem::DotsOnly)
    } else {
        Ok(())
    }
}

/// White space, control characters, and marks that are not shown.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_the_same_everywhere_is_an_id() {
        for id in ["1", "840000000000000001", "order-7", "a.b:c_d", "..a", "订单7", "é", "a@b=c&d+e", &"x".repeat(128)]
        {
            assert_eq!(check_task_id(id), Ok(()), "{id}");
        }
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        for c in [',', '/', '\\', ';', '?', '#', '%'] {
            assert_eq!(check_task_id(&format!("a{c}b")), Err(TaskIdProblem::Reserved(c)));
        }
        for c in [' ', '\t', '\n', '\0', '\u{7f}', '\u{a0}', '\u{3000}', '\u{200b}', '\u{202e}', '\u{feff}'] {
            assert_eq!(check_task_id(&format!("a{c}b")), Err(TaskIdProblem::Invisible), "{c:?}");
        }
        for id in [".", "..", "..."] {
            assert_eq!(check_task_id(id), Err(TaskIdProblem::DotsOnly));
        }
        for id in ["", " ", "\u{3000}"] {
            assert_eq!(check_task_id(id), Err(TaskIdProblem::Empty));
        }
        assert_eq!(check_task_id(&"图".repeat(129)), Err(TaskIdProblem::TooLong { found: 129 }));
    }
}
