//! What the tests of this crate are made of.

use std::sync::Arc;

use crate::{
    Account, BackendMode, IdentityMap, List, Loaded, Mapping, MappingSet, Matching, Place,
    Principal, ReservedPrefixes, Sso, UserIds, Who,
};

pub(crate) const DEPLOY: &str = "arn:aws:iam::123456789012:role/Deploy";
pub(crate) const DEV: &str = "arn:aws:iam::123456789012:user/team/Dev";

pub(crate) fn at(list: List, index: usize) -> Place {
    Place {
        list,
        index,
        line: None,
    }
}

/// The user is named like the place, so that a test can tell which entry has matched.
pub(crate) fn mapping(list: List, index: usize, who: Who) -> Mapping {
    let place = at(list, index);
    Mapping {
        who,
        user_id: None,
        username: place.to_string(),
        groups: Vec::new(),
        place,
    }
}

pub(crate) fn role(index: usize, arn: &str) -> Mapping {
    mapping(List::Roles, index, Who::Arn(arn.to_owned()))
}

pub(crate) fn user(index: usize, arn: &str) -> Mapping {
    mapping(List::Users, index, Who::Arn(arn.to_owned()))
}

pub(crate) fn sso(index: usize, name: &str, account: &str, partition: &str) -> Mapping {
    let who = Who::Sso {
        permission_set_name: name.to_owned(),
        account_id: account.to_owned(),
        partition: partition.to_owned(),
    };
    mapping(List::Roles, index, who)
}

pub(crate) fn with_id(mapping: Mapping, user_id: &str) -> Mapping {
    Mapping {
        user_id: Some(user_id.to_owned()),
        ..mapping
    }
}

pub(crate) fn account(index: usize, id: &str) -> Account {
    Account {
        id: id.to_owned(),
        place: at(List::Accounts, index),
    }
}

pub(crate) fn mounted() -> Matching {
    Matching::of(BackendMode::MountedFile)
}

pub(crate) fn config_map() -> Matching {
    Matching::of(BackendMode::EksConfigMap)
}

pub(crate) fn with_sso() -> Matching {
    let mut matching = mounted();
    matching.sso = Sso::Matched;
    matching
}

pub(crate) fn strict() -> Matching {
    let mut matching = Matching::of(BackendMode::DynamicFile);
    matching.user_ids = UserIds::Required;
    matching
}

pub(crate) fn load<const N: usize>(matching: Matching, mappings: [Mapping; N]) -> Loaded {
    MappingSet::builder(matching).mappings(mappings).build()
}

/// A snapshot of entries that have no problem.
pub(crate) fn set<const N: usize>(matching: Matching, mappings: [Mapping; N]) -> MappingSet {
    let loaded = load(matching, mappings);
    assert_eq!(loaded.problems, []);
    loaded.set
}

/// A map of one backend without reserved prefixes.
pub(crate) fn map_of(set: MappingSet) -> IdentityMap {
    chain([(BackendMode::MountedFile, set)])
}

pub(crate) fn chain<const N: usize>(backends: [(BackendMode, MappingSet); N]) -> IdentityMap {
    let backends = backends.map(|(mode, set)| (mode, Arc::new(set)));
    IdentityMap::new(backends.into(), ReservedPrefixes::default())
}

/// Somebody with the ids that AWS's documentation has for nobody.
pub(crate) fn principal(arn: &str) -> Principal {
    Principal {
        user_id: "AROACKCEVSQ6C2EXAMPLE".to_owned(),
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        ..Principal::from_arn(arn).unwrap()
    }
}

pub(crate) fn session(role: &str, name: &str) -> Principal {
    principal(&format!(
        "arn:aws:sts::123456789012:assumed-role/{role}/{name}"
    ))
}

/// Where the entry stands that decides.
pub(crate) fn decided(map: &IdentityMap, principal: &Principal) -> Option<String> {
    let found = map.decide(principal).ok()?;
    Some(found.place().to_string())
}
