"""What reports and comparisons tell, as numbers without layout."""
