"""The solving room: the bridge to HiGHS, the ranks, verification, and what is said where no plan exists."""
