//! The way to a running `palermo serve`: how its node is unlocked and locked from another terminal.
//!
//! The server listens on a port of the loopback that the system chooses, and writes to a file of
//! its own, which its own user alone can read ([`super::place`]): the port, a token, and a public
//! key made for this run. A command is sealed to that key (HPKE), so that a passphrase never
//! crosses even the loopback in clear, together with the token and the challenge that the server
//! has just given, so that it cannot be sent twice. The answer repeats a number that was in the
//! sealed part: whoever answers could open it. Commands are heard one at a time, and a wrong one
//! costs a second.
//!
//! Several processes may serve one node. A command goes to each of them, and what one refuses does
//! not keep it from the others.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use office::Office;
use protect::vault::{Cost, DepositPublic, DepositSecret};
use rand_core::Rng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::place::{Kept, Living, Place, living};
use super::session::{mend, source};
use crate::refusal::Refusal;
use crate::secret;

/// What a server says first: who it is and in which form it speaks.
const GREETING: &[u8; 10] = b"palermo/1\n";
/// What commands are sealed for.
const CONTEXT: &[u8] = b"palermo/control/1";
const NUMBER_BYTES: usize = 16;
/// Longest sealed command or answer, in bytes.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// How long a server waits for a command that was begun.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a client waits for the greeting: a live server is busy with one unlocking at most.
const GREETING_PATIENCE: Duration = Duration::from_secs(15);
/// How long a client waits for the answer: deriving a key and making views anew may take long.
const ANSWER_PATIENCE: Duration = Duration::from_secs(3600);
/// What a wrong command costs.
const PENALTY: Duration = Duration::from_secs(1);
/// How long a process that hears no more may take to end, in looks and the time between them.
const ENDING: (u32, Duration) = (10, Duration::from_millis(100));

/// What a server can be told.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Command {
    /// Unlock with the passphrase.
    Unlock {
        /// As it was typed.
        passphrase: String,
    },
    /// Unlock with shares, and put another passphrase in the place of the lost one.
    Recover {
        /// As they were typed.
        shares: Vec<String>,
        /// The new passphrase, as it was typed.
        passphrase: String,
    },
    /// Lock.
    Lock,
    /// Say how it stands.
    Look,
}

#[derive(Serialize, Deserialize)]
struct Message {
    token: String,
    challenge: String,
    proof: String,
    command: Command,
}

/// How a served node stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Standing {
    /// Whether it is unlocked.
    pub(super) unlocked: bool,
    /// Deposits that wait; none while it is locked.
    pub(super) deposits_waiting: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Reply {
    proof: String,
    standing: Option<Standing>,
    code: Option<String>,
    message: Option<String>,
}

/// What came of a command that went to every process that serves a node.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How each stands that has done it.
    pub(super) standings: Vec<Standing>,
    /// Why each of the others has not.
    pub(super) refusals: Vec<Refusal>,
}

impl Told {
    /// How many processes serve the node.
    pub(super) fn processes(&self) -> usize {
        self.standings.len() + self.refusals.len()
    }

    /// How many have done it, of how many, as words: `the process that serves it`.
    pub(super) fn words(&self) -> String {
        match (self.standings.len(), self.processes()) {
            (1, 1) => "the process that serves it".to_owned(),
            (done, all) if done == all => format!("all {all} processes that serve it"),
            (done, all) => format!("{done} of {all} processes that serve it"),
        }
    }

    /// Adds for how many processes it was done, and what the others have refused.
    pub(super) fn put(&self, answer: &mut serde_json::Value) {
        answer["processes"] = self.standings.len().into();
        let refused = self.refusals.iter().map(
            |refusal| serde_json::json!({ "code": refusal.code(), "message": refusal.message() }),
        );
        answer["refused"] = refused.collect::<Vec<_>>().into();
    }

    /// An error if anybody has refused: the first code, and what each has said.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let Some(first) = self.refusals.first() else {
            return Ok(());
        };
        let messages: Vec<_> = self.refusals.iter().map(Refusal::message).collect();
        Err(Refusal::answered(first.code(), &messages.join("; ")))
    }

    fn take(&mut self, answered: Result<Option<Standing>, Refusal>) {
        match answered {
            Ok(Some(standing)) => self.standings.push(standing),
            // It has ended.
            Ok(None) => {}
            Err(refusal) => self.refusals.push(refusal),
        }
    }
}

/// The listening half, in the server.
pub(crate) struct Control {
    kept: Kept,
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Control {
    /// Hears no more.
    pub(crate) fn stop(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener; if that fails it has ended already.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        // Nobody looks for it any more.
        drop(self.kept);
    }
}

/// Begins to hear commands for a node that is being served.
pub(crate) fn serve(office: Arc<Office>, node: &Path) -> Result<Control, Refusal> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let keys = DepositSecret::random(&mut source());
    let token = number();
    let place = Place {
        process: std::process::id(),
        port: address.port(),
        token: token.clone(),
        public: hex(&keys.public().to_bytes()),
    };
    let kept = Kept::new(node, &number(), &place)?;
    let stop = Arc::new(AtomicBool::new(false));
    let server = Server {
        office,
        node: node.to_owned(),
        keys,
        token,
    };
    let stopped = Arc::clone(&stop);
    let thread = thread::Builder::new()
        .name("control".to_owned())
        .spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                // Whoever breaks off is not answered; the next is heard.
                let _ = stream.and_then(|stream| server.hear(stream));
            }
        })?;
    Ok(Control {
        kept,
        address,
        stop,
        thread: Some(thread),
    })
}

struct Server {
    office: Arc<Office>,
    node: PathBuf,
    keys: DepositSecret,
    token: String,
}

