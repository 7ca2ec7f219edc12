//! Foreign lists in the configuration file of the server: every item is an entry, and an entry is the
//! same when it is written as JSON.
#![no_main]

use std::error::Error;

use eksauth_map::mounted::{MountedError, MountedFile, from_yaml};
use eksauth_map::{Effect, Mapping, Who};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    check(text);
    // The engine need not learn the words around a list.
    for key in ["mapRoles", "mapUsers", "mapAccounts"] {
        let lines = text.split('\n').map(|line| format!("    {line}\n"));
        check(&format!("server:\n  {key}:\n{}", lines.collect::<String>()));
    }
});

fn check(text: &str) {
    match from_yaml(text) {
        Ok(file) => {
            has_every_item(&file);
            stands_on_its_lines(&file, text);
            has_lost_nothing(&file);
            is_the_same_in_json(&file);
        }
        Err(error) => shows_only_visible_text(&error),
    }
}

fn has_every_item(file: &MountedFile) {
    for mappings in [&file.roles, &file.users] {
        assert!(
            mappings
                .iter()
                .map(|it| it.place.index)
                .eq(0..mappings.len())
        );
        for mapping in mappings {
            assert_ne!(mapping.who, Who::UserIdOnly);
            assert_ne!(mapping.who, Who::Arn(String::new()));
        }
    }
    assert!(
        file.accounts
            .iter()
            .map(|it| it.place.index)
            .eq(0..file.accounts.len())
    );
}

fn stands_on_its_lines(file: &MountedFile, text: &str) {
    let lines = 1..=text.split(['\n', '\r']).count();
    let places = file.roles.iter().chain(&file.users).map(|it| it.place);
    for place in places.chain(file.accounts.iter().map(|it| it.place)) {
        assert!(
            lines.contains(&place.line.expect("the line is known")),
            "{place}"
        );
    }
}

fn has_lost_nothing(file: &MountedFile) {
    for warning in &file.warnings {
        assert_eq!(warning.effect(), Effect::Noted);
        is_visible(&warning.to_string());
    }
}

fn is_the_same_in_json(file: &MountedFile) {
    let entries = |key: &str, mappings: &[Mapping]| -> Vec<Value> {
        mappings.iter().map(|mapping| entry(key, mapping)).collect()
    };
    let accounts: Vec<&str> = file.accounts.iter().map(|it| it.id.as_str()).collect();
    let written = json!({"server": {
        "mapRoles": entries("rolearn", &file.roles),
        "mapUsers": entries("userarn", &file.users),
        "mapAccounts": accounts,
    }});
    let again = match from_yaml(&written.to_string()) {
        Ok(again) => again,
        // Longer than a file may be, or with a character that stands in YAML only when escaped.
        Err(MountedError::Syntax(_)) => return,
        Err(error) => panic!("{error}: {written}"),
    };
    assert!(
        again
            .roles
            .iter()
            .map(fields)
            .eq(file.roles.iter().map(fields)),
        "{written}"
    );
    assert!(
        again
            .users
            .iter()
            .map(fields)
            .eq(file.users.iter().map(fields)),
        "{written}"
    );
    assert!(
        again.accounts.iter().map(|it| it.id.as_str()).eq(accounts),
        "{written}"
    );
}

fn entry(key: &str, mapping: &Mapping) -> Value {
    let mut entry = json!({"username": mapping.username, "groups": mapping.groups});
    match &mapping.who {
        Who::Arn(arn) => entry[key] = json!(arn),
        Who::Sso {
            permission_set_name,
            account_id,
            partition,
        } => {
            entry["sso"] = json!({
                "permissionSetName": permission_set_name,
                "accountID": account_id,
                "partition": partition,
            });
        }
        Who::UserIdOnly => {}
    }
    if let Some(user_id) = &mapping.user_id {
        entry["userid"] = json!(user_id);
    }
    entry
}

fn fields(mapping: &Mapping) -> (&Who, &str, &[String], Option<&str>) {
    let user_id = mapping.user_id.as_deref();
    (&mapping.who, &mapping.username, &mapping.groups, user_id)
}

fn shows_only_visible_text(error: &MountedError) {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        is_visible(&error.to_string());
        cause = error.source();
    }
}

fn is_visible(text: &str) {
    assert!(
        text.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
        "{text:?}"
    );
}
