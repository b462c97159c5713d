"""What planners read of a solved plan: the allocation report as a workbook and as a page."""
