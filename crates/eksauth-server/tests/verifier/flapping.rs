//! Ten thousand requests while files are rewritten over and over, well and badly.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use eksauth_server::map::{BackendMode, Loaded, MappingSet, Matching, mounted};
use eksauth_server::{
    Authenticator, BackendStatus, Backends, DynamicFileSource, LiveMap, MountedFileSource, Source,
};
use prometheus_client::registry::Registry;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::scene::Scene;

const FILE: BackendMode = BackendMode::MountedFile;
const DYNAMIC: BackendMode = BackendMode::DynamicFile;

const TASKS: usize = 16;
const REQUESTS: usize = 10_000;
const ROUNDS: usize = 4;

/// The files of a server, and what it makes of them.
struct Files {
    folder: TempDir,
    map: LiveMap,
}

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let new = self.path(".new");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.path(name)).unwrap();
    }

    fn config(&self, username: &str) {
        let arn = "arn:aws:iam::123456789012:role/Deploy";
        let entry = format!("{{rolearn: {arn}, username: {username}, groups: [{username}]}}");
        self.put(
            "config.yaml",
            &format!("server:\n  mapRoles:\n  - {entry}\n"),
        );
    }

    fn dynamic(&self, username: &str) {
        let entry = format!(
            r#"{{"rolearn": "arn:aws:iam::123456789012:role/Deploy", "username": "{username}", "groups": ["{username}"]}}"#
        );
        self.put("mappings.json", &format!(r#"{{"mapRoles": [{entry}]}}"#));
    }

    fn modes(&self, modes: &str) {
        self.put("modes.json", &format!(r#"{{"backendMode": "{modes}"}}"#));
    }

    fn backends(&self, scene: &Scene) -> Backends {
        let (config, dynamic) = (self.path("config.yaml"), self.path("mappings.json"));
        let clock = scene.clock.clone();
        Backends::new(self.map.clone(), scene.clock.clone())
            .with_source(FILE, move || boxed(MountedFileSource::new(&config, parse)))
            .with_source(DYNAMIC, move || {
                let matching = Matching::of(DYNAMIC);
                boxed(DynamicFileSource::new(&dynamic, matching, clock.clone()))
            })
            .with_mode_file(self.path("modes.json"))
    }

    /// Waits until it has come to this.
    async fn until(&self, what: &str, it_has_come_to: impl Fn(&LiveMap) -> bool) {
        for _ in 0..30_000 {
            if it_has_come_to(&self.map) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("{what} has not happened: {:?}", self.map.status());
    }

    async fn until_failing(&self, mode: BackendMode) {
        let fails = |it: &BackendStatus| it.mode == mode && it.last_error.is_some();
        self.until("a failure", |map| map.status().iter().any(fails))
            .await;
    }

    async fn until_order(&self, order: &[BackendMode]) {
        self.until("the order", |map| map.order() == order).await;
    }

    /// One of everything that can happen, each seen before the next.
    async fn flap(&self) {
        self.config("file-b");
        self.modes("DynamicFile");
        self.until_order(&[DYNAMIC]).await;
        let failures = mode_file_failures(&self.map);
        self.put("modes.json", "{");
        self.until("a failure", |map| mode_file_failures(map) > failures)
            .await;
        self.put("mappings.json", "{\"mapRoles\": [{}]}");
        self.until_failing(DYNAMIC).await;
        self.modes("MountedFile DynamicFile");
        self.dynamic("dynamic-b");
        self.until_order(&[FILE, DYNAMIC]).await;
        self.put("config.yaml", "server: {mapRoles: [{rolearn: nobody}]}");
        self.until_failing(FILE).await;
        fs::remove_file(self.path("config.yaml")).unwrap();
        self.modes("DynamicFile");
        self.until_order(&[DYNAMIC]).await;
        // Its file is not there: the old order stays.
        self.modes("MountedFile");
        let fails = failures_of(&self.map, FILE);
        self.until("a failure", |map| failures_of(map, FILE) > fails)
            .await;
        assert_eq!(self.map.order(), [DYNAMIC]);
        self.config("file-a");
        self.until_order(&[FILE]).await;
        self.dynamic("dynamic-a");
        fs::remove_file(self.path("modes.json")).unwrap();
        self.until_order(&[FILE, DYNAMIC]).await;
    }
}

fn boxed(source: impl Source + 'static) -> Box<dyn Source> {
    Box::new(source)
}

fn parse(text: &str) -> Result<Loaded, String> {
    let file = mounted::from_yaml(text).map_err(|error| error.to_string())?;
    let loaded = MappingSet::builder(Matching::of(FILE))
        .mappings(file.roles.into_iter().chain(file.users))
        .build();
    match loaded.problems.first() {
        Some(problem) => Err(problem.to_string()),
        None => Ok(loaded),
    }
}

fn failures_of(map: &LiveMap, mode: BackendMode) -> u64 {
    map.metrics().failures(mode)
}

fn mode_file_failures(map: &LiveMap) -> u64 {
    let mut registry = Registry::default();
    map.metrics().register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    let series = "eksauth_backend_mode_file_failures_total ";
    let value = text.lines().find_map(|line| line.strip_prefix(series));
    value.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_request_is_answered_by_a_backend_that_was_asked() {
    let scene = Scene::new().await;
    let files = Files {
        folder: tempfile::tempdir().unwrap(),
        map: LiveMap::new(vec![FILE, DYNAMIC], scene.clock.clone()),
    };
    files.config("file-a");
    files.dynamic("dynamic-a");
    let shutdown = CancellationToken::new();
    let backends = tokio::spawn(files.backends(&scene).run(shutdown.clone()));
    files.until("readiness", LiveMap::is_ready).await;

    let authenticator = Authenticator::new(scene.verifier(), files.map.clone());
    let (requests, is_over) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (authenticator, token) = (authenticator.clone(), scene.token());
            let (requests, is_over) = (Arc::clone(&requests), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut answers = BTreeMap::<_, usize>::new();
                while !is_over.load(Ordering::Relaxed)
                    || requests.load(Ordering::Relaxed) < REQUESTS
                {
                    requests.fetch_add(1, Ordering::Relaxed);
                    let authenticated = authenticator.authenticate(&token).await.unwrap();
                    let user = authenticated.user;
                    assert_eq!(user.groups, std::slice::from_ref(&user.username));
                    *answers
                        .entry((authenticated.backend, user.username))
                        .or_default() += 1;
                    tokio::task::yield_now().await;
                }
                answers
            })
        })
        .collect();
    for _ in 0..ROUNDS {
        files.flap().await;
    }
    is_over.store(true, Ordering::Relaxed);

    let mut answers = BTreeMap::<_, usize>::new();
    for task in tasks {
        for (answer, count) in task.await.unwrap() {
            *answers.entry(answer).or_default() += count;
        }
    }
    let of = |mode, names: [&str; 2]| names.map(|name| (mode, name.to_owned()));
    let allowed = [
        of(FILE, ["file-a", "file-b"]),
        of(DYNAMIC, ["dynamic-a", "dynamic-b"]),
    ]
    .concat();
    for answer in answers.keys() {
        assert!(allowed.contains(answer), "{answer:?}");
    }
    let answered: usize = answers.values().sum();
    assert_eq!(answered, requests.load(Ordering::Relaxed));
    assert!(answered >= REQUESTS, "{answered}");
    // What was found out about the tokens outlasts all of it.
    assert_eq!(scene.sts.tally().requests, TASKS);

    shutdown.cancel();
    backends.await.unwrap().unwrap();
}
