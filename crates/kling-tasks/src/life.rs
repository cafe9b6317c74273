//! The stages of a job's life: the one table that the engine walks and `docs/task-life.md` shows.

/// Two enums and the table between them. What the table does not know ends in the state after `otherwise`: it cannot
/// happen, and is caught by every test that makes it happen.
macro_rules! life {
    (
        $(#[$stage_doc:meta])* $stage:ident { $($(#[$state_doc:meta])* $state:ident,)+ }
        $(#[$event_doc:meta])* $event:ident { $($(#[$what_doc:meta])* $what:ident,)+ }
        otherwise $otherwise:ident;
        $($from:ident: $($on:ident => $to:ident),+;)+
    ) => {
        $(#[$stage_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum $stage { $($(#[$state_doc])* $state,)+ }

        $(#[$event_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum $event { $($(#[$what_doc])* $what,)+ }

        impl $stage {
            /// All that can happen: state, event, next state.
            #[cfg(test)]
            pub(crate) const TABLE: &[($stage, $event, $stage)] =
                &[$($(($stage::$from, $event::$on, $stage::$to)),+),+];

            /// The next state.
            pub(crate) fn after(self, event: $event) -> Self {
                #[cfg(test)]
                tests::walked(self, event);
                match (self, event) {
                    $($(($stage::$from, $event::$on) => $stage::$to,)+)+
                    _ => {
                        debug_assert!(false, "no way from {self:?} on {event:?}");
                        $stage::$otherwise
                    }
                }
            }
        }
    };
}

life! {
    /// Where a submission is.
    SubmitStage {
        /// An id that others may use is looked up before the first post.
        Checking,
        /// In line for a slot.
        Queueing,
        /// A post is on its way.
        Posting,
        /// Nothing was created; a pause before the next post.
        BackingOff,
        /// The job may exist, or is said to: it is looked up by the caller's own id.
        LookingUp,
        /// End: the job exists.
        Submitted,
        /// End: no job exists, and posting again would not help.
        Refused,
        /// End: no job exists, because no slot came free.
        NoSlot,
        /// End: no job exists, because the service could not be reached or could not take it.
        Unavailable,
        /// End: a job may exist.
        FateUnknown,
        /// End: the id belongs to a job that this submission did not make.
        Taken,
    }
    /// What happens to a submission.
    SubmitEvent {
        SlotFree, Accepted, Refused, RefusedInDoubt, Duplicate, AnswerLost, AnswerLostForGood, NoSlot, TryLater,
        PauseOver, LookupDue, Found, FoundForeign, NotFound, LookupFailed, Absent, AbsentWithoutSlot, Contradiction, TooLate,
        Deadline, GaveUp,
    }
    otherwise FateUnknown;
    Checking: NotFound => Queueing, LookupFailed => Queueing, FoundForeign => Taken, Deadline => Queueing;
    Queueing: SlotFree => Posting, LookupDue => LookingUp, Deadline => NoSlot;
    Posting: Accepted => Submitted, Refused => Refused, RefusedInDoubt => LookingUp, Duplicate => LookingUp,
        AnswerLost => LookingUp, AnswerLostForGood => FateUnknown, NoSlot => Queueing, TryLater => BackingOff,
        TooLate => LookingUp, Deadline => Unavailable;
    BackingOff: PauseOver => Posting, LookupDue => LookingUp, GaveUp => Unavailable;
    LookingUp: Found => Submitted, FoundForeign => Taken, NotFound => LookingUp, LookupFailed => LookingUp, Absent => Posting,
        AbsentWithoutSlot => Queueing, Contradiction => Taken, Deadline => FateUnknown, GaveUp => FateUnknown;
}

life! {
    /// Where one caller's wait is.
    WaitStage {
        /// Takes in what is known of the job, and tells it.
        Hearing,
        /// Until the next look is due or another caller's look brings news.
        Pausing,
        /// Looks, or finds that another caller just did.
        Looking,
        /// End: the job will not change any more.
        Finished,
        /// End: the deadline came first.
        OutOfTime,
        /// End: nobody knows the status word, and that for too long.
        UnknownStatus,
        /// End: asking was refused for good.
        Refused,
        /// End: the service does not know the job.
        Missing,
        /// End: the deadline came, and no look ever went through.
        Unreachable,
    }
    /// What happens to a wait.
    WaitEvent {
        GoesOn, Finished, PatienceOver, News, LookDue, Looked, Refused, MissingTooOften, Deadline, DeadlineUnseen,
    }
    otherwise OutOfTime;
    Hearing: GoesOn => Pausing, Finished => Finished, PatienceOver => UnknownStatus;
    Pausing: News => Hearing, LookDue => Looking, Deadline => OutOfTime, DeadlineUnseen => Unreachable;
    Looking: Looked => Hearing, Refused => Refused, MissingTooOften => Missing, Deadline => OutOfTime,
        DeadlineUnseen => Unreachable;
}

#[cfg(test)]
mod tests;
