use super::*;

const CONFIG_TEXT: &str = "\
[default]
[profile given]
[profile first]
[profile second]
";

fn active(variables: &[(&str, &str)], given: Option<&str>) -> ActiveProfile {
    let context = context(variables, &[(CONFIG, CONFIG_TEXT)]);
    let settings = Settings::load(context, given).unwrap();
    settings.profile().clone()
}

#[test]
fn it_is_the_given_one_then_aws_profile_then_aws_default_profile_then_default() {
    let first = ("AWS_PROFILE", "first");
    let second = ("AWS_DEFAULT_PROFILE", "second");
    let found = |variables: &[(&str, &str)], given| {
        let profile = active(variables, given);
        (profile.to_string(), profile.origin())
    };
    assert_eq!(
        found(&[first, second], Some("given")),
        ("given".into(), ProfileOrigin::Given)
    );
    assert_eq!(
        found(&[first, second], None),
        ("first".into(), ProfileOrigin::Environment("AWS_PROFILE"))
    );
    assert_eq!(
        found(&[second], None),
        (
            "second".into(),
            ProfileOrigin::Environment("AWS_DEFAULT_PROFILE")
        )
    );
    assert_eq!(found(&[], None), ("default".into(), ProfileOrigin::Default));
}

#[test]
fn one_in_the_credentials_file_alone_is_known() {
    let context = context(
        &[("AWS_PROFILE", "keys")],
        &[(CREDENTIALS, "[keys]\naws_access_key_id = AKIA\n")],
    );
    let settings = Settings::load(context, None).unwrap();
    assert_eq!(settings.profile_value("aws_access_key_id"), Some("AKIA"));
}

#[test]
fn an_unknown_one_is_an_error_that_lists_the_known_ones_and_both_files() {
    let files = [(CONFIG, CONFIG_TEXT), (CREDENTIALS, "[keys]\n")];
    let told = |variables: &[(&str, &str)], given| {
        let error = Settings::load(context(variables, &files), given).unwrap_err();
        assert!(
            matches!(error, SettingsError::UnknownProfile { .. }),
            "{error}"
        );
        error.to_string()
    };
    assert_eq!(
        told(&[], Some("prdo")),
        format!(
            "expected the profile `prdo` in `{CONFIG}` and `{CREDENTIALS}`, but found only \
             `default`, `first`, `given`, `keys`, `second`"
        )
    );
    let from_variable = told(&[("AWS_PROFILE", "prdo")], None);
    assert!(
        from_variable.starts_with("expected the profile `prdo` (from AWS_PROFILE) in "),
        "{from_variable}"
    );
}

#[test]
fn where_there_is_none_at_all_the_error_says_how_to_create_one() {
    let error = Settings::load(context(&[], &[]), Some("prod")).unwrap_err();
    let told = error.to_string();
    assert!(told.contains("but found no profile"), "{told}");
    assert!(told.contains("`aws configure`"), "{told}");
}

#[test]
fn default_alone_may_be_missing() {
    assert!(Settings::load(context(&[], &[]), None).is_ok());
    for named in ["default", "prod"] {
        let variables = [("AWS_PROFILE", named)];
        assert!(Settings::load(context(&variables, &[]), None).is_err());
        assert!(Settings::load(context(&[], &[]), Some(named)).is_err());
    }
}
