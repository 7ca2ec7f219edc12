//! From its start to its end, and again.

use std::io::{PipeReader, PipeWriter, Write as _};
use std::net::TcpListener;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::client::connect;
use crate::held_review::SilentProxy;
use crate::process::Server;
use crate::scene::Scene;

#[test]
fn it_says_what_it_does_and_is_ready_once_mappings_are_in_force() {
    let scene = Scene::with_config("");
    let server = scene.start("");
    server.wait_until_ready();
    for path in ["/healthz", "/readyz"] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.body.as_str()), (200, "ok"), "{path}");
    }
    assert_eq!(server.get("/elsewhere").status, 404);
    let metrics = server.get("/metrics").body;
    assert!(metrics.contains("aws_iam_authenticator_webhook_requests_in_flight 0"));
    let webhook = std::fs::read_to_string(scene.path("webhook.yaml")).unwrap();
    let url = format!("https://localhost:{}/authenticate", server.address().port());
    assert!(webhook.contains(&url), "{webhook}");
    let log = server.stop();
    for words in [
        "level=info msg=starting cluster=demo partition=aws version=",
        "made a certificate",
        "wrote the kubeconfig for the API server",
        "msg=\"mappings are in force\" backend=MountedFile entries=0",
        "ending, once requests under way are answered",
        "msg=ended cut=0",
    ] {
        assert!(log.contains(words), "{words} in {log}");
    }
    assert!(
        !log.contains("level=warning") && !log.contains("level=error"),
        "{log}"
    );
}

#[test]
fn what_is_under_way_is_answered_before_it_ends() {
    let proxy = SilentProxy::start();
    let scene = proxy.lead(Scene::with_config(""));
    let mut server = scene.start("");
    let review = proxy.hold_a_review(&server);
    server.signal(Signal::TERM);
    server.wait_for("ending, once requests under way are answered");
    assert_eq!(review.release().status, 403);
    let (code, log) = server.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("msg=ended cut=0"), "{log}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let proxy = SilentProxy::start();
        let scene = proxy.lead(Scene::with_config(""));
        let mut server = scene.start("");
        let _held = proxy.hold_a_review(&server);
        server.signal(Signal::TERM);
        server.wait_for("ending, once requests under way are answered");
        server.signal(signal);
        let (found, log) = server.ended();
        assert_eq!(found, Some(code), "{log}");
        assert!(!log.contains("ended cut"), "{log}");
    }
}

#[test]
fn a_second_signal_ends_it_at_once_while_the_audit_log_is_not_taken() {
    let scene = Scene::with_config("  auditLog: '-'\n");
    let (_reader, full) = full_pipe();
    let mut command = scene.command("server -c config.yaml -v debug");
    let mut server = Server::start(command.stdout(full), scene.folder());
    assert_eq!(server.review("no token").status, 403);
    server.signal(Signal::TERM);
    server.wait_for("msg=\"requests under way are answered\"");
    server.signal(Signal::TERM);
    let (code, log) = server.ended();
    assert_eq!(code, Some(143), "{log}");
    assert!(!log.contains("ended cut"), "{log}");
}

#[test]
fn a_log_that_nobody_reads_keeps_it_neither_from_answering_nor_from_ending() {
    let scene = Scene::with_config("");
    let port = eksauth_testing::free_port();
    let (_reader, full) = full_pipe();
    let mut command = scene.command(&format!("server -c config.yaml -v debug --port {port}"));
    let mut process = command.stderr(full).spawn().unwrap();
    let address = ([127, 0, 0, 1], port).into();
    let listens = || std::net::TcpStream::connect(address).is_ok();
    assert!((0..1_000_000).any(|_| listens()), "it does not listen");
    let review = connect(address, &scene.path("state/cert.pem"));
    assert_eq!(
        review.send("POST", "/authenticate", b"no review").status,
        400
    );
    let id = i32::try_from(process.id()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::TERM).unwrap();
    assert_eq!(process.wait().unwrap().code(), Some(0));
}

/// Nobody reads from it, and there is no place for another line.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut full) = std::io::pipe().unwrap();
    let flags = rustix::fs::fcntl_getfl(&full).unwrap();
    rustix::fs::fcntl_setfl(&full, flags | rustix::fs::OFlags::NONBLOCK).unwrap();
    while full.write(b"\n").is_ok() {}
    rustix::fs::fcntl_setfl(&full, flags).unwrap();
    (reader, full)
}

#[test]
fn what_takes_longer_than_the_time_to_drain_is_cut() {
    let proxy = SilentProxy::start();
    let scene = proxy.lead(Scene::with_config("  drainTimeout: 0s\n"));
    let server = scene.start("");
    let _held = proxy.hold_a_review(&server);
    let log = server.stop();
    assert!(log.contains("msg=ended cut=1"), "{log}");
}

