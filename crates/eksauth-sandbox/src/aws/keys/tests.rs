use super::*;

fn keys(faults: &Faults) -> (Keys, Caller) {
    let world = World::default();
    let principals = Principals::of(&world);
    let role = principals
        .role("arn:aws:iam::111122223333:role/Admin")
        .unwrap();
    let keys = Keys::of(&world, &principals, faults.clone()).unwrap();
    (keys, role.session("s"))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[test]
fn a_session_needs_its_own_token() {
    let (keys, caller) = keys(&Faults::default());
    let now = at("2026-11-24T12:00:00Z");
    let issued = keys.issue(caller.clone(), now, HOUR).unwrap();
    let other = keys.issue(caller, now, HOUR).unwrap();
    let find = |token| {
        keys.find(issued.access_key_id(), token, now)
            .map(|it| it.caller.arn())
    };
    assert_eq!(
        find(Some(issued.session_token())).as_deref(),
        Ok("arn:aws:sts::111122223333:assumed-role/Admin/s")
    );
    assert_eq!(find(Some(other.session_token())), Err(BadKey::Invalid));
    assert_eq!(find(Some("")), Err(BadKey::Invalid));
    assert_eq!(find(None), Err(BadKey::Invalid));
}

#[test]
fn a_session_ends_when_it_says() {
    let (keys, caller) = keys(&Faults::default());
    let issued = keys
        .issue(caller, at("2026-11-24T12:00:00.9Z"), HOUR)
        .unwrap();
    assert_eq!(issued.expiry(), at("2026-11-24T13:00:00Z"));
    let find = |now| {
        let token = Some(issued.session_token());
        keys.find(issued.access_key_id(), token, at(now))
            .map(|_| ())
    };
    assert_eq!(find("2026-11-24T12:59:59Z"), Ok(()));
    assert_eq!(find("2026-11-24T13:00:00Z"), Err(BadKey::Expired));
}

#[test]
fn a_users_key_comes_without_session_token() {
    let (keys, _) = keys(&Faults::default());
    let id = keys.of_users()[0].id.clone();
    let now = at("2026-11-24T12:00:00Z");
    assert!(keys.find(&id, None, now).is_ok());
    assert_eq!(
        keys.find(&id, Some("token"), now).map(|_| ()),
        Err(BadKey::Invalid)
    );
    assert_eq!(
        keys.find("AKIANOBODY", None, now).map(|_| ()),
        Err(BadKey::Invalid)
    );
}

#[test]
fn a_revoked_key_is_unknown_until_it_is_restored() {
    let faults = Faults::default();
    let (keys, _) = keys(&faults);
    let id = keys.of_users()[0].id.clone();
    let now = at("2026-11-24T12:00:00Z");
    faults.revoke(&id);
    assert_eq!(keys.find(&id, None, now).map(|_| ()), Err(BadKey::Invalid));
    faults.restore(&id);
    assert!(keys.find(&id, None, now).is_ok());
}

#[test]
fn sessions_can_be_made_to_expire_while_new_ones_work() {
    let faults = Faults::default();
    let (keys, caller) = keys(&faults);
    let now = at("2026-11-24T12:00:00Z");
    let old = keys.issue(caller.clone(), now, HOUR).unwrap();
    faults.expire_sessions();
    let new = keys.issue(caller, now, HOUR).unwrap();
    let find = |it: &SessionCredentials| {
        keys.find(it.access_key_id(), Some(it.session_token()), now)
            .map(|_| ())
    };
    assert_eq!(find(&old), Err(BadKey::Expired));
    assert_eq!(find(&new), Ok(()));
}

#[test]
fn sessions_of_the_past_are_forgotten() {
    let (keys, caller) = keys(&Faults::default());
    let mut now = at("2026-11-24T12:00:00Z");
    for _ in 0..100 {
        keys.issue(caller.clone(), now, HOUR).unwrap();
        now += HOUR;
    }
    assert_eq!(keys.sessions.lock().unwrap().len(), 2);
}

#[test]
fn secrets_do_not_show() {
    let (keys, caller) = keys(&Faults::default());
    let issued = keys
        .issue(caller, at("2026-11-24T12:00:00Z"), HOUR)
        .unwrap();
    let scan = eksauth_testing::SecretScan::new()
        .secret("secret of the session", issued.secret_access_key())
        .secret("session token", issued.session_token())
        .secret("secret of the user", &keys.of_users()[0].secret);
    scan.assert_clean("Debug", format!("{issued:?} {:?}", keys.of_users()));
}
