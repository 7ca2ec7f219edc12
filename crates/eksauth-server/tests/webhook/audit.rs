//! The audit log of a webhook.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, mpsc};

use eksauth_server::{AuditLog, DenialClass, WebhookMetrics};
use eksauth_testing::SecretScan;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};

use crate::client::Protocol;
use crate::fake_authenticator::{DENIALS, Step, denied, granted};
use crate::scene::{Scene, TOKEN, review};

const QUEUE: NonZeroUsize = NonZeroUsize::new(64).unwrap();

fn audit_log(scene: &Scene) -> AuditLog {
    let path = scene.dir.path().join("audit.jsonl");
    AuditLog::to_file(&path, QUEUE, scene.clock.clone()).unwrap()
}

/// The lines so far, without what differs from run to run, of which it is checked that it is there.
async fn lines(scene: &Scene, audit: &AuditLog) -> Vec<Value> {
    audit.flush().await;
    let text = scene.read("audit.jsonl");
    SecretScan::new()
        .secret("token", &TOKEN[11..])
        .assert_clean("the audit log", &text);
    let lines = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let fields = line.as_object_mut().unwrap();
        assert_eq!(fields["time"], "2026-01-01T12:00:00.000Z");
        let source = fields.remove("source").unwrap();
        assert!(source.as_str().unwrap().starts_with("127.0.0.1:"));
        assert!(fields.remove("latencyMs").unwrap().is_number());
        fields.remove("time");
        line
    });
    lines.collect()
}

#[tokio::test]
async fn each_decision_is_a_line_and_what_is_no_review_is_none() {
    let scene = Scene::new();
    let audit = audit_log(&scene);
    let served = scene.serve_audited(audit.clone()).await;
    let mut client = served.client(Protocol::Http2).await;
    client.review("no review").await;
    client.review(review(None)).await;
    for (class, _, _) in DENIALS {
        scene.authenticator.deny(class);
        client.review(review(None)).await;
    }
    let lines = lines(&scene, &audit).await;
    let granted = json!({
        "requestId": "695661c0-1", "decision": "granted", "status": 200, "class": "success",
        "arn": "arn:aws:sts::123456789012:assumed-role/Admin/dev",
        "canonicalArn": "arn:aws:iam::123456789012:role/Admin",
        "accountId": "123456789012", "userId": "AROAUNIQUE", "sessionName": "dev",
        "accessKeyId": "ASIAKEYID", "stsHost": "sts.eu-west-1.amazonaws.com",
        "username": "admin:dev", "groups": ["system:masters"],
        "backend": "MountedFile", "rule": "mapRoles[0]",
    });
    assert_eq!(lines.first(), Some(&granted));
    assert_eq!(lines.len(), 1 + DENIALS.len());
    for (line, (class, status, label)) in lines.iter().skip(1).zip(DENIALS) {
        assert_eq!(line["decision"], "denied");
        assert_eq!(
            (&line["status"], &line["class"]),
            (&json!(status), &json!(label))
        );
        assert!(
            line["reason"]
                .as_str()
                .unwrap()
                .starts_with("for the operator")
        );
        let is_known = matches!(class, DenialClass::NotMapped | DenialClass::MappingFailed);
        assert_eq!(line["arn"].is_string(), is_known, "{line}");
        assert_eq!(line["username"], Value::Null);
    }
}

#[tokio::test]
async fn a_line_and_a_log_line_share_the_request_id() {
    let scene = Scene::new();
    let audit = audit_log(&scene);
    let served = scene.serve_audited(audit.clone()).await;
    let mut client = served.client(Protocol::Http1).await;
    client.review(review(None)).await;
    client.review(review(None)).await;
    for line in lines(&scene, &audit).await {
        let id = line["requestId"].as_str().unwrap();
        let granted = scene.logs.text();
        let lines = granted.lines().filter(|it| it.contains("access granted"));
        let same = lines.filter(|it| it.contains(&format!("request={id} ")));
        assert_eq!(same.count(), 1, "{id} in {granted}");
    }
}

