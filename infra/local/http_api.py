"""Converts the HTTP API's OpenAPI body to separate resources, because the emulator ignores the body."""

from __future__ import annotations

import hashlib
from typing import Any

Resource = dict[str, Any]

ANY_METHOD = "x-amazon-apigateway-any-method"


def expand_bodies(resources: dict[str, Resource]) -> dict[str, Resource]:
    """The resources, with the body of every API replaced by routes, integrations, authorizers and CORS settings."""
    expanded: dict[str, Resource] = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            expanded |= _expand_api(name, resource["Properties"]["Body"])
        else:
            expanded[name] = resource
    return expanded


def _expand_api(name: str, body: dict[str, Any]) -> dict[str, Resource]:
    api = {"ApiId": {"Ref": name}}
    properties: dict[str, Any] = {
        "Name": name,
        "ProtocolType": "HTTP",
    }
    if cors := body.get("x-amazon-apigateway-cors"):
        # Passed as it is, with the body's lower-case names: the emulator looks for these, and not for the
        # capitalised names of the resource `AWS::ApiGatewayV2::Api`.
        properties["CorsConfiguration"] = cors
    made: dict[str, Resource] = {name: {"Type": "AWS::ApiGatewayV2::Api", "Properties": properties}}

    schemes = body.get("components", {}).get("securitySchemes", {})
    for scheme, definition in schemes.items():
        made[f"{name}{scheme}Authorizer"] = _authorizer(api, scheme, definition)

    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            uri = integration["uri"]
            integration_id = f"{name}Integration{_short(str(uri))}"
            made[integration_id] = {
                "Type": "AWS::ApiGatewayV2::Integration",
                "Properties": api
                | {
                    "IntegrationType": "AWS_PROXY",
                    "IntegrationUri": uri,
                    "PayloadFormatVersion": integration["payloadFormatVersion"],
                },
            }
            route_key = _route_key(method, path)
            route = api | {
                "RouteKey": route_key,
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": integration_id}]]},
            }
            schemes_of_route = [scheme for entry in operation.get("security", []) for scheme in entry]
            if schemes_of_route and schemes_of_route != ["NONE"]:
                (scheme,) = schemes_of_route
                route |= {
                    "AuthorizationType": "CUSTOM",
                    "AuthorizerId": {"Ref": f"{name}{scheme}Authorizer"},
                }
            made[f"{name}Route{_short(route_key)}"] = {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": route,
            }
    return made


def _route_key(method: str, path: str) -> str:
    # The transform writes the API's default route, of an event without method and path, as this path.
    if path == "/$default":
        return "$default"
    return f"{'ANY' if method == ANY_METHOD else method.upper()} {path}"


def _authorizer(api: dict[str, Any], scheme: str, of_scheme: dict[str, Any]) -> Resource:
    definition = of_scheme["x-amazon-apigateway-authorizer"]
    return {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": api
        | {
            "Name": scheme,
            "AuthorizerType": definition["type"].upper(),
            "AuthorizerUri": definition["authorizerUri"],
            "AuthorizerPayloadFormatVersion": str(definition["authorizerPayloadFormatVersion"]),
            "AuthorizerResultTtlInSeconds": definition["authorizerResultTtlInSeconds"],
            "EnableSimpleResponses": definition["enableSimpleResponses"],
            "IdentitySource": definition["identitySource"],
        },
    }


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
