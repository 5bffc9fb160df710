"""template.yaml as the emulator can run it: the listed substitutions, and no others.

* Code is a launcher of the binary cargo built (`bundles`), for this machine's architecture.
* Objects are addressed by path: names under 127.0.0.1 do not exist.
* The container-image function is deployed the same way; FFmpeg, voices and fonts come from the set-up.
* The HTTP API's OpenAPI body becomes single resources (`http_api`).
* A table's expiry and a bucket's Object Lock are switched on after the deployment (`deployment`): the emulator
  leaves them out.
* A queue trigger's concurrency is written out: the emulator compares a parameter's value as text.
* Where policies are enforced, two fit the emulator: it speaks http, and does not see who sends a mail.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import http_api
from layout import ASSETS, BIN, ROOT
from settings import MAIL_FROM, REGION, SIGNING_KEYS_SECRET, StackError

TEMPLATE = ROOT / "template.yaml"
FUNCTION = "AWS::Serverless::Function"
TRIGGER = "AWS::Lambda::EventSourceMapping"
ROLE = "AWS::IAM::Role"
BUCKET_POLICY = "AWS::S3::BucketPolicy"
IMAGE_FUNCTION_BINARY = {"RenderStepFunction": "render-step"}
IMAGE_SETTINGS = ("PackageType", "ImageUri", "ImageConfig")


def parameters(template: dict[str, Any], machine: str, overrides: dict[str, str]) -> dict[str, str]:
    """The template's parameters on a developer's machine, but for the overrides."""
    # The emulator takes a name that the template does not have, and nothing happens.
    for name in overrides.keys() - template["Parameters"].keys():
        raise StackError(f"the template has no parameter {name}: {', '.join(template['Parameters'])}")
    # A step keeps more than one core busy by itself; two is the least that Lambda takes.
    workers = max(2, (os.cpu_count() or 2) // 2)
    return {
        "SecureCookies": "false",
        "MailFrom": MAIL_FROM,
        "MailIdentity": MAIL_FROM,
        "SigningKeysSecret": SIGNING_KEYS_SECRET,
        "Architecture": "arm64" if machine == "aarch64" else "x86_64",
        "RenderConcurrency": str(workers),
        # Enough in the queue that no worker waits for the next message.
        "TenantConcurrency": str(2 * workers),
        "ProtectData": "false",
    } | overrides


def read() -> dict[str, Any]:
    """The template with its short-form intrinsic functions spelled out."""
    from samtranslator.yaml_helper import yaml_parse

    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
    return template


def binaries(template: dict[str, Any]) -> dict[str, str]:
    """Function's logical id → the name of its binary."""
    return {
        name: IMAGE_FUNCTION_BINARY.get(name) or resource["Metadata"]["BuildProperties"]["Binary"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == FUNCTION
    }


def process(
    template: dict[str, Any],
    code: dict[str, str],
    given: dict[str, str],
    media: dict[str, str],
    variables: dict[str, str],
) -> dict[str, Any]:
    """Plain CloudFormation for the emulator.

    `code` are the S3 addresses of the functions' bundles by logical id, `given` the template's
    parameters, `media` the variables of the render step (`media_variables`), `variables` those that
    every function gets on top of the template's.
    """
    everywhere = template["Globals"]["Function"]["Environment"]["Variables"]
    everywhere |= {"S3_PATH_STYLE": "true"} | variables
    for name, resource in template["Resources"].items():
        if resource["Type"] != FUNCTION:
            continue
        properties = resource["Properties"]
        properties["CodeUri"] = code[name]
        if name in IMAGE_FUNCTION_BINARY:
            for setting in IMAGE_SETTINGS:
                properties.pop(setting, None)
            resource.pop("IgnoreGlobals", None)
            environment = properties.setdefault("Environment", {})
            environment["Variables"] = environment.get("Variables", {}) | media

    plain = transformed(template, given)
    plain["Resources"] = http_api.spread(plain["Resources"])
    _write_out_concurrency(plain["Resources"], given)
    return plain


def transformed(template: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """The template after AWS's own transform: plain CloudFormation."""
    # The transform asks the AWS SDK for a region, though it calls nothing.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    from samtranslator.translator.transform import transform

    plain: dict[str, Any] = transform(template, given, _NoManagedPolicies())
    return plain


def _write_out_concurrency(resources: dict[str, Any], given: dict[str, str]) -> None:
    for resource in resources.values():
        scaling = resource["Properties"].get("ScalingConfig")
        if resource["Type"] == TRIGGER and scaling:
            limit = scaling["MaximumConcurrency"]
            scaling["MaximumConcurrency"] = int(given[limit["Ref"]] if isinstance(limit, dict) else limit)


def fit_policies(resources: dict[str, Any]) -> None:
    """Takes out what the emulator would refuse everybody for: http, and the sender of a mail."""
    for name in [name for name, resource in resources.items() if resource["Type"] == BUCKET_POLICY]:
        del resources[name]
    for resource in resources.values():
        for policy in resource["Properties"].get("Policies", []) if resource["Type"] == ROLE else []:
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Action"] == "ses:SendEmail":
                    statement["Resource"] = "*"
                    del statement["Condition"]


def media_variables(binaries: Path) -> dict[str, str]:
    """Where the render step finds what its image carries on AWS; its Dockerfile sets the same names."""
    return {
        "ASSETS_ROOT": str(ASSETS),
        "FFMPEG_PROGRAM": str(BIN / "ffmpeg"),
        "ESPEAK_PROGRAM": str(binaries / "espeak-pipe"),
    }


class _NoManagedPolicies:
    """The transform wants a list of managed policies to look names up; the template gives none."""

    def load(self) -> dict[str, str]:
        return {}
