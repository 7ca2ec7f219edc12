//! The async runtime, started only for what needs the network.

use std::future::Future;

use crate::failed::Failed;

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|source| Failed::new("could not start the network runtime").because(source))?;
    Ok(runtime.block_on(future))
}

/// The same for a server, whose tasks run on all cores.
pub(crate) fn block_on_all_cores<T>(future: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|source| Failed::new("could not start the network runtime").because(source))?;
    Ok(runtime.block_on(future))
}
