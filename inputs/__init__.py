"""What the committed planning workbooks are made from, and the commands that make them."""
