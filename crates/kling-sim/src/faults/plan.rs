use std::time::Duration;

use fastrand::Rng;

use super::queue::Target;
use super::{Damage, Fault, GATEWAY_ANSWERS, Misfortune, Reply, RequestKind, WRONG_STATUS_ANSWERS};

/// Codes that say "later".
const LATER: &[u32] = &[1302, 1303, 5000, 5001, 5002];
/// Codes that say "never": the account, its packs, its rights, the content, the address, a retired model.
const NEVER: &[u32] = &[1100, 1101, 1102, 1103, 1301, 1304, 1203];
/// Codes about the time of a signed token.
const TOKEN_TIME: &[u32] = &[1003, 1004];
/// Statuses of gateways.
const PAGES: &[u16] = &[500, 502, 503, 504];
const DAMAGES: &[Damage] = &[
    Damage::Truncated,
    Damage::Emptied,
    Damage::LengthTooLarge,
    Damage::LengthTooSmall,
    Damage::DataInArray,
    Damage::OtherWordForSuccess,
    Damage::UnknownWord,
];
/// What may become of any true answer.
const WORSE_DAMAGES: &[Damage] = &[
    Damage::WithoutData,
    Damage::IdsAsNumbers,
    Damage::Chunked,
    Damage::Trickles,
    Damage::WithoutData,
    Damage::IdsAsNumbers,
    Damage::Chunked,
    Damage::Large,
];
/// What may become of the answer about a task that is there.
const WRONG_ANSWERS: &[Damage] = &[Damage::OfAStranger, Damage::Outdated];
/// Codes of refusals that may quote the request.
const QUOTING: &[u32] = &[1201, 1300, 1301];
/// `Retry-After` as no client should follow it.
const RETRY_AFTER: &[u32] = &[0, 3600, 86_400, u32::MAX];
/// The stream of random numbers that decides how hostile a seed is. What earlier versions drew is drawn from other
/// streams, so that a seed which is not hostile is the schedule it was.
const HOSTILE_STREAM: u64 = 108;
/// How long the service's parts may not know of a task, in seconds. A client that waits 30 s before it believes that
/// there is no task makes no second one.
const LAG_SECONDS: std::ops::RangeInclusive<u64> = 1..=25;
/// How likely a task is to be known late, with seeds that have such tasks.
const LAG_CHANCE: f64 = 0.6;
/// Longer than a client waits for an answer: 60 s is a usual limit.
const SILENCE_SECONDS: std::ops::RangeInclusive<u64> = 61..=130;

/// Faults drawn from a seed. Which fault the nth request of a kind meets follows from the seed alone: not from the
/// time, nor from what other requests there were.
///
/// Seeds differ in character: some spoil a request now and then, some nearly all of them. At most four requests of a
/// kind in a row are spoiled, fewer with most seeds, and after twenty of a kind none.
///
/// A quarter of the seeds keeps to what networks, the service's own codes and damaged answers do. The others are hostile:
/// part of their faults are gateways with JSON of their own, codes under a wrong status, refusals that quote the request,
/// answers about strangers' tasks, outdated, large or endless ones. Of those half have tasks that the service's parts hear
/// of late, the check for duplicate ids too: at most 25 s late, and never together with creates that are processed late,
/// because nothing a client can do would be safe against both.
///
/// ```
/// use kling_sim::{FaultPlan, RequestKind};
///
/// let plan = FaultPlan::seeded(7);
/// for number in 1..=10 {
///     for fault in plan.faults(RequestKind::Create, number) {
///         println!("create {number}: {fault}");
///     }
/// }
/// assert_eq!(FaultPlan::seeded(7), plan);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FaultPlan {
    seed: u64,
    /// Of each kind of request, by its index, how likely one is to be spoiled.
    chances: [f64; RequestKind::COUNT],
    /// How likely a task is to have a misfortune.
    misfortune: f64,
    most_in_a_row: u64,
    ends_after: u64,
    /// How likely a fault is one of the hostile sort.
    hostility: f64,
    /// Whether tasks may be known late.
    lags: bool,
}

