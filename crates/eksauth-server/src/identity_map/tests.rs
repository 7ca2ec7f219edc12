use std::error::Error as _;

use proptest::prelude::*;

use super::*;
use crate::identity::tests::confirmed;

const DEPLOY: &str = "arn:aws:iam::123456789012:role/Deploy";
const DEV: &str = "arn:aws:iam::123456789012:user/team/Dev";

fn role(arn: &str, username: &str, groups: &[&str]) -> RoleMapping {
    RoleMapping {
        role_arn: arn.to_owned(),
        username: username.to_owned(),
        groups: groups.iter().copied().map(str::to_owned).collect(),
    }
}

fn user(arn: &str, username: &str, groups: &[&str]) -> UserMapping {
    UserMapping {
        user_arn: arn.to_owned(),
        username: username.to_owned(),
        groups: groups.iter().copied().map(str::to_owned).collect(),
    }
}

fn of_roles(roles: impl IntoIterator<Item = RoleMapping>) -> IdentityMap {
    IdentityMap::new(roles, [], []).unwrap()
}

fn session(name: &str) -> VerifiedIdentity {
    confirmed(
        &format!("arn:aws:sts::123456789012:assumed-role/Deploy/{name}"),
        &format!("AROACKCEVSQ6C2EXAMPLE:{name}"),
    )
}

fn dev() -> VerifiedIdentity {
    confirmed(DEV, "AIDACKCEVSQ6C2EXAMPLE")
}

fn username(map: &IdentityMap, identity: &VerifiedIdentity) -> Result<String, MapError> {
    map.map(identity).map(|user| user.username)
}

#[test]
fn the_user_is_told_to_the_api_server_with_where_it_came_from() {
    let map = of_roles([role(DEPLOY, "deploy", &["deployers", "viewers"])]);
    let user = map.map(&session("bob@example.com")).unwrap();
    let told = serde_json::to_value(&user).unwrap();
    assert_eq!(
        told,
        serde_json::json!({
            "username": "deploy",
            "uid": "aws-iam-authenticator:123456789012:AROACKCEVSQ6C2EXAMPLE",
            "groups": ["deployers", "viewers"],
            "extra": {
                "arn": ["arn:aws:sts::123456789012:assumed-role/Deploy/bob@example.com"],
                "canonicalArn": ["arn:aws:iam::123456789012:role/Deploy"],
                "sessionName": ["bob@example.com"],
                "accessKeyId": ["ASIAIOSFODNN7EXAMPLE"],
                "principalId": ["AROACKCEVSQ6C2EXAMPLE"],
                "sigs.k8s.io/aws-iam-authenticator/principalId": ["AROACKCEVSQ6C2EXAMPLE"],
            }
        })
    );
}

#[test]
fn no_groups_are_left_out_and_an_empty_session_is_not() {
    let map = IdentityMap::new([], [user(DEV, "dev", &[])], []).unwrap();
    let told = serde_json::to_value(map.map(&dev()).unwrap()).unwrap();
    assert_eq!(told.get("groups"), None);
    assert_eq!(told["extra"]["sessionName"], serde_json::json!([""]));
}

#[test]
fn who_is_in_no_entry_is_nobody() {
    let map = IdentityMap::new(
        [role("arn:aws:iam::123456789012:role/Other", "other", &[])],
        [user("arn:aws:iam::123456789012:user/dev", "bob", &[])],
        ["210987654321".to_owned()],
    );
    let map = map.unwrap();
    assert_eq!(map.map(&session("s")), Err(MapError::NotMapped));
    assert_eq!(map.map(&dev()), Err(MapError::NotMapped));
    let empty = IdentityMap::default();
    assert_eq!(empty.map(&dev()), Err(MapError::NotMapped));
}

#[test]
fn arns_are_compared_without_regard_to_case() {
    let map = IdentityMap::new(
        [role(&DEPLOY.replace("Deploy", "dePLOY"), "deploy", &[])],
        [user(&DEV.replace("Dev", "DEV"), "dev", &[])],
        [],
    );
    let map = map.unwrap();
    assert_eq!(username(&map, &session("s")), Ok("deploy".to_owned()));
    assert_eq!(username(&map, &dev()), Ok("dev".to_owned()));
}

#[test]
fn the_arn_of_a_session_stands_for_its_role() {
    let arn = "arn:aws:sts::123456789012:assumed-role/Deploy/somebody";
    let map = of_roles([role(arn, "deploy", &[])]);
    assert_eq!(username(&map, &session("s")), Ok("deploy".to_owned()));
}

