//! From a sample to the parameters of a call.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use super::dify_files::DifyFiles;
use super::samples::{Given, Sample};
use crate::declaration::Tool;

/// What the user wants in the place of a sample's own value, where a tool has the parameter.
#[derive(Debug, Default)]
pub(crate) struct Wishes(pub(crate) Vec<(&'static str, Value)>);

/// The parameters as Dify hands them over: the sample's, and the form's defaults for the rest.
pub(crate) fn of(
    sample: &Sample,
    tool: &Tool,
    wishes: &Wishes,
    earlier: &Map<String, Value>,
    files: &DifyFiles,
) -> Result<Map<String, Value>> {
    let mut parameters = Map::new();
    for parameter in tool.parameters() {
        if let Some(default) = &parameter.default {
            parameters.insert(parameter.name.clone(), default.clone());
        }
    }
    for (name, given) in sample.inputs {
        let value = match given {
            Given::Text(text) => (*text).into(),
            Given::Number(number) => (*number).into(),
            Given::Picture => files.picture(0),
            Given::Pictures(count) => (1..=*count).map(|number| files.picture(number)).collect(),
            Given::Earlier(output) => {
                let found = earlier.get(*output).filter(|value| *value != "");
                found.with_context(|| format!("the earlier call gave no {output}"))?.clone()
            }
        };
        parameters.insert((*name).to_owned(), value);
    }
    for (name, value) in &wishes.0 {
        if tool.parameter(name).is_some() {
            parameters.insert((*name).to_owned(), value.clone());
        }
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::samples::find;
    use super::*;
    use crate::declaration::Declaration;
    use crate::project;

    async fn parameters(tool: &str, wishes: Wishes, earlier: Value) -> Result<Map<String, Value>> {
        let declaration = Declaration::read(&project::root().join("plugin")).unwrap();
        let files = DifyFiles::serve().await.unwrap();
        let Value::Object(earlier) = earlier else { panic!("no object") };
        of(find(tool).unwrap(), declaration.tool(tool).unwrap(), &wishes, &earlier, &files)
    }

    #[tokio::test]
    async fn a_default_gives_way_to_the_sample_and_that_to_a_wish() {
        let wish = || Wishes(vec![("prompt", "A kite".into()), ("model_name", "kling-v2-6".into())]);
        let video = parameters("text_2_video_create", wish(), json!({})).await.unwrap();
        assert_eq!((&video["prompt"], &video["model_name"]), (&json!("A kite"), &json!("kling-v2-6")));
        assert_eq!(video["duration"], "5");

        let query = parameters("text_2_video_query", wish(), json!({"task_id": "1"})).await.unwrap();
        assert_eq!((&query["task_id"], &query["wait_for_result"]), (&json!("1"), &json!("true")));
        assert_eq!(query.get("prompt"), None);
    }

    #[tokio::test]
    async fn an_earlier_answer_must_be_there() {
        for earlier in [json!({}), json!({"element_id": ""})] {
            let refusal = parameters("element_delete", Wishes::default(), earlier).await.unwrap_err();
            assert_eq!(refusal.to_string(), "the earlier call gave no element_id");
        }
    }
}
