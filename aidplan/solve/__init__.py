"""The solving room: the solver interface to HiGHS, the ranks, verification, and what is said where no plan exists."""
