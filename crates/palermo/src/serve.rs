//! `palermo demo` and `palermo serve`: the pages of a node, until Ctrl-C.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

use tokio::net::TcpListener;

use crate::cli::Listen;
use crate::refusal::Refusal;
use crate::site;

/// The pages of a node that keeps nothing: the public evidence that the program carries.
pub(crate) fn demo(listen: &Listen, out: &mut impl Write) -> Result<(), Refusal> {
    serve(site::demo(), listen, out)
}

/// The pages of a node's folder.
pub(crate) fn node(node: &Path, listen: &Listen, out: &mut impl Write) -> Result<(), Refusal> {
    serve(site::of_node(node)?, listen, out)
}

fn serve(site: web::Site, listen: &Listen, out: &mut impl Write) -> Result<(), Refusal> {
    log_faults();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = bind(listen.listen).await?;
        announce(listener.local_addr()?, listen.json, out)?;
        axum::serve(listener, web::app(site))
            .with_graceful_shutdown(stopped())
            .await?;
        Ok(())
    })
}

/// Faults of the server's own go to standard error. Requests are not logged: who reads what is
/// nobody's business.
fn log_faults() {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Refusal> {
    TcpListener::bind(address).await.map_err(|error| {
        let message = format!(
            "cannot listen on {address}: {error}; choose another address with --listen, \
             or port 0 for any free one"
        );
        Refusal::input("address_unavailable", message)
    })
}

fn announce(address: SocketAddr, json: bool, out: &mut impl Write) -> Result<(), Refusal> {
    let address = format!("http://{address}/");
    if json {
        writeln!(out, "{}", serde_json::json!({ "address": address }))?;
    } else {
        writeln!(out, "Palermo is at {address}")?;
        writeln!(out, "Stop it with Ctrl-C.")?;
    }
    // Whoever waits for the address must see it now, not when the program ends.
    Ok(out.flush()?)
}

async fn stopped() {
    // If the signal cannot be heard, the program runs until it is killed: pending for ever.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
