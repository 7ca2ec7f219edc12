//! Where credentials come from, and what is at hand without the network.

use super::*;

fn key_of(profile: &str) -> String {
    format!(
        "[profile {profile}]\naws_access_key_id = AKIAOF{}\naws_secret_access_key = {SECRET}\n",
        profile.to_uppercase()
    )
}

fn role(profile: &str, rest: &str) -> String {
    format!("[profile {profile}]\nrole_arn = arn:aws:iam::123456789012:role/{profile}\n{rest}\n")
}

fn immediate(variables: &[(&str, &str)], config: &str, profile: Option<&str>) -> Option<String> {
    let credentials = chain(variables, config, profile).immediate().unwrap();
    credentials.map(|it| it.access_key_id().to_owned())
}

/// The base and the names of the roles, in the order in which they are assumed.
fn plan(variables: &[(&str, &str)], config: &str, profile: &str) -> (String, Vec<String>) {
    let settings = settings(variables, config, Some(profile));
    let plan = Plan::new(&settings, None).unwrap();
    let base = match plan.base {
        Base::Static(keys) => keys.access_key_id().to_owned(),
        Base::Chain { profile } => format!("chain {profile}"),
        Base::Provider(_) => "provider".to_owned(),
    };
    let name = |role: &AssumeRole| role.arn().rsplit('/').next().unwrap().to_owned();
    (base, plan.roles.iter().map(name).collect())
}

fn planned(base: &str, roles: &[&str]) -> (String, Vec<String>) {
    let roles = roles.iter().map(|role| String::from(*role)).collect();
    (base.to_owned(), roles)
}

#[test]
fn an_access_key_in_the_environment_is_at_hand() {
    let session = [KEY[0], KEY[1], ("AWS_SESSION_TOKEN", " token ")];
    let credentials = chain(&session, "", None).immediate().unwrap().unwrap();
    assert_eq!(credentials.access_key_id(), "AKIAOFTHEENVIRONMENT");
    assert_eq!(credentials.secret_access_key(), SECRET);
    assert_eq!(credentials.session_token(), Some("token"));
    assert_eq!(credentials.expiry(), None);
}

#[test]
fn half_an_access_key_is_none() {
    for half in KEY {
        assert_eq!(immediate(&[half], "", None), None);
        assert_eq!(
            immediate(&[half, (KEY[0].0, " "), (KEY[1].0, "")], "", None),
            None
        );
    }
    let id = "[profile half]\naws_access_key_id = AKIA\n";
    assert_eq!(immediate(&[], id, Some("half")), None);
}

#[test]
fn the_access_key_of_a_profile_is_at_hand() {
    let config = key_of("work") + "aws_session_token = token\n";
    let credentials = chain(&[], &config, Some("work")).immediate();
    let credentials = credentials.unwrap().unwrap();
    assert_eq!(credentials.access_key_id(), "AKIAOFWORK");
    assert_eq!(credentials.session_token(), Some("token"));
}

#[test]
fn the_environment_wins_over_the_profile_unless_the_caller_named_it() {
    let config = key_of("work");
    let work = ("AWS_PROFILE", "work");
    let environment = Some("AKIAOFTHEENVIRONMENT".to_owned());
    assert_eq!(
        immediate(&[KEY[0], KEY[1], work], &config, None),
        environment
    );
    assert_eq!(
        immediate(&KEY, &config, Some("work")).as_deref(),
        Some("AKIAOFWORK")
    );
}

#[test]
fn what_the_sdks_take_before_an_access_key_is_not_at_hand() {
    for setting in [
        "sso_session = work",
        "sso_start_url = https://example.awsapps.com/start",
        "login_session = arn:aws:iam::123456789012:user/dev",
        "credential_process = /bin/true",
        "web_identity_token_file = /token",
        "role_arn = arn:aws:iam::123456789012:role/R",
    ] {
        let config = key_of("work") + setting + "\n";
        assert_eq!(immediate(&[], &config, Some("work")), None, "{setting}");
        let blank = setting.split('=').next().unwrap();
        let config = key_of("work") + blank + "=\n";
        assert!(immediate(&[], &config, Some("work")).is_some(), "{blank}");
    }
}

#[test]
fn with_a_role_on_top_nothing_is_at_hand() {
    let chain = chain(&KEY, "", None).with_role(AssumeRole::new(ROLE).unwrap());
    assert_eq!(chain.immediate().unwrap(), None);
}

#[test]
fn a_role_without_mfa_or_duration_is_left_to_the_sdk() {
    let config = role("top", "source_profile = base") + &key_of("base");
    assert_eq!(plan(&[], &config, "top"), planned("chain top", &[]));
}

#[test]
fn a_role_with_mfa_is_assumed_with_the_access_key_of_its_source() {
    let config = role("top", "source_profile = base\nmfa_serial = GAHT12345678") + &key_of("base");
    assert_eq!(plan(&[], &config, "top"), planned("AKIAOFBASE", &["top"]));
}

