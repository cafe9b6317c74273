//! What the simulator decides where the documentation and published observations (to October 2026) are silent.
//!
//! Everything else follows the documentation. When the real service turns out to differ, this page is the list to
//! check, and the module named is the place to change.
//!
//! **Authentication** (`auth`)
//! - The scheme word is matched exactly (`Bearer`), followed by exactly one space and one word without spaces.
//! - A token with two dots is a JSON Web Token; anything else is an API key.
//! - An unknown access key, a bad signature, a token that cannot be read, one without `iss` or `exp`, and any algorithm
//!   but HS256 are all answered like an unknown API key: 401, 1002, `api key not found`.
//! - There is no leeway: a token is expired at its `exp`, and not valid before its `nbf`. A missing `nbf` is fine.
//! - The wording of 1000, 1003 and 1004. The 401 bodies carry no `request_id` (observed 2026-08-26).
//! - Credentials are checked before the route, so an unknown route without credentials is a 401.
//! - Access keys work for `/account` as they do for `/v1`.
//!
//! **Requests** (`intake`, `fields`, `routes`)
//! - `Content-Type` is not checked, though the documentation lists it as required.
//! - A field that is `null` is absent. An empty string is absent for `prompt`, `negative_prompt` and
//!   `external_task_id` only; for a field with fixed values it is a wrong value.
//! - Wording: the observed forms `<field> value '<value>' is invalid`, `<field> cannot be empty` and
//!   `model is not supported` are used for all fields; `<field> type is invalid: a string is expected` and the texts
//!   of 1200, 1202 and of unknown routes are the simulator's own.
//! - Lengths are counted in characters.
//!
//! **`text2video`** (`legacy::text2video`)
//! - A name Kling does not know is 400/1201; a model that lives on other endpoints is 404/1203. Models reported as
//!   retired on 2026-09-15 are accepted and cost nothing, as is the default `kling-v1`.
//! - The order of checks: model, mode and sound, aspect ratio, duration, prompt or shots, the rest; then the duplicate
//!   custom id; then concurrency.
//! - Accepted and ignored although the documentation limits them by model: `cfg_scale` on 2.x, `sound` and
//!   `multi_shot` on models that lack them, `camera_control` on models other than V1.
//! - Custom ids are compared over all tasks of the account, and a query finds only tasks of its own path.
//!
//! **Tasks** (`tasks`, `legacy::answer`, `prices`)
//! - About 2 s `submitted` and 40 s `processing` at speed 1; real times vary widely.
//! - `task_result` and the deductions appear when the task has ended; a failed task costs `0`.
//! - `task_info.external_task_id` and `watermark_url` are empty strings when there is none.
//! - A result is `.041` longer than asked for, as observed for 5 s (2026-09-19); the sample file stays 5.04 s long.
//!
//! **Account** (`account`)
//! - The pack shows use at once, where the service is up to 12 hours behind. Calls are not limited to one a second.
//!
//! **Files** (`files`)
//! - The download host is not documented. It is taken for an ordinary file server: 403 for a wrong signature, 404 for a
//!   file that does not exist (yet), single byte ranges, a strong `ETag`; several ranges at once get the whole file.
