"""aidplan: the planning desk of a joint arms-aid headquarters."""

__version__ = "0.1.0"
