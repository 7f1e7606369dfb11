"""The machine of a return, from its request on."""
