//! What it costs to find the entry of a principal.
//!
//!     cargo bench -p eksauth-map
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark fails by panicking"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use eksauth_map::{
    BackendMode, IdentityMap, List, Mapping, MappingSet, Matching, Place, Principal,
    ReservedPrefixes, Sso, Who,
};

/// Numbers of entries: finding one costs the same in all of them.
const ENTRIES: [usize; 3] = [10, 1_000, 100_000];

/// As many of them are asked for in turn, wherever they are kept.
const ASKED: usize = 10;

/// So many looks are timed as one: a look that is timed alone pays for the clock and for code that is in
/// no cache.
const AT_ONCE: u32 = 500;

/// The number of entries that are not found by their whole ARN.
const PATTERNS: usize = 100;

fn main() {
    divan::main();
}

fn mapping(index: usize, who: Who) -> Mapping {
    Mapping {
        who,
        user_id: None,
        username: "team:{{SessionName}}".to_owned(),
        groups: vec!["deployers".to_owned()],
        place: Place {
            list: List::Roles,
            index,
            line: None,
        },
    }
}

fn arn(index: usize) -> String {
    format!("arn:aws:iam::123456789012:role/Team-{index}")
}

fn roles(entries: usize) -> Vec<Mapping> {
    let role = |index| mapping(index, Who::Arn(arn(index)));
    (0..entries).map(role).collect()
}

fn permission_sets(entries: usize) -> Vec<Mapping> {
    let set = |index| {
        mapping(
            index,
            Who::Sso {
                permission_set_name: format!("Team-{index}"),
                account_id: "123456789012".to_owned(),
                partition: String::new(),
            },
        )
    };
    (0..entries).map(set).collect()
}

fn wildcards(entries: usize) -> Vec<Mapping> {
    let role = |index| mapping(index, Who::Arn(format!("{}-*", arn(index))));
    (0..entries).map(role).collect()
}

fn matching() -> Matching {
    let mut matching = Matching::of(BackendMode::MountedFile);
    matching.sso = Sso::Matched;
    matching.wildcards = true;
    matching
}

fn map_of(mappings: Vec<Mapping>) -> IdentityMap {
    let loaded = MappingSet::builder(matching()).mappings(mappings).build();
    assert!(loaded.problems.is_empty());
    let backends = vec![(BackendMode::MountedFile, Arc::new(loaded.set))];
    IdentityMap::new(backends, ReservedPrefixes::default())
}

fn session(role: &str) -> Principal {
    let arn = format!("arn:aws:sts::123456789012:assumed-role/{role}/bob@example.com");
    Principal::from_arn(&arn).unwrap()
}

fn decide(bencher: Bencher<'_, '_>, mappings: Vec<Mapping>, role: &str) {
    let map = map_of(mappings);
    let principal = session(role);
    assert!(map.decide(&principal).is_ok());
    bencher.bench(|| map.decide(black_box(&principal)).is_ok());
}

/// The same sequence of numbers in every run.
struct Shuffled(u64);

impl Shuffled {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let end = u64::try_from(end).unwrap();
        usize::try_from((self.0 >> 33) % end).unwrap()
    }
}

/// The floor: the standard map, asked with keys that are in lower case already.
#[divan::bench(args = ENTRIES, sample_size = AT_ONCE)]
fn hash_map(bencher: Bencher<'_, '_>, entries: usize) {
    let lower = |index| (arn(index).to_ascii_lowercase(), index);
    let map: HashMap<String, usize> = (0..entries).map(lower).collect();
    let key = |index| arn(index * entries / ASKED).to_ascii_lowercase();
    let keys: Vec<String> = (0..ASKED).map(key).collect();
    let mut asking = keys.iter().cycle();
    bencher.bench_local(|| map[black_box(asking.next().unwrap().as_str())]);
}

/// Ten principals in turn: no cache is larger or smaller for one number of entries than for another.
#[divan::bench(args = ENTRIES, sample_size = AT_ONCE)]
fn exact(bencher: Bencher<'_, '_>, entries: usize) {
    let map = map_of(roles(entries));
    let session = |index| session(&format!("Team-{}", index * entries / ASKED));
    let principals: Vec<Principal> = (0..ASKED).map(session).collect();
    let mut asking = principals.iter().cycle();
    bencher.bench_local(|| {
        let principal = black_box(asking.next().unwrap());
        assert!(map.decide(principal).is_ok());
    });
}

/// Any principal: the entries that are asked for are in no cache once there are many, and neither are
/// those of the floor. Keys close together in one stretch of memory took a tenth to a quarter off a
/// plain map, not the factor of ten, so the map is the standard one.
#[divan::bench(args = ENTRIES, sample_size = AT_ONCE)]
fn exact_anywhere(bencher: Bencher<'_, '_>, entries: usize) {
    let map = map_of(roles(entries));
    let mut shuffled = Shuffled(1);
    bencher
        .with_inputs(|| session(&format!("Team-{}", shuffled.below(entries))))
        .bench_local_refs(|principal| assert!(map.decide(principal).is_ok()));
}

/// The floor of it.
#[divan::bench(args = ENTRIES, sample_size = AT_ONCE)]
fn hash_map_anywhere(bencher: Bencher<'_, '_>, entries: usize) {
    let lower = |index| (arn(index).to_ascii_lowercase(), index);
    let map: HashMap<String, usize> = (0..entries).map(lower).collect();
    let mut shuffled = Shuffled(1);
    bencher
        .with_inputs(|| arn(shuffled.below(entries)).to_ascii_lowercase())
        .bench_local_refs(|key| map[key.as_str()]);
}

#[divan::bench(args = ENTRIES, sample_size = AT_ONCE)]
fn nobody(bencher: Bencher<'_, '_>, entries: usize) {
    let map = map_of(roles(entries));
    let stranger = session("Stranger");
    assert!(map.decide(&stranger).is_err());
    bencher.bench(|| map.decide(black_box(&stranger)).is_ok());
}

#[divan::bench]
fn last_permission_set_of_100(bencher: Bencher<'_, '_>) {
    let role = format!("AWSReservedSSO_Team-{}_0123456789abcdef", PATTERNS - 1);
    decide(bencher, permission_sets(PATTERNS), &role);
}

#[divan::bench]
fn last_wildcard_of_100(bencher: Bencher<'_, '_>) {
    let role = format!("Team-{}-eu", PATTERNS - 1);
    decide(bencher, wildcards(PATTERNS), &role);
}

#[divan::bench]
fn fill_in(bencher: Bencher<'_, '_>) {
    let map = map_of(roles(10));
    let principal = session("Team-5");
    let found = map.decide(&principal).unwrap();
    bencher.bench(|| found.render(black_box(&principal), None));
}
