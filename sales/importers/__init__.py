"""Files in, facts out: reading, parsing, checking and writing, a column at a time."""
