//! Updates that cannot be used.

use crate::scene::{DYNAMIC, FILE, Scene, arn, dynamic, yaml};

#[tokio::test]
async fn a_mounted_file_with_a_mistake_keeps_what_was_there_and_says_where_it_is() {
    let scene = Scene::new(&[FILE]);
    scene.put(scene.config(), &yaml(&[("Deploy", "one")]));
    scene.run();
    scene.until_is("Deploy", "one").await;
    assert_eq!(scene.of(FILE, "failing"), Some(0.0));

    let good = yaml(&[("Deploy", "two"), ("Ops", "ops")]);
    let mistakes = [
        (
            good.replace("role/Ops", "group/Ops"),
            "mapRoles[1], line 6: ",
        ),
        (
            good.replace("rolearn: arn:aws:iam::123456789012:role/Ops", "nothing: 1"),
            "mapRoles[1], line 6: ",
        ),
        (
            good.replace("username: ops", "username: [ops]"),
            "mapRoles[1], line 7: ",
        ),
        (
            good.replace("    username: ops", "   username: ops\n  x"),
            "line",
        ),
    ];
    for (number, (text, place)) in (1..).zip(mistakes) {
        scene.put(scene.config(), &text);
        scene.until_failures(FILE, number).await;
        let error = scene.status(FILE).last_error.unwrap();
        assert!(error.contains(place), "{error}\n{text}");
        assert_logged(&scene, &error);
        // All of it: neither the new user nor the new role.
        assert_eq!(scene.username("Deploy").as_deref(), Ok("one"), "{text}");
        assert!(scene.username("Ops").is_err(), "{text}");
        assert_eq!(scene.of(FILE, "failing"), Some(1.0));
        assert_eq!(scene.map.metrics().failures(FILE), number);
    }

    scene.put(scene.config(), &good);
    scene.until_is("Deploy", "two").await;
    assert_eq!(scene.username("Ops").as_deref(), Ok("ops"));
    assert_eq!(scene.of(FILE, "failing"), Some(0.0));
    assert_eq!(scene.status(FILE).last_error, None);
}

#[tokio::test]
async fn a_file_that_counts_without_some_entries_is_failing_though_it_is_in_force() {
    let scene = Scene::new(&[FILE, DYNAMIC]);
    let nameless = |text: String| text.replace("username: ops", "username: \"\"");
    let mounted = [("Deploy", "one"), ("Ops", "ops")];
    scene.put(scene.config(), &nameless(yaml(&mounted)));
    scene.put(
        scene.dynamic(),
        &dynamic(&[("Audit", "audit"), ("Ops", "")]),
    );
    scene.run();
    scene.until_is("Deploy", "one").await;
    scene.until_is("Audit", "audit").await;
    for backend in [FILE, DYNAMIC] {
        scene
            .until("failing", |scene| scene.of(backend, "failing") == Some(1.0))
            .await;
        let error = scene.status(backend).last_error;
        assert_eq!(error.as_deref(), Some("1 entry or list cannot be used"));
    }
    scene.put(scene.config(), &yaml(&mounted));
    scene.until_is("Ops", "ops").await;
    assert_eq!(scene.of(FILE, "failing"), Some(0.0));
}

