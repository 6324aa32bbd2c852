//! A directory as JSON, both ways and exactly, and the version it has.
//!
//! `{"reps": [...], "absences": {"ana@acme.example": [{"from": ..., "until": ...}]}}`: reps in their order, absences by key.

use super::{Absence, Directory, HolidayRef, Rep};
use crate::calendar::Hours;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Directory {
    /// Names these reps and absences and no others: the first 16 hex digits of the SHA-256 over their JSON.
    /// Linear in the directory: keep it where it is asked for often.
    #[must_use]
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        // A directory has nothing that JSON cannot say.
        hash.update(serde_json::to_vec(self).unwrap_or_default());
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Serialize for Directory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let absent = self.reps.iter().zip(&self.absences).filter(|(_, spans)| !spans.is_empty());
        let absences: BTreeMap<&str, &[Absence]> = absent.map(|(rep, spans)| (&*rep.email, spans.as_slice())).collect();
        let mut form = serializer.serialize_struct("Directory", 2)?;
        form.serialize_field("reps", &self.reps)?;
        form.serialize_field("absences", &absences)?;
        form.end()
    }
}

#[derive(Deserialize)]
struct Form {
    reps: Vec<Rep>,
    #[serde(default)]
    absences: BTreeMap<Box<str>, Vec<Absence>>,
}

impl<'de> Deserialize<'de> for Directory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = Form::deserialize(deserializer)?;
        let mut directory = Self::default();
        for rep in form.reps {
            let twice = de::Error::custom(format!("the rep `{}` is there twice", rep.email));
            directory.add(rep).map_err(|_| twice)?;
        }
        for (key, absences) in form.absences {
            let rep = directory.find(&key).ok_or_else(|| de::Error::custom(format!("`{key}` is absent, but is no rep")))?;
            directory.set_absences(rep, absences);
        }
        Ok(directory)
    }
}

impl Serialize for HolidayRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Date(date) => serializer.collect_str(date),
            Self::Named(name) => serializer.serialize_str(name),
        }
    }
}

/// What reads as a date is one.
impl<'de> Deserialize<'de> for HolidayRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Ok(text.parse().map_or_else(|_| Self::Named((*text).into()), Self::Date))
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn reps() -> impl Strategy<Value = Rep> {
        let text = || prop::option::of("\\PC{1,12}".prop_map(Box::from));
        let zone = prop::option::of(prop::sample::select(vec!["America/New_York", "Europe/Berlin", "UTC", "Asia/Kolkata"]));
        let hours =
            prop::option::of(prop::sample::select(vec!["Mon-Fri 09:00-17:00; Sat 10:00-14:00", "24/7", "closed", "Sun 22:00-04:00"]));
        let holiday = prop_oneof![
            (1_i8..=28).prop_map(|day| HolidayRef::Date(jiff::civil::date(2026, 2, day))),
            "[a-z]{2,6}".prop_map(|name| HolidayRef::Named(name.into())),
        ];
        let caps = (any::<Option<u32>>(), any::<Option<u32>>());
        let lists = (prop::collection::vec(holiday, 0..3), prop::collection::vec("[a-z]{1,5}".prop_map(Box::from), 0..3));
        ("\\PC{1,10}", (text(), text(), text(), text()), zone, hours, lists, caps, any::<bool>()).prop_map(
            |(email, (name, manager, backup, slack_id), zone, hours, (holidays, skills), (daily_cap, open_cap), active)| Rep {
                name,
                manager,
                backup,
                slack_id,
                timezone: zone.map(|zone| TimeZone::get(zone).unwrap()),
                hours: hours.map(|hours| Hours::parse(hours).unwrap()),
                holidays,
                active,
                daily_cap,
                open_cap,
                skills,
                ..Rep::new(&email)
            },
        )
    }

    fn absence() -> impl Strategy<Value = Absence> {
        (0_i64..1000, 1_i64..100).prop_map(|(from, length)| {
            let moment = |second| Timestamp::from_second(second).unwrap();
            Absence { from: moment(from), until: moment(from + length) }
        })
    }

    fn directories() -> impl Strategy<Value = Directory> {
        prop::collection::vec((reps(), prop::collection::vec(absence(), 0..4)), 0..6).prop_map(|people| {
            let mut directory = Directory::default();
            for (rep, absences) in people {
                let rep = directory.add(rep).unwrap_or_else(|known| known);
                directory.set_absences(rep, absences);
            }
            directory
        })
    }

    proptest! {
        #[test]
        fn a_directory_reads_back_exactly_and_has_the_same_version(directory in directories()) {
            let json = serde_json::to_string(&directory).unwrap();
            let back: Directory = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back.reps(), directory.reps(), "{}", json);
            prop_assert_eq!(&back.absences, &directory.absences);
            prop_assert!(directory.reps().iter().all(|rep| back.find(&rep.email) == directory.find(&rep.email)));
            prop_assert_eq!(back.version(), directory.version());
        }
    }

    #[test]
    fn any_change_of_a_rep_or_an_absence_is_another_version() {
        let with = |rep: Rep, absence: Option<Absence>| {
            let mut directory = Directory::default();
            let rep = directory.add(rep).unwrap();
            absence.into_iter().for_each(|absence| directory.add_absence(rep, absence));
            directory.version()
        };
        let moment = |second| Timestamp::from_second(second).unwrap();
        let absent = |until| Some(Absence { from: moment(0), until: moment(until) });
        let versions = [
            with(Rep::new("ana@acme.example"), None),
            with(Rep { active: false, ..Rep::new("ana@acme.example") }, None),
            with(Rep { daily_cap: Some(3), ..Rep::new("ana@acme.example") }, None),
            with(Rep::new("ana@acme.example"), absent(5)),
            with(Rep::new("ana@acme.example"), absent(6)),
        ];
        assert_eq!(versions.iter().collect::<std::collections::BTreeSet<_>>().len(), versions.len());
    }

    #[test]
    fn a_rep_twice_and_an_absence_of_nobody_are_errors() {
        let error = |json| serde_json::from_str::<Directory>(json).unwrap_err().to_string();
        assert!(error(r#"{"reps":[{"email":"ana","active":true},{"email":"Ana","active":true}]}"#).contains("`Ana` is there twice"));
        assert!(error(r#"{"reps":[],"absences":{"ana":[]}}"#).contains("`ana` is absent, but is no rep"));
    }
}
