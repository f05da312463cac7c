"""A connection tracker in several modules."""
