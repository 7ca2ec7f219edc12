//! `cargo xtask deploy`

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::terminal;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "deploy",
    usage: "[--require]",
    summary: "check deploy/ with kubectl, helm, promtool and systemd-analyze",
    run,
};

/// A program that knows what is right, and what it looks at.
struct Tool {
    name: &'static str,
    /// Succeeds wherever the program is.
    version: &'static [&'static str],
    install: &'static str,
    check: fn(&Workspace) -> Result<(), Failure>,
}

const TOOLS: [Tool; 4] = [
    Tool {
        name: "kubectl",
        version: &["version", "--client"],
        install: "install kubectl",
        check: check_manifests,
    },
    Tool {
        name: "helm",
        version: &["version"],
        install: "go install helm.sh/helm/v3/cmd/helm@latest",
        check: check_chart,
    },
    Tool {
        name: "promtool",
        version: &["--version"],
        install: "go install github.com/prometheus/prometheus/cmd/promtool@latest",
        check: check_rules,
    },
    Tool {
        name: "systemd-analyze",
        version: &["--version"],
        install: "use a Linux with systemd",
        check: check_service,
    },
];

/// What a cluster must be at least for the chart; a helm that was built from source takes it for an
/// older one when it is not told.
const KUBERNETES: &str = "1.34.0";

const CHART: &str = "deploy/helm/eksauth-server";

fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<(), Failure> {
    let required = arguments.flag("--require");
    arguments.finish()?;
    for tool in &TOOLS {
        if workspace.program(tool.name).args(tool.version).works() {
            (tool.check)(workspace)?;
        } else if required {
            return Err(missing(tool.name));
        } else {
            let reason = format!("{} is not installed", tool.name);
            terminal::skipped("deploy", &reason, tool.install);
        }
    }
    Ok(())
}

fn missing(tool: &str) -> Failure {
    Failure::Refused(format!(
        "expected {tool}, because of `--require`, but found none"
    ))
}

/// kustomize complains of a patch or a component that fits nothing.
fn check_manifests(workspace: &Workspace) -> Result<(), Failure> {
    for directory in ["deploy/base", "deploy/example"] {
        terminal::say(&format!("    kubectl kustomize {directory}"));
        workspace
            .program("kubectl")
            .args(["kustomize", directory])
            .stdout()?;
    }
    Ok(())
}

/// The chart with the values of each backend.
fn check_chart(workspace: &Workspace) -> Result<(), Failure> {
    for values in values(&workspace.root().join(CHART).join("ci"))? {
        let helm = |command: &str, rest: &[&str]| {
            let helm = workspace.program("helm").args([command]).args(rest);
            helm.args([CHART, "--kube-version", KUBERNETES, "--values"])
                .args([&values])
        };
        helm("lint", &["--strict", "--quiet"]).run()?;
        helm("template", &["eksauth-server"]).stdout()?;
    }
    Ok(())
}

fn check_rules(workspace: &Workspace) -> Result<(), Failure> {
    let promtool = |arguments: [&str; 3]| workspace.program("promtool").args(arguments);
    promtool(["check", "rules", "--lint-fatal"])
        .args(["deploy/prometheus/alerts.yaml"])
        .run()?;
    promtool(["test", "rules", "deploy/prometheus/alerts-test.yaml"]).run()
}

/// A unit is good only where its program is installed, so a copy is looked at that names one which is.
fn check_service(workspace: &Workspace) -> Result<(), Failure> {
    let unit = workspace
        .root()
        .join("deploy/systemd/eksauth-server.service");
    let text = fs::read_to_string(&unit)
        .map_err(Failure::files(format!("read `{}`", unit.display())))?
        .replace("/usr/local/bin/eksauth", "/bin/sh");
    let folder = workspace.target().join("deploy");
    let copy = folder.join("eksauth-server.service");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&copy, text))
        .map_err(Failure::files(format!("write `{}`", copy.display())))?;
    workspace
        .program("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args([copy])
        .run()
}

/// The files in a directory, sorted.
fn values(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let list = || -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(directory)?
            .map(|entry| entry.map(|it| it.path()))
            .collect()
    };
    let mut files = list().map_err(Failure::files(format!("list `{}`", directory.display())))?;
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests;
