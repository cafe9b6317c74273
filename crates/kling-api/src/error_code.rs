//! Kling's error codes: what they mean and whether asking again can help.

/// What a refusal is about, whatever its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// The credential is missing, malformed or unknown (also: known only in another region).
    Credential,
    /// The signed token is not valid yet or any more.
    TokenTime,
    /// The account is abnormal, in arrears or out of units.
    Account,
    /// The account may not use this API or model.
    Permission,
    /// The request itself is wrong; the message says where.
    InvalidRequest,
    /// Path, method or model does not exist.
    NotFound,
    /// A platform or content-safety policy refused the input.
    ContentPolicy,
    /// Too many requests in a short time.
    RequestRate,
    /// Too many tasks at the same time.
    Concurrency,
    /// The caller's IP address is not on the account's allow-list.
    IpAddress,
    /// Kling's own trouble.
    Server,
    /// A code this table does not have.
    Unknown,
}

/// Whether and how asking again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryClass {
    /// The same request will be refused again.
    Never,
    /// Once, with a newly signed token.
    FreshToken,
    /// After a pause that grows.
    BackOff,
    /// When one of the account's running tasks has ended.
    WaitForSlot,
}

/// One row of the vendor's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    /// The envelope's `code`.
    pub code: i64,
    /// The HTTP status documented for it; live answers sometimes use 200.
    pub http_status: u16,
    /// What it is about.
    pub meaning: Meaning,
    /// Whether asking again can help.
    pub retry: RetryClass,
    /// The vendor's description, restated.
    pub description: &'static str,
}

impl ErrorCode {
    /// The row of a code.
    pub fn find(code: i64) -> Option<&'static Self> {
        ERROR_CODES.iter().find(|row| row.code == code)
    }
}

const fn row(code: i64, http_status: u16, meaning: Meaning, retry: RetryClass, description: &'static str) -> ErrorCode {
    ErrorCode { code, http_status, meaning, retry, description }
}

/// All documented codes but 0 (vendor documentation 2026-09-20 for code, HTTP status and meaning; the retry class
/// follows the vendor's suggestions). Six of them share HTTP 429: never retry by status.
pub const ERROR_CODES: &[ErrorCode] = &[
    row(1000, 401, Meaning::Credential, RetryClass::Never, "authentication failed"),
    row(1001, 401, Meaning::Credential, RetryClass::Never, "no credential was sent"),
    row(1002, 401, Meaning::Credential, RetryClass::Never, "the credential is not known here"),
    row(1003, 401, Meaning::TokenTime, RetryClass::FreshToken, "the token is not valid yet"),
    row(1004, 401, Meaning::TokenTime, RetryClass::FreshToken, "the token has expired"),
    row(1100, 429, Meaning::Account, RetryClass::Never, "the account is in an abnormal state"),
    row(1101, 429, Meaning::Account, RetryClass::Never, "the account is in arrears"),
    row(1102, 429, Meaning::Account, RetryClass::Never, "the resource pack is used up or expired"),
    row(1103, 403, Meaning::Permission, RetryClass::Never, "no permission for this API or model"),
    row(1200, 400, Meaning::InvalidRequest, RetryClass::Never, "the request's parameters are not valid"),
    row(1201, 400, Meaning::InvalidRequest, RetryClass::Never, "a parameter is not valid"),
    row(1202, 404, Meaning::NotFound, RetryClass::Never, "the request method is not valid"),
    row(1203, 404, Meaning::NotFound, RetryClass::Never, "the resource, for example the model, does not exist"),
    row(1300, 400, Meaning::ContentPolicy, RetryClass::Never, "refused by a platform policy"),
    row(1301, 400, Meaning::ContentPolicy, RetryClass::Never, "refused by the content-safety policy"),
    row(1302, 429, Meaning::RequestRate, RetryClass::BackOff, "too many requests"),
    row(1303, 429, Meaning::Concurrency, RetryClass::WaitForSlot, "too many tasks at the same time"),
    row(1304, 429, Meaning::IpAddress, RetryClass::Never, "the IP address is not on the allow-list"),
    row(5000, 500, Meaning::Server, RetryClass::BackOff, "internal error"),
    row(5001, 503, Meaning::Server, RetryClass::BackOff, "temporarily unavailable"),
    row(5002, 504, Meaning::Server, RetryClass::BackOff, "internal timeout"),
];

impl Meaning {
    /// What a code is about; a code the table does not have is judged by its thousands, 5xxx being Kling's own trouble.
    pub fn of(code: i64) -> Self {
        match ErrorCode::find(code) {
            Some(row) => row.meaning,
            None if (5000..6000).contains(&code) => Self::Server,
            None => Self::Unknown,
        }
    }
}

impl RetryClass {
    /// Whether asking again can help after a code.
    pub fn of(code: i64) -> Self {
        match ErrorCode::find(code) {
            Some(row) => row.retry,
            None if (5000..6000).contains(&code) => Self::BackOff,
            None => Self::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promise 5: retry by code, not by status.
    #[test]
    fn retry_follows_the_code_and_not_the_http_status() {
        let of = |codes: &[i64], class| assert!(codes.iter().all(|code| RetryClass::of(*code) == class), "{codes:?}");
        of(&[1302, 5000, 5001, 5002, 5999], RetryClass::BackOff);
        of(&[1303], RetryClass::WaitForSlot);
        of(&[1003, 1004], RetryClass::FreshToken);
        of(
            &[1000, 1001, 1002, 1100, 1101, 1102, 1103, 1200, 1201, 1202, 1203, 1300, 1301, 1304, 1, 9999],
            RetryClass::Never,
        );
        let classes_of_429: Vec<_> =
            ERROR_CODES.iter().filter(|row| row.http_status == 429).map(|row| row.retry).collect();
        assert!(classes_of_429.contains(&RetryClass::Never) && classes_of_429.contains(&RetryClass::BackOff));
    }

    #[test]
    fn codes_are_unique_and_sorted() {
        assert!(ERROR_CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn unknown_codes_are_judged_by_their_thousands() {
        assert_eq!(Meaning::of(5123), Meaning::Server);
        assert_eq!(Meaning::of(1999), Meaning::Unknown);
    }
}
