//! About the way to Kling and to files.

use kling_client::transport::{CertificateProblem, ConnectionProblem, NameProblem};
use kling_client::{BadAnswer, KlingError};

use crate::language::Language;

/// Kling cannot be reached, or the connection to it broke.
pub(crate) fn unreachable(language: Language, problem: &ConnectionProblem) -> String {
    let (cause, advice) = (connection_problem(language, problem), connection_advice(language, problem));
    if *problem == ConnectionProblem::Broken {
        return language.pick(
            format!("The connection to Kling broke before the answer was complete. {advice}"),
            format!("与可灵的连接在收到完整应答之前中断。{advice}"),
        );
    }
    language.pick(
        format!("Kling could not be reached from the Dify server: {cause}. {advice}"),
        format!("Dify 服务器无法连接可灵：{cause}。{advice}"),
    )
}

/// Why a connection came to nothing, as part of a sentence.
pub(crate) fn connection_problem(language: Language, problem: &ConnectionProblem) -> String {
    let (english, chinese) = match problem {
        ConnectionProblem::Name { name, problem } => {
            let why = name_problem(language, *problem);
            return language.pick(
                format!("the name {name} could not be resolved ({why})"),
                format!("无法解析域名 {name}（{why}）"),
            );
        }
        ConnectionProblem::Certificate(problem) => {
            let why = certificate_problem(language, *problem);
            return language
                .pick(format!("its certificate is not accepted ({why})"), format!("其证书不被信任（{why}）"));
        }
        ConnectionProblem::Refused => ("the connection was refused", "连接被拒绝"),
        ConnectionProblem::TimedOut => ("the connection timed out", "连接超时"),
        ConnectionProblem::NoRoute => ("the network is unreachable", "网络不可达"),
        ConnectionProblem::Tls => ("the encrypted connection could not be set up", "无法建立加密连接"),
        ConnectionProblem::ProxyCredentials => ("the proxy asks for a user name and password", "代理要求用户名和密码"),
        ConnectionProblem::Proxy => ("the proxy does not let the connection through", "代理未放行该连接"),
        ConnectionProblem::Broken => ("the connection broke", "连接中断"),
        _ => ("the connection failed", "连接失败"),
    };
    language.pick(english, chinese).to_owned()
}

fn name_problem(language: Language, problem: NameProblem) -> &'static str {
    let (english, chinese) = match problem {
        NameProblem::NoSettings => ("this machine has no /etc/resolv.conf", "本机没有 /etc/resolv.conf"),
        NameProblem::NoSuchName => ("the DNS server knows no such name", "DNS 服务器中没有该域名"),
        NameProblem::NoAddress => ("the name has no address", "该域名没有对应的地址"),
        NameProblem::TimedOut => ("the DNS server does not answer", "DNS 服务器没有应答"),
        NameProblem::Refused => ("the DNS server refuses to answer", "DNS 服务器拒绝查询"),
        _ => ("the DNS server reports a failure", "DNS 服务器返回错误"),
    };
    language.pick(english, chinese)
}

/// What is wrong with a certificate, as part of a sentence.
pub(crate) fn certificate_problem(language: Language, problem: CertificateProblem) -> &'static str {
    let (english, chinese) = match problem {
        CertificateProblem::UnknownIssuer => ("its issuer is not known here", "签发机构未知"),
        CertificateProblem::Expired => ("it has expired", "已过期"),
        CertificateProblem::NotValidYet => ("it is not valid yet", "尚未生效"),
        CertificateProblem::OtherHost => ("it is for another host", "不属于该主机"),
        CertificateProblem::Revoked => ("it was revoked", "已被吊销"),
        _ => ("it is not valid", "无效"),
    };
    language.pick(english, chinese)
}

