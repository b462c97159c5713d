"""Why demand is unmet: the causes of a shortage, each with its part, on the plan as it is."""
