//! Where `init` writes, and where the server looks.

use std::path::PathBuf;

use crate::command::server::{Place, PlaceFlags};
use crate::failed::Failed;
use crate::feature_gates::{FeatureGates, Gate};
use crate::incumbent_config::Config;

/// The name that aws-iam-authenticator gives the kubeconfig in the current folder.
const KUBECONFIG: &str = "aws-iam-authenticator.kubeconfig";

/// Where `init` writes, and where the server looks.
#[derive(Debug)]
pub(super) struct Paths {
    /// The server's place, with the files where they are written.
    pub(super) place: Place,
    /// The folder that the certificate and its key belong in, if they are not there.
    pub(super) pair_belongs_in: Option<PathBuf>,
    /// The name that the kubeconfig is to have, if it has another one.
    pub(super) kubeconfig_belongs_at: Option<PathBuf>,
}

impl Paths {
    /// First the flags. Next, with the feature gate, the configuration file and the server's defaults.
    /// Finally the current folder.
    pub(super) fn resolve(
        flags: PlaceFlags,
        gates: &FeatureGates,
        config: &Config,
    ) -> Result<Self, Failed> {
        let (state_dir, kubeconfig) = (flags.state_dir, flags.generate_kubeconfig);
        let flags = PlaceFlags {
            state_dir: None,
            generate_kubeconfig: None,
            ..flags
        };
        let server = server(flags, config)?;
        let in_place = gates.has(Gate::ConfiguredInitDirectories);
        let elsewhere = |flag: &Option<PathBuf>, path: &PathBuf| {
            (flag.is_none() && !in_place).then(|| path.clone())
        };
        let pair_belongs_in = elsewhere(&state_dir, &server.state_dir);
        let kubeconfig_belongs_at = elsewhere(&kubeconfig, &server.kubeconfig);
        let or_here = |flag: Option<PathBuf>, path: PathBuf, here: &str| match flag {
            Some(flag) => flag,
            None if in_place => path,
            None => here.into(),
        };
        let place = Place {
            state_dir: or_here(state_dir, server.state_dir, ""),
            kubeconfig: or_here(kubeconfig, server.kubeconfig, KUBECONFIG),
            ..server
        };
        Ok(Self {
            place,
            pair_belongs_in,
            kubeconfig_belongs_at,
        })
    }
}

/// Where a server with this configuration file listens and looks.
fn server(flags: PlaceFlags, config: &Config) -> Result<Place, Failed> {
    let (mut file, mut problems) = config.server();
    match Place::resolve(flags, &mut file, &mut problems) {
        Some(place) if problems.is_empty() => Ok(place),
        _ => Err(problems.into_failed()),
    }
}