#[tokio::test]
async fn a_dynamic_file_with_a_mistake_keeps_what_was_there_and_says_where_it_is() {
    let scene = Scene::new(&[DYNAMIC]);
    scene.put(scene.dynamic(), &dynamic(&[("Deploy", "one")]));
    scene.run();
    scene.until_is("Deploy", "one").await;

    let good = dynamic(&[("Deploy", "two"), ("Ops", "ops")]);
    let line = |text: &str, part: &str| text.lines().position(|it| it.contains(part)).unwrap() + 1;
    let ops = line(&good, "role/Ops");
    let untyped = good.replace("\"ops\"", "true");
    let (head, _) = good.split_once("role/Ops").unwrap();
    let without_key = good.replace(&format!("\"rolearn\": \"{}\"", arn("Ops")), "\"a\": \"b\"");
    let mistakes = [
        (
            without_key,
            format!("mapRoles[1], line {}: ", line(&good, "role/Deploy") + 3),
        ),
        (
            untyped,
            format!("mapRoles[1], line {}: ", line(&good, "\"ops\"")),
        ),
        (head.to_owned(), format!("line {ops}: ")),
        (String::new(), "line 1: ".to_owned()),
        (format!("{good}{good}"), "line ".to_owned()),
    ];
    for (number, (text, place)) in (1_u32..).zip(mistakes) {
        scene.put(scene.dynamic(), &text);
        scene.until_failures(DYNAMIC, number.into()).await;
        let error = scene.status(DYNAMIC).last_error.unwrap();
        assert!(error.contains(&place), "{error}: {place}\n{text}");
        assert_logged(&scene, &error);
        assert_eq!(scene.username("Deploy").as_deref(), Ok("one"), "{text}");
        assert!(scene.username("Ops").is_err(), "{text}");
        assert_eq!(scene.of(DYNAMIC, "failing"), Some(1.0));
        let theirs = "aws_iam_authenticator_dynamicfile_failures_total";
        assert_eq!(scene.metric(theirs), Some(f64::from(number)));
    }

    scene.put(scene.dynamic(), &good);
    scene.until_is("Deploy", "two").await;
    assert_eq!(scene.of(DYNAMIC, "failing"), Some(0.0));
}

#[tokio::test]
async fn an_entry_that_could_match_nobody_is_left_out_and_told() {
    let scene = Scene::new(&[DYNAMIC]);
    let text = dynamic(&[("Deploy", "one"), ("Ops", "")]).replace("role/Ops", "group/Ops");
    scene.put(scene.dynamic(), &text);
    scene.run();
    scene.until_is("Deploy", "one").await;
    assert_eq!(scene.status(DYNAMIC).entries, Some(1));
    let logs = scene.logs.text();
    assert!(logs.contains("an entry is left out"), "{logs}");
    assert!(logs.contains("mapRoles[1], line "), "{logs}");
}

#[tokio::test]
async fn a_mistake_in_one_backend_leaves_the_others_alone() {
    let scene = Scene::new(&[FILE, DYNAMIC]);
    scene.put(scene.config(), &yaml(&[("Deploy", "one")]));
    scene.put(scene.dynamic(), &dynamic(&[("Ops", "ops one")]));
    scene.run();
    scene.until_is("Deploy", "one").await;
    scene.until_is("Ops", "ops one").await;
    scene.put(scene.dynamic(), "[]");
    scene.until_failures(DYNAMIC, 1).await;
    scene.put(scene.config(), &yaml(&[("Deploy", "two")]));
    scene.until_is("Deploy", "two").await;
    assert_eq!(scene.username("Ops").as_deref(), Ok("ops one"));
    assert_eq!(scene.of(FILE, "failing"), Some(0.0));
    assert_eq!(scene.of(DYNAMIC, "failing"), Some(1.0));
}

#[tokio::test]
async fn nothing_foreign_in_a_file_can_break_a_line_of_the_log() {
    let scene = Scene::new(&[DYNAMIC]);
    let text = dynamic(&[("Deploy", "one")]).replace("role/Deploy", "group/x\\nlevel=ERROR forged");
    scene.put(scene.dynamic(), &text);
    scene.run();
    scene.until("readiness", |scene| scene.map.is_ready()).await;
    let logs = scene.logs.text();
    assert!(logs.contains("an entry is left out"), "{logs}");
    assert!(
        !logs.lines().any(|line| line.starts_with("level=")),
        "{logs}"
    );
}

#[track_caller]
fn assert_logged(scene: &Scene, error: &str) {
    let logs = scene.logs.text();
    assert!(logs.contains(&format!("{error:?}")), "{error}\n{logs}");
}
