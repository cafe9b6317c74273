//! What a broken rule says.

use crate::TaskIdProblem;

/// A rule that a request breaks.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct Violation {
    /// The field, as the API names it.
    pub field: &'static str,
    /// What is wrong with it. Never holds the user's text, only its measure.
    pub problem: Problem,
}

/// What can be wrong with a field. Every text in it is a field's name, a model's name, a number or a word of the
/// documentation; lists (`allowed`) read the same in every language, such as `std, pro` or `3–15`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing, or white space only.
    #[error("is empty")]
    Empty,
    /// Too many characters.
    #[error("is {found} characters long: at most {limit} are allowed")]
    TooLong {
        /// Characters there.
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// Too few or too many items.
    #[error("has {found} items: {least} to {most} are allowed")]
    Count {
        /// Items there.
        found: usize,
        /// Items needed.
        least: usize,
        /// Items allowed.
        most: usize,
    },
    /// Too many items of two fields together.
    #[error("and {with} have {found} items together: at most {most} are allowed")]
    Together {
        /// The other field.
        with: &'static str,
        /// Items there.
        found: usize,
        /// Items allowed.
        most: usize,
    },
    /// A number outside its range.
    #[error("is {found}: {least} to {most} is allowed")]
    OutOfRange {
        /// The number.
        found: f64,
        /// The smallest allowed.
        least: f64,
        /// The largest allowed.
        most: f64,
    },
    /// Not a whole number of seconds, 1 or more.
    #[error("must be whole seconds, such as 5 or 10")]
    NotSeconds,
    /// A word that is not on the documented list.
    #[error("must be one of {allowed}")]
    NotOneOf {
        /// The list.
        allowed: String,
    },
    /// A value that this model does not take.
    #[error("is {found}: {model} takes {allowed}")]
    ModelAllows {
        /// The value, a number or a word of the documentation.
        found: String,
        /// The model.
        model: String,
        /// What it takes.
        allowed: String,
    },
    /// A field that this model does not take.
    #[error("cannot be used with {model}")]
    NotWithModel {
        /// The model.
        model: String,
    },
    /// Must have a certain value because of another field.
    #[error("must be {wanted} because of {because}")]
    Needed {
        /// The value or values to choose from.
        wanted: &'static str,
        /// The other field.
        because: &'static str,
    },
    /// Must be there because of another field.
    #[error("is needed because of {because}")]
    Required {
        /// The other field.
        because: &'static str,
    },
    /// Must be there because others are not.
    #[error("is needed when there is no {others}")]
    RequiredWithout {
        /// The other field or fields.
        others: &'static str,
    },
    /// Must not be there together with another field.
    #[error("cannot be combined with {other}")]
    ExclusiveWith {
        /// The other field.
        other: &'static str,
    },
    /// Parts that do not add up.
    #[error("adds up to {sum} s: it must be {total} s, the duration")]
    Sum {
        /// What the parts add up to.
        sum: u32,
        /// What they should.
        total: u32,
    },
    /// Must be less than another field.
    #[error("must be less than {other}")]
    NotLess {
        /// The other field.
        other: &'static str,
    },
    /// Must differ from another field.
    #[error("must differ from {other}")]
    SameAs {
        /// The other field.
        other: &'static str,
    },
    /// Of several numbers exactly one must not be 0.
    #[error("has {found} values other than 0: exactly 1 is allowed")]
    OneNonZero {
        /// Numbers that are not 0.
        found: usize,
    },
    /// The text refers to an input that is not there.
    #[error("refers to {name}, which is not given")]
    MissingReference {
        /// The reference, such as `image_3`.
        name: String,
    },
    /// Two things have one name.
    #[error("is there twice")]
    Duplicate,
    /// A name begins like another, so that a reference may be read as either.
    #[error("begins like another")]
    Ambiguous,
    /// Neither a link nor a file.
    #[error("must be an http or https URL, or Base64")]
    NotMedia,
    /// No link.
    #[error("must be an http or https URL")]
    NotUrl,
    /// A file with a `data:` prefix.
    #[error("must be Base64 without a data: prefix")]
    DataUri,
    /// Not an id by which a task can be found.
    #[error(transparent)]
    BadTaskId(TaskIdProblem),
    /// No 64-bit number.
    #[error("must be a number")]
    NotAnId,
    /// The documentation does not say, or says two things. Warnings only.
    #[error("may be refused or ignored: the documentation is unclear about it")]
    Unconfirmed,
}
