"""The patient as the center: who they are, when they are free, what they need, what they allow."""
