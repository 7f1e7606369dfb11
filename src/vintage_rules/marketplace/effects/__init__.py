"""What events make the outside do, and the handlers that do it."""