#[test]
fn roles_are_assumed_from_the_last_source_to_the_profile() {
    let config = role("top", "source_profile = middle\nduration_seconds = 3600")
        + &role("middle", "source_profile = base")
        + &key_of("base");
    assert_eq!(
        plan(&[], &config, "top"),
        planned("AKIAOFBASE", &["middle", "top"])
    );
}

#[test]
fn a_source_behind_which_is_a_sign_in_is_resolved_by_the_sdk() {
    let config = role("top", "source_profile = base\nmfa_serial = GAHT12345678")
        + "[profile base]\nsso_session = work\n";
    assert_eq!(plan(&[], &config, "top"), planned("chain base", &["top"]));
}

#[test]
fn a_source_that_has_an_access_key_is_not_asked_for_its_role() {
    let config = role("top", "source_profile = both\nmfa_serial = GAHT12345678")
        + &key_of("both")
        + "role_arn = arn:aws:iam::123456789012:role/both\nsource_profile = base\n"
        + &key_of("base");
    assert_eq!(plan(&[], &config, "top"), planned("AKIAOFBOTH", &["top"]));
}

#[test]
fn a_profile_that_names_itself_as_its_source_brings_its_own_access_key() {
    let config = key_of("own")
        + "role_arn = arn:aws:iam::123456789012:role/own\nsource_profile = own\n\
           mfa_serial = GAHT12345678\n";
    assert_eq!(plan(&[], &config, "own"), planned("AKIAOFOWN", &["own"]));
}

#[test]
fn sources_that_run_in_circles_are_left_to_the_sdk() {
    let mfa = "mfa_serial = GAHT12345678\nsource_profile = ";
    let pair = role("one", &format!("{mfa}two")) + &role("two", &format!("{mfa}one"));
    assert_eq!(plan(&[], &pair, "one"), planned("chain one", &[]));
    let alone = role("alone", &format!("{mfa}alone"));
    assert_eq!(plan(&[], &alone, "alone"), planned("chain alone", &[]));
}

#[test]
fn a_role_of_the_environment_is_assumed_with_its_access_key_though_the_profile_was_named() {
    for source in ["Environment", "environment"] {
        let config = role("top", &format!("credential_source = {source}"));
        assert_eq!(
            plan(&KEY, &config, "top"),
            planned("AKIAOFTHEENVIRONMENT", &["top"])
        );
    }
    let config = role("top", "credential_source = Environment");
    assert_eq!(plan(&[], &config, "top"), planned("chain top", &[]));
}

#[test]
fn what_contradicts_itself_is_left_to_the_sdk() {
    let both = "mfa_serial = GAHT12345678\nsource_profile = base\ncredential_source = Environment";
    let config = role("top", both) + &key_of("base");
    assert_eq!(plan(&KEY, &config, "top"), planned("chain top", &[]));
    let neither = role("top", "mfa_serial = GAHT12345678");
    assert_eq!(plan(&KEY, &neither, "top"), planned("chain top", &[]));
}

#[test]
fn a_role_that_is_not_well_formed_is_an_error_that_names_its_profile() {
    for broken in [
        "duration_seconds = 60",
        "duration_seconds = an hour",
        "role_session_name = not a name",
        "external_id = x",
    ] {
        let config = role("top", &format!("source_profile = base\n{broken}")) + &key_of("base");
        let error = chain(&[], &config, Some("top")).immediate().unwrap_err();
        assert!(matches!(error, CredentialError::Role { .. }), "{error:?}");
        assert_eq!(
            error.to_string(),
            "expected a usable role in the profile `top`"
        );
    }
}

#[test]
fn a_name_that_is_forwarded_from_an_unknown_caller_is_not_cached() {
    let cached = |variables: &[(&str, &str)], config: &str, profile| {
        let chain = chain(variables, config, profile)
            .with_cache(crate::CredentialCache::at("/nowhere"))
            .with_role(
                AssumeRole::new(ROLE)
                    .unwrap()
                    .with_session_name(SessionName::forwarded()),
            );
        let plan = chain.plan().unwrap();
        chain.cache_for(&plan).is_some()
    };
    assert!(!cached(&[], "", None));
    assert!(!cached(
        &[],
        "[profile sso]\nsso_session = work\n",
        Some("sso")
    ));
    assert!(cached(&KEY, "", None), "the key stands for its owner");
    let own_steps = format!(
        "[profile a]\nrole_arn = {ROLE}\nsource_profile = b\nduration_seconds = 900\n[profile b]\ncredential_process = x\n"
    );
    assert!(
        cached(&[], &own_steps, Some("a")),
        "it is the name of the profile's role"
    );
}

#[test]
fn what_a_credential_source_of_the_sdk_leaves_out_is_known() {
    let leaves_out = |rest: &str| {
        let settings = settings(&[], &role("p", rest), Some("p"));
        Plan::new(&settings, None).unwrap().leaves_out
    };
    let source = "credential_source = Ec2InstanceMetadata";
    assert!(leaves_out(&format!("{source}\nduration_seconds = 900")));
    assert!(leaves_out(&format!("{source}\nmfa_serial = GAHT12345678")));
    assert!(!leaves_out(source));
    assert!(!leaves_out("source_profile = base\nduration_seconds = 900"));
}
