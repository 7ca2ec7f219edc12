use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eksauth_map::{Account, Denial, List, Mapping, Matching, Place, Principal, Who};
use eksauth_testing::ManualTime;
use prometheus_client::registry::Registry;

use crate::Publisher;

use super::*;

const FILE: BackendMode = BackendMode::MountedFile;
const DYNAMIC: BackendMode = BackendMode::DynamicFile;
const CONFIG_MAP: BackendMode = BackendMode::EksConfigMap;
const CRD: BackendMode = BackendMode::Crd;

/// 2026-01-01T12:00:00Z.
const NOW: u64 = 1_767_268_800;

fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

/// A set in which so many roles have this user name.
fn set(mode: BackendMode, roles: usize, username: &str) -> MappingSet {
    let mappings = (0..roles).map(|index| Mapping {
        who: Who::Arn(role(&format!("Role{index}"))),
        user_id: None,
        username: username.to_owned(),
        groups: vec![username.to_owned()],
        place: Place {
            list: List::Roles,
            index,
            line: None,
        },
    });
    let loaded = MappingSet::builder(Matching::of(mode)).mappings(mappings);
    loaded.build().set
}

fn map_of(order: &[BackendMode]) -> (LiveMap, ManualTime) {
    let clock = ManualTime::at_unix(NOW);
    (LiveMap::new(order.to_vec(), clock.clone()), clock)
}

/// Who a role is, in one snapshot.
fn username(map: &IdentityMap, number: usize) -> Result<String, Denial> {
    let principal = Principal {
        canonical_arn: role(&format!("Role{number}")),
        account_id: "123456789012".to_owned(),
        ..Principal::default()
    };
    let found = map.decide(&principal)?;
    Ok(found.render(&principal, None).unwrap().username)
}

fn exposed(map: &LiveMap) -> String {
    let mut registry = Registry::default();
    map.metrics().register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    text
}

#[track_caller]
fn assert_exposes(map: &LiveMap, lines: &[&str]) {
    let text = exposed(map);
    for line in lines {
        assert!(text.lines().any(|it| it == *line), "{line}\n{text}");
    }
}

#[test]
fn backends_are_asked_in_their_order_whichever_told_first() {
    let (map, _) = map_of(&[FILE, DYNAMIC]);
    map.publish(DYNAMIC, set(DYNAMIC, 2, "dynamic"));
    map.publish(FILE, set(FILE, 1, "file"));
    assert_eq!(username(&map.current(), 0).unwrap(), "file");
    assert_eq!(username(&map.current(), 1).unwrap(), "dynamic");
    map.set_order(vec![DYNAMIC, FILE]);
    assert_eq!(username(&map.current(), 0).unwrap(), "dynamic");
}

#[test]
fn what_is_not_in_the_order_is_not_asked() {
    let (map, _) = map_of(&[FILE]);
    map.publish(DYNAMIC, set(DYNAMIC, 1, "dynamic"));
    assert_eq!(username(&map.current(), 0), Err(Denial::NotMapped));
}

#[test]
fn it_is_ready_when_every_backend_of_the_order_has_told_something_be_it_nothing() {
    let (map, _) = map_of(&[FILE, DYNAMIC]);
    assert_eq!(map.missing(), [FILE, DYNAMIC]);
    map.publish(FILE, set(FILE, 0, ""));
    assert_eq!(map.missing(), [DYNAMIC]);
    map.failed(DYNAMIC, "no such file".to_owned());
    assert!(!map.is_ready());
    map.publish(DYNAMIC, set(DYNAMIC, 0, ""));
    assert!(map.is_ready());
    map.set_order(vec![FILE, CRD]);
    assert_eq!(map.missing(), [CRD]);
}

#[test]
fn what_a_backend_held_last_stays_when_it_fails() {
    let (map, _) = map_of(&[FILE]);
    map.publish(FILE, set(FILE, 1, "good"));
    map.failed(FILE, "mapRoles[0], line 3: bad".to_owned());
    assert_eq!(username(&map.current(), 0).unwrap(), "good");
    assert!(map.is_ready());
}

#[test]
fn a_backend_that_can_be_read_again_has_no_error() {
    let (map, _) = map_of(&[FILE]);
    let publisher = Publisher::new(&map, FILE);
    publisher.publish(set(FILE, 1, "good"));
    publisher.failed("no answer");
    assert_eq!(map.status()[0].last_error.as_deref(), Some("no answer"));
    publisher.resumed();
    assert_eq!(map.status()[0].last_error, None);
    assert_eq!(username(&map.current(), 0).unwrap(), "good");
}

