"""What docs/performance.md is printed from."""
