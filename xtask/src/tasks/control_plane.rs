//! `cargo xtask control-plane`

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::terminal;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "control-plane",
    usage: "[DIR]",
    summary: "build etcd and kube-apiserver, once, for tests with a real control plane",
    run,
};

/// Names the folder of a control plane, by the convention of Kubernetes' own test environment.
pub(super) const VARIABLE: &str = "KUBEBUILDER_ASSETS";

/// The folder of a Go module that pins both programs.
const MODULE: &str = "control-plane";

const PROGRAMS: [Program; 2] = [
    Program {
        name: "etcd",
        package: "./etcd",
        time: "about a minute",
    },
    Program {
        name: "kube-apiserver",
        package: "k8s.io/kubernetes/cmd/kube-apiserver",
        time: "some ten minutes, and 2 GB",
    },
];

struct Program {
    name: &'static str,
    /// Where its `main` is.
    package: &'static str,
    /// What a build takes when nothing was built before.
    time: &'static str,
}

fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), Failure> {
    let chosen = arguments.positional();
    arguments.finish()?;
    let version = version(workspace)?;
    let folder = match &chosen {
        Some(folder) => {
            std::path::absolute(folder).map_err(Failure::files(format!("resolve `{folder}`")))?
        }
        None => cached(workspace, &version).ok_or_else(no_cache)?,
    };
    // Only there does the name say which version it is.
    if chosen.is_none() && is_complete(&folder) {
        terminal::say("    it was built before");
    } else {
        build(workspace, &version, &folder)?;
    }
    terminal::print(&format!("export {VARIABLE}={}", quoted(&folder)));
    Ok(())
}

/// The control plane that was built, unless the user has chosen another one.
pub(super) fn built(workspace: &Workspace) -> Option<PathBuf> {
    if workspace.has_control_plane() {
        return None;
    }
    let folder = cached(workspace, &version(workspace).ok()?)?;
    is_complete(&folder).then_some(folder)
}

/// Outside of the checkout, where the tests keep what takes long to make.
fn cached(workspace: &Workspace, version: &str) -> Option<PathBuf> {
    let cache = workspace.test_cache()?;
    Some(cache.join("control-plane").join(version))
}

fn no_cache() -> Failure {
    Failure::Usage(
        "expected EKSAUTH_TEST_CACHE, XDG_CACHE_HOME or HOME to say where the cache is, but found none; \
         name a folder: `cargo xtask control-plane DIR`"
            .to_owned(),
    )
}

fn is_complete(folder: &Path) -> bool {
    PROGRAMS.iter().all(|it| folder.join(it.name).is_file())
}

fn build(workspace: &Workspace, version: &str, folder: &Path) -> Result<(), Failure> {
    if !workspace.program("go").args(["version"]).works() {
        return Err(Failure::Refused(
            "expected Go, but found none; install it: https://go.dev/dl".to_owned(),
        ));
    }
    let shown = folder.display();
    fs::create_dir_all(folder).map_err(Failure::files(format!("create `{shown}`")))?;
    for (number, program) in (1..).zip(&PROGRAMS) {
        terminal::say(&format!(
            "    {number} of {}: {} ({})",
            PROGRAMS.len(),
            program.name,
            program.time
        ));
        program.build(workspace, version, folder)?;
    }
    Ok(())
}

impl Program {
    /// Under another name until it is whole, so that one that was broken off is built again.
    fn build(&self, workspace: &Workspace, version: &str, folder: &Path) -> Result<(), Failure> {
        let part = folder.join(format!("{}.part", self.name));
        remove_if_there(&part)?;
        workspace
            .program("go")
            .args([
                "build",
                "-v",
                "-trimpath",
                "-ldflags",
                &linker_flags(version),
            ])
            .args(["-o".as_ref(), part.as_os_str(), self.package.as_ref()])
            .env("CGO_ENABLED", "0")
            .current_dir(&workspace.root().join(MODULE))
            .run()?;
        let whole = folder.join(self.name);
        let doing = format!("create `{}`", whole.display());
        fs::rename(part, whole).map_err(Failure::files(doing))
    }
}

/// Go does not write over a file that is no program, as one may be that was broken off.
fn remove_if_there(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::files(format!(
            "remove `{}`",
            path.display()
        ))(error)),
        _ => Ok(()),
    }
}

/// Without symbols, and with the version that Kubernetes' own builds put in.
fn linker_flags(version: &str) -> String {
    let mut numbers = version.trim_start_matches('v').split('.');
    let mut flags = "-s -w".to_owned();
    for (variable, value) in [
        ("gitVersion", Some(version)),
        ("gitMajor", numbers.next()),
        ("gitMinor", numbers.next()),
    ] {
        let value = value.unwrap_or_default();
        flags.push_str(&format!(
            " -X k8s.io/component-base/version.{variable}={value}"
        ));
    }
    flags
}

/// The version of Kubernetes that the module pins.
fn version(workspace: &Workspace) -> Result<String, Failure> {
    let path = workspace.root().join(MODULE).join("go.mod");
    let text = fs::read_to_string(&path);
    let text = text.map_err(Failure::files(format!("read `{}`", path.display())))?;
    pinned(&text, "k8s.io/kubernetes").ok_or_else(|| {
        Failure::Refused(format!(
            "expected a version of k8s.io/kubernetes in `{}`, but found none",
            path.display()
        ))
    })
}

fn pinned(go_mod: &str, module: &str) -> Option<String> {
    let mut requirements = go_mod.lines().map(str::split_whitespace);
    requirements.find_map(|mut words| match (words.next(), words.next()) {
        (Some(name), Some(version)) if name == module => Some(version.to_owned()),
        _ => None,
    })
}

/// For a shell.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |it: char| it.is_ascii_alphanumeric() || "/._-+".contains(it);
    match path.chars().all(plain) {
        true => path,
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_requirement() {
        let go_mod = "module x\n\nrequire (\n\tk8s.io/kubernetes v1.2.3\n)\n\nreplace k8s.io/api => k8s.io/api v0.2.3\n";
        assert_eq!(pinned(go_mod, "k8s.io/kubernetes").unwrap(), "v1.2.3");
        assert_eq!(pinned(go_mod, "k8s.io/kube"), None);
    }

    #[test]
    fn the_programs_know_their_version() {
        assert_eq!(
            linker_flags("v1.37.2"),
            "-s -w -X k8s.io/component-base/version.gitVersion=v1.37.2 \
             -X k8s.io/component-base/version.gitMajor=1 \
             -X k8s.io/component-base/version.gitMinor=37"
        );
    }

    #[test]
    fn a_build_that_was_broken_off_is_not_complete() {
        let name = format!("eksauth-xtask-control-plane-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        for name in ["etcd", "kube-apiserver.part"] {
            fs::write(folder.join(name), "").unwrap();
        }
        assert!(!is_complete(&folder));
        fs::rename(
            folder.join("kube-apiserver.part"),
            folder.join("kube-apiserver"),
        )
        .unwrap();
        assert!(is_complete(&folder));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_shell_reads_the_folder_back() {
        assert_eq!(quoted(Path::new("/a/b-1.2")), "/a/b-1.2");
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
