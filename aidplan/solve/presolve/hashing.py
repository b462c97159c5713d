"""Columns compared by numbers: 64 bits of each column's entries, the same for columns that have the same ones."""

from __future__ import annotations

import numpy as np

from aidplan.solve.assemble.linear_program import Array

_SALT = np.uint64(0x9E3779B97F4A7C15)


def mixed_bits(values: Array) -> Array:
    """64-bit whole numbers, well mixed. Source: splitmix64 (Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = values.astype(np.uint64) + _SALT
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def of_floats(values: Array) -> Array:
    """Mixed bits of numbers, the same for numbers that agree in 12 digits."""
    mantissa, exponent = np.frexp(values)
    return mixed_bits(
        (np.round(mantissa * 2.0**40).astype(np.int64) + exponent.astype(np.int64) * 2**44).astype(np.uint64)
    )


def column_sums(bits: Array, column: Array, columns: int) -> Array:
    """The sum of the entries' bits in each column, modulo 2**64: it does not depend on their order."""
    sums = np.zeros(columns, dtype=np.uint64)
    with np.errstate(over="ignore"):
        np.add.at(sums, column, bits)
    return sums
