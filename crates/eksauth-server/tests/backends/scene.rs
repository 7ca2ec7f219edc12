//! A folder with files, a clock, and the backends that read them.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use eksauth_server::map::mounted;
use eksauth_server::map::{
    BackendMode, Denial, IdentityMap, MappingSet, Matching, Principal, ProblemKind,
};
use eksauth_server::{
    BackendStatus, Backends, DynamicFileSource, LiveMap, MountedFileSource, NoSource, Source,
};
use eksauth_testing::{CapturedLogs, ManualTime, ScopedLogs};
use prometheus_client::registry::Registry;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

pub(crate) const FILE: BackendMode = BackendMode::MountedFile;
pub(crate) const DYNAMIC: BackendMode = BackendMode::DynamicFile;

/// 2026-01-01T12:00:00Z.
pub(crate) const NOW: u64 = 1_767_268_800;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one test has of the world. Its backends stop when it is dropped.
pub(crate) struct Scene {
    folder: TempDir,
    pub(crate) clock: ManualTime,
    pub(crate) map: LiveMap,
    pub(crate) shutdown: CancellationToken,
    pub(crate) logs: ScopedLogs,
}

impl Scene {
    pub(crate) fn new(order: &[BackendMode]) -> Self {
        let clock = ManualTime::at_unix(NOW);
        Self {
            folder: tempfile::tempdir().unwrap(),
            map: LiveMap::new(order.to_vec(), clock.clone()),
            clock,
            shutdown: CancellationToken::new(),
            logs: CapturedLogs::scoped(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("config.yaml")
    }

    pub(crate) fn dynamic(&self) -> PathBuf {
        self.path("mappings.json")
    }

    pub(crate) fn modes(&self) -> PathBuf {
        self.path("backend-mode.json")
    }

    /// Puts a file in place as careful programs do.
    pub(crate) fn put(&self, path: PathBuf, text: &str) {
        let new = self.path(".new");
        fs::write(&new, text).unwrap();
        fs::rename(new, path).unwrap();
    }

    /// Both files, and the one that says which are asked.
    pub(crate) fn backends(&self) -> Backends {
        let (config, dynamic) = (self.config(), self.dynamic());
        let clock = self.clock.clone();
        Backends::new(self.map.clone(), self.clock.clone())
            .with_source(FILE, move || boxed(mounted(config.clone())))
            .with_source(DYNAMIC, move || {
                let matching = Matching::of(DYNAMIC);
                let (path, clock) = (dynamic.clone(), clock.clone());
                boxed(DynamicFileSource::new(path, matching, clock))
            })
            .with_mode_file(self.modes())
    }

    pub(crate) fn run(&self) -> JoinHandle<Result<(), NoSource>> {
        tokio::spawn(self.backends().run(self.shutdown.clone()))
    }

    /// Waits until it has come to this.
    pub(crate) async fn until(&self, what: &str, it_has_come_to: impl Fn(&Self) -> bool) {
        let looking = async {
            while !it_has_come_to(self) {
                sleep(Duration::from_millis(2)).await;
            }
        };
        if timeout(PATIENCE, looking).await.is_err() {
            let status = self.map.status();
            panic!("{what} has not happened: {status:?}\n{}", self.logs.text());
        }
    }

    /// Waits until a role is this user.
    pub(crate) async fn until_is(&self, role: &str, username: &str) {
        let what = format!("{role} is {username}");
        self.until(&what, |scene| {
            scene.username(role).as_deref() == Ok(username)
        })
        .await;
    }

    pub(crate) async fn until_failures(&self, mode: BackendMode, count: u64) {
        let what = format!("failure {count} of {mode}");
        self.until(&what, |scene| scene.map.metrics().failures(mode) >= count)
            .await;
    }

    /// Who a role is.
    pub(crate) fn username(&self, role: &str) -> Result<String, Denial> {
        username(&self.map.current(), role)
    }

    pub(crate) fn status(&self, mode: BackendMode) -> BackendStatus {
        let status = self.map.status();
        let mut status = status.into_iter().filter(|it| it.mode == mode);
        status.next().unwrap()
    }

    /// The value of a series, if there is one.
    pub(crate) fn metric(&self, series: &str) -> Option<f64> {
        let mut registry = Registry::default();
        self.map.metrics().register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
        let value = lines.find(|(name, _)| *name == series)?.1;
        Some(value.parse().unwrap())
    }

    /// One of eksauth's own series of a backend.
    pub(crate) fn of(&self, mode: BackendMode, series: &str) -> Option<f64> {
        self.metric(&format!("eksauth_backend_{series}{{backend=\"{mode}\"}}"))
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

pub(crate) fn boxed(source: impl Source + 'static) -> Box<dyn Source> {
    Box::new(source)
}

/// Who a role is in one state of the mappings.
pub(crate) fn username(map: &IdentityMap, role: &str) -> Result<String, Denial> {
    let principal = principal(role);
    let found = map.decide(&principal)?;
    Ok(found.render(&principal, None).unwrap().username)
}

pub(crate) fn principal(role: &str) -> Principal {
    Principal {
        canonical_arn: arn(role),
        account_id: "123456789012".to_owned(),
        user_id: format!("AROA{}", role.to_uppercase()),
        ..Principal::default()
    }
}

pub(crate) fn arn(role: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{role}")
}

pub(crate) fn mounted(path: PathBuf) -> MountedFileSource {
    MountedFileSource::new(path, |text| {
        let file = mounted::from_yaml(text).map_err(|error| with_cause(&error))?;
        let loaded = MappingSet::builder(Matching::of(FILE))
            .mappings(file.roles.into_iter().chain(file.users))
            .accounts(file.accounts)
            .build();
        let mut problems = loaded.problems.iter();
        match problems.find(|it| it.kind != ProblemKind::NoUsername) {
            Some(problem) => Err(problem.to_string()),
            None => Ok(loaded),
        }
    })
}

fn with_cause(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// A configuration file in which these roles are these users.
pub(crate) fn yaml(roles: &[(&str, &str)]) -> String {
    let mut text = "clusterID: prod\nserver:\n  mapRoles:\n".to_owned();
    for (role, username) in roles {
        let arn = arn(role);
        text.push_str(&format!("  - rolearn: {arn}\n    username: {username}\n"));
    }
    text
}

/// The same for the dynamic file, written when the clock says so.
pub(crate) fn dynamic(roles: &[(&str, &str)]) -> String {
    written_at(NOW, roles)
}

pub(crate) fn written_at(seconds: u64, roles: &[(&str, &str)]) -> String {
    let entry = |(role, username): &(&str, &str)| json!({"rolearn": arn(role), "username": username, "groups": []});
    let roles: Vec<_> = roles.iter().map(entry).collect();
    let text = json!({"LastUpdatedDateTime": seconds.to_string(), "mapRoles": roles});
    serde_json::to_string_pretty(&text).unwrap()
}

/// The file that says which backends are asked.
pub(crate) fn asking(modes: &str) -> String {
    asking_at(NOW, modes)
}

pub(crate) fn asking_at(seconds: u64, modes: &str) -> String {
    json!({"LastUpdatedDateTime": seconds.to_string(), "backendMode": modes}).to_string()
}