fn connection_advice(language: Language, problem: &ConnectionProblem) -> &'static str {
    let (english, chinese) = match problem {
        ConnectionProblem::Name { problem: NameProblem::NoSuchName | NameProblem::NoAddress, .. } => (
            "Check the DNS settings of Dify's plugin daemon, its proxy, and the API address (base_url) if it is set.",
            "请检查 Dify 插件守护进程的 DNS 设置、代理设置，以及 API 地址 base_url（如已设置）。",
        ),
        ConnectionProblem::Name { .. } => (
            "Check the DNS settings of Dify's plugin daemon (/etc/resolv.conf in its container).",
            "请检查 Dify 插件守护进程的 DNS 设置（其容器内的 /etc/resolv.conf）。",
        ),
        ConnectionProblem::Certificate(CertificateProblem::Expired | CertificateProblem::NotValidYet) => {
            ("Check the clock of the Dify server, and its proxy.", "请检查 Dify 服务器的时钟与代理设置。")
        }
        ConnectionProblem::Certificate(_) => (
            "If a proxy of your own signs connections, name its certificate in SSL_CERT_FILE in the environment of \
             Dify's plugin daemon.",
            "如使用自有机构签发证书的代理，请在 Dify 插件守护进程的环境中用 SSL_CERT_FILE 指定其证书。",
        ),
        ConnectionProblem::ProxyCredentials => (
            "Put them into HTTPS_PROXY (`http://user:password@proxy:3128`) in the environment of Dify's plugin daemon.",
            "请在 Dify 插件守护进程环境的 HTTPS_PROXY 中填写（`http://user:password@proxy:3128`）。",
        ),
        ConnectionProblem::Broken => (
            "Try again; if it stays, check the network and proxy settings of the Dify server.",
            "请重试；若持续出现，请检查 Dify 服务器的网络与代理设置。",
        ),
        _ => ("Check the network and proxy settings of the Dify server.", "请检查 Dify 服务器的网络与代理设置。"),
    };
    language.pick(english, chinese)
}

/// Something else than Kling answered, or Kling in a way that it does not document.
pub(crate) fn unreadable_answer(language: Language, status: u16, what: BadAnswer) -> String {
    let chinese = match what {
        BadAnswer::Empty => "内容为空".to_owned(),
        BadAnswer::NotJson => "内容不是 JSON".to_owned(),
        BadAnswer::UnexpectedShape => "内容与可灵文档不符".to_owned(),
        BadAnswer::NoData => "表示成功但没有数据".to_owned(),
        BadAnswer::TooLarge => "内容过大".to_owned(),
        BadAnswer::ForeignCode(code) => format!("错误码 {code} 不是可灵的错误码"),
        BadAnswer::OtherTask => "返回了另一个任务".to_owned(),
        BadAnswer::NotListed => "未列出已存在的任务".to_owned(),
        BadAnswer::Redirect => "返回了重定向，插件不会跟随".to_owned(),
    };
    language.pick(
        format!(
            "The answer to a request to Kling (HTTP {status}) {what}, so it cannot be used. Try again; if it stays, check \
             whether a proxy or the API address (base_url) leads elsewhere."
        ),
        format!("可灵请求的应答无法使用（HTTP {status}）：{chinese}。请重试；若持续出现，请检查代理与 API 地址（base_url）是否指向别处。"),
    )
}

pub(crate) fn no_answer_in_time(language: Language) -> String {
    language
        .pick(
            "Kling did not answer in time. Try again; if it stays, check the network and proxy settings of the Dify \
             server.",
            "可灵未及时应答。请重试；若持续出现，请检查 Dify 服务器的网络与代理设置。",
        )
        .to_owned()
}

/// What should not happen, and is no fault of the user's. The error itself is for those who mend it: in English.
pub(crate) fn defect(language: Language, error: &KlingError) -> String {
    language.pick(
        format!("The plugin could not send the request: {error}. Please report this with the plugin's version."),
        "插件无法发送请求，请连同插件版本一起报告此问题。".to_owned(),
    )
}
