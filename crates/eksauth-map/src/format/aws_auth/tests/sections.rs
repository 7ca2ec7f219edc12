use super::super::AwsAuth;
use super::{data, lines, read};
use crate::{Effect, List};

const ONE: &str = "- {rolearn: arn:aws:iam::123456789012:role/A, username: a}\n";

fn one() -> AwsAuth {
    let (one, troubles) = read(&[("mapRoles", ONE)]);
    assert_eq!((one.roles.len(), troubles.len()), (1, 0));
    one
}

#[test]
fn a_section_with_a_yaml_error_stays_what_it_was_and_the_others_change() {
    let users = "- {userarn: arn:aws:iam::123456789012:user/B, username: b}";
    let broken = data(&[
        ("mapRoles", "- rolearn: a\n   username: [b"),
        ("mapUsers", users),
    ]);
    let (now, troubles) = one().updated(&broken);
    assert_eq!(now.roles, one().roles);
    assert_eq!(now.users.len(), 1);
    let [trouble] = troubles.as_slice() else {
        panic!("expected one trouble, but found {troubles:?}");
    };
    assert_eq!(
        (trouble.list(), trouble.effect()),
        (List::Roles, Effect::ListKept)
    );
    assert_eq!(trouble.line(), Some(2));
    assert!(
        trouble.to_string().ends_with("; the last good list stays"),
        "{trouble}"
    );
}

#[test]
fn a_section_with_a_yaml_error_is_empty_when_there_was_none_before() {
    let (now, troubles) = read(&[("mapAccounts", "[")]);
    assert_eq!(now, AwsAuth::default());
    assert_eq!(troubles.len(), 1);
}

#[test]
fn a_section_that_is_missing_or_blank_is_empty() {
    for text in [
        "",
        " \n ",
        "``",
        "\"\"",
        "''",
        " '' \n",
        "# nothing\n",
        "null",
        "~",
        "---\n",
        "[]",
    ] {
        let (now, troubles) = one().updated(&data(&[("mapRoles", text)]));
        assert_eq!(
            (now, troubles),
            (AwsAuth::default(), Vec::new()),
            "{text:?}"
        );
    }
    assert_eq!(one().updated(&data(&[])), (AwsAuth::default(), Vec::new()));
}

#[test]
fn a_section_that_is_no_list_is_empty_and_reported() {
    for (text, found) in [
        ("rolearn: a", "a mapping"),
        ("words", "the text `words`"),
        ("12", "the number `12`"),
        ("yes", "the boolean `yes`"),
    ] {
        for key in ["mapRoles", "mapUsers", "mapAccounts"] {
            let (now, troubles) = one().updated(&data(&[(key, text)]));
            assert_eq!(now, AwsAuth::default());
            assert_eq!(
                lines(&troubles),
                [format!(
                    "{key}, line 1: expected a list, but found {found}; the list counts as empty"
                )]
            );
        }
    }
}

#[test]
fn the_first_document_alone_counts() {
    let (now, troubles) = read(&[("mapRoles", &format!("---\n{ONE}---\n{ONE}{{"))]);
    assert_eq!(now.roles.len(), 1);
    assert_eq!(
        lines(&troubles),
        ["mapRoles: expected one document, but found more, of which the first alone counts"]
    );
}

#[test]
fn json_is_yaml() {
    let json = r#"[{"rolearn": "arn:aws:iam::123456789012:role/A", "username": "a"}]"#;
    assert_eq!(read(&[("mapRoles", json)]).0.roles, one().roles);
}

#[test]
fn keys_that_are_nearly_right_are_reported_and_others_are_nobodys_business() {
    let (now, troubles) = read(&[
        ("maproles", ONE),
        ("map-roles", ONE),
        ("mapRole", ONE),
        ("MapUsers ", ONE),
        ("notes", "{"),
        ("binary", "["),
    ]);
    assert_eq!(now, AwsAuth::default());
    let found: Vec<_> = troubles.iter().map(|it| (it.list(), it.effect())).collect();
    let noted = |list| (list, Effect::Noted);
    let expected = [List::Users, List::Roles, List::Roles, List::Roles].map(noted);
    assert_eq!(found, expected);
}

#[test]
fn a_section_beyond_the_limits_stays_what_it_was() {
    let long = format!("{ONE}#{}", "x".repeat(1 << 20));
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let mut bomb = "- &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("- &a{level} [{aliases}]\n"));
    }
    let itself = "- &a [*a]".to_owned();
    let nobody = "- *nobody".to_owned();
    for text in [long, deep, bomb, itself, nobody] {
        let (now, troubles) = one().updated(&data(&[("mapRoles", &text)]));
        assert_eq!(now.roles, one().roles);
        assert_eq!(troubles.len(), 1);
        assert_eq!(troubles[0].effect(), Effect::ListKept, "{}", troubles[0]);
    }
}
