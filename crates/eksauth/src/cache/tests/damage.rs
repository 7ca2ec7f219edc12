use super::*;

async fn is_replaced(damage: impl FnOnce(Vec<u8>) -> Vec<u8>) -> String {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new();
    scene.get().await.unwrap();
    let whole = std::fs::read(scene.entry()).unwrap();
    std::fs::write(scene.entry(), damage(whole)).unwrap();

    let fetched = scene.get().await.unwrap();
    assert_eq!(fetched.access_key_id(), "ASIA2");
    let cached = scene.get().await.unwrap();
    assert_eq!(cached, fetched);
    assert_eq!(scene.fetches.get(), 2);
    assert_clean(&logs);
    logs.text()
}

fn with(whole: Vec<u8>, part: &str, other: &str) -> Vec<u8> {
    let text = String::from_utf8(whole).unwrap();
    assert!(text.contains(part), "no {part} in the entry");
    text.replace(part, other).into_bytes()
}

#[tokio::test]
async fn a_damaged_entry_is_ignored_and_replaced_with_a_warning() {
    for damage in [
        |_| Vec::new(),
        |whole: Vec<u8>| whole[..whole.len() / 2].to_vec(),
        |_| b"\xff\xfe not JSON".to_vec(),
        |_| b"{}".to_vec(),
        |whole| with(whole, "\"expiry\":\"2026-", "\"expiry\":\"soon-"),
        |whole: Vec<u8>| [whole, b"more".to_vec()].concat(),
    ] {
        let log = is_replaced(damage).await;
        assert!(log.contains("a cached entry is damaged"), "{log}");
    }
}

#[tokio::test]
async fn an_entry_of_another_version_is_ignored_and_replaced() {
    is_replaced(|whole| with(whole, "\"version\":1", "\"version\":2")).await;
    is_replaced(|whole| with(whole, "\"version\":1", "\"version\":0")).await;
}

#[tokio::test]
async fn an_entry_that_is_far_too_large_is_not_read() {
    is_replaced(|mut whole| {
        // Still valid JSON.
        whole.resize(64 * 1024 + 1, b' ');
        whole
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_is_a_folder_costs_a_warning_only() {
    let logs = CapturedLogs::scoped();
    let scene = Scene::new();
    std::fs::create_dir_all(scene.entry()).unwrap();
    scene.get().await.unwrap();
    scene.get().await.unwrap();
    assert_eq!(scene.fetches.get(), 2);
    assert!(logs.text().contains("EKSAUTH_CACHE_DIR"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_costs_a_warning_only() {
    let logs = CapturedLogs::scoped();
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut scene = Scene::new();
    // Below a file there is no folder, not even for root.
    scene.cache = CredentialCache::at(file.path().join("cache"));
    let credentials = scene.get().await.unwrap();
    assert_eq!(credentials.access_key_id(), "ASIA1");
    let log = logs.text();
    assert!(
        log.contains("WARN") && log.contains("cannot keep credentials"),
        "{log}"
    );
    assert!(log.contains(file.path().to_str().unwrap()), "{log}");
    assert!(log.contains("EKSAUTH_CACHE_DIR"), "{log}");
    assert_clean(&logs);
}
