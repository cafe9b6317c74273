//! `element_list`: elements made before, by their number.

use crate::fields::Fields;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::ElementKind;

/// The kinds of the elements listed. Ids are numbers here, and strings on the surface with the model in the path.
pub(super) fn kinds(body: Fields<'_>, state: &SimState) -> Result<Vec<ElementKind>, Refusal> {
    let kind = |element: Fields<'_>| {
        let id = element.integer("element_id")?.ok_or_else(|| Refusal::empty("element_list.element_id"))?;
        let id = u64::try_from(id).map_err(|_| Refusal::value("element_id", id))?;
        state.element_kind(id)
    };
    body.objects("element_list")?.into_iter().map(kind).collect()
}

/// The kinds of at most so many elements.
pub(super) fn at_most(body: Fields<'_>, state: &SimState, most: usize) -> Result<Vec<ElementKind>, Refusal> {
    let kinds = kinds(body, state)?;
    if kinds.len() > most { Err(Refusal::too_many("element_list", kinds.len(), most)) } else { Ok(kinds) }
}
