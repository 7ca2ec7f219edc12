//! Tables: what kubectl prints.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::age::age;
use super::api::Collection;
use super::form::partial;
use super::list_query::IncludeObject;

/// The tables of one answer.
pub(super) struct Tables {
    collection: Collection,
    include: IncludeObject,
    now: SystemTime,
    /// Only the first event of a watch carries the columns.
    columns_told: bool,
}

impl Tables {
    pub(super) fn new(collection: Collection, include: IncludeObject, now: SystemTime) -> Self {
        Self {
            collection,
            include,
            now,
            columns_told: false,
        }
    }

    /// For a watch, in which time goes on.
    pub(super) fn set_now(&mut self, now: SystemTime) {
        self.now = now;
    }

    /// A `meta.k8s.io/v1` table with a row for each object.
    pub(super) fn table<'a>(
        &mut self,
        resource_version: &Value,
        objects: impl IntoIterator<Item = &'a Value>,
    ) -> Value {
        let columns = match std::mem::replace(&mut self.columns_told, true) {
            true => Vec::new(),
            false => columns(self.collection).map(Column::definition).collect(),
        };
        let rows: Vec<_> = objects.into_iter().map(|it| self.row(it)).collect();
        json!({
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": { "resourceVersion": resource_version },
            "columnDefinitions": columns,
            "rows": rows,
        })
    }

    fn row(&self, object: &Value) -> Value {
        let cells: Vec<_> = columns(self.collection)
            .map(|column| (column.cell)(object, self.now))
            .collect();
        let object = match self.include {
            IncludeObject::None => Value::Null,
            IncludeObject::Metadata => partial(&object["metadata"]),
            IncludeObject::Object => object.clone(),
        };
        json!({ "cells": cells, "object": object })
    }
}

struct Column {
    name: &'static str,
    description: &'static str,
    /// Zero is shown always, one with `-o wide`.
    priority: u8,
    cell: fn(&Value, SystemTime) -> String,
}

impl Column {
    fn definition(&self) -> Value {
        json!({
            "name": self.name,
            "type": "string",
            // Tells clients which column names the object.
            "format": if self.name == NAME.name { "name" } else { "" },
            "description": self.description,
            "priority": self.priority,
        })
    }
}

fn columns(collection: Collection) -> impl Iterator<Item = &'static Column> {
    let columns: &'static [&'static Column] = match collection {
        Collection::Namespaces => &OF_NAMESPACES,
        Collection::Pods => &OF_PODS,
    };
    columns.iter().copied()
}

static OF_NAMESPACES: [&Column; 3] = [&NAME, &NAMESPACE_STATUS, &AGE];

static OF_PODS: [&Column; 7] = [&NAME, &READY, &POD_STATUS, &RESTARTS, &AGE, &IP, &NODE];

static NAME: Column = Column {
    name: "Name",
    description: "The name, unique within its namespace.",
    priority: 0,
    cell: |object, _| text_or(&object["metadata"]["name"], ""),
};

static AGE: Column = Column {
    name: "Age",
    description: "The time since the object was created.",
    priority: 0,
    cell: |object, now| age(object["metadata"]["creationTimestamp"].as_str(), now),
};

static NAMESPACE_STATUS: Column = Column {
    name: "Status",
    description: "The status of the namespace.",
    priority: 0,
    cell: |object, _| text_or(&object["status"]["phase"], ""),
};

static READY: Column = Column {
    name: "Ready",
    description: "The ready containers and all containers of the pod.",
    priority: 0,
    cell: |object, _| {
        let ready = containers(object).filter(|it| it["ready"] == true).count();
        let all = object["spec"]["containers"].as_array().map_or(0, Vec::len);
        format!("{ready}/{all}")
    },
};

static POD_STATUS: Column = Column {
    name: "Status",
    description: "The state of the pod, or why its containers are not running.",
    priority: 0,
    cell: |object, _| {
        let reasons = containers(object).filter_map(|it| {
            let state = &it["state"];
            let waiting = state["waiting"]["reason"].as_str();
            waiting.or(state["terminated"]["reason"].as_str())
        });
        let phase = &object["status"]["phase"];
        reasons
            .last()
            .map_or_else(|| text_or(phase, ""), str::to_owned)
    },
};

static RESTARTS: Column = Column {
    name: "Restarts",
    description: "How often containers of the pod have been restarted.",
    priority: 0,
    cell: |object, _| {
        let restarts: u64 = containers(object)
            .filter_map(|it| it["restartCount"].as_u64())
            .sum();
        restarts.to_string()
    },
};

static IP: Column = Column {
    name: "IP",
    description: "The IP address of the pod.",
    priority: 1,
    cell: |object, _| text_or(&object["status"]["podIP"], "<none>"),
};

static NODE: Column = Column {
    name: "Node",
    description: "The node that the pod is on.",
    priority: 1,
    cell: |object, _| text_or(&object["spec"]["nodeName"], "<none>"),
};

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    pod["status"]["containerStatuses"]
        .as_array()
        .into_iter()
        .flatten()
}

fn text_or(value: &Value, fallback: &str) -> String {
    value.as_str().unwrap_or(fallback).to_owned()
}
