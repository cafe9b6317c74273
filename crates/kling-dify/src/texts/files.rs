//! About files that come in.

use kling_media::{MediaError, Misfit};

use crate::language::Language;

/// A file that cannot be used, by the parameter it came in.
pub(crate) fn bad_file(language: Language, name: &str, error: &MediaError) -> String {
    language.pick(format!("`{name}`: {error}."), format!("`{name}`：{}。", chinese(error)))
}

fn chinese(error: &MediaError) -> String {
    match error {
        MediaError::Unfit(misfit) => unfit(misfit),
        MediaError::TooLarge { limit, .. } => format!("文件超过 {limit} 字节的上限"),
        MediaError::TimedOut { seconds } => format!("文件未能在 {seconds} 秒内下载"),
        MediaError::Refused { status } => format!("文件服务器返回 HTTP {status}"),
        MediaError::Broken { .. } => "文件下载中断".to_owned(),
        other => format!("文件无法使用（{other}）"),
    }
}

fn unfit(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Bytes { max, .. } => format!("文件过大，最多 {max} 字节"),
        Misfit::SideTooSmall { width, height, min } => format!("尺寸为 {width}×{height}，每边至少 {min} 像素"),
        Misfit::SideTooLarge { width, height, max } => format!("尺寸为 {width}×{height}，每边最多 {max} 像素"),
        Misfit::Area { width, height, max } => format!("尺寸为 {width}×{height}，总像素最多 {max}"),
        Misfit::Shape { width, height, .. } => format!("尺寸为 {width}×{height}，宽高比不受支持"),
        Misfit::Seconds { seconds, min, max } => format!("视频时长 {seconds:.1} 秒，须为 {min} 到 {max} 秒"),
        Misfit::FrameRate { rate, min, max } => format!("帧率为 {rate:.1}，须为 {min} 到 {max}"),
        other => format!("文件类型不受支持（{other}）"),
    }
}
