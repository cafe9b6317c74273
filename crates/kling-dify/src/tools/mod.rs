//! One module a tool: its table, and how its parameters become an order. What happens then is the same for all.

pub(crate) mod account_balance;
pub(crate) mod element_create;
pub(crate) mod element_delete;
pub(crate) mod element_list;
pub(crate) mod image_2_video_create;
pub(crate) mod image_generation_create;
pub(crate) mod omni_image_create;
pub(crate) mod omni_video_create;
pub(crate) mod query;
pub(crate) mod text_2_video_create;

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, PluginBuilder, Tool, ToolCall, async_trait};
use kling_api::{ImageModel, Retirement, VideoModel};
use serde_json::json;

use crate::account::Accounts;
use crate::declaration::ToolTable;
use crate::opening::Opening;
use crate::order::Order;
use crate::texts;

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
    tool: std::marker::PhantomData<fn() -> T>,
}

#[async_trait]
impl<T: Creates> Tool for Create<T> {
    fn name(&self) -> &'static str {
        T::TABLE.name
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let opening = Opening::read(&self.accounts, T::TABLE, &call)?;
        let order = T::order(&opening).await?;
        let language = opening.language();
        let about = json!({
            "model": order.model,
            "estimated_units": order.estimate.map(|units| units.to_string()),
        });
        let run = opening.begin(out, about).await?;
        if let Some((model, retirement)) = order.model.as_deref().and_then(|model| Some((model, retirement(model)?))) {
            run.note(texts::retired_model(language, model, retirement)).await?;
        }
        for warning in &order.warnings {
            run.note(texts::warning(language, warning)).await?;
        }
        run.create(&order).await
    }
}

fn retirement(model: &str) -> Option<Retirement> {
    VideoModel::find(model)
        .and_then(|model| model.retirement)
        .or_else(|| ImageModel::find(model).and_then(|model| model.retirement))
}

/// All tables, in the order of the provider's list.
pub(crate) fn tables() -> Vec<ToolTable> {
    let mut tables = vec![
        text_2_video_create::Text2VideoCreate::TABLE,
        image_2_video_create::Image2VideoCreate::TABLE,
        omni_video_create::OmniVideoCreate::TABLE,
        image_generation_create::ImageGenerationCreate::TABLE,
        omni_image_create::OmniImageCreate::TABLE,
        element_create::ElementCreate::TABLE,
        element_list::TABLE,
        element_delete::TABLE,
        account_balance::TABLE,
    ];
    tables.extend(query::QUERIES.iter().map(|query| query.table));
    tables
}

/// Adds every tool to a plugin.
pub(crate) fn add_to(plugin: PluginBuilder, accounts: &Arc<Accounts>) -> PluginBuilder {
    fn create<T: Creates>(accounts: &Arc<Accounts>) -> Create<T> {
        Create { accounts: accounts.clone(), tool: std::marker::PhantomData }
    }
    let plugin = plugin
        .tool(create::<text_2_video_create::Text2VideoCreate>(accounts))
        .tool(create::<image_2_video_create::Image2VideoCreate>(accounts))
        .tool(create::<omni_video_create::OmniVideoCreate>(accounts))
        .tool(create::<image_generation_create::ImageGenerationCreate>(accounts))
        .tool(create::<omni_image_create::OmniImageCreate>(accounts))
        .tool(create::<element_create::ElementCreate>(accounts))
        .tool(element_list::ElementList(accounts.clone()))
        .tool(element_delete::ElementDelete(accounts.clone()))
        .tool(account_balance::AccountBalance(accounts.clone()));
    query::QUERIES.iter().fold(plugin, |plugin, query| plugin.tool(query::Asks::new(query, accounts.clone())))
}
