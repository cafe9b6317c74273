//! A call, as a seed draws it.

use std::fmt;
use std::time::Duration;

use dify_plugin::host::ToolInvocation;
use kling_sim::{DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Simulator};
use serde_json::{Value, json};

use crate::support::{PROMPT, demo_key, invocation, map};

const PICTURE: &str = "https://media.example.test/a.png";
const OTHER_PICTURE: &str = "https://media.example.test/b.png";

/// A create tool, the tool that asks for its tasks, and what is wished for.
struct Wish {
    create: &'static str,
    query: &'static str,
    /// Whether access key and secret key open its surface.
    takes_key_pairs: bool,
    parameters: fn() -> Value,
}

const WISHES: &[Wish] = &[
    Wish {
        create: "text_2_video_create",
        query: "text_2_video_query",
        takes_key_pairs: true,
        parameters: || json!({"prompt": PROMPT}),
    },
    Wish {
        create: "text_2_video_create",
        query: "task_query",
        takes_key_pairs: false,
        parameters: || json!({"prompt": PROMPT, "model_name": "kling-3.0-turbo"}),
    },
    Wish {
        create: "image_generation_create",
        query: "image_generation_query",
        takes_key_pairs: true,
        parameters: || json!({"prompt": PROMPT, "n": 2}),
    },
    Wish {
        create: "image_2_video_create",
        query: "image_2_video_query",
        takes_key_pairs: true,
        parameters: || json!({"prompt": PROMPT, "image": PICTURE}),
    },
    Wish {
        create: "text_2_video_create",
        query: "text_2_video_query",
        takes_key_pairs: false,
        parameters: || json!({"prompt": PROMPT, "model_name": "kling-2.6"}),
    },
    Wish {
        create: "element_create",
        query: "element_query",
        takes_key_pairs: true,
        parameters: || {
            json!({
                "element_name": "Mira", "element_description": PROMPT, "reference_type": "image_refer",
                "element_frontal_image": PICTURE, "element_refer_images": [OTHER_PICTURE],
            })
        },
    },
    Wish {
        create: "omni_video_create",
        query: "omni_video_query",
        takes_key_pairs: true,
        parameters: || json!({"prompt": PROMPT}),
    },
    Wish {
        create: "omni_image_create",
        query: "omni_image_query",
        takes_key_pairs: true,
        parameters: || json!({"prompt": PROMPT}),
    },
    // One that Kling ends without a result.
    Wish {
        create: "text_2_video_create",
        query: "text_2_video_query",
        takes_key_pairs: true,
        parameters: || json!({"prompt": format!("{PROMPT} [fail]")}),
    },
];

/// How long the caller would wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// 480 s.
    Usual,
    Seconds(u64),
    /// 220 s.
    Agent,
    /// Not at all for the result; up to 480 s for its submit.
    Handle,
}

const PATIENCES: &[Patience] =
    &[Patience::Usual, Patience::Seconds(90), Patience::Agent, Patience::Handle, Patience::Seconds(20)];

/// What a seed calls for. Seeds far enough apart call for the same, under other faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    seed: u64,
    place: usize,
    wish: usize,
    patience: Patience,
    own_id: bool,
    key_pair: bool,
    downloads: bool,
}

impl Call {
    pub(crate) fn drawn(seed: u64) -> Self {
        let mut rest = usize::try_from(seed).unwrap();
        let mut draw = |choices: usize| {
            let drawn = rest % choices;
            rest /= choices;
            drawn
        };
        let wish = draw(WISHES.len());
        let patience = PATIENCES[draw(PATIENCES.len())];
        let (own_id, key_pair, downloads) = (draw(2) == 1, draw(2) == 1, draw(2) == 0);
        Self { seed, place: 0, wish, patience, own_id, key_pair: key_pair && WISHES[wish].takes_key_pairs, downloads }
    }

    /// One of several calls at the same time, for slots of one model.
    pub(crate) fn in_crowd(seed: u64, place: usize) -> Self {
        let patience = PATIENCES[place % PATIENCES.len()];
        let key_pair = seed % 2 == 1;
        Self { seed, place, wish: 0, patience, own_id: true, key_pair, downloads: false }
    }

    fn credentials(self, sim: &Simulator) -> serde_json::Map<String, Value> {
        if self.key_pair {
            let url = sim.url();
            return map(json!({
                "access_key": DEMO_ACCESS_KEY, "secret_key": DEMO_SECRET_KEY, "base_url": url, "language": "en_US",
            }));
        }
        demo_key(sim)
    }

    pub(crate) fn own_id(self) -> Option<String> {
        self.own_id.then(|| format!("order-{}-{}", self.seed, self.place))
    }

    pub(crate) fn create(self, sim: &Simulator) -> ToolInvocation {
        let wish = &WISHES[self.wish];
        let mut invocation = invocation(wish.create, self.credentials(sim), (wish.parameters)());
        let mut add = |name: &str, value: Value| invocation.parameters.insert(name.to_owned(), value);
        if let Some(id) = self.own_id() {
            add("external_task_id", id.into());
        }
        match self.patience {
            Patience::Seconds(seconds) => {
                add("max_wait_seconds", seconds.to_string().into());
            }
            Patience::Handle => {
                add("wait_for_result", "false".into());
            }
            Patience::Usual | Patience::Agent => {}
        }
        if !self.downloads {
            add("download_video", "false".into());
            add("download_image", "false".into());
        }
        if self.patience == Patience::Agent {
            // An agent's call has no ids.
            invocation.app_id = None;
        }
        invocation
    }

    /// Asks for a task and waits for it.
    pub(crate) fn query(self, sim: &Simulator, name: &str, id: &str) -> ToolInvocation {
        let parameters = json!({name: id, "wait_for_result": "true"});
        invocation(WISHES[self.wish].query, self.credentials(sim), parameters)
    }

    /// No agent gets the file of a video.
    pub(crate) fn wants_files(self) -> bool {
        self.downloads && !self.is_agents()
    }

    pub(crate) fn is_agents(self) -> bool {
        self.patience == Patience::Agent
    }

    /// How long the call may take at most. A submit has a minute in any case; files have their own time, until 15 s
    /// before the host's limit of 600 s.
    pub(crate) fn longest(self, succeeds: bool) -> Duration {
        let wait = match self.patience {
            Patience::Usual | Patience::Handle => 480,
            Patience::Seconds(seconds) => seconds,
            Patience::Agent => 220,
        };
        Duration::from_secs(if self.wants_files() && succeeds { 585 } else { wait.max(60) })
    }

    pub(crate) fn fails_in_the_end(self) -> bool {
        (WISHES[self.wish].parameters)()["prompt"].as_str().is_some_and(|prompt| prompt.contains("[fail]"))
    }

    pub(crate) fn makes_an_element(self) -> bool {
        WISHES[self.wish].create == "element_create"
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { patience, own_id, key_pair, downloads, wish, .. } = self;
        let Wish { create, parameters, .. } = &WISHES[*wish];
        write!(f, "{create} {}, patience {patience:?}", parameters())?;
        for (is_so, words) in
            [(own_id, "with the user's own id"), (key_pair, "with a key pair"), (downloads, "with downloads")]
        {
            if *is_so {
                write!(f, ", {words}")?;
            }
        }
        Ok(())
    }
}
