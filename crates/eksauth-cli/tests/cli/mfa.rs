//! A role that demands an MFA code asks for it in the terminal, once.
#![cfg(unix)]

use eksauth_testing::{MotoServer, Oracles, SecretScan};
use serde_json::{Value, json};

use crate::scene::{CREDENTIALS_FILE, EKSAUTH, Scene, SignedToken, assert_says, moto};

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/dev";
const CODE: &str = "813264";

fn arn(role: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{role}")
}

fn scene(moto: &MotoServer) -> Scene {
    Scene::with_key()
        .set("AWS_ENDPOINT_URL_STS", moto.url())
        .set("AWS_EC2_METADATA_DISABLED", "true")
        .with_credentials_file(CREDENTIALS_FILE)
        .hide("MFA code", CODE)
}

/// Runs in a terminal where somebody types the code when asked.
fn in_terminal(oracles: &Oracles, scene: &Scene, arguments: &str, answer: &str) -> Value {
    let argv: Vec<_> = [EKSAUTH]
        .into_iter()
        .chain(arguments.split_whitespace())
        .collect();
    let case = json!({
        "argv": argv,
        "env": scene.variables(),
        "question": "MFA code",
        "answer": answer,
    });
    let answer = oracles.run("terminal.py", &case);
    SecretScan::new()
        .secret("MFA code", CODE)
        .secret("secret key", crate::scene::SECRET)
        .assert_clean("the terminal", answer["terminal"].as_str().unwrap());
    answer
}

#[test]
fn the_code_is_asked_for_in_the_terminal_and_reaches_sts_alone() {
    const TEST: &str = "the_code_is_asked_for_in_the_terminal_and_reaches_sts_alone";
    let Some(moto) = moto(TEST) else { return };
    let oracles = Oracles::or_skip(TEST).unwrap();
    for (role, profile) in [("MfaFlag", false), ("MfaProfile", true)] {
        let scene = scene(moto).with_config(&format!(
            "[profile mfa]\nrole_arn = {}\nsource_profile = work\nmfa_serial = {SERIAL}\n",
            arn(role)
        ));
        let words = if profile {
            "token -i prod --profile mfa".to_owned()
        } else {
            format!("token -i prod --role {} --mfa-serial {SERIAL}", arn(role))
        };
        let traced = format!("{words} -v trace");
        let ran = in_terminal(oracles, &scene, &traced, &format!("{CODE}\n"));
        assert_eq!(ran["exit_code"], 0, "{ran}");
        assert_says(ran["terminal"].as_str().unwrap(), &["MFA code", SERIAL]);
        let credential: Value = serde_json::from_str(ran["stdout"].as_str().unwrap()).unwrap();
        let token = SignedToken::new(credential["status"]["token"].as_str().unwrap());
        assert!(token.parameter("X-Amz-Security-Token").is_some());

        let mut calls = moto.calls("AssumeRole");
        calls.retain(|it| it["RoleArn"] == arn(role));
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0]["TokenCode"], CODE);
        assert_eq!(calls[0]["SerialNumber"], SERIAL);

        // The second run needs no terminal: the session is kept.
        let again = scene.traced(&words).token();
        assert_eq!(again.access_key_id(), token.access_key_id());
    }
}

#[test]
fn a_code_that_is_none_is_not_repeated_and_never_sent() {
    const TEST: &str = "a_code_that_is_none_is_not_repeated_and_never_sent";
    let Some(moto) = moto(TEST) else { return };
    let oracles = Oracles::or_skip(TEST).unwrap();
    let words = format!(
        "token -i prod --role {} --mfa-serial {SERIAL}",
        arn("MfaTypo")
    );
    let ran = in_terminal(oracles, &scene(moto), &words, &format!("{CODE}7\n"));
    assert_eq!(
        (&ran["exit_code"], &ran["stdout"]),
        (&json!(1), &json!("")),
        "{ran}"
    );
    assert_says(ran["terminal"].as_str().unwrap(), &["six digits"]);
    let calls = moto.calls("AssumeRole");
    assert!(calls.iter().all(|it| it["RoleArn"] != arn("MfaTypo")));
}
