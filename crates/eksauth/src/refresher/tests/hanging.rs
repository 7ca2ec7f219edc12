//! A provider that gives no answer.

use super::*;
use crate::TokenError;

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_holds_up_nobody_else() {
    let clock = SimulatedTime::at_unix(NOON);
    let refresher = Refresher::default();
    let hanging = ScriptedProvider::giving(long_lived("AKIAONE"));
    let healthy = ScriptedProvider::giving(long_lived("AKIATWO"));
    let stuck = source(&hanging, &clock, &refresher);
    let other = source(&healthy, &clock, &refresher);
    stuck.token().await.unwrap();
    other.token().await.unwrap();
    hanging.shut();

    for _ in 0..14 * 60 {
        sleep(SECOND).await;
        assert!(age(&other) <= 5 * 60 + 33);
    }
    assert!(hanging.calls() > 2);
    assert_eq!(alive_tasks(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_has_failed_after_a_minute_and_is_asked_again() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    source.token().await.unwrap();
    provider.shut();
    let mut state = source.state();
    state.mark_unchanged();
    state.changed().await.unwrap();
    let asked = provider.asked_at()[1];
    assert_eq!((Instant::now() - asked).as_secs(), 60);
    let error = state.borrow().error().cloned().unwrap();
    assert!(
        matches!(error, TokenError::NoAnswer { after: MINUTE }),
        "{error}"
    );
    assert_eq!(provider.given_up(), 1);

    provider.open(1000);
    sleep(10 * SECOND).await;
    assert_eq!(source.state().borrow().failures(), 0);
    assert!(age(&source) <= 10);
}
