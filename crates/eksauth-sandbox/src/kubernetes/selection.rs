//! Which objects a list or a watch is about.

use super::api::Collection;
use super::failure::Failure;
use super::list_query::ListQuery;
use super::objects::Object;

/// The objects of a collection that are in the namespace and meet every requirement.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    pub(super) collection: Collection,
    /// `None` is all of them.
    namespace: Option<String>,
    fields: Vec<Requirement>,
    labels: Vec<Requirement>,
}

/// One term of a selector, by the name of a field or label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Requirement {
    Equals(String, String),
    Differs(String, String),
    Exists(String),
    Missing(String),
}

impl Selection {
    pub(super) fn new(
        collection: Collection,
        namespace: Option<String>,
        query: &ListQuery,
    ) -> Result<Self, Failure> {
        let fields = parse_fields(collection, &query.field_selector)?;
        let labels = Requirement::parse_all(&query.label_selector)
            .map_err(|term| unsupported("label", &term))?;
        Ok(Self {
            collection,
            namespace,
            fields,
            labels,
        })
    }

    pub(super) fn includes(&self, object: &Object) -> bool {
        let in_namespace = |it: &String| *it == object.namespace;
        object.collection == self.collection
            && self.namespace.as_ref().is_none_or(in_namespace)
            // A field that is not there is an empty one.
            && (self.fields.iter()).all(|it| it.is_met(|name| object.field(name).or(Some(""))))
            && (self.labels.iter()).all(|it| it.is_met(|name| object.label(name)))
    }
}

impl Requirement {
    /// The terms of a selector, or the first that is not understood.
    pub(super) fn parse_all(selector: &str) -> Result<Vec<Self>, String> {
        if selector.is_empty() {
            return Ok(Vec::new());
        }
        let terms = selector.split(',').map(str::trim);
        terms
            .map(|term| Self::parse(term).ok_or_else(|| term.to_owned()))
            .collect()
    }

    fn parse(term: &str) -> Option<Self> {
        let pair = |(name, value): (&str, &str)| (name.trim().to_owned(), value.trim().to_owned());
        let parsed = if let Some((name, value)) = term.split_once("!=").map(pair) {
            Self::Differs(name, value)
        } else if let Some((name, value)) = term.split_once("==").map(pair) {
            Self::Equals(name, value)
        } else if let Some((name, value)) = term.split_once('=').map(pair) {
            Self::Equals(name, value)
        } else if let Some(name) = term.strip_prefix('!') {
            Self::Missing(name.trim().to_owned())
        } else {
            Self::Exists(term.to_owned())
        };
        parsed.is_plain().then_some(parsed)
    }

    /// Sets (`in (…)`), comparisons and escapes are not what they would be taken for.
    fn is_plain(&self) -> bool {
        let odd = |it: char| it.is_whitespace() || "()<>=!\\".contains(it);
        match self {
            Self::Equals(name, value) | Self::Differs(name, value) => {
                !name.is_empty() && !name.contains(odd) && !value.contains(odd)
            }
            Self::Exists(name) | Self::Missing(name) => !name.is_empty() && !name.contains(odd),
        }
    }

    fn is_met<'a>(&'a self, look_up: impl Fn(&'a str) -> Option<&'a str>) -> bool {
        match self {
            Self::Equals(name, value) => look_up(name) == Some(value),
            Self::Differs(name, value) => look_up(name) != Some(value),
            Self::Exists(name) => look_up(name).is_some(),
            Self::Missing(name) => look_up(name).is_none(),
        }
    }
}

fn parse_fields(collection: Collection, selector: &str) -> Result<Vec<Requirement>, Failure> {
    let fields = Requirement::parse_all(selector).map_err(|term| unsupported("field", &term))?;
    let supported = fields_of(collection);
    for requirement in &fields {
        match requirement {
            Requirement::Equals(field, _) | Requirement::Differs(field, _) => {
                if !supported.contains(&field.as_str()) {
                    let supported = supported.join(", ");
                    return Err(Failure::bad_request(format!(
                        "field label not supported: {field}; supported are {supported}"
                    )));
                }
            }
            // For labels only.
            Requirement::Exists(field) | Requirement::Missing(field) => {
                return Err(unsupported("field", field));
            }
        }
    }
    Ok(fields)
}

fn fields_of(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::Namespaces => &["metadata.name", "status.phase"],
        Collection::Pods => &[
            "metadata.name",
            "metadata.namespace",
            "spec.nodeName",
            "status.phase",
        ],
    }
}

fn unsupported(what: &str, term: &str) -> Failure {
    Failure::bad_request(format!(
        "{what} selector not supported: expected terms such as `name=value` and `name!=value`, \
         but found {term:?}"
    ))
}
