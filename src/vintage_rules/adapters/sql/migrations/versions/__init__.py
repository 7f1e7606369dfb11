"""One step a module. A step that was released is never edited."""
