use proptest::prelude::*;

use super::{MountedError, MountedFile, from_yaml};
use crate::{Trouble, Who};

fn read(text: &str) -> MountedFile {
    from_yaml(text).unwrap()
}

fn refused(text: &str) -> String {
    from_yaml(text).unwrap_err().to_string()
}

fn ids(file: &MountedFile) -> Vec<&str> {
    file.accounts.iter().map(|it| it.id.as_str()).collect()
}

fn arn(who: &Who) -> &str {
    match who {
        Who::Arn(arn) => arn,
        other => panic!("expected an ARN, but found {other:?}"),
    }
}

#[test]
fn a_file_without_lists_has_none() {
    for text in [
        "",
        "# nothing",
        "clusterID: c",
        "server:",
        "server: {port: 1}",
        "server: {mapRoles: }",
    ] {
        assert_eq!(read(text), MountedFile::default(), "{text}");
    }
}

#[test]
fn keys_count_in_any_case_at_every_depth() {
    let file = read(
        "SERVER:\n  MAPROLES:\n  - SSO: {PERMISSIONSETNAME: Ops, AccountId: '012345678901'}\n    \
         UserName: ops\n    GROUPS: [a]\n    UserID: AROAX\n  mapusers:\n  - UserARN: u\n    username: u\n  \
         mapaccounts: ['1']\n",
    );
    let sso = Who::Sso {
        permission_set_name: "Ops".to_owned(),
        account_id: "012345678901".to_owned(),
        partition: String::new(),
    };
    assert_eq!(file.roles[0].who, sso);
    assert_eq!(file.roles[0].username, "ops");
    assert_eq!(file.roles[0].groups, ["a"]);
    assert_eq!(file.roles[0].user_id.as_deref(), Some("AROAX"));
    assert_eq!(arn(&file.users[0].who), "u");
    assert_eq!(ids(&file), ["1"]);
    assert!(file.warnings.is_empty());
}

#[test]
fn a_number_is_its_text_with_leading_zeros() {
    let file = read(
        "server:\n  mapRoles:\n  - sso: {permissionSetName: 1, accountID: 012345678901}\n    username: 007\n    \
         groups: [1, 0x1f, yes]\n  mapAccounts: [012345678901, 012345670123, 123456789012, '000000000001']\n",
    );
    let Who::Sso {
        account_id,
        permission_set_name,
        ..
    } = &file.roles[0].who
    else {
        panic!("expected a permission set");
    };
    assert_eq!(
        (account_id.as_str(), permission_set_name.as_str()),
        ("012345678901", "1")
    );
    assert_eq!(file.roles[0].username, "007");
    assert_eq!(file.roles[0].groups, ["1", "0x1f", "yes"]);
    assert_eq!(
        ids(&file),
        [
            "012345678901",
            "012345670123",
            "123456789012",
            "000000000001"
        ]
    );
}

#[test]
fn a_text_is_a_list_with_commas() {
    let file = read(
        "server:\n  mapUsers: [{userarn: u, username: u, groups: 'a,b, c'}, {userarn: v, username: v, \
         groups: ''}, {userarn: w, username: w, groups: 7}]\n  mapAccounts: 123456789012,012345678901\n",
    );
    let groups: Vec<_> = file.users.iter().map(|it| it.groups.as_slice()).collect();
    assert_eq!(groups, [&["a", "b", " c"][..], &[], &["7"]]);
    assert_eq!(ids(&file), ["123456789012", "012345678901"]);
    assert_eq!(
        ids(&read("server: {mapAccounts: 012345678901}")),
        ["012345678901"]
    );
}

#[test]
fn one_entry_is_a_list_of_one() {
    let file = read("server:\n  mapRoles:\n    rolearn: r\n    username: r\n  mapUsers: {}\n");
    assert_eq!((file.roles.len(), file.users.len()), (1, 0));
    assert_eq!(file.roles[0].place.to_string(), "mapRoles[0], line 3");
}

