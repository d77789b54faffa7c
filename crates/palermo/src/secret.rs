//! Passphrases, recovery shares, passwords and codes, from a file, the environment, or whoever sits
//! at the terminal.
//!
//! A passphrase or password is never an argument, which others on the machine could read, and
//! never printed. A device's code may be one: it is good once, for a minute and a half at most.

use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::Path;

use protect::credential::Password;
use protect::vault::{Passphrase, Share};
use zeroize::Zeroizing;

use crate::cli::vault::{Factors, Secret, Shares};
use crate::refusal::Refusal;

const VARIABLE: &str = "PALERMO_PASSPHRASE";
const NEW_VARIABLE: &str = "PALERMO_NEW_PASSPHRASE";
const PASSWORD_VARIABLE: &str = "PALERMO_PASSWORD";
const CODE_VARIABLE: &str = "PALERMO_CODE";
const ONE_TIME_VARIABLE: &str = "PALERMO_ONE_TIME_CODE";
/// Longest line that is read from a file of secrets, in bytes.
const LINE_BYTES_MAX: u64 = 16 * 1024;

/// Where a secret is looked for before anybody is asked.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: Option<&'a Path>,
    variable: &'static str,
    /// Code of the refusal when it cannot be read there.
    unreadable: &'static str,
}

/// A passphrase as it was typed. Wiped when dropped.
pub(crate) type Typed = Zeroizing<String>;

/// The node's passphrase, if a file or the environment gives it. Nobody is asked.
pub(crate) fn at_hand(secret: &Secret) -> Result<Option<Passphrase>, Refusal> {
    given(place(secret))?
        .map(|typed| passphrase(&typed))
        .transpose()
}

/// The node's passphrase. At a terminal it is asked for; an empty answer goes on without.
pub(crate) fn if_wanted(secret: &Secret, without: &str) -> Result<Option<Passphrase>, Refusal> {
    if let Some(passphrase) = at_hand(secret)? {
        return Ok(Some(passphrase));
    }
    if !is_anybody_there() {
        return Ok(None);
    }
    let typed = ask(&format!("Passphrase (empty: {without}): "))?;
    if typed.trim().is_empty() {
        return Ok(None);
    }
    passphrase(&typed).map(Some)
}

/// The node's passphrase.
pub(crate) fn needed(secret: &Secret) -> Result<Passphrase, Refusal> {
    passphrase(&needed_as_typed(secret)?)
}

/// The node's passphrase as it was typed, for a process that it is sealed to.
pub(crate) fn needed_as_typed(secret: &Secret) -> Result<Typed, Refusal> {
    if let Some(typed) = given(place(secret))? {
        return Ok(typed);
    }
    if !is_anybody_there() {
        return Err(missing("--passphrase-file", VARIABLE));
    }
    ask("Passphrase: ")
}

/// The passphrase of a vault that is about to be made, asked for twice; none if there is no
/// terminal to ask at.
pub(crate) fn founding(secret: &Secret) -> Result<Option<Passphrase>, Refusal> {
    match at_hand(secret)? {
        Some(passphrase) => Ok(Some(passphrase)),
        None if io::stdin().is_terminal() => passphrase(&ask_twice()?).map(Some),
        None => Ok(None),
    }
}

/// That there must be one where [`founding`] finds none.
pub(crate) fn missing_for_founding() -> Refusal {
    missing("--passphrase-file", VARIABLE)
}

/// The passphrase that takes the place of a lost one, asked for twice.
pub(crate) fn replacing(shares: &Shares) -> Result<Passphrase, Refusal> {
    passphrase(&replacing_as_typed(shares)?)
}

/// The passphrase that takes the place of a lost one, as it was typed.
pub(crate) fn replacing_as_typed(shares: &Shares) -> Result<Typed, Refusal> {
    let place = Place {
        file: shares.new_passphrase_file.as_deref(),
        variable: NEW_VARIABLE,
        unreadable: "passphrase_file",
    };
    match given(place)? {
        Some(typed) => Ok(typed),
        None if is_anybody_there() => ask_twice(),
        None => Err(missing("--new-passphrase-file", NEW_VARIABLE)),
    }
}

/// The recovery shares that were typed; `-` stands for those on standard input.
pub(crate) fn shares(typed: &[String]) -> Result<Vec<Share>, Refusal> {
    let mut lines = Zeroizing::new(Vec::new());
    for one in typed {
        if one != "-" {
            lines.push(one.clone());
            continue;
        }
        for line in io::stdin().lock().lines() {
            let line = Zeroizing::new(line?);
            if !line.trim().is_empty() {
                lines.push(line.to_string());
            }
        }
    }
    shares_typed(&lines)
}

/// Recovery shares as texts.
pub(crate) fn shares_typed(lines: &[String]) -> Result<Vec<Share>, Refusal> {
    let read = lines.iter().enumerate().map(|(index, line)| {
        line.parse().map_err(|error: protect::vault::ShareError| {
            let error_text = error.to_string();
            let words = error_text.split_once(": ").map_or("", |(_, words)| words);
            Refusal::input(error.code(), format!("share {}: {words}", index + 1))
        })
    });
    read.collect()
}

/// Words that say who somebody is. An argument stands in the history of the shell and is seen by
/// others on the machine; `-` reads a line of standard input instead.
pub(crate) fn words(typed: &str, question: &str) -> Result<Typed, Refusal> {
    if typed != "-" {
        return Ok(Zeroizing::new(typed.to_owned()));
    }
    if io::stdin().is_terminal() {
        let mut terminal = io::stderr();
        write!(terminal, "{question}: ")?;
        terminal.flush()?;
    }
    let mut line = Zeroizing::new(String::with_capacity(1024));
    io::stdin().lock().read_line(&mut line)?;
    Ok(Zeroizing::new(line.trim().to_owned()))
}

