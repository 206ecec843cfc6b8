"""Parts of `directory.geocode`, which is the door to use."""
