"""Prints the roles and resource policies that template.yaml deploys as JSON, with all intrinsic functions resolved.

The SAM transform is the one that AWS applies (aws-sam-translator), so the roles that it generates from the functions'
policies are evaluated as they are deployed.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
INFRA = HERE.parents[1] / "infra"
sys.path[:0] = [str(INFRA / "local"), str(INFRA / "setup")]

# Found by the line above.
import local_template  # noqa: E402

PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "devotional",
    "AWS::URLSuffix": "amazonaws.com",
}
GIVEN = {
    "FrontendOrigin": "https://app.example.com",
    "MailFrom": "noreply@example.com",
    "MailIdentity": "example.com",
    "StripePricePro": "price_pro",
    "StripePriceEnterprise": "price_enterprise",
}
ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:111122223333:table/{}",
    "AWS::IAM::Role": "arn:aws:iam::111122223333:role/{}",
    "AWS::Lambda::Function": "arn:aws:lambda:us-east-1:111122223333:function:{}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:111122223333:{}",
}
POLICY_MARKS = {"PolicyDocument", "AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns", "ResourcePolicy"}
READ_HERE = {"AWS::IAM::Role", "AWS::IAM::Policy", "AWS::S3::BucketPolicy"}
PERMISSION = "AWS::Lambda::Permission"
PUBLIC = {"StripeWebhookFunction"}
"""Functions whose URL is public, because they verify their callers themselves."""


class UnknownError(Exception):
    """The template uses something that this program does not support."""


def main() -> None:
    """Prints the JSON."""
    try:
        print(json.dumps(_deployment(_plain()), indent=1))
    except UnknownError as error:
        sys.exit(f"policies: {error}")


def _plain() -> dict[str, Any]:
    template = local_template.read()
    for resource in template["Resources"].values():
        if resource["Type"] == local_template.FUNCTION:
            where = "ImageUri" if resource["Properties"].get("PackageType") == "Image" else "CodeUri"
            resource["Properties"][where] = "s3://code/function.zip" if where == "CodeUri" else (
                "111122223333.dkr.ecr.us-east-1.amazonaws.com/code:latest"
            )
    return local_template.transformed(template, _parameters(template))


def _parameters(template: dict[str, Any]) -> dict[str, str]:
    declared = template["Parameters"].items()
    return {name: GIVEN.get(name) or str(parameter["Default"]) for name, parameter in declared}


def _deployment(plain: dict[str, Any]) -> dict[str, Any]:
    resources = plain["Resources"]
    names = {name: _physical(name, resource) for name, resource in resources.items()}
    values = PSEUDO | _parameters(plain) | names
    resolver = Resolver(values, {name: resource["Type"] for name, resource in resources.items()})
    roles, bucket_policies = {}, {}
    for name, resource in resources.items():
        kind, properties = resource["Type"], resource.get("Properties", {})
        if kind not in READ_HERE and POLICY_MARKS & properties.keys():
            raise UnknownError(f"{name} ({kind}) holds a policy that no case evaluates: teach tests/policies")
        if kind == "AWS::IAM::Role":
            roles[name] = resolver.resolved(
                {
                    "arn": {"Fn::GetAtt": [name, "Arn"]},
                    "trust": properties["AssumeRolePolicyDocument"],
                    "policies": properties.get("Policies", []),
                    "managed": properties.get("ManagedPolicyArns", []),
                }
            )
        if kind == "AWS::S3::BucketPolicy":
            bucket_policies[properties["Bucket"]["Ref"]] = resolver.resolved(properties["PolicyDocument"])
        if kind == PERMISSION and "SourceArn" not in properties and not _is_public(properties):
            raise UnknownError(f"{name} lets anybody's {properties['Principal']} invoke a function: no SourceArn")
    for resource in resources.values():
        if resource["Type"] == "AWS::IAM::Policy":
            for role in resource["Properties"]["Roles"]:
                roles[role["Ref"]]["policies"].append(resolver.resolved(resource["Properties"]))
    arns = {name: resolver.arn(name) for name in names if resources[name]["Type"] in ARNS}
    kinds = {name: resources[name]["Type"] for name in arns}
    secret, model = values["SigningKeysSecret"], values["BedrockImageModel"]
    stripe = values["StripeSecret"]
    return {
        "account": PSEUDO["AWS::AccountId"],
        "arns": arns,
        "kinds": kinds,
        "roles": roles,
        "bucketPolicies": bucket_policies,
        "parameters": {"secret": secret, "stripe": stripe, "model": model, "modelRegion": values["BedrockRegion"]}
        | GIVEN,
    }


def _is_public(permission: dict[str, Any]) -> bool:
    """Whether the permission is only for callers of a function URL that is meant to be public."""
    through_url = permission.get("FunctionUrlAuthType") == "NONE" or permission.get("InvokedViaFunctionUrl") is True
    return through_url and permission["FunctionName"].get("Ref") in PUBLIC


def _physical(name: str, resource: dict[str, Any]) -> str:
    """A resource's physical name: the template's, or one as CloudFormation generates it (in lower case for buckets)."""
    given = resource.get("Properties", {}).get("FunctionName", {})
    if resource["Type"] == "AWS::Lambda::Function" and isinstance(given, dict) and "Fn::Sub" in given:
        return str(given["Fn::Sub"]).replace("${AWS::StackName}", "devotional")
    made = f"devotional-{name}-1A2B3C4D5E6F"
    return made.lower() if resource["Type"] == "AWS::S3::Bucket" else made


class Resolver:
    """Resolves the intrinsic functions that policies use."""

    def __init__(self, values: dict[str, str], kinds: dict[str, str]) -> None:
        self._values, self._kinds = values, kinds

    def arn(self, name: str) -> str:
        """The ARN of a resource of the template."""
        kind = self._kinds[name]
        if kind not in ARNS:
            raise UnknownError(f"the form of {kind}'s ARN, which a policy names, is not known here")
        return ARNS[kind].format(self._values[name])

    def resolved(self, value: Any) -> Any:
        """The value without intrinsic functions."""
        if isinstance(value, list):
            return [self.resolved(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), = value.items()
            if function == "Ref":
                return self._value(argument)
            if function == "Fn::GetAtt":
                return self._attribute(*argument)
            if function == "Fn::Sub":
                return self._substituted(argument)
            if function.startswith("Fn::"):
                raise UnknownError(f"{function} in a policy is not covered")
        return {key: self.resolved(item) for key, item in value.items()}

    def _value(self, name: str) -> str:
        if name not in self._values:
            raise UnknownError(f"{name}, which a policy names, is neither parameter nor resource")
        return self._values[name]

    def _attribute(self, name: str, attribute: str) -> str:
        if attribute != "Arn":
            raise UnknownError(f"{name}.{attribute} in a policy is not covered")
        return self.arn(name)

    def _substituted(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.resolved(own[name]))
            resource, dot, attribute = name.partition(".")
            return self._attribute(resource, attribute) if dot else self._value(name)

        return re.sub(r"\$\{([^}]+)\}", value, text)


if __name__ == "__main__":
    main()
