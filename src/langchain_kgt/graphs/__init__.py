"""Where triples live."""
