//! A sandbox, and boto3 inside it.

use std::collections::BTreeMap;
use std::process::Output;
use std::rc::Rc;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::{Sandbox, SandboxBuilder};
use eksauth_testing::{Oracles, SecretScan, TestHome};
use serde_json::{Map, Value, json};

pub(crate) const DEVELOPER: &str = "arn:aws:iam::111122223333:user/developer";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/Developer";
pub(crate) const REGION: &str = "eu-west-1";

/// A running sandbox, with the oracles of this machine. The tests are outside of its runtime, as
/// programs are.
pub(crate) struct Scene {
    pub(crate) oracles: &'static Oracles,
    sandbox: Option<Sandbox>,
    runtime: tokio::runtime::Runtime,
    home: Rc<TestHome>,
}

impl Scene {
    /// `None` when the oracles are missing, which was told then.
    pub(crate) fn or_skip(test: &str) -> Option<Self> {
        Self::with(test, |builder| builder)
    }

    pub(crate) fn with(
        test: &str,
        configure: impl FnOnce(SandboxBuilder) -> SandboxBuilder,
    ) -> Option<Self> {
        let oracles = Oracles::or_skip(test)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let builder = configure(Sandbox::builder(SystemTimeSource::new()));
        let sandbox = runtime.block_on(builder.start()).unwrap();
        Some(Self {
            oracles,
            sandbox: Some(sandbox),
            runtime,
            home: Rc::new(TestHome::new()),
        })
    }

    /// The same user, in another sandbox.
    pub(crate) fn in_the_home_of(mut self, other: &Self) -> Self {
        self.home = Rc::clone(&other.home);
        self
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    /// The environment of a command inside.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let set = self.sandbox().environment().set().iter();
        set.map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    }

    /// What boto3 gets for one call in the sandbox.
    pub(crate) fn boto(&self, call: Value) -> Value {
        self.boto_all(vec![call]).remove(0)
    }

    pub(crate) fn boto_all(&self, calls: Vec<Value>) -> Vec<Value> {
        let input = json!({"env": self.environment(), "calls": calls});
        let output = self.oracles.run("boto_calls.py", &input);
        output["results"].as_array().unwrap().clone()
    }

    /// The real AWS CLI in the sandbox.
    pub(crate) fn aws(&self, arguments: &str) -> Output {
        let mut command = self.home.command(self.oracles.aws());
        command.envs(self.environment());
        let output = command.args(arguments.split_whitespace()).output().unwrap();
        self.keys().assert_clean("the AWS CLI", &output.stderr);
        output
    }

    pub(crate) fn aws_json(&self, arguments: &str) -> Value {
        let output = self.aws(arguments);
        assert!(
            output.status.success(),
            "aws {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub(crate) fn home(&self) -> &TestHome {
        &self.home
    }

    fn keys(&self) -> SecretScan {
        let keys = self.sandbox().access_keys().iter();
        keys.fold(SecretScan::new(), |scan, key| {
            scan.secret("secret access key", key.secret_access_key())
        })
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.stop());
        }
    }
}

/// A call of STS.
pub(crate) fn sts(operation: &str, arguments: Value) -> Map<String, Value> {
    call("sts", operation, arguments)
}

pub(crate) fn call(service: &str, operation: &str, arguments: Value) -> Map<String, Value> {
    let call = json!({
        "service": service, "operation": operation, "arguments": arguments, "region": REGION,
    });
    match call {
        Value::Object(call) => call,
        _ => unreachable!("it is an object"),
    }
}

/// A call with something else about it.
pub(crate) fn with(mut call: Map<String, Value>, key: &str, value: Value) -> Value {
    call.insert(key.to_owned(), value);
    call.into()
}

/// boto3's session for credentials that STS has answered with.
pub(crate) fn session(answer: &Value) -> Value {
    let credentials = &answer["answer"]["Credentials"];
    assert!(credentials.is_object(), "{answer}");
    json!({
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    })
}

#[track_caller]
pub(crate) fn assert_refused(result: &Value, code: &str, status: u16) {
    let error = &result["error"];
    assert_eq!(
        (&error["code"], &error["status"]),
        (&json!(code), &json!(status)),
        "{result}"
    );
}
