//! What these tests need and not everybody has.

use std::path::PathBuf;

use eksauth_testing::skip;

pub(crate) const EKSAUTH: &str = env!("CARGO_BIN_EXE_eksauth");

/// The folder with etcd and kube-apiserver.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where their tools are by the environment"
)]
pub(crate) fn control_plane_or_skip(test: &str) -> Option<PathBuf> {
    let programs = std::env::var_os("KUBEBUILDER_ASSETS").filter(|it| !it.is_empty());
    if programs.is_none() {
        skip(
            test,
            "KUBEBUILDER_ASSETS is not set; `cargo xtask control-plane` builds a control plane once",
        );
    }
    programs.map(PathBuf::from)
}
