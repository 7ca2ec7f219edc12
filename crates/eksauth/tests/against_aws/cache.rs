//! What is kept between two runs, and what is not.

use std::path::PathBuf;
use std::time::Duration;

use eksauth::{AssumeRole, CredentialCache, CredentialChain, SessionName, TokenSource};
use eksauth_testing::{Answer, HttpService, SecretScan};
use eksauth_token::{ClusterId, EndpointOptions, Region, StsEndpoint};

use crate::profiles::keys;
use crate::roles::arn;
use crate::scene::{ACCESS_KEY_ID, MFA_SERIAL, REGION, Scene, ScriptedMfa, sso_token};
use crate::sts;

fn role() -> AssumeRole {
    AssumeRole::new(arn("Cached")).unwrap()
}

fn cached(scene: &Scene) -> CredentialChain {
    scene.chain().with_cache(scene.cache()).with_role(role())
}

fn entries(scene: &Scene) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(scene.home().join("cache")) else {
        return Vec::new();
    };
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect()
}

#[tokio::test]
async fn the_second_run_assumes_no_role_and_has_its_credentials_at_hand() {
    let sts = sts::giving_sessions();
    let scene = Scene::new().with_key().with_sts(&sts.url());
    assert_eq!(cached(&scene).immediate().unwrap(), None);
    let first = scene.credentials(&cached(&scene)).await;
    let second = scene.credentials(&cached(&scene)).await;
    assert_eq!(second.access_key_id(), first.access_key_id());
    assert_eq!(second.session_token(), first.session_token());
    assert_eq!(second.expiry(), first.expiry());
    assert_eq!(cached(&scene).immediate().unwrap(), Some(second));
    assert_eq!(sts.requests().len(), 1);
}

