"""From sign-in to download with a client of openapi-python-client.

    python_client.py API MAILS EMAIL
"""

from __future__ import annotations

import sys
from typing import TypeVar

import httpx
from devotionalai import AuthenticatedClient, Client
from devotionalai.api.auth import auth_request_link, auth_verify_link
from devotionalai.api.jobs import jobs_read
from devotionalai.api.projects import projects_create
from devotionalai.api.renders import renders_quote, renders_start
from devotionalai.api.videos import videos_download, videos_list, videos_srt, videos_thumbnail, videos_vtt
from devotionalai.models import (
    Access,
    DescribedProject,
    Download,
    Job,
    LinkRequest,
    LinkVerification,
    NewProject,
    Order,
    Problem,
    Quote,
    Resolution,
    VideoPage,
)
from devotionalai.types import File
from mailbox_of import sign_in_mail

T = TypeVar("T")


def answered(answer: object, kind: type[T]) -> T:
    """The answer, if it is of this type."""
    if not isinstance(answer, kind):
        sys.exit(f"answered with {answer}")
    return answer


def main(api: str, mails: str, email: str) -> None:
    """The journey."""
    anybody = Client(base_url=api, timeout=httpx.Timeout(35))
    auth_request_link.sync(client=anybody, body=LinkRequest(email=email))
    token, code = sign_in_mail(mails, email)
    signed_in = auth_verify_link.sync(client=anybody, body=LinkVerification(token=token, code=code))
    access = answered(signed_in, Access)
    person = AuthenticatedClient(base_url=api, token=access.access_token, timeout=httpx.Timeout(35))

    refused = projects_create.sync(client=person, body=NewProject(text="Amen.", title=""))
    pointers = [error.pointer for error in answered(refused, Problem).errors or []]
    assert pointers == ["#/title"], refused

    made = projects_create.sync(client=person, body=NewProject(text="The LORD is my light.", voice="espeak-ng"))
    project = answered(made, DescribedProject)
    quote = answered(renders_quote.sync(project.id, client=person), Quote)
    assert quote.fits, quote
    order = Order(resolution=Resolution("480p"))
    job = answered(renders_start.sync(project.id, client=person, body=order), Job)
    while job.status == "running":
        job = answered(jobs_read.sync(job.id, client=person, wait=20, version=job.version), Job)
    assert job.status == "done", job

    video = answered(videos_list.sync(client=person), VideoPage).items[0]
    thumbnail = answered(videos_thumbnail.sync(video.id, client=person), File)
    assert thumbnail.payload.read().startswith(b"\xff\xd8"), "the thumbnail is a JPEG"
    assert "LORD" in answered(videos_srt.sync(video.id, client=person), str)
    assert answered(videos_vtt.sync(video.id, client=person), str).startswith("WEBVTT")
    download = answered(videos_download.sync(video.id, client=person), Download)
    film = httpx.get(download.url, timeout=35).content
    assert film[4:8] == b"ftyp", "the download is an MP4"
    print(f"{download.file_name}: {len(film)} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
