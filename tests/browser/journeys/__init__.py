"""What people come to do, from its first page to its last, by keyboard alone."""
