"""Questions and answers for customers, in every language there is a catalogue for."""
