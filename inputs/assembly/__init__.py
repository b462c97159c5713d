"""How the coalition workbook is put together from published figures and the planners' own sheets."""
