//! The names of backends in flags and in the configuration file.

use eksauth_map::{BackendMode, ReservedPrefixes};

use crate::failed::Failed;
use crate::incumbent_config;

/// Backends by their names, in their order. Old names are told.
pub(crate) fn parsed(
    names: &[String],
    warnings: &mut Vec<String>,
) -> Result<Vec<BackendMode>, Failed> {
    let mut modes = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let mode: BackendMode = name
            .parse()
            .map_err(|error| Failed::new("could not use `backendMode`").because(error))?;
        if names.iter().take(index).any(|it| it == name) {
            return Err(Failed::new(format!(
                "expected each backend once in `backendMode`, but found `{name}` again"
            )));
        }
        warn_of_old_name(name, mode, warnings);
        match modes.contains(&mode) {
            // Under two names it is no mistake for aws-iam-authenticator.
            true => warnings.push(format!(
                "the backend `{mode}` is there twice, and asked once"
            )),
            false => modes.push(mode),
        }
    }
    match modes.is_empty() {
        false => Ok(modes),
        true => Err(Failed::new(
            "expected at least one backend as `backendMode`, but found none",
        )),
    }
}

/// The entries of `reservedPrefixConfig`. aws-iam-authenticator starts with a name there that no backend
/// has, so it is told, and no more.
pub(crate) fn reserved_prefixes(
    entries: &[incumbent_config::ReservedPrefixes],
    warnings: &mut Vec<String>,
) -> ReservedPrefixes {
    let mut prefixes_of = |entry: &incumbent_config::ReservedPrefixes| {
        let name = entry.backend_mode.as_str();
        match name.parse::<BackendMode>() {
            Ok(mode) => {
                warn_of_old_name(name, mode, warnings);
                Some((mode, entry.prefixes.clone()))
            }
            Err(error) => {
                warnings.push(format!(
                    "an entry of `reservedPrefixConfig` reserves nothing: {error}"
                ));
                None
            }
        }
    };
    entries.iter().filter_map(&mut prefixes_of).collect()
}

fn warn_of_old_name(name: &str, mode: BackendMode, warnings: &mut Vec<String>) {
    if BackendMode::is_deprecated_name(name) {
        warnings.push(format!("the backend `{name}` is called `{mode}` now"));
    }
}