fn place(secret: &Secret) -> Place<'_> {
    Place {
        file: secret.passphrase_file.as_deref(),
        variable: VARIABLE,
        unreadable: "passphrase_file",
    }
}

fn password_place(file: Option<&Path>) -> Place<'_> {
    Place {
        file,
        variable: PASSWORD_VARIABLE,
        unreadable: "password_file",
    }
}

/// The password of whoever signs in.
pub(crate) fn password(factors: &Factors) -> Result<Password, Refusal> {
    let typed = match given(password_place(factors.password_file.as_deref()))? {
        Some(typed) => typed,
        None if is_anybody_there() => ask("Password: ")?,
        None => {
            let options = format!("--password-file FILE, or set {PASSWORD_VARIABLE}");
            return Err(nobody_to_ask("password_missing", "a password", &options));
        }
    };
    Ok(Password::new(&typed))
}

/// The code that the device of whoever signs in shows.
pub(crate) fn device_code(factors: &Factors) -> Result<Typed, Refusal> {
    if let Some(code) = &factors.code {
        return Ok(Zeroizing::new(code.clone()));
    }
    let place = Place {
        file: None,
        variable: CODE_VARIABLE,
        unreadable: "code_file",
    };
    match given(place)? {
        Some(typed) => Ok(typed),
        None if is_anybody_there() => ask("Code that the device shows: "),
        None => {
            let options = format!("--code CODE, or set {CODE_VARIABLE}");
            Err(nobody_to_ask("code_missing", "the device's code", &options))
        }
    }
}

/// The one-time code of whoever sets their first credentials.
pub(crate) fn one_time_code(file: Option<&Path>) -> Result<Typed, Refusal> {
    let place = Place {
        file,
        variable: ONE_TIME_VARIABLE,
        unreadable: "code_file",
    };
    match given(place)? {
        Some(typed) => Ok(typed),
        None if is_anybody_there() => ask("One-time code: "),
        None => {
            let options = format!("--one-time-code-file FILE, or set {ONE_TIME_VARIABLE}");
            Err(nobody_to_ask("code_missing", "the one-time code", &options))
        }
    }
}

/// A password that is about to be set, asked for twice.
pub(crate) fn new_password(file: Option<&Path>) -> Result<Password, Refusal> {
    let typed = match given(password_place(file))? {
        Some(typed) => typed,
        None if is_anybody_there() => {
            let question = "New password (at least 10 characters; several words are best): ";
            same_twice(question, "password_differs")?
        }
        None => {
            let options = format!("--password-file FILE, or set {PASSWORD_VARIABLE}");
            return Err(nobody_to_ask("password_missing", "a password", &options));
        }
    };
    Ok(Password::new(&typed))
}

/// A line that answers what was just printed: typed unseen at a terminal, else from standard input.
pub(crate) fn answer(question: &str) -> Result<Typed, Refusal> {
    if io::stdin().is_terminal() {
        return ask(question);
    }
    let mut line = Zeroizing::new(String::with_capacity(1024));
    io::stdin().lock().read_line(&mut line)?;
    Ok(line)
}

fn given(place: Place<'_>) -> Result<Option<Typed>, Refusal> {
    if let Some(path) = place.file {
        let unreadable = |error: io::Error| {
            let message = format!("{}: {error}", path.display());
            Refusal::input(place.unreadable, message)
        };
        let file = File::open(path).map_err(unreadable)?;
        let mut line = Zeroizing::new(String::with_capacity(1024));
        BufReader::new(io::Read::take(file, LINE_BYTES_MAX))
            .read_line(&mut line)
            .map_err(unreadable)?;
        return Ok(Some(line));
    }
    match env::var(place.variable) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            let message = format!("{} is no text in UTF-8", place.variable);
            Err(Refusal::input(place.unreadable, message))
        }
    }
}

/// What was typed, as a passphrase.
pub(crate) fn passphrase(text: &str) -> Result<Passphrase, Refusal> {
    Passphrase::new(text).map_err(|error| Refusal::input(error.code(), error))
}

/// Whether somebody can be asked: the question goes to the terminal itself, so that records may
/// come by standard input.
fn is_anybody_there() -> bool {
    io::stdin().is_terminal() || io::stderr().is_terminal()
}

fn ask(question: &str) -> Result<Typed, Refusal> {
    Ok(Zeroizing::new(rpassword::prompt_password(question)?))
}

fn ask_twice() -> Result<Typed, Refusal> {
    let question = "New passphrase (at least 12 characters; several words are best): ";
    same_twice(question, "passphrase_differs")
}

fn same_twice(question: &str, differs: &'static str) -> Result<Typed, Refusal> {
    let first = ask(question)?;
    let second = ask("The same again: ")?;
    if *first != *second {
        let message = "the two are not the same; nothing was done";
        return Err(Refusal::input(differs, message));
    }
    Ok(first)
}

fn missing(option: &str, variable: &str) -> Refusal {
    let options = format!("{option} FILE, or set {variable}");
    nobody_to_ask("passphrase_missing", "a passphrase", &options)
}

fn nobody_to_ask(code: &'static str, what: &str, options: &str) -> Refusal {
    let message = format!("{what} is needed and there is no terminal to ask at; give {options}");
    Refusal::input(code, message)
}
