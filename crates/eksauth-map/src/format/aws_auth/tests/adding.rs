use super::super::{AddError, NewMapping, add_role, add_user};
use crate::{List, ProblemKind, WarningKind, Who};

fn deploy() -> NewMapping {
    NewMapping {
        who: Who::Arn("arn:aws:iam::123456789012:role/Deploy".to_owned()),
        username: "deploy".to_owned(),
        groups: vec!["deployers".to_owned()],
        user_id: None,
    }
}

fn ops(partition: &str) -> NewMapping {
    NewMapping {
        who: Who::Sso {
            permission_set_name: "Ops".to_owned(),
            account_id: "012345678901".to_owned(),
            partition: partition.to_owned(),
        },
        username: "ops:{{SessionName}}".to_owned(),
        groups: Vec::new(),
        user_id: None,
    }
}

/// The entry at the end of a text that ends with a line.
const DEPLOY: &str = "\
- rolearn: arn:aws:iam::123456789012:role/Deploy
  username: deploy
  groups:
    - deployers
";

#[test]
fn the_first_entry_makes_the_section() {
    for text in [None, Some(""), Some(" \n"), Some("``"), Some("''")] {
        assert_eq!(add_role(text, &deploy()).unwrap(), DEPLOY);
    }
    for (text, expected) in [
        ("# none yet\n", format!("# none yet\n{DEPLOY}")),
        ("---\n", format!("---\n{DEPLOY}")),
        ("--- # none\n", format!("--- # none\n{DEPLOY}")),
        ("[]\n", DEPLOY.to_owned()),
        ("null # none\n", DEPLOY.trim_end().to_owned() + " # none\n"),
        ("--- []\n", format!("--- \n{DEPLOY}")),
    ] {
        assert_eq!(
            add_role(Some(text), &deploy()).unwrap(),
            expected,
            "{text:?}"
        );
    }
}

#[test]
fn fields_come_in_their_order() {
    let mut mapping = ops("aws-us-gov");
    mapping.groups = vec!["on call".to_owned(), "123".to_owned()];
    mapping.user_id = Some("AROAEXAMPLE".to_owned());
    assert_eq!(
        add_role(None, &mapping).unwrap(),
        "\
- sso:
    permissionSetName: Ops
    accountID: \"012345678901\"
    partition: aws-us-gov
  username: ops:{{SessionName}}
  groups:
    - \"on call\"
    - \"123\"
  userid: AROAEXAMPLE
"
    );
}

#[test]
fn a_new_entry_is_indented_like_the_others_and_nothing_else_changes() {
    let section = "\
# Workers.
  -   rolearn: \"arn:aws:iam::123456789012:role/Worker\"   # the pool
      username:  'system:node:{{EC2PrivateDNSName}}'
      groups:
      - system:nodes
  # - rolearn: old

";
    let expected = format!(
        "{section}  -   rolearn: arn:aws:iam::123456789012:role/Deploy
      username: deploy
      groups:
      - deployers
"
    );
    assert_eq!(add_role(Some(section), &deploy()).unwrap(), expected);
}

#[test]
fn line_ends_stay_those_of_windows() {
    let section = "- rolearn: a\r\n  username: a\r\n";
    let added = add_role(Some(section), &deploy()).unwrap();
    assert_eq!(added, format!("{section}{}", DEPLOY.replace('\n', "\r\n")));
}

#[test]
fn a_text_without_a_last_line_end_gets_one() {
    let added = add_role(Some("- rolearn: a\n  username: a"), &deploy()).unwrap();
    assert_eq!(added, format!("- rolearn: a\n  username: a\n{DEPLOY}"));
}

#[test]
fn the_entry_goes_into_the_first_document() {
    let first = "- rolearn: a\n  username: a\n";
    for rest in ["---\n- b\n", "...\n# end\n"] {
        let added = add_role(Some(&format!("{first}{rest}")), &deploy()).unwrap();
        assert_eq!(added, format!("{first}{DEPLOY}{rest}"));
    }
}

#[test]
fn a_list_in_brackets_stays_one() {
    let json = r#"[{"rolearn": "a", "username": "a"}]"#;
    let mut mapping = deploy();
    mapping.user_id = Some("AROAEXAMPLE".to_owned());
    let added = add_role(Some(json), &mapping).unwrap();
    assert_eq!(
        added,
        r#"[{"rolearn": "a", "username": "a"}, {"rolearn": "arn:aws:iam::123456789012:role/Deploy", "username": "deploy", "groups": ["deployers"], "userid": "AROAEXAMPLE"}]"#
    );
    assert!(serde_json::from_str::<serde_json::Value>(&added).is_ok());

    let yaml = "[\n  {rolearn: a, username: a}, # first\n]\n";
    let added = add_role(Some(yaml), &ops("")).unwrap();
    assert!(
        added.starts_with("[\n  {rolearn: a, username: a}, {\"sso\": {"),
        "{added}"
    );
    assert!(added.ends_with("}, # first\n]\n"), "{added}");
}

#[test]
fn entries_that_count_for_nothing_stay_too() {
    let section = "- rolearn: a\n- 12\n- {}\n";
    assert_eq!(
        add_role(Some(section), &deploy()).unwrap(),
        format!("{section}{DEPLOY}")
    );
}