#[tokio::test]
async fn of_a_scrubbed_signer_only_the_user_is_written_down() {
    let scene = Scene::new();
    let audit = audit_log(&scene);
    let served = scene.serve_audited(audit.clone()).await;
    let mut client = served.client(Protocol::Http2).await;
    for mut decision in [granted(), denied(DenialClass::NotMapped)] {
        decision.signer.as_mut().unwrap().scrubbed = true;
        scene.authenticator.decide(decision);
        client.review(review(None)).await;
    }
    let lines = lines(&scene, &audit).await;
    let sts = "sts.eu-west-1.amazonaws.com";
    let expected = [
        json!({
            "requestId": "695661c0-1", "decision": "granted", "status": 200, "class": "success",
            "scrubbed": true, "stsHost": sts, "username": "admin:dev",
            "groups": ["system:masters"], "backend": "MountedFile", "rule": "mapRoles[0]",
        }),
        json!({
            "requestId": "695661c0-2", "decision": "denied", "status": 403,
            "class": "uknown_user", "scrubbed": true, "stsHost": sts,
        }),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_decision_that_took_too_long_is_a_line_too() {
    let scene = Scene::new();
    let audit = audit_log(&scene);
    let served = scene.serve_audited(audit.clone()).await;
    let time = crate::stopped_time::StoppedTime::begin();
    let mut client = served.client(Protocol::Http2).await;
    scene.authenticator.next(Step::Never);
    let asked = tokio::spawn(async move { client.review(review(None)).await });
    scene.authenticator.until_under_way(1).await;
    time.pass(std::time::Duration::from_secs(21)).await;
    assert_eq!(asked.await.unwrap().status, 504);
    let expected = json!({
        "requestId": "695661c0-1", "decision": "denied", "status": 504, "class": "timed_out",
        "reason": "no decision within 20 s",
    });
    assert_eq!(lines(&scene, &audit).await, [expected]);
}

/// Takes nothing until the test says so, and then everything.
struct Stuck {
    freed: mpsc::Receiver<()>,
    text: Arc<Mutex<Vec<u8>>>,
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ended = self.freed.recv();
        self.text.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn decisions_do_not_wait_for_a_disk_and_none_is_forgotten() {
    const REVIEWS: usize = 50;
    const ROOM: NonZeroUsize = NonZeroUsize::new(8).unwrap();
    let scene = Scene::new();
    let (free, freed) = mpsc::channel();
    let text = Arc::<Mutex<Vec<u8>>>::default();
    let stuck = Stuck {
        freed,
        text: Arc::clone(&text),
    };
    let audit = AuditLog::to_writer(Box::new(stuck), ROOM, scene.clock.clone()).unwrap();
    let served = scene.serve_audited(audit.clone()).await;
    let mut client = served.client(Protocol::Http2).await;
    for _ in 0..REVIEWS {
        assert_eq!(client.review(review(None)).await.status, 200);
    }
    assert!(text.lock().unwrap().is_empty(), "the disk was not stuck");
    drop(free);
    audit.flush().await;
    let text = String::from_utf8(text.lock().unwrap().clone()).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let (mut written, mut dropped) = (0, 0);
    for line in lines {
        match line["event"].as_str() {
            Some(event) => {
                assert_eq!(event, "dropped");
                dropped += line["dropped"].as_u64().unwrap();
            }
            None => written += 1,
        }
    }
    assert_eq!(dropped, audit.dropped());
    // The queue, and the line that the thread had in its hand.
    let room = ROOM.get() as u64;
    assert!((room..=room + 1).contains(&written), "{written} written");
    assert_eq!(written + dropped, REVIEWS as u64);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_costs_lines_and_no_decision() {
    let scene = Scene::new();
    let path = scene.dir.path().join("audit.jsonl");
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    let audit = AuditLog::to_file(&path, QUEUE, scene.clock.clone()).unwrap();
    let mut registry = Registry::default();
    audit.register(&mut registry);
    let builder = scene.webhook().audit(audit.clone());
    let builder = builder.metrics(WebhookMetrics::default(), Arc::new(registry));
    let served = scene.serve_as(builder).await;
    let mut client = served.client(Protocol::Http2).await;
    for _ in 0..3 {
        assert_eq!(client.review(review(None)).await.status, 200);
        audit.flush().await;
    }
    assert_eq!(audit.dropped(), 3);
    let metrics = client.get("/metrics").await.body;
    let series = "aws_iam_authenticator_audit_lines_dropped_total 3\n";
    assert!(metrics.contains(series), "{metrics}");

    // Somebody makes room.
    std::fs::remove_file(&path).unwrap();
    audit.reopen();
    assert_eq!(client.review(review(None)).await.status, 200);
    audit.flush().await;
    let text = scene.read("audit.jsonl");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[0],
        json!({"time": "2026-01-01T12:00:00.000Z", "event": "dropped", "dropped": 3})
    );
    assert_eq!(lines[1]["requestId"], "695661c0-4");
    assert_eq!(lines.len(), 2);
}
