"""Studies: what levers of policy, measures on the adversary and plans for unknown futures are worth, each by solving."""
