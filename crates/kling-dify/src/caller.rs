//! Who calls: a node of a workflow, or an agent that turns all it gets into text for its model.

use dify_plugin::Session;

use crate::kind::Kind;

/// Who called, as far as it matters for what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A node of a workflow or chatflow: each message has its own place among the node's outputs.
    Workflow,
    /// An agent whose Dify hands images to the user as files.
    AgentWithImages,
    /// An agent that would fail on a file, or whose Dify writes its bytes into the model's context. Any other plugin that
    /// calls the tool is one of these too.
    Agent,
}

/// Which ids a call carries, and what it means.
struct Row {
    ids: Ids,
    caller: Caller,
}

/// Whether each of them is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ids {
    app: bool,
    conversation: bool,
    message: bool,
}

const fn row(app: bool, conversation: bool, message: bool, caller: Caller) -> Row {
    Row { ids: Ids { app, conversation, message }, caller }
}

/// What the calls of Dify 1.16.0 carry: logged on a plugin's stdin, 2026-11. By the source of Dify's tool node, a node's
/// single-step run carries what a real one does, in all releases from 1.4.0, the oldest that the manifest allows.
///
/// An agent node (agent plugin 0.0.45) and Dify's new agents carry none of the three, and nothing else tells them apart.
/// Images are known to work in an agent node only; a new agent writes them into its model's context (dify#42114). What
/// loses nothing for both is the link.
///
/// An agent plugin whose SDK hands on the app's id (newer ones can, and Dify's API takes it) would look like a workflow.
/// None was seen to.
const CALLERS: &[Row] = &[
    // A workflow, a pipeline, a workflow as a tool.
    row(true, false, false, Caller::Workflow),
    // A chatflow.
    row(true, true, false, Caller::Workflow),
    // An agent-chat app.
    row(true, true, true, Caller::AgentWithImages),
    // An agent node, or a new agent.
    row(false, false, false, Caller::Agent),
];

impl Caller {
    /// Reads the ids. The way the envelope came (stdio, HTTP in serverless mode, the debugging connection) does not
    /// change them. A combination that nobody has seen is taken for an agent: a workflow that is mistaken for one still
    /// gets the link and every output variable, an agent that is mistaken for a workflow loses a paid result.
    pub(crate) fn of(session: &Session) -> Self {
        // By the sources of Dify's SDK 0.9 to 0.10 an agent node adds the credentials it chose; not seen in 1.16.0. Its
        // images go the same way as there.
        if session.context.as_ref().is_some_and(|context| context.get("credentials").is_some()) {
            return Self::AgentWithImages;
        }
        let is_there = |id: &Option<String>| id.as_deref().is_some_and(|id| !id.is_empty());
        let ids = Ids {
            app: is_there(&session.app_id),
            conversation: is_there(&session.conversation_id),
            message: is_there(&session.message_id),
        };
        CALLERS.iter().find(|row| row.ids == ids).map_or(Self::Agent, |row| row.caller)
    }

    /// Whether a model reads what is answered.
    pub(crate) fn is_agent(self) -> bool {
        self != Self::Workflow
    }

    /// Whether the caller can do something with a file of a kind.
    pub(crate) fn takes_files(self, kind: Kind) -> bool {
        match self {
            Self::Workflow => true,
            Self::AgentWithImages => kind == Kind::Image,
            Self::Agent => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn session(app: bool, conversation: bool, message: bool, context: Option<Value>) -> Session {
        let id = |is_there: bool| is_there.then(|| "8d3f".to_owned());
        Session {
            app_id: id(app),
            conversation_id: id(conversation),
            message_id: id(message),
            context,
            ..Session::default()
        }
    }

    #[test]
    fn callers_are_told_by_their_ids() {
        for (app, conversation, message, caller) in [
            (true, false, false, Caller::Workflow),
            (true, true, false, Caller::Workflow),
            (true, true, true, Caller::AgentWithImages),
            (false, false, false, Caller::Agent),
        ] {
            assert_eq!(Caller::of(&session(app, conversation, message, None)), caller);
            // Dify sends null, and other hosts perhaps an object without what matters.
            assert_eq!(Caller::of(&session(app, conversation, message, Some(json!({})))), caller);
        }
    }

    #[test]
    fn combinations_that_nobody_has_seen_lose_nothing() {
        for (app, conversation, message) in
            [(false, true, false), (false, true, true), (false, false, true), (true, false, true)]
        {
            assert_eq!(Caller::of(&session(app, conversation, message, None)), Caller::Agent);
        }
        let blank = Session { app_id: Some(String::new()), ..Session::default() };
        assert_eq!(Caller::of(&blank), Caller::Agent);
    }

    #[test]
    fn the_credentials_that_older_agents_add_tell_them() {
        let context = json!({"credentials": {"tool_credentials": {"kling_aigc": "c-1"}}});
        for app in [true, false] {
            assert_eq!(Caller::of(&session(app, false, false, Some(context.clone()))), Caller::AgentWithImages);
        }
    }

    #[test]
    fn a_video_goes_to_workflows_alone() {
        let takes = |caller: Caller| [Kind::Video, Kind::Image].map(|kind| caller.takes_files(kind));
        assert_eq!(takes(Caller::Workflow), [true, true]);
        assert_eq!(takes(Caller::AgentWithImages), [false, true]);
        assert_eq!(takes(Caller::Agent), [false, false]);
    }
}
