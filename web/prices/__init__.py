"""Cash prices on pages: compared and drawn, their history, and what to say on the telephone."""
