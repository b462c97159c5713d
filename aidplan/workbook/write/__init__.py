"""Workbooks written for planners: the template, the example, the annotated copy."""
