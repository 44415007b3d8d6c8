"""Where probabilities come from."""
