//! Many readers while writers change everything.

use std::sync::atomic::{AtomicBool, Ordering};

use eksauth_server::LiveMap;
use eksauth_server::map::{
    BackendMode, IdentityMap, List, Mapping, MappingSet, Matching, Place, Who,
};
use eksauth_testing::ManualTime;

use crate::scene::{DYNAMIC, FILE, NOW, arn, username};

const ROLES: usize = 20;
const EDITIONS: usize = 1_000;
const READERS: usize = 6;

/// A set in which each role is the number of the edition.
fn edition(mode: BackendMode, number: usize) -> MappingSet {
    let mappings = (0..ROLES).map(|index| Mapping {
        who: Who::Arn(arn(&format!("{mode}{index}"))),
        user_id: None,
        username: number.to_string(),
        groups: vec![number.to_string()],
        place: Place {
            list: List::Roles,
            index,
            line: None,
        },
    });
    let loaded = MappingSet::builder(Matching::of(mode)).mappings(mappings);
    loaded.build().set
}

/// The edition of a backend, of which all roles must be.
fn seen(map: &IdentityMap, mode: BackendMode) -> usize {
    let numbers: Vec<usize> = (0..ROLES)
        .map(|index| username(map, &format!("{mode}{index}")).unwrap())
        .map(|number| number.parse().unwrap())
        .collect();
    let first = numbers[0];
    assert!(numbers.iter().all(|it| *it == first), "{mode}: {numbers:?}");
    first
}

#[test]
fn every_reader_sees_whole_editions_in_the_order_in_which_they_were_published() {
    let map = LiveMap::new(vec![FILE, DYNAMIC], ManualTime::at_unix(NOW));
    map.publish(FILE, edition(FILE, 0));
    map.publish(DYNAMIC, edition(DYNAMIC, 0));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for _ in 0..READERS {
            threads.spawn(|| {
                let mut last = (0, 0);
                let mut looked = 0_usize;
                while !is_over.load(Ordering::Relaxed) || looked == 0 {
                    let current = map.current();
                    let now = (seen(&current, FILE), seen(&current, DYNAMIC));
                    // The second backend follows the first, and nothing goes back.
                    assert!(now.0 - now.1 <= 1, "{now:?}");
                    assert!(
                        now.0 >= last.0 && now.1 >= last.1,
                        "{last:?} before {now:?}"
                    );
                    last = now;
                    looked += 1;
                }
            });
        }
        for number in 1..=EDITIONS {
            map.publish(FILE, edition(FILE, number));
            map.publish(DYNAMIC, edition(DYNAMIC, number));
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(seen(&map.current(), DYNAMIC), EDITIONS);
}

#[test]
fn writers_at_the_same_time_undo_nothing_of_each_other() {
    let map = LiveMap::new(vec![FILE, DYNAMIC], ManualTime::at_unix(NOW));
    std::thread::scope(|threads| {
        for mode in [FILE, DYNAMIC] {
            let map = &map;
            threads.spawn(move || {
                for number in 0..EDITIONS {
                    map.publish(mode, edition(mode, number));
                    // Nobody else writes this backend.
                    assert_eq!(seen(&map.current(), mode), number);
                }
            });
        }
        threads.spawn(|| {
            for _ in 0..EDITIONS {
                map.failed(FILE, "for a moment".to_owned());
                map.set_reserved_prefixes(
                    [(FILE, vec!["system:".to_owned()])].into_iter().collect(),
                );
            }
        });
    });
    assert_eq!(map.metrics().failures(FILE), EDITIONS as u64);
}
