//! An HTTP client that answers from a script, without a socket: the SDK's time-outs are in the time of
//! tokio, which a test can pause.

use std::collections::VecDeque;
use std::sync::Mutex;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::*;

/// Answers in turn, and remembers what was asked.
#[derive(Clone, Debug)]
pub(super) struct Script {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    urls: Arc<Mutex<Vec<String>>>,
}

impl Script {
    pub(super) fn of(answers: &[(u16, Value)]) -> Self {
        let answers = answers.iter().map(|(it, body)| (*it, body.to_string()));
        Self {
            answers: Arc::new(Mutex::new(answers.collect())),
            urls: Arc::default(),
        }
    }

    pub(super) fn urls(&self) -> Vec<String> {
        self.urls.lock().unwrap().clone()
    }

    pub(super) fn lookup(&self, context: Context) -> ClusterLookup {
        let connector = SharedHttpConnector::new(self.clone());
        let context = context.with_http_client(http_client_fn(move |_, _| connector.clone()));
        let settings = Arc::new(Settings::load(context, None).unwrap());
        ClusterLookup::new(settings, region(), credentials())
    }
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.urls.lock().unwrap().push(request.uri().to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        let (status, body) = answer.expect("no more calls than answers");
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        HttpConnectorFuture::ready(Ok(response))
    }
}