#[test]
fn a_principal_is_mapped_once() {
    let section = "- rolearn: arn:aws:iam::123456789012:role/deploy\n  username: d\n";
    let error = add_role(Some(section), &deploy()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a principal without a mapping, but found it at mapRoles[0], line 1"
    );

    let sso = add_role(None, &ops("")).unwrap();
    assert!(matches!(
        add_role(Some(&sso), &ops("aws")),
        Err(AddError::Exists { .. })
    ));
    assert!(add_role(Some(&sso), &ops("aws-cn")).is_ok());

    let mut user = deploy();
    user.who = Who::Arn("arn:aws:iam::123456789012:user/Ann".to_owned());
    let users = add_user(None, &user).unwrap();
    assert!(users.starts_with("- userarn: arn:aws:iam::123456789012:user/Ann\n"));
    user.who = Who::Arn("arn:aws:iam::123456789012:user/ANN".to_owned());
    match add_user(Some(&users), &user) {
        Err(AddError::Exists { place }) => assert_eq!(place.list, List::Users),
        other => panic!("expected a duplicate, but found {other:?}"),
    }
}

#[test]
fn a_mapping_that_would_match_nobody_is_refused() {
    let role = |arn: &str| NewMapping {
        who: Who::Arn(arn.to_owned()),
        ..deploy()
    };
    let doubtful = |mapping: &NewMapping| match add_role(None, mapping) {
        Err(AddError::Doubtful(kind)) => kind,
        other => panic!("expected a doubt, but found {other:?}"),
    };
    let path = doubtful(&role("arn:aws:iam::123456789012:role/team/Deploy"));
    assert!(matches!(path, WarningKind::RolePath { .. }), "{path}");
    let session = doubtful(&role("arn:aws:sts::123456789012:assumed-role/Deploy/dev"));
    assert_eq!(session, WarningKind::SessionArn);
    assert!(matches!(
        doubtful(&role("Deploy")),
        WarningKind::NotAPrincipal(_)
    ));
    let placeholder = NewMapping {
        username: "{{Session}}".to_owned(),
        ..deploy()
    };
    assert!(matches!(
        doubtful(&placeholder),
        WarningKind::UnknownPlaceholder { .. }
    ));
}

#[test]
fn a_mapping_that_would_be_dropped_is_refused() {
    let nobody = NewMapping {
        who: Who::UserIdOnly,
        ..deploy()
    };
    assert_eq!(
        add_role(None, &nobody),
        Err(AddError::Problem(ProblemKind::NoArn))
    );
    assert!(matches!(
        add_role(None, &ops("aws-us-govt")),
        Err(AddError::Problem(ProblemKind::SsoPartition(_)))
    ));
    assert_eq!(add_user(None, &ops("")), Err(AddError::SsoUser));
    for username in ["", "a\nb", "a\u{2028}b", "\u{feff}a", "a\u{85}"] {
        assert_invisible(username);
    }
}

#[test]
fn a_name_that_looks_like_another_is_refused() {
    for c in [
        '\u{ad}',
        '\u{61c}',
        '\u{200b}',
        '\u{200d}',
        '\u{200f}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{e0041}',
    ] {
        assert_invisible(&format!("admin{c}"));
    }
    let mapping = NewMapping {
        username: "Zoë-管理".to_owned(),
        ..deploy()
    };
    assert!(add_role(None, &mapping).is_ok());
}

#[track_caller]
fn assert_invisible(text: &str) {
    let user = NewMapping {
        username: text.to_owned(),
        ..deploy()
    };
    let group = NewMapping {
        groups: vec![text.to_owned()],
        ..deploy()
    };
    for mapping in [user, group] {
        let refused = add_role(None, &mapping);
        assert!(matches!(refused, Err(AddError::Text { .. })), "{text:?}");
    }
}

#[test]
fn letters_that_are_not_ascii_have_no_other_case() {
    // The sign for kelvin is `k` in lower case, but not to those who look for the role.
    let section = "- rolearn: arn:aws:iam::123456789012:role/\u{212a}eeper\n  username: k\n";
    let keeper = NewMapping {
        who: Who::Arn("arn:aws:iam::123456789012:role/Keeper".to_owned()),
        ..deploy()
    };
    assert!(add_role(Some(section), &keeper).is_ok());
}

#[test]
fn a_role_with_wildcards_is_added_and_a_user_is_not() {
    let of = |kind: &str| NewMapping {
        who: Who::Arn(format!("arn:aws:iam::123456789012:{kind}/deploy-*")),
        ..deploy()
    };
    assert!(add_role(None, &of("role")).is_ok());
    assert_eq!(
        add_user(None, &of("user")),
        Err(AddError::Doubtful(WarningKind::LiteralWildcard))
    );
}

#[test]
fn an_arn_that_looks_like_another_is_refused() {
    let hidden = NewMapping {
        who: Who::Arn("arn:aws:iam::123456789012:role/Deploy\u{200b}".to_owned()),
        ..deploy()
    };
    let refused = add_role(None, &hidden);
    assert!(matches!(refused, Err(AddError::Text { .. })), "{refused:?}");
}

#[test]
fn a_section_that_cannot_be_read_is_left_alone() {
    assert!(matches!(
        add_role(Some("- ["), &deploy()),
        Err(AddError::Syntax(_))
    ));
    assert_eq!(
        add_role(Some("rolearn: a"), &deploy()),
        Err(AddError::NotAList {
            found: "a mapping".to_owned()
        })
    );
}

#[test]
fn an_entry_that_would_change_another_is_not_added() {
    // Ends in a text that goes on for as long as lines are indented, and keeps its end.
    let section = "- rolearn: a\n  username: |+\n    a";
    assert_eq!(add_role(Some(section), &deploy()), Err(AddError::Unproven));
}
