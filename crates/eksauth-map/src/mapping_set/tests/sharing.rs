//! What entries have in common is in memory once.

use std::sync::Arc;

use crate::testing::{mounted, role};
use crate::{Mapping, MappingSet};

#[test]
fn equal_lists_of_groups_are_held_once() {
    let with_groups = |index: usize, groups: &[&str]| Mapping {
        groups: groups.iter().map(|&it| it.to_owned()).collect(),
        ..role(index, &format!("arn:aws:iam::123456789012:role/{index}"))
    };
    let mappings = [
        with_groups(0, &["a", "{{AccountID}}"]),
        with_groups(1, &["{{AccountID}}", "a"]),
        with_groups(2, &["a", "{{AccountID}}"]),
    ];
    let set = MappingSet::builder(mounted())
        .mappings(mappings)
        .build()
        .set;
    let groups: Vec<_> = set.rules.iter().map(|it| &it.groups).collect();
    assert!(Arc::ptr_eq(groups[0], groups[2]));
    assert_ne!(groups[0], groups[1]);
}
