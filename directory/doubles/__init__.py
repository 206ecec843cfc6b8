"""Records listed twice: how they are told, the search for them, and the pairs a curator decides."""
