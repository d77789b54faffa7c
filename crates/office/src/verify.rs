//! Whether everything is as it was written.

use keep::journal::{JournalError, Store, verify};
use keep::views::{Figure, Views};
use protect::Warrant;
use protect::vault::Signature;

use crate::desk::Desk;
use crate::error::OfficeError;
use crate::follow::{head_of, put, walk};
use crate::node::Office;
use crate::release::identifier_of;

/// What became of the figures that were kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Counted again, with the same result.
    pub recomputed: u64,
    /// Counted again, with fewer records, and no fewer than were erased since.
    pub up_to_erasures: u64,
    /// Neither.
    pub failed: u64,
}

/// What became of the releases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Remade {
    /// Made again from their draft, with the same result.
    pub recomputed: u64,
    /// Stored as they were signed; their draft cannot be opened any more.
    pub stored: u64,
    /// Neither.
    pub failed: u64,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How many acts there are.
    pub acts: u64,
    /// In how many batches.
    pub batches: u64,
    /// How many heads the node has signed, each of this chain.
    pub signed_heads: u64,
    /// What is wrong with the chain; none if it holds.
    pub broken: Option<JournalError>,
    /// Whether the views say what the journal comes to; none if that could not be looked at, since
    /// the node is locked or the chain broken.
    pub views_agree: Option<bool>,
    /// The figures; none as for the views.
    pub figures: Option<Figures>,
    /// Tables that were counted of dossiers and kept as drafts; none as for the views.
    pub tables: Option<Figures>,
    /// The releases; none as for the views.
    pub releases: Option<Remade>,
}

impl Office {
    /// Walks the chain; if the node is unlocked, makes the views anew in memory and compares, and
    /// counts every kept figure again, and makes every release again under what it was made under.
    ///
    /// # Errors
    /// When a room below refuses; a broken chain is no error but a finding.
    pub fn verify(&self) -> Result<Verification, OfficeError> {
        let mut found = self.ask(Desk::verify)??;
        if found.views_agree.is_some() {
            found.releases = Some(self.remake()?);
        }
        Ok(found)
    }

    fn remake(&self) -> Result<Remade, OfficeError> {
        let lines = self.ask(|desk, _| Ok::<_, OfficeError>(desk.views()?.releases()?))??;
        let mut remade = Remade::default();
        for line in lines {
            let release = line.release.clone();
            match self.ask(move |desk, store| desk.to_remake(&line, store))? {
                Ok((_, None)) => remade.stored += 1,
                Ok((_, Some((counts, against)))) => {
                    // Nothing leaves but whether it is the same.
                    let again = against.release(counts, &Warrant::issue(0));
                    match again.is_ok_and(|again| identifier_of(&again) == release) {
                        true => remade.recomputed += 1,
                        false => remade.failed += 1,
                    }
                }
                Err(OfficeError::ReleaseDamaged(_) | OfficeError::Act(_)) => remade.failed += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(remade)
    }

    /// Makes the views anew from the journal. Answers with the number of acts.
    ///
    /// # Errors
    /// When the node is locked, or a room below refuses.
    pub fn rebuild(&self) -> Result<u64, OfficeError> {
        self.ask(|desk, store| {
            let views = desk.views.take().ok_or(OfficeError::Locked)?;
            // Views that are not closed well are made anew when they are opened.
            drop(views);
            desk.open_views(store)?;
            Ok(store.head()?.acts)
        })?
    }
}

impl Desk {
    fn verify(&mut self, store: &mut dyn Store) -> Result<Verification, OfficeError> {
        let public = self.keyring.head_public();
        let is_signed = |message: &[u8], signature: &[u8; 64]| {
            Signature::from_bytes(signature)
                .is_ok_and(|signature| public.verify(message, &signature))
        };
        let head = store.head()?;
        let mut found = Verification {
            acts: head.acts,
            batches: head.batch,
            signed_heads: 0,
            broken: None,
            views_agree: None,
            figures: None,
            tables: None,
            releases: None,
        };
        match verify(store, is_signed) {
            Ok(verified) => found.signed_heads = verified.signed_heads,
            Err(error @ JournalError::Broken { .. }) => {
                found.broken = Some(error);
                return Ok(found);
            }
            Err(error) => return Err(error.into()),
        }
        if self.views.is_some() {
            let anew = self.made_anew(store)?;
            found.views_agree = Some(self.views()?.digest()? == anew.digest()?);
            found.figures = Some(recount(&anew)?);
            found.tables = Some(self.recount_tables(&anew, store)?);
        }
        Ok(found)
    }

    /// The views made anew in memory, at the same head as those that are kept. Other processes may
    /// go on writing and making keys meanwhile: whichever lags comes after.
    fn made_anew(&mut self, store: &mut dyn Store) -> Result<Views, OfficeError> {
        let anew = Views::in_memory()?;
        loop {
            self.keyring.follow()?;
            let keys = self.keys_known()?;
            let lap = self.lap(&anew, store);
            self.keyring.follow()?;
            match lap {
                Ok(true) => return Ok(anew),
                Ok(false) => {}
                Err(OfficeError::KeyringOlder) if keys != self.keys_known()? => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Brings both to the journal's head; whether they have come to the same.
    fn lap(&mut self, anew: &Views, store: &mut dyn Store) -> Result<bool, OfficeError> {
        self.catch_up(store)?;
        let head = head_of(anew, store)?;
        anew.begin()?;
        let walked = walk(head, &self.keyring, &self.blobs, store, &mut |met| {
            put(anew, &met)
        });
        match walked {
            Ok(()) => anew.commit()?,
            Err(error) => {
                anew.roll_back()?;
                return Err(error);
            }
        }
        Ok(anew.head()? == self.views()?.head()?)
    }
}

fn recount(views: &Views) -> Result<Figures, OfficeError> {
    let mut figures = Figures::default();
    for figure in views.figures()? {
        match compare(views, &figure)? {
            Comparison::Same => figures.recomputed += 1,
            Comparison::Erased => figures.up_to_erasures += 1,
            Comparison::Other => figures.failed += 1,
        }
    }
    Ok(figures)
}

enum Comparison {
    Same,
    Erased,
    Other,
}

/// A figure that has lost records is explained by erasures if no cell has grown and the loss is
/// exactly as many records as were erased since it was kept.
fn compare(views: &Views, figure: &Figure) -> Result<Comparison, OfficeError> {
    let counted = views.count(&figure.concepts, figure.up_to_act)?;
    if counted == figure.cells {
        return Ok(Comparison::Same);
    }
    let grown = counted
        .iter()
        .any(|(codes, count)| figure.cells.get(codes).is_none_or(|kept| count > kept));
    let kept: u64 = figure.cells.values().sum();
    let now: u64 = counted.values().sum();
    let erased = views.erased_since(figure.up_to_act, figure.kept_act)?;
    if !grown && kept - now == erased {
        return Ok(Comparison::Erased);
    }
    Ok(Comparison::Other)
}
