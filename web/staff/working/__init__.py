"""A coordinator's own desk: what is due, what was chosen for a need, what somebody takes home."""