#[test]
fn a_role_written_with_its_path_is_not_the_session_that_sts_names_without() {
    let map = of_roles([role("arn:aws:iam::123456789012:role/team/Deploy", "x", &[])]);
    assert_eq!(map.map(&session("s")), Err(MapError::NotMapped));
}

#[test]
fn either_list_takes_any_principal() {
    let map = IdentityMap::new([role(DEV, "dev", &[])], [user(DEPLOY, "deploy", &[])], []);
    let map = map.unwrap();
    assert_eq!(username(&map, &dev()), Ok("dev".to_owned()));
    assert_eq!(username(&map, &session("s")), Ok("deploy".to_owned()));
}

#[test]
fn of_two_entries_with_the_same_arn_the_last_counts() {
    let map = of_roles([
        role(DEPLOY, "first", &["first"]),
        role(
            &DEPLOY
                .to_uppercase()
                .replace("ARN:AWS:IAM", "arn:aws:iam")
                .replace("ROLE", "role"),
            "last",
            &[],
        ),
    ]);
    let user = map.map(&session("s")).unwrap();
    assert_eq!(user.username, "last");
    assert_eq!(user.groups, Vec::<String>::new());
}

#[test]
fn roles_come_before_users_and_users_before_accounts() {
    let accounts = || ["123456789012".to_owned()];
    let all = IdentityMap::new(
        [role(DEV, "as role", &[])],
        [user(DEV, "as user", &[])],
        accounts(),
    );
    assert_eq!(username(&all.unwrap(), &dev()), Ok("as role".to_owned()));
    let two = IdentityMap::new([], [user(DEV, "as user", &[])], accounts());
    assert_eq!(username(&two.unwrap(), &dev()), Ok("as user".to_owned()));
    let one = IdentityMap::new([], [], accounts());
    assert_eq!(username(&one.unwrap(), &dev()), Ok(DEV.to_owned()));
}

#[test]
fn everybody_of_an_account_goes_by_the_canonical_arn_in_no_group() {
    let map = IdentityMap::new([], [], ["123456789012".to_owned()]).unwrap();
    let user = map.map(&session("bob@example.com")).unwrap();
    assert_eq!(user.username, DEPLOY);
    assert_eq!(user.groups, Vec::<String>::new());
    for account in ["12345678901", " 123456789012", "1234567890120"] {
        let map = IdentityMap::new([], [], [account.to_owned()]).unwrap();
        assert_eq!(map.map(&dev()), Err(MapError::NotMapped), "{account:?}");
    }
}

#[test]
fn an_entry_whose_template_fails_is_final() {
    let map = IdentityMap::new(
        [role(DEPLOY, "node:{{EC2PrivateDNSName}}", &[])],
        [user(DEPLOY, "user", &[])],
        ["123456789012".to_owned()],
    );
    let error = map.unwrap().map(&session("i-01234567")).unwrap_err();
    assert_eq!(error, MapError::Placeholder("EC2PrivateDNSName"));
    assert!(
        error.to_string().contains("`{{EC2PrivateDNSName}}`"),
        "{error}"
    );
}

#[test]
fn placeholders_are_filled_in_in_names_and_in_every_group() {
    for (template, filled_in) in [
        ("{{AccountID}}", "123456789012"),
        ("{{SessionName}}", "bob-example.com"),
        ("{{SessionNameRaw}}", "bob@example.com"),
        ("{{AccessKeyID}}", "ASIAIOSFODNN7EXAMPLE"),
        ("{{AccountID}}:{{AccountID}}", "123456789012:123456789012"),
        (
            "aws:{{AccountID}}:{{SessionName}}:{{SessionNameRaw}}",
            "aws:123456789012:bob-example.com:bob@example.com",
        ),
        ("{{{AccountID}}}", "{123456789012}"),
    ] {
        let map = of_roles([role(DEPLOY, template, &["fixed", template])]);
        let user = map.map(&session("bob@example.com")).unwrap();
        assert_eq!(user.username, filled_in);
        assert_eq!(user.groups, ["fixed", filled_in]);
    }
}

#[test]
fn every_at_sign_of_a_session_name_becomes_a_dash() {
    let map = of_roles([role(DEPLOY, "{{SessionName}}", &[])]);
    assert_eq!(username(&map, &session("a@b@@c")), Ok("a-b--c".to_owned()));
}

#[test]
fn what_is_no_placeholder_stays() {
    for text in [
        "{{Unknown}}",
        "{{accountid}}",
        "{{ AccountID }}",
        "{{SessionName",
        "{AccountID}",
        "{{}}",
        "{{ec2PrivateDNSName}}",
        "system:node:x",
    ] {
        let map = of_roles([role(DEPLOY, text, &[text])]);
        let user = map.map(&session("s")).unwrap();
        assert_eq!(user.username, text);
        assert_eq!(user.groups, [text]);
    }
}

