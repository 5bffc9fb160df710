use tenancy::id;

id!(
    /// Identifies a job.
    JobId,
    "job_"
);
id!(
    /// Identifies a finished film: the number of the job that made it.
    VideoId,
    "vid_"
);
