//! What went wrong while asking, without the words of others that may hold a secret: kube's errors
//! repeat what a plugin has printed, and the environment that it was given.

use std::error::Error;

use kube::client::AuthError;
use kube::config::ExecConfig;

use crate::failed::Failed;

/// The error in our words.
pub(crate) fn told(error: kube::Error, exec: Option<&ExecConfig>) -> Failed {
    if let Some(error) = auth_error(&error) {
        return told_of_auth(error, exec);
    }
    match error {
        kube::Error::Api(status) if status.code == 401 => Failed::new(
            "expected the API server to accept the credentials, but found 401 Unauthorized: the \
             identity is not mapped to a user, the token is for another cluster, or it has expired",
        ),
        kube::Error::Api(status) => Failed::new(format!(
            "expected an answer, but found {} {}",
            status.code, status.message
        )),
        // Its wrappers say no more than that it is one.
        kube::Error::Service(error) => Failed::new(innermost(&*error)),
        error => Failed::new(innermost(&error)),
    }
}

/// It is at the top when the client is made, and further down when a request is.
fn auth_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e AuthError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(kube::Error::Auth(error)) = error.downcast_ref() {
            return Some(error);
        }
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        next = error.source();
    }
    None
}

fn told_of_auth(error: &AuthError, exec: Option<&ExecConfig>) -> Failed {
    let command = exec
        .and_then(|it| it.command.as_deref())
        .unwrap_or_default();
    let plugin = format!("the exec plugin `{}`", command.escape_default());
    match error {
        AuthError::AuthExecStart(source) => {
            let hint = exec.and_then(|it| it.install_hint.as_deref());
            let hint = hint
                .map(|it| format!(": {}", it.trim()))
                .unwrap_or_default();
            Failed::new(format!("could not run {plugin}{hint}"))
                .because(Failed::new(source.to_string()))
        }
        AuthError::AuthExecRun { out, .. } => Failed::new(format!(
            "expected {plugin} to print credentials, but it ended with {}",
            out.status
        )),
        AuthError::AuthExecParse(_) | AuthError::ExecPluginFailed => Failed::new(format!(
            "expected {plugin} to print an ExecCredential with a status, but found something else"
        )),
        AuthError::ReadTokenFile(source, path) => {
            Failed::new(format!("could not read the token in `{}`", path.display()))
                .because(Failed::new(source.to_string()))
        }
        AuthError::MissingCommand => {
            Failed::new("expected a `command` in the user's `exec`, but found none")
        }
        _ => Failed::new("could not use the credentials of the kubeconfig's user"),
    }
}

/// The last cause: what the network or the TLS library says.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}
