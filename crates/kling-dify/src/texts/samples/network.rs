use kling_client::transport::{CertificateProblem, ConnectionProblem, NameProblem};
use kling_client::{BadAnswer, KlingError};

use super::Samples;
use crate::language::Language;
use crate::texts::network::{
    certificate_problem, connection_problem, defect, no_answer_in_time, unreachable, unreadable_answer,
};

const CERTIFICATES: [CertificateProblem; 6] = [
    CertificateProblem::UnknownIssuer,
    CertificateProblem::Expired,
    CertificateProblem::NotValidYet,
    CertificateProblem::OtherHost,
    CertificateProblem::Revoked,
    CertificateProblem::Invalid,
];

fn problems() -> Vec<ConnectionProblem> {
    let names = [
        NameProblem::NoSettings,
        NameProblem::NoSuchName,
        NameProblem::NoAddress,
        NameProblem::TimedOut,
        NameProblem::Refused,
        NameProblem::Failed,
    ];
    let names = names.map(|problem| ConnectionProblem::Name { name: "kling_gateway.corp".to_owned(), problem });
    let others = [
        ConnectionProblem::Refused,
        ConnectionProblem::TimedOut,
        ConnectionProblem::NoRoute,
        ConnectionProblem::Tls,
        ConnectionProblem::ProxyCredentials,
        ConnectionProblem::Proxy,
        ConnectionProblem::Broken,
        ConnectionProblem::Other,
    ];
    names.into_iter().chain(CERTIFICATES.map(ConnectionProblem::Certificate)).chain(others).collect()
}

pub(super) fn samples(language: Language) -> Samples {
    let answers = [
        BadAnswer::Empty,
        BadAnswer::NotJson,
        BadAnswer::UnexpectedShape,
        BadAnswer::NoData,
        BadAnswer::TooLarge,
        BadAnswer::ForeignCode(502),
        BadAnswer::OtherTask,
        BadAnswer::NotListed,
        BadAnswer::Redirect,
    ];
    let problems = problems();
    let problems = problems.iter().flat_map(|problem| {
        [("unreachable", unreachable(language, problem)), ("connection_problem", connection_problem(language, problem))]
    });
    let certificates =
        CERTIFICATES.map(|problem| ("certificate_problem", certificate_problem(language, problem).to_owned()));
    let answers = answers.map(|what| ("unreadable_answer", unreadable_answer(language, 502, what)));
    let others = [
        ("no_answer_in_time", no_answer_in_time(language)),
        ("defect", defect(language, &KlingError::Setup("no rings".to_owned()))),
    ];
    problems.chain(certificates).chain(answers).chain(others).collect()
}

/// Each cause is told apart from the others, and a name that could not be resolved is named.
#[test]
fn every_cause_has_words_of_its_own() {
    for language in [Language::English, Language::Chinese] {
        let mut told: Vec<_> = problems().iter().map(|problem| connection_problem(language, problem)).collect();
        let unresolved = told.iter().filter(|text| text.contains("kling_gateway.corp"));
        assert_eq!(unresolved.count(), 6);
        let count = told.len();
        told.sort();
        told.dedup();
        assert_eq!(told.len(), count, "{told:?}");
    }
}
