//! STS says no, or nothing.

use std::net::TcpListener;

use eksauth::{AssumeRole, CredentialError, RoleOperation, SessionName};

use crate::roles::arn;
use crate::scene::Scene;
use crate::sts;

fn role() -> AssumeRole {
    AssumeRole::new(arn("Refused")).unwrap()
}

#[tokio::test]
async fn a_refusal_is_told_with_its_code_its_advice_and_the_words_of_aws() {
    for (status, code, message, advice) in [
        (
            403,
            "AccessDenied",
            "User dev is not authorized to perform: sts:AssumeRole",
            "trust policy names you",
        ),
        (
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
            "the base credentials have expired",
        ),
        (
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            "does not know the access key",
        ),
        (
            403,
            "RegionDisabledException",
            "STS is not activated in this region",
            "not enabled for STS",
        ),
    ] {
        let sts = sts::refusing(status, code, message);
        let scene = Scene::new().with_key().with_sts(&sts.url());
        let (error, told) = scene.error(&scene.chain().with_role(role())).await;
        let CredentialError::Sts {
            operation,
            code: found,
            ..
        } = &error
        else {
            panic!("{error:?}");
        };
        assert_eq!(*operation, RoleOperation::AssumeRole);
        assert_eq!(found.as_deref(), Some(code));
        assert!(told.contains(advice), "{told}");
        assert!(told.ends_with(message), "{told}");
        assert_eq!(sts.requests().len(), 1, "{code} is final");
    }
}

#[tokio::test]
async fn a_session_name_that_cannot_be_forwarded_is_told_as_such() {
    let sts = sts::refusing(403, "AccessDenied", "not you");
    let scene = Scene::new().with_key().with_sts(&sts.url());
    let forwarded = role().with_session_name(SessionName::forwarded());
    let (error, told) = scene.error(&scene.chain().with_role(forwarded)).await;
    assert!(
        matches!(
            error,
            CredentialError::Sts {
                operation: RoleOperation::GetCallerIdentity,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(told.contains("the session name to forward"), "{told}");
}

/// Time is paused, so that the SDK's pauses between attempts take none.
#[tokio::test(start_paused = true)]
async fn an_sts_that_is_not_there_is_told_with_where_to_look() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let scene = Scene::new()
        .with_key()
        .with_sts(&format!("http://{}", closed.unwrap()));
    let (error, told) = scene.error(&scene.chain().with_role(role())).await;
    assert!(
        matches!(error, CredentialError::Sts { code: None, .. }),
        "{error:?}"
    );
    assert!(
        told.contains("STS gave no usable answer, check network, proxy and region"),
        "{told}"
    );
}
