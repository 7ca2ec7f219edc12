//! What is secret stays so.

use super::*;
use crate::scripted_provider::{SECRET_KEY, SESSION_TOKEN};

fn scan(token: &Token) -> SecretScan {
    SecretScan::new()
        .token(token.expose())
        .secret("token", token.expose())
        .secret("secret key", SECRET_KEY)
        .secret("session token", SESSION_TOKEN)
}

#[tokio::test(start_paused = true)]
async fn neither_debug_nor_errors_show_a_secret() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let clock = ManualTime::at_unix(NOON);
    let source = source(&provider, &clock);
    let token = source.token().await.unwrap();
    let bearer = source.bearer().await.unwrap();
    let ready = source.shared.current.load_full();
    let scan = scan(&token);
    scan.assert_clean("Debug", format!("{source:?} {source:#?} {token:?}"));
    scan.assert_clean("Debug", format!("{bearer:?} {bearer:#?} {ready:?}"));
    scan.assert_clean("Debug", format!("{:?}", source.shared.credentials));

    // As the SDK does, which shows the answer that it could not read.
    provider.fail_with_debug(SECRET_KEY);
    clock.advance(60 * MINUTE);
    let error = source.token().await.unwrap_err();
    scan.assert_clean("the error", format!("{error} {error:?} {error:#?}"));
    let state = source.state();
    scan.assert_clean("the state", format!("{:?} {state:?}", state.borrow()));
    assert!(format!("{error:?}").contains("the provider is out"));
}

#[tokio::test(start_paused = true)]
async fn no_secret_reaches_the_log_while_tokens_are_renewed_refused_and_missed() {
    let logs = CapturedLogs::scoped();
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + 3600));
    let source = refreshed(&provider, &clock);
    let mut tokens = vec![source.token().await.unwrap()];
    tokio::time::sleep(6 * MINUTE).await;
    tokens.push(source.token().await.unwrap());
    let refused = source.bearer().await.unwrap().id();
    provider.fail_with_debug(SECRET_KEY);
    source.replace(refused).await.unwrap();
    tokens.push(source.token().await.unwrap());
    tokio::time::sleep(60 * MINUTE).await;
    source.token().await.unwrap_err();

    let log = logs.text();
    assert!(log.contains("signed a token"), "{log}");
    assert!(log.contains("there is no valid token"), "{log}");
    for token in tokens {
        scan(&token).assert_clean("the log", &log);
    }
}
