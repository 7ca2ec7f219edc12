use proptest::prelude::*;

use super::DynamicFile;
use crate::UserIds::{self, Ignored, Pinned, Required};
use crate::{List, Mapping, Who};

fn read(text: &str) -> DynamicFile {
    DynamicFile::parse(text, Ignored).unwrap()
}

fn refused(text: &str, user_ids: UserIds) -> String {
    DynamicFile::parse(text, user_ids).unwrap_err().to_string()
}

#[test]
fn a_file_as_documented() {
    let file = read(
        r#"{
  "LastUpdatedDateTime": "1700000000",
  "Version": "7",
  "mapRoles": [
    {"rolearn": "arn:aws:iam::123456789012:role/A", "username": "a", "groups": ["x", "y"],
     "userid": "AROAX"},
    {"rolearn": "b", "username": "b"}
  ],
  "mapUsers": [{"userarn": "u", "username": "u", "groups": []}],
  "mapAccounts": ["012345678901",
                  "123456789012"]
}"#,
    );
    let a = Mapping {
        who: Who::Arn("arn:aws:iam::123456789012:role/A".to_owned()),
        user_id: Some("AROAX".to_owned()),
        username: "a".to_owned(),
        groups: vec!["x".to_owned(), "y".to_owned()],
        place: file.roles[0].place,
    };
    assert_eq!(file.roles[0], a);
    let places: Vec<_> = file
        .roles
        .iter()
        .chain(&file.users)
        .map(|it| it.place.to_string())
        .collect();
    assert_eq!(
        places,
        [
            "mapRoles[0], line 5",
            "mapRoles[1], line 7",
            "mapUsers[0], line 9"
        ]
    );
    let accounts: Vec<_> = file
        .accounts
        .iter()
        .map(|it| (it.id.as_str(), it.place.line))
        .collect();
    assert_eq!(
        accounts,
        [("012345678901", Some(10)), ("123456789012", Some(11))]
    );
    assert_eq!(
        file.last_updated.unwrap().unix_seconds(),
        Some(1_700_000_000)
    );
    assert_eq!(file.version.as_deref(), Some("7"));
}

#[test]
fn a_file_that_says_nothing_is_empty() {
    for text in [
        "{}",
        "null",
        r#"{"mapRoles": null, "mapUsers": [], "mapAccounts": null}"#,
    ] {
        assert_eq!(read(text), DynamicFile::default(), "{text}");
    }
}

#[test]
fn keys_count_in_any_case_and_unknown_ones_not_at_all() {
    let file = read(
        r#"{"MAPROLES": [{"RoleARN": "a", "UserName": "a", "GROUPS": ["x"], "UserId": "i", "x": {"y": [1]}}],
            "mapusers": [{"USERARN": "u", "username": "u"}], "lastupdateddatetime": "1", "z": null}"#,
    );
    assert_eq!(file.roles[0].who, Who::Arn("a".to_owned()));
    assert_eq!(file.roles[0].username, "a");
    assert_eq!(file.roles[0].groups, ["x"]);
    assert_eq!(file.roles[0].user_id.as_deref(), Some("i"));
    assert_eq!(file.users.len(), 1);
    assert!(file.last_updated.is_some());
}

#[test]
fn of_a_key_that_repeats_the_last_value_counts() {
    let file = read(
        r#"{"mapRoles": [{"rolearn": "a", "RoleARN": "b", "username": "x"}],
            "maproles": [{"rolearn": "c", "username": "z", "username": null}]}"#,
    );
    assert_eq!(file.roles.len(), 1);
    assert_eq!(file.roles[0].who, Who::Arn("c".to_owned()));
    assert_eq!(file.roles[0].username, "z");
}

#[test]
fn null_is_nothing() {
    let file = read(
        r#"{"mapRoles": [{"rolearn": "a", "username": null, "groups": null, "userid": null, "sso": null},
                         {"rolearn": "b", "groups": ["x", null]}], "mapAccounts": [null]}"#,
    );
    assert_eq!(
        (&*file.roles[0].username, file.roles[0].groups.len()),
        ("", 0)
    );
    assert_eq!(file.roles[0].user_id, None);
    assert_eq!(file.roles[1].groups, ["x", ""]);
    assert_eq!(file.accounts[0].id, "");
}