impl FaultPlan {
    /// The plan of a seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut random = drawn(seed, 0, 0);
        let mut chance = |choices: &[f64]| random.choice(choices).copied().unwrap_or_default();
        let mut chances = [0.0; RequestKind::COUNT];
        for (kind, choices) in [
            (RequestKind::Create, &[0.0, 0.3, 0.6, 0.9][..]),
            (RequestKind::Query, &[0.0, 0.1, 0.3, 0.7]),
            (RequestKind::List, &[0.0, 0.1, 0.3, 0.7]),
            (RequestKind::Download, &[0.0, 0.0, 0.3, 0.6]),
            (RequestKind::Account, &[0.0, 0.3]),
        ] {
            if let Some(place) = chances.get_mut(kind.index()) {
                *place = chance(choices);
            }
        }
        let misfortune = chance(&[0.0, 0.0, 0.3, 0.6]);
        let most_in_a_row = random.u64(1..=4);
        let mut random = drawn(seed, HOSTILE_STREAM, 0);
        let hostility = one_of(&mut random, &[0.0, 0.3, 0.6, 0.9], 0.0);
        let lags = hostility > 0.0 && random.bool();
        let misfortune = if lags { LAG_CHANCE } else { misfortune };
        Self { seed, chances, misfortune, most_in_a_row, ends_after: 20, hostility, lags }
    }

    /// Another likelihood, from 0 to 1, for the requests of a kind.
    #[must_use]
    pub fn with_chance(mut self, kind: RequestKind, chance: f64) -> Self {
        if let Some(place) = self.chances.get_mut(kind.index()) {
            *place = chance;
        }
        self
    }

    /// Another likelihood, from 0 to 1, that a fault is of the hostile sort.
    #[must_use]
    pub fn with_hostility(mut self, chance: f64) -> Self {
        self.hostility = chance;
        self
    }

    /// Whether the service's parts may hear of tasks late; then no create is processed late.
    #[must_use]
    pub fn with_lags(mut self, lags: bool) -> Self {
        self.lags = lags;
        self
    }

    /// Another likelihood, from 0 to 1, that a task is stuck, hidden, known late or vanishes.
    #[must_use]
    pub fn with_misfortune(mut self, chance: f64) -> Self {
        self.misfortune = chance;
        self
    }

    /// No more than so many requests of a kind in a row are spoiled.
    #[must_use]
    pub fn at_most_in_a_row(mut self, requests: u64) -> Self {
        self.most_in_a_row = requests;
        self
    }

    /// After so many requests of a kind, no more of it are spoiled.
    #[must_use]
    pub fn ending_after(mut self, requests: u64) -> Self {
        self.ends_after = requests;
        self
    }

    /// What the nth request of a kind meets, counted from 1: nothing, a fault, or for a create also a second one that
    /// concerns its task.
    #[must_use]
    pub fn faults(&self, kind: RequestKind, number: u64) -> Vec<Fault> {
        let targets = [Target::Answer, Target::Task, Target::Download];
        targets.into_iter().filter_map(|target| self.fault(kind, number, target)).collect()
    }

    pub(crate) fn fault(&self, kind: RequestKind, number: u64, target: Target) -> Option<Fault> {
        let mut random = drawn(self.seed, kind.index() as u64 + 1, number);
        let chance = self.chances.get(kind.index()).copied().unwrap_or_default();
        // One of so many is always spared, which one depends on the seed.
        let spared = (number.wrapping_add(self.seed)).is_multiple_of(self.most_in_a_row.saturating_add(1));
        let spoiled = random.f64() < chance && !spared && number <= self.ends_after;
        let mut other = drawn(self.seed, HOSTILE_STREAM + kind.index() as u64 + 1, number);
        let hostile = other.f64() < self.hostility;
        match (target, kind) {
            (Target::Task, RequestKind::Create) => {
                let mut random = drawn(self.seed, RequestKind::COUNT as u64 + 1, number);
                let spoiled = random.f64() < self.misfortune;
                spoiled.then(|| Fault::Task(if self.lags { lagging(&mut random) } else { misfortune(&mut random) }))
            }
            (Target::Answer, RequestKind::Create) if spoiled => {
                Some(self.in_time(if hostile { hostile_create(&mut other) } else { create(&mut random) }))
            }
            (Target::Answer, RequestKind::Query | RequestKind::List | RequestKind::Account) if spoiled => {
                Some(if hostile { hostile_question(&mut other) } else { question(&mut random) })
            }
            (Target::Download, RequestKind::Download) if spoiled => Some(if hostile {
                hostile_download(&mut other)
            } else {
                Fault::BreakDownloadAfter(random.usize(..2000))
            }),
            _ => None,
        }
    }

    /// Where tasks are known late no create is processed late.
    fn in_time(&self, fault: Fault) -> Fault {
        match fault {
            Fault::ProcessedLate(late) if self.lags => Fault::Processed(Reply::Silence(late)),
            fault => fault,
        }
    }
}

