//! A home, an environment, a clock and the log of one test.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use eksauth::{
    Context, CredentialCache, CredentialChain, CredentialError, MfaCode, MfaError, MfaPrompt,
    Settings,
};
use eksauth_testing::{CapturedLogs, ManualTime, MotoServer, Oracles, SecretScan, TestHome};
use eksauth_token::Region;

pub(crate) const REGION: &str = "eu-west-1";
/// 2026-01-01T12:00:00Z: past for moto, whose sessions end by the real clock.
pub(crate) const NOW: u64 = 1_767_268_800;

pub(crate) const ACCESS_KEY_ID: &str = "AKIAOFTHEENVIRONMENT";
pub(crate) const SECRET: &str = "environment/wJalrXUtnFEMI/K7MDENG+bPxRfiCY";
pub(crate) const SESSION_TOKEN: &str = "environment-session/FwoGZXIvYXdzEJr+/w8aDBhZ==";
pub(crate) const PROFILE_ACCESS_KEY_ID: &str = "AKIAOFTHEPROFILE1234";
pub(crate) const PROFILE_SECRET: &str = "profile/Xk29sLqPzRtVbNmAsDfGhJkL+QwErTyUi";
pub(crate) const MFA_SERIAL: &str = "arn:aws:iam::123456789012:mfa/dev";

/// What one test has of the world. When it ends, nothing secret may be in the log.
pub(crate) struct Scene {
    home: TestHome,
    variables: Vec<(String, String)>,
    clock: ManualTime,
    logs: CapturedLogs,
    secrets: Mutex<Vec<(&'static str, String)>>,
}

impl Scene {
    /// An empty home in Ireland, off EC2.
    pub(crate) fn new() -> Self {
        let logs = CapturedLogs::install_global();
        let home = TestHome::new();
        let scene = Self {
            variables: Vec::new(),
            clock: ManualTime::at_unix(NOW),
            logs,
            secrets: Mutex::default(),
            home,
        };
        scene.hide("secret key of the environment", SECRET);
        scene.hide("session token of the environment", SESSION_TOKEN);
        scene.hide("secret key of the profile", PROFILE_SECRET);
        let home = scene.home.path().to_str().unwrap().to_owned();
        scene
            .set("HOME", &home)
            .set("AWS_REGION", REGION)
            .set("AWS_EC2_METADATA_DISABLED", "true")
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A long-lived access key in the environment.
    pub(crate) fn with_key(self) -> Self {
        self.set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .set("AWS_SECRET_ACCESS_KEY", SECRET)
    }

    pub(crate) fn with_sts(self, url: &str) -> Self {
        self.set("AWS_ENDPOINT_URL_STS", url)
    }

    pub(crate) fn with_config(self, text: &str) -> Self {
        self.home.write_config(text);
        self
    }

    pub(crate) fn with_credentials_file(self, text: &str) -> Self {
        self.home.write_credentials(text);
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        self.home.write(path, text)
    }

    pub(crate) fn advance_minutes(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(60 * minutes));
    }

    pub(crate) fn clock(&self) -> &ManualTime {
        &self.clock
    }

    /// From now on, this must not be in the log.
    pub(crate) fn hide(&self, name: &'static str, secret: &str) {
        self.secrets.lock().unwrap().push((name, secret.to_owned()));
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings_of(None)
    }

    pub(crate) fn settings_of(&self, profile: Option<&str>) -> Arc<Settings> {
        let context = Context::new(self.variables.clone(), self.clock.clone());
        Arc::new(Settings::load(context, profile).unwrap())
    }

    pub(crate) fn chain(&self) -> CredentialChain {
        CredentialChain::new(self.settings(), Region::new(REGION).unwrap())
    }

    pub(crate) fn chain_of(&self, profile: &str) -> CredentialChain {
        CredentialChain::new(
            self.settings_of(Some(profile)),
            Region::new(REGION).unwrap(),
        )
    }

    pub(crate) fn cache(&self) -> CredentialCache {
        CredentialCache::at(self.home().join("cache"))
    }

    /// Resolves, and hides what comes of it.
    pub(crate) async fn credentials(&self, chain: &CredentialChain) -> Credentials {
        let credentials = chain.credentials().await;
        let credentials = credentials.unwrap_or_else(|error| panic!("{}", told(&error)));
        self.hide("secret key returned", credentials.secret_access_key());
        if let Some(token) = credentials.session_token() {
            self.hide("session token returned", token);
        }
        credentials
    }

    /// Fails to resolve; the error, as the CLI tells it, has no secret either.
    pub(crate) async fn error(&self, chain: &CredentialChain) -> (CredentialError, String) {
        let error = chain.credentials().await.unwrap_err();
        let told = told(&error);
        let scan = self.scan();
        scan.assert_clean("the error", &told);
        scan.assert_clean("the error's Debug", format!("{error:?} {error:#?}"));
        (error, told)
    }

    pub(crate) fn log(&self) -> String {
        self.logs.text()
    }

    fn scan(&self) -> SecretScan {
        let secrets = self.secrets.lock().unwrap();
        secrets
            .iter()
            .fold(SecretScan::new(), |scan, (name, it)| scan.secret(name, it))
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.scan().assert_clean("the log", self.logs.text());
        }
    }
}

/// An error with its causes, as a person sees it.
pub(crate) fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}

/// One moto for all tests of this process: each looks for the calls with its own role in them.
/// It ends with the process, which closes its stdin.
pub(crate) fn moto(test: &str) -> Option<&'static MotoServer> {
    static MOTO: std::sync::OnceLock<MotoServer> = std::sync::OnceLock::new();
    Oracles::or_skip(test).map(|oracles| MOTO.get_or_init(|| oracles.moto()))
}

/// A device that shows the codes of a script, and remembers for whom.
#[derive(Debug)]
pub(crate) struct ScriptedMfa {
    codes: Mutex<Vec<&'static str>>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl ScriptedMfa {
    pub(crate) fn showing(codes: &[&'static str]) -> Arc<Self> {
        Arc::new(Self {
            codes: Mutex::new(codes.iter().rev().copied().collect()),
            asked: Mutex::default(),
        })
    }
}

impl MfaPrompt for ScriptedMfa {
    fn code(&self, serial: &str) -> Result<MfaCode, MfaError> {
        self.asked.lock().unwrap().push(serial.to_owned());
        let code = self.codes.lock().unwrap().pop();
        MfaCode::new(code.expect("no more prompts than codes"))
    }
}

/// A sign-in with IAM Identity Center, as `aws sso login` leaves it.
pub(crate) mod sso_token {
    use super::Scene;

    pub(crate) const CONFIG: &str = "\
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
[profile sso]
sso_session = work
sso_account_id = 123456789012
sso_role_name = Admin
";
    pub(crate) const ACCESS_TOKEN: &str = "aoaAAAAAGZ2wKkFfN5x8vGpLrTqYsHdBcMn";

    /// The SHA-1 of `work`.
    pub(crate) const FILE: &str = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";

    pub(crate) fn write(scene: &Scene, expires_at: &str) {
        scene.hide("SSO access token", ACCESS_TOKEN);
        let token = format!(
            r#"{{"accessToken": "{ACCESS_TOKEN}", "expiresAt": "{expires_at}",
                "region": "eu-west-1", "startUrl": "https://example.awsapps.com/start"}}"#
        );
        scene.write(FILE, &token);
    }
}
