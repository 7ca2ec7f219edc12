//! What is remembered, and how long.

use futures_util::FutureExt as _;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_name_is_remembered_for_a_day() {
    let ec2 = FakeEc2::default();
    let names = unlimited(&ec2);
    names.name(&id(1)).await.unwrap();
    advance(Duration::from_hours(23)).await;
    assert_eq!(&*names.name(&id(1)).await.unwrap(), "ip-1.internal");
    assert_eq!(ec2.calls().len(), 1);
    assert_eq!(names.metrics().remembered_names(), 1);
    advance(Duration::from_hours(1)).await;
    names.name(&id(1)).await.unwrap();
    assert_eq!(ec2.calls().len(), 2);
    assert_eq!(names.metrics().calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn that_there_is_no_such_instance_is_remembered_for_seconds() {
    let ec2 = FakeEc2::default();
    ec2.set_missing([1]);
    let names = unlimited(&ec2);
    for _ in 0..10 {
        names.name(&id(1)).await.unwrap_err();
    }
    assert_eq!(ec2.calls().len(), 1);
    ec2.set_missing([]);
    advance(Duration::from_secs(5)).await;
    assert_eq!(&*names.name(&id(1)).await.unwrap(), "ip-1.internal");
}

#[tokio::test(start_paused = true)]
async fn an_instance_without_a_name_is_asked_for_again() {
    let ec2 = FakeEc2::default();
    ec2.set_nameless([1]);
    let names = unlimited(&ec2);
    for _ in 0..3 {
        let error = names.name(&id(1)).await.unwrap_err();
        assert!(matches!(error, PrivateDnsError::NoName { .. }), "{error:?}");
    }
    assert_eq!(ec2.calls().len(), 3);
    ec2.set_nameless([]);
    assert_eq!(&*names.name(&id(1)).await.unwrap(), "ip-1.internal");
}

#[tokio::test(start_paused = true)]
async fn instances_that_do_not_exist_push_no_name_out() {
    let ec2 = FakeEc2::default();
    ec2.set_missing(1..=3_000);
    let names = unlimited(&ec2);
    names.name(&id(0)).await.unwrap();
    let invented = (1..=3_000).map(|number| {
        let names = names.clone();
        async move { names.name(&id(number)).await.unwrap_err() }
    });
    futures_util::future::join_all(invented).await;
    let before = ec2.calls().len();
    names.name(&id(0)).await.unwrap();
    assert_eq!(ec2.calls().len(), before);
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_bounded() {
    let ec2 = FakeEc2::default().silent();
    let names = unlimited(&ec2);
    let mut waiting: Vec<_> = (0..10_000)
        .map(|number| {
            let names = names.clone();
            Box::pin(async move { names.name(&id(number)).await })
        })
        .collect();
    for it in &mut waiting {
        assert!(it.as_mut().now_or_never().is_none());
    }
    let error = names.name(&id(10_000)).await.unwrap_err();
    assert!(
        matches!(error, PrivateDnsError::Overloaded { .. }),
        "{error:?}"
    );
}
