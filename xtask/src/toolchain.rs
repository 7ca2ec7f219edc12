//! Toolchains other than the one that runs xtask, through rustup.

use crate::command::Command;
use crate::workspace::Workspace;

/// Whether rustup has it. Asked for by list, because `cargo +NAME` would install it unasked.
pub(crate) fn is_installed(workspace: &Workspace, name: &str) -> bool {
    let listing = workspace
        .program("rustup")
        .args(["toolchain", "list"])
        .stdout();
    listing.is_ok_and(|listing| lists(&String::from_utf8_lossy(&listing), name))
}

/// `cargo +NAME`. Goes through rustup, because the cargo that started xtask takes no `+NAME`.
pub(crate) fn cargo(workspace: &Workspace, name: &str) -> Command {
    workspace.program("rustup").args(["run", name, "cargo"])
}

/// A line is the name with the host behind it, and remarks: `nightly-x86_64-unknown-linux-gnu (active)`.
fn lists(listing: &str, name: &str) -> bool {
    let installed = listing
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    installed
        .filter_map(|toolchain| toolchain.strip_prefix(name))
        .any(|host| host.is_empty() || host.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTING: &str = "stable-x86_64-unknown-linux-gnu (active, default)\n\
                           1.94.10-x86_64-unknown-linux-gnu\n\
                           ours\n";

    #[test]
    fn a_toolchain_is_known_by_its_name_without_the_host() {
        assert!(lists(LISTING, "stable"));
        assert!(lists(LISTING, "1.94.10"));
        assert!(lists(LISTING, "ours"));
    }

    #[test]
    fn the_beginning_of_a_name_is_not_the_name() {
        assert!(!lists(LISTING, "1.94.1"));
        assert!(!lists(LISTING, "nightly"));
        assert!(!lists("no installed toolchains\n", "nightly"));
    }
}
