//! Foreign tokens: verification and inspection agree, and what they accept has one reading.
#![no_main]

use data_encoding::BASE64URL_NOPAD;
use eksauth_token::{Inspection, Partition, Policy, PresignedUrl, TOKEN_PREFIX};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::Offset;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: &[u8]| {
    let Some(case) = Case::read(input) else {
        return;
    };
    let verified = PresignedUrl::decode(&case.token, &case.policy, case.now);
    let inspection = Inspection::of(&case.token, &case.policy, case.now);

    let first = inspection.problems().first();
    assert_eq!(
        verified.as_ref().err(),
        first,
        "verification reports the first problem"
    );
    assert_eq!(verified.is_ok(), inspection.is_valid());
    shows_only_visible_text(&inspection);
    if let Ok(url) = &verified {
        is_the_only_token_of_its_url(&case.token, url);
        is_what_inspection_shows(url, &inspection);
        has_one_reading(url);
    }
});

/// A token and the circumstances under which it is judged.
struct Case {
    token: String,
    policy: Policy,
    now: Timestamp,
}

impl Case {
    /// The first byte sets the scene: `t` says that a token follows, any other byte chooses
    /// partition and time, and a URL follows. With `0`, `1`, … the time is that of the seeds.
    fn read(input: &[u8]) -> Option<Self> {
        let (scene, rest) = input.split_first()?;
        let text = str::from_utf8(rest).ok()?;
        if *scene == b't' {
            let policy = Policy::new(Partition::Aws);
            return Some(Self {
                token: text.to_owned(),
                policy,
                now: seeds_time(),
            });
        }
        let token = format!("{TOKEN_PREFIX}{}", BASE64URL_NOPAD.encode(text.as_bytes()));
        let scene = usize::from(*scene);
        let policy = Policy::new(Partition::ALL[scene % Partition::ALL.len()]);
        let times = [seeds_time(), Timestamp::MIN, Timestamp::MAX];
        Some(Self {
            token,
            policy,
            now: times[scene / Partition::ALL.len() % times.len()],
        })
    }
}

fn seeds_time() -> Timestamp {
    let noon = date(2026, 11, 24).at(12, 0, 0, 0);
    Offset::UTC
        .to_timestamp(noon)
        .expect("a constant within range")
}

/// Nothing that people are shown can move a cursor, end a line or hide text.
fn shows_only_visible_text(inspection: &Inspection) {
    let mut shown = format!(
        "{inspection:?} {:?} {:?}",
        inspection.partition(),
        inspection.expiry()
    );
    for problem in inspection.problems() {
        shown.push_str(&format!("{problem} {}", problem.code()));
    }
    assert!(
        shown.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
        "{shown:?}"
    );
}

/// Otherwise one request could be held in a cache under many keys.
fn is_the_only_token_of_its_url(token: &str, url: &PresignedUrl) {
    let encoded = BASE64URL_NOPAD.encode(url.expose().as_bytes());
    assert_eq!(format!("{TOKEN_PREFIX}{encoded}"), token);
}

fn is_what_inspection_shows(url: &PresignedUrl, inspection: &Inspection) {
    assert_eq!(inspection.expose_url(), Some(url.expose()));
    assert_eq!(inspection.host(), Some(url.host()));
    assert_eq!(inspection.partition(), Some(url.partition()));
    assert_eq!(inspection.access_key_id(), Some(url.access_key_id()));
    assert_eq!(inspection.signed_at(), Some(url.signed_at()));
    assert_eq!(inspection.expiry(), Some(url.expiry()));
    assert!(inspection.cluster_header_signed());
}

/// Another reader of URLs finds the same host and the same request in it.
fn has_one_reading(url: &PresignedUrl) {
    let read = Url::parse(url.expose()).expect("an accepted URL is a URL to everybody");
    assert_eq!(read.scheme(), "https");
    assert_eq!(read.host_str(), Some(url.host()));
    assert_eq!(
        (read.username(), read.password(), read.port()),
        ("", None, None)
    );
    assert_eq!((read.path(), read.fragment()), ("/", None));

    let pairs = read
        .query_pairs()
        .map(|(name, value)| (name.to_ascii_lowercase(), value));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort();
    assert!(
        pairs.windows(2).all(|two| two[0].0 != two[1].0),
        "a parameter repeats"
    );
    let value = |name: &str| {
        pairs
            .iter()
            .find(|pair| pair.0 == name)
            .map(|pair| &*pair.1)
    };
    assert_eq!(value("action"), Some("GetCallerIdentity"));
    let key_id = value("x-amz-credential").and_then(|credential| credential.split('/').next());
    assert_eq!(key_id, Some(url.access_key_id()));
}
