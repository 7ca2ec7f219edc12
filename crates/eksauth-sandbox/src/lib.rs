//! A local AWS (STS, EKS) that really checks signatures, and a Kubernetes API behind it.
//!
//! [`Sandbox`] is the whole handshake on one machine, without an AWS account: credentials, a token
//! signed with them, an API server that asks STS about it, an STS that checks the signature, and an
//! identity map. It is for trying things out (`eksauth sandbox`) and for tests.
//!
//! What is in it is a [`World`]; what goes wrong in it is up to [`Faults`]; what happened in it is in
//! [`CounterSnapshot`] and [`Event`].
//!
//! In the seat of the API server is an embedded one, which is up at once and has what clients need to
//! say hello; or a [`RealControlPlane`], where etcd and kube-apiserver are at hand.
//!
//! It is strict where AWS and verifiers are: presigned requests must be for AWS's own host names, so
//! a client cannot be pointed at it with an endpoint override and still make tokens. The proxy of the
//! sandbox leads those names to it instead, with certificates of a CA that only lives as long.

mod aws;
mod counters;
mod error;
mod event;
mod faults;
mod folder;
mod gate;
mod kubernetes;
mod net;
mod remote;
mod sandbox;
mod seat;
mod world;

pub use aws::{AccessKey, SessionCredentials, SessionError};
pub use counters::{CounterSnapshot, Counters};
pub use error::SandboxError;
pub use event::Event;
pub use faults::{Fault, FaultState, Faults, InvalidFault};
pub use kubernetes::Objects;
pub use remote::{Remote, RemoteError, SANDBOX_VARIABLE};
pub use sandbox::{
    ADMIN_KUBECONFIG_VARIABLE, Environment, RunningCluster, Sandbox, SandboxBuilder,
};
pub use seat::{ControlPlaneError, RealControlPlane, TokenReviewVersion};
pub use world::{World, WorldError};