/// The random numbers of one decision.
fn drawn(seed: u64, stream: u64, number: u64) -> Rng {
    // Odd constants far from each other: neighbouring decisions begin far apart.
    let mixed = seed
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(stream.wrapping_mul(0xD1B5_4A32_D192_ED03))
        .wrapping_add(number.wrapping_mul(0x8CB9_2BA7_2F3D_8DD7));
    let mut random = Rng::with_seed(mixed);
    // The first number still resembles the seed.
    random.u64(..);
    random
}

fn one_of<T: Copy>(random: &mut Rng, choices: &[T], otherwise: T) -> T {
    random.choice(choices).copied().unwrap_or(otherwise)
}

fn silence(random: &mut Rng) -> Duration {
    Duration::from_secs(random.u64(SILENCE_SECONDS))
}

/// Trouble of networks and gateways, which may strike before or after the work is done.
fn trouble(random: &mut Rng) -> Reply {
    match random.u8(..6) {
        0 | 1 => Reply::Drop,
        2 => Reply::Silence(silence(random)),
        3 => Reply::code(random.u32(5000..=5002)),
        _ => Reply::Page(one_of(random, PAGES, 502)),
    }
}

fn later(random: &mut Rng) -> Reply {
    let retry_after = (random.u8(..3) == 0).then(|| random.u32(1..=200));
    Reply::Code { code: one_of(random, LATER, 1302), retry_after }
}

fn create(random: &mut Rng) -> Fault {
    match random.u8(..16) {
        0..=4 => Fault::Processed(trouble(random)),
        5..=7 => Fault::NotProcessed(trouble(random)),
        8..=10 => Fault::Damaged(one_of(random, DAMAGES, Damage::Truncated)),
        11 => Fault::ProcessedLate(silence(random)),
        12 | 13 => Fault::NotProcessed(later(random)),
        14 => Fault::NotProcessed(Reply::code(one_of(random, TOKEN_TIME, 1004))),
        _ => Fault::NotProcessed(Reply::code(one_of(random, NEVER, 1101))),
    }
}

/// A question changes nothing: whether it was processed does not matter.
fn question(random: &mut Rng) -> Fault {
    match random.u8(..20) {
        0..=8 => Fault::NotProcessed(trouble(random)),
        9..=13 => Fault::Damaged(one_of(random, DAMAGES, Damage::Truncated)),
        14..=17 => Fault::NotProcessed(later(random)),
        18 => Fault::NotProcessed(Reply::code(one_of(random, TOKEN_TIME, 1004))),
        _ => Fault::NotProcessed(Reply::code(one_of(random, NEVER, 1101))),
    }
}

