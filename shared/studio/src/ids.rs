use tenancy::id;

id!(
    /// A job.
    JobId,
    "job_"
);
id!(
    /// A finished film.
    VideoId,
    "vid_"
);
