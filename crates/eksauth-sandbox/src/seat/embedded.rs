//! The embedded API in the seat.

use std::future::Future;
use std::pin::Pin;

use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

use crate::SandboxError;
use crate::kubernetes::{Objects, router};
use crate::net::{NetError, serve};

use super::{ApiServer, ControlPlane, Seat};

/// The API that comes with the sandbox: identities, discovery, namespaces, pods.
pub(crate) struct Embedded;

impl ControlPlane for Embedded {
    fn start<'a>(
        &'a self,
        seat: Seat<'a>,
    ) -> Pin<Box<dyn Future<Output = Result<ApiServer, SandboxError>> + Send + 'a>> {
        Box::pin(async move { Ok(start(seat).await?) })
    }
}

async fn start(seat: Seat<'_>) -> Result<ApiServer, NetError> {
    let objects = Objects::new(seat.time_source);
    let counters = seat.counters;
    let router = router(seat.gate, objects.clone(), move |_status| {
        counters.api_request()
    });
    let tls = seat
        .authority
        .server_config_for(&["127.0.0.1", "::1", "localhost"])?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let service = TowerToHyperService::new(router);
    let serving = serve(listener, Some(tls), service, &seat.shutdown)?;
    let url = format!("https://{}", serving.local_addr());
    let (shutdown, watched) = (seat.shutdown, objects.clone());
    Ok(ApiServer {
        url,
        ca_pem: seat.authority.pem(),
        objects: Some(objects),
        admin: None,
        stopped: Box::pin(async move {
            shutdown.cancelled().await;
            // Their answers have no end of their own.
            watched.end_watches();
            serving.stopped().await;
        }),
    })
}
