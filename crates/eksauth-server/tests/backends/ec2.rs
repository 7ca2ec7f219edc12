//! EC2's own words, over TLS on loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use eksauth_server::{
    DescribeError, DescribeRate, Ec2, InstanceId, PrivateDnsError, PrivateDnsNames, StsConnection,
};
use eksauth_testing::{Answer, CapturedLogs, HttpService, ManualTime, SecretScan, SentRequest};
use eksauth_token::Region;

use crate::scene::NOW;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION_TOKEN: &str = "FwoGZXIvYXdzEJr+/w8aDBhZ4kXq0vPz9wErTyUiOpAsDfGh==";

/// Credentials by a script: so many, then none.
#[derive(Clone, Debug)]
struct Wallet {
    lifetime: Option<Duration>,
    asked: Arc<AtomicUsize>,
    is_empty: bool,
}

impl Wallet {
    fn of(lifetime: Option<Duration>) -> Self {
        Self {
            lifetime,
            asked: Arc::default(),
            is_empty: false,
        }
    }

    fn empty() -> Self {
        Self {
            is_empty: true,
            ..Self::of(None)
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl ProvideCredentials for Wallet {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        if self.is_empty {
            return future::ProvideCredentials::ready(Err(CredentialsError::not_loaded(
                "no wallet",
            )));
        }
        let end = self
            .lifetime
            .map(|it| UNIX_EPOCH + Duration::from_secs(NOW) + it);
        let key = format!("ASIA{number:016}");
        let token = Some(SESSION_TOKEN.to_owned());
        future::ProvideCredentials::ready(Ok(Credentials::new(key, SECRET, token, end, "test")))
    }
}

/// The instance `i-…N` is `ip-N.internal`.
fn named(request: &SentRequest) -> Answer {
    let ids = (1..).map_while(|it| request.form(&format!("Filter.1.Value.{it}")));
    let items: String = ids
        .map(|id| {
            let number = id.trim_start_matches("i-").trim_start_matches('0');
            format!(
                "<item><instanceId>{id}</instanceId>\
                 <privateDnsName>ip-{number}.internal</privateDnsName></item>"
            )
        })
        .collect();
    Answer::new(
        200,
        format!(
            "<DescribeInstancesResponse><reservationSet><item><instancesSet>{items}</instancesSet>\
             </item></reservationSet></DescribeInstancesResponse>"
        ),
    )
}

fn refused(status: u16, code: &str) -> Answer {
    let body = format!(
        "<Response><Errors><Error><Code>{code}</Code><Message>words of EC2</Message></Error>\
         </Errors></Response>"
    );
    Answer::new(status, body)
}

fn id(number: usize) -> InstanceId {
    format!("i-{number:017}").parse().unwrap()
}

/// Names from this EC2, at a clock that stands still.
fn names(ec2: &HttpService, wallet: &Wallet, clock: &ManualTime) -> PrivateDnsNames {
    let connection = StsConnection::new()
        .without_system_roots()
        .with_roots(ec2.ca_pem().as_bytes())
        .unwrap();
    let region = Region::new("eu-west-1").unwrap();
    let provider = SharedCredentialsProvider::new(wallet.clone());
    let ec2 = Ec2::new(region, provider, &connection, clock.clone())
        .unwrap()
        .with_endpoint(&ec2.url())
        .unwrap();
    secrets().assert_clean("the Debug of EC2", format!("{ec2:?}"));
    PrivateDnsNames::new(ec2, DescribeRate::new(0, 1).unwrap())
}

fn secrets() -> SecretScan {
    SecretScan::new()
        .secret("secret access key", SECRET)
        .secret("session token", SESSION_TOKEN)
}

fn clock() -> ManualTime {
    ManualTime::at_unix(NOW)
}

#[tokio::test]
async fn the_call_is_signed_and_asks_for_the_instance_alone() {
    let logs = CapturedLogs::scoped();
    let ec2 = HttpService::start_https(named);
    let names = names(&ec2, &Wallet::of(None), &clock());
    assert_eq!(&*names.name(&id(7)).await.unwrap(), "ip-7.internal");

    let requests = ec2.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!((&*request.method, &*request.path), ("POST", "/"));
    assert_eq!(request.form("Action").as_deref(), Some("DescribeInstances"));
    assert_eq!(
        request.form("Filter.1.Name").as_deref(),
        Some("instance-id")
    );
    assert_eq!(request.form("Filter.1.Value.1"), Some(id(7).to_string()));
    assert_eq!(request.form("Filter.1.Value.2"), None);
    assert_eq!(request.header("x-amz-security-token"), Some(SESSION_TOKEN));
    assert_eq!(request.header("x-amz-date"), Some("20260101T120000Z"));
    let authorization = request.header("authorization").unwrap();
    let scope = "Credential=ASIA0000000000000000/20260101/eu-west-1/ec2/aws4_request";
    assert!(authorization.contains(scope), "{authorization}");
    secrets().assert_clean("the log", logs.text());
}

#[tokio::test]
async fn credentials_are_kept_until_two_minutes_before_they_end() {
    let ec2 = HttpService::start_https(named);
    let wallet = Wallet::of(Some(Duration::from_mins(60)));
    let clock = clock();
    let names = names(&ec2, &wallet, &clock);
    names.name(&id(1)).await.unwrap();
    clock.advance(Duration::from_secs(58 * 60 - 1));
    names.name(&id(2)).await.unwrap();
    assert_eq!(wallet.asked(), 1);
    clock.advance(Duration::from_secs(1));
    names.name(&id(3)).await.unwrap();
    assert_eq!(wallet.asked(), 2);
}

#[tokio::test]
async fn credentials_without_an_end_are_asked_for_each_time() {
    let ec2 = HttpService::start_https(named);
    let wallet = Wallet::of(None);
    let names = names(&ec2, &wallet, &clock());
    for number in 1..=3 {
        names.name(&id(number)).await.unwrap();
        assert_eq!(wallet.asked(), number);
    }
}

#[tokio::test]
async fn credentials_that_ec2_does_not_take_are_not_kept() {
    let ec2 = HttpService::start_https(|request| {
        match request
            .header("authorization")
            .unwrap()
            .contains("ASIA0000000000000000/")
        {
            true => refused(401, "AuthFailure"),
            false => named(request),
        }
    });
    let wallet = Wallet::of(Some(Duration::from_mins(60)));
    let names = names(&ec2, &wallet, &clock());
    let refused = DescribeError::Refused {
        status: 401,
        code: "AuthFailure".to_owned(),
    };
    assert_eq!(names.name(&id(1)).await, Err(refused.into()));
    names.name(&id(1)).await.unwrap();
    assert_eq!(wallet.asked(), 2);
}

#[tokio::test]
async fn without_credentials_nothing_is_asked_of_ec2() {
    let ec2 = HttpService::start_https(named);
    let error = names(&ec2, &Wallet::empty(), &clock()).name(&id(1)).await;
    let Err(PrivateDnsError::Describe(DescribeError::Credentials { reason })) = error else {
        panic!("{error:?}");
    };
    assert!(reason.contains("no wallet"), "{reason}");
    assert!(ec2.requests().is_empty());
}

#[tokio::test]
async fn what_lies_is_not_believed() {
    const LENGTH: usize = 9 * 1024 * 1024;
    let to_others =
        |_: &SentRequest| Answer::new(302, "").with_header("Location", "https://example.com/");
    let ec2 = HttpService::start_https(to_others);
    let error = names(&ec2, &Wallet::of(None), &clock()).name(&id(1)).await;
    assert_eq!(error, Err(DescribeError::UnexpectedAnswer.into()));
    assert_eq!(ec2.requests().len(), 1);

    let page = |_: &SentRequest| Answer::new(200, "<html>Sign in to the network</html>");
    let ec2 = HttpService::start_https(page);
    let error = names(&ec2, &Wallet::of(None), &clock()).name(&id(1)).await;
    assert_eq!(error, Err(DescribeError::UnexpectedAnswer.into()));

    let endless = |_: &SentRequest| Answer::new(200, " ".repeat(LENGTH));
    let ec2 = HttpService::start_https(endless);
    let error = names(&ec2, &Wallet::of(None), &clock()).name(&id(1)).await;
    let Err(PrivateDnsError::Describe(DescribeError::Unavailable { reason })) = error else {
        panic!("{error:?}");
    };
    assert!(reason.contains("length limit"), "{reason}");
}

#[tokio::test]
async fn a_name_for_another_instance_is_nobodys() {
    let ec2 = HttpService::start_https(|request| {
        let mut other = request.clone();
        other.body = request.body.replace(id(1).as_str(), id(2).as_str());
        named(&other)
    });
    let names = names(&ec2, &Wallet::of(None), &clock());
    let error = names.name(&id(1)).await;
    assert!(
        matches!(error, Err(PrivateDnsError::NoInstance { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn throttling_is_waited_for_and_the_call_is_made_again() {
    let count = AtomicUsize::new(0);
    let ec2 =
        HttpService::start_https(move |request| match count.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => refused(503, "RequestLimitExceeded"),
            _ => named(request),
        });
    let names = names(&ec2, &Wallet::of(None), &clock());
    assert_eq!(&*names.name(&id(1)).await.unwrap(), "ip-1.internal");
    assert_eq!(names.metrics().calls(), 3);
}

#[test]
fn each_region_has_the_endpoint_of_its_partition() {
    let connection = || {
        let ec2 = HttpService::start_https(named);
        let trusting = StsConnection::new().without_system_roots();
        trusting.with_roots(ec2.ca_pem().as_bytes()).unwrap()
    };
    for (region, endpoint) in [
        ("eu-west-1", "https://ec2.eu-west-1.amazonaws.com/"),
        ("cn-north-1", "https://ec2.cn-north-1.amazonaws.com.cn/"),
        ("us-gov-west-1", "https://ec2.us-gov-west-1.amazonaws.com/"),
        ("us-iso-east-1", "https://ec2.us-iso-east-1.c2s.ic.gov/"),
    ] {
        let provider = SharedCredentialsProvider::new(Wallet::of(None));
        let region = Region::new(region).unwrap();
        let ec2 = Ec2::new(region, provider, &connection(), clock()).unwrap();
        let text = format!("{ec2:?}");
        assert!(text.contains(endpoint), "{text}");
    }
}

#[test]
fn an_endpoint_that_is_none_is_refused() {
    let ec2 = HttpService::start_https(named);
    for url in [
        "",
        "ec2.example.com",
        "http://ec2.example.com",
        "https://ec2.example.com/path",
        "https://ec2.example.com/?query",
        "https://user@ec2.example.com",
        "https://",
    ] {
        let connection = StsConnection::new()
            .without_system_roots()
            .with_roots(ec2.ca_pem().as_bytes())
            .unwrap();
        let provider = SharedCredentialsProvider::new(Wallet::of(None));
        let region = Region::new("eu-west-1").unwrap();
        let made = Ec2::new(region, provider, &connection, clock()).unwrap();
        let error = made.with_endpoint(url).unwrap_err();
        assert!(error.to_string().contains("expected an endpoint"), "{url}");
    }
}