#[test]
fn every_entry_needs_its_arn_unless_user_ids_find_it() {
    let text = "{\"mapRoles\": [{\"rolearn\": \"a\"},\n{\"userid\": \"i\"}]}";
    for user_ids in [Ignored, Pinned] {
        assert_eq!(
            refused(text, user_ids),
            "mapRoles[1], line 2: expected a `rolearn`, but found none"
        );
    }
    for user in [r#"{"rolearn": "a"}"#, r#"{"userarn": ""}"#, "null"] {
        assert_eq!(
            refused(&format!(r#"{{"mapUsers": [{user}]}}"#), Ignored),
            "mapUsers[0], line 1: expected a `userarn`, but found none"
        );
    }
}

#[test]
fn a_permission_set_alone_finds_nobody() {
    let text =
        r#"{"mapRoles": [{"sso": {"permissionSetName": "Ops", "accountID": "1"}, "userid": "i"}]}"#;
    assert_eq!(
        refused(text, Ignored),
        "mapRoles[0], line 1: expected a `rolearn`, but found none"
    );
    let strict = DynamicFile::parse(text, Required).unwrap();
    assert!(matches!(strict.roles[0].who, Who::Sso { .. }));
    let both = read(r#"{"mapRoles": [{"sso": {}, "rolearn": "a"}]}"#);
    assert_eq!(both.roles[0].who, Who::Arn("a".to_owned()));
}

#[test]
fn every_entry_needs_its_user_id_where_that_finds_it() {
    let text = r#"{"mapRoles": [{"userid": "i"}, {"userid": "j", "rolearn": "a"}],
                   "mapUsers": [{"userid": "k", "sso": {}}]}"#;
    let file = DynamicFile::parse(text, Required).unwrap();
    assert_eq!(file.roles[0].who, Who::UserIdOnly);
    assert_eq!(file.roles[1].who, Who::Arn("a".to_owned()));
    assert_eq!(file.users[0].who, Who::UserIdOnly);
    for entry in [
        r#"{"rolearn": "a"}"#,
        r#"{"rolearn": "a", "userid": ""}"#,
        "{}",
        "null",
    ] {
        assert_eq!(
            refused(&format!(r#"{{"mapRoles": [{entry}]}}"#), Required),
            "mapRoles[0], line 1: expected a `userid`, but found none"
        );
    }
}

#[test]
fn one_wrong_type_anywhere_refuses_the_whole_file() {
    for (text, expected) in [
        (
            "[]",
            "line 1: expected an object with `mapRoles`, `mapUsers` and `mapAccounts`, but found a list",
        ),
        (
            "{\n\"mapRoles\": {}}",
            "line 2: expected a list as `mapRoles`, but found an object",
        ),
        (
            "{\"Version\": 7}",
            "line 1: expected a text as `Version`, but found the number `7`",
        ),
        (
            "{\"LastUpdatedDateTime\": 1.5}",
            "line 1: expected a text as `LastUpdatedDateTime`, but found the number `1.5`",
        ),
        (
            "{\"mapAccounts\": [\"1\",\n12]}",
            "mapAccounts[1], line 2: expected a text as `mapAccounts`, but found the number `12`",
        ),
        (
            "{\"mapRoles\": [\n7]}",
            "mapRoles[0], line 2: expected an entry as an object, but found the number `7`",
        ),
        (
            "{\"mapRoles\": [\n{\"rolearn\": \"a\",\n\"username\": true}]}",
            "mapRoles[0], line 3: expected a text as `username`, but found the boolean `true`",
        ),
        (
            "{\"mapUsers\": [{\"userarn\": \"a\", \"groups\": \"x\"}]}",
            "mapUsers[0], line 1: expected a list as `groups`, but found the text \"x\"",
        ),
        (
            "{\"mapUsers\": [{\"userarn\": \"a\", \"groups\": [\"x\", {}]}]}",
            "mapUsers[0], line 1: expected a text as `groups`, but found an object",
        ),
        (
            "{\"mapRoles\": [{\"rolearn\": \"a\", \"sso\": 1}]}",
            "mapRoles[0], line 1: expected an object as `sso`, but found the number `1`",
        ),
        (
            "{\"mapRoles\": [{\"rolearn\": \"a\", \"sso\": {\"accountID\": 1}}]}",
            "mapRoles[0], line 1: expected a text as `accountID`, but found the number `1`",
        ),
    ] {
        assert_eq!(refused(text, Ignored), expected);
    }
}

#[test]
fn what_is_no_json_is_refused_with_its_line() {
    for text in [
        "",
        "{",
        "mapRoles: []",
        "{} x",
        "{\"mapRoles\": [{\"rolearn\": }]}",
        "{\"a\": 1,}",
    ] {
        let error = DynamicFile::parse(text, Ignored).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("expected JSON, but found an error"),
            "{error}"
        );
        assert_eq!((error.line(), error.place()), (Some(1), None));
    }
    let error = DynamicFile::parse("{\n\n\"mapRoles\": [{}\n{}]}", Ignored).unwrap_err();
    assert_eq!(error.line(), Some(4));
}

#[test]
fn an_error_says_its_entry() {
    let error = DynamicFile::parse("{\"mapUsers\": [\n{\"userarn\":\n1}]}", Ignored).unwrap_err();
    let place = error.place().unwrap();
    assert_eq!(
        (place.list, place.index, place.line),
        (List::Users, 0, Some(2))
    );
    assert_eq!(error.line(), Some(3));
}

#[test]
fn foreign_text_cannot_disturb_a_log() {
    let text = format!(
        r#"{{"mapRoles": [{{"groups": "\u001b[2J\n{}ä"}}]}}"#,
        "y".repeat(500)
    );
    let error = refused(&text, Ignored);
    assert!(
        error.len() < 400 && error.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
        "{error}"
    );
}

#[test]
fn a_hundred_thousand_entries_are_all_read() {
    let entry = |n: usize| {
        format!(
            r#"{{"rolearn": "arn:aws:iam::123456789012:role/R{n}", "username": "u{n}", "groups": ["g"]}}"#
        )
    };
    let entries: Vec<String> = (0..100_000).map(entry).collect();
    let file = read(&format!("{{\"mapRoles\": [\n{}\n]}}", entries.join(",\n")));
    assert_eq!(file.roles.len(), 100_000);
    let last = &file.roles[99_999];
    assert_eq!(
        (&*last.username, last.place.line),
        ("u99999", Some(100_001))
    );
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(
        text in any::<String>(),
        json in "[\\[\\]{}:, \na1\"]{0,40}",
    ) {
        for user_ids in [Ignored, Required] {
            let _ = DynamicFile::parse(&text, user_ids);
            let _ = DynamicFile::parse(&format!(r#"{{"mapRoles": [{json}]}}"#), user_ids);
        }
    }

    #[test]
    fn what_a_program_writes_is_read_as_it_was(
        entries in proptest::collection::vec((".+", ".*", proptest::collection::vec(".*", 0..3)), 0..5),
    ) {
        let written: Vec<_> = entries
            .iter()
            .map(|(arn, username, groups)| {
                serde_json::json!({"rolearn": arn, "username": username, "groups": groups})
            })
            .collect();
        let text = serde_json::json!({ "mapRoles": written });
        for text in [text.to_string(), serde_json::to_string_pretty(&text).unwrap()] {
            let file = read(&text);
            let found: Vec<_> = file
                .roles
                .into_iter()
                .map(|it| (it.who, it.username, it.groups))
                .collect();
            let expected: Vec<_> = entries
                .iter()
                .map(|(arn, username, groups)| {
                    (Who::Arn(arn.clone()), username.clone(), groups.clone())
                })
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
