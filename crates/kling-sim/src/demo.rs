//! The credentials of the only account there is.

/// The API key the simulator accepts. It has the form of a real one and opens nothing but a simulator.
pub const DEMO_API_KEY: &str = "api-key-kling-demo-0000000000000000000000000000000000000";

/// The access key the simulator accepts as `iss` of a JSON Web Token.
pub const DEMO_ACCESS_KEY: &str = "AKDEMO0000000000000000000000DEMO";

/// The secret key that belongs to [`DEMO_ACCESS_KEY`]; tokens are signed with it (HS256).
pub const DEMO_SECRET_KEY: &str = "SKDEMO0000000000000000000000DEMO";
