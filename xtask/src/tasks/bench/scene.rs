//! The processes that are measured, and the homes they run in.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::workspace::Workspace;

use super::sts::CannedSts;

const ACCESS_KEY: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    (
        "AWS_SECRET_ACCESS_KEY",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ),
];

const PROFILE: &str = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n\
                       aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\
                       region = us-east-1\n";

const ROLE: &str = "arn:aws:iam::123456789012:role/Bench";

const TOKEN: [&str; 3] = ["token", "-i", "bench"];

/// One process to run, again and again.
pub(super) struct Contestant {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Contestant {
    fn new(
        name: &'static str,
        program: impl Into<PathBuf>,
        arguments: &[&str],
        home: &Path,
    ) -> Self {
        Self {
            name,
            program: program.into(),
            arguments: arguments.iter().map(|&it| it.to_owned()).collect(),
            variables: vec![("HOME".to_owned(), home.display().to_string())],
        }
    }

    fn with(
        mut self,
        variables: impl IntoIterator<Item = (&'static str, impl Into<String>)>,
    ) -> Self {
        self.variables.extend(
            variables
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into())),
        );
        self
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Runs it to its end, in an environment of its own.
    pub(super) fn run(&self) -> Result<(), Failure> {
        let status = self.command().status();
        let line = || format!("{} {}", self.program.display(), self.arguments.join(" "));
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::Command {
                line: line(),
                code: status.code(),
            }),
            Err(source) => Err(Failure::Start {
                line: line(),
                source,
            }),
        }
    }

    pub(super) fn works(&self) -> bool {
        self.command()
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|it| it.success())
    }

    /// What a tool that runs it prints to stderr, such as a profiler; `None` when it cannot.
    pub(super) fn watched_by(&self, tool: &str, tool_arguments: &[&str]) -> Option<String> {
        let output = Command::new(tool)
            .args(tool_arguments)
            .arg(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }
}

/// The binaries and the homes.
pub(super) struct Scene {
    binary: PathBuf,
    floor: PathBuf,
    empty_home: PathBuf,
    profile_home: PathBuf,
    sts: CannedSts,
}

impl Scene {
    pub(super) fn create(workspace: &Workspace, binary: PathBuf) -> Result<Self, Failure> {
        let dir = workspace.target().join("bench-scene");
        if dir.exists() {
            // An entry of an earlier run may have expired.
            fs::remove_dir_all(&dir)
                .map_err(Failure::files(format!("remove `{}`", dir.display())))?;
        }
        let empty_home = folder(&dir.join("empty-home"))?;
        let profile_home = dir.join("profile-home");
        write(
            &folder(&profile_home.join(".aws"))?.join("credentials"),
            PROFILE,
        )?;
        let floor = build_floor(workspace, &dir, &binary)?;
        let sts = CannedSts::start().map_err(Failure::files("listen on loopback"))?;
        Ok(Self {
            binary,
            floor,
            empty_home,
            profile_home,
            sts,
        })
    }

    /// An empty program, built for the same target.
    pub(super) fn floor(&self) -> Contestant {
        Contestant::new("fn main() {}", &self.floor, &[], &self.empty_home)
    }

    /// The static binary, in each way that needs no network.
    pub(super) fn ours(&self) -> [Contestant; 3] {
        let role = [&TOKEN[..], &["--role", ROLE]].concat();
        [
            self.environment("token, environment", self.binary.clone()),
            Contestant::new("token, profile", &self.binary, &TOKEN, &self.profile_home),
            Contestant::new(
                "token, cached role",
                &self.binary,
                &role,
                &self.profile_home,
            )
            .with([("AWS_ENDPOINT_URL_STS", self.sts.url())]),
        ]
    }

    /// A binary with an access key in the environment.
    pub(super) fn environment(&self, name: &'static str, binary: PathBuf) -> Contestant {
        Contestant::new(name, binary, &TOKEN, &self.empty_home)
            .with(ACCESS_KEY)
            .with([("AWS_REGION", "us-east-1")])
    }

    /// The AWS CLI, asked for the same.
    pub(super) fn peer(&self, aws: &str) -> Contestant {
        let arguments = [
            "--region",
            "us-east-1",
            "eks",
            "get-token",
            "--cluster-name",
            "bench",
        ];
        Contestant::new("aws eks get-token", aws, &arguments, &self.empty_home).with(ACCESS_KEY)
    }
}

fn build_floor(workspace: &Workspace, dir: &Path, binary: &Path) -> Result<PathBuf, Failure> {
    let source = dir.join("floor.rs");
    write(&source, "fn main() {}\n")?;
    let floor = dir.join("floor");
    // `target/<triple>/release/eksauth`
    let triple = binary
        .ancestors()
        .nth(2)
        .and_then(Path::file_name)
        .unwrap_or_default();
    workspace
        .program("rustc")
        .args(["-O", "-C", "panic=abort", "-C", "strip=symbols", "--target"])
        .args([
            triple,
            OsStr::new("-o"),
            floor.as_os_str(),
            source.as_os_str(),
        ])
        .run()?;
    Ok(floor)
}

fn folder(path: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir_all(path).map_err(Failure::files(format!("create `{}`", path.display())))?;
    Ok(path.to_owned())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(Failure::files(format!("write `{}`", path.display())))
}
