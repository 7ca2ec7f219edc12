//! Many objects, and many changes.

use std::slice;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::objects::{DEPLOY, mapping, user, with_status};
use crate::scene::Scene;

fn numbered(number: usize) -> Value {
    let name = format!("user-{number:06}");
    let arn = format!("arn:aws:iam::123456789012:user/{name}");
    mapping(&name, 0, &arn, &name)
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_objects_come_page_by_page_and_make_one_snapshot() {
    const ALL: usize = 100_000;
    const PAGE: usize = 500;
    let mut scene = Scene::identity_mappings();
    for first in (0..ALL).step_by(PAGE) {
        let list = scene.api.list().await;
        assert!(list.has("limit=500"));
        let token = format!("continue=at-{first}");
        assert_eq!(list.has(&token), first > 0, "{}", list.uri);
        let next = first + PAGE;
        let token = if next < ALL {
            format!("at-{next}")
        } else {
            String::new()
        };
        let items: Vec<_> = (first..next).map(numbered).collect();
        list.json(&json!({
            "apiVersion": "v1",
            "kind": "List",
            "metadata": { "resourceVersion": "1", "continue": token },
            "items": items,
        }));
    }
    let snapshot = scene.snapshot().await;
    assert_eq!(snapshot.set.len(), ALL);
    let last = user(&snapshot.set, "arn:aws:iam::123456789012:user/user-099999");
    assert_eq!(last.as_deref(), Some("user-099999"));
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_between_pages_begins_anew() {
    let mut scene = Scene::identity_mappings();
    let page = json!({
        "apiVersion": "v1",
        "kind": "List",
        "metadata": { "resourceVersion": "1", "continue": "more" },
        "items": [numbered(1)],
    });
    scene.api.list().await.json(&page);
    let second = scene.api.list().await;
    assert!(second.has("continue=more"));
    second.refuse(410, "Expired");
    scene.failure().await;
    let again = scene.api.list().await;
    assert!(!again.has("continue=more"));
    again.items("2", &[numbered(2)]);
    let snapshot = scene.snapshot().await;
    assert_eq!(snapshot.set.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_changes_makes_few_snapshots_and_the_last_has_all() {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    // 1,000 changes in a second.
    for number in 0..1000 {
        watch.event("ADDED", &numbered(number));
        sleep(Duration::from_millis(1)).await;
    }
    sleep(Duration::from_secs(1)).await;
    let mut snapshots = 0;
    let mut mappings = 0;
    while mappings < 1000 {
        mappings = scene.snapshot().await.set.len();
        snapshots += 1;
    }
    assert!((9..=12).contains(&snapshots), "{snapshots}");
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn changes_that_come_faster_than_they_are_taken_still_make_snapshots() {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    sleep(Duration::from_secs(1)).await;
    for number in 0..5000 {
        watch.event("ADDED", &numbered(number));
    }
    let first = scene.snapshot().await;
    assert!(first.set.len() < 5000);
    assert_eq!(scene.snapshot().await.set.len(), 5000);
}

#[tokio::test(start_paused = true)]
async fn a_single_change_is_told_at_once() {
    let mut scene = Scene::identity_mappings();
    scene.api.list().await.items("1", &[]);
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    sleep(Duration::from_secs(1)).await;
    watch.event("ADDED", &numbered(1));
    let before = tokio::time::Instant::now();
    scene.snapshot().await;
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_status_that_is_written_makes_no_snapshot() {
    let mut scene = Scene::identity_mappings();
    let deploy = mapping("deploy", 0, DEPLOY, "deploy");
    scene.api.list().await.items("1", slice::from_ref(&deploy));
    scene.snapshot().await;
    let watch = scene.api.watch().await.open();
    watch.event("MODIFIED", &with_status(deploy, DEPLOY));
    sleep(Duration::from_secs(1)).await;
    assert!(scene.is_silent());
}

#[tokio::test(start_paused = true)]
async fn many_troubles_are_counted_instead_of_told() {
    let mut scene = Scene::identity_mappings();
    let broken: Vec<_> = (0..250)
        .map(|number| mapping(&format!("broken-{number}"), 0, "nonsense", "nobody"))
        .collect();
    scene.api.list().await.items("1", &broken);
    let snapshot = scene.snapshot().await;
    assert_eq!(snapshot.troubles.len(), 100);
    assert_eq!(snapshot.troubles[99], "and 151 more of this kind");
}
