"""Resources for people and programs that have signed in."""
