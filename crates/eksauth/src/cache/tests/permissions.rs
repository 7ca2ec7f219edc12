use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn files_and_folder_are_for_their_owner_alone() {
    let scene = Scene::new();
    scene.get().await.unwrap();
    assert_eq!(mode(scene.cache.directory()), 0o700);
    let mut files: Vec<_> = fs::read_dir(scene.cache.directory())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files, [scene.entry(), scene.lock()]);
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn an_entry_that_others_can_read_is_ignored_and_replaced() {
    for looser in [0o640, 0o604, 0o660, 0o610] {
        let logs = CapturedLogs::scoped();
        let scene = Scene::new();
        scene.get().await.unwrap();
        set_mode(&scene.entry(), looser);

        assert_eq!(scene.cache.fresh(&scene.key, scene.now.get()), None);
        let fetched = scene.get().await.unwrap();
        assert_eq!(fetched.access_key_id(), "ASIA2");
        assert_eq!(mode(&scene.entry()), 0o600);
        assert_eq!(scene.get().await.unwrap(), fetched);
        let log = logs.text();
        assert!(
            log.contains("ignored cached credentials that others can read"),
            "{log}"
        );
    }
}

#[tokio::test]
async fn a_folder_that_others_can_enter_is_closed() {
    let scene = Scene::new();
    fs::create_dir(scene.cache.directory()).unwrap();
    set_mode(scene.cache.directory(), 0o755);
    scene.get().await.unwrap();
    assert_eq!(mode(scene.cache.directory()), 0o700);
}

#[tokio::test]
async fn a_folder_of_other_files_that_others_can_enter_is_left_alone_and_not_used() {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new();
    fs::create_dir(scene.cache.directory()).unwrap();
    fs::write(scene.cache.directory().join("somebody's"), "").unwrap();
    set_mode(scene.cache.directory(), 0o755);
    scene.get().await.unwrap();
    assert_eq!(mode(scene.cache.directory()), 0o755);
    assert!(!scene.entry().exists());
    assert!(
        logs.text().contains("holds more than cached credentials"),
        "{}",
        logs.text()
    );
}
