use super::*;

#[test]
fn without_settings_it_is_the_plain_regional_one() {
    let options = settings(&[], "").endpoint_options().unwrap();
    assert!(!options.fips && !options.dual_stack && !options.legacy_global);
}

#[test]
fn each_option_comes_from_its_variable_or_from_the_profile() {
    type Read = fn(&EndpointOptions) -> bool;
    let options: [(&str, &str, &str, &str, Read); 3] = [
        (
            "AWS_USE_FIPS_ENDPOINT",
            "use_fips_endpoint",
            "true",
            "false",
            |it| it.fips,
        ),
        (
            "AWS_USE_DUALSTACK_ENDPOINT",
            "use_dualstack_endpoint",
            "TRUE",
            "False",
            |it| it.dual_stack,
        ),
        (
            "AWS_STS_REGIONAL_ENDPOINTS",
            "sts_regional_endpoints",
            "legacy",
            " regional ",
            |it| it.legacy_global,
        ),
    ];
    for (variable, key, yes, no, read) in options {
        let found = |variables: &[(&str, &str)], config: &str| {
            read(&settings(variables, config).endpoint_options().unwrap())
        };
        let profile = |value: &str| format!("[default]\n{key} = {value}\n");
        assert!(found(&[(variable, yes)], ""), "{variable}");
        assert!(!found(&[(variable, no)], ""), "{variable}");
        assert!(found(&[], &profile(yes)), "{key}");
        assert!(!found(&[], &profile(no)), "{key}");
        assert!(
            !found(&[(variable, no)], &profile(yes)),
            "{variable} comes before {key}"
        );
    }
}

#[test]
fn a_value_that_there_is_not_is_an_error_that_names_setting_values_and_what_was_found() {
    let told = |variables: &[(&str, &str)], config: &str| {
        let error = settings(variables, config).endpoint_options().unwrap_err();
        error.to_string()
    };
    assert_eq!(
        told(&[("AWS_USE_FIPS_ENDPOINT", "yes")], ""),
        "expected `true` or `false` for AWS_USE_FIPS_ENDPOINT, but found `yes`"
    );
    assert_eq!(
        told(&[("AWS_STS_REGIONAL_ENDPOINTS", "global")], ""),
        "expected `legacy` or `regional` for AWS_STS_REGIONAL_ENDPOINTS, but found `global`"
    );
    assert_eq!(
        told(&[], "[default]\nuse_dualstack_endpoint = 1\n"),
        "expected `true` or `false` for use_dualstack_endpoint, but found `1`"
    );
    let long = "\u{1b}".repeat(100);
    let told = told(&[("AWS_USE_FIPS_ENDPOINT", &long)], "");
    assert!(
        told.len() < 200 && !told.contains('\u{1b}'),
        "escaped and cut: {told}"
    );
}
