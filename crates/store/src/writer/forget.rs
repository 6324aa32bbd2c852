//! A person is forgotten: what was known of them goes from every table.

use super::Batch;
use crate::db::DbError;
use crate::schema::WORKSPACE;
use pointsman_engine::lead::Lead;

impl Batch<'_> {
    /// Everything about the person goes; that there was a lead, and what was decided, stays.
    pub(super) fn forget(&mut self, id: &str) -> Result<(), DbError> {
        if let Some(row) = self.leads.get_mut(id) {
            let person = row.person();
            row.fields = Lead::new(id);
            row.account = None;
            row.reason = "erased".into();
            if let Some(email) = person {
                self.persons.remove(&email);
                self.db.execute("delete from person where ws = $1 and email = $2", &[WORKSPACE.into(), email.into()])?;
            }
        }
        // What this batch has still to write is known to no table yet.
        for entry in self.journal.iter_mut().filter(|entry| entry.get(4) == Some(&id.into())) {
            let fields = entry.get(3).is_some_and(|kind| *kind == "asked_again".into() || *kind == "changed".into());
            if let Some(body) = entry.get_mut(7).filter(|_| fields) {
                *body = "{}".into();
            }
        }
        for row in self.decisions.iter_mut().filter(|row| *row.lead == *id) {
            row.body = "{}".into();
        }
        let args = [WORKSPACE.into(), id.into()];
        self.db.execute("update decision set body = '{}' where ws = $1 and lead = $2", &args)?;
        self.db.execute("update journal set body = '{}' where ws = $1 and lead = $2 and kind in ('asked_again', 'changed')", &args)?;
        let sql = "update message set state = 'cancelled', reason = 'the lead was erased', body = '{}' where ws = $1 and lead = $2 and state in ('pending', 'dead')";
        self.db.execute(sql, &args)?;
        Ok(())
    }
}
