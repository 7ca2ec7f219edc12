//! Roles that demand a code.

use std::sync::Arc;

use eksauth::{AssumeRole, CredentialError, MfaCode, MfaError, MfaPrompt};

use crate::profiles::keys;
use crate::roles::{arn, call};
use crate::scene::{MFA_SERIAL, Scene, ScriptedMfa, moto};

const CODE: &str = "739105";

fn config(name: &str) -> String {
    format!(
        "[profile {name}]\nrole_arn = {}\nsource_profile = base\nmfa_serial = {MFA_SERIAL}\n{}",
        arn(name),
        keys("base")
    )
}

#[tokio::test]
async fn the_code_for_the_device_of_a_profile_is_asked_for_once_and_sent() {
    let Some(moto) = moto("the_code_for_the_device_of_a_profile_is_asked_for_once_and_sent") else {
        return;
    };
    let scene = Scene::new()
        .with_sts(moto.url())
        .with_config(&config("WithMfa"));
    scene.hide("MFA code", CODE);
    let mfa = ScriptedMfa::showing(&[CODE]);
    let chain = scene.chain_of("WithMfa").with_mfa_prompt(mfa.clone());
    assert_eq!(chain.immediate().unwrap(), None);
    scene.credentials(&chain).await;

    assert_eq!(*mfa.asked.lock().unwrap(), [MFA_SERIAL]);
    let call = call(moto, &arn("WithMfa"));
    assert_eq!(call["SerialNumber"], MFA_SERIAL);
    assert_eq!(call["TokenCode"], CODE);
}

#[tokio::test]
async fn a_role_on_top_can_demand_a_code() {
    let Some(moto) = moto("a_role_on_top_can_demand_a_code") else {
        return;
    };
    let scene = Scene::new().with_key().with_sts(moto.url());
    scene.hide("MFA code", CODE);
    let role = AssumeRole::new(arn("TopWithMfa")).unwrap();
    let chain = scene
        .chain()
        .with_role(role.with_mfa_serial(MFA_SERIAL))
        .with_mfa_prompt(ScriptedMfa::showing(&[CODE]));
    scene.credentials(&chain).await;
    assert_eq!(call(moto, &arn("TopWithMfa"))["TokenCode"], CODE);
}

#[tokio::test]
async fn where_nobody_can_be_asked_the_error_says_how_to_go_on() {
    let scene = Scene::new().with_config(&config("Unattended"));
    let (error, told) = scene.error(&scene.chain_of("Unattended")).await;
    assert!(
        matches!(
            error,
            CredentialError::Mfa {
                source: MfaError::NoTerminal,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(told.contains(&arn("Unattended")), "{told}");
    assert!(
        told.contains("run the command once in a terminal"),
        "{told}"
    );
}

#[tokio::test]
async fn a_code_that_is_none_is_not_sent_and_not_repeated() {
    let sts = crate::sts::giving_sessions();
    let scene = Scene::new()
        .with_sts(&sts.url())
        .with_config(&config("Mistyped"));
    scene.hide("mistyped code", "73910x5");
    let chain = scene
        .chain_of("Mistyped")
        .with_mfa_prompt(ScriptedMfa::showing(&["73910x5"]));
    let (error, _) = scene.error(&chain).await;
    assert!(
        matches!(
            error,
            CredentialError::Mfa {
                source: MfaError::Malformed { length: 7 },
                ..
            }
        ),
        "{error:?}"
    );
    assert!(sts.requests().is_empty());
}

/// One that cannot be asked on a thread of the runtime.
#[derive(Debug)]
struct BlockingMfa;

impl MfaPrompt for BlockingMfa {
    fn code(&self, _serial: &str) -> Result<MfaCode, MfaError> {
        // Panics where blocking would hold up other tasks.
        let (sender, receiver) = tokio::sync::oneshot::channel();
        sender.send(CODE).unwrap();
        MfaCode::new(receiver.blocking_recv().unwrap())
    }
}

#[tokio::test]
async fn a_prompt_may_block() {
    let sts = crate::sts::giving_sessions();
    let scene = Scene::new()
        .with_sts(&sts.url())
        .with_config(&config("Blocking"));
    scene.hide("MFA code", CODE);
    let chain = scene
        .chain_of("Blocking")
        .with_mfa_prompt(Arc::new(BlockingMfa));
    scene.credentials(&chain).await;
}
