//! Work that is dropped when it is no longer wanted.

use std::pin::pin;

use futures_util::future::select;

/// Works until the work is done or `stop` is, whichever comes first.
pub(crate) async fn until(stop: impl Future<Output = ()>, work: impl Future<Output = ()>) {
    select(pin!(stop), pin!(work)).await;
}
