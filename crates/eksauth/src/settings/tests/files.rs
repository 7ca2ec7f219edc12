use std::error::Error as _;

use super::*;

#[test]
fn missing_ones_are_empty() {
    let settings = Settings::load(context(&[], &[]), None).unwrap();
    assert_eq!(settings.profile_value("region"), None);
    assert_eq!(settings.files().config(), PathBuf::from(CONFIG));
    assert_eq!(settings.files().credentials(), PathBuf::from(CREDENTIALS));
}

#[test]
fn they_are_where_the_variables_say() {
    let moved = |path: &str, real: &str| {
        let context = context(
            &[
                ("AWS_CONFIG_FILE", path),
                ("AWS_SHARED_CREDENTIALS_FILE", "/keys"),
            ],
            &[
                (CONFIG, "[default]\nregion = us-east-2\n"),
                (real, "[default]\nregion = eu-west-1\n"),
                ("/keys", "[default]\naws_access_key_id = AKIA\n"),
            ],
        );
        let settings = Settings::load(context, None).unwrap();
        assert_eq!(settings.files().config(), PathBuf::from(real));
        assert_eq!(settings.profile_value("region"), Some("eu-west-1"));
        assert_eq!(settings.profile_value("aws_access_key_id"), Some("AKIA"));
    };
    moved("/etc/aws", "/etc/aws");
    moved("~/elsewhere/aws", "/home/dev/elsewhere/aws");
}

#[test]
fn one_that_cannot_be_read_is_an_error_that_names_it() {
    // A folder is nothing to read, even for root.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let variables = [
            ("HOME".to_owned(), "/home/nobody".to_owned()),
            (variable.to_owned(), path.to_owned()),
        ];
        let context = Context::new(variables, ManualTime::at_unix(0));
        let error = Settings::load(context, None).unwrap_err();
        assert!(
            matches!(error, SettingsError::UnreadableFile { .. }),
            "{error}"
        );
        assert_eq!(
            error.to_string(),
            format!("expected to read `{path}`, but could not: check its permissions")
        );
        assert!(error.source().is_some());
    }
}

#[test]
fn one_that_is_not_utf_8_is_an_error_that_says_so() {
    let files = Fs::from_map([(CONFIG.to_owned(), b"[default]\nregion = \xff\n".to_vec())].into());
    let error = Settings::load(context(&[], &[]).with_fs(files), None).unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("utf-8"), "{cause}");
}

#[test]
fn a_syntax_error_is_told_with_its_line_and_without_its_text() {
    let scan = SecretScan::new().secret("secret key", SECRET);
    for text in [
        format!("[default]\naws_secret_access_key {SECRET}\n"),
        format!("{SECRET}\n[default]\n"),
        format!("[default\naws_secret_access_key = {SECRET}\n"),
        format!("[default]\naws_secret_access_key =\n  {SECRET}\n"),
        format!("[default]\n = {SECRET}\n"),
        format!("[default]\n  {SECRET}\n"),
    ] {
        let context = context(&[], &[(CREDENTIALS, &text)]);
        let error = Settings::load(context, None).unwrap_err();
        assert!(
            matches!(error, SettingsError::MalformedFile { .. }),
            "{error}"
        );
        let told = error.to_string();
        let beginning =
            format!("expected profiles in `{CREDENTIALS}`, but found a syntax error on line ");
        assert!(told.starts_with(&beginning), "{told}");
        scan.assert_clean("the error", told);
        scan.assert_clean("the error's Debug", format!("{error:?}"));
    }
}

#[test]
fn a_syntax_error_is_told_in_one_sentence_of_the_file_that_has_it() {
    let malformed = "[default]\nregion\n";
    for path in [CONFIG, CREDENTIALS] {
        let context = context(&[], &[(path, malformed)]);
        assert_eq!(
            Settings::load(context, None).unwrap_err().to_string(),
            format!(
                "expected profiles in `{path}`, but found a syntax error on line 2: Expected an '=' \
                 sign defining a property"
            )
        );
    }
}

#[test]
fn their_digest_changes_with_every_path_and_text() {
    let digest = |variables: &[(&str, &str)], files: &[(&str, &str)]| {
        let settings = Settings::load(context(variables, files), None).unwrap();
        *settings.files().digest()
    };
    let some = (CONFIG, "[default]\n");
    let digests = [
        digest(&[], &[]),
        digest(&[], &[some]),
        digest(&[], &[(CREDENTIALS, "[default]\n")]),
        digest(&[], &[(CONFIG, "[default]\n\n")]),
        digest(&[("AWS_CONFIG_FILE", "/other")], &[("/other", some.1)]),
        digest(&[("AWS_SHARED_CREDENTIALS_FILE", "/other")], &[some]),
    ];
    for (index, one) in digests.iter().enumerate() {
        assert!(!digests[..index].contains(one), "{index}");
    }
    assert_eq!(
        digest(&[], &[some]),
        digest(&[("AWS_REGION", "x")], &[some])
    );
}

#[test]
fn a_home_may_be_a_user_profile_or_none() {
    let windows = [("USERPROFILE".to_owned(), "/users/dev".to_owned())];
    let files = Fs::from_slice(&[]);
    let context = Context::new(windows, ManualTime::at_unix(0)).with_fs(files.clone());
    let settings = Settings::load(context, None).unwrap();
    assert!(settings.files().config().starts_with("/users/dev"));
    let nobody = Context::new([] as [(&str, &str); 0], ManualTime::at_unix(0)).with_fs(files);
    assert!(Settings::load(nobody, None).is_ok());
}

#[test]
fn without_a_home_no_file_of_the_working_directory_is_read() {
    let there = "[profile trap]\n";
    let files = [("~/.aws/config", there), ("~/.aws/credentials", there)];
    for variables in [&[][..], &[("AWS_CONFIG_FILE", "~/.aws/config")]] {
        let nobody = Context::new(variables.to_vec(), ManualTime::at_unix(0));
        let nobody = nobody.with_fs(Fs::from_slice(&files));
        let error = Settings::load(nobody, Some("trap")).unwrap_err();
        assert!(
            matches!(&error, SettingsError::UnknownProfile { known, .. } if known.is_empty()),
            "{error:?}"
        );
    }
}

#[test]
fn what_the_parser_warns_of_is_kept_from_the_log() {
    let logs = eksauth_testing::CapturedLogs::scoped();
    let config =
        format!("[profile ?!]\naws_secret_access_key = {SECRET}\n[{SECRET}]\nx = {SECRET}\n");
    Settings::load(context(&[], &[(CONFIG, &config)]), None).unwrap();
    assert_eq!(logs.text(), "");
}

#[test]
fn debug_leaves_the_digest_out() {
    let settings = settings(&[], "[default]\n");
    let shown = format!("{:?}", settings.files());
    assert!(
        shown.contains(CONFIG) && !shown.contains("digest"),
        "{shown}"
    );
}
