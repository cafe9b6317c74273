//! About what an account has.

use kling_api::{Element, ResourcePack};

use crate::answer::rfc3339;
use crate::language::Language;

/// Elements named in a text; the rest is in the JSON.
const SHOWN: usize = 20;

pub(crate) fn element_list(language: Language, elements: &[Element]) -> String {
    let count = elements.len();
    let english =
        if count == 1 { "1 element on this page.".to_owned() } else { format!("{count} elements on this page.") };
    let mut lines = vec![language.pick(english, format!("本页共 {count} 个主体。"))];
    lines.extend(elements.iter().take(SHOWN).map(|element| {
        let id = element.element_id.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{id}  {}", element.element_name.as_deref().unwrap_or_default())
    }));
    if count > SHOWN {
        lines.push(language.pick(format!("and {} more", count - SHOWN), format!("其余 {} 个略", count - SHOWN)));
    }
    lines.join("\n")
}

pub(crate) fn element_deleted(language: Language, element_id: &str) -> String {
    language.pick(format!("The element {element_id} is deleted."), format!("主体 {element_id} 已删除。"))
}

/// The packs one by one: units of videos and of pictures are worth different money, and Kling does not say which is which.
pub(crate) fn balance(language: Language, packs: &[ResourcePack]) -> String {
    if packs.is_empty() {
        let text = language.pick(
            "The account has no resource packs; what it uses is taken from its balance, if there is one.",
            "该账户没有资源包；如有余额，将从余额扣费。",
        );
        return text.to_owned();
    }
    let mut lines =
        vec![language.pick("Units left (up to 12 hours behind):", "剩余资源单位（最多延迟 12 小时）：").to_owned()];
    lines.extend(packs.iter().map(|pack| {
        let ends = pack.invalid_time.and_then(rfc3339).unwrap_or_default();
        let quantity = |units: Option<f64>| units.map_or_else(|| "?".to_owned(), |units| units.to_string());
        let (name, status) = (&pack.resource_pack_name, &pack.status);
        let (left, total) = (quantity(pack.remaining_quantity), quantity(pack.total_quantity));
        language.pick(
            format!("{name}: {left} of {total}, {status}, until {ends}"),
            format!("{name}：{left} / {total}，{status}，到期 {ends}"),
        )
    }));
    lines.join("\n")
}
