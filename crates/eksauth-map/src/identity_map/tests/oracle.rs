//! A map against a reading of its rules that looks at every entry, one after the other.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use crate::testing::{account, mapping, principal};
use crate::{Arns, List, Mapping, Matching, RolePaths, Sso, UserIds, Who};

#[derive(Clone, Debug)]
struct Backend {
    matching: Matching,
    mappings: Vec<Mapping>,
    accounts: Vec<String>,
}

/// Who decides, by the positions of backend and entry.
#[derive(Debug, PartialEq)]
enum Said {
    Entry(usize, Place),
    Account(usize),
    Mismatch(Vec<(usize, Place)>),
    Nobody,
}

fn said_by_map(backends: &[Backend], after: AfterMismatch, asking: &Principal) -> Said {
    let sets = backends.iter().zip(BackendMode::ALL).map(|(it, mode)| {
        let accounts = it.accounts.iter().enumerate();
        let loaded = MappingSet::builder(it.matching)
            .mappings(it.mappings.iter().cloned())
            .accounts(accounts.map(|(index, id)| account(index, id)))
            .build();
        (mode, Arc::new(loaded.set))
    });
    let map = IdentityMap::new(sets.collect(), ReservedPrefixes::default());
    let position = |mode| BackendMode::ALL.iter().position(|it| *it == mode).unwrap();
    match map.with_after_mismatch(after).decide(asking) {
        Ok(found) if found.place().list == List::Accounts => {
            Said::Account(position(found.backend()))
        }
        Ok(found) => Said::Entry(position(found.backend()), found.place()),
        Err(Denial::NotMapped) => Said::Nobody,
        Err(Denial::Mismatched(all)) => Said::Mismatch(
            all.iter()
                .map(|it| (position(it.backend), it.place))
                .collect(),
        ),
    }
}

fn said_naively(backends: &[Backend], after: AfterMismatch, asking: &Principal) -> Said {
    let mut mismatches = Vec::new();
    for (position, backend) in backends.iter().enumerate() {
        match found_naively(backend, asking) {
            Some((place, true)) => return Said::Entry(position, place),
            Some((place, false)) => mismatches.push((position, place)),
            None => {}
        }
        if !mismatches.is_empty() && after == AfterMismatch::Deny {
            break;
        }
        if backend.accounts.contains(&asking.account_id) {
            return Said::Account(position);
        }
    }
    match mismatches.is_empty() {
        true => Said::Nobody,
        false => Said::Mismatch(mismatches),
    }
}

/// Where the entry stands, and whether the principal has what it demands besides.
fn found_naively(backend: &Backend, asking: &Principal) -> Option<(Place, bool)> {
    let matching = backend.matching;
    let arn = asking.canonical_arn.to_lowercase();
    let last = |fits: &dyn Fn(&Mapping) -> bool, list: List| {
        let mut entries = backend.mappings.iter().rev();
        entries.find(|it| it.place.list == list && fits(it))
    };
    let last_of_both = |fits: &dyn Fn(&Mapping) -> bool| {
        last(fits, List::Roles).or_else(|| last(fits, List::Users))
    };
    if matching.user_ids == UserIds::Required {
        let found = last_of_both(&|it| it.user_id.as_ref() == Some(&asking.user_id))?;
        let has_arn = match &found.who {
            Who::Arn(written) => without_path(&written.to_lowercase()) == arn,
            _ => true,
        };
        return Some((found.place, has_arn));
    }
    let found = last_of_both(&|it| is_of(matching, it, &arn))
        .or_else(|| {
            last(
                &|it| matching.sso == Sso::Matched && is_of_set(it, &arn),
                List::Roles,
            )
        })
        .or_else(|| first_wildcard(backend, &arn))?;
    let has_id = match found.user_id.as_deref() {
        None | Some("") => true,
        Some(id) => matching.user_ids == UserIds::Ignored || id == asking.user_id,
    };
    Some((found.place, has_id))
}

fn is_of(matching: Matching, mapping: &Mapping, arn: &str) -> bool {
    let Who::Arn(written) = &mapping.who else {
        return false;
    };
    let mut written = written.to_lowercase();
    if is_wildcard(matching, mapping) {
        return false;
    }
    if matching.arns == Arns::Canonicalised && written.contains(":assumed-role/") {
        let role = written
            .replace(":sts:", ":iam:")
            .replace(":assumed-role/", ":role/");
        written = role.rsplit_once('/').unwrap().0.to_owned();
    }
    match matching.role_paths {
        RolePaths::Dropped => without_path(&written) == arn,
        RolePaths::AsWritten => written == arn,
    }
}

fn is_of_set(mapping: &Mapping, arn: &str) -> bool {
    let Who::Sso {
        permission_set_name: name,
        account_id,
        partition,
    } = &mapping.who
    else {
        return false;
    };
    let partition = if partition.is_empty() {
        "aws"
    } else {
        partition
    };
    let name = name.to_lowercase();
    let start = format!("arn:{partition}:iam::{account_id}:role/awsreservedsso_{name}_");
    let suffix = arn.strip_prefix(&start);
    suffix.is_some_and(|it| !it.is_empty() && !it.contains(['_', '/']))
}

