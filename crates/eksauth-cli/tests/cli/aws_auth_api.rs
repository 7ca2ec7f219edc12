//! A Kubernetes API that holds the ConfigMap `aws-auth`, or does not.

use std::sync::{Arc, Mutex, MutexGuard};

use eksauth_testing::{Answer, HttpService, SentRequest};
use serde_json::{Value, json};

use crate::scene::Scene;

const PATH: &str = "/api/v1/namespaces/kube-system/configmaps/aws-auth";

/// What the user of the kubeconfig logs in with.
const TOKEN: &str = "token-of-the-kubeconfig";

/// The API, over plain HTTP.
pub(crate) struct AwsAuthApi {
    service: HttpService,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    config_map: Option<Value>,
    version: u64,
    /// Sections that somebody else writes before the next writes, one before each.
    meanwhile: Vec<(&'static str, String)>,
    /// Answers everything with this status.
    refuses_with: Option<u16>,
}

impl AwsAuthApi {
    /// With these sections.
    pub(crate) fn with(data: &[(&str, &str)]) -> Self {
        let data: serde_json::Map<_, _> = data
            .iter()
            .map(|(key, text)| ((*key).to_owned(), json!(text)))
            .collect();
        let api = Self::without();
        api.state().config_map = Some(json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "aws-auth",
                "namespace": "kube-system",
                "labels": { "team": "platform" },
                "managedFields": [{ "manager": "kubectl", "operation": "Update" }],
            },
            "data": data,
        }));
        api
    }

    /// Without the ConfigMap.
    pub(crate) fn without() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let service = HttpService::start(move |request| shared.lock().unwrap().answer(request));
        Self { service, state }
    }

    /// Before each of the next writes, somebody else writes one of these.
    pub(crate) fn written_meanwhile(self, sections: Vec<(&'static str, String)>) -> Self {
        self.state().meanwhile = sections;
        self
    }

    pub(crate) fn refusing_with(self, status: u16) -> Self {
        self.state().refuses_with = Some(status);
        self
    }

    pub(crate) fn url(&self) -> String {
        self.service.url()
    }

    /// A kubeconfig that leads here, with a context of this name.
    pub(crate) fn kubeconfig(&self, context: &str) -> String {
        kubeconfig(&self.url(), context)
    }

    /// A home with this kubeconfig in its usual place.
    pub(crate) fn scene(&self) -> Scene {
        let scene = Scene::empty().hide("token of the kubeconfig", TOKEN);
        scene.home().write_kubeconfig(&self.kubeconfig("here"));
        scene
    }

    /// A section as it is now.
    pub(crate) fn section(&self, key: &str) -> Option<String> {
        let config_map = self.state().config_map.clone()?;
        config_map["data"][key].as_str().map(str::to_owned)
    }

    pub(crate) fn config_map(&self) -> Option<Value> {
        self.state().config_map.clone()
    }

    /// How often it was asked to write.
    pub(crate) fn writes(&self) -> usize {
        let requests = self.service.requests();
        requests.iter().filter(|it| it.method != "GET").count()
    }

    pub(crate) fn was_asked(&self) -> bool {
        !self.service.requests().is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// A kubeconfig that leads somewhere.
pub(crate) fn kubeconfig(url: &str, context: &str) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{ "name": "c", "cluster": { "server": url } }],
        "users": [{ "name": "u", "user": { "token": TOKEN } }],
        "contexts": [{ "name": context, "context": { "cluster": "c", "user": "u" } }],
        "current-context": context,
    })
    .to_string()
}

impl State {
    fn answer(&mut self, request: &SentRequest) -> Answer {
        let authorized = request.header("authorization") == Some(&format!("Bearer {TOKEN}"));
        match (request.method.as_str(), self.refuses_with) {
            (_, Some(status)) => refused(status),
            _ if !authorized => refused(401),
            _ if request.path.split('?').next() != Some(PATH) => refused(404),
            ("GET", _) => self.current(),
            ("PUT", _) => self.replace(&request.body),
            _ => refused(405),
        }
    }

    fn current(&self) -> Answer {
        match &self.config_map {
            Some(config_map) => {
                let mut config_map = config_map.clone();
                config_map["metadata"]["resourceVersion"] = json!(self.version.to_string());
                Answer::new(200, config_map.to_string())
            }
            None => refused(404),
        }
    }

    fn replace(&mut self, body: &str) -> Answer {
        if !self.meanwhile.is_empty() {
            let (key, text) = self.meanwhile.remove(0);
            self.version += 1;
            if let Some(config_map) = &mut self.config_map {
                config_map["data"][key] = json!(text);
            }
        }
        let mut new: Value = serde_json::from_str(body).unwrap();
        let metadata = new["metadata"].as_object_mut().unwrap();
        if metadata.remove("resourceVersion") != Some(json!(self.version.to_string())) {
            return refused(409);
        }
        self.version += 1;
        self.config_map = Some(new);
        self.current()
    }
}

fn refused(code: u16) -> Answer {
    let reason = match code {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        _ => "MethodNotAllowed",
    };
    let status = json!({
        "apiVersion": "v1",
        "kind": "Status",
        "metadata": {},
        "status": "Failure",
        "message": format!("the server says {reason}"),
        "reason": reason,
        "code": code,
    });
    Answer::new(code, status.to_string())
}
