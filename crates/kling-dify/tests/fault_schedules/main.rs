//! Promises 1, 2, 3 and 5 under faults: the whole plugin against a simulated Kling in trouble, in paused time.
//!
//! `five_thousand_seeds` is the proof by numbers: each seed is a call, what the host and the machine do to it, and a plan
//! of faults of Kling's, and after each the books must be right. The other files look at one kind of trouble each.

mod book;
mod call;
mod five_thousand_seeds;
mod handles;
mod lost_answers;
mod play;
mod queue_for_slots;
mod seeds_that_failed;
mod slow_and_vanished;
mod story;
mod support;
