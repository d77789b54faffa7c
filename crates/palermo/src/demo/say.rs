//! What whoever starts the demo is told, this once.

use std::io::Write;

use serde_json::json;
use zeroize::Zeroizing;

use super::people::{Persona, by_agency};
use super::{JURISDICTION, Made, NAME};
use crate::refusal::Refusal;
use crate::serve::At;

impl Persona {
    fn uri(&self) -> Zeroizing<String> {
        self.device.uri(NAME, &self.sign_in)
    }
}

/// Where the explanation of a release stands.
fn explained(release: &str) -> String {
    format!("/en/explain/{release}")
}

/// One line of JSON.
pub(super) fn json(made: &Made, at: &At, out: &mut dyn Write) -> Result<(), Refusal> {
    let personas = made.personas.iter().map(|persona| {
        json!({
            "sign_in": persona.sign_in, "name": persona.name, "role": persona.role.code(),
            "agency": persona.agency, "password": persona.password.as_str(),
            "secret": persona.device.base32().as_str(), "otpauth": persona.uri().as_str(),
        })
    });
    let shown = made.shown.iter().map(|shown| {
        json!({
            "figure": shown.figure, "title": shown.title, "release": shown.release,
            "rule": shown.rule, "cells": shown.cells, "masked": shown.masked,
            "page": explained(&shown.release),
        })
    });
    let line = json!({
        "address": at.url(), "origin": at.origin(), "vault": "unlocked", "synthetic": true,
        "jurisdiction": JURISDICTION, "name": NAME,
        "node": made.folder.display().to_string(), "passphrase": made.passphrase.as_str(),
        "personas": personas.collect::<Vec<_>>(), "releases": shown.collect::<Vec<_>>(),
    });
    let line = Zeroizing::new(line.to_string());
    Ok(writeln!(out, "{}", *line)?)
}

/// The same for people.
pub(super) fn words(made: &Made, kept: bool, at: &At, out: &mut dyn Write) -> Result<(), Refusal> {
    writeln!(
        out,
        "Palermo is at {}\n\n“{NAME}” is synthetic: an invented State, invented persons. The \
         public figures of\nreal States stand on pages of their own and are real.\n",
        at.url()
    )?;
    let Some(origin) = at.origin() else {
        return Ok(writeln!(
            out,
            "Nobody signs in at this address: the line to it could be read. Listen on 127.0.0.1."
        )?);
    };
    writeln!(
        out,
        "Sign in at {origin}/en/office/sign-in as one of these. Passwords and secrets are shown \
         this once.\n\
         The six digits that are asked for besides: add the secret to an authenticator app, or \
         run\n  palermo code SECRET\n\
         A code is good once: wait for the next before you sign in again.\n"
    )?;
    for (agency, personas) in by_agency(&made.personas) {
        writeln!(out, "{agency}")?;
        for persona in personas {
            writeln!(
                out,
                "  {:<25} {:<14} {}  {}",
                persona.sign_in,
                persona.role.code(),
                *persona.password,
                *persona.device.base32()
            )?;
        }
    }
    writeln!(out, "\nReleased to the public:")?;
    for shown in &made.shown {
        writeln!(
            out,
            "  {} ({} of {} cells masked)\n    {origin}{}",
            shown.title,
            shown.masked,
            shown.cells,
            explained(&shown.release)
        )?;
    }
    if kept {
        writeln!(
            out,
            "\nThe node stays in {}. Its passphrase is {}\n  palermo serve {}",
            made.folder.display(),
            *made.passphrase,
            made.folder.display()
        )?;
    }
    Ok(writeln!(out, "\nStop it with Ctrl-C.")?)
}
