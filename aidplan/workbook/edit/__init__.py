"""Scenarios: rows that change cells of the workbook."""