#[test]
fn placeholders_are_filled_in_one_kind_after_the_other() {
    // As the incumbent does: a session can be named after a placeholder that comes later.
    let map = of_roles([role(DEPLOY, "{{SessionNameRaw}}", &[])]);
    let named = session("{{AccessKeyID}}");
    assert_eq!(
        username(&map, &named),
        Ok("ASIAIOSFODNN7EXAMPLE".to_owned())
    );
    let earlier = session("{{AccountID}}");
    assert_eq!(username(&map, &earlier), Ok("{{AccountID}}".to_owned()));
}

#[test]
fn a_private_dns_name_cannot_be_filled_in_a_group_either() {
    let map = of_roles([role(DEPLOY, "x", &["ok", "{{EC2PrivateDNSName}}"])]);
    let error = MapError::Placeholder("EC2PrivateDNSName");
    assert_eq!(map.map(&session("s")), Err(error));
}

#[test]
fn a_name_that_is_empty_once_filled_in_is_nobodys() {
    let map = IdentityMap::new([], [user(DEV, "{{SessionName}}", &[])], []).unwrap();
    assert_eq!(map.map(&dev()), Err(MapError::NoUsername));
}

#[test]
fn an_entry_without_a_name_is_refused_at_once() {
    let error = IdentityMap::new([role(DEPLOY, "", &[])], [], []).unwrap_err();
    assert!(error.to_string().contains(DEPLOY), "{error}");
    assert!(error.source().unwrap().to_string().contains("user name"));
    IdentityMap::new([], [user(DEV, "", &[])], []).unwrap_err();
}

#[test]
fn an_entry_that_can_never_match_is_refused_by_its_name() {
    for arn in [
        "",
        "Deploy",
        "123456789012",
        "arn:aws:iam::123456789012:group/admins",
        "arn:aws-moon:iam::123456789012:role/Deploy",
        "arn:aws:s3:::bucket",
    ] {
        for error in [
            IdentityMap::new([role(arn, "x", &[])], [], []).unwrap_err(),
            IdentityMap::new([], [user(arn, "x", &[])], []).unwrap_err(),
        ] {
            assert!(error.to_string().contains(&format!("`{arn}`")), "{error}");
        }
    }
}

#[test]
fn mappings_are_read_in_the_spellings_of_kubernetes_and_of_the_incumbent() {
    for field in ["role_arn", "rolearn", "roleARN"] {
        let text = format!(r#"{{"{field}": "{DEPLOY}", "username": "deploy"}}"#);
        let read: RoleMapping = serde_json::from_str(&text).unwrap();
        assert_eq!(read, role(DEPLOY, "deploy", &[]));
    }
    for field in ["user_arn", "userarn", "userARN"] {
        let text = format!(r#"{{"{field}": "{DEV}", "username": "a", "groups": ["g"]}}"#);
        let read: UserMapping = serde_json::from_str(&text).unwrap();
        assert_eq!(read, user(DEV, "a", &["g"]));
    }
}

/// The same letters, each in the case that a bit says.
fn recased(text: &str, bits: &[bool]) -> String {
    let bits = bits.iter().cycle();
    text.chars()
        .zip(bits)
        .map(|(c, upper)| match upper {
            true => c.to_ascii_uppercase(),
            false => c.to_ascii_lowercase(),
        })
        .collect()
}

proptest! {
    #[test]
    fn a_principal_is_found_however_its_name_is_cased(
        name in "[a-zA-Z0-9+=,.@-]{1,64}",
        written in prop::collection::vec(any::<bool>(), 1..64),
        reported in prop::collection::vec(any::<bool>(), 1..64),
    ) {
        let prefix = "arn:aws:iam::123456789012:user/";
        let entry = user(&format!("{prefix}{}", recased(&name, &written)), "found", &[]);
        let map = IdentityMap::new([], [entry], []).unwrap();
        let caller = confirmed(&format!("{prefix}{}", recased(&name, &reported)), "AIDA");
        prop_assert_eq!(username(&map, &caller), Ok("found".to_owned()));
        let other = confirmed(&format!("{prefix}{name}x"), "AIDA");
        prop_assert_eq!(username(&map, &other), Err(MapError::NotMapped));
    }

    #[test]
    fn a_user_without_a_name_is_never_made(
        template in "(\\{\\{(SessionName|SessionNameRaw|x)\\}\\}|[a-z]){0,3}",
    ) {
        if let Ok(map) = IdentityMap::new([], [user(DEV, &template, &[])], []) {
            prop_assert_ne!(username(&map, &dev()), Ok(String::new()));
        }
    }
}
