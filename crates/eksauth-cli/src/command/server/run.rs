//! From settings to a server, and to its end.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;

use aws_smithy_async::time::SystemTimeSource;
use eksauth::token::{ClusterId, Partition, Policy, Region};
use eksauth_map::BackendMode;
use eksauth_server::{
    AuditLog, Authenticator, CertificateStore, Drained, LiveMap, StsConnection, Verifier, Webhook,
    WebhookLimits, WebhookMetrics,
};
use kube::Client;
use tokio::net::TcpListener;

use crate::failed::{Failed, chain};
use crate::outcome::Unsuccessful;
use crate::process::Process;
use crate::redaction::without_tokens;
use crate::signals::{Asked, Signal, Signals};

use super::aws::Account;
use super::beside::Beside;
use super::election::election;
use super::judge::Judge;
use super::metrics::Counting;
use super::settings::ServerSettings;
use super::{certificate, listening, sources};

/// Lines of the audit log that may wait to be written.
const AUDIT_QUEUE: NonZeroUsize = const { NonZeroUsize::new(8192).unwrap() };

/// Runs until it is asked to end.
pub(super) async fn run(
    settings: ServerSettings,
    account: Account,
    process: &Process,
) -> Result<(), Unsuccessful> {
    let mut signals = Signals::listen()?;
    tracing::info!(
        version = crate::command::version::VERSION,
        cluster = settings.cluster.as_str(),
        partition = settings.partition.id(),
        "starting"
    );
    for warning in &settings.warnings {
        tracing::warn!("{}", without_tokens(warning));
    }
    let starting = Server::start(settings, account, process);
    let server = tokio::select! {
        server = starting => server?,
        signal = asked_to_end(&mut signals) => return Err(Unsuccessful::Ended(signal.exit_code())),
    };
    server.serve(&mut signals).await
}

/// Nothing has to be read again that has not been read yet.
async fn asked_to_end(signals: &mut Signals) -> Signal {
    loop {
        if let Asked::End(signal) = signals.asked().await {
            return signal;
        }
    }
}

/// Everything that is there before the first request comes.
struct Server {
    webhook: Webhook<Judge>,
    listener: TcpListener,
    certificates: CertificateStore,
    audit: Option<AuditLog>,
    beside: Beside,
}

impl Server {
    async fn start(
        mut settings: ServerSettings,
        account: Account,
        process: &Process,
    ) -> Result<Self, Failed> {
        let connection = settings.sts.clone().connection(process.context())?;
        let map = LiveMap::new(settings.backends.modes.clone(), SystemTimeSource::new());
        map.set_reserved_prefixes(settings.backends.reserved.clone());
        let policy = policy(
            settings.partition,
            account.configured_region(process.context()),
        );
        let names =
            account.private_dns_names(&settings.ec2, connection.clone(), process.context().clone());
        let authenticator = authenticator(&settings, &policy, &connection, map.clone())?
            .with_private_dns_names(names.clone())
            .with_scrubbed_accounts(settings.scrubbed_accounts.iter().cloned());

        let client = client(&settings, process).await?;
        let client_ca = settings.client_ca.as_deref();
        let certificates = certificate::open(&settings.place, client_ca)?;
        let audit = settings.audit_log.as_deref().map(audit_log).transpose()?;
        let (listener, address) = listen(&settings, &certificates).await?;
        let mut beside = Beside::default();
        beside.follow_mappings(&mut settings, map.clone(), client.clone());
        if let Some(client) = client.filter(|_| settings.crd_status) {
            let election = election(&settings.election, process.context())?;
            beside.write_status(client, election);
        }
        beside.follow_certificate(certificates.clone());
        beside.answer_probes(settings.health).await;

        let metrics = WebhookMetrics::default();
        let registry = Counting {
            authenticator: &authenticator,
            names: &names,
            certificates: &certificates,
            audit: audit.as_ref(),
        }
        .registry(&metrics);
        let mut webhook = Webhook::builder(Judge(authenticator), certificates.clone())
            .limits(WebhookLimits {
                drain_timeout: settings.drain_timeout,
                ..WebhookLimits::default()
            })
            .denial_status(settings.denial_status)
            .metrics(metrics, registry)
            .ready(move || missing(&map));
        if let Some(audit) = &audit {
            webhook = webhook.audit(audit.clone());
        }
        tracing::info!(%address, "listening for TokenReviews on https://{address}/authenticate");
        Ok(Self {
            webhook: webhook.build(),
            listener,
            certificates,
            audit,
            beside,
        })
    }

