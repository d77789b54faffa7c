//! Journals in the making, all invented, for the tests of the views.

use evidence::record::{Answer, Class, PersonRole, Record, Value};
use terms::id::{
    AgencyId, DossierId, ErasureId, FigureId, HoldId, ImportId, NodeId, RecordId, StaffId,
};

use super::super::{ChunkPlace, Hash, Head, Views};
use crate::act::schema::{
    BackupMade, DepositTaken, DossierOpened, DossierRead, ErasureConfirmed, ErasureDone,
    ErasureRequested, FigureKept, HoldLifted, HoldPlaced, ImportBegun, KeyringSaved, NamesSearched,
    NodeFounded, NodeRestored, RecordEntered, RecordsImported, RetentionSet, StaffAdded,
    StaffEnded,
};
use crate::act::{Act, Deed, Inside};
use crate::journal::Incarnation;

pub(super) const NODE: NodeId = NodeId([0xa1; 16]);
pub(super) const AGENCY: AgencyId = AgencyId([0xa2; 16]);
pub(super) const SHELTER: AgencyId = AgencyId([0xa3; 16]);
pub(super) const OFFICER: StaffId = StaffId([0xb1; 16]);
pub(super) const OVERSEER: StaffId = StaffId([0xb2; 16]);
pub(super) const START_MS: i64 = 1_790_000_000_000;

pub(super) fn id(kind: u8, number: u8) -> [u8; 16] {
    let mut id = [number; 16];
    id[0] = kind;
    id
}

pub(super) fn dossier(number: u8) -> DossierId {
    DossierId(id(0xd0, number))
}

pub(super) fn record(number: u8) -> RecordId {
    RecordId(id(0xe0, number))
}

/// A record with a code for each pair of concept and code, and a name, which no view may hold.
pub(super) fn said(codes: &[(&str, &str)]) -> Record {
    let coded = codes.iter().map(|(concept, code)| Answer {
        question: format!("q-{concept}"),
        concept: Some((*concept).to_owned()),
        class: Class::Restricted,
        value: Value::Coded {
            list: (*concept).to_owned(),
            version: "2026".to_owned(),
            code: (*code).to_owned(),
        },
    });
    let name = Answer {
        question: "full_name".to_owned(),
        concept: Some("name".to_owned()),
        class: Class::Nominal,
        value: Value::Text("Zebedee Quillfeather".to_owned()),
    };
    Record {
        form: "interview".to_owned(),
        form_version: "1".to_owned(),
        source: None,
        answers: std::iter::once(name).chain(coded).collect(),
        findings: Vec::new(),
    }
}

/// One act of the journal, as the views are given it.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Deposit,
    Act(Box<Act>, Option<Box<Inside>>, Option<ChunkPlace>),
}

/// A journal in the making.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    /// With the act's number, which several have that came in with one import.
    pub(super) steps: Vec<(u64, Step)>,
}

impl Story {
    pub(super) fn next(&self) -> u64 {
        self.steps.last().map_or(1, |(number, _)| number + 1)
    }

    pub(super) fn push(&mut self, deed: impl Into<Deed>, inside: Option<Inside>) -> u64 {
        let number = self.next();
        let act = Act {
            at_ms: START_MS + i64::try_from(number).unwrap(),
            actor: Some(OFFICER),
            session: None,
            role: "officer".to_owned(),
            purpose: "protection".to_owned(),
            deed: deed.into(),
            closed: None,
        };
        let step = Step::Act(Box::new(act), inside.map(Box::new), None);
        self.steps.push((number, step));
        number
    }

    pub(super) fn did(&mut self, deed: impl Into<Deed>) -> u64 {
        self.push(deed, None)
    }

    pub(super) fn open(
        &mut self,
        number: u8,
        role: PersonRole,
        custodian: Option<AgencyId>,
    ) -> u64 {
        self.did(DossierOpened {
            dossier: dossier(number),
            role,
            key: u64::from(number),
            custodian,
            carer: None,
        })
    }

    pub(super) fn enter(
        &mut self,
        (of, number): (u8, u8),
        replaces: Option<u8>,
        codes: &[(&str, &str)],
    ) -> u64 {
        let entered = RecordEntered {
            dossier: dossier(of),
            record: record(number),
            replaces: replaces.map(record),
            marks: vec![[number; 32].into()],
        };
        self.push(entered, Some(Inside::Record(said(codes))))
    }

    pub(super) fn deposit(&mut self) -> u64 {
        let number = self.next();
        self.steps.push((number, Step::Deposit));
        number
    }

    pub(super) fn erased(&self) -> Vec<DossierId> {
        let done = self.steps.iter().filter_map(|(_, step)| match step {
            Step::Act(act, ..) => match &act.deed {
                Deed::ErasureDone(done) => Some(done.dossier),
                _ => None,
            },
            Step::Deposit => None,
        });
        done.collect()
    }

    /// As it reads when the keys of erased dossiers are gone.
    pub(super) fn without_erased(&self) -> Self {
        let erased = self.erased();
        let mut story = self.clone();
        for (_, step) in &mut story.steps {
            if let Step::Act(act, inside, _) = step
                && let Deed::RecordEntered(entered) = &act.deed
                && erased.contains(&entered.dossier)
            {
                *inside = None;
            }
        }
        story
    }

    pub(super) fn tell(&self, views: &Views) {
        apply(views, &self.steps);
    }

