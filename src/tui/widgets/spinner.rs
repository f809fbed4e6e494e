//! Something is going on: a sign that turns with the time that has passed. Nothing is kept, and nothing turns
//! while nobody draws.

use std::time::Duration;

const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// How long a frame stands: what asks for redraws need not ask more often.
pub const FRAME_TIME: Duration = Duration::from_millis(100);

/// The sign after some time; one cell wide.
pub fn frame(elapsed: Duration) -> &'static str {
    let count = (elapsed.as_millis() / FRAME_TIME.as_millis()) % FRAMES.len() as u128;
    FRAMES.get(usize::try_from(count).unwrap_or_default()).copied().unwrap_or("⠋")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_turns() {
        for (millis, sign) in [(0, "⠋"), (99, "⠋"), (100, "⠙"), (950, "⠏"), (1000, "⠋")] {
            assert_eq!(frame(Duration::from_millis(millis)), sign);
        }
        assert_eq!(frame(Duration::MAX).chars().count(), 1);
    }
}
