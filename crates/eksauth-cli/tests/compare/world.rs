//! The AWS that both programs verify tokens with.

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::{Sandbox, World};

const WORLD: &str = r#"
accounts:
  - id: "111122223333"
  - id: "444455556666"
users:
  - name: developer
  - name: nobody
  - name: ci
    path: /automation/
  - name: guest
    account: "444455556666"
roles:
  - name: Developer
    trust: {principals: ["*"]}
  - name: Viewer
    path: /teams/
    trust: {principals: ["*"]}
  - name: Robot
    trust: {principals: ["*"]}
  - name: Unmapped
    trust: {principals: ["*"]}
  - name: AWSReservedSSO_Ops_0123456789abcdef
    path: /aws-reserved/sso.amazonaws.com/
    trust: {principals: ["*"]}
  - name: Guest
    account: "444455556666"
    trust: {principals: ["*"]}
clusters:
  - name: demo
    access: {}
"#;

pub(crate) async fn start() -> Sandbox {
    Sandbox::builder(SystemTimeSource::new())
        .world(World::parse(WORLD).unwrap())
        .start()
        .await
        .unwrap()
}
