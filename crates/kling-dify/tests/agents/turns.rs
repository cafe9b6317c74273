//! Ten turns with an agent: a user's words, the model's call, what it sees of the answer, and what it tells the user.

use std::time::Duration;

use dify_plugin::host::{Event, Host};
use kling_sim::{DEMO_API_KEY, Fault, Reply, RequestKind, Requests, Simulator};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::dify::observe;
use crate::model::Model;
use crate::support::{Who, credentials, english, host, map, messages, simulator, text, variable};
use crate::tools;

/// The most characters that one call may add to a model's context.
const LONGEST: usize = 1500;
/// An agent of Dify's makes five rounds unless told otherwise.
const ROUNDS: usize = 5;
const LANGUAGES: [&str; 2] = ["en_US", "zh_Hans"];
const WHOS: [Who; 3] = [Who::AgentChat, Who::AgentNode, Who::NewAgent];

/// An agent in Dify, with its model and its memory.
struct Agent {
    who: Who,
    model: Model,
    host: Host,
    credentials: Map<String, Value>,
    tools: Value,
    memory: Vec<Value>,
}

/// What a turn came to.
struct Turn {
    /// The tools called.
    called: Vec<String>,
    /// The last call's messages, which the model has not seen.
    messages: Vec<Event>,
    files: usize,
    answer: String,
}

impl Turn {
    /// The result's link, from where a model has no part.
    fn url(&self) -> String {
        variable(&self.messages, "url")
            .and_then(|url| url.as_str().map(str::to_owned))
            .filter(|url| !url.is_empty())
            .unwrap()
    }

    fn handle(&self) -> String {
        variable(&self.messages, "handle").and_then(|handle| handle.as_str().map(str::to_owned)).unwrap()
    }
}

impl Agent {
    async fn new(who: Who, credentials: Map<String, Value>) -> Self {
        let (model, tools) = (Model::start().await, tools::for_the_model());
        Self { who, model, host: host(), credentials, tools, memory: Vec::new() }
    }

    /// A turn, to the model's answer.
    async fn hears(&mut self, words: &str) -> Turn {
        self.memory.push(json!({"role": "user", "content": words}));
        let mut turn = Turn { called: Vec::new(), messages: Vec::new(), files: 0, answer: String::new() };
        for _ in 0..ROUNDS {
            let message = self.model.next(&self.memory, &self.tools).await;
            self.memory.push(message.clone());
            if let Some(answer) = message["content"].as_str() {
                turn.answer = answer.to_owned();
                return turn;
            }
            let call = &message["tool_calls"][0];
            let tool = call["function"]["name"].as_str().unwrap().to_owned();
            let arguments: Value = serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
            let parameters = tools::merged(&tool, map(arguments));
            let started = Instant::now();
            turn.messages = messages(&self.host, self.who.call(&tool, self.credentials.clone(), parameters)).await;
            assert!(started.elapsed() < Duration::from_secs(240), "{tool}: the connection is cut");
            let seen = observe(self.who, &tool, &turn.messages);
            assert!(seen.text.chars().count() < LONGEST, "{:?}, {tool}: {}", self.who, seen.text);
            turn.files += seen.files;
            self.memory.push(json!({"role": "tool", "tool_call_id": call["id"], "content": seen.text}));
            turn.called.push(tool);
        }
        panic!("{:?} makes {ROUNDS} rounds without an answer: {:?}", self.who, turn.called)
    }
}

