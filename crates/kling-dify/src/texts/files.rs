//! About files that come in, and those that do not come out.

use kling_client::transport;
use kling_media::{Conversion, Damage, Facts, FileKind, InputProblem, LinkProblem, MediaError, Misfit, Shape};

use crate::language::Language;
use crate::texts::network::{certificate_problem, connection_problem};
use crate::texts::size;

/// Telephones keep pictures in a form of their own and hand out others when asked.
const EXPORT_JPEG: &str = "。请导出为 JPEG：iPhone 可在“设置 > 相机 > 格式”中选择“兼容性最佳”，或在共享图像时选择\
                           “选项 > 兼容性最佳”；Android 可在相册中另存为 JPEG";

/// A file that cannot be used, by the parameter it came in.
pub(crate) fn bad_file(language: Language, name: &str, error: &MediaError) -> String {
    let problem = media_problem(language, error);
    language.pick(format!("`{name}`: {problem}."), format!("`{name}`：{problem}。"))
}

/// What is wrong with a file, as part of a sentence.
pub(crate) fn media_problem(language: Language, error: &MediaError) -> String {
    match error {
        MediaError::TooLarge { limit, .. } => {
            let limit = size(language, *limit);
            language.pick(format!("the file is larger than {limit}"), format!("文件超过 {limit} 的上限"))
        }
        MediaError::UnknownLength { limit } => {
            let limit = size(language, *limit);
            language.pick(
                format!(
                    "its server does not tell the file's length, and Dify cannot take more than {limit} without it"
                ),
                format!("文件服务器未给出长度，超过 {limit} 时 Dify 无法接收"),
            )
        }
        MediaError::Broken { cause: Some(cause), .. } => {
            let cause = connection_problem(language, &transport::connection_problem(cause));
            language.pick(format!("{error} ({cause})"), format!("{}（{cause}）", chinese(error)))
        }
        _ => language.pick(error.to_string(), chinese(error)),
    }
}

/// A picture that Kling does not take and that was made into one that it takes.
pub(crate) fn converted(language: Language, name: &str, conversion: &Conversion) -> String {
    let Conversion { from, to } = conversion;
    let (before, after) = (facts(language, from), facts(language, to));
    language.pick(
        format!("`{name}` is sent to Kling in another form: {before} became {after}."),
        format!("`{name}` 已转换后发送给可灵：{before} → {after}。"),
    )
}

fn facts(language: Language, facts: &Facts) -> String {
    let Facts { kind, width, height, bytes, .. } = facts;
    let kilobytes = bytes.div_ceil(1024);
    language.pick(
        format!("{} ({width} x {height}, {kilobytes} KB)", kind.mime_type()),
        format!("{}（{width}×{height}，{kilobytes} KB）", kind.mime_type()),
    )
}

/// A result that stays a link.
pub(crate) fn unknown_length(language: Language, limit: u64) -> String {
    let limit = size(language, limit);
    language.pick(
        format!(
            "The file has more than {limit} and its server does not tell its length, without which Dify cannot take it: \
             use the link above."
        ),
        format!("文件超过 {limit}，且文件服务器未给出长度，Dify 无法接收，请使用上方链接。"),
    )
}

/// The text in place of the usual one, where a file broke off after its first part.
pub(crate) fn file_broke_off(language: Language, name: &str, links: &[&str], expires: Option<&str>) -> String {
    let (use_links, they_work) = match links {
        [_] => ("Use the link:", "It works"),
        _ => ("Use the links:", "They work"),
    };
    let mut text = language.pick(
        format!("The result is ready, but the download of {name} stopped early: that file is not usable. {use_links}"),
        format!("结果已生成，但文件 {name} 下载中断，该文件不可用。请使用链接："),
    );
    for link in links {
        text.push('\n');
        text.push_str(link);
    }
    if let Some(expires) = expires {
        text.push_str(&language.pick(format!("\n{they_work} until {expires}."), format!("\n链接有效期至 {expires}。")));
    }
    text
}

fn chinese(error: &MediaError) -> String {
    match error {
        MediaError::Unfit(misfit) => unfit(misfit),
        MediaError::Input(problem) => input(problem),
        MediaError::TimedOut { seconds } => format!("文件未能在 {seconds} 秒内下载"),
        MediaError::Refused { status } => format!("文件服务器返回 HTTP {status}"),
        MediaError::Broken { received: 0, .. } => "文件无法下载".to_owned(),
        MediaError::Broken { received, .. } => format!("文件下载到 {received} 字节后中断"),
        MediaError::WrongLength { .. } => "文件长度与服务器所述不符".to_owned(),
        MediaError::Changed => "文件在下载期间发生了变化".to_owned(),
        MediaError::NotMedia(_) => "链接返回的不是媒体文件".to_owned(),
        MediaError::BadLink(_) => "链接无法使用：须以 https:// 开头并指向公网主机".to_owned(),
        MediaError::DifyUnreachable { .. } => {
            "无法访问 Dify 给出的文件地址：请在 Dify 的 .env 中将 INTERNAL_FILES_URL 设为插件可访问的地址（如 \
             `http://api:5001`），未设置时请检查 FILES_URL"
                .to_owned()
        }
        MediaError::PrivateAddress => {
            "链接指向非公网主机，且未能从该处取得可用的图像或视频。若该主机就是 Dify，请在 FILES_URL 或 \
             INTERNAL_FILES_URL 中填写其地址，并同样设置在 Dify 插件守护进程的环境中"
                .to_owned()
        }
        MediaError::Certificate { problem } => format!(
            "文件主机的证书不被信任（{}）。若由自有机构签发，请在 Dify 插件守护进程的环境中用 SSL_CERT_FILE \
             指定该机构证书；对于 Dify 自身的文件，INTERNAL_FILES_URL 也可使用 http:// 地址",
            certificate_problem(Language::Chinese, *problem)
        ),
        MediaError::Io(_) => "无法读取本地文件".to_owned(),
        MediaError::Setup(_) => "无法初始化网络客户端".to_owned(),
        _ => "文件无法使用".to_owned(),
    }
}

