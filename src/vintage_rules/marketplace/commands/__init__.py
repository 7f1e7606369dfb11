"""The commands a host calls, one file for each thing it acts on."""