#[test]
fn a_backend_that_is_used_in_part_is_failing_though_it_was_read() {
    let (map, _) = map_of(&[CONFIG_MAP]);
    let earlier = Publisher::new(&map, CONFIG_MAP);
    let publisher = Publisher::new(&map, CONFIG_MAP);
    earlier.publish_without(set(CONFIG_MAP, 1, "of an earlier source"), 1);
    assert_eq!(map.status()[0].last_error, None);
    publisher.publish_without(set(CONFIG_MAP, 1, "good"), 1);
    let in_part = Some("1 entry or list cannot be used");
    assert_eq!(map.status()[0].last_error.as_deref(), in_part);
    assert_eq!(username(&map.current(), 0).unwrap(), "good");
    assert_exposes(
        &map,
        &[
            "eksauth_backend_failing{backend=\"EKSConfigMap\"} 1",
            "eksauth_backend_failures_total{backend=\"EKSConfigMap\"} 1",
            "aws_iam_authenticator_configmap_watch_failures_total 0",
        ],
    );
    publisher.failed("no answer");
    publisher.resumed();
    assert_eq!(map.status()[0].last_error.as_deref(), in_part);
    // The same again is no news.
    publisher.publish_without(set(CONFIG_MAP, 1, "good"), 1);
    assert_exposes(
        &map,
        &[
            "eksauth_backend_failing{backend=\"EKSConfigMap\"} 1",
            "eksauth_backend_failures_total{backend=\"EKSConfigMap\"} 2",
            "aws_iam_authenticator_configmap_watch_failures_total 1",
        ],
    );
    publisher.publish_without(set(CONFIG_MAP, 2, "good"), 3);
    let last_error = map.status()[0].last_error.clone();
    assert_eq!(
        last_error.as_deref(),
        Some("3 entries or lists cannot be used")
    );
    publisher.publish(set(CONFIG_MAP, 2, "good"));
    assert_eq!(map.status()[0].last_error, None);
    assert_exposes(
        &map,
        &["eksauth_backend_failing{backend=\"EKSConfigMap\"} 0"],
    );
}

#[test]
fn what_an_earlier_source_resumes_does_not_count() {
    let (map, _) = map_of(&[FILE]);
    let earlier = Publisher::new(&map, FILE);
    let publisher = Publisher::new(&map, FILE);
    publisher.failed("no answer");
    earlier.resumed();
    assert!(map.status()[0].last_error.is_some());
}

#[test]
fn reserved_prefixes_count_whenever_they_are_set() {
    let (map, _) = map_of(&[FILE]);
    map.publish(FILE, set(FILE, 1, "system:admin"));
    map.set_reserved_prefixes([(FILE, vec!["system:".to_owned()])].into_iter().collect());
    let principal = Principal {
        canonical_arn: role("Role0"),
        ..Principal::default()
    };
    let current = map.current();
    assert!(
        current
            .decide(&principal)
            .unwrap()
            .render(&principal, None)
            .is_err()
    );
}

#[test]
fn a_source_of_an_earlier_edition_is_not_heard() {
    let (map, _) = map_of(&[FILE]);
    let earlier = map.next_edition(FILE);
    let later = map.next_edition(FILE);
    map.publish_as(FILE, Some(later), set(FILE, 1, "later"), None);
    map.publish_as(FILE, Some(earlier), set(FILE, 1, "earlier"), None);
    map.failed_as(FILE, Some(earlier), "earlier".to_owned());
    assert_eq!(username(&map.current(), 0).unwrap(), "later");
    assert_eq!(map.status()[0].last_error, None);
    map.retire(FILE);
    map.publish_as(FILE, Some(later), set(FILE, 1, "later"), None);
    assert_eq!(map.missing(), [FILE]);
}

#[test]
fn the_status_tells_entries_age_and_error_of_each_backend() {
    let (map, clock) = map_of(&[FILE, DYNAMIC]);
    map.publish(FILE, set(FILE, 3, "file"));
    clock.advance(Duration::from_secs(60));
    map.failed(DYNAMIC, "no such file".to_owned());
    let status = map.status();
    assert_eq!(status.len(), 2);
    let [file, dynamic] = &*status else {
        unreachable!();
    };
    assert_eq!((file.mode, file.entries), (FILE, Some(3)));
    assert_eq!(file.age, Some(Duration::from_secs(60)));
    assert_eq!(file.last_error, None);
    assert_eq!((dynamic.mode, dynamic.entries), (DYNAMIC, None));
    assert_eq!(dynamic.age, None);
    assert_eq!(dynamic.last_error.as_deref(), Some("no such file"));

    map.publish(DYNAMIC, set(DYNAMIC, 0, ""));
    assert_eq!(map.status()[1].last_error, None);
    // A clock that is put right makes no backend younger than new.
    clock.set(std::time::UNIX_EPOCH);
    assert_eq!(map.status()[0].age, Some(Duration::ZERO));
}

