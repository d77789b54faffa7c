use std::collections::BTreeSet;

use super::*;

/// The whole table, to be read and agreed on.
#[test]
fn the_matrix_is_as_reviewed() {
    let mut lines = Vec::new();
    for role in Role::ALL {
        for power in Power::ALL {
            let grants: Vec<_> = GRANTS
                .iter()
                .filter(|grant| grant.role == role && grant.power == power)
                .collect();
            for grant in &grants {
                let purposes: Vec<_> = grant.purposes.iter().map(|one| one.code()).collect();
                lines.push(format!(
                    "{} {} [{}]: {}",
                    role.code(),
                    power.code(),
                    grant.reach.code(),
                    purposes.join(", ")
                ));
            }
            assert!(grants.len() <= 1, "{role:?} {power:?} stands twice");
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn nobody_manages_people_and_reads_or_erases_them() {
    for role in Role::ALL {
        let any = |power| {
            Purpose::ALL
                .into_iter()
                .any(|purpose| may(role, purpose, power))
        };
        let both = |one, other| assert!(!(any(one) && any(other)), "{role:?} {one:?} {other:?}");
        both(Power::ConfirmErasure, Power::ManageStaff);
        both(Power::Read, Power::ManageStaff);
        both(Power::Read, Power::ReadLog);
        both(Power::Access, Power::ManageStaff);
        both(Power::BreakGlass, Power::ManageStaff);
        both(Power::Import, Power::Read);
        both(Power::Keys, Power::Read);
    }
}

#[test]
fn every_power_is_somebodys() {
    for power in Power::ALL {
        assert!(GRANTS.iter().any(|grant| grant.power == power), "{power:?}");
    }
}

#[test]
fn no_purpose_is_enforcement() {
    for purpose in Purpose::ALL {
        assert!(!purpose.code().contains("enforce") && !purpose.code().contains("immigra"));
    }
}

#[test]
fn codes_are_unique_and_read_back() {
    for role in Role::ALL {
        assert_eq!(Role::of_code(role.code()), Some(role));
    }
    for purpose in Purpose::ALL {
        assert_eq!(Purpose::of_code(purpose.code()), Some(purpose));
    }
    let codes: BTreeSet<_> = Power::ALL.iter().map(|power| power.code()).collect();
    assert_eq!(codes.len(), Power::ALL.len());
}
