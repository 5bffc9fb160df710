"""Deploys template.yaml to the emulator, and creates the secrets and the mail identity that it presupposes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import bundles
import fetch_assets
import local_template
import pages
import signing_keys
import stripe
from server import Running
from settings import (
    MAIL_FROM,
    REGION,
    SIGNING_KEYS_SECRET,
    STACK,
    STRIPE_SECRET,
    Overrides,
    Settings,
    StackError,
)

CODE_BUCKET = "devotional-code"
FINGERPRINT = "fingerprint"
DEPLOY_SECONDS = 60
POLL_SECONDS = 0.05
UNFINISHED = "_IN_PROGRESS"
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class Clients:
    """Clients of the emulator's services, each created at its first use: `clients.s3`, `clients.dynamodb`."""

    def __init__(self, endpoint: str) -> None:
        # Imported here, because commands that need no client start twice as fast without botocore.
        import botocore.config
        import botocore.session

        self._session = botocore.session.Session()
        self._options = {
            "endpoint_url": endpoint,
            "region_name": REGION,
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
            "config": botocore.config.Config(retries={"total_max_attempts": 1}),
        }
        self._made: dict[str, Any] = {}

    def __getattr__(self, service: str) -> Any:
        if service not in self._made:
            self._made[service] = self._session.create_client(service, **self._options)
        return self._made[service]


def deploy(settings: Settings, overrides: Overrides, server: Running) -> bool:
    """Deploys the template and the binaries, unless both are deployed already; then returns false.

    Writes `Settings.outputs`. Raises `StackError` when the emulator refuses the template.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return _deploy(settings, overrides, server)
    except (BotoCoreError, ClientError) as error:
        # The message repeats the whole template; what is wrong stands at its beginning and end.
        text = str(error)
        raise StackError(text if len(text) < 800 else f"{text[:400]} … {text[-300:]}") from error


def _deploy(settings: Settings, overrides: Overrides, server: Running) -> bool:
    clients = Clients(server.endpoint)
    template = local_template.read()
    binaries = local_template.binaries(template)
    if not any((settings.binaries / binary).exists() for binary in binaries.values()):
        raise StackError(f"no function is built in {settings.binaries}: make build")
    code = {name: bundles.bundle(settings.binaries / binary) for name, binary in binaries.items()}
    own = {"FrontendOrigin": pages.origin(settings)} | stripe.parameters(template) | overrides.parameters
    given = local_template.parameters(template, fetch_assets.machine_name(), own)
    media = local_template.media_variables(settings.binaries)
    variables = {"STRIPE_API_BASE": stripe.url(settings)} | overrides.environment
    enforced = overrides.enforce_policies
    fingerprint = _fingerprint([bundle.key for bundle in code.values()], given, media, variables, enforced)

    stack = _describe(clients)
    changed = False
    if stack is None or _tag(stack) != fingerprint:
        changed = True
        _upload(clients, list(code.values()))
        addresses = {name: f"s3://{CODE_BUCKET}/{bundle.key}" for name, bundle in code.items()}
        plain = local_template.process(template, addresses, given, media, variables)
        if enforced:
            local_template.fit_policies(plain["Resources"])
        # Created once, and kept across restarts and deployments.
        _make_secret(clients, SIGNING_KEYS_SECRET, signing_keys.first)
        _make_secret(clients, STRIPE_SECRET, stripe.first_secret)
        _make_mail_identity(clients)
        stack = _apply(clients, stack, plain, given, fingerprint)
        _expire_items(clients, plain["Resources"])
        _lock_objects(clients, plain["Resources"])
    stripe.connect(settings, clients, template, server.endpoint)
    settings.outputs.write_text(json.dumps(_outputs(settings, server, stack), indent=2) + "\n")
    return changed


def _fingerprint(keys: list[str], *settings: dict[str, str] | bool) -> str:
    digest = hashlib.sha256()
    for source in [local_template.TEMPLATE, *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(source.read_bytes())
    digest.update(json.dumps([keys, *settings]).encode())
    return digest.hexdigest()


def _upload(clients: Clients, code: list[bundles.Bundle]) -> None:
    clients.s3.create_bucket(Bucket=CODE_BUCKET)
    for bundle in code:
        clients.s3.put_object(Bucket=CODE_BUCKET, Key=bundle.key, Body=bundle.archive)


def _make_secret(clients: Clients, name: str, first: Callable[[], str]) -> None:
    secrets = clients.secretsmanager
    try:
        secrets.describe_secret(SecretId=name)
    except secrets.exceptions.ResourceNotFoundException:
        secrets.create_secret(Name=name, SecretString=first())


def _make_mail_identity(clients: Clients) -> None:
    mail = clients.sesv2
    with suppress(mail.exceptions.AlreadyExistsException):
        mail.create_email_identity(EmailIdentity=MAIL_FROM)


def _expire_items(clients: Clients, resources: dict[str, Any]) -> None:
    """Enables the tables' TTL, which the emulator ignores in a template."""
    for name, resource in resources.items():
        expiry = resource["Properties"].get("TimeToLiveSpecification")
        if resource["Type"] == "AWS::DynamoDB::Table" and expiry:
            table = _physical(clients, name)
            clients.dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)


