//! Credentials at hand, with their signers.

use eksauth_token::{EndpointOptions, Region, StsEndpoint};

use super::*;

fn endpoint(region: &str) -> StsEndpoint {
    StsEndpoint::new(&Region::new(region).unwrap(), EndpointOptions::default())
}

async fn held(credentials: &SharedCredentials) -> Arc<Held> {
    credentials.get(Demand::Lasting).await.ok().unwrap().held
}

#[tokio::test(start_paused = true)]
async fn unchanged_credentials_keep_their_number_and_their_signers() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    let first = held(&credentials).await;
    let signer = first.signer(&endpoint("eu-west-1")).unwrap();
    clock.advance(MINUTE);
    let second = held(&credentials).await;
    assert_eq!(provider.calls(), 2);
    assert_eq!(second.number(), first.number());
    let again = second.signer(&endpoint("eu-west-1")).unwrap();
    assert!(Arc::ptr_eq(&signer, &again));
}

#[tokio::test(start_paused = true)]
async fn others_have_another_number_and_signers_of_their_own() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let clock = ManualTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    let first = held(&credentials).await;
    provider.give(long_lived("AKIATWO"));
    clock.advance(MINUTE);
    let second = held(&credentials).await;
    assert_ne!(second.number(), first.number());
    let signer = second.signer(&endpoint("eu-west-1")).unwrap();
    assert_eq!(signer.credentials().access_key_id(), "AKIATWO");
}

#[tokio::test(start_paused = true)]
async fn each_endpoint_has_a_signer() {
    let provider = ScriptedProvider::giving(long_lived("AKIAONE"));
    let held = held(&shared(&provider, &ManualTime::at_unix(NOON))).await;
    for region in ["eu-west-1", "us-east-1", "eu-west-1"] {
        let signer = held.signer(&endpoint(region)).unwrap();
        assert_eq!(signer.endpoint(), &endpoint(region));
    }
}

#[tokio::test(start_paused = true)]
async fn who_had_earlier_ones_refused_takes_what_is_at_hand_and_who_had_these_asks_past_them() {
    let provider = ScriptedProvider::giving(lasting("ASIAONE", NOON + HOUR));
    let clock = ManualTime::at_unix(NOON);
    let credentials = shared(&provider, &clock);
    let earlier = held(&credentials).await.number();
    provider.give(lasting("ASIATWO", NOON + 2 * HOUR));
    clock.advance(50 * MINUTE);
    let current = held(&credentials).await.number();
    clock.advance(MINUTE);
    for (refused, calls) in [(earlier, 2), (current, 3)] {
        let obtained = credentials.get(Demand::OtherThan(refused)).await;
        assert_eq!(obtained.ok().unwrap().held.number(), current);
        assert_eq!(provider.calls(), calls);
    }
}
