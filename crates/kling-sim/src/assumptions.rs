//! What the simulator decides where the documentation and published observations (to October 2026) are silent.
//!
//! Everything else follows the documentation. When the real service turns out to differ, this page is the list to
//! check, and the module named is the place to change.
//!
//! **Authentication** (`auth`)
//! - All keys added to a simulator open the same account.
//! - The scheme word is matched exactly (`Bearer`), followed by exactly one space and one word without spaces.
//! - A token with two dots is a JSON Web Token; anything else is an API key.
//! - An unknown access key, a bad signature, a token that cannot be read, one without `iss` or `exp`, and any algorithm
//!   but HS256 are all answered like an unknown API key: 401, 1002, `api key not found`. So is any token on a path that
//!   takes API keys only; there, only the code was observed.
//! - There is no leeway: a token is expired at its `exp`, and not valid before its `nbf`. A missing `nbf` is fine.
//! - The wording of 1000, 1003 and 1004. The 401 bodies carry no `request_id` (observed 2026-08-26).
//! - Credentials are checked before the route, so an unknown route without credentials is a 401.
//! - Access keys work for `/account` as they do for `/v1`.
//!
//! **Requests** (`intake`, `lenient`, `fields`, `routes`)
//! - `Content-Type` is not checked, though the documentation lists it as required. Bodies may have 96 MiB.
//! - Paths are read as nginx with `merge_slashes` and Tomcat read them (`lenient`): decoded once before they are taken
//!   apart, without `;parameters`, dots resolved, empty segments left out. How the service reads them is not known.
//! - A field that is `null` is absent. An empty string is absent for prompts, custom ids, pictures, voices and the
//!   `type` of an image; for another field with fixed values it is a wrong value.
//! - Wording: the observed forms `<field> value '<value>' is invalid`, `<field> cannot be empty` and
//!   `model is not supported` are used for all fields; `<field> type is invalid: a string is expected` and the texts
//!   of 1200, 1202, of unknown routes and of rules about several fields are the simulator's own.
//! - Lengths are counted in characters. Ids of elements are numbers on `/v1` and strings elsewhere, and nothing else.
//!
//! **Pictures and videos** (`media`)
//! - Addresses are never fetched: what is behind them is not checked. A megabyte is 1024 x 1024 bytes.
//! - Base64 is the standard alphabet with padding. Only the header of a picture is read.
//! - Where the model stands in the path, `data:` addresses are taken too: the documentation does not say.
//! - Masks are held to the rules for images; those given in Base64 must have the same resolution.
//!
//! **References in prompts** (`references`)
//! - `<<<kind_n>>>` must exist when the endpoint has a list of that kind; other marks are ordinary text.
//! - `@name` is a reference when no letter or digit stands before the `@` and one does behind it, on endpoints whose
//!   contents have names. A name that begins with another one is accepted.
//!
//! **Models** (`versions`, `legacy::models`, `path::create`)
//! - A name Kling does not know is 400/1201 in a body and 404/1203 in a path; a model that lives on other endpoints is
//!   404/1203. Retired models (`SimOptions::retired`) are accepted and cost nothing, as is the default `kling-v1`; when
//!   they are refused, code and wording are a guess.
//! - Only documented names end a path, though `/omni-video/kling-v3-omni` was seen to work once (2026-09-28).
//!
//! **`/v1` videos** (`legacy`)
//! - The order of checks: model, mode and sound, aspect ratio, duration, pictures, prompt or shots, the rest; then the
//!   duplicate custom id; then concurrency. Omni-video looks at pictures before ratio and duration.
//! - Accepted and ignored although the documentation limits them by model: `cfg_scale` on 2.x, `sound` and
//!   `multi_shot` on models that lack them, `camera_control` and masks on models other than V1, two frames in `std`.
//! - `element_list` and `voice_list` together are accepted: one page forbids it, newer samples do it.
//! - A picture needs no prompt beside it, unless several shots are asked for.
//! - Elements nobody knows count as made of pictures. Deleted ones are refused by their id.
//! - A base video is taken to have 5 s.
//! - O1 makes 5 or 10 s from words alone, or words and a first frame; anything more to go by frees the duration.
//! - Several shots after a given video need `intelligence`; that they are needed at all is said of the other surface.
//!
//! **`/v1` images** (`legacy::image_generation`, `legacy::omni_image`)
//! - `series_amount: auto` makes four images, and takes four slots from the start.
//! - Accepted although the capability map limits them: `image_reference` and the fidelities on models other than 2.1,
//!   `auto` ratio for text alone. `4k` and series on O1 are refused.
//!
//! **Elements** (`legacy::element_create`, `legacy::element_library`, `presets`)
//! - They cost nothing and take no slot. Presets are the simulator's own and cannot be deleted.
//! - A frontal picture may equal another one. An element shows as `deleted` in queries after it was deleted, and cannot
//!   be deleted twice. A voice's trial is a video file.
//!
//! **Videos with the model in the path** (`path`)
//! - What was not observed of the order: `contents` that are missing come first, items after the duration, rules about
//!   several fields last.
//! - At most one `prompt` item; it may be missing where a first frame is needed anyway, and not on omni endpoints.
//! - Rules about several shots look at what is in effect: a base video needs `multi_shot: false` said, since true is
//!   the default; a prompt that describes shots is free when `multi_shot` is false or the model has no shots.
//! - A prompt describes shots when it begins with `shot n, m,` (or the Chinese word); other semicolons are text.
//! - Turbo and 2.5 Turbo take all three words for `audio`, which their pages do not list; it changes nothing.
//!
//! **`/tasks`** (`path::tasks`)
//! - It answers for tasks with the model in the path only; `/v1` answers for its own. Lists are newest first, `count`
//!   is the length of the page, the cursor is the last id of it, filters hold beside a cursor, and both ends of the
//!   time window are included. Both kinds of ids at once are refused.
//!
//! **Tasks** (`tasks`, `prices`)
//! - At speed 1 about 2 s `submitted`, then 40 s `processing` for a video, 8 s for images, 13 s for an element; real
//!   times vary widely.
//! - Custom ids are compared over all tasks of the account; a query finds only tasks of its own path or surface.
//! - `task_result`, `outputs` and the costs appear when the task has ended; a failed task costs `0` on `/v1`, and has
//!   no `billing` elsewhere.
//! - `task_info.external_task_id` and `watermark_url` are empty strings when there is none.
//! - A result is `.041` longer than asked for, as observed for 5 s (2026-09-19); the sample file stays 5.04 s long.
//! - Both names of a model share its slots. A specified voice costs like native sound where the price page has no row
//!   for it, and sound nothing extra where there is none for that.
//!
//! **Account** (`account`)
//! - Two packs, for videos and images. They show use at once, where the service is up to 12 hours behind, and are never
//!   used up. Calls are not limited to one a second.
//!
//! **Faults** (`faults`)
//! - The wording of 1100 to 1103, 1300 to 1304 and 5000 to 5002, but for 1303; that a retired model is 404/1203.
//! - A task that is not shown is "not found" by id, and missing in lists. Its custom id stays taken, unless the check for
//!   duplicates is said to lag as well. Of several tasks with one custom id queries show the newest.
//! - What gateways answer in JSON is not documented; `GATEWAY_ANSWERS` holds forms that are common elsewhere. That Kling's
//!   index and its check for duplicates may lag was not observed: both are possible, and cost money where they are.
//! - Slots that other users hold count for both kinds of packs.
//!
//! **Files** (`files`)
//! - The download host is not documented. It is taken for an ordinary file server: 403 for a wrong signature, 404 for a
//!   file that does not exist (yet), single byte ranges, a strong `ETag`; several ranges at once get the whole file.
