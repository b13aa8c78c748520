from .job import Job as Job
from .job import Look as Look
from .job import about_hash as about_hash
from .job import jobs_of as jobs_of
from .job import submit as submit
from .keeper import Keeper as Keeper
