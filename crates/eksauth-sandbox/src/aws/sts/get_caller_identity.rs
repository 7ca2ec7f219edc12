//! Who am I?

use super::answer::Node;
use crate::aws::caller::Caller;

/// Needs no permission, and cannot be denied.
pub(super) fn answer(caller: &Caller) -> Node {
    Node::branch([
        ("Arn", Node::text(caller.arn())),
        ("UserId", Node::text(caller.user_id())),
        ("Account", Node::text(caller.account())),
    ])
}
