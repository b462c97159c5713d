"""The allocation report as a page: layout alone."""