fn gateway(random: &mut Rng) -> Reply {
    one_of(random, GATEWAY_ANSWERS, Reply::Drop)
}

/// A code that says "later" in a way that asks for patience or for none, or under a wrong status.
fn odd_later(random: &mut Rng) -> Reply {
    if random.bool() {
        return one_of(random, WRONG_STATUS_ANSWERS, Reply::Drop);
    }
    Reply::Code { code: one_of(random, LATER, 1302), retry_after: Some(one_of(random, RETRY_AFTER, 0)) }
}

fn hostile_create(random: &mut Rng) -> Fault {
    match random.u8(..16) {
        0..=5 => Fault::Processed(gateway(random)),
        6..=9 => Fault::NotProcessed(gateway(random)),
        10..=12 => Fault::Damaged(one_of(random, WORSE_DAMAGES, Damage::WithoutData)),
        13 => Fault::NotProcessed(odd_later(random)),
        _ => Fault::NotProcessed(Reply::Quoting { code: one_of(random, QUOTING, 1301) }),
    }
}

fn hostile_question(random: &mut Rng) -> Fault {
    match random.u8(..16) {
        0..=6 => Fault::NotProcessed(gateway(random)),
        7..=10 => Fault::Damaged(one_of(random, WORSE_DAMAGES, Damage::WithoutData)),
        11..=13 => Fault::Damaged(one_of(random, WRONG_ANSWERS, Damage::Outdated)),
        _ => Fault::NotProcessed(odd_later(random)),
    }
}

fn hostile_download(random: &mut Rng) -> Fault {
    match random.u8(..4) {
        0 => Fault::DownloadTrickles,
        1 => Fault::BreakDownloadAfter(random.usize(..2000)),
        _ => Fault::DownloadWithoutLength,
    }
}

fn lagging(random: &mut Rng) -> Misfortune {
    let mut lag = || Duration::from_secs(random.u64(LAG_SECONDS));
    Misfortune::Lagging { queries: lag(), lists: lag(), duplicates: lag() }
}

