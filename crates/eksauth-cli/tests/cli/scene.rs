//! A home, an environment and the secrets of one test.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use data_encoding::BASE64URL_NOPAD;
use eksauth_testing::{MotoServer, Oracles, SecretScan, TestHome};
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) const EKSAUTH: &str = env!("CARGO_BIN_EXE_eksauth");

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCESS_KEY_ID: &str = "AKIAOFTHEENVIRONMENT";
pub(crate) const SECRET: &str = "environment/wJalrXUtnFEMI/K7MDENG+bPxRfiCY";
pub(crate) const SESSION_TOKEN: &str = "environment-session/FwoGZXIvYXdzEJr+/w8aDBhZ==";
pub(crate) const PROFILE_ACCESS_KEY_ID: &str = "AKIAOFTHEPROFILE1234";
pub(crate) const PROFILE_SECRET: &str = "profile/Xk29sLqPzRtVbNmAsDfGhJkL+QwErTyUi";

/// Two profiles with an access key.
pub(crate) const CREDENTIALS_FILE: &str = "\
[default]
aws_access_key_id = AKIAOFTHEPROFILE1234
aws_secret_access_key = profile/Xk29sLqPzRtVbNmAsDfGhJkL+QwErTyUi
[work]
aws_access_key_id = AKIAOFTHEPROFILE1234
aws_secret_access_key = profile/Xk29sLqPzRtVbNmAsDfGhJkL+QwErTyUi
";

/// What the program gets to see in one test, off EC2. After every run, nothing secret may be on
/// stderr, nor on stdout where that is no token.
pub(crate) struct Scene {
    home: TestHome,
    program: PathBuf,
    variables: Vec<(String, String)>,
    secrets: Vec<(&'static str, String)>,
}

impl Scene {
    /// An empty home, an empty environment.
    pub(crate) fn empty() -> Self {
        Self {
            home: TestHome::new(),
            program: EKSAUTH.into(),
            variables: Vec::new(),
            secrets: Vec::new(),
        }
        .hide("secret key of the environment", SECRET)
        .hide("session token of the environment", SESSION_TOKEN)
        .hide("secret key of the profile", PROFILE_SECRET)
    }

    /// A long-lived access key in the environment, in Ireland.
    pub(crate) fn with_key() -> Self {
        Self::empty()
            .set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .set("AWS_SECRET_ACCESS_KEY", SECRET)
            .set("AWS_REGION", REGION)
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// From now on, this must not be shown.
    pub(crate) fn hide(mut self, name: &'static str, secret: &str) -> Self {
        self.secrets.push((name, secret.to_owned()));
        self
    }

    pub(crate) fn with_config(self, text: &str) -> Self {
        self.home.write_config(text);
        self
    }

    pub(crate) fn with_credentials_file(self, text: &str) -> Self {
        self.home.write_credentials(text);
        self
    }

    /// The program under another name.
    #[cfg(unix)]
    pub(crate) fn called(mut self, name: &str) -> Self {
        self.program = self.home.path().join(name);
        std::os::unix::fs::symlink(EKSAUTH, &self.program).unwrap();
        self
    }

    pub(crate) fn home(&self) -> &TestHome {
        &self.home
    }

    pub(crate) fn path(&self, below_home: &str) -> PathBuf {
        self.home.path().join(below_home)
    }

    /// The environment, for an oracle.
    pub(crate) fn variables(&self) -> Value {
        let home = ("HOME".to_owned(), json!(self.home.path()));
        let given = self.variables.iter().cloned();
        given
            .map(|(name, value)| (name, json!(value)))
            .chain([home])
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// Another program in the same home and environment.
    pub(crate) fn command_of(&self, program: impl AsRef<Path>) -> Command {
        let mut command = self.home.command(program.as_ref());
        command.envs(self.variables.clone());
        command
    }

    /// Runs the program with arguments that hold no blanks.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        self.run_args(arguments.split_whitespace())
    }

    /// The same, with everything reported that it has to report.
    #[track_caller]
    pub(crate) fn traced(&self, arguments: &str) -> Ran {
        self.run_args(arguments.split_whitespace().chain(["-v", "trace"]))
    }

    #[track_caller]
    pub(crate) fn run_args(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
        let mut command = self.command_of(&self.program);
        command.args(arguments).stdin(Stdio::null());
        self.scanned(command.output().unwrap())
    }

    /// Runs the program with something on its stdin.
    #[track_caller]
    pub(crate) fn pipe(&self, input: impl AsRef<[u8]>, arguments: &str) -> Ran {
        let mut command = self.command_of(&self.program);
        let mut child = command
            .args(arguments.split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its stdin closes it.
        let _ = child.stdin.take().unwrap().write_all(input.as_ref());
        self.scanned(child.wait_with_output().unwrap())
    }

    /// Runs the program with its stdout somewhere else.
    #[track_caller]
    pub(crate) fn run_into(&self, stdout: impl Into<Stdio>, arguments: &str) -> Ran {
        let mut command = self.command_of(&self.program);
        command
            .args(arguments.split_whitespace())
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped());
        self.scanned(command.spawn().unwrap().wait_with_output().unwrap())
    }

    /// Looks for what is secret in an outcome.
    #[track_caller]
    pub(crate) fn scanned(&self, output: Output) -> Ran {
        let ran = Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        let keys = self.scan("secret key");
        let everything = self.scan("");
        match ran.find_token() {
            Some(token) => {
                keys.assert_clean("stdout", &ran.stdout);
                everything
                    .token(&token.text)
                    .assert_clean("stderr", &ran.stderr);
            }
            None => {
                // The request of `--curl` holds the session token, as a token does.
                let scan = if ran.stdout.starts_with("curl ") {
                    &keys
                } else {
                    &everything
                };
                scan.assert_clean("stdout", &ran.stdout);
                everything.assert_clean("stderr", &ran.stderr);
            }
        }
        ran
    }

    fn scan(&self, kind: &str) -> SecretScan {
        let secrets = self.secrets.iter().filter(|(name, _)| name.contains(kind));
        secrets.fold(SecretScan::new(), |scan, (name, it)| scan.secret(name, it))
    }
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// It worked: what is on stdout.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.stdout
    }