#[tokio::test]
async fn one_code_serves_until_the_session_ends() {
    let sts = sts::giving_sessions();
    let config = format!(
        "[profile mfa]\nrole_arn = {}\nsource_profile = base\nmfa_serial = {MFA_SERIAL}\n{}",
        arn("Cached"),
        keys("base")
    );
    let scene = Scene::new().with_sts(&sts.url()).with_config(&config);
    scene.hide("MFA code", "739105");
    let mfa = ScriptedMfa::showing(&["739105"]);
    for _ in 0..3 {
        let chain = scene
            .chain_of("mfa")
            .with_cache(scene.cache())
            .with_mfa_prompt(mfa.clone());
        scene.credentials(&chain).await;
    }
    assert_eq!(mfa.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn whatever_is_asked_differently_is_fetched_anew() {
    let sts = sts::giving_sessions();
    let scene = Scene::new()
        .with_key()
        .with_sts(&sts.url())
        .with_config(&keys("other"));
    let on = |chain: CredentialChain, role| chain.with_cache(scene.cache()).with_role(role);
    let named = SessionName::named("dev").unwrap();
    let elsewhere = CredentialChain::new(scene.settings(), Region::new("eu-west-2").unwrap());
    let chains = [
        on(scene.chain(), role()),
        on(scene.chain(), AssumeRole::new(arn("Other")).unwrap()),
        on(scene.chain(), role().with_external_id("partner").unwrap()),
        on(scene.chain(), role().with_session_name(named)),
        on(
            scene.chain(),
            role().with_duration(Duration::from_secs(900)).unwrap(),
        ),
        on(scene.chain_of("other"), role()),
        on(elsewhere, role()),
    ];
    for (index, chain) in chains.iter().enumerate() {
        scene.credentials(chain).await;
        scene.credentials(chain).await;
        assert_eq!(sts.requests().len(), index + 1);
    }
}

#[tokio::test]
async fn another_access_key_or_configuration_is_fetched_anew() {
    let sts = sts::giving_sessions();
    let scene = Scene::new().with_key().with_sts(&sts.url());
    scene.credentials(&cached(&scene)).await;
    let scene = scene.set("AWS_ACCESS_KEY_ID", "AKIAANOTHER");
    scene.credentials(&cached(&scene)).await;
    assert_eq!(sts.requests().len(), 2);
    let scene = scene.with_config("[default]\noutput = json\n");
    scene.credentials(&cached(&scene)).await;
    assert_eq!(sts.requests().len(), 3);
    // What was known before is known again.
    std::fs::remove_file(scene.home().join(".aws/config")).unwrap();
    let scene = scene.set("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID);
    scene.credentials(&cached(&scene)).await;
    assert_eq!(sts.requests().len(), 3);
}

#[tokio::test]
async fn a_session_is_renewed_a_quarter_of_an_hour_before_its_end() {
    let sts = sts::giving_sessions();
    let scene = Scene::new().with_key().with_sts(&sts.url());
    scene.credentials(&cached(&scene)).await;
    scene.advance_minutes(44);
    scene.credentials(&cached(&scene)).await;
    assert_eq!(sts.requests().len(), 1);
    scene.advance_minutes(1);
    let renewed = scene.credentials(&cached(&scene)).await;
    assert_eq!(renewed.access_key_id(), "ASIASESSION2");
}

#[tokio::test]
async fn while_sts_refuses_the_cached_session_serves_to_its_end() {
    let sts = sts::giving_sessions();
    let scene = Scene::new().with_key().with_sts(&sts.url());
    scene.credentials(&cached(&scene)).await;
    let url = sts.url();
    drop(sts);
    scene.advance_minutes(59);
    // Nobody listens there any more: the very chain of the first call, and the same entry.
    tokio::time::pause();
    let session = scene.credentials(&cached(&scene)).await;
    assert_eq!(session.access_key_id(), "ASIASESSION1");
    let warned = "could not renew credentials, the cached ones serve to their end";
    assert!(scene.log().contains(warned));
    scene.advance_minutes(1);
    let (_, told) = scene.error(&cached(&scene)).await;
    assert!(told.contains("STS gave no usable answer"), "{url}: {told}");
}

#[tokio::test]
async fn an_access_key_that_is_written_down_never_touches_the_cache() {
    let scene = Scene::new().with_key().with_config(&keys("work"));
    for chain in [scene.chain(), scene.chain_of("work")] {
        let chain = chain.with_cache(scene.cache());
        assert!(chain.immediate().unwrap().is_some());
        scene.credentials(&chain).await;
    }
    assert!(!scene.home().join("cache").exists());
}

#[tokio::test]
async fn a_token_is_never_written() {
    let sts = sts::giving_sessions();
    let scene = Scene::new().with_key().with_sts(&sts.url());
    let source = TokenSource::new(
        ClusterId::new("prod").unwrap(),
        StsEndpoint::new(&Region::new(REGION).unwrap(), EndpointOptions::default()),
        cached(&scene),
        scene.clock().clone(),
    );
    let token = source.token().await.unwrap();
    // The entry may hold the session token; of the token it must have nothing else.
    let signature = token.expose().len() - 80;
    let scan = SecretScan::new().secret("end of the token", &token.expose()[signature..]);
    let entries = entries(&scene);
    assert_eq!(entries.len(), 1);
    for entry in entries {
        let text = std::fs::read_to_string(entry).unwrap();
        assert!(text.contains(sts::SESSION_TOKEN));
        assert!(!text.contains("k8s-aws-v1."));
        scan.assert_clean("the entry", text);
    }
}

#[tokio::test]
async fn where_nothing_can_be_kept_credentials_are_returned_all_the_same() {
    let sts = sts::giving_sessions();
    let scene = Scene::new().with_key().with_sts(&sts.url());
    let file = scene.write("file", "");
    let cache = CredentialCache::at(file.join("below"));
    let chain = scene.chain().with_role(role()).with_cache(cache);
    scene.credentials(&chain).await;
    let log = scene.log();
    assert!(log.contains("cannot keep credentials"));
    assert!(log.contains(file.to_str().unwrap()));
}

#[tokio::test]
async fn after_a_sign_out_nothing_cached_is_found() {
    let portal = HttpService::start(|_| {
        Answer::new(
            200,
            format!(
                r#"{{"roleCredentials": {{"accessKeyId": "ASIASSO", "secretAccessKey": "{}",
                    "sessionToken": "{}", "expiration": 1767272400000}}}}"#,
                sts::SECRET,
                sts::SESSION_TOKEN
            ),
        )
    });
    let scene = Scene::new()
        .set("AWS_ENDPOINT_URL_SSO", &portal.url())
        .with_config(sso_token::CONFIG);
    sso_token::write(&scene, "2026-01-01T13:00:00Z");
    let chain = || scene.chain_of("sso").with_cache(scene.cache());
    scene.credentials(&chain()).await;
    scene.credentials(&chain()).await;
    assert_eq!(portal.requests().len(), 1);
    assert!(chain().immediate().unwrap().is_some());

    std::fs::remove_file(scene.home().join(sso_token::FILE)).unwrap();
    assert_eq!(chain().immediate().unwrap(), None);
    let (_, told) = scene.error(&chain()).await;
    assert!(told.contains("aws sso login"), "{told}");
}
