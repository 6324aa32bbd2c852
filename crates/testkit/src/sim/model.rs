//! What the callers of a simulated workspace were told, in plain maps: the simulation holds the store to it.

use super::wrong::{Checked, Wrong, ensure};
use pointsman_store::notification::Notification;
use pointsman_store::request::{Receipt, Refused, Reply, Request, What};
use std::collections::{BTreeMap, BTreeSet};

/// What callers know.
#[derive(Debug, Default)]
pub struct Model {
    /// Leads that somebody was told of, and how many decisions they had then.
    pub leads: BTreeMap<Box<str>, u32>,
    /// What was answered to a key.
    pub keys: BTreeMap<Box<str>, Reply>,
    /// Versions that were in force.
    pub versions: BTreeSet<Box<str>>,
    /// Messages that went out at least once: to whom, about what.
    pub delivered: BTreeMap<Box<str>, Delivery>,
    /// Messages of which the store was told, and has acknowledged, that they are there.
    pub sent: BTreeSet<Box<str>>,
    /// Absences that were made by somebody, to be taken back.
    pub absences: BTreeSet<Box<str>>,
}

/// What went out under one id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// To whom; `None`: programs.
    pub to: Option<Box<str>>,
    /// About which lead.
    pub lead: Option<Box<str>>,
    /// What it says.
    pub notice: String,
}

impl Model {
    /// What a caller learns from the answer to a request.
    ///
    /// # Errors
    /// When the answer contradicts what was answered before.
    pub fn learn(&mut self, request: &Request, answer: &Result<Reply, Refused>) -> Checked {
        let reply = match answer {
            Ok(reply) => reply,
            Err(Refused::KeyReused | Refused::NoPolicy | Refused::BadPolicy(_) | Refused::Ours(_)) => {
                return Err(Wrong(format!("{:?} was answered {answer:?}", request.what)));
            }
            Err(_) => return Ok(()),
        };
        if let Some(once) = &request.once {
            let first = self.keys.entry(once.key.clone()).or_insert_with(|| reply.clone());
            ensure(first == reply, || format!("the key {} was answered {first:?}, and then {reply:?}", once.key))?;
        }
        match (&request.what, reply) {
            (What::Intake(leads), Reply::Leads(receipts)) => {
                ensure(leads.len() == receipts.len(), || format!("{} leads, {} receipts", leads.len(), receipts.len()))?;
                for (lead, receipt) in leads.iter().zip(receipts) {
                    let same = receipt.repeat || receipt.lead == lead.id || request.once.is_some();
                    ensure(same, || format!("lead {:?} was answered as {receipt:?}", lead.id))?;
                    self.told(receipt);
                }
            }
            (_, Reply::Lead(receipt)) => self.told(receipt),
            (_, Reply::Published { version }) => drop(self.versions.insert(version.clone())),
            (What::Intake(_), other) => return Err(Wrong(format!("leads were answered {other:?}"))),
            _ => {}
        }
        Ok(())
    }

    fn told(&mut self, receipt: &Receipt) {
        let known = self.leads.entry(receipt.lead.0.clone()).or_default();
        *known = receipt.decision.max(*known);
    }

    /// A message goes out: always the same under the same id.
    ///
    /// # Errors
    /// When it is another than before.
    pub fn goes_out(&mut self, message: &Notification) -> Checked {
        let delivery = Delivery {
            to: message.to.as_ref().map(|to| to.person.clone()),
            lead: message.about.as_ref().map(|about| about.lead.id.0.clone()),
            notice: format!("{:?}", message.notice),
        };
        let first = self.delivered.entry(message.id.clone()).or_insert_with(|| delivery.clone());
        ensure(*first == delivery, || format!("message {} was {first:?}, and is {delivery:?}", message.id))
    }
}
