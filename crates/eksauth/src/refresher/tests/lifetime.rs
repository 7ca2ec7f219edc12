//! When the task starts and ends.

use tokio::runtime::{Builder, Runtime};

use super::*;
use eksauth_testing::ManualTime;

fn unending() -> ScriptedProvider {
    ScriptedProvider::giving(lasting("ASIAONE", NOON + 1_000_000))
}

#[tokio::test(start_paused = true)]
async fn the_task_starts_with_the_first_token_and_ends_with_the_last_source() {
    let clock = SimulatedTime::at_unix(NOON);
    let refresher = Refresher::default();
    let sources = [(); 2].map(|()| source(&unending(), &clock, &refresher));
    sleep(AT_ONCE).await;
    assert_eq!(alive_tasks(), 0);
    let [first, second] = sources;
    first.token().await.unwrap();
    assert_eq!(alive_tasks(), 1);
    second.token().await.unwrap();
    assert_eq!(alive_tasks(), 1);
    drop(first);
    sleep(AT_ONCE).await;
    assert_eq!(alive_tasks(), 1);
    drop(second);
    sleep(AT_ONCE).await;
    assert_eq!(alive_tasks(), 0);

    let third = source(&unending(), &clock, &refresher);
    third.token().await.unwrap();
    assert_eq!(alive_tasks(), 1, "it starts again with the next source");
}

#[tokio::test(start_paused = true)]
async fn a_source_is_renewed_until_its_last_clone_is_dropped() {
    let clock = SimulatedTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    source.token().await.unwrap();
    let clone = source.clone();
    drop(source);
    sleep(6 * MINUTE).await;
    assert_eq!(provider.calls(), 2);
    drop(clone);
    sleep(60 * MINUTE).await;
    assert_eq!(provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_under_way_ends_with_the_last_clone() {
    let clock = SimulatedTime::at_unix(NOON);
    let refresher = Refresher::default();
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let hanging = source(&provider, &clock, &refresher);
    hanging.token().await.unwrap();
    provider.shut();
    while provider.calls() == 1 {
        sleep(SECOND).await;
    }
    drop(hanging);
    sleep(AT_ONCE).await;
    assert_eq!(provider.given_up(), 1);
    assert_eq!(alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_under_way_ends_with_the_last_clone_although_there_are_other_sources() {
    let clock = SimulatedTime::at_unix(NOON);
    let refresher = Refresher::default();
    let other = source(&unending(), &clock, &refresher);
    other.token().await.unwrap();
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let hanging = source(&provider, &clock, &refresher);
    hanging.token().await.unwrap();
    provider.shut();
    while provider.calls() == 1 {
        sleep(SECOND).await;
    }
    drop(hanging);
    sleep(AT_ONCE).await;
    assert_eq!(provider.given_up(), 1);
    assert_eq!(alive_tasks(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_refresher_changes_nothing() {
    let clock = SimulatedTime::at_unix(NOON);
    let refresher = Refresher::default();
    let source = source(&unending(), &clock, &refresher);
    drop(refresher.clone());
    drop(refresher);
    source.token().await.unwrap();
    for _ in 0..60 {
        sleep(MINUTE).await;
        assert!(age(&source) <= 5 * 60 + 33);
    }
}

fn paused_runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap()
}

#[test]
fn when_the_runtime_ends_the_task_starts_again_in_the_next_in_which_a_token_is_signed() {
    let clock = ManualTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    for round in 0..3 {
        paused_runtime().block_on(async {
            source.token().await.unwrap();
            assert_eq!(alive_tasks(), 1);
            assert_eq!(provider.calls(), 2 * round + 1);
            clock.advance(5 * MINUTE);
            sleep(6 * MINUTE).await;
            assert_eq!(provider.calls(), 2 * round + 2);
            clock.advance(15 * MINUTE);
        });
    }
}

#[test]
fn what_the_runtime_cut_short_is_done_in_the_next() {
    let clock = ManualTime::at_unix(NOON);
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let source = source(&provider, &clock, &Refresher::default());
    paused_runtime().block_on(async {
        source.token().await.unwrap();
        provider.shut();
        clock.advance(5 * MINUTE);
        while provider.calls() == 1 {
            sleep(SECOND).await;
        }
    });
    assert_eq!(provider.given_up(), 1);
    provider.open(1000);
    paused_runtime().block_on(async {
        clock.advance(6 * MINUTE);
        assert_eq!(age(&source), 11 * MINUTES, "overdue");
        sleep(AT_ONCE).await;
        assert_eq!(age(&source), 0);
    });
}

#[test]
fn outside_of_a_runtime_a_token_in_hand_is_handed_out() {
    let clock = ManualTime::at_unix(NOON);
    let source = source(&unending(), &clock, &Refresher::default());
    paused_runtime().block_on(async { source.token().await.unwrap() });
    clock.advance(14 * MINUTE);
    assert!(source.bearer_in_hand().is_some());
}

#[test]
fn a_runtime_that_is_shut_down_stops_nobody_who_signs_in_it() {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let clock = ManualTime::at_unix(NOON);
    let source = source(&unending(), &clock, &Refresher::default());
    runtime.block_on(source.token()).unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _entered = handle.enter();
    clock.advance(11 * MINUTE);
    // It is overdue, so the refresher is told, which starts a task where none can run any more.
    assert!(source.bearer_in_hand().is_some());
}
