//! The command's side.

use std::fmt;
use std::time::Duration;

use http::header::{AUTHORIZATION, HOST, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use zeroize::Zeroizing;

use crate::Fault;

/// More than any answer.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The sandbox is on the same machine.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A sandbox that this process runs in.
pub struct Remote {
    address: String,
    password: Zeroizing<String>,
}

impl Remote {
    /// The sandbox that the variable [`SANDBOX_VARIABLE`](super::SANDBOX_VARIABLE) names.
    ///
    /// # Errors
    ///
    /// [`RemoteError::Variable`] when the value was not made by a sandbox.
    pub fn new(variable: &str) -> Result<Self, RemoteError> {
        let rest = variable.strip_prefix("http://sandbox:");
        let (password, address) = rest
            .and_then(|rest| rest.split_once('@'))
            .ok_or(RemoteError::Variable)?;
        Ok(Self {
            address: address.to_owned(),
            password: Zeroizing::new(password.to_owned()),
        })
    }

    /// The value of the variable.
    pub(crate) fn variable(address: impl fmt::Display, password: &str) -> String {
        format!("http://sandbox:{password}@{address}")
    }

    /// Switches a fault, and says what is switched on and was counted then.
    ///
    /// # Errors
    ///
    /// [`RemoteError`] when the sandbox does not answer.
    pub async fn apply(&self, fault: &str) -> Result<Value, RemoteError> {
        // Found out here, a mistake is told with the words of the right ones.
        let _: Fault = fault.parse()?;
        self.ask(Method::POST, "/faults", fault.to_owned()).await
    }

    /// What is switched on, and was counted.
    ///
    /// # Errors
    ///
    /// [`RemoteError`] when the sandbox does not answer.
    pub async fn state(&self) -> Result<Value, RemoteError> {
        self.ask(Method::GET, "/state", String::new()).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &'static str,
        body: String,
    ) -> Result<Value, RemoteError> {
        let asking = self.exchange(method, path, body);
        match tokio::time::timeout(TIMEOUT, asking).await {
            Ok(answer) => answer,
            Err(_) => Err(RemoteError::Answer),
        }
    }

    async fn exchange(
        &self,
        method: Method,
        path: &'static str,
        body: String,
    ) -> Result<Value, RemoteError> {
        let connection = TcpStream::connect(&self.address).await;
        let connection = connection.map_err(RemoteError::Gone)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(connection))
            .await
            .map_err(|_| RemoteError::Answer)?;
        // Ends when the sender is dropped.
        tokio::spawn(connection);
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = method;
        *request.uri_mut() = http::Uri::from_static(path);
        let password = format!("Bearer {}", self.password.as_str());
        let header = |text: &str| HeaderValue::from_str(text).map_err(|_| RemoteError::Variable);
        let mut authorization = header(&password)?;
        authorization.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request.headers_mut().insert(HOST, header(&self.address)?);
        let response = sender.send_request(request).await;
        let response = response.map_err(|_| RemoteError::Answer)?;
        if response.status() != StatusCode::OK {
            return Err(RemoteError::Answer);
        }
        let body = Limited::new(response.into_body(), LARGEST_ANSWER)
            .collect()
            .await;
        let body = body.map_err(|_| RemoteError::Answer)?.to_bytes();
        serde_json::from_slice(&body).map_err(|_| RemoteError::Answer)
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Why a sandbox cannot be reached into.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// The variable was not made by a sandbox.
    #[error("expected the value that a sandbox gives to EKSAUTH_SANDBOX, but found another one")]
    Variable,
    /// No such fault.
    #[error("could not understand the fault")]
    Fault(#[from] crate::InvalidFault),
    /// There is no sandbox any more.
    #[error("could not reach the sandbox: has it ended?")]
    Gone(#[source] std::io::Error),
    /// Something else answers there.
    #[error("expected the sandbox to answer, but something else did, or nothing in time")]
    Answer,
}