def _lock_objects(clients: Clients, resources: dict[str, Any]) -> None:
    """Enables the buckets' Object Lock, which the emulator ignores in a template."""
    for name, resource in resources.items():
        if resource["Type"] == "AWS::S3::Bucket" and resource["Properties"].get("ObjectLockEnabled"):
            lock = {"ObjectLockEnabled": "Enabled"}
            clients.s3.put_object_lock_configuration(
                Bucket=_physical(clients, name), ObjectLockConfiguration=lock
            )


def _physical(clients: Clients, name: str) -> str:
    """The physical id of the resource with this logical id."""
    found = clients.cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId=name)
    physical: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return physical


def _describe(clients: Clients) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        described = clients.cloudformation.describe_stacks(StackName=STACK)
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    stack: dict[str, Any] = described["Stacks"][0]
    return stack


def _tag(stack: dict[str, Any]) -> str | None:
    return next((tag["Value"] for tag in stack.get("Tags", []) if tag["Key"] == FINGERPRINT), None)


def _apply(
    clients: Clients,
    stack: dict[str, Any] | None,
    plain: dict[str, Any],
    given: dict[str, str],
    fingerprint: str,
) -> dict[str, Any]:
    cloudformation = clients.cloudformation
    if stack is not None and stack["StackStatus"] not in (*SUCCEEDED, "UPDATE_ROLLBACK_COMPLETE"):
        # A stack whose creation failed can only be deleted, as on AWS.
        cloudformation.delete_stack(StackName=STACK)
        _wait(clients)
        stack = None
    command = cloudformation.create_stack if stack is None else cloudformation.update_stack
    command(
        StackName=STACK,
        TemplateURL=_store(clients, plain),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Tags=[{"Key": FINGERPRINT, "Value": fingerprint}],
    )
    applied = _wait(clients)
    if applied is None or applied["StackStatus"] not in SUCCEEDED:
        raise StackError(f"the emulator refused the template:\n{_reasons(clients)}")
    return applied


def _store(clients: Clients, plain: dict[str, Any]) -> str:
    """Uploads the template and returns its URL: passed inline it may have 51,200 bytes at most."""
    key = "template.json"
    clients.s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=json.dumps(plain).encode())
    return f"{clients.s3.meta.endpoint_url}/{CODE_BUCKET}/{key}"


def _wait(clients: Clients) -> dict[str, Any] | None:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = _describe(clients)
        if stack is None or not stack["StackStatus"].endswith(UNFINISHED):
            return stack
        time.sleep(POLL_SECONDS)
    raise StackError(f"the deployment did not finish within {DEPLOY_SECONDS} s")


def _reasons(clients: Clients) -> str:
    events = clients.cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in failed
    )


def _outputs(settings: Settings, server: Running, stack: dict[str, Any]) -> dict[str, str]:
    deployed = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    api = deployed["ApiId"]
    return {
        # The API in the URL's path, for all clients: glibc does not resolve names under localhost.
        "api": f"{server.endpoint}/_aws/execute-api/{api}",
        # The API in the host name, for browsers and curl, which resolve such names: its routes begin at `/`.
        "api_by_host": f"http://{api}.execute-api.localhost:{server.port}",
        "frontend": pages.origin(settings),
        "stripe": stripe.url(settings),
        "endpoint": server.endpoint,
        "region": REGION,
        "identity_table": deployed["IdentityTable"],
        "metering_table": deployed["MeteringTable"],
        "studio_table": deployed["StudioTable"],
        "rates_table": deployed["RatesTable"],
        "media_bucket": deployed["MediaBucket"],
        "mail_queue": deployed["MailQueueUrl"],
        "mail_dead_letters": deployed["MailDeadLettersUrl"],
        "render_steps_queue": deployed["RenderStepsQueueUrl"],
        "render_steps_dead_letters": deployed["RenderStepsDeadLettersUrl"],
        "billing_table": deployed["BillingTable"],
        "audit_table": deployed["AuditTable"],
        "revocations_table": deployed["RevocationsTable"],
        "vault_bucket": deployed["VaultBucket"],
        "stripe_sync_queue": deployed["StripeSyncQueueUrl"],
        "stripe_sync_dead_letters": deployed["StripeSyncDeadLettersUrl"],
        "export_queue": deployed["ExportQueueUrl"],
        "export_dead_letters": deployed["ExportDeadLettersUrl"],
        "erasure_queue": deployed["ErasureQueueUrl"],
        "erasure_dead_letters": deployed["ErasureDeadLettersUrl"],
        "stripe_webhook": stripe.webhook_url(deployed["StripeWebhookUrl"], server.endpoint),
        "reconcile_function": deployed["ReconcileFunction"],
        "function_logs": deployed["FunctionLogs"],
        "mail": f"{server.endpoint}/_ministack/ses/messages",
        "mail_from": MAIL_FROM,
        "data": str(settings.data),
    }
