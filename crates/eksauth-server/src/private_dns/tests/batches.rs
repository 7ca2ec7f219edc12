//! Many who ask at the same time.

use futures_util::future::join_all;

use super::*;

async fn all(
    names: &PrivateDnsNames,
    numbers: impl IntoIterator<Item = usize>,
) -> Vec<Result<Arc<str>, PrivateDnsError>> {
    join_all(numbers.into_iter().map(|number| {
        let names = names.clone();
        async move { names.name(&id(number)).await }
    }))
    .await
}

#[tokio::test(start_paused = true)]
async fn a_single_instance_is_asked_for_at_once() {
    let ec2 = FakeEc2::default();
    let names = unlimited(&ec2);
    let start = Instant::now();
    assert_eq!(&*names.name(&id(7)).await.unwrap(), "ip-7.internal");
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(ec2.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn all_who_ask_for_the_same_instance_share_one_call() {
    let ec2 = FakeEc2::default().slow(Duration::from_millis(100));
    let names = unlimited(&ec2);
    let found = all(&names, std::iter::repeat_n(7, 500)).await;
    assert!(
        found
            .iter()
            .all(|it| &**it.as_ref().unwrap() == "ip-7.internal")
    );
    assert_eq!(ec2.calls().len(), 1);
    assert_eq!(ec2.calls()[0].ids, [id(7)]);
}

#[tokio::test(start_paused = true)]
async fn those_who_come_a_moment_later_share_the_next_call() {
    let ec2 = FakeEc2::default().slow(Duration::from_millis(200));
    let names = unlimited(&ec2);
    let first = tokio::spawn({
        let names = names.clone();
        async move { names.name(&id(0)).await }
    });
    settle().await;
    let found = all(&names, 1..=40).await;
    assert!(found.iter().all(Result::is_ok), "{found:?}");
    first.await.unwrap().unwrap();
    let counts: Vec<usize> = ec2.calls().iter().map(|it| it.ids.len()).collect();
    assert_eq!(counts, [1, 40]);
    let between = ec2.calls()[1].at - ec2.calls()[0].at;
    assert!(between <= Duration::from_millis(200), "{between:?}");
}

#[tokio::test(start_paused = true)]
async fn no_call_asks_for_more_than_a_hundred_and_each_instance_is_asked_for_once() {
    let ec2 = FakeEc2::default().slow(Duration::from_millis(20));
    let names = unlimited(&ec2);
    let found = all(&names, 0..5_000).await;
    for (number, name) in found.iter().enumerate() {
        let name = name.as_ref().unwrap();
        assert_eq!(**name, format!("ip-{number}.internal"));
    }
    let calls = ec2.calls();
    assert!(calls.iter().all(|it| it.ids.len() <= 100));
    let asked: usize = calls.iter().map(|it| it.ids.len()).sum();
    assert_eq!(asked, 5_000);
    assert!(calls.len() <= 52, "{}", calls.len());
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_does_not_exist_fails_nobody_else() {
    let ec2 = FakeEc2::default();
    ec2.set_missing([3]);
    ec2.set_nameless([5]);
    let names = unlimited(&ec2);
    let found = all(&names, 0..10).await;
    for (number, name) in found.into_iter().enumerate() {
        let id = id(number);
        match number {
            3 => assert_eq!(name, Err(PrivateDnsError::NoInstance { id })),
            5 => assert_eq!(name, Err(PrivateDnsError::NoName { id })),
            _ => assert_eq!(*name.unwrap(), *format!("ip-{number}.internal")),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_read_to_its_last_page() {
    let ec2 = FakeEc2::default().in_pages_of(7);
    let names = unlimited(&ec2);
    let found = all(&names, 0..50).await;
    assert!(found.iter().all(Result::is_ok), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_an_end_is_none() {
    let ec2 = FakeEc2::default().in_pages_of(1);
    let names = unlimited(&ec2);
    let found = all(&names, 0..90).await;
    let unread = Err(PrivateDnsError::Describe(DescribeError::UnexpectedAnswer));
    // Not as if the last ones did not exist.
    assert_eq!(found.last(), Some(&unread));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_is_told_to_all_of_it_and_to_nobody_after() {
    let ec2 = FakeEc2::default();
    let names = unlimited(&ec2);
    let refused = DescribeError::Refused {
        status: 403,
        code: "UnauthorizedOperation".to_owned(),
    };
    ec2.fail([refused.clone()]);
    let found = all(&names, 0..10).await;
    assert!(
        found.iter().all(|it| *it == Err(refused.clone().into())),
        "{found:?}"
    );
    assert_eq!(ec2.calls().len(), 1);
    assert!(names.name(&id(1)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_throttled_or_lost_is_made_again() {
    let ec2 = FakeEc2::default();
    let names = unlimited(&ec2);
    let throttled = DescribeError::Throttled { status: 503 };
    let lost = DescribeError::Unavailable {
        reason: "gone".to_owned(),
    };
    ec2.fail([throttled.clone(), lost]);
    assert!(names.name(&id(1)).await.is_ok());
    assert_eq!(ec2.calls().len(), 3);

    ec2.fail(vec![throttled.clone(); 3]);
    assert_eq!(names.name(&id(2)).await, Err(throttled.into()));
    assert_eq!(ec2.calls().len(), 6);
}
