"""The allocation report as a workbook: layout alone."""