    /// It worked: the token on stdout, alone or in an ExecCredential.
    #[track_caller]
    pub(crate) fn token(self) -> SignedToken {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self.find_token().expect("a token on stdout")
    }

    /// It worked: the JSON on stdout.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.succeeded()).expect("JSON on stdout")
    }

    /// It failed, with nothing on stdout: what is on stderr.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        self.ended_with(1)
    }

    /// It was called wrongly, with nothing on stdout: what is on stderr.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        self.ended_with(2)
    }

    #[track_caller]
    fn ended_with(self, code: i32) -> String {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(code), ""),
            "{self:#?}"
        );
        assert!(!self.stderr.is_empty());
        self.stderr
    }

    /// When the ExecCredential on stdout says that its token ends.
    pub(crate) fn find_expiry(&self) -> Timestamp {
        let credential: Value = serde_json::from_str(&self.stdout).expect("an ExecCredential");
        let expiry = credential["status"]["expirationTimestamp"].as_str();
        expiry.expect("an expiry").parse().expect("RFC 3339")
    }

    /// When the token on stdout was signed, if there is one.
    pub(crate) fn signed_at(&self) -> Option<Timestamp> {
        Some(self.find_token()?.signed_at())
    }

    pub(crate) fn find_token(&self) -> Option<SignedToken> {
        // Messages name the prefix alone.
        let start = self.stdout.find("k8s-aws-v1.aHR0c")?;
        let token = &self.stdout[start..];
        let end = token.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
        Some(SignedToken::new(&token[..end.unwrap_or(token.len())]))
    }
}

/// A token, taken apart without the code under test.
#[derive(Debug)]
pub(crate) struct SignedToken {
    pub(crate) text: String,
    pub(crate) url: String,
}

impl SignedToken {
    pub(crate) fn new(text: &str) -> Self {
        let encoded = text.strip_prefix("k8s-aws-v1.").expect("the prefix");
        let url = BASE64URL_NOPAD
            .decode(encoded.as_bytes())
            .expect("base64url");
        Self {
            text: text.to_owned(),
            url: String::from_utf8(url).unwrap(),
        }
    }

    pub(crate) fn host(&self) -> &str {
        let rest = self.url.strip_prefix("https://").unwrap();
        rest.split_once('/').unwrap().0
    }

    /// The parameters of the request, encoded, in the order of their names.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        let (_, query) = self.url.split_once('?').unwrap();
        let mut parameters: Vec<_> = query.split('&').collect();
        parameters.sort_unstable();
        parameters
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters()
            .into_iter()
            .find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
    }

    /// Access key id, day, region, service and terminator.
    fn scope(&self) -> Vec<&str> {
        self.parameter("X-Amz-Credential")
            .unwrap()
            .split("%2F")
            .collect()
    }

    pub(crate) fn access_key_id(&self) -> &str {
        self.scope()[0]
    }

    pub(crate) fn region(&self) -> &str {
        self.scope()[2]
    }

    pub(crate) fn signed_at(&self) -> Timestamp {
        let date = self.parameter("X-Amz-Date").unwrap();
        let part = |from: usize, to: usize| &date[from..to];
        let [year, month, day] = [part(0, 4), part(4, 6), part(6, 8)];
        let [hour, minute, second] = [part(9, 11), part(11, 13), part(13, 15)];
        format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")
            .parse()
            .unwrap()
    }
}

/// botocore, given the cluster's name, comes to the signature of each token. They are signed with
/// the access key of the environment, or with that of the profile.
#[track_caller]
pub(crate) fn assert_signed_for(oracles: &Oracles, tokens: &[(&SignedToken, &str)]) {
    let cases: Vec<_> = tokens
        .iter()
        .map(|(token, cluster)| {
            let secret = match token.access_key_id() {
                ACCESS_KEY_ID => SECRET,
                PROFILE_ACCESS_KEY_ID => PROFILE_SECRET,
                other => panic!("nobody knows the secret of {other}"),
            };
            json!({
                "url": token.url,
                "cluster": cluster,
                "access_key_id": token.access_key_id(),
                "secret_access_key": secret,
                "session_token": token.parameter("X-Amz-Security-Token").map(|_| SESSION_TOKEN),
            })
        })
        .collect();
    let answer = oracles.run("resign.py", &json!({ "cases": cases }));
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), tokens.len());
    for ((token, cluster), result) in tokens.iter().zip(results) {
        assert_eq!(
            token.parameter("X-Amz-Signature"),
            result["signature"].as_str(),
            "the token is not signed for {cluster}"
        );
    }
}

#[track_caller]
pub(crate) fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "expected {word:?} in:\n{text}");
    }
}

/// One moto for all tests of this process: each looks for the calls with its own role in them.
/// It ends with the process, which closes its stdin.
pub(crate) fn moto(test: &str) -> Option<&'static MotoServer> {
    static MOTO: OnceLock<MotoServer> = OnceLock::new();
    Oracles::or_skip(test).map(|oracles| MOTO.get_or_init(|| oracles.moto()))
}
