//! One module a tool: its table, and how its parameters become an order. What happens then is the same for all.

mod account_balance;
mod element_create;
mod element_delete;
mod element_list;
mod image_2_video_create;
mod image_generation_create;
mod omni_image_create;
mod omni_video_create;
mod query;
mod task_list;
mod text_2_video_create;

use std::marker::PhantomData;
use std::sync::Arc;

use dify_plugin::{Error, MessageSink, PluginBuilder, Tool, ToolCall, async_trait};
use kling_api::{ImageModel, Retirement, VideoModel};
use kling_tasks::Earlier;
use serde_json::{Value, json};
use tokio::time::timeout_at;

use crate::account::Accounts;
use crate::caller::Caller;
use crate::declaration::ToolTable;
use crate::failure;
use crate::input_memory::InputRoom;
use crate::opening::Opening;
use crate::order::Order;
use crate::texts;

/// Each tool once: its module and its type. `creates` make a task from an order, the others answer at once.
macro_rules! tools {
    (creates { $($module:ident::$create:ident,)* } others { $($other_module:ident::$other:ident,)* }) => {
        /// All tables.
        pub(crate) fn tables() -> Vec<ToolTable> {
            let mut tables = vec![$($module::$create::TABLE,)* $($other_module::TABLE,)*];
            tables.extend(query::QUERIES.iter().map(|query| query.table));
            tables
        }

        /// Adds every tool to a plugin.
        pub(crate) fn add_to(plugin: PluginBuilder, accounts: &Arc<Accounts>) -> PluginBuilder {
            let plugin = plugin
                $(.tool(ForCaller(Create::<$module::$create>::new(accounts))))*
                $(.tool(ForCaller($other_module::$other(accounts.clone()))))*;
            let asks = |query| ForCaller(query::Asks::new(query, accounts.clone()));
            query::QUERIES.iter().fold(plugin, |plugin, query| plugin.tool(asks(query)))
        }
    };
}

tools! {
    creates {
        text_2_video_create::Text2VideoCreate,
        image_2_video_create::Image2VideoCreate,
        omni_video_create::OmniVideoCreate,
        image_generation_create::ImageGenerationCreate,
        omni_image_create::OmniImageCreate,
        element_create::ElementCreate,
    }
    others {
        element_list::ElementList,
        element_delete::ElementDelete,
        account_balance::AccountBalance,
        task_list::TaskList,
    }
}

/// Fields that change the result, so that a caller should read at the end too that Kling may have ignored them.
const MAY_BE_IGNORED: [&str; 6] =
    ["camera_control", "cfg_scale", "dynamic_masks", "negative_prompt", "voice_list", "tag_list"];

/// A tool whose errors are what its caller can use.
struct ForCaller<T>(T);

#[async_trait]
impl<T: Tool> Tool for ForCaller<T> {
    fn name(&self) -> &str {
        self.0.name()
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let caller = Caller::of(&call.session);
        let done = self.0.invoke(call, out).await;
        done.map_err(|error| if caller.is_agent() { failure::for_agents(error) } else { error })
    }
}

/// A tool that creates a task.
#[async_trait]
pub(crate) trait Creates: Send + Sync + 'static {
    const TABLE: ToolTable;

    /// Reads the call into a checked order. Nothing has been sent to Kling yet.
    async fn order(opening: &Opening<'_>) -> Result<Order, Error>;
}

/// The tool around a [`Creates`].
struct Create<T> {
    accounts: Arc<Accounts>,
    tool: PhantomData<fn() -> T>,
}

impl<T> Create<T> {
    fn new(accounts: &Arc<Accounts>) -> Self {
        Self { accounts: accounts.clone(), tool: PhantomData }
    }
}

#[async_trait]
impl<T: Creates> Tool for Create<T> {
    fn name(&self) -> &'static str {
        T::TABLE.name
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let mut opening = Opening::read(&self.accounts, T::TABLE, &call)?;
        let (language, account) = (opening.language(), opening.account().clone());
        let claim = opening.claim_id(&account.ledger).await?;
        if let Earlier::Exists(handle) = claim.earlier() {
            let run = opening.begin(out, Value::Null).await?;
            drop(call);
            return run.carry_on(handle, claim).await;
        }
        let (order, room) = self.order(&opening, &call).await?;
        let about = json!({
            "model": order.model,
            "estimated_units": order.estimate.map(|units| units.to_string()),
        });
        let (changes, doubts) =
            order.warnings.iter().partition::<Vec<_>, _>(|warning| MAY_BE_IGNORED.contains(&warning.field));
        for warning in changes {
            opening.tell(texts::warning(language, warning));
        }
        let run = opening.begin(out, about).await?;
        // The order has all that is needed of it; it may hold tens of megabytes.
        drop(call);
        if let Some((model, retirement)) = order.model.as_deref().and_then(|model| Some((model, retirement(model)?))) {
            run.note(texts::retired_model(language, model, retirement)).await?;
        }
        for warning in doubts {
            run.note(texts::warning(language, warning)).await?;
        }
        run.create(order, room, claim).await
    }
}

impl<T: Creates> Create<T> {
    /// The order with its files, within the time and the memory there is for them.
    async fn order(&self, opening: &Opening<'_>, call: &ToolCall) -> Result<(Order, InputRoom), Error> {
        let by = opening.inputs_by();
        let too_slow = || Error::Connection(texts::inputs_too_slow(opening.language()));
        let room = self.accounts.inputs().reserve(&call.parameters, by).await.ok_or_else(too_slow)?;
        let order = timeout_at(by, T::order(opening)).await.map_err(|_| too_slow())??;
        Ok((order, room))
    }
}

fn retirement(model: &str) -> Option<Retirement> {
    VideoModel::find(model)
        .and_then(|model| model.retirement)
        .or_else(|| ImageModel::find(model).and_then(|model| model.retirement))
}
