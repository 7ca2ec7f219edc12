//! Many requests at the same time.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;

use crate::stage::Stage;

const MANY: usize = 500;

/// Sends requests of which none is answered before all are there, each with the token that is refused.
async fn send_many(stage: &Stage) {
    let requests = (0..MANY).map(|number| {
        let pods = stage.pods();
        tokio::spawn(async move { pods.get(&format!("pod-{number}")).await })
    });
    for answer in join_all(requests.collect::<Vec<_>>()).await {
        answer.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_requests_that_are_refused_at_the_same_time_cause_one_new_token() {
    let stage = Stage::start_on_all_threads().await;
    let door = stage.server.door();
    stage.pods().get("x").await.unwrap();
    door.knocks();
    door.refuse_in_crowds_of(MANY);
    for round in 1..=2 {
        door.outlive_tokens();
        // Long enough for the provider to be asked again.
        stage.time.advance(Duration::from_secs(10));
        send_many(&stage).await;
        let mut sent = HashMap::<_, Vec<_>>::new();
        for knock in door.knocks() {
            let seen = (knock.token, knock.is_let_in);
            sent.entry(knock.path).or_default().push(seen);
        }
        assert_eq!(sent.len(), MANY);
        for (path, seen) in sent {
            assert_eq!(seen, [(round - 1, false), (round, true)], "{path}");
        }
        assert_eq!(door.tokens().len(), 1 + round);
        // Within a second they would all be the same.
        assert_eq!(stage.log().matches("signed a token").count(), 1 + round);
        assert_eq!(stage.provider.asked_at().len(), 1 + round);
    }
    stage.end("");
}
