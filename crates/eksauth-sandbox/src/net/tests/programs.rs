//! Clients of other makes, with TLS of their own: OpenSSL, mostly.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use eksauth_testing::{Oracles, skip};

use super::Fixture;

#[tokio::test]
async fn curl_reaches_aws_through_the_proxy() {
    let sandbox = Programs::start().await;
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--fail",
        "--max-time",
        "20",
        "--noproxy",
        "",
    ])
    .args(["--proxy", &sandbox.proxy_url(), "--cacert"])
    .arg(&sandbox.ca)
    .arg("https://sts.eu-west-1.amazonaws.com/path");
    let test = "curl_reaches_aws_through_the_proxy";
    let Some(output) = run(test, curl).await else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, "sts.eu-west-1.amazonaws.com /path 0");
}

#[tokio::test]
async fn curl_reaches_loopback_over_https() {
    let sandbox = Programs::start().await;
    let server = sandbox.fixture.https_server().await.local_addr();
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--fail",
        "--max-time",
        "20",
        "--noproxy",
        "*",
    ])
    .arg("--cacert")
    .arg(&sandbox.ca)
    .arg(format!("https://{server}/path"));
    let Some(output) = run("curl_reaches_loopback_over_https", curl).await else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, format!("{server} /path 0"));
}

/// OpenSSL's strict mode, which Python turns on from 3.13, wants every identifier in its place.
#[tokio::test]
async fn python_accepts_the_certificate_by_the_letter_of_the_rfc() {
    const SCRIPT: &str = "\
import os, ssl, urllib.request
context = ssl.create_default_context(cafile=os.environ['CA'])
context.verify_flags |= ssl.VERIFY_X509_STRICT
opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
print(opener.open('https://eks.us-gov-west-1.amazonaws.com/path', timeout=20).read().decode())
";
    let sandbox = Programs::start().await;
    let mut python = Command::new("python3");
    python
        .args(["-c", SCRIPT])
        .env("CA", &sandbox.ca)
        .env("https_proxy", sandbox.proxy_url())
        .env("no_proxy", "");
    let test = "python_accepts_the_certificate_by_the_letter_of_the_rfc";
    let Some(output) = run(test, python).await else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.trim(), "eks.us-gov-west-1.amazonaws.com /path 0");
}

/// The echo is no answer of STS, but that it was heard is proof of the way there.
#[tokio::test]
async fn the_aws_cli_reaches_its_own_host() {
    let test = "the_aws_cli_reaches_its_own_host";
    let Some(oracles) = Oracles::or_skip(test) else {
        return;
    };
    let sandbox = Programs::start().await;
    let mut aws = oracles.aws_cli();
    aws.args(["sts", "get-caller-identity", "--debug"])
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "not-a-secret")
        .env("AWS_DEFAULT_REGION", "eu-central-1")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_CA_BUNDLE", &sandbox.ca)
        .env("HTTPS_PROXY", sandbox.proxy_url());
    let output = tokio::task::spawn_blocking(move || aws.output());
    let output = output.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let heard = said.contains("sts.eu-central-1.amazonaws.com / ");
    let tail: Vec<&str> = said.lines().rev().take(5).collect();
    assert!(heard, "{tail:?}");
}

/// A [`Fixture`] whose CA is in a file.
struct Programs {
    fixture: Fixture,
    ca: PathBuf,
    _folder: tempfile::TempDir,
}

impl Programs {
    async fn start() -> Self {
        let fixture = Fixture::start().await;
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        fs::write(&ca, fixture.authority.pem()).unwrap();
        Self {
            fixture,
            ca,
            _folder: folder,
        }
    }

    fn proxy_url(&self) -> String {
        format!("http://{}", self.fixture.proxy.local_addr())
    }
}

/// What the program said; a skip of `test` where there is none.
async fn run(test: &str, mut program: Command) -> Option<Output> {
    let name = program.get_program().to_string_lossy().into_owned();
    let output = tokio::task::spawn_blocking(move || program.output());
    match output.await.unwrap() {
        Ok(output) => {
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name}: {complaint}");
            Some(output)
        }
        Err(error) => {
            skip(test, &format!("{name} does not start: {error}"));
            None
        }
    }
}
