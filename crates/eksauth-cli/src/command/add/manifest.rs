//! The ConfigMap in a file.

mod edit;
mod write;

use std::path::Path;

use eksauth_map::aws_auth;
use serde_json::Value;

use crate::failed::Failed;
use crate::mapping_files;

use super::answer::Added;
use super::confirm::confirm;
use super::diff::Diff;
use super::new::New;

/// Shows what will change, asks, and changes it; `None` if that is not wanted.
pub(super) fn add(new: &New, path: &Path, asks: bool) -> Result<Option<Added>, Failed> {
    let shown = format!("`{}`", path.display().to_string().escape_default());
    let unable = |error| Failed::new(format!("could not change {shown}")).because(error);
    let old = mapping_files::read(path).map_err(unable)?;
    let changed = changed(new, &old).map_err(unable)?;
    if asks && !confirm(&shown, &Diff::new(shown.clone(), &old, &changed))? {
        return Ok(None);
    }
    let object = object(&changed).map_err(unable)?;
    write::instead_of(path, &old, &changed).map_err(unable)?;
    Ok(Some(Added::new(new, shown, object)))
}

/// The file's text with the mapping in it. It is read again: all else in it is what it was.
fn changed(new: &New, old: &str) -> Result<String, Failed> {
    let list = new.list.key();
    let unusable = |error| Failed::new("could not use the ConfigMap").because(error);
    let mut data = aws_auth::data_of_manifest(old).map_err(unusable)?;
    let section = data.get(list).map(String::as_str);
    let added = new.added_to(section).map_err(|error| {
        Failed::new(format!("could not add the mapping to `{list}`")).because(error)
    })?;
    let changed = edit::with_section(old, list, &added);
    let reread = changed.as_deref().map(aws_auth::data_of_manifest);
    data.insert(list.to_owned(), added);
    match (changed, reread) {
        (Some(changed), Some(Ok(reread))) if reread == data => Ok(changed),
        _ => Err(Failed::new(format!(
            "expected `data:` with the sections below it, each as a block (`{list}: |`), but found another \
             form of YAML, which could not be changed without touching the rest: add the entry by hand"
        ))),
    }
}

fn object(text: &str) -> Result<Value, Failed> {
    serde_saphyr::from_str(text).map_err(|error| Failed::new(error.to_string()))
}
