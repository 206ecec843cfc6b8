"""What the API sends, one module for each resource. Times are ISO 8601 with their offset."""