impl Server {
    fn hear(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let challenge = number();
        stream.write_all(GREETING)?;
        stream.write_all(challenge.as_bytes())?;
        let sealed = read_frame(&mut stream)?;
        let opened = self.keys.open(CONTEXT, &sealed).ok();
        let message: Option<Message> = opened.and_then(|plain| serde_json::from_slice(&plain).ok());
        let known =
            message.filter(|message| message.token == self.token && message.challenge == challenge);
        let Some(message) = known else {
            thread::sleep(PENALTY);
            return Ok(());
        };
        let done = self.do_it(message.command);
        if done.is_err() {
            thread::sleep(PENALTY);
        }
        let reply = match done {
            Ok(standing) => Reply {
                proof: message.proof,
                standing: Some(standing),
                code: None,
                message: None,
            },
            Err(refusal) => Reply {
                proof: message.proof,
                standing: None,
                code: Some(refusal.code().to_owned()),
                message: Some(refusal.message().to_owned()),
            },
        };
        write_frame(&mut stream, serde_json::json!(reply).to_string().as_bytes())
    }

    fn do_it(&self, command: Command) -> Result<Standing, Refusal> {
        match command {
            Command::Unlock { passphrase } => {
                let typed = Zeroizing::new(passphrase);
                self.office.unlock(&secret::passphrase(&typed)?)?;
                mend(&self.office, &self.node)?;
            }
            Command::Recover { shares, passphrase } => {
                let shares = Zeroizing::new(shares);
                let shares = secret::shares_typed(&shares)?;
                let typed = Zeroizing::new(passphrase);
                let passphrase = secret::passphrase(&typed)?;
                self.office.recover(&shares, &passphrase, Cost::STANDARD)?;
                mend(&self.office, &self.node)?;
            }
            Command::Lock => self.office.lock()?,
            Command::Look => {
                // Whoever makes good what is left comes to the head first: what another process
                // has taken is counted here too.
                if self.office.status()?.unlocked {
                    mend(&self.office, &self.node)?;
                }
            }
        }
        let status = self.office.status()?;
        Ok(Standing {
            unlocked: status.unlocked,
            deposits_waiting: status.deposits_waiting,
        })
    }
}

/// Tells every process that serves a node to do something, all at once.
///
/// # Errors
/// When it cannot be found out which those are.
pub(super) fn tell(node: &Path, command: &Command) -> Result<Told, Refusal> {
    let found = living(node)?;
    let mut told = Told::default();
    thread::scope(|scope| {
        let asked: Vec<_> = found
            .into_iter()
            .map(|found| scope.spawn(move || found.and_then(|living| tell_one(&living, command))))
            .collect();
        for one in asked {
            told.take(one.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
    });
    Ok(told)
}

/// Tells them one after the other; what is said may go by what came of it so far.
///
/// # Errors
/// As [`tell`].
pub(super) fn tell_in_turn(
    node: &Path,
    command: impl Fn(&Told) -> Command,
) -> Result<Told, Refusal> {
    let mut told = Told::default();
    for found in living(node)? {
        let command = command(&told);
        told.take(found.and_then(|living| tell_one(&living, &command)));
    }
    Ok(told)
}

/// None if the process has ended.
fn tell_one(living: &Living, command: &Command) -> Result<Option<Standing>, Refusal> {
    let Some(reply) = answered(&living.place, command) else {
        let (looks, between) = ENDING;
        for _ in 0..looks {
            if living.has_ended() {
                return Ok(None);
            }
            thread::sleep(between);
        }
        let message = format!(
            "{} lives and does not answer: it is busy, or hangs; try again, or end it",
            living.name()
        );
        return Err(Refusal::input("control_unanswered", message));
    };
    match (reply.standing, reply.code) {
        (Some(standing), None) => Ok(Some(standing)),
        (_, code) => {
            let code = code.unwrap_or_else(|| "control_unlike".to_owned());
            let message = reply.message.unwrap_or_default();
            let message = format!("{}: {message}", living.name());
            Err(Refusal::answered(&code, &message))
        }
    }
}

/// The answer of whoever has the key.
fn answered(place: &Place, command: &Command) -> Option<Reply> {
    let public = DepositPublic::from_bytes(&unhex(&place.public)?).ok()?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, place.port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    let challenge = greeted(&mut stream)?;
    let proof = number();
    let message = serde_json::json!({
        "token": place.token, "challenge": challenge, "proof": proof, "command": command,
    });
    let plain = Zeroizing::new(message.to_string());
    let sealed = public.seal(CONTEXT, plain.as_bytes(), &mut source());
    write_frame(&mut stream, &sealed).ok()?;
    stream.set_read_timeout(Some(ANSWER_PATIENCE)).ok()?;
    let reply: Reply = serde_json::from_slice(&read_frame(&mut stream).ok()?).ok()?;
    (reply.proof == proof).then_some(reply)
}

fn greeted(stream: &mut TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(GREETING_PATIENCE)).ok()?;
    let mut greeting = [0; GREETING.len()];
    stream.read_exact(&mut greeting).ok()?;
    let mut challenge = [0; 2 * NUMBER_BYTES];
    stream.read_exact(&mut challenge).ok()?;
    (greeting == *GREETING).then(|| String::from_utf8_lossy(&challenge).into_owned())
}

fn read_frame(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MESSAGE_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn write_frame(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(bytes)?;
    stream.flush()
}

/// A random number, in hexadecimal.
fn number() -> String {
    let mut bytes = [0; NUMBER_BYTES];
    source().fill_bytes(&mut bytes);
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<char> = text.chars().collect();
    let byte = |pair: &[char]| {
        let [high, low] = pair else { return None };
        let (high, low) = (high.to_digit(16)?, low.to_digit(16)?);
        u8::try_from(high * 16 + low).ok()
    };
    digits.chunks(2).map(byte).collect()
}
