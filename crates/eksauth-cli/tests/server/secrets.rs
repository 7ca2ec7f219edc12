//! Nothing secret gets out.

use eksauth_sandbox::World;
use eksauth_testing::SecretScan;
use jiff::SignedDuration;
use rustix::process::Signal;

use crate::aws::Aws;
use crate::scene::Scene;

const ROLE: &str = "arn:aws:iam::111122223333:role/Developer";
const USER: &str = "arn:aws:iam::111122223333:user/developer";

/// Each kind of token, and the status that it gets.
fn tokens(aws: &Aws) -> (Vec<(String, u16)>, SecretScan) {
    let (session, _) = aws.session(ROLE, "dev");
    let (unmapped, _) = aws.session("arn:aws:iam::111122223333:role/Unmapped", "dev");
    let user = aws.user(USER);
    let long_ago = SignedDuration::from_mins(20);
    let good = session.token();
    let cut = good[..good.len() - 40].to_owned();
    let changed = with_last_changed(&good);
    let tokens = vec![
        (good, 200),
        (user.token(), 200),
        (unmapped.token(), 403),
        (
            session.token_of("another-cluster", SignedDuration::ZERO),
            403,
        ),
        (session.token_of("demo", long_ago), 403),
        (cut, 403),
        (changed, 403),
    ];
    let callers = [&session, &unmapped, &user];
    let secrets = callers.iter().flat_map(|it| &it.secrets);
    let scan = secrets.fold(SecretScan::new(), |scan, (name, it)| scan.secret(name, it));
    // The cut ones hold pieces of the same secrets.
    let scan = tokens[..5]
        .iter()
        .fold(scan, |scan, (it, _)| scan.token(it));
    (tokens, scan)
}

/// Another signature.
fn with_last_changed(token: &str) -> String {
    let (rest, _) = token.split_at(token.len() - 4);
    format!("{rest}AAAA")
}

#[test]
fn no_token_gets_into_a_log_an_answer_or_a_metric() {
    for flags in [
        "-v debug",
        "-v trace",
        "-v trace -l json",
        "--audit-log audit",
    ] {
        let aws = Aws::start(World::default());
        let mapped = format!(
            "  mapRoles: [{{rolearn: '{ROLE}', username: 'dev:{{{{SessionName}}}}'}}]\n  \
               mapUsers: [{{userarn: '{USER}', username: 'developer'}}]\n"
        );
        let scene = aws.lead(Scene::with_config(&mapped));
        let (tokens, scan) = tokens(&aws);
        let mut server = scene.start(flags);
        server.wait_until_ready();
        for (token, status) in &tokens {
            let reply = server.review(token);
            assert_eq!(reply.status, *status, "{}", reply.body);
            scan.assert_clean("an answer", &reply.body);
        }
        for body in garbage(&tokens[0].0) {
            let reply = server
                .connect()
                .send("POST", "/authenticate", body.as_bytes());
            assert_ne!(reply.status, 200);
            scan.assert_clean("an answer to garbage", &reply.body);
        }
        let path = format!("/authenticate/{}", tokens[0].0);
        scan.assert_clean("an answer", server.get(&path).body);
        scan.assert_clean("the metrics", server.get("/metrics").body);
        server.signal(Signal::HUP);
        server.wait_for("the certificate was read again");
        let log = server.stop();
        assert!(
            log.contains("access granted") && log.contains("access denied"),
            "{log}"
        );
        scan.assert_clean("the log", &log);
        for entry in std::fs::read_dir(scene.folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                scan.assert_clean("a file", std::fs::read(path).unwrap());
            }
        }
    }
}

/// Bodies that are no reviews, with a token in them.
fn garbage(token: &str) -> Vec<String> {
    vec![
        token.to_owned(),
        format!(r#"{{"spec": {{"token": ["{token}"]}}}}"#),
        format!(r#"{{"spec": {{"token": "{token}"#),
        format!(r#"{{"{token}": 1}}"#),
        format!(r#"{{"spec": {{"token": "Bearer {token}"}}}}"#),
    ]
}

#[test]
fn a_token_on_the_command_line_or_in_the_configuration_is_not_repeated() {
    let aws = Aws::start(World::default());
    // Short enough to be a key of YAML.
    let token = aws.user(USER).token();
    let scan = SecretScan::new().token(&token);
    let scene = Scene::with_config(&format!("  port: {token}\n"));
    scene.write("twice.yaml", &format!("token: {token}\ntoken: {token}\n"));
    scene.write("cut.yaml", &format!("token: [{token}\n"));
    scene.write("key.yaml", &format!("{token}: 1\nclusterID: demo\n"));
    scene.write(
        "mode.yaml",
        &format!("clusterID: demo\nserver:\n  backendMode: {token}\n"),
    );
    for arguments in [
        format!("server {token}"),
        format!("server -c config.yaml --port {token}"),
        format!("server -c {token}"),
        format!("server -i demo --address {token}"),
        format!("server -i demo --backend-mode {token}"),
        format!("map --arn {token} -c config.yaml"),
        format!("map --arn {USER} --configmap {token}"),
        "server -c config.yaml".to_owned(),
        "server -c twice.yaml".to_owned(),
        "server -c cut.yaml".to_owned(),
        "server -c key.yaml --check".to_owned(),
        "server -c mode.yaml --check".to_owned(),
        "server -c mode.yaml --check -o json".to_owned(),
        "server -c key.yaml --address 192.0.2.1 -v trace".to_owned(),
    ] {
        let ran = scene.run(&arguments);
        assert_ne!(ran.code, Some(0), "{arguments}: {ran:?}");
        scan.assert_clean("stdout", &ran.stdout);
        scan.assert_clean("stderr", &ran.stderr);
    }
}

#[test]
fn a_token_among_the_keys_of_the_configuration_is_told_without_it() {
    let aws = Aws::start(World::default());
    let token = aws.user(USER).token();
    let scan = SecretScan::new().token(&token);
    let scene = Scene::with_config("");
    let text = std::fs::read_to_string(scene.path("config.yaml")).unwrap();
    scene.write("config.yaml", &format!("{token}: 1\n{text}"));
    let checked = scene.run("server -c config.yaml --check").stdout;
    let log = scene.start("").stop();
    for told in [checked, log] {
        let words = "the key `k8s-aws-v1.** redacted **` of the configuration file means nothing";
        assert!(told.contains(words), "{words}");
        scan.assert_clean("what is told", &told);
    }
}
