//! Foreign sections of `aws-auth`: reading ends, settles, and survives an addition.
#![no_main]

use std::collections::BTreeMap;

use eksauth_map::aws_auth::{AwsAuth, NewMapping, add_role, add_user, data_of_manifest};
use eksauth_map::{Effect, List, Mapping, Trouble, Who};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (found, troubles) = read(text);
    is_what_it_was_when_read_again(&found, text);
    has_only_entries_of_somebody(&found);
    accounts_for_what_is_missing(&found, &troubles);
    troubles
        .iter()
        .for_each(|it| shows_only_visible_text(&it.to_string()));

    let roles = add_role(Some(text), &new("role/Added"));
    holds_one_more(&found.roles, roles.ok(), |text| read(text).0.roles);
    let users = add_user(Some(text), &new("user/Added"));
    holds_one_more(&found.users, users.ok(), |text| read(text).0.users);

    if let Err(error) = data_of_manifest(text) {
        shows_only_visible_text(&error.to_string());
    }
});

fn read(text: &str) -> (AwsAuth, Vec<Trouble>) {
    AwsAuth::default().updated(&data(text))
}

fn data(text: &str) -> BTreeMap<String, String> {
    let lists = [List::Roles, List::Users, List::Accounts];
    lists
        .map(|list| (list.key().to_owned(), text.to_owned()))
        .into()
}

fn is_what_it_was_when_read_again(found: &AwsAuth, text: &str) {
    assert_eq!(&found.updated(&data(text)).0, found);
}

fn has_only_entries_of_somebody(found: &AwsAuth) {
    for mapping in found.roles.iter().chain(&found.users) {
        assert!(!mapping.username.is_empty());
        assert_ne!(mapping.who, Who::UserIdOnly);
        assert_ne!(mapping.who, Who::Arn(String::new()));
    }
}

/// Every position is an entry or a trouble.
fn accounts_for_what_is_missing(found: &AwsAuth, troubles: &[Trouble]) {
    for (list, mappings) in [(List::Roles, &found.roles), (List::Users, &found.users)] {
        let dropped = troubles
            .iter()
            .filter(|it| it.list() == list && it.effect() == Effect::EntryDropped)
            .filter_map(Trouble::index);
        let kept = mappings.iter().map(|mapping| mapping.place.index);
        let mut positions: Vec<usize> = kept.chain(dropped).collect();
        positions.sort_unstable();
        assert!(
            positions.iter().copied().eq(0..positions.len()),
            "{positions:?}"
        );
    }
}

fn new(resource: &str) -> NewMapping {
    NewMapping {
        who: Who::Arn(format!("arn:aws:iam::123456789012:{resource}")),
        username: "{{AccountID}} # \"added\": yes".to_owned(),
        groups: vec!["012".to_owned(), "plain".to_owned()],
        user_id: Some("AROAEXAMPLE".to_owned()),
    }
}

fn holds_one_more(old: &[Mapping], added: Option<String>, read: impl Fn(&str) -> Vec<Mapping>) {
    let Some(added) = added else {
        return;
    };
    let now = read(&added);
    let (last, before) = now.split_last().expect("one was added");
    assert_eq!(
        (&*last.username, last.groups.len()),
        ("{{AccountID}} # \"added\": yes", 2)
    );
    assert!(
        before.iter().map(fields).eq(old.iter().map(fields)),
        "{added:?}"
    );
}

fn fields(mapping: &Mapping) -> (&Who, &str, &[String], Option<&str>) {
    let user_id = mapping.user_id.as_deref();
    (&mapping.who, &mapping.username, &mapping.groups, user_id)
}

fn shows_only_visible_text(text: &str) {
    assert!(
        text.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
        "{text:?}"
    );
}
