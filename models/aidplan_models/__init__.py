"""The mathematics of aidplan: one linear programme over places, items and periods.

Importing this package imports nothing heavy; `aidplan_models.plan` brings in Pyomo.
"""