fn first_wildcard<'a>(backend: &'a Backend, arn: &str) -> Option<&'a Mapping> {
    let written = |it: &Mapping| match &it.who {
        Who::Arn(written) if is_wildcard(backend.matching, it) => Some(written.to_lowercase()),
        _ => None,
    };
    let all = &backend.mappings;
    let found = (0..all.len()).find(|&at| {
        written(&all[at]).is_some_and(|pattern| {
            let is_last = !all[at + 1..]
                .iter()
                .any(|it| written(it).as_ref() == Some(&pattern));
            is_last && fits(pattern.as_bytes(), arn.as_bytes())
        })
    })?;
    Some(&all[found])
}

fn is_wildcard(matching: Matching, mapping: &Mapping) -> bool {
    let is_in = matches!(&mapping.who, Who::Arn(written) if written.contains(['*', '?']));
    matching.wildcards && mapping.place.list == List::Roles && is_in
}

fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=text.len()).any(|at| fits(rest, &text[at..])),
        ([b'?', rest @ ..], [_, after @ ..]) => fits(rest, after),
        ([a, rest @ ..], [b, after @ ..]) => a == b && fits(rest, after),
        _ => false,
    }
}

fn without_path(arn: &str) -> String {
    match arn.split_once(":role/") {
        Some((head, path)) => {
            let name = path.rsplit('/').next().unwrap();
            format!("{head}:role/{name}")
        }
        None => arn.to_owned(),
    }
}

/// Few words, so that entries and principals meet.
fn account_id() -> impl Strategy<Value = String> {
    select(vec!["123456789012", "210987654321"]).prop_map(str::to_owned)
}

fn role_name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[aBc]{1,3}",
        1 => "AWSReservedSSO_[aB](_[aB])?_x",
    ]
}

fn role() -> impl Strategy<Value = String> {
    let partition = prop_oneof![4 => Just("aws"), 1 => Just("aws-cn")];
    let path = prop_oneof![4 => Just(""), 1 => Just("p/"), 1 => Just("p/q/")];
    (partition, account_id(), path, role_name()).prop_map(|(partition, account, path, name)| {
        format!("arn:{partition}:iam::{account}:role/{path}{name}")
    })
}

fn user() -> impl Strategy<Value = String> {
    (account_id(), "(p/)?[aBc]{1,2}")
        .prop_map(|(account, name)| format!("arn:aws:iam::{account}:user/{name}"))
}

fn session() -> impl Strategy<Value = String> {
    (account_id(), role_name())
        .prop_map(|(account, name)| format!("arn:aws:sts::{account}:assumed-role/{name}/s"))
}

fn wildcard() -> impl Strategy<Value = String> {
    (account_id(), "[aBc*?]{0,2}[*?][aBc_x*?]{0,2}")
        .prop_map(|(account, name)| format!("arn:aws:iam::{account}:role/{name}"))
}

fn permission_set() -> impl Strategy<Value = Who> {
    let partition = select(vec!["", "aws", "aws-cn"]);
    ("[aB](_[aB])?", account_id(), partition).prop_map(|(name, account_id, partition)| Who::Sso {
        permission_set_name: name,
        account_id,
        partition: partition.to_owned(),
    })
}

fn entry() -> impl Strategy<Value = (bool, Who, Option<String>, bool)> {
    let arn = prop_oneof![4 => role(), 2 => user(), 1 => session(), 3 => wildcard()];
    let who = prop_oneof![4 => arn.prop_map(Who::Arn), 1 => permission_set()];
    let user_id = option::of("[iI]?");
    (any::<bool>(), who, user_id, any::<bool>())
}

fn backend() -> impl Strategy<Value = Backend> {
    let matching = (
        select(vec![Arns::AsWritten, Arns::Canonicalised]),
        select(vec![Sso::Matched, Sso::Ignored]),
        any::<bool>(),
        select(vec![RolePaths::AsWritten, RolePaths::Dropped]),
        select(vec![UserIds::Ignored, UserIds::Pinned, UserIds::Required]),
    )
        .prop_map(|(arns, sso, wildcards, role_paths, user_ids)| Matching {
            arns,
            sso,
            wildcards,
            role_paths,
            user_ids,
        });
    let accounts = vec(account_id(), 0..2);
    (matching, vec(entry(), 0..24), accounts).prop_map(|(matching, entries, accounts)| Backend {
        matching,
        mappings: mappings(entries),
        accounts,
    })
}

fn mappings(entries: Vec<(bool, Who, Option<String>, bool)>) -> Vec<Mapping> {
    let entries = entries.into_iter().enumerate();
    let made = entries.map(|(index, (is_user, who, user_id, is_upper))| {
        let is_set = matches!(who, Who::Sso { .. });
        let list = if is_user && !is_set {
            List::Users
        } else {
            List::Roles
        };
        let who = match who {
            // The names alone: the rest must stay the ARN of a principal for every backend.
            Who::Arn(arn) if is_upper => {
                let (head, name) = arn.rsplit_once('/').unwrap();
                Who::Arn(format!("{head}/{}", name.to_uppercase()))
            }
            who => who,
        };
        Mapping {
            user_id,
            ..mapping(list, index, who)
        }
    });
    made.collect()
}

proptest! {
    #[test]
    fn a_map_says_what_looking_at_every_entry_says(
        backends in vec(backend(), 1..4),
        asking in prop_oneof![3 => role(), 1 => user(), 2 => session()],
        user_id in "[iI]",
        after in select(vec![AfterMismatch::Deny, AfterMismatch::GoOn]),
    ) {
        let asking = Principal { user_id, ..principal(&asking) };
        prop_assert_eq!(
            said_by_map(&backends, after, &asking),
            said_naively(&backends, after, &asking)
        );
    }
}
