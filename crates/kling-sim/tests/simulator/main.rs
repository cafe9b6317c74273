//! The simulator seen from outside, over real HTTP. One behaviour a file.

mod account_costs;
mod api_faults;
mod authentication;
mod client;
mod command_line;
mod concurrency;
mod create_and_query;
mod create_validation;
mod download_faults;
mod downloads;
mod duplicate_external_id;
mod listing;
mod recorded_requests;
mod sample_media;
mod starting_and_stopping;
mod task_life;
mod unknown_routes;
