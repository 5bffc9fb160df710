"""From sign-in to download with a client of OpenAPI Generator (its generator `python`).

    generator_client.py API MAILS EMAIL
"""

from __future__ import annotations

import sys
import urllib.request

from devotionalai_generated import ApiClient, Configuration
from devotionalai_generated.api import AuthApi, JobsApi, ProjectsApi, RendersApi, VideosApi
from devotionalai_generated.exceptions import UnprocessableEntityException
from devotionalai_generated.models import LinkRequest, LinkVerification, NewProject, Order, Problem, Resolution
from mailbox_of import sign_in_mail


def main(api: str, mails: str, email: str) -> None:
    """The journey."""
    auth = AuthApi(ApiClient(Configuration(host=api)))
    auth.auth_request_link(LinkRequest(email=email))
    token, code = sign_in_mail(mails, email)
    access = auth.auth_verify_link(LinkVerification(token=token, code=code))
    person = ApiClient(Configuration(host=api, access_token=access.access_token))

    projects, renders, jobs, videos = ProjectsApi(person), RendersApi(person), JobsApi(person), VideosApi(person)
    try:
        # Past the client's own check of the length, to see what the API answers.
        projects.projects_create(NewProject.model_construct(text="Amen.", title=""))
        sys.exit("an empty title was accepted")
    except UnprocessableEntityException as refused:
        assert isinstance(refused.data, Problem), refused.data
        assert [error.pointer for error in refused.data.errors] == ["#/title"], refused.data

    project = projects.projects_create(NewProject(text="The LORD is my light.", voice="espeak-ng"))
    assert renders.renders_quote(project.id).fits
    job = renders.renders_start(project.id, order=Order(resolution=Resolution("480p")))
    while job.status == "running":
        job = jobs.jobs_read(job.id, wait=20, version=job.version)
    assert job.status == "done", job

    video = videos.videos_list().items[0]
    assert bytes(videos.videos_thumbnail(video.id)).startswith(b"\xff\xd8"), "the thumbnail is a JPEG"
    assert "LORD" in videos.videos_srt(video.id)
    assert videos.videos_vtt(video.id).startswith("WEBVTT")
    download = videos.videos_download(video.id)
    with urllib.request.urlopen(download.url, timeout=35) as answer:
        film = answer.read()
    assert film[4:8] == b"ftyp", "the download is an MP4"
    print(f"{download.file_name}: {len(film)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
