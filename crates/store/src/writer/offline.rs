//! A rep who misses too many leads is taken offline, if the policy says so.

use super::Batch;
use super::notify::Draft;
use super::people::AbsenceRow;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::notification::Notice;
use crate::request::AbsenceKind;
use crate::schema::WORKSPACE;
use jiff::Timestamp;
use pointsman_engine::people::Absence;

impl Batch<'_> {
    /// Called after a miss was noted in the journal of this batch.
    pub(super) fn offline_if_due(&mut self, rep: &str) -> Result<(), DbError> {
        let Some(missed) = self.world.ruling.as_ref().and_then(|ruling| ruling.policy.missed) else { return Ok(()) };
        let misses = self.misses(rep, missed.within.before(self.now))?;
        let count = u32::try_from(misses.len()).unwrap_or(u32::MAX);
        let Some(until) = missed.offline_until(misses, self.now) else { return Ok(()) };
        let span = Absence { from: self.now, until };
        let reason = format!("missed {count} leads");
        self.log(Entry {
            kind: "offline".into(),
            lead: None,
            rep: Some(rep.into()),
            actor: None,
            body: Body::text(format!("{rep} {reason} and gets none until {until}")),
        })?;
        let id = format!("abs_missed_{:012}", self.seq).into();
        let row = AbsenceRow { id, rep: rep.into(), span, kind: AbsenceKind::Missed, reason: Some(reason.into()), actor: None };
        self.put_absence(row)?;
        for recipient in [Some(rep.into()), self.manager_of(rep)].into_iter().flatten() {
            let notice = Notice::Offline { rep: rep.into(), missed: count, until };
            self.send(Draft { lead: None, channel: self.channel(0), recipient: Some(recipient), notice, replaces: None })?;
        }
        Ok(())
    }

    /// When a rep missed leads since, those of this batch included, but not those before they were last offline.
    fn misses(&mut self, rep: &str, since: Timestamp) -> Result<Vec<Timestamp>, DbError> {
        let args = [WORKSPACE.into(), rep.into(), since.into()];
        let last = "select coalesce(max(from_at), 0) from absence where ws = $1 and rep = $2 and kind = 'missed' and from_at >= $3";
        let offline = self.db.query(last, &args)?.first().map_or(Ok(0), |row| row.int(0))?;
        let sql = "select at from journal where ws = $1 and rep = $2 and at >= $3 and kind = 'missed' order by at";
        let mut misses = self.db.query(sql, &args)?.iter().map(|row| row.moment(0)).collect::<Result<Vec<_>, _>>()?;
        misses.retain(|at| at.as_microsecond() > offline);
        if offline >= self.now.as_microsecond() {
            return Ok(misses); // Taken offline at this very moment, by one of the misses of this batch.
        }
        let here = self.journal.iter().filter(|row| row.get(3) == Some(&"missed".into()) && row.get(5) == Some(&rep.into())).count();
        misses.extend(std::iter::repeat_n(self.now, here));
        Ok(misses)
    }

    fn manager_of(&self, rep: &str) -> Option<Box<str>> {
        let ruling = self.world.ruling.as_ref()?;
        ruling.book.directory().get(ruling.rep(rep)?)?.manager.clone()
    }
}
