"""Streams, the unit of work, and the text that events are stored as."""
