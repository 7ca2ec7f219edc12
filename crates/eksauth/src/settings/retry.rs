//! How often a call to AWS is repeated.

use std::fmt::Display;
use std::str::FromStr;

use aws_smithy_types::retry::RetryConfig;

use super::Settings;

impl Settings {
    /// `AWS_MAX_ATTEMPTS` or `max_attempts` of the profile; by AWS's standard, three attempts.
    ///
    /// The SDK would read them itself, and panic at what it does not know: `AWS_RETRY_MODE=legacy`, which
    /// is a mode of the AWS CLI, or a variable that is set to nothing. The modes differ in how they wait,
    /// which makes no difference for the few calls made here.
    pub(crate) fn retry_config(&self) -> RetryConfig {
        let standard = RetryConfig::standard();
        match self.max_attempts() {
            Some(attempts) => standard.with_max_attempts(attempts),
            None => standard,
        }
    }

    fn max_attempts(&self) -> Option<u32> {
        let variable = self.context.var("AWS_MAX_ATTEMPTS");
        let of_variable = variable.and_then(|it| attempts(&it, "AWS_MAX_ATTEMPTS"));
        of_variable.or_else(|| attempts(self.profile_value("max_attempts")?, "max_attempts"))
    }
}

fn attempts(text: &str, setting: impl Display) -> Option<u32> {
    let parsed = u32::from_str(text.trim()).ok().filter(|it| *it > 0);
    if parsed.is_none() {
        let found: String = text.escape_default().take(32).collect();
        tracing::warn!(
            "expected a number of attempts, at least 1, for {setting}, but found `{found}`: it is \
             passed over"
        );
    }
    parsed
}

#[cfg(test)]
mod tests {
    use aws_smithy_async::time::SystemTimeSource;
    use aws_types::os_shim_internal::Fs;

    use crate::Context;

    use super::*;

    fn attempts_with(variables: &[(&str, &str)], profile: &str) -> u32 {
        let files = [("/home/.aws/config", format!("[default]\n{profile}\n"))];
        let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
        let variables = variables.iter().copied().chain([("HOME", "/home")]);
        let context = Context::new(variables, SystemTimeSource::new())
            .with_fs(Fs::from_map(std::collections::HashMap::from(files)));
        let settings = Settings::load(context, None).unwrap();
        settings.retry_config().max_attempts()
    }

    #[test]
    fn the_variable_wins_over_the_profile_and_the_standard_is_three() {
        assert_eq!(attempts_with(&[], ""), 3);
        assert_eq!(attempts_with(&[], "max_attempts = 5"), 5);
        let variable = [("AWS_MAX_ATTEMPTS", "7")];
        assert_eq!(attempts_with(&variable, "max_attempts = 5"), 7);
    }

    #[test]
    fn what_is_no_number_is_passed_over() {
        for text in ["", " ", "0", "-1", "many"] {
            assert_eq!(attempts_with(&[("AWS_MAX_ATTEMPTS", text)], ""), 3);
        }
        let blank = [("AWS_MAX_ATTEMPTS", "")];
        assert_eq!(attempts_with(&blank, "max_attempts = 5"), 5);
        assert_eq!(attempts_with(&[], "max_attempts = none"), 3);
    }

    #[tokio::test]
    async fn a_mode_that_the_sdk_does_not_know_is_no_panic() {
        let variables = [
            ("AWS_RETRY_MODE", "legacy"),
            ("AWS_MAX_ATTEMPTS", ""),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ];
        let settings = Settings::load(Context::new(variables, SystemTimeSource::new()), None);
        let region = eksauth_token::Region::new("eu-west-1").unwrap();
        let chain = crate::CredentialChain::new(settings.unwrap().into(), region);
        let error = chain.credentials().await.unwrap_err();
        assert!(
            matches!(error, crate::CredentialError::NoneFound { .. }),
            "{error}"
        );
    }
}