#[test]
fn metrics_tell_of_each_backend_under_both_names() {
    let (map, _) = map_of(&[FILE, DYNAMIC]);
    map.publish(FILE, set(FILE, 3, "file"));
    map.failed(DYNAMIC, "gone".to_owned());
    map.failed(DYNAMIC, "gone".to_owned());
    map.failed(BackendMode::EksConfigMap, "no connection".to_owned());
    assert_eq!(map.metrics().failures(DYNAMIC), 2);
    assert_exposes(
        &map,
        &[
            "eksauth_backend_loaded{backend=\"MountedFile\"} 1",
            "eksauth_backend_loaded{backend=\"DynamicFile\"} 0",
            "eksauth_backend_entries{backend=\"MountedFile\"} 3",
            "eksauth_backend_last_loaded_timestamp_seconds{backend=\"MountedFile\"} 1767268800.0",
            "eksauth_backend_loads_total{backend=\"MountedFile\"} 1",
            "eksauth_backend_failures_total{backend=\"DynamicFile\"} 2",
            "aws_iam_authenticator_dynamicfile_failures_total 2",
            "aws_iam_authenticator_configmap_watch_failures_total 1",
        ],
    );
}

#[test]
fn the_gauges_of_the_dynamic_file_follow_the_order() {
    let (map, _) = map_of(&[FILE]);
    for (order, enabled, only) in [
        (vec![DYNAMIC], 0, 1),
        (vec![FILE, DYNAMIC], 1, 0),
        (vec![FILE], 0, 0),
    ] {
        map.set_order(order);
        assert_exposes(
            &map,
            &[
                &format!("aws_iam_authenticator_dynamic_file_enabled {enabled}"),
                &format!("aws_iam_authenticator_dynamic_file_only {only}"),
            ],
        );
    }
}

#[test]
fn latencies_go_into_the_buckets_of_their_kind() {
    let (map, _) = map_of(&[DYNAMIC]);
    map.metrics()
        .took(Latency::DynamicFile, Duration::from_secs(4));
    map.metrics()
        .took(Latency::BackendModeFile, Duration::from_secs(90));
    let name = "aws_iam_authenticator_dynamic_e2e_latency_seconds";
    assert_exposes(
        &map,
        &[
            &format!("{name}_bucket{{le=\"3.0\",type=\"dynamic_file\"}} 0"),
            &format!("{name}_bucket{{le=\"5.0\",type=\"dynamic_file\"}} 1"),
            &format!("{name}_bucket{{le=\"60.0\",type=\"dynamic_backend_mode\"}} 0"),
            &format!("{name}_count{{type=\"dynamic_backend_mode\"}} 1"),
        ],
    );
}

#[test]
fn no_reader_ever_sees_a_mixture_of_two_maps() {
    const ROLES: usize = 50;
    const ROUNDS: usize = 300;
    let (map, _) = map_of(&[FILE, DYNAMIC]);
    let publish = |name: &str| {
        map.publish(FILE, set(FILE, ROLES, name));
    };
    publish("a");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                let mut seen = 0_usize;
                while !is_over.load(Ordering::Relaxed) || seen == 0 {
                    let snapshot = map.current();
                    let first = username(&snapshot, 0).unwrap();
                    for number in 1..ROLES {
                        assert_eq!(username(&snapshot, number).unwrap(), first);
                    }
                    seen += 1;
                }
            });
        }
        // Another writer, whose work must not undo that of the first.
        threads.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                map.set_order(vec![FILE]);
                map.set_order(vec![FILE, DYNAMIC]);
            }
        });
        for round in 0..ROUNDS {
            let name = ["a", "b"][round % 2];
            publish(name);
            assert_eq!(username(&map.current(), 0).unwrap(), name);
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn an_account_of_an_earlier_backend_comes_before_a_role_of_a_later_one() {
    let (map, _) = map_of(&[FILE, DYNAMIC]);
    let account = Account {
        id: "123456789012".to_owned(),
        place: Place {
            list: List::Accounts,
            index: 0,
            line: None,
        },
    };
    let accounts = MappingSet::builder(Matching::of(FILE)).accounts([account]);
    map.publish(DYNAMIC, set(DYNAMIC, 1, "dynamic"));
    assert_eq!(username(&map.current(), 0).unwrap(), "dynamic");
    map.publish(FILE, accounts.build().set);
    assert_eq!(username(&map.current(), 0).unwrap(), role("Role0"));
}
