//! An authenticator that decides by a script, and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eksauth_map::Principal;
use eksauth_server::{Authenticate, Decision, Denial, DenialClass, Grant, Signer, UserInfo};
use tokio::sync::watch;

/// Clones are the same. What is not in the script is granted.
#[derive(Clone)]
pub(crate) struct FakeAuthenticator(Arc<Shared>);

struct Shared {
    script: Mutex<VecDeque<Step>>,
    asked: Mutex<Vec<String>>,
    under_way: watch::Sender<usize>,
    open: watch::Sender<bool>,
}

pub(crate) enum Step {
    Decide(Box<Decision>),
    /// Grants once the gate is open.
    AtTheGate,
    Never,
    Panic,
}

impl FakeAuthenticator {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared {
            script: Mutex::default(),
            asked: Mutex::default(),
            under_way: watch::Sender::default(),
            open: watch::Sender::default(),
        }))
    }

    /// What comes of the next token, after those that are already in the script.
    pub(crate) fn next(&self, step: Step) {
        self.0.script.lock().unwrap().push_back(step);
    }

    pub(crate) fn decide(&self, decision: Decision) {
        self.next(Step::Decide(Box::new(decision)));
    }

    pub(crate) fn deny(&self, class: DenialClass) {
        self.decide(denied(class));
    }

    /// The tokens, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.0.asked.lock().unwrap().clone()
    }

    pub(crate) fn open_gate(&self) {
        self.0.open.send_replace(true);
    }

    /// Waits until so many decisions are under way.
    pub(crate) async fn until_under_way(&self, number: usize) {
        let mut under_way = self.0.under_way.subscribe();
        under_way.wait_for(|it| *it == number).await.unwrap();
    }
}

impl Authenticate for FakeAuthenticator {
    async fn authenticate(&self, token: &str) -> Decision {
        self.0.asked.lock().unwrap().push(token.to_owned());
        let step = self.0.script.lock().unwrap().pop_front();
        self.0.under_way.send_modify(|it| *it += 1);
        let _under_way = UnderWay(&self.0.under_way);
        match step {
            None => granted(),
            Some(Step::Decide(decision)) => *decision,
            Some(Step::AtTheGate) => {
                let mut open = self.0.open.subscribe();
                open.wait_for(|it| *it).await.unwrap();
                granted()
            }
            Some(Step::Never) => std::future::pending().await,
            Some(Step::Panic) => panic!("by the script"),
        }
    }
}

struct UnderWay<'a>(&'a watch::Sender<usize>);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|it| *it -= 1);
    }
}

pub(crate) fn signer() -> Signer {
    Signer {
        principal: Principal {
            arn: "arn:aws:sts::123456789012:assumed-role/Admin/dev".to_owned(),
            canonical_arn: "arn:aws:iam::123456789012:role/Admin".to_owned(),
            account_id: "123456789012".to_owned(),
            user_id: "AROAUNIQUE".to_owned(),
            session_name: "dev".to_owned(),
            access_key_id: "ASIAKEYID".to_owned(),
        },
        sts_host: "sts.eu-west-1.amazonaws.com".to_owned(),
        scrubbed: false,
    }
}

pub(crate) fn granted() -> Decision {
    let user = UserInfo {
        username: "admin:dev".to_owned(),
        uid: "aws-iam-authenticator:123456789012:AROAUNIQUE".to_owned(),
        groups: vec!["system:masters".to_owned()],
        extra: [
            ("arn", "arn:aws:sts::123456789012:assumed-role/Admin/dev"),
            ("sessionName", "dev"),
        ]
        .map(|(name, value)| (name, vec![value.to_owned()]))
        .into(),
    };
    let grant = Grant {
        user,
        backend: "MountedFile".to_owned(),
        rule: "mapRoles[0]".to_owned(),
    };
    Decision {
        signer: Some(signer()),
        verdict: Ok(grant),
    }
}

pub(crate) fn denied(class: DenialClass) -> Decision {
    let is_known = matches!(class, DenialClass::NotMapped | DenialClass::MappingFailed);
    Decision {
        signer: is_known.then(signer),
        verdict: Err(Denial {
            class,
            reason: "for the operator alone: arn:aws:iam::123456789012:role/Admin".to_owned(),
        }),
    }
}

/// Every class, with its status and the label it is counted under.
pub(crate) const DENIALS: [(DenialClass, u16, &str); 8] = [
    (DenialClass::InvalidToken, 403, "invalid_token"),
    (DenialClass::RefusedBySts, 403, "sts_error"),
    (DenialClass::StsUnavailable, 403, "sts_error"),
    (DenialClass::Throttled, 429, "sts_throttling"),
    (
        DenialClass::Overloaded {
            retry_after: Duration::from_millis(1_500),
        },
        429,
        "overloaded",
    ),
    (DenialClass::TimedOut, 504, "timed_out"),
    (DenialClass::NotMapped, 403, "uknown_user"),
    (DenialClass::MappingFailed, 403, "uknown_user"),
];
