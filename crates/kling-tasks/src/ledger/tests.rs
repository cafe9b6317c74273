use std::time::Duration;

use tokio::time::advance;

use super::*;

type Jobs = Ledger<&'static str>;

fn request(ledger: &Jobs, text: &str) -> Fingerprint {
    ledger.fingerprint(|hasher| hasher.write(text.as_bytes()))
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(1)
}

async fn made<'a>(ledger: &'a Jobs, what: &str, fresh: &str) -> Claim<'a, &'static str> {
    ledger.claim_made(request(ledger, what), fresh.to_owned(), soon()).await.unwrap()
}

async fn given<'a>(
    ledger: &'a Jobs,
    id: &str,
    what: &str,
) -> Result<Claim<'a, &'static str>, ClaimError<&'static str>> {
    ledger.claim_given(id, request(ledger, what), soon()).await
}

/// A call of its own id that ends before its result is handed over.
async fn ends_early(ledger: &Jobs, what: &str, id: &str, job: Option<&'static str>) {
    let claim = made(ledger, what, id).await;
    claim.posting();
    if let Some(job) = job {
        claim.exists(job);
    }
}

#[tokio::test(start_paused = true)]
async fn an_identical_call_carries_on_with_one_that_ended_early_once() {
    let ledger = Jobs::default();
    for (job, earlier) in [(Some("job"), Earlier::Exists("job")), (None, Earlier::MayExist)] {
        ends_early(&ledger, "boat", "a", job).await;
        assert!(ledger.has_adoptable());
        let again = made(&ledger, "boat", "b").await;
        assert_eq!((again.id(), again.earlier()), ("a", earlier));
        // While it is being carried on with, a third call is a new one.
        let third = made(&ledger, "boat", "c").await;
        assert_eq!((third.id(), third.earlier()), ("c", Earlier::Nothing));
        again.settle();
        assert_eq!(made(&ledger, "boat", "d").await.id(), "d");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_ends_early_again_is_carried_on_with_again() {
    let ledger = Jobs::default();
    ends_early(&ledger, "boat", "a", Some("job")).await;
    for _ in 0..3 {
        let again = made(&ledger, "boat", "b").await;
        assert_eq!((again.id(), again.earlier()), ("a", Earlier::Exists("job")));
    }
}

#[tokio::test(start_paused = true)]
async fn only_an_identical_call_carries_on_and_only_for_a_while() {
    let ledger = Jobs::default();
    ends_early(&ledger, "boat", "a", Some("job")).await;
    assert_eq!(made(&ledger, "another boat", "b").await.id(), "b");
    advance(ADOPTABLE_FOR).await;
    assert_eq!(made(&ledger, "boat", "c").await.id(), "c");
    assert!(!ledger.has_adoptable());
}

#[tokio::test(start_paused = true)]
async fn what_never_posted_or_ended_well_leaves_nothing() {
    let ledger = Jobs::default();
    drop(made(&ledger, "boat", "never posted").await);
    let refused = made(&ledger, "boat", "refused").await;
    refused.posting();
    refused.nothing_exists();
    let well = made(&ledger, "boat", "well").await;
    well.posting();
    well.exists("job");
    well.settle();
    assert_eq!(made(&ledger, "boat", "next").await.id(), "next");
    assert!(ledger.entries().is_empty());
}

/// Two calls that failed are carried on with by two calls, each by one.
#[tokio::test(start_paused = true)]
async fn two_that_ended_early_are_two() {
    let ledger = Jobs::default();
    // Side by side, so that the second does not carry on with the first.
    let (first, second) = (made(&ledger, "boat", "a").await, made(&ledger, "boat", "b").await);
    for claim in [first, second] {
        claim.posting();
        advance(Duration::from_secs(1)).await;
    }
    let (one, other) = (made(&ledger, "boat", "c").await, made(&ledger, "boat", "d").await);
    assert_eq!((one.id(), other.id()), ("a", "b"));
}

#[tokio::test(start_paused = true)]
async fn a_given_id_belongs_to_one_request_for_as_long_as_it_is_remembered() {
    let ledger = Jobs::default();
    let claim = given(&ledger, "order-7", "dog").await.unwrap();
    claim.posting();
    claim.exists("job");
    claim.settle();
    advance(100 * ADOPTABLE_FOR).await;
    let other = given(&ledger, "order-7", "cat").await.unwrap_err();
    assert_eq!(other, ClaimError::OtherRequest { id: "order-7".to_owned(), job: Some("job") });
    assert_eq!(given(&ledger, "order-7", "dog").await.unwrap().earlier(), Earlier::Exists("job"));
    // Its result was not handed over: nobody else may carry on with it.
    assert_eq!(made(&ledger, "dog", "own").await.id(), "own");
}

#[tokio::test(start_paused = true)]
async fn a_given_id_that_led_to_nothing_is_free_again() {
    let ledger = Jobs::default();
    let claim = given(&ledger, "order-7", "dog").await.unwrap();
    claim.posting();
    claim.nothing_exists();
    assert_eq!(given(&ledger, "order-7", "cat").await.unwrap().earlier(), Earlier::Nothing);
}

#[tokio::test(start_paused = true)]
async fn calls_with_the_same_id_take_turns() {
    let ledger = Jobs::default();
    let first = given(&ledger, "order-7", "dog").await.unwrap();
    first.posting();
    assert_eq!(
        given(&ledger, "order-7", "dog").await.unwrap_err(),
        ClaimError::InUse { id: "order-7".to_owned() },
        "not before its deadline"
    );
    let second = async { given(&ledger, "order-7", "dog").await.unwrap().earlier() };
    let first = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        first.exists("job");
        drop(first);
    };
    let (earlier, ()) = tokio::join!(second, first);
    assert_eq!(earlier, Earlier::Exists("job"));
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_leaves_nothing_leaves_a_fresh_start() {
    let ledger = Jobs::default();
    let first = given(&ledger, "order-7", "dog").await.unwrap();
    let waiting = async { given(&ledger, "order-7", "dog").await.unwrap().earlier() };
    let (earlier, ()) = tokio::join!(waiting, async { drop(first) });
    assert_eq!(earlier, Earlier::Nothing);
}

#[tokio::test(start_paused = true)]
async fn the_memory_is_bounded_and_what_is_in_use_stays() {
    let ledger = Jobs::default();
    let kept = given(&ledger, "in use", "boat").await.unwrap();
    kept.posting();
    for number in 0..3 * MOST_ENTRIES {
        ends_early(&ledger, &format!("boat {number}"), &format!("{number}"), None).await;
        advance(Duration::from_millis(1)).await;
        assert!(ledger.entries().len() <= MOST_ENTRIES);
    }
    assert!(ledger.entries().contains_key("in use"));
    // The latest are remembered.
    let latest = 3 * MOST_ENTRIES - 1;
    assert_eq!(made(&ledger, &format!("boat {latest}"), "fresh").await.id(), latest.to_string());
    drop(kept);
}

#[test]
fn fingerprints_are_keyed() {
    let (one, other) = (Jobs::default(), Jobs::default());
    assert_eq!(request(&one, "boat"), request(&one, "boat"));
    assert_ne!(request(&one, "boat"), request(&one, "boot"));
    assert_ne!(request(&one, "boat"), request(&other, "boat"));
}
