//! Of several status controllers, one works.

use std::time::Duration;

use eksauth_map_kube::StatusController;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::api_server::api_server;
use crate::candidate::{Candidate, NOW, lease_of};

#[tokio::test(start_paused = true)]
async fn without_an_election_no_lease_is_asked_for() {
    let (client, mut api) = api_server();
    tokio::spawn(StatusController::new(client).run(std::future::pending()));
    let list = api.list().await;
    assert!(list.path().ends_with("/iamidentitymappings"));
    list.items("1", &[]);
    let _watch = api.watch().await.open();
    sleep(Duration::from_secs(100)).await;
    assert!(!api.was_asked());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_not_there_is_made_and_then_the_work_begins() {
    let mut candidate = Candidate::new("me");
    candidate.get().await.refuse(404, "NotFound");
    let post = candidate.next().await;
    assert_eq!(post.method, "POST");
    assert_eq!(candidate.lists, 0);
    assert_eq!(
        post.body,
        json!({
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": { "name": "eksauth-identity-mapping-status" },
            "spec": {
                "holderIdentity": "me",
                "leaseDurationSeconds": 15,
                "acquireTime": NOW,
                "renewTime": NOW,
                "leaseTransitions": 0,
            },
        })
    );
    let body = post.body.clone();
    post.json(&body);
    candidate.get().await;
    assert!(candidate.works());
}

#[tokio::test(start_paused = true)]
async fn a_lease_whose_holder_lives_is_left_alone() {
    let mut candidate = Candidate::new("me");
    for minute in 0..60 {
        for second in [0, 10, 20, 30, 40, 50] {
            // As a holder whose clock is a year behind writes it.
            let renewed = format!("2025-07-01T12:{minute:02}:{second:02}.000000Z");
            let lease = lease_of("other", &renewed, 15);
            candidate.get().await.json(&lease);
            candidate.get().await.json(&lease);
        }
    }
    assert_eq!(candidate.lists, 0);
}

#[tokio::test(start_paused = true)]
async fn a_lease_without_a_sign_of_life_is_taken_whatever_the_time_in_it() {
    for renewed in ["1999-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"] {
        let mut candidate = Candidate::new("me");
        let lease = lease_of("other", renewed, 15);
        let first = candidate.get().await;
        let seen = Instant::now();
        first.json(&lease);
        let put = loop {
            assert!(
                seen.elapsed() < Duration::from_secs(20),
                "it is never taken"
            );
            let asked = candidate.next().await;
            if asked.method == "PUT" {
                break asked;
            }
            asked.json(&lease);
        };
        let waited = seen.elapsed().as_secs_f64();
        assert!((15.0..=19.1).contains(&waited), "{waited}");
        let mut mine = lease;
        mine["spec"]["holderIdentity"] = "me".into();
        mine["spec"]["acquireTime"] = NOW.into();
        mine["spec"]["renewTime"] = NOW.into();
        mine["spec"]["leaseTransitions"] = 8.into();
        assert_eq!(put.body, mine);
    }
}

#[tokio::test(start_paused = true)]
async fn how_long_others_wait_is_what_the_holder_has_written() {
    let mut candidate = Candidate::new("me");
    let lease = lease_of("other", NOW, 60);
    let first = candidate.get().await;
    let seen = Instant::now();
    first.json(&lease);
    loop {
        assert!(
            seen.elapsed() < Duration::from_secs(70),
            "it is never taken"
        );
        let asked = candidate.next().await;
        if asked.method == "PUT" {
            break;
        }
        asked.json(&lease);
    }
    let waited = seen.elapsed().as_secs_f64();
    assert!((60.0..=64.1).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_no_sign_of_life_does_not_prolong_a_lease() {
    let mut candidate = Candidate::new("me");
    let begin = Instant::now();
    for version in 50.. {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "it is never taken"
        );
        let asked = candidate.next().await;
        if asked.method == "PUT" {
            break;
        }
        let mut lease = lease_of("other", NOW, 15);
        lease["metadata"]["resourceVersion"] = version.to_string().into();
        lease["metadata"]["annotations"] = json!({ "seen": version.to_string() });
        asked.json(&lease);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_was_given_back_is_taken_at_once() {
    let mut candidate = Candidate::new("me");
    let mut lease = lease_of("", NOW, 15);
    let begin = Instant::now();
    candidate.get().await.json(&lease);
    let written = candidate.write("PUT").await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!(written["metadata"]["resourceVersion"], "41");
    lease["spec"].as_object_mut().unwrap().clear();
    let mut second = Candidate::new("me");
    second.get().await.json(&lease);
    second.write("PUT").await;
}

#[tokio::test(start_paused = true)]
async fn whoever_takes_it_second_does_not_work() {
    let mut candidate = Candidate::new("me");
    candidate.get().await.json(&lease_of("", NOW, 15));
    candidate.next().await.refuse(409, "Conflict");
    candidate.get().await.json(&lease_of("other", NOW, 15));
    candidate.get().await;
    let mut maker = Candidate::new("me");
    maker.get().await.refuse(404, "NotFound");
    maker.next().await.refuse(409, "AlreadyExists");
    maker.get().await;
    assert_eq!((candidate.lists, maker.lists), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_holder_renews_every_two_to_four_seconds_and_works_on() {
    let (mut candidate, mut lease) = Candidate::leading().await;
    // In less time than a watch lasts on which nothing happens.
    for number in 1..50 {
        let before = Instant::now();
        candidate.clock.advance(Duration::from_secs(60));
        let written = candidate.renew(&lease).await;
        let pause = before.elapsed().as_secs_f64();
        assert!((2.0..=4.1).contains(&pause), "{pause}");
        let spec = &written["spec"];
        assert_eq!(spec["holderIdentity"], "me");
        assert_eq!(spec["acquireTime"], NOW);
        assert_ne!(spec["renewTime"], lease["spec"]["renewTime"]);
        assert_eq!(spec["leaseTransitions"], 0);
        assert_eq!(written["metadata"], lease["metadata"]);
        lease = written;
        lease["metadata"]["resourceVersion"] = number.to_string().into();
    }
    assert!(candidate.works());
    assert_eq!(candidate.lists, 1);
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_is_refused_works_no_more_after_ten_seconds() {
    let (mut candidate, lease) = Candidate::leading().await;
    let renewal = candidate.get().await;
    let asked = Instant::now();
    renewal.json(&lease);
    candidate.write("PUT").await;
    let ends = asked + Duration::from_secs(10);
    while candidate.works() {
        let request = candidate.next().await;
        if !candidate.works() {
            break;
        }
        assert!(Instant::now() <= ends, "it works on");
        request.refuse(500, "InternalError");
    }
    assert!(Instant::now() >= ends, "it gave up too soon");
    assert!(Instant::now() <= ends + Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_hears_nothing_works_no_more_after_ten_seconds() {
    let (mut candidate, _) = Candidate::leading().await;
    let made = Instant::now();
    let mut hanging = vec![candidate.get().await];
    let watch = sleep(Duration::from_millis(9_900) - made.elapsed());
    tokio::select! {
        () = watch => {}
        () = async { loop { hanging.push(candidate.next().await); } } => {}
    }
    assert!(candidate.works());
    sleep(Duration::from_millis(101)).await;
    assert!(!candidate.works());
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_to_a_renewal_counts_from_when_it_was_asked_for() {
    let (mut candidate, lease) = Candidate::leading().await;
    let renewal = candidate.get().await;
    let asked = Instant::now();
    sleep(Duration::from_secs(2)).await;
    renewal.json(&lease);
    let put = candidate.next().await;
    sleep(Duration::from_secs(2)).await;
    let body = put.body.clone();
    put.json(&body);
    let _hanging = candidate.get().await;
    sleep(Duration::from_millis(9_900) - asked.elapsed()).await;
    assert!(candidate.works());
    sleep(Duration::from_millis(101)).await;
    assert!(!candidate.works());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_another_has_taken_ends_the_work_at_once() {
    let (mut candidate, _) = Candidate::leading().await;
    let renewal = candidate.get().await;
    assert!(candidate.works());
    renewal.json(&lease_of("other", NOW, 15));
    sleep(Duration::from_millis(1)).await;
    assert!(!candidate.works());
}

#[tokio::test(start_paused = true)]
async fn somebody_elses_edit_of_the_lease_is_no_loss() {
    let (mut candidate, lease) = Candidate::leading().await;
    candidate.get().await.json(&lease);
    candidate.next().await.refuse(409, "Conflict");
    candidate.renew(&lease).await;
    candidate.get().await;
    assert!(candidate.works());
    assert_eq!(candidate.lists, 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_lost_the_lease_may_lead_again() {
    let (mut candidate, _) = Candidate::leading().await;
    candidate.get().await.json(&lease_of("other", NOW, 15));
    candidate.get().await.json(&lease_of("", NOW, 15));
    candidate.write("PUT").await;
    candidate.get().await;
    assert!(candidate.works());
    assert_eq!(candidate.lists, 2);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_cannot_be_read_is_asked_for_again_and_nobody_works() {
    let mut candidate = Candidate::new("me");
    for _ in 0..20 {
        let before = Instant::now();
        candidate.get().await.refuse(403, "Forbidden");
        assert!(before.elapsed() <= Duration::from_millis(4_100));
    }
    drop(candidate.get().await);
    let _hanging = candidate.get().await;
    let before = Instant::now();
    candidate.get().await.refuse(404, "NotFound");
    assert!(before.elapsed() <= Duration::from_millis(9_100));
    assert_eq!(candidate.lists, 0);
    candidate.write("POST").await;
    candidate.get().await;
    assert_eq!(candidate.lists, 1);
}

#[tokio::test(start_paused = true)]
async fn at_the_end_the_work_stops_and_the_lease_is_given_back() {
    let (mut candidate, lease) = Candidate::leading().await;
    let renewed = candidate.renew(&lease).await;
    sleep(Duration::from_secs(1)).await;
    let before = Instant::now();
    candidate.stop();
    let put = candidate.next().await;
    assert!(!candidate.works());
    let mut released = renewed;
    let spec = released["spec"].as_object_mut().unwrap();
    spec.remove("holderIdentity");
    assert_eq!(put.body, released);
    let body = put.body.clone();
    put.json(&body);
    candidate.controller.await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_cannot_be_given_back_delays_the_end_by_a_second() {
    let (mut candidate, lease) = Candidate::leading().await;
    candidate.renew(&lease).await;
    sleep(Duration::from_secs(1)).await;
    let before = Instant::now();
    candidate.stop();
    let _hanging = candidate.next().await;
    candidate.controller.await.unwrap();
    assert_eq!(before.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn whoever_stands_by_ends_at_once_and_leaves_the_lease_alone() {
    let mut candidate = Candidate::new("me");
    candidate.get().await.json(&lease_of("other", NOW, 15));
    sleep(Duration::from_secs(1)).await;
    let before = Instant::now();
    candidate.stop();
    (&mut candidate.controller).await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(!candidate.was_asked());
}
