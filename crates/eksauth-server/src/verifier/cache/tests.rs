use jiff::ToSpan as _;

use super::super::presigned::{for_region, signed_at};
use super::*;
use crate::identity::tests::confirmed;
use crate::{Outage, StsErrorCode, Unbelievable, UnexpectedAnswer};

fn dev() -> Verdict {
    let arn = "arn:aws:iam::123456789012:user/dev";
    Ok(Arc::new(confirmed(arn, "AIDACKCEVSQ6C2EXAMPLE")))
}

fn denied() -> Verdict {
    Err(VerifyError::Denied {
        status: 403,
        code: StsErrorCode::parse("InvalidClientTokenId").unwrap(),
    })
}

fn key(number: usize) -> TokenKey {
    TokenKey::of(&number.to_string())
}

struct Remembering {
    verdicts: Verdicts,
    url: PresignedUrl,
}

impl Remembering {
    fn with(limits: Limits) -> Self {
        Self {
            verdicts: Verdicts::new(&limits),
            url: for_region("eu-west-1"),
        }
    }

    fn remember(&self, number: usize, verdict: &Verdict, after: i64) {
        let now = signed_at() + after.seconds();
        let as_of = self.verdicts.edition();
        self.verdicts
            .remember(key(number), verdict, &self.url, now, as_of);
    }

    fn get(&self, number: usize, after: i64) -> Option<Verdict> {
        let now = signed_at() + after.seconds();
        self.verdicts.get(&key(number), now)
    }

    fn identities(&self, of: usize) -> usize {
        (0..of)
            .filter(|&it| matches!(self.get(it, 0), Some(Ok(_))))
            .count()
    }
}

#[test]
fn an_identity_is_remembered_until_its_token_ends() {
    let remembering = Remembering::with(Limits::default());
    remembering.remember(0, &dev(), 60);
    assert_eq!(remembering.get(0, 60), Some(dev()));
    assert_eq!(remembering.get(0, 899), Some(dev()));
    assert_eq!(remembering.get(0, 900), None);
}

#[test]
fn a_shorter_lifetime_ends_it_sooner_and_a_longer_one_not_later() {
    let remembering = Remembering::with(Limits {
        identity_lifetime: Duration::from_secs(30),
        ..Limits::default()
    });
    remembering.remember(0, &dev(), 60);
    assert_eq!(remembering.get(0, 89), Some(dev()));
    assert_eq!(remembering.get(0, 90), None);

    for identity_lifetime in [Duration::from_hours(1), Duration::MAX] {
        let remembering = Remembering::with(Limits {
            identity_lifetime,
            ..Limits::default()
        });
        remembering.remember(0, &dev(), 0);
        assert_eq!(remembering.get(0, 900), None);
    }
}

#[test]
fn a_token_that_ended_during_the_call_is_not_remembered() {
    let remembering = Remembering::with(Limits::default());
    remembering.remember(0, &dev(), 900);
    assert!(remembering.verdicts.identities.is_empty());
}

#[test]
fn a_rejection_is_remembered_for_its_lifetime() {
    let remembering = Remembering::with(Limits::default());
    remembering.remember(0, &denied(), 60);
    assert_eq!(remembering.get(0, 69), Some(denied()));
    assert_eq!(remembering.get(0, 70), None);
}

#[test]
fn a_lifetime_of_nothing_remembers_nothing() {
    let remembering = Remembering::with(Limits {
        identity_lifetime: Duration::ZERO,
        rejection_lifetime: Duration::ZERO,
        ..Limits::default()
    });
    remembering.remember(0, &dev(), 0);
    remembering.remember(1, &denied(), 0);
    assert_eq!(remembering.get(0, 0), None);
    assert_eq!(remembering.get(1, 0), None);
}

