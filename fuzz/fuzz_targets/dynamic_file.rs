//! Foreign files of the backend `DynamicFile`: what is accepted is what serde_json's own values say.
#![no_main]

use eksauth_map::dynamic_file::DynamicFile;
use eksauth_map::{Mapping, UserIds, Who};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    for user_ids in [UserIds::Ignored, UserIds::Required] {
        match DynamicFile::parse(text, user_ids) {
            Ok(file) => {
                file.roles
                    .iter()
                    .chain(&file.users)
                    .for_each(|it| has_its_key(it, user_ids));
                has_every_entry(&file, text);
                stands_on_its_lines(&file, text);
            }
            Err(error) => shows_only_visible_text(&error.to_string()),
        }
    }
});

fn has_its_key(mapping: &Mapping, user_ids: UserIds) {
    match user_ids {
        UserIds::Required => assert!(mapping.user_id.is_some()),
        _ => assert!(matches!(&mapping.who, Who::Arn(arn) if !arn.is_empty())),
    }
}

/// A second reading, which knows nothing of types.
fn has_every_entry(file: &DynamicFile, text: &str) {
    let Ok(Value::Object(pairs)) = serde_json::from_str(text) else {
        // `null`, or more levels than a tree may have.
        return;
    };
    let lists = [
        ("mapRoles", file.roles.len()),
        ("mapUsers", file.users.len()),
        ("mapAccounts", file.accounts.len()),
    ];
    for (key, len) in lists {
        let mut spelled = pairs
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(key));
        // With two spellings the order counts, which these values have lost.
        if let (Some((_, value)), None) = (spelled.next(), spelled.next()) {
            assert_eq!(value.as_array().map_or(0, Vec::len), len);
        }
    }
}

fn stands_on_its_lines(file: &DynamicFile, text: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    for mapping in file.roles.iter().chain(&file.users) {
        let line = mapping.place.line.expect("the line is known");
        assert!(lines[line - 1].contains('{'), "{line}");
    }
}

fn shows_only_visible_text(text: &str) {
    assert!(
        text.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
        "{text:?}"
    );
}