#[test]
fn a_hang_up_reads_the_certificate_again_and_opens_the_audit_log_anew() {
    let scene = Scene::with_config("  auditLog: audit\n");
    let mut server = scene.start("");
    assert_eq!(server.review("no token").status, 403);
    server.wait_for_text(&scene.path("audit"));
    std::fs::rename(scene.path("audit"), scene.path("audit.1")).unwrap();
    server.signal(Signal::HUP);
    server.wait_for("the certificate was read again");
    assert_eq!(server.review("no token either").status, 403);
    server.stop();
    for name in ["audit", "audit.1"] {
        let text = std::fs::read_to_string(scene.path(name)).unwrap();
        let lines: Vec<Value> = text
            .lines()
            .map(|it| serde_json::from_str(it).unwrap())
            .collect();
        assert_eq!(lines.len(), 1, "{name}: {text}");
        assert_eq!(lines[0]["decision"], "denied");
    }
}

#[test]
fn after_being_killed_it_starts_with_the_same_certificate_on_the_same_port() {
    let scene = Scene::with_config("");
    let server = scene.start("");
    let port = server.address().port();
    let files = ["state/cert.pem", "state/key.pem", "webhook.yaml"].map(|it| scene.path(it));
    let read = || files.clone().map(|it| std::fs::read(it).unwrap());
    let before = read();
    server.signal(Signal::KILL);
    assert_eq!(server.ended().0, None);

    let server = scene.start(&format!("--port {port}"));
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.address().port(), port);
    assert!(read() == before, "the files are others");
    let log = server.stop();
    assert!(!log.contains("made a certificate"), "{log}");
}

#[test]
fn a_port_that_another_process_has_is_told() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let scene = Scene::with_config("");
    let ran = scene.run(&format!("server -c config.yaml -v error --port {port}"));
    let error = ran.failed();
    let expected =
        format!("error: could not listen on 127.0.0.1:{port}\n  because: Address already in use");
    assert!(error.starts_with(&expected), "{error}");
    // An API server must not be led to the other process.
    assert!(!scene.path("webhook.yaml").exists());
}

#[test]
fn what_ends_it_is_told_behind_the_lines_of_the_log() {
    let scene = Scene::with_config("  address: 192.0.2.1\n");
    let ran = scene.run("server -c config.yaml -v debug");
    assert_eq!(ran.code, Some(1));
    let (log, error) = ran.stderr.split_once("error: could not listen").unwrap();
    assert!(log.contains("level=info msg=starting"), "{log}");
    assert!(log.lines().all(|it| it.starts_with("time=")), "{log}");
    assert!(!error.contains("level="), "{error}");
}

#[test]
fn a_health_port_that_another_process_has_is_no_reason_not_to_run() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let scene = Scene::with_config("");
    let flags = format!(
        "--health-address 127.0.0.1 --health-port {}",
        address.port()
    );
    let server = scene.start(&flags);
    assert_eq!(server.get("/healthz").status, 200);
    let log = server.stop();
    let words = format!("level=warning msg=\"there is no health port\" address=\"{address}\"");
    assert!(log.contains(&words), "{log}");
}

#[test]
fn how_much_it_logs_is_said_by_the_flag_before_the_variable() {
    const VARIABLE: &str = "AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY";
    let scene = Scene::with_config("").set(VARIABLE, "ERROR");
    let ran = scene.run("server -c config.yaml --address 192.0.2.1");
    assert!(
        ran.failed()
            .starts_with("error: could not listen on 192.0.2.1:0\n")
    );
    let log = scene.start("-v debug").stop();
    assert!(log.contains("level=info msg=starting"), "{log}");

    let scene = Scene::with_config("").set(VARIABLE, "loud");
    let error = scene.run("server -c config.yaml").failed();
    assert_eq!(
        error,
        "error: expected one of the levels `off`, `error`, `warn`, `info`, `debug` and `trace` in \
         AWS_IAM_AUTHENTICATOR_LOG_VERBOSITY, but found `loud`\n"
    );
}

#[test]
fn every_line_of_the_log_has_its_time() {
    let scene = Scene::with_config("");
    let log = scene.start("").stop();
    for line in log.lines() {
        let time = line.strip_prefix("time=\"").unwrap();
        let (time, _) = time.split_once('"').unwrap();
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{line}");
    }
    let scene = Scene::with_config("");
    let mut command = scene.command("server -c config.yaml -l json");
    let mut process = command
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines =
        std::io::BufRead::lines(std::io::BufReader::new(process.stderr.take().unwrap()));
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(
        first["time"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .is_ok(),
        "{first}"
    );
    assert_eq!(
        (&first["level"], &first["msg"], &first["cluster"]),
        (&"info".into(), &"starting".into(), &"demo".into())
    );
}

#[test]
fn neither_a_home_nor_aws_settings_are_needed() {
    let scene = Scene::with_config("");
    let mut command = scene.command("server -c config.yaml");
    command.env_remove("HOME").env_remove("USERPROFILE");
    let server = crate::process::Server::start(&mut command, scene.folder());
    let log = server.stop();
    assert!(
        !log.contains("level=warning") && !log.contains("level=error"),
        "{log}"
    );
}
