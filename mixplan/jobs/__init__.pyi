from .job import Job as Job
