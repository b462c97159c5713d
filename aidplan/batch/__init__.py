"""Batches: many jobs behind one interface, one after the other, in processes, or on a Dask cluster.

A job is plain and picklable: bytes, paths and numbers in, a result out. What a job gives does not depend on how many
run at the same time, or where: jobs may tell each other where their first priority levels stood, so that near ones begin there
and are done sooner, but plans and prices are the same.
"""

from aidplan.batch.jobs import ClusterError, Context, Job, Listener, run_jobs
from aidplan.batch.resume import Earlier
from aidplan.batch.solve_job import SolveJob, solve_jobs

__all__ = ["ClusterError", "Context", "Earlier", "Job", "Listener", "SolveJob", "run_jobs", "solve_jobs"]
