//! Answers in XML, as the Query protocol has them.

use aws_smithy_xml::encode::{ScopeWriter, XmlWriter};

use super::Node;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(super) fn document(root: &str, content: &Node) -> String {
    let mut text = String::new();
    let mut writer = XmlWriter::new(&mut text);
    let mut scope = writer.start_el(root).write_ns(NAMESPACE, None).finish();
    write(&mut scope, content);
    scope.finish();
    text
}

fn write(scope: &mut ScopeWriter<'_, '_>, node: &Node) {
    match node {
        Node::Text(text) => scope.data(text),
        Node::Time(at) => scope.data(&at.to_string()),
        Node::Branch(children) => {
            for (name, child) in children {
                write(&mut scope.start_el(name).finish(), child);
            }
        }
    }
}
