//! `palermo serve`, and what `palermo demo` shares with it: the pages of a node, until Ctrl-C.
//!
//! The vault of a node starts locked, unless a file or the environment gives the passphrase: it
//! takes deposits and opens nothing. How it is unlocked meanwhile stands in `vault::Control`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use keep::keyring::KeyringError;
use office::{Office, OfficeError};
use protect::vault::Passphrase;
use tokio::net::TcpListener;

use crate::cli::vault::Secret;
use crate::cli::{Listen, Origin};
use crate::refusal::Refusal;
use crate::{secret, site, vault};

/// What is said as soon as it is known where the site is.
type Announce<'a> = &'a dyn Fn(&At, &mut dyn Write) -> Result<(), Refusal>;

/// The pages of a node that keeps nothing: the public evidence that the program carries.
pub(crate) fn public(
    site: web::Site,
    listen: &Listen,
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let said = |at: &At, out: &mut dyn Write| announce(at, None, listen.json, out);
    serve(site, None, (listen, &said), out)
}

/// The pages of a node's folder, and the way in to its vault.
pub(crate) fn node(
    node: &Path,
    (listen, origin, secret): (&Listen, Option<&Origin>, &Secret),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    if !office::has_vault(node) {
        let said = |at: &At, out: &mut dyn Write| announce(at, None, listen.json, out);
        return serve(site::of_node(node)?, origin, (listen, &said), out);
    }
    let office = Arc::new(Office::open(node, vault::random)?);
    if let Some(passphrase) = secret::at_hand(secret)? {
        vault::unlock_and_mend(&office, node, &passphrase)?;
    }
    let known = Arc::clone(&office);
    let said = |at: &At, out: &mut dyn Write| announce(at, Some((&*known, node)), listen.json, out);
    with_office(office, node, origin, (listen, &said), out)
}

/// The pages of a node whose office is open.
pub(crate) fn with_office(
    office: Arc<Office>,
    node: &Path,
    origin: Option<&Origin>,
    said: (&Listen, Announce<'_>),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    let mut site = site::of_node(node)?;
    site.office = Some(Arc::clone(&office));
    site.sessions = Some(Arc::new(web::OfficeSessions {
        office: Arc::clone(&office),
        now: Box::new(jiff::Timestamp::now),
    }));
    site.unlock = Some(unlocking(&office, node));
    let folder = node.to_owned();
    site.released = Some(Box::new(move || office::published(&folder)));
    let control = vault::take_commands(Arc::clone(&office), node)?;
    let served = serve(site, origin, said, out);
    control.stop();
    // The pages and the control have let go of it by now; were one still to hold it, the keys are
    // forgotten all the same.
    match Arc::try_unwrap(office) {
        Ok(office) => office.close()?,
        Err(office) => office.lock()?,
    }
    served
}

/// How the node is unlocked from its pages, in this process: what unlocks it at the console does.
fn unlocking(office: &Arc<Office>, node: &Path) -> web::Unlock {
    let (office, node) = (Arc::clone(office), node.to_owned());
    Box::new(move |typed| {
        // What is too short or too long opens it as little as any other that is wrong.
        let passphrase = Passphrase::new(typed).map_err(|_| KeyringError::Unopened)?;
        let Err(refusal) = vault::unlock_and_mend(&office, &node, &passphrase) else {
            return Ok(());
        };
        if office.status()?.unlocked {
            // What was left undone is tried again with the next unlocking.
            tracing::error!(code = refusal.code(), "what was left undone stays so");
            return Ok(());
        }
        match refusal.code() {
            "keyring_unopened" => Err(KeyringError::Unopened.into()),
            code => {
                tracing::error!(code, "the node could not be unlocked");
                Err(OfficeError::Locked)
            }
        }
    })
}

/// Where a site is served.
pub(crate) struct At {
    /// What is listened on.
    address: SocketAddr,
    /// Where people find it: as it was given, or this machine's own name for itself. None if the
    /// site is listened to from elsewhere and nobody has said how it is called there.
    origin: Option<Origin>,
}

impl At {
    fn new(address: SocketAddr, given: Option<&Origin>) -> Self {
        let own = || {
            let own = address.ip().is_loopback();
            own.then(|| Origin::localhost(address.port()))
        };
        let origin = given.cloned().or_else(own);
        Self { address, origin }
    }

    /// Where it listens, as an address of the web.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Where people find it who sign in.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.origin.as_ref().map(Origin::as_str)
    }
}

fn serve(
    mut site: web::Site,
    origin: Option<&Origin>,
    (listen, said): (&Listen, Announce<'_>),
    out: &mut impl Write,
) -> Result<(), Refusal> {
    log_faults();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = bind(listen.listen).await?;
        let at = At::new(listener.local_addr()?, origin);
        let stopped = stopped()?;
        said(&at, out)?;
        // Whoever waits for the address must see it now, not when the program ends.
        out.flush()?;
        // Where the line could be read on its way nobody signs in.
        site.origin = at.origin().and_then(|origin| origin.parse().ok());
        let app = web::app(site).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app)
            .with_graceful_shutdown(stopped)
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

fn announce(
    at: &At,
    vault: Option<(&Office, &Path)>,
    json: bool,
    out: &mut dyn Write,
) -> Result<(), Refusal> {
    let (address, origin) = (at.url(), at.origin());
    let unlocked = match vault {
        Some((office, _)) => Some(office.status()?.unlocked),
        None => None,
    };
    if json {
        let state = unlocked.map(|unlocked| if unlocked { "unlocked" } else { "locked" });
        let line = serde_json::json!({ "address": address, "origin": origin, "vault": state });
        writeln!(out, "{line}")?;
    } else {
        writeln!(out, "Palermo is at {address}")?;
        if let (Some(origin), Some(_)) = (origin, vault) {
            writeln!(out, "Whoever works with it finds it at {origin}/")?;
        }
        if let (Some((_, node)), Some(false)) = (vault, unlocked) {
            writeln!(
                out,
                "The vault is locked and takes what is handed in. Unlock it from another \
                 terminal:\n  palermo unlock {}",
                node.display()
            )?;
        }
        writeln!(out, "Stop it with Ctrl-C.")?;
    }
    Ok(())
}

/// Ctrl-C, or whatever else the system stops programs with. It is listened for from here on, so
/// that nothing is left undone when it comes before anybody has asked for a page.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // If the signal cannot be heard, the program runs until it is killed: pending for ever.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{At, Origin};

    #[test]
    fn an_address_of_the_loopback_has_an_origin_by_itself() {
        let given: Origin = "https://node.example".parse().expect("an origin");
        for (address, given, origin) in [
            ("127.0.0.1:8017", None, Some("http://localhost:8017")),
            ("[::1]:80", None, Some("http://localhost")),
            ("127.0.0.1:1", Some(&given), Some("https://node.example")),
            ("0.0.0.0:8017", None, None),
            ("192.0.2.7:8017", Some(&given), Some("https://node.example")),
        ] {
            let at = At::new(address.parse().expect("an address"), given);
            assert_eq!(at.origin.as_ref().map(Origin::as_str), origin, "{address}");
        }
    }
}
