//! A zone's transitions as data. The tz database is read once, when a programme
//! takes effect; its content is kept in the journal.

use crate::engine::error::Error;
use crate::model::{Zone, ZoneChange};
use crate::policy::Bundle;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Last instant of transitions kept: 2100-01-01T00:00:00Z, in seconds.
const UNTIL: i64 = 4_102_444_800;

/// The table of a zone by its IANA name.
pub fn table(name: &str) -> Result<Zone, String> {
    let unknown = || {
        format!(
            "zone: '{name}' is not in the tz database; use a name such as Europe/Berlin or Asia/Shanghai"
        )
    };
    let zone = TimeZone::get(name).map_err(|_| unknown())?;
    let start = Timestamp::UNIX_EPOCH;
    let offset = zone.to_offset(start).seconds();
    let mut changes: Vec<ZoneChange> = Vec::new();
    for change in zone.following(start) {
        let at = change.timestamp().as_second();
        if at >= UNTIL {
            break;
        }
        let seconds = change.offset().seconds();
        // A change of the name alone changes nothing here.
        if changes.last().map_or(offset, |c| c.offset) != seconds {
            changes.push(ZoneChange {
                at,
                offset: seconds,
            });
        }
    }
    Ok(Zone {
        name: name.into(),
        offset,
        changes,
    })
}

/// Time zone table of the programme in a bundle.
pub(in crate::engine) fn zone_of(bundle: &Bundle) -> Result<crate::model::Zone, Error> {
    let name = crate::policy::zone_name(bundle).map_err(Error::Programme)?;
    table(&name).map_err(Error::misuse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Calendar, Day};

    #[test]
    fn berlin_changes_twice_a_year_and_shanghai_no_more() {
        let berlin = Calendar {
            zone: table("Europe/Berlin").unwrap(),
            day_starts: 0,
        };
        let day = Day::parse("2026-07-01").unwrap();
        assert_eq!(
            berlin.display(berlin.start_of(day)),
            "2026-07-01T00:00:00+02:00"
        );
        let far = Day::parse("2090-12-01").unwrap();
        assert_eq!(
            berlin.display(berlin.start_of(far)),
            "2090-12-01T00:00:00+01:00"
        );
        let shanghai = Calendar {
            zone: table("Asia/Shanghai").unwrap(),
            day_starts: 0,
        };
        assert_eq!(
            shanghai.display(shanghai.start_of(day)),
            "2026-07-01T00:00:00+08:00"
        );
        assert!(table("Mars/Olympus").unwrap_err().contains("Europe/Berlin"));
    }
}
