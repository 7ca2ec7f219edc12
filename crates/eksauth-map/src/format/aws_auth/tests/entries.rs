use super::{arn, lines, read};
use crate::{Effect, Mapping, Who};

fn roles(text: &str) -> (Vec<Mapping>, Vec<String>) {
    let (found, troubles) = read(&[("mapRoles", text)]);
    (found.roles, lines(&troubles))
}

fn users(text: &str) -> (Vec<Mapping>, Vec<String>) {
    let (found, troubles) = read(&[("mapUsers", text)]);
    (found.users, lines(&troubles))
}

fn usernames(mappings: &[Mapping]) -> Vec<&str> {
    mappings.iter().map(|it| it.username.as_str()).collect()
}

#[test]
fn an_entry_knows_its_place() {
    let (found, _) = roles("\n- {rolearn: a, username: a}\n\n# b\n- username: b\n  rolearn: b\n");
    let places: Vec<String> = found.iter().map(|it| it.place.to_string()).collect();
    assert_eq!(places, ["mapRoles[0], line 2", "mapRoles[1], line 5"]);
}

#[test]
fn an_arn_is_any_text() {
    let (found, troubles) = roles("- {rolearn: 'no ARN at all', username: a, userid: AROAX}");
    assert_eq!(arn(&found[0].who), "no ARN at all");
    assert_eq!(found[0].user_id.as_deref(), Some("AROAX"));
    assert!(troubles.is_empty());
}

#[test]
fn a_permission_set_is_read_and_not_yet_judged() {
    let (found, troubles) = roles(
        "- sso: {PermissionSetName: Ops, accountid: '012345678901', partition: aws-cn}\n  username: o",
    );
    let expected = Who::Sso {
        permission_set_name: "Ops".to_owned(),
        account_id: "012345678901".to_owned(),
        partition: "aws-cn".to_owned(),
    };
    assert_eq!(found[0].who, expected);
    assert!(troubles.is_empty());
}

#[test]
fn the_lexically_last_spelling_of_a_key_wins() {
    let (found, troubles) = roles("- rolearn: lower\n  roleARN: mixed\n  username: a");
    assert_eq!(arn(&found[0].who), "lower");
    assert_eq!(
        troubles,
        [
            "mapRoles[0], line 1: expected `rolearn` in one spelling, but found several, of which \
          `rolearn` counts"
        ]
    );
    let (found, _) = roles("- roleARN: mixed\n  RoleArn: camel\n  username: a");
    assert_eq!(arn(&found[0].who), "mixed");
}

#[test]
fn of_one_spelling_the_last_value_counts() {
    let (found, troubles) = roles("- rolearn: a\n  rolearn: b\n  username: a");
    assert_eq!(arn(&found[0].who), "b");
    assert_eq!(
        troubles,
        [
            "mapRoles[0], line 2: expected the key `rolearn` once, but found it again, and the last one \
          counts"
        ]
    );
}

#[test]
fn a_spelling_with_a_value_of_a_wrong_type_leaves_that_of_another() {
    let (found, troubles) = roles("- roleARN: a\n  rolearn: 1\n  username: a");
    assert_eq!(arn(&found[0].who), "a");
    assert_eq!(troubles.len(), 2);
}

#[test]
fn unknown_keys_are_ignored_and_reported_once() {
    let (found, troubles) =
        roles("- {rolearn: a, username: a, user: x}\n- {rolearn: b, username: b, user: y}");
    assert_eq!(usernames(&found), ["a", "b"]);
    assert_eq!(
        troubles,
        ["mapRoles[0], line 1: the key `user` is unknown and ignored"]
    );
}

#[test]
fn plain_scalars_over_several_lines_fold() {
    let (found, troubles) = roles("- rolearn: a\n  username: two\n    words\n");
    assert_eq!(usernames(&found), ["two words"]);
    assert!(troubles.is_empty());
}

#[test]
fn block_scalars_keep_their_line_breaks_as_libyaml_reads_them() {
    let (found, _) = roles("- rolearn: |\n    a\n  username: |-\n    b");
    assert_eq!(arn(&found[0].who), "a\n");
    assert_eq!(usernames(&found), ["b"]);
}

#[test]
fn an_entry_whose_username_is_no_text_is_dropped() {
    for (username, found) in [
        ("12", "the number `12`"),
        ("012", "the number `012`"),
        ("0x1f", "the number `0x1f`"),
        ("1e3", "the number `1e3`"),
        ("1_000", "the number `1_000`"),
        (".5", "the number `.5`"),
        ("true", "the boolean `true`"),
        ("yes", "the boolean `yes`"),
        ("OFF", "the boolean `OFF`"),
        ("!!int '7'", "the number `7`"),
        ("!foo bar", "the tagged value `bar`"),
    ] {
        let text = format!("- {{rolearn: a, username: {username}}}\n- {{rolearn: b, username: b}}");
        let (mappings, troubles) = roles(&text);
        assert_eq!(usernames(&mappings), ["b"], "{username}");
        assert_eq!(
            troubles,
            [
                format!(
                    "mapRoles[0], line 1: expected a text as `username`, but found {found}: put it in \
                     quotes; the value counts as empty"
                ),
                "mapRoles[0], line 1: expected a `username`, but found none; the entry is dropped"
                    .to_owned()
            ]
        );
    }
}

#[test]
fn scalars_that_only_resemble_numbers_are_texts() {
    for username in [
        "1.2.3",
        "0o8",
        "0xg",
        "1e",
        "e3",
        "+",
        ".",
        "..5",
        "2026-11-24",
        "'12'",
        "\"true\"",
        "!!str 12",
        "truE",
        "nil",
        "_1",
        "i-0123",
        "12:30",
    ] {
        let (mappings, troubles) = roles(&format!("- {{rolearn: a, username: {username}}}"));
        assert_eq!(
            (mappings.len(), troubles.len()),
            (1, 0),
            "{username}: {troubles:?}"
        );
    }
}

