//! How often what goes on is told: no more often than a screen is drawn.

use std::time::Duration;

/// The time between two words about the same thing.
const FRAME: Duration = Duration::from_millis(30);

/// When something was told last, on the runtime's clock.
#[derive(Debug, Default)]
pub(super) struct Pace {
    told: Duration,
}

impl Pace {
    /// Whether it is time for another word, which then is the last.
    pub(super) fn is_time(&mut self, now: Duration) -> bool {
        let is_time = now.saturating_sub(self.told) >= FRAME;
        if is_time {
            self.told = now;
        }
        is_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_frame_between_two_words() {
        let mut pace = Pace::default();
        let now = Duration::from_secs(1);
        assert!(pace.is_time(now));
        assert!(!pace.is_time(now + FRAME / 2));
        assert!(pace.is_time(now + FRAME));
        assert!(!pace.is_time(now), "a clock read earlier");
    }
}
