"""The spreadsheet as a file: looked at before it is parsed, then read as cells."""
