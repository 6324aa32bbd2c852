//! Refusals: why a command cannot be carried out, and what to do instead.

use thiserror::Error;

/// Why a command is refused. The life stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Somebody else has it.
    #[error("the lead is with {holder}, not with {by}: ask {holder}, or have it reassigned")]
    NotYours {
        /// Who asked.
        by: Box<str>,
        /// Who has it.
        holder: Box<str>,
    },
    /// Nobody has it, and the command is for who has it.
    #[error("nobody has the lead, it is {stage}: {instead}")]
    NobodyHasIt {
        /// Where it is, in words.
        stage: Box<str>,
        /// What to do first.
        instead: &'static str,
    },
    /// Contact was made.
    #[error("{rep} has made contact already: close the lead, or have it reassigned")]
    AlreadyContacted {
        /// Who.
        rep: Box<str>,
    },
    /// It is where it cannot be claimed from.
    #[error("the lead is {stage}: only a lead that waits in a queue or has no owner can be claimed")]
    NotClaimable {
        /// Where it is, in words.
        stage: Box<str>,
    },
    /// Somebody was faster.
    #[error("{holder} has the lead already: claim another one")]
    Taken {
        /// Who has it.
        holder: Box<str>,
    },
    /// The rep passed on it before.
    #[error("{rep} passed on this lead before: give it to somebody else")]
    Passed {
        /// Who.
        rep: Box<str>,
    },
    /// A rep can claim for themselves only.
    #[error("{by} cannot claim a lead for {rep}: only a manager gives a lead to somebody")]
    ForSomebodyElse {
        /// Who asked.
        by: Box<str>,
        /// For whom.
        rep: Box<str>,
    },
    /// It is over.
    #[error("the lead is {stage}: {instead}")]
    Over {
        /// How it ended.
        stage: Box<str>,
        /// What to do first.
        instead: &'static str,
    },
    /// It was erased, for which there is no way back.
    #[error("the lead was erased: nothing is known of it any more, and nothing can be done with it")]
    Erased,
    /// Its decision is being made in this very transaction.
    #[error("the lead is just being decided: try again")]
    Undecided,
    /// A decision that nobody asked for.
    #[error("the lead is {stage}, and no decision was asked for: reassign it, so that it is decided again")]
    NotAsked {
        /// Where it is, in words.
        stage: Box<str>,
    },
}
