//! The memory that requests may take, all together.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is counted in. The smallest invocation counts as much: it has a queue and a recording too.
const UNIT_BYTES: usize = 64 * 1024;

/// Memory for requests, from their first byte to the end of what they started.
#[derive(Debug, Clone)]
pub(super) struct Rooms(Arc<Semaphore>);

/// The memory of one request.
#[derive(Debug)]
pub(super) struct Room {
    rooms: Rooms,
    permit: OwnedSemaphorePermit,
}

/// All of it is in use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Rooms {
    pub(super) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / UNIT_BYTES)))
    }

    pub(super) fn open(&self) -> Result<Room, Full> {
        Ok(Room { rooms: self.clone(), permit: self.take(1)? })
    }

    fn take(&self, units: usize) -> Result<OwnedSemaphorePermit, Full> {
        let units = u32::try_from(units).map_err(|_| Full)?;
        self.0.clone().try_acquire_many_owned(units).map_err(|_| Full)
    }
}

impl Room {
    /// Makes it at least so large.
    pub(super) fn grow_to(&mut self, bytes: usize) -> Result<(), Full> {
        let missing = bytes.div_ceil(UNIT_BYTES).saturating_sub(self.permit.num_permits());
        if missing > 0 {
            self.permit.merge(self.rooms.take(missing)?);
        }
        Ok(())
    }

    /// What holds it.
    pub(super) fn into_permit(self) -> OwnedSemaphorePermit {
        self.permit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rooms_together_are_as_large_as_they_may_be_and_no_larger() {
        let rooms = Rooms::new(4 * UNIT_BYTES);
        let mut one = rooms.open().unwrap();
        one.grow_to(1).unwrap();
        one.grow_to(UNIT_BYTES + 1).unwrap();
        let mut other = rooms.open().unwrap();
        assert_eq!(other.grow_to(3 * UNIT_BYTES), Err(Full));
        other.grow_to(2 * UNIT_BYTES).unwrap();
        assert!(rooms.open().is_err());
        drop(one.into_permit());
        other.grow_to(4 * UNIT_BYTES).unwrap();
        drop(other);
        assert!(rooms.open().unwrap().grow_to(4 * UNIT_BYTES).is_ok());
    }
}
