//! The process that this program runs in.

use aws_smithy_async::time::SystemTimeSource;
use eksauth::Context;

/// The environment variables and the clock of this process, and the network and the files as seen from
/// it.
///
/// What takes no [`Context`] in this crate takes this one. Nothing else here reads the environment,
/// but kube itself where it is left to its own handling.
///
/// # Examples
///
/// ```
/// let context = eksauth_kube::process_context().with_variables([("AWS_PROFILE", "ci")]);
/// assert_eq!(context.var("AWS_PROFILE").as_deref(), Some("ci"));
/// ```
pub fn process_context() -> Context {
    #[expect(
        clippy::disallowed_methods,
        reason = "the front door, for programs that leave it to this crate"
    )]
    let variables = std::env::vars_os();
    Context::new(variables, SystemTimeSource::new())
}
