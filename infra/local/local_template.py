"""Converts template.yaml to what the emulator can run, with these substitutions and no others.

* A function's code is a launcher of the binary that cargo built (`bundles`), for this machine's architecture.
* S3 objects have path-style URLs, because 127.0.0.1 has no subdomains.
* The container-image function is deployed the same way; FFmpeg, voices and fonts come from the set-up.
* The HTTP API's OpenAPI body becomes separate resources (`http_api`).
* A table's TTL and a bucket's Object Lock are enabled after the deployment (`deployment`), because the emulator
  ignores them in a template.
* The maximum concurrency of a queue trigger is a number instead of a reference to a parameter, whose value the
  emulator would compare as text.
* Where policies are enforced, bucket policies that demand TLS are removed, because the emulator speaks plain HTTP, and
  the condition on a mail's sender, because the emulator does not evaluate it.
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
    """The values of the template's parameters on a developer's machine, with the overrides.

    Raises `StackError` when an override names no parameter of the template.
    """
    # The emulator would ignore a name that the template does not have.
    for name in overrides.keys() - template["Parameters"].keys():
        raise StackError(f"the template has no parameter {name}: {', '.join(template['Parameters'])}")
    # A step uses more than one core by itself; two is the lowest maximum concurrency that Lambda accepts.
    workers = max(2, (os.cpu_count() or 2) // 2)
    return {
        "SecureCookies": "false",
        "MailFrom": MAIL_FROM,
        "MailIdentity": MAIL_FROM,
        "SigningKeysSecret": SIGNING_KEYS_SECRET,
        "Architecture": "arm64" if machine == "aarch64" else "x86_64",
        "RenderConcurrency": str(workers),
        # As many steps again in the queue, so that no worker waits for the next message.
        "TenantConcurrency": str(2 * workers),
        # Nothing here is short of executions.
        "WaitsAtOnce": "0",
        "ProtectData": "false",
    } | overrides


def read() -> dict[str, Any]:
    """The template as a dict, with the short forms of intrinsic functions (`!Ref`) in their long form."""
    from samtranslator.yaml_helper import yaml_parse

    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
    return template


def binaries(template: dict[str, Any]) -> dict[str, str]:
    """The name of each function's binary, by the function's logical id."""
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
    """The template as plain CloudFormation for the emulator.

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
    plain["Resources"] = http_api.expand_bodies(plain["Resources"])
    _write_out_concurrency(plain["Resources"], given)
    return plain


def transformed(template: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """The template after the SAM transform that AWS applies: plain CloudFormation."""
    # The transform needs a region from the AWS SDK, though it makes no call.
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
    """Removes the two conditions that no caller of the emulator meets: TLS, and the sender of a mail."""
    for name in [name for name, resource in resources.items() if resource["Type"] == BUCKET_POLICY]:
        del resources[name]
    for resource in resources.values():
        for policy in resource["Properties"].get("Policies", []) if resource["Type"] == ROLE else []:
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Action"] == "ses:SendEmail":
                    statement["Resource"] = "*"
                    del statement["Condition"]


def media_variables(binaries: Path) -> dict[str, str]:
    """The variables with the paths of assets and programs; on AWS the render image's Dockerfile sets them."""
    return {
        "ASSETS_ROOT": str(ASSETS),
        "FFMPEG_PROGRAM": str(BIN / "ffmpeg"),
        "ESPEAK_PROGRAM": str(binaries / "espeak-pipe"),
        "PICTURE_PROGRAM": str(binaries / "picture-pipe"),
    }


class _NoManagedPolicies:
    """An empty list of managed policies, in which the transform looks up policy names: the template uses none."""

    def load(self) -> dict[str, str]:
        return {}
