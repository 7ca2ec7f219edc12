//! Roles: assumed before signing, kept on disk, never called for twice.

use std::collections::BTreeMap;
use std::path::Path;

use eksauth_testing::MotoServer;

use crate::scene::{ACCESS_KEY_ID, CREDENTIALS_FILE, Scene, assert_says, moto};

fn arn(role: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{role}")
}

fn scene(moto: &MotoServer) -> Scene {
    Scene::with_key().set("AWS_ENDPOINT_URL_STS", moto.url())
}

/// What moto was asked for this role.
fn calls(moto: &MotoServer, role: &str) -> Vec<BTreeMap<String, String>> {
    let mut calls = moto.calls("AssumeRole");
    calls.retain(|it| it["RoleArn"] == arn(role));
    calls
}

fn cached_files(scene: &Scene) -> Vec<String> {
    let folder = if cfg!(target_os = "macos") {
        "Library/Caches/eksauth"
    } else {
        ".cache/eksauth"
    };
    let Ok(files) = std::fs::read_dir(scene.path(folder)) else {
        return Vec::new();
    };
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn a_role_is_assumed_once_and_its_credentials_sign_every_token() {
    let Some(moto) = moto("a_role_is_assumed_once_and_its_credentials_sign_every_token") else {
        return;
    };
    let scene = scene(moto);
    let words = format!("token -i prod --role {}", arn("Once"));
    let first = scene.traced(&words).token();
    let second = scene.traced(&words).token();
    let other_cluster = scene
        .run(&format!("token -i test -r {}", arn("Once")))
        .token();
    for token in [&first, &second, &other_cluster] {
        assert_ne!(token.access_key_id(), ACCESS_KEY_ID);
        assert_eq!(token.access_key_id(), first.access_key_id());
        assert!(token.parameter("X-Amz-Security-Token").is_some());
        assert_eq!(token.host(), "sts.eu-west-1.amazonaws.com");
    }
    let calls = calls(moto, "Once");
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0]["RoleSessionName"], "eksauth");
}

#[test]
fn the_cache_holds_no_token_and_is_its_owners_alone() {
    let Some(moto) = moto("the_cache_holds_no_token_and_is_its_owners_alone") else {
        return;
    };
    let scene = scene(moto);
    let token = scene
        .run(&format!("token -i prod --role {}", arn("Cached")))
        .token();
    let files = cached_files(&scene);
    assert_eq!(files.len(), 1);
    assert!(!files[0].contains("k8s-aws-v1."));
    let signature = token.parameter("X-Amz-Signature").unwrap();
    eksauth_testing::SecretScan::new()
        .secret("signature", signature)
        .secret("secret key of the environment", crate::scene::SECRET)
        .assert_clean("the cache", &files[0]);
    // What is kept is as secret as what it was made with.
    let kept: serde_json::Value = serde_json::from_str(&files[0]).unwrap();
    let scene = scene
        .hide(
            "secret key that is kept",
            kept["secret_access_key"].as_str().unwrap(),
        )
        .hide(
            "session token that is kept",
            kept["session_token"].as_str().unwrap(),
        );
    scene
        .traced(&format!("token -i prod --role {}", arn("Cached")))
        .token();
    assert_private(&scene.path(".cache/eksauth"));
}