fn input(problem: &InputProblem) -> String {
    match problem {
        InputProblem::NotAFile(_) => "给出的内容不是文件".to_owned(),
        InputProblem::Several(found) => format!("只需一个文件，却给出了 {found} 个"),
        InputProblem::TooMany { most } => format!("文件数量超过 {most} 个"),
        InputProblem::NotUnderstood => "文本既不是以 https:// 开头的链接，也不是图像或视频的 Base64".to_owned(),
        InputProblem::NotBase64 => "Base64 无法解码".to_owned(),
        InputProblem::FilesUrlUnset => {
            "Dify 未给出文件的完整地址：请在 Dify 的 .env 中设置 FILES_URL（如 `https://dify.example.com`，末尾不带斜杠；\
             设置了 INTERNAL_FILES_URL 时以其为准），然后重启 Dify"
                .to_owned()
        }
        InputProblem::Link(problem) => {
            format!(
                "链接{}：可灵会自行访问该链接，须以 https:// 开头并指向公网主机；图像也可以直接以文件给出",
                link(*problem)
            )
        }
        InputProblem::VideoWithoutLink => "可灵仅接受视频链接：请给出以 https:// 开头且指向公网主机的链接".to_owned(),
        InputProblem::VideoNotPublic(problem) => format!(
            "可灵仅接受视频链接，而 Dify 给出的链接{}：请给出公网 https:// 链接，或在 Dify 的 .env 中将 FILES_URL 设为公网 \
             https:// 地址（设置了 INTERNAL_FILES_URL 时以其为准）",
            link(*problem)
        ),
        _ => "文件无法使用".to_owned(),
    }
}

fn link(problem: LinkProblem) -> &'static str {
    match problem {
        LinkProblem::NotHttps => "不以 https:// 开头",
        LinkProblem::Credentials => "带有用户名或密码",
        LinkProblem::Private => "不指向公网主机",
        LinkProblem::TooManyRedirects => "重定向次数过多",
        _ => "不是有效的网址",
    }
}

fn unfit(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Kind { found, allowed } => {
            let found_text = if *found == FileKind::UNKNOWN {
                "无法识别文件类型".to_owned()
            } else {
                format!("文件类型为 {}", found.mime_type())
            };
            let kinds: Vec<_> = allowed.iter().map(FileKind::mime_type).collect();
            let wanted = match &kinds[..] {
                [] => "不是可读取的图像或视频".to_owned(),
                kinds => format!("须为 {}", kinds.join(" 或 ")),
            };
            let export = match *found {
                FileKind::HEIC | FileKind::AVIF if allowed.contains(&FileKind::JPEG) => EXPORT_JPEG,
                _ => "",
            };
            format!("{found_text}，{wanted}{export}")
        }
        Misfit::NotConvertible { found } => {
            format!("文件类型为 {}，但其编码方式无法读取，请另存为 JPEG 或 PNG", found.mime_type())
        }
        Misfit::TooManyPixels { width, height } => {
            format!("尺寸为 {width}×{height}，像素过多，无法转换：请缩小图像，或另存为 JPEG")
        }
        Misfit::Damaged(damage) => format!("文件无法读取：{}", damaged(*damage)),
        Misfit::Bytes { max, .. } => format!("文件过大，最多 {}", size(Language::Chinese, *max)),
        Misfit::SideTooSmall { width, height, min } => format!("尺寸为 {width}×{height}，每边至少 {min} 像素"),
        Misfit::SideTooLarge { width, height, max } => format!("尺寸为 {width}×{height}，每边最多 {max} 像素"),
        Misfit::Area { width, height, max } => format!("尺寸为 {width}×{height}，总像素最多 {max}"),
        Misfit::Shape { width, height, allowed } => {
            format!("尺寸为 {width}×{height}，宽高比须为 {}", shape(*allowed))
        }
        Misfit::Seconds { seconds, min, max } => format!("视频时长 {seconds:.1} 秒，须为 {min} 到 {max} 秒"),
        Misfit::FrameRate { rate, min, max } => format!("帧率为 {rate:.1}，须为 {min} 到 {max}"),
        _ => "文件不符合可灵的要求".to_owned(),
    }
}

fn damaged(damage: Damage) -> &'static str {
    match damage {
        Damage::CutOff => "内容不完整",
        Damage::Malformed => "文件头已损坏",
        Damage::Checksum => "校验和不正确",
        Damage::NothingToSee => "其中没有画面",
        Damage::HeadersTooLarge => "文件头过大",
        _ => "内容已损坏",
    }
}

fn shape(shape: Shape) -> String {
    match shape {
        Shape::Between(min, max) => format!("{min} 到 {max}"),
        Shape::OneOf(ratios) => ratios.iter().map(ToString::to_string).collect::<Vec<_>>().join(" 或 "),
    }
}
