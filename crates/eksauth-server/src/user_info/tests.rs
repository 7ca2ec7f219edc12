use serde_json::json;

use super::*;
use crate::identity::tests::confirmed;

fn mapped() -> MappedUser {
    MappedUser {
        username: "deploy".to_owned(),
        groups: vec!["deployers".to_owned()],
    }
}

fn session() -> VerifiedIdentity {
    confirmed(
        "arn:aws:sts::123456789012:assumed-role/Deploy/bob@example.com",
        "AROACKCEVSQ6C2EXAMPLE:bob@example.com",
    )
}

#[test]
fn a_user_is_written_as_aws_iam_authenticator_writes_it() {
    let user = UserInfo::new(mapped(), &session());
    assert_eq!(
        serde_json::to_value(user).unwrap(),
        json!({
            "username": "deploy",
            "uid": "aws-iam-authenticator:123456789012:AROACKCEVSQ6C2EXAMPLE",
            "groups": ["deployers"],
            "extra": {
                "arn": ["arn:aws:sts::123456789012:assumed-role/Deploy/bob@example.com"],
                "canonicalArn": ["arn:aws:iam::123456789012:role/Deploy"],
                "sessionName": ["bob@example.com"],
                "accessKeyId": ["ASIAIOSFODNN7EXAMPLE"],
                "principalId": ["AROACKCEVSQ6C2EXAMPLE"],
                "sigs.k8s.io/aws-iam-authenticator/principalId": ["AROACKCEVSQ6C2EXAMPLE"],
            },
        })
    );
}

#[test]
fn no_groups_are_left_out_and_no_session_is_an_empty_text() {
    let user = confirmed(
        "arn:aws:iam::123456789012:user/dev",
        "AIDACKCEVSQ6C2EXAMPLE",
    );
    let mapped = MappedUser {
        username: "dev".to_owned(),
        groups: Vec::new(),
    };
    let written = serde_json::to_value(UserInfo::new(mapped, &user)).unwrap();
    assert_eq!(written.get("groups"), None);
    assert_eq!(written["extra"]["sessionName"], json!([""]));
}

#[test]
fn a_scrubbed_user_has_no_extra_and_a_uid_of_the_name() {
    assert_eq!(
        serde_json::to_value(UserInfo::scrubbed(mapped())).unwrap(),
        json!({
            "username": "deploy",
            "uid": "aws-iam-authenticator:administrative:deploy",
            "groups": ["deployers"],
        })
    );
}
