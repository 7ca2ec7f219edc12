//! An API server that refuses everything for a while.

use std::time::Duration;

use futures_util::future::join_all;

use crate::stage::{Stage, assert_refused, times_sent};

const SECONDS: u64 = 60;
const AT_ONCE: usize = 5;
const PAUSE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn nobody_is_pressed_while_everything_is_refused() {
    let stage = Stage::start().await;
    let (pods, door) = (stage.pods(), stage.server.door());
    pods.get("x").await.unwrap();
    door.shut();
    let mut shown = Vec::new();
    for _ in 0..SECONDS {
        stage.time.advance(Duration::from_secs(1));
        door.knocks();
        let names = Vec::from_iter((0..AT_ONCE).map(|number| format!("pod-{number}")));
        for answer in join_all(names.iter().map(|name| pods.get(name))).await {
            shown.push(assert_refused(&answer.unwrap_err()));
        }
        let knocks = door.knocks();
        for name in names {
            let path = format!("/api/v1/namespaces/default/pods/{name}");
            assert_eq!(times_sent(&knocks, &path), 2);
        }
    }
    let asked = stage.provider.asked_at();
    for pair in asked.windows(2) {
        assert!(
            pair[1].duration_since(pair[0]).unwrap() >= PAUSE,
            "{asked:?}"
        );
    }
    // It is asked, too: the keys may be what is wrong.
    assert_eq!(asked.len() as u64, 1 + SECONDS / PAUSE.as_secs());

    door.open();
    door.knocks();
    pods.get("x").await.unwrap();
    assert_eq!(door.knocks().len(), 1);
    let log = stage.log();
    for told_once in [
        "refuses a token that was just signed",
        "accepts tokens again",
    ] {
        assert_eq!(log.matches(told_once).count(), 1, "{told_once}");
    }
    stage.end(shown.concat());
}
