//! The file that other programs write.

use std::fs;
use std::time::Duration;

use eksauth_server::map::{Matching, UserIds};
use eksauth_server::{Backends, DynamicFileSource, Publisher};

use crate::scene::{DYNAMIC, NOW, Scene, arn, boxed, dynamic, principal, username, written_at};

#[tokio::test]
async fn each_change_of_the_file_is_in_force() {
    let scene = Scene::new(&[DYNAMIC]);
    scene.run();
    scene.until_failures(DYNAMIC, 1).await;
    assert_eq!(scene.map.missing(), [DYNAMIC]);
    for version in ["one", "two", "three"] {
        scene.put(scene.dynamic(), &dynamic(&[("Deploy", version)]));
        scene.until_is("Deploy", version).await;
    }
    assert_eq!(scene.map.metrics().failures(DYNAMIC), 1);
}

#[tokio::test]
async fn a_file_that_is_deleted_leaves_nobody() {
    let scene = Scene::new(&[DYNAMIC]);
    scene.put(scene.dynamic(), &dynamic(&[("Deploy", "one")]));
    scene.run();
    scene.until_is("Deploy", "one").await;
    fs::remove_file(scene.dynamic()).unwrap();
    scene
        .until("nobody", |scene| scene.username("Deploy").is_err())
        .await;
    assert_eq!(scene.status(DYNAMIC).entries, Some(0));
    assert!(scene.map.is_ready());
    assert_eq!(scene.map.metrics().failures(DYNAMIC), 0);
    scene.put(scene.dynamic(), &dynamic(&[("Deploy", "two")]));
    scene.until_is("Deploy", "two").await;
}

#[tokio::test]
async fn a_file_that_is_deleted_before_its_source_is_made_anew_leaves_nobody_too() {
    let scene = Scene::new(&[DYNAMIC]);
    scene.put(scene.dynamic(), &dynamic(&[("Deploy", "one")]));
    let publisher = Publisher::new(&scene.map, DYNAMIC);
    let run = || {
        let matching = Matching::of(DYNAMIC);
        let source = DynamicFileSource::new(scene.dynamic(), matching, scene.clock.clone());
        tokio::spawn(boxed(source).run(publisher.clone(), scene.shutdown.clone()))
    };
    let earlier = run();
    scene.until_is("Deploy", "one").await;
    earlier.abort();
    let _cut_off = earlier.await;
    fs::remove_file(scene.dynamic()).unwrap();
    run();
    scene
        .until("nobody", |scene| scene.username("Deploy").is_err())
        .await;
    assert_eq!(scene.map.metrics().failures(DYNAMIC), 0);
}

#[tokio::test]
async fn of_many_entries_that_are_left_out_the_log_tells_some_and_how_many_more() {
    let scene = Scene::new(&[DYNAMIC]);
    let mut roles = vec![("Deploy", "deploy")];
    roles.resize(26, ("Nameless", ""));
    scene.put(scene.dynamic(), &dynamic(&roles));
    scene.run();
    scene.until_is("Deploy", "deploy").await;
    let text = scene.logs.text();
    assert_eq!(text.matches("an entry is left out").count(), 20, "{text}");
    assert!(text.contains("and 5 more entries are left out"), "{text}");
}

#[tokio::test]
async fn a_bad_file_that_is_deleted_has_told_nothing() {
    let scene = Scene::new(&[DYNAMIC]);
    scene.put(scene.dynamic(), "{");
    scene.run();
    scene.until_failures(DYNAMIC, 1).await;
    fs::remove_file(scene.dynamic()).unwrap();
    scene.until_failures(DYNAMIC, 2).await;
    assert!(!scene.map.is_ready());
}

#[tokio::test]
async fn with_strict_user_ids_an_entry_is_found_by_its_user_id() {
    let scene = Scene::new(&[DYNAMIC]);
    let mut matching = Matching::of(DYNAMIC);
    matching.user_ids = UserIds::Required;
    let (path, clock) = (scene.dynamic(), scene.clock.clone());
    let source = move || {
        boxed(DynamicFileSource::new(
            path.clone(),
            matching,
            clock.clone(),
        ))
    };
    let backends = Backends::new(scene.map.clone(), scene.clock.clone());
    let text = |userid: &str, arn: &str| {
        format!(
            "{{\"mapRoles\": [\n{{\"userid\": \"{userid}\", \"rolearn\": \"{arn}\", \
             \"username\": \"deploy\", \"groups\": []}}\n]}}"
        )
    };
    scene.put(scene.dynamic(), &text("AROADEPLOY", &arn("team/Deploy")));
    tokio::spawn(
        backends
            .with_source(DYNAMIC, source)
            .run(scene.shutdown.clone()),
    );
    // The path does not count.
    scene.until_is("Deploy", "deploy").await;

    // Made anew under the same name, it is another role.
    let mut other = principal("Deploy");
    other.user_id = "AROAOTHER".to_owned();
    assert!(scene.map.current().decide(&other).is_err());

    // An entry without a user id puts all others in doubt.
    let without = text("AROADEPLOY", &arn("Deploy")).replace("userid", "nobody");
    scene.put(scene.dynamic(), &without);
    scene.until_failures(DYNAMIC, 1).await;
    let error = scene.status(DYNAMIC).last_error.unwrap();
    assert!(error.starts_with("mapRoles[0], line 2: "), "{error}");
    assert_eq!(
        username(&scene.map.current(), "Deploy").as_deref(),
        Ok("deploy")
    );
}

#[tokio::test]
async fn what_the_way_from_the_writer_took_is_observed_but_for_the_first_file() {
    const COUNT: &str =
        "aws_iam_authenticator_dynamic_e2e_latency_seconds_count{type=\"dynamic_file\"}";
    const SUM: &str =
        "aws_iam_authenticator_dynamic_e2e_latency_seconds_sum{type=\"dynamic_file\"}";
    let scene = Scene::new(&[DYNAMIC]);
    scene.put(
        scene.dynamic(),
        &written_at(NOW - 1_000, &[("Deploy", "one")]),
    );
    scene.run();
    scene.until_is("Deploy", "one").await;
    scene.put(scene.dynamic(), &written_at(NOW - 4, &[("Deploy", "two")]));
    let observed = |scene: &Scene| scene.metric(COUNT) == Some(1.0);
    scene.until("an observation", observed).await;
    assert_eq!(scene.metric(SUM), Some(4.0));

    // A writer whose clock is ahead is not observed.
    scene.put(
        scene.dynamic(),
        &written_at(NOW + 60, &[("Deploy", "three")]),
    );
    scene.until_is("Deploy", "three").await;
    scene.clock.advance(Duration::from_secs(100));
    scene.put(
        scene.dynamic(),
        &written_at(NOW + 60, &[("Deploy", "four")]),
    );
    let observed = |scene: &Scene| scene.metric(COUNT) == Some(2.0);
    scene.until("another observation", observed).await;
    assert_eq!(scene.metric(SUM), Some(44.0));
}
