"""Alternative optima: what could be otherwise at no cost to any goal."""