#[test]
fn what_was_remembered_in_the_future_is_forgotten() {
    let remembering = Remembering::with(Limits::default());
    remembering.remember(0, &dev(), 60);
    remembering.remember(1, &denied(), 60);
    // The clock was ahead, and is put right.
    assert_eq!(remembering.get(0, 59), None);
    assert_eq!(remembering.get(1, 59), None);
    assert_eq!(remembering.get(0, 60), None, "for good");
}

#[test]
fn what_has_ended_gives_its_place_up() {
    let remembering = Remembering::with(Limits::default());
    remembering.remember(0, &dev(), 0);
    remembering.remember(1, &denied(), 0);
    assert_eq!(remembering.get(0, 900), None);
    assert_eq!(remembering.get(1, 900), None);
    assert!(remembering.verdicts.identities.is_empty());
    assert!(remembering.verdicts.rejections.is_empty());
}

#[test]
fn what_decides_nothing_is_not_remembered() {
    let remembering = Remembering::with(Limits::default());
    for error in [
        VerifyError::Throttled { status: 429 },
        VerifyError::Overloaded {
            retry_after: Duration::from_secs(1),
        },
        VerifyError::Unavailable(Outage::Server { status: 503 }),
        VerifyError::Unavailable(Outage::TimedOut {
            budget: Duration::from_secs(10),
        }),
        VerifyError::UnexpectedAnswer(UnexpectedAnswer::Status { status: 302 }),
        VerifyError::UnexpectedAnswer(UnexpectedAnswer::Identity(Unbelievable::Account)),
    ] {
        remembering.remember(0, &Err(error.clone()), 0);
        assert_eq!(remembering.get(0, 0), None, "{error:?}");
    }
}

#[test]
fn never_more_are_remembered_than_there_are_places() {
    for places in [0, 1, 7, 32, 100, 1_000] {
        let remembering = Remembering::with(Limits {
            remembered_identities: places,
            remembered_rejections: places,
            ..Limits::default()
        });
        for number in 0..3 * places + 10 {
            remembering.remember(number, &dev(), 0);
            remembering.remember(number + 1_000_000, &denied(), 0);
        }
        let identities = remembering.identities(3 * places + 10);
        assert!(identities <= places, "{identities} of {places}");
        assert!(remembering.verdicts.rejections.len() <= places);
    }
}

#[test]
fn a_flood_of_rejections_pushes_no_identity_out() {
    let remembering = Remembering::with(Limits {
        remembered_identities: 100,
        remembered_rejections: 100,
        ..Limits::default()
    });
    for number in 0..20 {
        remembering.remember(number, &dev(), 0);
    }
    for number in 20..10_000 {
        remembering.remember(number, &denied(), 0);
    }
    assert_eq!(remembering.identities(20), 20);
}

#[test]
fn a_key_is_found_by_the_same_text_and_by_no_other() {
    assert!(TokenKey::of("k8s-aws-v1.a") == TokenKey::of("k8s-aws-v1.a"));
    assert!(TokenKey::of("k8s-aws-v1.a") != TokenKey::of("k8s-aws-v1.A"));
}

#[test]
fn clearing_forgets_identities_and_rejections() {
    let remembering = Remembering::with(Limits::default());
    remembering.remember(0, &dev(), 0);
    remembering.remember(1, &denied(), 0);
    remembering.verdicts.clear();
    assert_eq!(remembering.get(0, 0), None);
    assert_eq!(remembering.get(1, 0), None);
}

#[test]
fn what_was_asked_before_a_forgetting_is_not_remembered() {
    let remembering = Remembering::with(Limits::default());
    let (verdicts, now) = (&remembering.verdicts, signed_at());
    let as_of = verdicts.edition();
    verdicts.clear();
    verdicts.remember(key(0), &dev(), &remembering.url, now, as_of);
    verdicts.remember(key(1), &denied(), &remembering.url, now, as_of);
    assert_eq!(remembering.get(0, 0), None);
    assert_eq!(remembering.get(1, 0), None);
}
