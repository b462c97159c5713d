"""Why: what stands in the way of a plan, and which cells of the workbook it comes from."""
