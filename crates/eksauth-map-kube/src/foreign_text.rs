//! Texts of others, fit for errors and logs.

use std::error::Error;
use std::iter;

/// Characters of a foreign text that are shown.
const LONGEST: usize = 300;

/// A text without anything that a terminal or a log would obey, cut.
pub(crate) fn shown(text: &str) -> String {
    text.chars()
        .flat_map(char::escape_default)
        .take(LONGEST)
        .collect()
}

/// An error and what is behind it, in one line. Some errors repeat their cause in their own text.
///
/// Nothing is told of a failed log-in: it may hold what a credential plugin has printed.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = || iter::successors(Some(error), |&error| error.source());
    let log_in =
        |error: &(dyn Error + 'static)| matches!(error.downcast_ref(), Some(kube::Error::Auth(_)));
    if causes().any(log_in) {
        return "the client's credentials do not work".to_owned();
    }
    let mut text = String::new();
    for cause in causes().map(ToString::to_string) {
        if !text.contains(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
    }
    shown(&text)
}

#[cfg(test)]
mod tests {
    use kube::client::AuthError;
    use kube::runtime::watcher;

    use super::{LONGEST, chain, shown};

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(shown("a\u{1b}[2J\nb"), "a\\u{1b}[2J\\nb");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(shown(&"x".repeat(5000)).len(), LONGEST);
    }

    #[test]
    fn a_cause_that_is_told_already_is_not_repeated() {
        let error = kube::Error::ReadEvents(std::io::Error::other("cable pulled"));
        assert_eq!(chain(&error), "Error reading events stream: cable pulled");
    }

    #[test]
    fn nothing_that_a_credential_plugin_has_printed_is_told() {
        let printed = AuthError::AuthExec("k8s-aws-v1.aHR0cHM".to_owned());
        let error = watcher::Error::WatchStartFailed(kube::Error::Auth(printed));
        assert!(error.to_string().contains("k8s-aws-v1"));
        assert_eq!(chain(&error), "the client's credentials do not work");
    }
}