    async fn serve(self, signals: &mut Signals) -> Result<(), Unsuccessful> {
        let shutdown = self.beside.shutdown();
        let mut serving = std::pin::pin!(self.webhook.serve(self.listener, &shutdown));
        let drained: Drained = loop {
            let asked = tokio::select! {
                drained = &mut serving => break drained,
                asked = signals.asked() => asked,
            };
            match asked {
                Asked::Again => {
                    if let Some(audit) = &self.audit {
                        audit.reopen();
                    }
                    certificate::reload(&self.certificates);
                }
                Asked::End(signal) if shutdown.is_cancelled() => {
                    return Err(Unsuccessful::Ended(signal.exit_code()));
                }
                Asked::End(_) => {
                    tracing::info!("ending, once requests under way are answered");
                    shutdown.cancel();
                }
            }
        };
        tracing::debug!("requests under way are answered");
        // A destination that takes no lines may hold this up for ever.
        tokio::select! {
            () = finish(self.beside, self.audit.as_ref()) => {}
            signal = asked_to_end(signals) => return Err(Unsuccessful::Ended(signal.exit_code())),
        }
        tracing::info!(cut = drained.cut, "ended");
        Ok(())
    }
}

/// Waits for what runs beside the webhook, and until the audit log is written.
async fn finish(beside: Beside, audit: Option<&AuditLog>) {
    beside.ended().await;
    if let Some(audit) = audit {
        audit.flush().await;
    }
}

/// The hosts of STS that are accepted. The name of the own region may be new.
fn policy(partition: Partition, own_region: Option<Region>) -> Policy {
    let policy = Policy::new(partition);
    match own_region {
        Some(region) => policy.with_own_region(region),
        None => policy,
    }
}

/// Listens, and only then tells API servers where.
async fn listen(
    settings: &ServerSettings,
    certificates: &CertificateStore,
) -> Result<(TcpListener, SocketAddr), Failed> {
    let place = &settings.place;
    let listener = listening::webhook(SocketAddr::new(place.address, place.port)).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failed::new("could not listen").because(error))?;
    if !settings.kubeconfig_pregenerated {
        let path = &place.kubeconfig;
        certificate::write_kubeconfig(place, path, address.port(), certificates)?;
        tracing::info!(path = %path.display(), "wrote the kubeconfig for the API server");
    }
    Ok((listener, address))
}

/// A verifier for each name of the cluster. Together they ask STS as often as one.
fn authenticator(
    settings: &ServerSettings,
    policy: &Policy,
    connection: &StsConnection,
    map: LiveMap,
) -> Result<Authenticator, Failed> {
    let builder = |cluster: &ClusterId| {
        Verifier::builder(cluster.clone(), policy.clone(), SystemTimeSource::new())
            .limits(settings.limits.clone())
            .connection(connection.clone())
    };
    let first = builder(&settings.cluster).build()?;
    let all = Authenticator::new(first.clone(), map);
    let mut further = settings.further_clusters.iter();
    further.try_fold(all, |all, cluster| {
        Ok(all.with_verifier(builder(cluster).sharing(&first).build()?))
    })
}

/// The client for what is kept in the cluster. Where that is not asked for, it may be missing.
async fn client(settings: &ServerSettings, process: &Process) -> Result<Option<Client>, Failed> {
    let needed = settings
        .backends
        .modes
        .iter()
        .any(|it| sources::is_in_cluster(*it));
    if !needed && !settings.crd_status && settings.backends.mode_file.is_none() {
        return Ok(None);
    }
    let unable = || {
        Failed::new(format!(
            "could not reach the API server for the backends {} and {}",
            BackendMode::EksConfigMap,
            BackendMode::Crd
        ))
    };
    let client = async {
        let target = settings.api_server.clone().find_named(process).await?;
        Client::try_from(target.config).map_err(|error| Failed::new(error.to_string()))
    };
    match client.await {
        Ok(client) => Ok(Some(client)),
        Err(error) if needed || settings.crd_status => Err(unable().because(error)),
        Err(error) => {
            tracing::debug!(
                error = chain(&error, ": "),
                "nothing is read from a cluster"
            );
            Ok(None)
        }
    }
}

fn audit_log(path: &Path) -> Result<AuditLog, Failed> {
    let time = SystemTimeSource::new();
    let opened = match path.as_os_str() == "-" {
        true => AuditLog::to_writer(Box::new(io::stdout()), AUDIT_QUEUE, time),
        false => AuditLog::to_file(path, AUDIT_QUEUE, time),
    };
    opened.map_err(|error| {
        let path = path.display().to_string();
        Failed::new(format!(
            "could not write the audit log `{}`",
            path.escape_default()
        ))
        .because(error)
    })
}

/// What `/readyz` says is missing.
fn missing(map: &LiveMap) -> Vec<String> {
    let missing = map.missing().into_iter();
    missing.map(|it| format!("backend {it}")).collect()
}