#[test]
fn an_entry_without_username_is_dropped() {
    for text in [
        "- rolearn: a",
        "- {rolearn: a, username: ''}",
        "- {rolearn: a, username: }",
        "- {rolearn: a, username: ~}",
        "- {rolearn: a, username: [a]}",
        "- {rolearn: a, username: {a: b}}",
    ] {
        let (mappings, troubles) = roles(text);
        assert!(mappings.is_empty(), "{text}");
        assert_eq!(
            troubles.last().unwrap(),
            "mapRoles[0], line 1: expected a `username`, but found none; the entry is dropped"
        );
    }
}

#[test]
fn an_entry_is_dropped_unless_it_says_whom_it_is_about() {
    for (text, expected) in [
        (
            "- {username: a}",
            "expected either `rolearn` or `sso`, but found neither",
        ),
        (
            "- {rolearn: 1, username: a}",
            "expected either `rolearn` or `sso`, but found neither",
        ),
        (
            "- {rolearn: a, sso: {accountID: '1'}, username: a}",
            "expected either `rolearn` or `sso`, but found both",
        ),
        (
            "- {sso: [], username: a}",
            "expected either `rolearn` or `sso`, but found neither",
        ),
        (
            "- words",
            "expected an entry with the key `rolearn`, but found the text `words`",
        ),
        (
            "- ",
            "expected an entry with the key `rolearn`, but found nothing",
        ),
        (
            "- [a]",
            "expected an entry with the key `rolearn`, but found a list",
        ),
    ] {
        let (mappings, troubles) = roles(&format!("{text}\n- {{rolearn: b, username: b}}"));
        assert_eq!(usernames(&mappings), ["b"], "{text}");
        let dropped = format!("mapRoles[0], line 1: {expected}; the entry is dropped");
        assert!(troubles.contains(&dropped), "{troubles:?}");
    }
}

#[test]
fn a_user_needs_a_userarn() {
    let (mappings, troubles) = users("- {userarn: u, username: u}\n- {rolearn: r, username: r}");
    assert_eq!(usernames(&mappings), ["u"]);
    assert_eq!(
        troubles,
        [
            "mapUsers[1], line 2: the key `rolearn` is unknown and ignored",
            "mapUsers[1], line 2: expected a `userarn`, but found none; the entry is dropped"
        ]
    );
}

#[test]
fn groups_that_are_no_list_are_none() {
    for groups in ["one", "1", "{a: b}"] {
        let text = format!("- {{rolearn: a, username: a, groups: {groups}}}");
        let (found, troubles) = read(&[("mapRoles", &text)]);
        assert!(found.roles[0].groups.is_empty());
        assert_eq!(troubles.len(), 1);
        assert_eq!(troubles[0].effect(), Effect::ValueEmptied);
        assert_eq!(
            (troubles[0].index(), troubles[0].line()),
            (Some(0), Some(1))
        );
    }
    let (mappings, troubles) = roles("- {rolearn: a, username: a, groups: }");
    assert!(mappings[0].groups.is_empty() && troubles.is_empty());
}

#[test]
fn a_group_that_is_no_text_is_empty_in_its_place() {
    let (mappings, troubles) =
        roles("- rolearn: a\n  username: a\n  groups:\n  - x\n  - 1\n  - [y]\n  -\n  - z\n");
    assert_eq!(mappings[0].groups, ["x", "", "", "", "z"]);
    let places: Vec<&str> = troubles
        .iter()
        .map(|it| it.split(':').next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "mapRoles[0], line 5",
            "mapRoles[0], line 6",
            "mapRoles[0], line 7"
        ]
    );
}

#[test]
fn anchors_and_merged_mappings_are_followed() {
    let (mappings, troubles) = roles(
        "- &first\n  rolearn: a\n  username: a\n  groups: &groups [x]\n\
         - <<: *first\n  rolearn: b\n\
         - {rolearn: c, username: c, groups: *groups}\n\
         - <<: [{username: d}, *first]\n",
    );
    assert!(troubles.is_empty(), "{troubles:?}");
    assert_eq!(usernames(&mappings), ["a", "a", "c", "d"]);
    let arns: Vec<&str> = mappings.iter().map(|it| arn(&it.who)).collect();
    assert_eq!(arns, ["a", "b", "c", "a"]);
    assert!(mappings.iter().all(|it| it.groups == ["x"]));
}

#[test]
fn odd_keys_are_reported() {
    let (mappings, troubles) =
        roles("- rolearn: a\n  username: a\n  ? [x]\n  : y\n  <<: z\n  1: one\n");
    assert_eq!(mappings.len(), 1);
    assert_eq!(
        troubles,
        [
            "mapRoles[0], line 6: the key `1` is unknown and ignored",
            "mapRoles[0], line 5: expected a mapping behind `<<`, but found the text `z`",
            "mapRoles[0], line 3: expected a text as a key, but found a list"
        ]
    );
}

#[test]
fn foreign_text_cannot_disturb_a_log() {
    let (_, troubles) = roles(&format!(
        "- {{rolearn: a, username: a, \"\\e[2J\\n{}\": x}}",
        "y".repeat(300)
    ));
    assert_eq!(troubles.len(), 1);
    assert!(troubles[0].len() < 300);
    assert!(
        troubles[0]
            .chars()
            .all(|c| c == ' ' || c.is_ascii_graphic()),
        "{troubles:?}"
    );
}
