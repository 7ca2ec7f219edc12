//! Where the server listens, and where its files are.

use std::net::IpAddr;
use std::path::PathBuf;

use eksauth_server::{CertificateFiles, ServerNames};

use crate::failed::Failed;
use crate::incumbent_config::ServerSection;
use crate::problems::Problems;

use super::flags::PlaceFlags;

const ADDRESS: &str = "127.0.0.1";
const PORT: u16 = 21362;
const HOSTNAME: &str = "localhost";
const STATE_DIR: &str = "/var/aws-iam-authenticator";
const KUBECONFIG: &str = "/etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml";

/// Where the server listens, and where its files are. `init` makes them, `server` uses them.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    pub(crate) names: ServerNames,
    pub(crate) state_dir: PathBuf,
    /// The kubeconfig for the API server.
    pub(crate) kubeconfig: PathBuf,
}

impl Place {
    /// First the flags, next the file, finally the default.
    pub(crate) fn resolve(
        flags: PlaceFlags,
        file: &mut ServerSection,
        problems: &mut Problems,
    ) -> Option<Self> {
        let address = flags.address.or(file.address.take());
        let address = ip_address(address.as_deref().unwrap_or(ADDRESS), "address");
        let address = problems.take(address)?;
        let hostname = flags.hostname.or(file.hostname.take());
        let names = ServerNames::new(address, hostname.as_deref().unwrap_or(HOSTNAME));
        let names = names.map_err(|error| Failed::new("could not use `hostname`").because(error));
        Some(Self {
            address,
            names: problems.take(names)?,
            port: flags.port.or(file.port).unwrap_or(PORT),
            state_dir: (flags.state_dir.or(file.state_dir.take()))
                .unwrap_or_else(|| STATE_DIR.into()),
            kubeconfig: (flags
                .generate_kubeconfig
                .or(file.generate_kubeconfig.take()))
            .unwrap_or_else(|| KUBECONFIG.into()),
        })
    }

    pub(crate) fn certificate_files(&self) -> CertificateFiles {
        CertificateFiles::in_dir(&self.state_dir)
    }
}

/// An address as a flag or the file has it.
pub(super) fn ip_address(text: &str, key: &str) -> Result<IpAddr, Failed> {
    text.trim().parse().map_err(|_| {
        Failed::new(format!(
            "expected an IP address such as `127.0.0.1` or `0.0.0.0` as `{key}`, but found `{}`",
            text.escape_default()
        ))
    })
}
