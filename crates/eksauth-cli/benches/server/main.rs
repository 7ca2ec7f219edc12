//! What the authenticator does in a second, beside aws-iam-authenticator when that is on `PATH`.
//!
//! Both are processes of their own with the same configuration file, the same tokens and the same STS,
//! which is the sandbox's in this process: it really checks each signature. The load comes from this
//! process, too, so that what both have to pay for is part of both figures and pulls ratios to 1. The
//! floor is a process that sends one answer to whatever comes.
//!
//! `--program PATH` measures another build than the benchmark's own, such as that of `--release`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and stops when something is wrong"
)]

mod floor;
mod load;
mod mappings;
mod message;
mod program;
mod reviews;
mod table;

use std::path::PathBuf;

use aws_smithy_async::time::SystemTimeSource;
use eksauth_sandbox::Sandbox;

use load::Load;
use mappings::Mappings;
use program::Program;
use reviews::Reviews;
use table::Table;

/// Connections, as many as an API server has requests to review at the same time.
const CONNECTIONS: usize = 64;

/// The name of what the floor is measured by, too.
const SAME_AGAIN: &str = "the same token again";

/// How much of everything.
struct Amount {
    reviews: usize,
    distinct: usize,
    memory: usize,
    mappings: usize,
}

const FULL: Amount = Amount {
    reviews: 100_000,
    distinct: 20_000,
    memory: 1_000_000,
    mappings: 100_000,
};

const QUICK: Amount = Amount {
    reviews: 128,
    distinct: 128,
    memory: 128,
    mappings: 100,
};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if let Some(config) = floor::config() {
        return runtime.block_on(floor::serve(&config));
    }
    // Cargo passes flags of the test harness, and `--test` when it only wants to see it run.
    let quick = std::env::args().any(|it| it == "--test");
    let mut arguments = std::env::args_os().skip_while(|it| it != "--program");
    let program = arguments.nth(1).map(PathBuf::from);
    let amount = if quick { QUICK } else { FULL };
    runtime.block_on(run(program, amount));
}

async fn run(program: Option<PathBuf>, amount: Amount) {
    let sandbox = Sandbox::builder(SystemTimeSource::new())
        .start()
        .await
        .unwrap();
    let mut table = Table::default();
    floor_of_throughput(&sandbox, &amount, &mut table).await;
    for program in Program::all(program) {
        throughput(&sandbox, &program, &amount, &mut table).await;
        many_mappings(&sandbox, &program, &amount, &mut table).await;
    }
    table.print();
    sandbox.stop().await;
}

/// What the load itself and the way to a process cost.
async fn floor_of_throughput(sandbox: &Sandbox, amount: &Amount, table: &mut Table) {
    let program = Program::floor();
    let server = program.start(sandbox, Mappings::OfTheSandbox);
    let load = Load::connect(&server, CONNECTIONS).await;
    let repeated = Reviews::distinct(sandbox, 1);
    load.run(&repeated, CONNECTIONS).await.expect(200);
    let answers = load.run(&repeated, amount.reviews).await;
    table.answers(&program, SAME_AGAIN, answers.expect(200));
}

async fn throughput(sandbox: &Sandbox, program: &Program, amount: &Amount, table: &mut Table) {
    let server = program.start(sandbox, Mappings::OfTheSandbox);
    table.memory(program, "memory at rest", server.resident_kib());
    table.memory(
        program,
        "memory at rest, without file pages",
        server.private_kib(),
    );
    let load = Load::connect(&server, CONNECTIONS).await;

    let distinct = Reviews::distinct(sandbox, amount.distinct);
    let answers = load.run(&distinct, amount.distinct).await;
    table.answers(program, "distinct tokens", answers.expect(200));

    let repeated = Reviews::distinct(sandbox, 1);
    load.run(&repeated, CONNECTIONS).await.expect(200);
    let answers = load.run(&repeated, amount.reviews).await;
    table.answers(program, SAME_AGAIN, answers.expect(200));

    let invalid = Reviews::invalid(sandbox, 1_000);
    let answers = load.run(&invalid, amount.reviews).await;
    table.answers(program, "invalid tokens", answers.expect(403));

    // What does not remember tokens asks STS a million times here, for minutes.
    load.run(&repeated, amount.memory / 2).await.expect(200);
    load.run(&invalid, amount.memory / 2).await.expect(403);
    table.memory(
        program,
        &format!("memory after {} reviews more", amount.memory),
        server.resident_kib(),
    );
}

async fn many_mappings(sandbox: &Sandbox, program: &Program, amount: &Amount, table: &mut Table) {
    let server = program.start(sandbox, Mappings::OthersToo(amount.mappings));
    let load = Load::connect(&server, CONNECTIONS).await;
    let repeated = Reviews::distinct(sandbox, 1);
    load.run(&repeated, CONNECTIONS).await.expect(200);
    let what = format!("memory with {} mappings", amount.mappings);
    table.memory(program, &what, server.resident_kib());
    let what = format!("most memory on the way to {} mappings", amount.mappings);
    table.memory(program, &what, server.peak_kib());
    let answers = load.run(&repeated, amount.reviews / 10).await;
    let what = format!("the same token again, {} mappings", amount.mappings);
    table.answers(program, &what, answers.expect(200));
}
