use super::*;

fn parsed(text: &str) -> Fault {
    text.parse().unwrap()
}

#[test]
fn every_command_is_understood() {
    for (text, fault) in [
        ("throttle 3", Fault::Throttle(NonZeroU32::new(3))),
        ("throttle off", Fault::Throttle(None)),
        ("latency 500ms", Fault::Latency(Duration::from_millis(500))),
        ("latency off", Fault::Latency(Duration::ZERO)),
        ("outage on", Fault::Outage(true)),
        ("unavailable off", Fault::Unavailable(false)),
        ("clock +10m", Fault::Clock(SignedDuration::from_mins(10))),
        ("clock -90s", Fault::Clock(SignedDuration::from_secs(-90))),
        ("clock 1h30m", Fault::Clock(SignedDuration::from_mins(90))),
        ("expire-sessions", Fault::ExpireSessions),
        (
            "revoke AKIAIOSFODNN7EXAMPLE",
            Fault::Revoke("AKIAIOSFODNN7EXAMPLE".to_owned()),
        ),
        (
            " restore  AKIAIOSFODNN7EXAMPLE ",
            Fault::Restore("AKIAIOSFODNN7EXAMPLE".to_owned()),
        ),
        ("clear", Fault::Clear),
    ] {
        assert_eq!(parsed(text), fault, "{text}");
    }
}

#[test]
fn what_is_no_command_is_named_with_what_would_be() {
    for (text, expected, found) in [
        ("", "one of `throttle`", "found nothing"),
        ("slow", "`latency`", "`slow`"),
        ("throttle", "`throttle N`", "nothing"),
        ("throttle -1", "`throttle N`", "`-1`"),
        ("latency -1s", "`latency 500ms`", "`-1s`"),
        ("latency 500", "`latency 500ms`", "`500`"),
        ("latency 2h", "at most 10m", "`2h`"),
        ("outage yes", "`outage on`", "`yes`"),
        ("clock tomorrow", "`clock +10m`", "`tomorrow`"),
        ("clock 999999h", "10 years", "`999999h`"),
        ("clear all", "nothing after it", "`all`"),
        ("throttle 3 please", "nothing after the value", "`please`"),
        ("revoke me", "access key id", "`me`"),
    ] {
        let error = text.parse::<Fault>().unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains(found),
            "{text}: {error}"
        );
    }
}

#[test]
fn every_change_has_its_own_generation() {
    let faults = Faults::default();
    let mut seen = vec![faults.generation()];
    for command in [
        "throttle 2",
        "latency 1s",
        "outage on",
        "unavailable on",
        "clock +1s",
        "expire-sessions",
        "revoke AKIAIOSFODNN7EXAMPLE",
        "restore AKIAIOSFODNN7EXAMPLE",
        "clear",
    ] {
        faults.apply(parsed(command));
        assert!(!seen.contains(&faults.generation()), "{command}");
        seen.push(faults.generation());
    }
}

#[test]
fn every_third_request_is_throttled() {
    let faults = Faults::default();
    faults.apply(parsed("throttle 3"));
    let throttled: Vec<_> = (0..6).map(|_| faults.throttles_this()).collect();
    assert_eq!(throttled, [false, false, true, false, false, true]);
}

#[test]
fn clearing_ends_all_but_what_is_past() {
    let faults = Faults::default();
    for command in ["throttle 2", "outage on", "clock +1m", "expire-sessions"] {
        faults.apply(parsed(command));
    }
    faults.clear();
    let cleared = FaultState {
        sessions_expired: 1,
        ..FaultState::default()
    };
    assert_eq!(faults.snapshot(), cleared);
}

#[test]
fn the_state_is_shown_in_plain_units() {
    let faults = Faults::default();
    for command in ["latency 1500ms", "clock -2m", "revoke AKIAIOSFODNN7EXAMPLE"] {
        faults.apply(parsed(command));
    }
    assert_eq!(
        serde_json::to_value(faults.snapshot()).unwrap(),
        serde_json::json!({
            "throttleEvery": null,
            "latencyMilliseconds": 1500,
            "outage": false,
            "unavailable": false,
            "clockSkewSeconds": -120,
            "sessionsExpired": 0,
            "revoked": ["AKIAIOSFODNN7EXAMPLE"],
        })
    );
}
