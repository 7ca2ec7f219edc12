//! What a webhook tells the log, in the words of aws-iam-authenticator.

use std::net::SocketAddr;

use super::answer::Answer;
use super::request_ids::RequestId;
use super::visible::Visible;
use super::{Decision, Denial, Grant, Signer};

/// One request, as every line names it.
pub(super) struct Report {
    pub(super) client: SocketAddr,
    pub(super) id: RequestId,
}

impl Report {
    pub(super) fn decided(&self, decision: &Decision) {
        if let Some(signer) = decision.told_signer() {
            self.verified(signer);
        }
        match &decision.verdict {
            Ok(grant) => self.granted(decision, grant),
            Err(denial) => self.denied(decision, denial),
        }
    }

    fn verified(&self, signer: &Signer) {
        let principal = &signer.principal;
        tracing::info!(
            path = "/authenticate",
            client = %self.client,
            method = "POST",
            request = %self.id,
            accesskeyid = %Visible(&principal.access_key_id),
            arn = %Visible(&principal.arn),
            accountid = %Visible(&principal.account_id),
            userid = %Visible(&principal.user_id),
            session = %Visible(&principal.session_name),
            stsendpoint = %Visible(&signer.sts_host),
            "STS response"
        );
    }

    fn granted(&self, decision: &Decision, grant: &Grant) {
        let signer = decision.signer.as_ref();
        tracing::info!(
            path = "/authenticate",
            client = %self.client,
            method = "POST",
            request = %self.id,
            arn = arn(decision).map(tracing::field::display),
            username = %Visible(&grant.user.username),
            uid = %Visible(&grant.user.uid),
            groups = %Visible(&grant.user.groups.join(",")),
            stsendpoint = signer.map(|it| tracing::field::display(Visible(&it.sts_host))),
            "access granted"
        );
    }

    fn denied(&self, decision: &Decision, denial: &Denial) {
        let error = decision.told_reason().unwrap_or(denial.class.phrase());
        tracing::warn!(
            path = "/authenticate",
            client = %self.client,
            method = "POST",
            request = %self.id,
            arn = arn(decision).map(tracing::field::display),
            error = %Visible(error),
            "access denied"
        );
    }
}

fn arn(decision: &Decision) -> Option<Visible<'_>> {
    let signer = decision.told_signer()?;
    Some(Visible(&signer.principal.canonical_arn))
}

/// A request that was not judged. At debug level alone: whoever sends them says how many there are.
pub(super) fn malformed(client: SocketAddr, answer: &Answer) {
    let status = answer.status().as_u16();
    tracing::debug!(path = "/authenticate", %client, status, "a request cannot be judged");
}
