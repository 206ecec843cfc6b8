"""How well searches answer what people really ask; see docs/relevance.md."""
