//! Reps, absences and grants: the directory as it changes.

use super::Batch;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::request::{AbsenceKind, PeopleEdit, Refused, Reply};
use crate::schema::WORKSPACE;
use crate::tables::{ABSENCE, GRANT, REP};
use crate::value::{Row, json};
use crate::world::directory;
use pointsman_engine::people::{Absence, Rep};
use pointsman_engine::rotation::LEAD;
use pointsman_engine::value::fold;

type Answer = Result<Result<Reply, Refused>, DbError>;

/// An absence.
pub(super) struct AbsenceRow {
    pub id: Box<str>,
    pub rep: Box<str>,
    pub span: Absence,
    pub kind: AbsenceKind,
    pub reason: Option<Box<str>>,
    pub actor: Option<Box<str>>,
}

/// A credit or a debit.
pub(super) struct Grant {
    pub id: Box<str>,
    pub pool: Box<str>,
    pub rep: Box<str>,
    pub thousandths: i64,
    pub reason: Box<str>,
}

/// A grant of more than this many thousandths of a lead at once is a slip of the hand.
const LARGEST_GRANT: u64 = 1_000_000;

impl Batch<'_> {
    pub(super) fn people(&mut self, edit: PeopleEdit, actor: Option<Box<str>>) -> Answer {
        match edit {
            PeopleEdit::Put { rep, seen } => self.put_rep(&rep, seen, actor),
            PeopleEdit::Remove { rep, seen } => self.remove_rep(&rep, seen, actor),
            PeopleEdit::Absence { id, rep, span, kind, reason } => {
                let rep: Box<str> = fold(&rep).into();
                if self.rep_row(&rep)?.is_none() {
                    return Ok(Err(Refused::Missing { what: "rep", id: rep }));
                }
                if span.from >= span.until {
                    return Ok(Err(Refused::Invalid("an absence ends after it begins".to_owned())));
                }
                let others = "select id from absence where ws = $1 and id = $2 and rep <> $3";
                if !self.db.query(others, &[WORKSPACE.into(), id.clone().into(), rep.clone().into()])?.is_empty() {
                    // An id follows from the caller's key, which may be older than what is remembered of keys.
                    return Ok(Err(Refused::KeyReused));
                }
                let verb = format!("{rep} is absent from {} until {}", span.from, span.until);
                self.log(Entry {
                    kind: "absence".into(),
                    lead: None,
                    rep: Some(rep.clone()),
                    actor: actor.clone(),
                    body: Body::text(verb),
                })?;
                self.put_absence(AbsenceRow { id, rep, span, kind, reason, actor })?;
                Ok(Ok(Reply::Done { etag: self.seq }))
            }
            PeopleEdit::Present { id } => self.present(&id, actor),
        }
    }

    /// A rep's row: etag and place.
    fn rep_row(&mut self, email: &str) -> Result<Option<(i64, i64)>, DbError> {
        let rows = self.db.query("select etag, place from rep where ws = $1 and email = $2", &[WORKSPACE.into(), email.into()])?;
        rows.first().map(|row| Ok((row.int(0)?, row.int(1)?))).transpose()
    }

    fn put_rep(&mut self, rep: &Rep, seen: Option<i64>, actor: Option<Box<str>>) -> Answer {
        let email: Box<str> = fold(&rep.email).into();
        let known = self.rep_row(&email)?;
        if seen.is_some_and(|seen| seen != known.map_or(0, |(etag, _)| etag)) {
            return Ok(Err(Refused::Changed { what: "rep", id: email }));
        }
        let place = match known {
            Some((_, place)) => place,
            None => self
                .db
                .query("select coalesce(max(place), 0) + 1 from rep where ws = $1", &[WORKSPACE.into()])?
                .first()
                .map_or(Ok(1), |row| row.int(0))?,
        };
        let text = format!("{email} {}", if known.is_some() { "was changed" } else { "joined" });
        let etag = self.log(Entry { kind: "rep".into(), lead: None, rep: Some(email.clone()), actor, body: Body::text(text) })?;
        self.db.insert(&REP, vec![vec![WORKSPACE.into(), email.into(), place.into(), etag.into(), json(rep)?]])?;
        self.reread_directory()?;
        Ok(Ok(Reply::Done { etag }))
    }

    fn remove_rep(&mut self, rep: &str, seen: Option<i64>, actor: Option<Box<str>>) -> Answer {
        let email: Box<str> = fold(rep).into();
        let Some((etag, _)) = self.rep_row(&email)? else { return Ok(Err(Refused::Missing { what: "rep", id: email })) };
        if seen.is_some_and(|seen| seen != etag) {
            return Ok(Err(Refused::Changed { what: "rep", id: email }));
        }
        let args = [WORKSPACE.into(), (&*email).into()];
        self.db.execute("delete from rep where ws = $1 and email = $2", args.to_vec())?;
        self.db.execute("delete from absence where ws = $1 and rep = $2", args.into())?;
        let text = Body::text(format!("{email} was removed"));
        let etag = self.log(Entry { kind: "rep".into(), lead: None, rep: Some(email), actor, body: text })?;
        self.reread_directory()?;
        Ok(Ok(Reply::Done { etag }))
    }

    /// Adds an absence, in the tables and in the world. The caller has put it into the journal.
    pub(super) fn put_absence(&mut self, row: AbsenceRow) -> Result<(), DbError> {
        let AbsenceRow { id, rep, span, kind, reason, actor } = row;
        let values = vec![
            WORKSPACE.into(),
            id.into(),
            (&*rep).into(),
            span.from.into(),
            span.until.into(),
            kind.name().into(),
            reason.into(),
            actor.into(),
        ];
        self.db.insert(&ABSENCE, vec![values])?;
        self.reread_absences(&rep)
    }

    fn present(&mut self, id: &str, actor: Option<Box<str>>) -> Answer {
        let args = [WORKSPACE.into(), id.into()];
        let rows = self.db.query("select rep from absence where ws = $1 and id = $2", &args)?;
        let Some(rep) = rows.first().map(|row| row.text(0).map(Box::<str>::from)).transpose()? else {
            return Ok(Err(Refused::Missing { what: "absence", id: id.into() }));
        };
        self.db.execute("delete from absence where ws = $1 and id = $2", args.into())?;
        let text = Body::text(format!("an absence of {rep} was taken back"));
        let etag = self.log(Entry { kind: "absence".into(), lead: None, rep: Some(rep.clone()), actor, body: text })?;
        self.reread_absences(&rep)?;
        Ok(Ok(Reply::Done { etag }))
    }

    /// A rep's absences as the tables have them now.
    fn reread_absences(&mut self, rep: &str) -> Result<(), DbError> {
        self.world.directory_stored = false;
        let absences = directory::absences(self.db, rep)?;
        if let Some(ruling) = self.world.ruling.as_mut()
            && let Some(ix) = ruling.rep(rep)
        {
            ruling.book.set_absences(ix, absences);
        }
        Ok(())
    }

    /// The directory as the tables have it now. Linear in reps and absences, of which there are few, and in what
    /// caps count.
    fn reread_directory(&mut self) -> Result<(), DbError> {
        self.world.directory_stored = false;
        let directory = directory::read(self.db)?;
        if let Some(ruling) = self.world.ruling.as_mut() {
            ruling.set_directory(directory);
            self.moved.extend(ruling.policy.pools.iter().map(|pool| pool.name.clone()));
            self.recount()?;
        }
        Ok(())
    }

    /// Counts anew what everybody got, what this batch decided included.
    pub(super) fn recount(&mut self) -> Result<(), DbError> {
        self.flush_decisions()?;
        self.world.ruling.as_mut().map_or(Ok(()), |ruling| ruling.recount(self.db, self.now))
    }

    pub(super) fn grant(&mut self, grant: Grant, actor: Option<Box<str>>) -> Answer {
        let Some(ruling) = &self.world.ruling else { return Ok(Err(Refused::NoPolicy)) };
        let Some(pool) = ruling.policy.pool_named(&grant.pool) else { return Ok(Err(Refused::Missing { what: "pool", id: grant.pool })) };
        let rep: Box<str> = fold(&grant.rep).into();
        let seat = ruling.rep(&rep).and_then(|rep| ruling.book.seats(pool).iter().position(|seat| *seat == rep));
        let Some(seat) = seat else { return Ok(Err(Refused::Invalid(format!("{rep} is no member of pool {}", grant.pool)))) };
        let amount = grant.thousandths.unsigned_abs();
        if amount == 0 || amount > LARGEST_GRANT {
            return Ok(Err(Refused::Invalid(format!("leads: from 0.001 to {} more, or as many fewer (negative)", LARGEST_GRANT / 1000))));
        }
        match self.granted(&grant, &rep)? {
            Some(true) => return Ok(Ok(Reply::Done { etag: self.seq })),
            Some(false) => return Ok(Err(Refused::KeyReused)),
            None => {}
        }
        let units = i128::from(grant.thousandths) * i128::from(LEAD) / 1000;
        if let Some(rotation) = self.world.ruling.as_mut().and_then(|ruling| ruling.standing.rotation_mut(pool)) {
            rotation.grant(seat, i64::try_from(units).unwrap_or_default());
        }
        self.moved.insert(grant.pool.clone());
        let more = if grant.thousandths > 0 { "more" } else { "fewer" };
        let text = format!("{rep} is granted {}.{:03} leads {more} in pool {}: {}", amount / 1000, amount % 1000, grant.pool, grant.reason);
        let etag =
            self.log(Entry { kind: "grant".into(), lead: None, rep: Some(rep.clone()), actor: actor.clone(), body: Body::text(text) })?;
        let row = vec![
            WORKSPACE.into(),
            grant.id.into(),
            grant.pool.into(),
            rep.into(),
            grant.thousandths.into(),
            grant.reason.into(),
            actor.into(),
            self.now.into(),
        ];
        self.db.insert(&GRANT, vec![row])?;
        Ok(Ok(Reply::Done { etag }))
    }
    /// Whether this was granted before: an id follows from the caller's key, and stays when what is remembered of keys is
    /// gone. `false`: something else was.
    fn granted(&mut self, grant: &Grant, rep: &str) -> Result<Option<bool>, DbError> {
        let sql = "select pool, rep, thousandths, reason from grant_entry where ws = $1 and id = $2";
        let rows = self.db.query(sql, &[WORKSPACE.into(), grant.id.clone().into()])?;
        let same = |row: &Row| {
            Ok(row.text(0)? == &*grant.pool && row.text(1)? == rep && row.int(2)? == grant.thousandths && row.text(3)? == &*grant.reason)
        };
        rows.first().map(same).transpose()
    }
}
