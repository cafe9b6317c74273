use serde_json::{Value, json};

use crate::client::{OMNI_IMAGE, URL, ended, sim};

fn counts(result: &Value) -> (&str, usize, usize) {
    let count = |name: &str| result[name].as_array().unwrap().len();
    (result["result_type"].as_str().unwrap(), count("images"), count("series_images"))
}

#[tokio::test]
async fn single_images_come_n_at_a_time() {
    let sim = sim().await;
    let body = json!({ "prompt": "<<<image_1>>> and <<<element_1>>>", "n": 3, "image_list": [{ "image": URL }],
        "element_list": [{ "element_id": 160 }], "series_amount": 9, "aspect_ratio": "auto" });
    let task = ended(&sim, OMNI_IMAGE, &body).await;
    assert_eq!(counts(&task["task_result"]), ("single", 3, 0));
    assert_eq!(sim.tasks()[0].model_name, "kling-image-o1", "the documented default");
}

#[tokio::test]
async fn a_series_has_its_own_list_and_amount() {
    let sim = sim().await;
    for (amount, expected) in [(Value::Null, 4), (json!("auto"), 4), (json!(2), 2), (json!(9), 9)] {
        let body = json!({ "model_name": "kling-v3-omni", "prompt": "a story", "result_type": "series",
            "series_amount": amount, "n": 7, "resolution": "4k" });
        let task = ended(&sim, OMNI_IMAGE, &body).await;
        assert_eq!(counts(&task["task_result"]), ("series", 0, expected));
        let indexes: Vec<_> = task["task_result"]["series_images"].as_array().unwrap().iter().collect();
        assert_eq!(indexes[1]["index"], 1);
    }
    assert_eq!(sim.tasks()[0].kind, kling_sim::TaskKind::Series);
}