#[test]
fn a_list_that_an_alias_could_repeat_is_read_like_any_other() {
    let entries = "\n  - {rolearn: r, username: r, group: [x]}\n  - &again {rolearn: s, username: s}\n  \
                   - *again\n  - {userarn: u, username: u, rolearn: t, groups: [a, b]}\n";
    let file = |anchor: &str| {
        read(&format!(
            "server:\n  mapUsers: [{{userarn: u, username: u}}]\n  mapRoles:{anchor}{entries}"
        ))
    };
    let plain = file("");
    assert_eq!(plain.roles.len(), 4);
    assert_eq!(plain.roles[3].place.to_string(), "mapRoles[3], line 7");
    assert_eq!(plain, file(" &roles"));
    assert_eq!(plain.warnings.len(), 2);
}

#[test]
fn a_list_is_that_of_the_server_only_where_it_stands_there() {
    for text in [
        "mapRoles: [{rolearn: r, username: r}]\nserver: {mapUsers: }\n",
        "server: {port: 1, other: {mapRoles: [{rolearn: r, username: r}]}}",
        "other: {mapRoles: [{rolearn: r, username: r}]}\nserver: {mapRoles: }",
        "server: {mapRoles: [], other: {server: {mapRoles: [{rolearn: r, username: r}]}}}",
    ] {
        assert_eq!(read(text), MountedFile::default(), "{text}");
    }
}

#[test]
fn a_list_comes_out_of_a_merged_mapping_unless_there_is_another() {
    let base = "base: &base {mapRoles: [{rolearn: r, username: r}]}\n";
    let merged = read(&format!("{base}server:\n  <<: *base\n  port: 1\n"));
    assert_eq!(arn(&merged.roles[0].who), "r");
    let own = read(&format!(
        "{base}server:\n  <<: *base\n  mapRoles: [{{rolearn: s, username: s}}]\n"
    ));
    assert_eq!(arn(&own.roles[0].who), "s");
}

#[test]
fn of_a_merged_and_an_own_key_the_lexically_last_spelling_counts() {
    let merged = read(
        "base: &base {maproles: [{rolearn: r, username: r}]}\n\
         server: {<<: *base, mapRoles: [{rolearn: s, username: s}]}\n",
    );
    assert_eq!(arn(&merged.roles[0].who), "r");
    let section = read(
        "base: &base {server: {mapRoles: }}\n<<: *base\n\
         Server: {mapRoles: [{rolearn: x, username: x}]}\n",
    );
    assert_eq!(section, MountedFile::default());
}

#[test]
fn json_is_read_too() {
    let file = read(
        r#"{"clusterID": "c",
            "server": {"mapRoles": [
                {"rolearn": "r", "username": "r\/\u00e4"}], "mapAccounts": ["012345678901"]}}"#,
    );
    assert_eq!(file.roles[0].username, "r/ä");
    assert_eq!(file.roles[0].place.line, Some(3));
    assert_eq!(ids(&file), ["012345678901"]);
}

#[test]
fn unknown_keys_are_warned_about_by_name() {
    let file = read("server:\n  mapRoles:\n  - {rolearn: r, username: r, group: [x]}\n");
    let warnings: Vec<_> = file.warnings.iter().map(Trouble::to_string).collect();
    assert_eq!(
        warnings,
        ["mapRoles[0], line 3: the key `group` is unknown and ignored"]
    );
}

