//! `cargo xtask features`

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::terminal;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "features",
    usage: "",
    summary: "check the crates with other features than the default ones",
    run,
};

/// What `eksauth-kube` must build with, beside its default features.
const CHOICES: [&str; 4] = [
    // The least: TLS is up to the program.
    "latest",
    "latest,rustls-tls,aws-lc-rs",
    // All that needs nothing from the system.
    "latest,rustls-tls,ring,http-proxy,socks5,ws,gzip,runtime,oidc,webpki-roots",
    "latest,rustls-tls,ring,oauth",
];

/// With OpenSSL of the system.
const OPENSSL: &str = "latest,openssl-tls";

fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), Failure> {
    arguments.finish()?;
    for features in CHOICES {
        check(workspace, features)?;
    }
    if workspace
        .program("pkg-config")
        .args(["--exists", "openssl"])
        .works()
    {
        return check(workspace, OPENSSL);
    }
    terminal::skipped(
        &format!("features {OPENSSL}"),
        "pkg-config finds no OpenSSL",
        "install pkg-config and the headers of OpenSSL (libssl-dev, openssl-devel)",
    );
    Ok(())
}

fn check(workspace: &Workspace, features: &str) -> Result<(), Failure> {
    workspace
        .cargo(["check", "-p", "eksauth-kube", "--lib", "--locked"])
        .args(["--no-default-features", "--features", features])
        .run()
}
