//! `cargo xtask dist`

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::terminal;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "dist",
    usage: "",
    summary: "build the static binary, its completions and man pages",
    run,
};

/// A shell and the file name under which it looks for a completion of `eksauth`.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "eksauth.bash"),
    ("zsh", "_eksauth"),
    ("fish", "eksauth.fish"),
    ("powershell", "_eksauth.ps1"),
    ("elvish", "eksauth.elv"),
];

fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    let built = build_static(workspace)?;
    let dist = fresh_directory(&workspace.target().join("dist"))?;
    let binary = dist.join("eksauth");
    copy(&built, &binary)?;
    write_completions(workspace, &binary, &directory(&dist.join("completions"))?)?;
    write_man_pages(workspace, &binary, &directory(&dist.join("man"))?)?;
    terminal::say(&format!("    {}", dist.display()));
    Ok(())
}

/// musl, because its binary carries its C library and runs on any Linux, in any image.
fn static_target(os: &str, arch: &str) -> Result<&'static str, Failure> {
    match (os, arch) {
        ("linux", "x86_64") => Ok("x86_64-unknown-linux-musl"),
        ("linux", "aarch64") => Ok("aarch64-unknown-linux-musl"),
        _ => Err(Failure::Refused(format!(
            "expected a host of x86_64 or aarch64 Linux, but found {arch} {os}; \
             `cargo build --release -p eksauth-cli` builds for this host"
        ))),
    }
}

/// Builds the static binary for this host's architecture and returns where it is.
pub(super) fn build_static(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let triple = static_target(std::env::consts::OS, std::env::consts::ARCH)?;
    check_installed(workspace, triple)?;
    build(workspace, Some(triple))
}

/// Asked of the compiler, so that one that does not come from rustup will do.
fn check_installed(workspace: &Workspace, triple: &str) -> Result<(), Failure> {
    let rustc = workspace
        .program("rustc")
        .args(["--print", "target-libdir", "--target", triple]);
    let libdir = rustc.stdout()?;
    if Path::new(String::from_utf8_lossy(&libdir).trim()).is_dir() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "expected the target {triple}, but found none; install it: rustup target add {triple}"
    )))
}

/// Builds the command in release mode and returns where it is: for a target, or for this host with
/// its own libc.
pub(super) fn build(workspace: &Workspace, triple: Option<&str>) -> Result<PathBuf, Failure> {
    let target = workspace.target();
    let command = workspace
        .cargo(["build", "--release", "--locked", "--package", "eksauth-cli"])
        .args(["--target-dir".as_ref(), target.as_os_str()]);
    let command = match triple {
        Some(triple) => command.args(["--target", triple]),
        None => command,
    };
    command.run()?;
    let target = triple.map_or(target.clone(), |triple| target.join(triple));
    Ok(target.join("release").join("eksauth"))
}

fn write_completions(workspace: &Workspace, binary: &Path, dir: &Path) -> Result<(), Failure> {
    for (shell, name) in COMPLETIONS {
        let script = workspace
            .program(binary)
            .args(["completions", shell])
            .stdout()?;
        let path = dir.join(name);
        fs::write(&path, script).map_err(Failure::files(format!("write `{}`", path.display())))?;
        is_not_empty(&path)?;
    }
    Ok(())
}

fn write_man_pages(workspace: &Workspace, binary: &Path, dir: &Path) -> Result<(), Failure> {
    workspace
        .program(binary)
        .args(["man".as_ref(), dir.as_os_str()])
        .stdout()?;
    is_not_empty(&dir.join("eksauth.1"))
}

/// A binary that prints nothing has done nothing, whatever its exit code says.
fn is_not_empty(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(file) if file.len() > 0 => Ok(()),
        Ok(_) => Err(Failure::Refused(format!(
            "expected `eksauth` to fill `{}`, but found it empty",
            path.display()
        ))),
        Err(source) => Err(Failure::files(format!("find `{}`", path.display()))(source)),
    }
}

/// Without what an earlier version left there.
fn fresh_directory(dir: &Path) -> Result<PathBuf, Failure> {
    if dir.exists() {
        fs::remove_dir_all(dir).map_err(Failure::files(format!("remove `{}`", dir.display())))?;
    }
    directory(dir)
}

fn directory(dir: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir_all(dir).map_err(Failure::files(format!("create `{}`", dir.display())))?;
    Ok(dir.to_owned())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let copying = format!("copy `{}` to `{}`", from.display(), to.display());
    fs::copy(from, to)
        .map(drop)
        .map_err(Failure::files(copying))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linux_host_builds_for_its_own_architecture() {
        assert_eq!(
            static_target("linux", "x86_64").unwrap(),
            "x86_64-unknown-linux-musl"
        );
        assert_eq!(
            static_target("linux", "aarch64").unwrap(),
            "aarch64-unknown-linux-musl"
        );
    }

    #[test]
    fn another_host_is_told_what_it_can_do() {
        let failure = static_target("macos", "aarch64").unwrap_err();
        let text = failure.to_string();
        assert!(
            text.contains("aarch64 macos") && text.contains("cargo build"),
            "{text}"
        );
    }

    #[test]
    fn a_fresh_directory_is_empty() {
        let dir = std::env::temp_dir().join(format!("eksauth-xtask-{}", std::process::id()));
        fs::create_dir_all(dir.join("old")).unwrap();
        fresh_directory(&dir).unwrap();
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 0);
        fs::remove_dir(&dir).unwrap();
    }
}
