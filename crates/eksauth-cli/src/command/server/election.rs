//! By which name this server stands for election.

use aws_smithy_async::time::SystemTimeSource;
use eksauth::Context;
use eksauth_map_kube::LeaderElection;

use crate::failed::Failed;

use super::settings::ElectionSettings;

const HOST_VARIABLE: &str = "HOSTNAME";
/// Where nobody says which host this is.
const SOME_HOST: &str = "eksauth";

/// Nothing where each server works on its own.
pub(super) fn election(
    settings: &ElectionSettings,
    context: &Context,
) -> Result<Option<LeaderElection>, Failed> {
    if !settings.leader_elect {
        return Ok(None);
    }
    let identity = identity(context)?;
    tracing::info!(
        identity,
        namespace = settings.namespace,
        "stands for election"
    );
    let time = SystemTimeSource::new();
    let election = LeaderElection::new(&settings.namespace, identity, time);
    Ok(Some(election))
}

/// The host, for people, and what no other process has: pods of a host follow each other, each with
/// the process number 1.
fn identity(context: &Context) -> Result<String, Failed> {
    let mut own = [0; 16];
    getrandom::fill(&mut own).map_err(|error| {
        Failed::new("could not get random bytes from the operating system").because(error)
    })?;
    let host = context.var(HOST_VARIABLE);
    let host = host.as_deref().unwrap_or(SOME_HOST);
    Ok(format!("{host}_{:032x}", u128::from_ne_bytes(own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Process;

    fn identity_with(variables: &[(&str, &str)]) -> String {
        identity(Process::with_variables(variables).context()).unwrap()
    }

    #[test]
    fn the_identity_names_the_host_if_it_is_known() {
        let named = identity_with(&[(HOST_VARIABLE, "control-plane-1")]);
        assert!(named.starts_with("control-plane-1_"), "{named}");
        for variables in [&[][..], &[(HOST_VARIABLE, "")]] {
            let unnamed = identity_with(variables);
            assert!(unnamed.starts_with("eksauth_"), "{unnamed}");
        }
    }

    #[test]
    fn no_two_processes_of_a_host_have_the_same_identity() {
        let host = [(HOST_VARIABLE, "control-plane-1")];
        assert_ne!(identity_with(&host), identity_with(&host));
    }
}
