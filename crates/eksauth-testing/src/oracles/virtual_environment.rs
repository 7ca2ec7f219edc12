//! The virtual environment on disk: made once, used by every test binary.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest as _, Sha256};

use crate::environment::{find_program, tail, variable};
use crate::skip::notice;

const REQUIREMENTS: &str = include_str!("../../python/requirements.txt");

/// The oldest Python for which every pinned package exists.
const OLDEST_PYTHON: (u64, u64) = (3, 11);

/// Written last: an environment without it is half made.
const COMPLETE: &str = ".complete";

/// The folder of the environment's programs, after setting it up if need be.
///
/// # Errors
///
/// Why it cannot be set up, in words for whoever runs the tests.
pub(super) fn ready() -> Result<PathBuf, String> {
    let python = Python::find()?;
    let cache = cache_folder()?;
    fs::create_dir_all(&cache).map_err(|error| cannot("make", &cache, &error))?;
    // Parallel test binaries wait here for the one that sets up. Closing the file unlocks it.
    let lock_path = cache.join("oracles.lock");
    let lock = File::create(&lock_path).map_err(|error| cannot("make", &lock_path, &error))?;
    lock.lock()
        .map_err(|error| cannot("lock", &lock_path, &error))?;

    let environment = cache.join(python.environment_name());
    let bin = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // The interpreter is a link: an upgrade of the machine's Python can leave it dangling.
    let interpreter = bin
        .join("python")
        .with_extension(std::env::consts::EXE_EXTENSION);
    if !(environment.join(COMPLETE).exists() && interpreter.exists()) {
        set_up(&python, &environment, &interpreter)?;
    }
    Ok(bin)
}

/// Environments cannot be moved, so this one is made in place, and marked when it is whole.
fn set_up(python: &Python, environment: &Path, interpreter: &Path) -> Result<(), String> {
    notice(&format!(
        "setting up the Python oracles in {} (once, about a minute) …",
        environment.display()
    ));
    if environment.exists() {
        fs::remove_dir_all(environment).map_err(|error| cannot("clear", environment, &error))?;
    }
    run(Command::new(&python.program)
        .args(["-m", "venv"])
        .arg(environment))?;
    let requirements = environment.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS)
        .map_err(|error| cannot("write", &requirements, &error))?;
    run(Command::new(interpreter)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-virtualenv",
            "-r",
        ])
        .arg(&requirements))?;
    let complete = environment.join(COMPLETE);
    fs::write(&complete, "").map_err(|error| cannot("write", &complete, &error))?;
    notice("the Python oracles are ready");
    Ok(())
}

struct Python {
    program: PathBuf,
    version: String,
}

impl Python {
    fn find() -> Result<Self, String> {
        let program = find_program("python3")
            .or_else(|| find_program("python"))
            .ok_or("there is no python3 on PATH")?;
        let print = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
        let output = run(Command::new(&program).args(["-c", print]))?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let mut numbers = version
            .split('.')
            .map_while(|number| number.parse::<u64>().ok());
        let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if found < OLDEST_PYTHON {
            let (major, minor) = OLDEST_PYTHON;
            return Err(format!(
                "python3 is {version}, the oracles need {major}.{minor} or later"
            ));
        }
        Ok(Self { program, version })
    }

    /// Names everything that is in the environment, so that a change makes a new one.
    fn environment_name(&self) -> String {
        let digest = Sha256::digest(REQUIREMENTS);
        let hash = data_encoding::HEXLOWER.encode(&digest[..6]);
        format!("oracles-python{}-{hash}", self.version)
    }
}

fn cache_folder() -> Result<PathBuf, String> {
    let below = |variable_name, folder| Some(PathBuf::from(variable(variable_name)?).join(folder));
    variable("EKSAUTH_TEST_CACHE")
        .map(PathBuf::from)
        .or_else(|| below("XDG_CACHE_HOME", "eksauth-tests"))
        .or_else(|| below("HOME", ".cache/eksauth-tests"))
        .ok_or_else(|| "none of EKSAUTH_TEST_CACHE, XDG_CACHE_HOME and HOME is set".to_owned())
}

fn run(command: &mut Command) -> Result<Output, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?} does not start: {error}"))?;
    if output.status.success() {
        return Ok(output);
    }
    // `python -m venv` complains on stdout, pip on stderr.
    let said = [tail(&output.stdout), tail(&output.stderr)].join("\n");
    Err(format!(
        "{command:?} failed ({}): {}",
        output.status,
        said.trim()
    ))
}

fn cannot(act: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {act} {}: {error}", path.display())
}