fn misfortune(random: &mut Rng) -> Misfortune {
    let seconds = |random: &mut Rng, most| Duration::from_secs(random.u64(1..=most));
    match random.u8(..6) {
        0 => Misfortune::StuckFor(seconds(random, 3600)),
        1 => Misfortune::StuckFor(Duration::MAX),
        2 | 3 => Misfortune::HiddenFor(seconds(random, 20)),
        4 => Misfortune::Vanishes { after: seconds(random, 60), lasting: Some(seconds(random, 60)) },
        _ => Misfortune::Vanishes { after: seconds(random, 60), lasting: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(plan: &FaultPlan, kind: RequestKind) -> Vec<String> {
        let faults =
            (1..=40).flat_map(|number| plan.faults(kind, number).into_iter().map(move |fault| (number, fault)));
        faults.map(|(number, fault)| format!("{number}: {fault}")).collect()
    }

    #[test]
    fn a_seed_is_a_schedule() {
        for seed in 0..50 {
            let kind = RequestKind::Create;
            assert_eq!(words(&FaultPlan::seeded(seed), kind), words(&FaultPlan::seeded(seed), kind));
        }
        let different: std::collections::BTreeSet<_> =
            (0..1000).map(|seed| words(&FaultPlan::seeded(seed), RequestKind::Query)).collect();
        assert!(different.len() > 600, "a quarter of the seeds leaves queries alone: {}", different.len());
    }

    #[test]
    fn no_more_than_the_bound_in_a_row_and_none_after_the_end() {
        for seed in 0..200 {
            let plan =
                FaultPlan::seeded(seed).with_chance(RequestKind::Query, 1.0).at_most_in_a_row(3).ending_after(40);
            let mut row = 0;
            for number in 1..=100 {
                let spoiled = plan.fault(RequestKind::Query, number, Target::Answer).is_some();
                row = if spoiled { row + 1 } else { 0 };
                assert!(row <= 3 && !(spoiled && number > 40), "{seed}: {number}");
            }
            assert!(!words(&plan, RequestKind::Query).is_empty());
        }
    }

    #[test]
    fn chances_are_met() {
        let plan = FaultPlan::seeded(1).with_chance(RequestKind::Query, 0.5).at_most_in_a_row(u64::MAX - 1);
        let spoiled = (1..=10_000)
            .filter(|&number| {
                plan.clone().ending_after(u64::MAX).fault(RequestKind::Query, number, Target::Answer).is_some()
            })
            .count();
        assert!((4_700..=5_300).contains(&spoiled), "{spoiled}");
    }

    /// Every sort of fault is drawn by some seed.
    #[test]
    fn a_thousand_seeds_know_every_fault() {
        let mut all = std::collections::BTreeSet::new();
        for seed in 0..1000 {
            let plan = FaultPlan::seeded(seed);
            for kind in [RequestKind::Create, RequestKind::Query, RequestKind::Download] {
                all.extend((1..=20).flat_map(|number| plan.faults(kind, number)).map(|fault| fault.to_string()));
            }
        }
        let texts: Vec<_> = LATER.iter().chain(NEVER).chain(TOKEN_TIME).map(|code| format!("code {code}")).collect();
        let pages = PAGES.iter().map(|status| format!("HTML page with HTTP {status}"));
        let damages = DAMAGES.iter().map(ToString::to_string);
        let others =
            ["but connection closed", "not processed, silence", "s late", "stuck", "hidden", "vanishes", "cut after"];
        for text in texts.into_iter().chain(pages).chain(damages).chain(others.map(str::to_owned)) {
            assert!(all.iter().any(|fault| fault.contains(&text)), "{text}");
        }
        let answers = GATEWAY_ANSWERS.iter().chain(WRONG_STATUS_ANSWERS).map(ToString::to_string);
        let damages = WORSE_DAMAGES.iter().chain(WRONG_ANSWERS).map(ToString::to_string);
        let others =
            ["quotes the request", "retry after 4294967295 s", "drop by drop", "without a length", "duplicate for"];
        for text in answers.chain(damages).chain(others.map(str::to_owned)) {
            assert!(all.iter().any(|fault| fault.contains(&text)), "{text}");
        }
    }

    /// Behind both no client could be sure that there is no task.
    #[test]
    fn nothing_is_late_in_two_ways() {
        let mut lagging = 0;
        for seed in 0..1000 {
            let plan = FaultPlan::seeded(seed);
            let words = words(&plan, RequestKind::Create).join("\n");
            assert!(!(words.contains("duplicate for") && words.contains("s late")), "{seed}: {words}");
            lagging += usize::from(words.contains("duplicate for"));
        }
        assert!((300..450).contains(&lagging), "{lagging}");
        let late = FaultPlan::seeded(3).with_chance(RequestKind::Create, 1.0).with_hostility(0.0);
        let has_late = |plan: &FaultPlan| {
            (0..400).any(|number| {
                plan.clone()
                    .ending_after(400)
                    .fault(RequestKind::Create, number, Target::Answer)
                    .is_some_and(|fault| matches!(fault, Fault::ProcessedLate(_)))
            })
        };
        assert!(has_late(&late.clone().with_lags(false)) && !has_late(&late.with_lags(true)));
    }

    /// `fault_schedules` of the adapter names it: a refusal after a lost answer. It must stay what it was.
    #[test]
    fn seed_988_is_the_schedule_it_was() {
        let told = words(&FaultPlan::seeded(988), RequestKind::Create);
        let first = [
            "1: processed, Content-Length too small",
            "1: its task is hidden for 11 s",
            "2: not processed, code 1003",
            "4: its task is stuck for 1483 s",
            "5: not processed, code 1103",
            "6: its task vanishes after 31 s for 37 s",
            "7: processed, but silence for 127 s",
        ];
        assert_eq!(told[..first.len()], first);
    }
}
