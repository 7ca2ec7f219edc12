//! A real control plane for the sandbox, as flags and the environment say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use eksauth_sandbox::{RealControlPlane, TokenReviewVersion};

use crate::failed::Failed;
use crate::global::Global;
use crate::logging::Verbosity;
use crate::outcome::{Unsuccessful, usage};
use crate::output;
use crate::process::Process;

/// Where Kubernetes' own test environment looks for the programs.
const VARIABLE: &str = "KUBEBUILDER_ASSETS";

#[derive(Debug, Args)]
#[command(next_help_heading = "Control plane options")]
pub(super) struct ControlPlaneFlags {
    /// Start the etcd and kube-apiserver in this folder, in place of the API that comes with it
    /// [env: KUBEBUILDER_ASSETS]
    #[arg(long, value_name = "DIR")]
    control_plane: Option<PathBuf>,

    /// Let kube-apiserver ask the webhook of this kubeconfig, such as `eksauth init` writes for `eksauth
    /// server`, in place of the sandbox's own
    #[arg(long, value_name = "FILE")]
    authentication_webhook: Option<PathBuf>,

    /// Version of the TokenReviews that it sends [default: v1]
    #[arg(long, value_name = "VERSION")]
    authentication_webhook_version: Option<Version>,

    /// How long it remembers what the webhook said [default: 0s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    authentication_webhook_cache_ttl: Option<Duration>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Version {
    V1,
    V1beta1,
}

impl ControlPlaneFlags {
    /// The control plane: first that of the flag, finally that of the environment, if any.
    pub(super) fn resolve(
        self,
        global: &Global,
        process: &Process,
    ) -> Result<Option<RealControlPlane>, Unsuccessful> {
        let named = self.control_plane.clone();
        let folder = named.or_else(|| process.context().var(VARIABLE).map(PathBuf::from));
        match folder {
            Some(folder) => {
                let control_plane = self.configure(RealControlPlane::new(folder))?;
                Ok(Some(match tells_progress(global) {
                    true => control_plane.on_progress(|line| output::note(line)),
                    false => control_plane,
                }))
            }
            None if self.is_about_the_webhook() => Err(no_control_plane()),
            None => Ok(None),
        }
    }

    fn configure(self, mut control_plane: RealControlPlane) -> Result<RealControlPlane, Failed> {
        if let Some(path) = self.authentication_webhook {
            check_readable(&path)?;
            control_plane = control_plane.external_webhook(path);
        }
        if let Some(version) = self.authentication_webhook_version {
            control_plane = control_plane.token_review_version(version.into());
        }
        if let Some(ttl) = self.authentication_webhook_cache_ttl {
            control_plane = control_plane.webhook_cache(ttl);
        }
        Ok(control_plane)
    }

    fn is_about_the_webhook(&self) -> bool {
        self.authentication_webhook.is_some()
            || self.authentication_webhook_version.is_some()
            || self.authentication_webhook_cache_ttl.is_some()
    }
}

fn tells_progress(global: &Global) -> bool {
    !matches!(
        global.log_verbosity,
        Some(Verbosity::Off | Verbosity::Error)
    )
}

/// kube-apiserver would say so too, in the middle of a long log.
fn check_readable(path: &Path) -> Result<(), Failed> {
    match std::fs::File::open(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failed::new(format!(
            "expected the kubeconfig of a webhook in `{}`, but could not read it: `eksauth init` \
             writes one",
            path.display()
        ))
        .because(error)),
    }
}

fn no_control_plane() -> Unsuccessful {
    usage(
        "sandbox",
        ErrorKind::MissingRequiredArgument,
        format!(
            "expected a control plane that asks the webhook, with `--control-plane DIR` or in {VARIABLE}, but \
             found none: the API that comes with the sandbox asks nobody"
        ),
    )
}

/// Such as `10s`, as kube-apiserver takes it.
fn duration(text: &str) -> Result<Duration, String> {
    let parsed: Option<jiff::SignedDuration> = text.parse().ok();
    let parsed = parsed.and_then(|it| Duration::try_from(it).ok());
    parsed.ok_or_else(|| {
        format!(
            "expected a duration such as `10s`, but found `{}`",
            text.escape_default()
        )
    })
}

impl From<Version> for TokenReviewVersion {
    fn from(version: Version) -> Self {
        match version {
            Version::V1 => Self::V1,
            Version::V1beta1 => Self::V1Beta1,
        }
    }
}