    pub(super) fn digest(&self) -> Hash {
        let views = Views::in_memory().unwrap();
        self.tell(&views);
        views.digest().unwrap()
    }
}

pub(super) fn apply(views: &Views, steps: &[(u64, Step)]) {
    for (number, step) in steps {
        match step {
            Step::Deposit => views.apply_deposit(*number).unwrap(),
            Step::Act(act, inside, place) => {
                let inside = inside.as_deref();
                views.apply(*number, act, inside, *place).unwrap();
            }
        }
    }
    if let Some((number, _)) = steps.last() {
        views.set_head(&head(*number)).unwrap();
    }
}

/// A head that says how many acts there are.
pub(super) fn head(number: u64) -> Head {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&number.to_be_bytes());
    Head {
        batch: number,
        acts: number,
        hash: Hash(hash),
        incarnation: Some(Incarnation {
            number: 1,
            id: [1; 16],
        }),
    }
}

pub(super) fn founded() -> Story {
    let mut story = Story::default();
    story.did(NodeFounded {
        node: NODE,
        agency: AGENCY,
    });
    for (staff, role, key) in [(OFFICER, "officer", 100), (OVERSEER, "overseer", 101)] {
        story.did(StaffAdded {
            staff,
            roles: vec![role.to_owned(), "both".to_owned()],
            key,
            agency: None,
            supervisor: None,
            sign_in: None,
        });
    }
    story
}

/// Every kind of act once at least. Dossiers 3 and 6 are erased, an erasure of 2 waits, 1 is held.
pub(super) fn every_kind() -> Story {
    let mut story = founded();
    story.did(NodeRestored {
        batch: 1,
        epoch: 1,
        first_key: 50,
    });
    story.open(1, PersonRole::Victim, None);
    story.open(2, PersonRole::Suspect, Some(SHELTER));
    story.open(3, PersonRole::Victim, None);
    story.enter((1, 1), None, &[("sex", "female"), ("form", "labour")]);
    story.enter((2, 2), None, &[("sex", "male")]);
    story.enter((3, 3), None, &[("sex", "female"), ("form", "sexual")]);
    story.enter((1, 4), Some(1), &[("sex", "male"), ("form", "labour")]);
    story.did(DossierRead {
        dossier: dossier(1),
    });
    story.did(NamesSearched {
        key: Some(90),
        count: 1,
        found: vec![dossier(1)],
    });
    let (first, second) = (story.deposit(), story.deposit());
    story.deposit();
    for (deposit, record) in [(first, Some(record(2))), (second, None)] {
        story.did(DepositTaken { deposit, record });
    }
    holds_and_erasures(&mut story);
    for epoch in [1, 2] {
        let place = "safe".to_owned();
        story.did(KeyringSaved { epoch, place });
    }
    story.did(BackupMade {
        batch: 9,
        place: "attic".to_owned(),
    });
    story.did(FigureKept {
        figure: FigureId([1; 16]),
        up_to_act: 10,
        concepts: vec!["sex".to_owned()],
        cells: vec![(vec!["female".to_owned()], 2), (vec!["male".to_owned()], 1)],
    });
    for days in [Some(10), None] {
        let role = PersonRole::Victim;
        story.did(RetentionSet { role, days });
    }
    import(&mut story);
    story.did(StaffEnded { staff: OVERSEER });
    super::door::people(&mut story);
    super::door::care(&mut story);
    super::release::releases(&mut story);
    super::lists::estimated(&mut story);
    super::maps::kept(&mut story, SHELTER, "list", Some("columns"));
    story
}

fn holds_and_erasures(story: &mut Story) {
    for (hold, of) in [(1, 1), (2, 2)] {
        story.did(HoldPlaced {
            hold: HoldId([hold; 16]),
            dossier: dossier(of),
        });
    }
    story.did(HoldLifted {
        hold: HoldId([2; 16]),
        dossier: dossier(2),
    });
    for (erasure, of) in [(1, 3), (2, 2)] {
        story.did(ErasureRequested {
            erasure: ErasureId([erasure; 16]),
            dossier: dossier(of),
            ground: "objection".to_owned(),
        });
    }
    story.did(ErasureConfirmed {
        erasure: ErasureId([1; 16]),
        dossier: dossier(3),
    });
    story.did(ErasureDone {
        dossier: dossier(3),
        epoch: 2,
    });
}

/// An import of one dossier with one record, in one blob.
pub(super) fn import(story: &mut Story) {
    let import = ImportId([1; 16]);
    story.did(ImportBegun {
        import,
        first_key: 200,
        keys: 5,
    });
    let mut inner = Story::default();
    inner.open(9, PersonRole::Migrant, None);
    inner.enter((9, 9), None, &[("sex", "male")]);
    let number = story.next();
    for (position, (_, step)) in (0..).zip(inner.steps) {
        let Step::Act(act, inside, _) = step else {
            continue;
        };
        let place = Some(ChunkPlace {
            chunk: [0xcc; 32],
            position: position * 100,
            length: 100,
        });
        story.steps.push((number, Step::Act(act, inside, place)));
    }
    let imported = RecordsImported {
        import,
        chunks: vec![[0xcc; 32].into()],
        acts: 2,
        key: vec![1; 32].into(),
    };
    // The import's own act has the number that its records were given.
    story.did(imported);
    story.steps.last_mut().unwrap().0 = number;
}