#[test]
fn an_entry_that_cannot_be_read_refuses_the_file_by_entry_and_key() {
    for (entry, expected) in [
        (
            "{username: r}",
            "expected either `rolearn` or `sso`, but found neither",
        ),
        (
            "{rolearn: r, sso: {accountID: '1'}, username: r}",
            "expected either `rolearn` or `sso`, but found both",
        ),
        (
            "{rolearn: [r], username: r}",
            "expected a text as `rolearn`, but found a list",
        ),
        (
            "{rolearn: r, username: true}",
            "expected a text as `username`, but found the boolean `true`: put it in quotes",
        ),
        (
            "{rolearn: r, username: {a: b}}",
            "expected a text as `username`, but found a mapping",
        ),
        (
            "{rolearn: r, username: r, groups: {a: b}}",
            "expected a list as `groups`, but found a mapping",
        ),
        (
            "{rolearn: r, username: r, groups: [[a]]}",
            "expected a text as `groups`, but found a list",
        ),
        (
            "{sso: words, username: r}",
            "expected a mapping as `sso`, but found the text `words`",
        ),
        (
            "words",
            "expected an entry with the key `rolearn`, but found the text `words`",
        ),
    ] {
        let text = format!("server:\n  mapRoles:\n  - {{rolearn: a, username: a}}\n  - {entry}\n");
        assert_eq!(refused(&text), format!("mapRoles[1], line 4: {expected}"));
    }
    assert_eq!(
        refused("server: {mapUsers: [{rolearn: r, username: r}]}"),
        "mapUsers[0], line 1: expected a `userarn`, but found none"
    );
    assert_eq!(
        refused("server:\n  mapAccounts:\n  - [1]\n"),
        "mapAccounts[0], line 3: expected the id of an account, but found a list"
    );
    assert_eq!(
        refused("server:\n  mapRoles: words\n"),
        "mapRoles, line 2: expected a list, but found the text `words`"
    );
}

#[test]
fn an_empty_username_is_for_others_to_judge() {
    assert_eq!(
        read("server: {mapRoles: [{rolearn: r}]}").roles[0].username,
        ""
    );
}

#[test]
fn a_file_that_is_no_mapping_is_refused() {
    assert_eq!(
        refused("- a"),
        "line 1: expected a mapping with the key `server`, but found a list"
    );
    assert_eq!(
        refused("\nserver: x"),
        "line 2: expected a mapping with the key `mapRoles`, but found the text `x`"
    );
    assert!(matches!(
        from_yaml("server: ["),
        Err(MountedError::Syntax(_))
    ));
}

#[test]
fn a_key_that_decides_is_there_once() {
    assert_eq!(
        refused("server:\n  mapRoles: []\n  maproles: []\n"),
        "line 3: expected the key `mapRoles` once, but found it again"
    );
    assert!(matches!(
        from_yaml("server: {}\nServer: {}"),
        Err(MountedError::Twice {
            line: 2,
            key: "server"
        })
    ));
}

/// Entries, some of which cannot be used or hold what YAML can do besides.
fn entry() -> impl Strategy<Value = String> {
    let entries = vec![
        "{rolearn: r, username: u}",
        "{rolearn: r, userarn: r, username: u, groups: [a, 'b,c'], odd: 1}",
        "{userarn: u, username: u, groups: 'a,b', userid: 012}",
        "{sso: {permissionSetName: s, accountID: 012345678901}, username: u}",
        "{rolearn: [r], username: u}",
        "{username: u}",
        "{}",
        "[]",
        "text",
        "",
        "&again {rolearn: again, username: u}",
        "*again",
        "{<<: *base, username: u}",
        "{rolearn: r, rolearn: s, RoleARN: t}",
    ];
    prop::sample::select(entries).prop_map(str::to_owned)
}

proptest! {
    /// What has an anchor is read out of the tree.
    #[test]
    fn entries_are_the_same_whether_they_are_read_ahead_or_out_of_the_tree(
        key in prop::sample::select(vec!["mapRoles", "MAPROLES", "mapUsers"]),
        entries in prop::collection::vec(entry(), 0..6),
        before in any::<bool>(),
        comment in "[ a]{0,3}",
    ) {
        let file = |anchor: &str| {
            let list: String = entries.iter().map(|it| format!("  - {it} #{comment}\n")).collect();
            let list = format!("  {key}:{anchor}\n{list}");
            let other = "  mapAccounts: [012345678901]\n";
            let (first, second) = if before { (other, &list[..]) } else { (&list[..], other) };
            let base = "base: &base {rolearn: base, userarn: base}\n";
            from_yaml(&format!("{base}server:\n{first}{second}"))
        };
        prop_assert_eq!(file(""), file(" &list"));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>(), lists in "[-a-z0-9:,{}\\[\\] \n'\"&*<]{0,60}") {
        let _ = from_yaml(&text);
        let _ = from_yaml(&format!("server:\n  mapRoles:\n  - {lists}"));
        let _ = from_yaml(&format!("server:\n  mapAccounts: {lists}"));
    }
}