/// The bodies of what was created.
fn created(sim: &Simulator) -> Vec<Value> {
    let requests = sim.requests();
    requests.iter().filter(|request| request.method == "POST").filter_map(|request| request.body.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn words_become_a_video_and_the_user_gets_its_link() {
    let sim = simulator(1.0).await;
    for (who, language) in WHOS.into_iter().flat_map(|who| LANGUAGES.map(|language| (who, language))) {
        let mut agent = Agent::new(who, credentials(&sim, DEMO_API_KEY, language)).await;
        let turn = agent.hears("Make a video of a paper boat in the rain.").await;
        assert_eq!(turn.called, ["text_2_video_create"]);
        assert_eq!((turn.answer.contains(&turn.url()), turn.files), (true, 0), "{who:?}: {}", turn.answer);
    }
}

#[tokio::test(start_paused = true)]
async fn a_picture_comes_to_life_by_its_link() {
    const PICTURE: &str = "https://media.example.test/cat.png?x-oss-process=image/resize,w_800";
    let sim = simulator(1.0).await;
    for who in WHOS {
        let turn = Agent::new(who, english(&sim)).await.hears(&format!("Animate {PICTURE} so that it yawns")).await;
        assert_eq!(turn.called, ["image_2_video_create"]);
        assert!(turn.answer.contains(&turn.url()), "{}", turn.answer);
        assert_eq!(created(&sim).last().unwrap()["image"], PICTURE);
    }
}

/// A video of seven minutes: the first call waits as long as an agent may, the handle leads to the rest.
#[tokio::test(start_paused = true)]
async fn a_long_video_is_asked_for_by_its_handle_and_paid_once() {
    let sim = simulator(0.1).await;
    for (number, who) in WHOS.into_iter().enumerate() {
        let language = LANGUAGES[number % 2];
        let mut agent = Agent::new(who, credentials(&sim, DEMO_API_KEY, language)).await;
        let turn = agent.hears("Make a video of a snail that crosses a garden.").await;
        assert_eq!(turn.called, ["text_2_video_create", "task_query"], "asked for once, then the user is told");
        assert!(turn.answer.contains(&turn.handle()), "{who:?}: {}", turn.answer);
        tokio::time::advance(Duration::from_secs(300)).await;
        let later = agent.hears(&format!("And now? {}", turn.answer)).await;
        assert_eq!(later.called, ["task_query"]);
        assert!(later.answer.contains(&later.url()), "{who:?}: {}", later.answer);
        assert_eq!(sim.tasks().len(), number + 1, "one task a wish");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_prompt_is_told_with_what_to_do() {
    let sim = simulator(1.0).await;
    for who in WHOS {
        sim.faults().push_on(Requests::of(RequestKind::Create), Fault::NotProcessed(Reply::code(1301)));
        let turn = Agent::new(who, english(&sim)).await.hears("Make a video of something forbidden.").await;
        assert_eq!(turn.called, ["text_2_video_create"]);
        assert!(turn.answer.contains("change the prompt") && turn.answer.contains("1301"), "{who:?}: {}", turn.answer);
    }
    assert_eq!(sim.tasks().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_image_is_shown_where_that_works_and_linked_everywhere() {
    let sim = simulator(1.0).await;
    for (who, files) in [(Who::AgentChat, 1), (Who::AgentNode, 0), (Who::NewAgent, 0)] {
        let turn = Agent::new(who, english(&sim)).await.hears("Draw a puppy in a basket.").await;
        assert_eq!(turn.called, ["image_generation_create"]);
        assert_eq!((turn.answer.contains(&turn.url()), turn.files), (true, files), "{who:?}: {}", turn.answer);
    }
}

#[tokio::test(start_paused = true)]
async fn several_pictures_make_one_video() {
    const PICTURES: [&str; 2] = ["https://media.example.test/a.png", "https://media.example.test/b.png"];
    let sim = simulator(1.0).await;
    for who in WHOS {
        let words = format!("One video of {} and {} dancing", PICTURES[0], PICTURES[1]);
        let turn = Agent::new(who, english(&sim)).await.hears(&words).await;
        assert_eq!(turn.called, ["omni_video_create"]);
        assert!(turn.answer.contains(&turn.url()), "{}", turn.answer);
        let sent = created(&sim).last().unwrap()["image_list"].clone();
        let links: Vec<_> =
            sent.as_array().unwrap().iter().map(|image| image["image_url"].as_str().unwrap().to_owned()).collect();
        assert_eq!(links, PICTURES);
    }
}

#[tokio::test(start_paused = true)]
async fn the_balance_and_the_elements_are_told() {
    let sim = simulator(1.0).await;
    let element = json!({
        "element_name": "Mira", "element_description": "a traveller", "reference_type": "image_refer",
        "element_frontal_image": "https://media.example.test/a.png",
        "element_refer_images": ["https://media.example.test/b.png"],
    });
    let made = messages(&host(), Who::Workflow.call("element_create", english(&sim), map(element))).await;
    let id = variable(&made, "element_id").unwrap();
    for who in WHOS {
        let mut agent = Agent::new(who, english(&sim)).await;
        let turn = agent.hears("What is my balance?").await;
        assert_eq!(turn.called, ["account_balance"]);
        assert!(turn.answer.starts_with("Units left"), "{}", turn.answer);
        let turn = agent.hears("Which elements do I have?").await;
        assert_eq!(turn.called, ["element_list"]);
        assert!(turn.answer.contains("Mira") && turn.answer.contains(id.as_str().unwrap()), "{}", turn.answer);
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_failed_is_told_and_not_asked_for_again() {
    let sim = simulator(1.0).await;
    for who in WHOS {
        let turn = Agent::new(who, english(&sim)).await.hears("Make a video of a [fail] boat.").await;
        assert_eq!(turn.called, ["text_2_video_create"], "{who:?}");
        assert!(turn.answer.contains("risk control") && turn.answer.contains("Change the input"), "{}", turn.answer);
    }
}

/// Dify's new agents hide the text of errors about authorization.
#[tokio::test(start_paused = true)]
async fn a_key_that_does_not_work_is_told_with_what_to_check() {
    let sim = simulator(1.0).await;
    for who in WHOS {
        for key in ["no-such-key", ""] {
            let mut agent = Agent::new(who, credentials(&sim, key, "en_US")).await;
            let turn = agent.hears("Make a video of a paper boat.").await;
            assert_eq!(turn.called, ["text_2_video_create"]);
            let advice = if key.is_empty() { "API key" } else { "Check the key and its region" };
            assert!(turn.answer.contains(advice), "{who:?}: {}", turn.answer);
        }
    }
}

/// A model makes up what it does not know. It is told which parameter, before anything is paid.
#[tokio::test(start_paused = true)]
async fn a_made_up_link_is_refused_by_name() {
    let sim = simulator(1.0).await;
    for who in WHOS {
        let turn = Agent::new(who, english(&sim)).await.hears("Animate the picture above: it waves.").await;
        assert_eq!(turn.called, ["image_2_video_create"]);
        assert!(turn.answer.contains("`image_url`"), "{who:?}: {}", turn.answer);
    }
    assert_eq!(sim.requests().len(), 0);
}

/// A call that lost its answer: the model reads where to look, and creates nothing.
#[tokio::test(start_paused = true)]
async fn a_task_that_kling_hides_is_followed_by_its_handle() {
    let sim = simulator(1.0).await;
    for who in WHOS {
        let mut agent = Agent::new(who, english(&sim)).await;
        sim.faults().push_on(Requests::of(RequestKind::Query), Fault::NotProcessed(Reply::code(1002)));
        let turn = agent.hears(&format!("Make a video of a lighthouse for {who:?}.")).await;
        assert_eq!(turn.called, ["text_2_video_create", "task_query"], "{who:?}: {}", turn.answer);
        assert!(text(&turn.messages).contains(&turn.handle()) && turn.answer.contains(&turn.handle()));
    }
    assert_eq!(sim.tasks().len(), WHOS.len(), "one task a wish");
}
