//! Commands of kubeconfigs that can be run.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::scene::Scene;

/// A user who runs a script of this name.
pub(crate) fn script(scene: &Scene, name: &str, text: &str) -> Value {
    let path = scene.home.write(name, &format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": path,
        "interactiveMode": "Never",
    } })
}
