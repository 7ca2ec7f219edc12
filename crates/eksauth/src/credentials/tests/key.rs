//! Everything that determines the credentials is in the name of their entry.

use std::time::Duration;

use super::*;

const CONFIG: &str = "\
[default]
[profile a]
sso_session = work
[profile b]
sso_session = work
";

const CLUSTER: &str = "arn:aws:eks:eu-west-1:123456789012:cluster";

fn key_of(chain: &CredentialChain) -> String {
    let plan = chain.plan().unwrap();
    let key = CacheKey::new(&chain.settings, &chain.region, &plan);
    key.as_str().to_owned()
}

fn role() -> AssumeRole {
    AssumeRole::new(ROLE).unwrap()
}

fn with(role: AssumeRole) -> CredentialChain {
    chain(&KEY, CONFIG, None).with_role(role)
}

/// All are different, and each is the same when it is made again.
fn assert_distinct(make: impl Fn() -> Vec<CredentialChain>) {
    let keys = |chains: Vec<CredentialChain>| chains.iter().map(key_of).collect::<Vec<_>>();
    let (once, again) = (keys(make()), keys(make()));
    assert_eq!(once, again);
    for (index, key) in once.iter().enumerate() {
        assert_eq!(once.iter().position(|it| it == key), Some(index));
        assert!(key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}

#[test]
fn each_part_of_a_role_tells() {
    assert_distinct(|| {
        let named = |name| role().with_session_name(SessionName::named(name).unwrap());
        vec![
            chain(&KEY, CONFIG, None),
            with(role()),
            with(AssumeRole::new(format!("{ROLE}er")).unwrap()),
            with(role().with_external_id("one").unwrap()),
            with(role().with_external_id("two").unwrap()),
            with(named("one")),
            with(named("two")),
            with(named("forwarded")),
            with(role().with_session_name(SessionName::forwarded())),
            with(role().with_duration(Duration::from_secs(900)).unwrap()),
            with(role().with_duration(Duration::from_secs(1800)).unwrap()),
            with(role().with_mfa_serial("one")),
            with(role().with_mfa_serial("two")),
            with(role().with_source_arn(format!("{CLUSTER}/one")).unwrap()),
            with(role().with_source_arn(format!("{CLUSTER}/two")).unwrap()),
        ]
    });
}

#[test]
fn profile_region_files_and_access_key_tell() {
    assert_distinct(|| {
        let mut elsewhere = with(role());
        elsewhere.region = Region::new("eu-west-2").unwrap();
        let other_key = [("AWS_ACCESS_KEY_ID", "AKIAOTHER"), KEY[1]];
        vec![
            with(role()),
            elsewhere,
            chain(&other_key, CONFIG, None).with_role(role()),
            chain(&KEY, &format!("{CONFIG}\n"), None).with_role(role()),
            chain(&[], CONFIG, Some("a")).with_role(role()),
            chain(&[], CONFIG, Some("b")).with_role(role()),
            chain(&[("AWS_PROFILE", "a")], CONFIG, None).with_role(role()),
        ]
    });
}

#[test]
fn each_variable_that_leads_to_other_credentials_tells() {
    assert_distinct(|| {
        let variables = [
            "AWS_ROLE_ARN",
            "AWS_ROLE_SESSION_NAME",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_EC2_METADATA_DISABLED",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "AWS_LOGIN_CACHE_DIRECTORY",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_STS",
            "AWS_ENDPOINT_URL_SSO",
            "AWS_USE_FIPS_ENDPOINT",
            "AWS_USE_DUALSTACK_ENDPOINT",
        ];
        let set = |name| chain(&[(name, "true")], CONFIG, None).with_role(role());
        let mut chains: Vec<_> = variables.into_iter().map(set).collect();
        chains.push(chain(&[], CONFIG, None).with_role(role()));
        chains
    });
}

#[test]
fn neighbouring_parts_do_not_run_into_each_other() {
    let of = |external_id: &str, serial: &str| {
        let role = role().with_external_id(external_id).unwrap();
        key_of(&with(role.with_mfa_serial(serial)))
    };
    assert_ne!(of("abc", "d"), of("ab", "cd"));
}

#[test]
fn what_is_no_matter_does_not_tell() {
    let bystander = [KEY[0], KEY[1], ("PATH", "/bin"), ("AWS_PAGER", "less")];
    let other = chain(&bystander, CONFIG, None).with_role(role());
    assert_eq!(key_of(&with(role())), key_of(&other));
}

#[test]
fn the_access_key_id_stands_for_the_whole_key() {
    let rotated = [KEY[0], ("AWS_SECRET_ACCESS_KEY", "another")];
    let other = chain(&rotated, CONFIG, None).with_role(role());
    assert_eq!(key_of(&with(role())), key_of(&other));
}

/// The key of a role on a profile, in a home with these files.
fn key_with(files: &[(&str, &str)], variables: &[(&str, &str)]) -> String {
    let home = [("HOME", "/home/dev")];
    let variables: Vec<_> = home.iter().chain(variables).copied().collect();
    let context = Context::new(variables, ManualTime::at_unix(0)).with_fs(Fs::from_slice(files));
    let settings = Settings::load(context, Some("a")).unwrap();
    let region = Region::new("eu-west-1").unwrap();
    key_of(&CredentialChain::new(settings.into(), region).with_role(role()))
}

#[test]
fn the_token_for_the_containers_endpoint_tells() {
    let config = ("/home/dev/.aws/config", "[profile a]\n");
    let variable = [("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token")];
    let one = key_with(&[config, ("/token", "one")], &variable);
    assert_eq!(one, key_with(&[config, ("/token", "one")], &variable));
    assert_ne!(one, key_with(&[config, ("/token", "two")], &variable));
    assert_ne!(one, key_with(&[config], &variable));
}

#[test]
fn the_sign_in_at_the_end_of_a_chain_of_profiles_tells() {
    let config = "\
[profile a]
source_profile = b
[profile b]
source_profile = c
[profile c]
source_profile = a
sso_session = work
";
    let config = ("/home/dev/.aws/config", config);
    let file = "/home/dev/.aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";
    let signed_in = key_with(&[config, (file, "{}")], &[]);
    assert_eq!(signed_in, key_with(&[config, (file, "{}")], &[]));
    assert_ne!(signed_in, key_with(&[config], &[]));
}
