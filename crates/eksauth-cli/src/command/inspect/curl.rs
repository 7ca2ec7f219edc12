//! The request inside a token, as a command.

use eksauth::token::{ClusterId, Inspection};
use zeroize::Zeroizing;

use crate::failed::Failed;

/// The command that sends the request as a verifier would, if it leads to AWS.
pub(super) fn command(
    inspection: &Inspection,
    cluster: &ClusterId,
) -> Result<Zeroizing<String>, Failed> {
    let leads_elsewhere = inspection.problems().iter().any(|it| {
        matches!(it.code(), "scheme" | "user_info")
            || it.code() == "host" && inspection.partition().is_none()
    });
    let (Some(url), false) = (inspection.expose_url(), leads_elsewhere) else {
        return Err(Failed::new(
            "expected a token with a request to AWS STS, but found none: see `eksauth inspect` \
             without `--curl`",
        ));
    };
    Ok(Zeroizing::new(format!(
        "curl --globoff --silent --show-error --header {} --header 'accept: application/json' {}",
        quoted(&format!("x-k8s-aws-id: {cluster}")),
        quoted(url)
    )))
}

/// Quoted for a POSIX shell, whatever is inside.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_do_not_end_the_quotation() {
        assert_eq!(quoted("a'; rm -rf ~ #"), r"'a'\''; rm -rf ~ #'");
    }
}
