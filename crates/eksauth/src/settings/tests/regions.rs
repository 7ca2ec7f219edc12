use super::*;

const CONFIG_TEXT: &str = "\
[default]
region = eu-central-1
[profile other]
region = eu-north-1
[profile bare]
output = json
";

fn region(variables: &[(&str, &str)]) -> Option<(String, RegionSource)> {
    let (region, source) = settings(variables, CONFIG_TEXT).region().unwrap()?;
    Some((region.as_str().to_owned(), source))
}

fn environment(name: &'static str) -> RegionSource {
    RegionSource::Environment(name)
}

#[test]
fn it_is_that_of_aws_region_then_of_aws_default_region_then_of_the_profile() {
    let first = ("AWS_REGION", "eu-west-1");
    let second = ("AWS_DEFAULT_REGION", "eu-west-2");
    let found = |variables: &[(&str, &str)]| region(variables).unwrap();
    assert_eq!(
        found(&[first, second]),
        ("eu-west-1".into(), environment("AWS_REGION"))
    );
    assert_eq!(
        found(&[second]),
        ("eu-west-2".into(), environment("AWS_DEFAULT_REGION"))
    );
    assert_eq!(
        found(&[]),
        (
            "eu-central-1".into(),
            RegionSource::Profile("default".into())
        )
    );
    assert_eq!(
        found(&[("AWS_PROFILE", "other")]),
        ("eu-north-1".into(), RegionSource::Profile("other".into()))
    );
}

#[test]
fn a_profile_without_one_does_not_borrow_that_of_the_default_profile() {
    assert_eq!(region(&[("AWS_PROFILE", "bare")]), None);
}

#[test]
fn blanks_around_it_are_dropped() {
    let found = region(&[("AWS_REGION", " eu-west-1 ")]).unwrap();
    assert_eq!(found.0, "eu-west-1");
}

#[test]
fn what_cannot_be_one_is_an_error_that_names_its_source() {
    let told = |variables: &[(&str, &str)], config: &str| {
        let error = settings(variables, config).region().unwrap_err();
        assert!(matches!(error, SettingsError::Region { .. }), "{error}");
        error.to_string()
    };
    let of_variable = told(&[("AWS_REGION", "eu-west-1a")], CONFIG_TEXT);
    assert!(of_variable.contains("eu-west-1a"), "{of_variable}");
    assert!(
        of_variable.ends_with("(from the environment variable AWS_REGION)"),
        "{of_variable}"
    );
    let of_default = told(&[("AWS_DEFAULT_REGION", "Ireland!")], CONFIG_TEXT);
    assert!(of_default.contains("AWS_DEFAULT_REGION"), "{of_default}");
    let of_profile = told(&[], "[default]\nregion = eu-west-1b\n");
    assert!(
        of_profile.ends_with("(from the profile `default`)"),
        "{of_profile}"
    );
}

#[test]
fn every_source_has_a_name() {
    for (source, name) in [
        (
            environment("AWS_REGION"),
            "the environment variable AWS_REGION",
        ),
        (RegionSource::Profile("prod".into()), "the profile `prod`"),
        (RegionSource::InstanceMetadata, "the instance's metadata"),
        (RegionSource::Default, "the default"),
    ] {
        assert_eq!(source.to_string(), name);
    }
}
