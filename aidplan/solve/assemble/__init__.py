"""From the rules of the model to a linear programme in arrays."""
