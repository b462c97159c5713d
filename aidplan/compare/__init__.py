"""What differs between runs: in their inputs, in their plans, and why."""