#[cfg(all(unix, not(target_os = "macos")))]
fn assert_private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    for file in std::fs::read_dir(folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn assert_private(_: &Path) {}

#[test]
fn without_the_cache_every_run_calls_and_nothing_is_kept() {
    let Some(moto) = moto("without_the_cache_every_run_calls_and_nothing_is_kept") else {
        return;
    };
    let scene = scene(moto);
    let words = format!("token -i prod --no-cache --role {}", arn("Never"));
    scene.traced(&words).token();
    scene.traced(&words).token();
    assert_eq!(calls(moto, "Never").len(), 2);
    assert_eq!(cached_files(&scene), [""; 0]);
}

#[test]
fn a_cache_that_cannot_be_written_is_a_warning_and_still_a_token() {
    let Some(moto) = moto("a_cache_that_cannot_be_written_is_a_warning_and_still_a_token") else {
        return;
    };
    let scene = scene(moto);
    let file = scene.home().write("file", "");
    let folder = file.join("below").display().to_string();
    let scene = scene.set("EKSAUTH_CACHE_DIR", &folder);
    let ran = scene.run(&format!("token -i prod --role {}", arn("Unwritable")));
    assert_says(&ran.stderr, &["WARN", &folder, "EKSAUTH_CACHE_DIR"]);
    ran.token();
}

#[test]
fn every_flag_of_a_role_reaches_sts() {
    let Some(moto) = moto("every_flag_of_a_role_reaches_sts") else {
        return;
    };
    let scene = scene(moto);
    scene
        .traced(&format!(
            "token -i prod --role-arn {} -e our-agreement -s dev@example.com --duration 1800",
            arn("Flags")
        ))
        .token();
    let calls = calls(moto, "Flags");
    assert_eq!(calls.len(), 1);
    for (name, value) in [
        ("RoleSessionName", "dev@example.com"),
        ("ExternalId", "our-agreement"),
        ("DurationSeconds", "1800"),
    ] {
        assert_eq!(calls[0][name], value, "{name}");
    }
}

#[test]
fn a_session_name_is_forwarded_where_there_is_one() {
    let Some(moto) = moto("a_session_name_is_forwarded_where_there_is_one") else {
        return;
    };
    let scene = scene(moto)
        .with_credentials_file(CREDENTIALS_FILE)
        .with_config(&format!(
            "[profile first]\nrole_arn = {}\nsource_profile = work\nrole_session_name = dev\n",
            arn("First")
        ));
    // moto tells the user id of a session only for sessions of its own.
    scene
        .traced(&format!(
            "token -i prod --profile first --forward-session-name --role {}",
            arn("Forwarded")
        ))
        .token();
    assert_eq!(calls(moto, "First")[0]["RoleSessionName"], "dev");
    assert_eq!(calls(moto, "Forwarded")[0]["RoleSessionName"], "dev");
}

#[test]
fn a_role_of_the_aws_cli_has_the_aws_clis_session_name() {
    let Some(moto) = moto("a_role_of_the_aws_cli_has_the_aws_clis_session_name") else {
        return;
    };
    let scene = scene(moto);
    for (flag, role) in [("--role-arn", "GetTokenArn"), ("--role", "GetToken")] {
        scene
            .traced(&format!(
                "eks get-token --cluster-name prod {flag} {}",
                arn(role)
            ))
            .token();
        assert_eq!(calls(moto, role)[0]["RoleSessionName"], "EKSGetTokenAuth");
    }
}

#[test]
fn roles_of_different_sessions_are_kept_apart() {
    let Some(moto) = moto("roles_of_different_sessions_are_kept_apart") else {
        return;
    };
    let scene = scene(moto);
    for session in ["dev", "robert", "dev"] {
        scene
            .run(&format!(
                "token -i prod -s {session} --role {}",
                arn("Apart")
            ))
            .token();
    }
    let calls = calls(moto, "Apart");
    let names: Vec<_> = calls
        .iter()
        .map(|it| it["RoleSessionName"].as_str())
        .collect();
    assert_eq!(names, ["dev", "robert"]);
}

#[test]
fn the_token_of_a_short_session_is_announced_to_end_with_it() {
    let Some(moto) = moto("the_token_of_a_short_session_is_announced_to_end_with_it") else {
        return;
    };
    let scene = scene(moto);
    let words = format!("token -i prod --duration 900 --role {}", arn("Short"));
    let ran = scene.run(&words);
    let announced = ran.find_expiry();
    let kept: serde_json::Value = serde_json::from_str(&cached_files(&scene)[0]).unwrap();
    let expiry: jiff::Timestamp = kept["expiry"].as_str().unwrap().parse().unwrap();
    let minute = jiff::SignedDuration::from_mins(1);
    // A session of 900 seconds, asked for before the token was signed, ends before the token.
    assert!(announced + minute <= expiry, "{announced} {expiry}");
    assert!(
        expiry.duration_since(announced) < 3 * minute,
        "{announced} {expiry}"
    );
}
