//! Profiles that lead to a role.

use crate::roles::{arn, call};
use crate::scene::{PROFILE_ACCESS_KEY_ID, PROFILE_SECRET, Scene, moto};

/// A profile with an access key.
pub(crate) fn keys(name: &str) -> String {
    format!(
        "[profile {name}]\naws_access_key_id = {PROFILE_ACCESS_KEY_ID}\n\
         aws_secret_access_key = {PROFILE_SECRET}\n"
    )
}

/// A profile with a role.
fn role(name: &str, rest: &str) -> String {
    format!("[profile {name}]\nrole_arn = {}\n{rest}\n", arn(name))
}

#[tokio::test]
async fn a_named_profile_beats_the_environment_and_aws_profile_does_not() {
    let scene = Scene::new().with_key().with_config(&keys("work"));
    let named = scene.credentials(&scene.chain_of("work")).await;
    assert_eq!(named.access_key_id(), PROFILE_ACCESS_KEY_ID);

    let scene = scene.set("AWS_PROFILE", "work");
    let from_environment = scene.credentials(&scene.chain()).await;
    assert_eq!(
        from_environment.access_key_id(),
        crate::scene::ACCESS_KEY_ID
    );
}

#[tokio::test]
async fn a_role_is_assumed_with_its_source_profile() {
    let Some(moto) = moto("a_role_is_assumed_with_its_source_profile") else {
        return;
    };
    let text = role(
        "OfProfile",
        "source_profile = base\nexternal_id = our-agreement\nrole_session_name = dev",
    );
    let scene = Scene::new()
        .with_sts(moto.url())
        .with_config(&(text + &keys("base")));
    let credentials = scene.credentials(&scene.chain_of("OfProfile")).await;
    assert!(credentials.access_key_id().starts_with("ASIA"));
    let call = call(moto, &arn("OfProfile"));
    assert_eq!(call["ExternalId"], "our-agreement");
    assert_eq!(call["RoleSessionName"], "dev");
}

#[tokio::test]
async fn a_named_profile_beats_the_environment_for_its_role_too() {
    let Some(moto) = moto("a_named_profile_beats_the_environment_for_its_role_too") else {
        return;
    };
    let text = role("Named", "source_profile = base") + &keys("base");
    let scene = Scene::new()
        .with_key()
        .with_sts(moto.url())
        .with_config(&text);
    let credentials = scene.credentials(&scene.chain_of("Named")).await;
    assert!(credentials.access_key_id().starts_with("ASIA"));
    call(moto, &arn("Named"));
}

#[tokio::test]
async fn the_duration_of_a_profile_is_asked_for() {
    let Some(moto) = moto("the_duration_of_a_profile_is_asked_for") else {
        return;
    };
    let text = role("Timed", "source_profile = base\nduration_seconds = 7200") + &keys("base");
    let scene = Scene::new().with_sts(moto.url()).with_config(&text);
    scene.credentials(&scene.chain_of("Timed")).await;
    let call = call(moto, &arn("Timed"));
    assert_eq!(call["DurationSeconds"], "7200");
    assert_eq!(call["RoleSessionName"], "eksauth");
}

#[tokio::test]
async fn a_chain_of_two_roles_is_assumed_from_its_end() {
    let Some(moto) = moto("a_chain_of_two_roles_is_assumed_from_its_end") else {
        return;
    };
    for (top, rest) in [("TopOfSdk", ""), ("TopOfOurs", "\nduration_seconds = 3600")] {
        let middle = format!("MiddleOf{top}");
        let text = role(top, &format!("source_profile = {middle}{rest}"))
            + &role(&middle, "source_profile = base")
            + &keys("base");
        let scene = Scene::new().with_sts(moto.url()).with_config(&text);
        scene.credentials(&scene.chain_of(top)).await;
        let roles: Vec<_> = moto
            .calls("AssumeRole")
            .into_iter()
            .map(|call| call["RoleArn"].clone())
            .filter(|role| role.contains(top))
            .collect();
        assert_eq!(roles, [arn(&middle), arn(top)]);
    }
}

#[tokio::test]
async fn a_profile_that_names_itself_uses_its_own_access_key() {
    let Some(moto) = moto("a_profile_that_names_itself_uses_its_own_access_key") else {
        return;
    };
    for (name, rest) in [("SelfOfSdk", ""), ("SelfOfOurs", "duration_seconds = 3600")] {
        let text = format!(
            "{}role_arn = {}\nsource_profile = {name}\n{rest}\n",
            keys(name),
            arn(name)
        );
        let scene = Scene::new().with_sts(moto.url()).with_config(&text);
        scene.credentials(&scene.chain_of(name)).await;
        call(moto, &arn(name));
    }
}

#[tokio::test]
async fn sources_that_run_in_circles_are_an_error() {
    for rest in [
        "",
        "\nmfa_serial = GAHT12345678",
        "\nduration_seconds = 3600",
    ] {
        let text = role("one", &format!("source_profile = two{rest}"))
            + &role("two", &format!("source_profile = one{rest}"))
            + &role("alone", &format!("source_profile = alone{rest}"));
        let scene = Scene::new().with_config(&text);
        let (_, told) = scene.error(&scene.chain_of("one")).await;
        assert!(told.contains("`one`") && told.contains("loop"), "{told}");
        let (_, told) = scene.error(&scene.chain_of("alone")).await;
        assert!(told.contains("`alone`"), "{told}");
    }
}

#[tokio::test]
async fn a_source_profile_that_is_not_there_is_named() {
    for rest in ["", "\nduration_seconds = 3600"] {
        let text = role("top", &format!("source_profile = gone{rest}"));
        let scene = Scene::new().with_config(&text);
        let (_, told) = scene.error(&scene.chain_of("top")).await;
        assert!(told.contains("gone"), "{told}");
    }
}

#[tokio::test]
async fn the_environment_is_a_source_of_a_role() {
    let Some(moto) = moto("the_environment_is_a_source_of_a_role") else {
        return;
    };
    let text = role("FromGiven", "credential_source = Environment")
        + &role("FromChosen", "credential_source = Environment");
    let scene = Scene::new()
        .with_key()
        .with_sts(moto.url())
        .with_config(&text);
    scene.credentials(&scene.chain_of("FromGiven")).await;
    call(moto, &arn("FromGiven"));

    // The access key itself comes first where the environment chose the profile, as in the AWS CLI.
    let scene = scene.set("AWS_PROFILE", "FromChosen");
    let credentials = scene.credentials(&scene.chain()).await;
    assert_eq!(credentials.access_key_id(), crate::scene::ACCESS_KEY_ID);
}
