//! The oldest compiler that the project promises to build with.

use std::fs;

use crate::failure::Failure;
use crate::workspace::Workspace;

/// `rust-version` of `[workspace.package]` in the root manifest.
///
/// # Errors
///
/// When the manifest cannot be read or does not say.
pub(crate) fn of(workspace: &Workspace) -> Result<String, Failure> {
    let path = workspace.root().join("Cargo.toml");
    let manifest =
        fs::read_to_string(&path).map_err(Failure::files(format!("read `{}`", path.display())))?;
    in_manifest(&manifest).map(str::to_owned).ok_or_else(|| {
        Failure::Refused(
            "expected `rust-version = \"…\"` under [workspace.package] in the root Cargo.toml, but \
             found none"
                .to_owned(),
        )
    })
}

/// Reads only the plain form that our manifest uses; a TOML parser would be the only dependency.
fn in_manifest(manifest: &str) -> Option<&str> {
    let lines = manifest.lines().map(str::trim);
    let section = lines
        .skip_while(|line| *line != "[workspace.package]")
        .skip(1);
    let value = section
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "rust-version")
        .map(|(_, value)| value.trim())?;
    let (version, _comment) = value.strip_prefix('"')?.split_once('"')?;
    Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_with_or_without_a_comment() {
        let plain = "[workspace.package]\nedition = \"2024\"\nrust-version = \"1.94.1\"\n";
        assert_eq!(in_manifest(plain), Some("1.94.1"));
        let commented =
            "[workspace.package]\n# rust-version = \"1.0\"\nrust-version=\"1.94\" # why\n";
        assert_eq!(in_manifest(commented), Some("1.94"));
    }

    #[test]
    fn another_section_does_not_count() {
        let elsewhere =
            "[workspace.package]\nedition = \"2024\"\n[package]\nrust-version = \"1.0\"\n";
        assert_eq!(in_manifest(elsewhere), None);
        assert_eq!(
            in_manifest("rust-version = \"1.0\"\n[workspace.package]\n"),
            None
        );
    }

    #[test]
    fn inheriting_is_not_a_version() {
        assert_eq!(
            in_manifest("[workspace.package]\nrust-version = true\n"),
            None
        );
    }

    #[test]
    fn our_own_manifest_names_one() {
        let manifest = include_str!("../../Cargo.toml");
        let version = in_manifest(manifest).unwrap();
        assert!(version.starts_with("1."), "{version}");
    }
}
