//! Backends out of text, and users in one line.

use std::collections::BTreeMap;
use std::sync::Arc;

use eksauth_map::aws_auth::AwsAuth;
use eksauth_map::dynamic_file::DynamicFile;
use eksauth_map::{
    AfterMismatch, BackendMode, Denial, IdentityMap, List, Loaded, MapError, Mapping, MappingSet,
    Matching, Place, Principal, ReservedPrefixes, Sso, UserIds, Who, mounted,
};

pub(crate) const DEPLOY: &str = "arn:aws:sts::123456789012:assumed-role/Deploy/bob@example.com";
pub(crate) const ANN: &str = "arn:aws:iam::123456789012:user/team/Ann";
pub(crate) const ID: &str = "AROACKCEVSQ6C2EXAMPLE";
pub(crate) const DNS_NAME: &str = "ip-10-0-0-1.ec2.internal";

pub(crate) type Backend = (BackendMode, MappingSet);

/// Somebody whom STS has named.
pub(crate) fn who(arn: &str) -> Principal {
    Principal {
        user_id: ID.to_owned(),
        access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
        ..Principal::from_arn(arn).unwrap()
    }
}

/// The lists below `server` in a configuration file.
pub(crate) fn mounted(lists: &str) -> Backend {
    backend(BackendMode::MountedFile, load_mounted(lists, Sso::Ignored))
}

pub(crate) fn mounted_with_sso(lists: &str) -> Backend {
    backend(BackendMode::MountedFile, load_mounted(lists, Sso::Matched))
}

pub(crate) fn load_mounted(lists: &str, sso: Sso) -> Loaded {
    let lines = lists.lines().map(|line| format!("  {line}\n"));
    let text = format!("server:\n{}", lines.collect::<String>());
    let file = mounted::from_yaml(&text).unwrap();
    let mut matching = Matching::of(BackendMode::MountedFile);
    matching.sso = sso;
    MappingSet::builder(matching)
        .mappings(file.roles.into_iter().chain(file.users))
        .accounts(file.accounts)
        .build()
}

/// A ConfigMap with the sections of these keys.
pub(crate) fn config_map(sections: &[(&str, &str)]) -> Backend {
    config_map_by(Sso::Ignored, sections)
}

pub(crate) fn config_map_by(sso: Sso, sections: &[(&str, &str)]) -> Backend {
    let mut matching = Matching::of(BackendMode::EksConfigMap);
    matching.sso = sso;
    let (found, _) = AwsAuth::default().updated(&data(sections));
    (BackendMode::EksConfigMap, set_of(matching, found).set)
}

pub(crate) fn set_of(matching: Matching, found: AwsAuth) -> Loaded {
    MappingSet::builder(matching)
        .mappings(found.roles.into_iter().chain(found.users))
        .accounts(found.accounts)
        .build()
}

pub(crate) fn data(sections: &[(&str, &str)]) -> BTreeMap<String, String> {
    let section = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
    sections.iter().map(section).collect()
}

/// Objects by their ARN; their users are named like their places.
pub(crate) fn objects(arns: &[&str]) -> Backend {
    backend(BackendMode::Crd, load_objects(arns))
}

pub(crate) fn load_objects(arns: &[&str]) -> Loaded {
    let mappings = arns.iter().enumerate().map(|(index, arn)| Mapping {
        who: Who::Arn((*arn).to_owned()),
        user_id: None,
        username: format!("object-{index}"),
        groups: Vec::new(),
        place: Place {
            list: List::Objects,
            index,
            line: None,
        },
    });
    let matching = Matching::of(BackendMode::Crd);
    MappingSet::builder(matching).mappings(mappings).build()
}

/// A file that a program writes.
pub(crate) fn dynamic(json: &str) -> Backend {
    let loaded = load_dynamic(json, UserIds::Ignored);
    backend(BackendMode::DynamicFile, loaded)
}

/// The same with `dynamicfileUserIDStrict`.
pub(crate) fn strict(json: &str) -> Backend {
    let loaded = load_dynamic(json, UserIds::Required);
    backend(BackendMode::DynamicFile, loaded)
}

pub(crate) fn load_dynamic(json: &str, user_ids: UserIds) -> Loaded {
    let file = DynamicFile::parse(json, user_ids).unwrap();
    let mut matching = Matching::of(BackendMode::DynamicFile);
    matching.user_ids = user_ids;
    MappingSet::builder(matching)
        .mappings(file.roles.into_iter().chain(file.users))
        .accounts(file.accounts)
        .build()
}

fn backend(mode: BackendMode, loaded: Loaded) -> Backend {
    assert_eq!(loaded.problems, []);
    (mode, loaded.set)
}

pub(crate) fn chain(backends: Vec<Backend>) -> IdentityMap {
    reserving(backends, ReservedPrefixes::default())
}

pub(crate) fn reserving(backends: Vec<Backend>, reserved: ReservedPrefixes) -> IdentityMap {
    let backends = backends.into_iter();
    IdentityMap::new(
        backends.map(|(mode, set)| (mode, Arc::new(set))).collect(),
        reserved,
    )
}

/// The user and groups, separated by blanks, or why there is none.
pub(crate) fn outcome(map: &IdentityMap, principal: &Principal) -> String {
    let found = match map.decide(principal) {
        Ok(found) => found,
        Err(Denial::NotMapped) => return "not mapped".to_owned(),
        Err(denial) => return denial.to_string(),
    };
    match found.render(principal, Some(DNS_NAME)) {
        Ok(user) => [vec![user.username], user.groups].concat().join(" "),
        Err(MapError::ReservedPrefix { prefix }) => format!("reserved {prefix}"),
        Err(error) => error.to_string(),
    }
}

/// The same as aws-iam-authenticator goes on after a mismatch.
pub(crate) fn outcome_going_on(map: IdentityMap, principal: &Principal) -> String {
    outcome(&map.with_after_mismatch(AfterMismatch::GoOn), principal)
}
