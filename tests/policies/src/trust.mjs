// Requests to assume a role, with different session tags.

import { named, OTHER, OWN } from "./requests.mjs";

const SERVICES = ["lambda.amazonaws.com", "scheduler.amazonaws.com", "apigateway.amazonaws.com"];
const ACTIONS = ["sts:AssumeRole", "sts:TagSession"];

const TAGS = [
  ["own", { tenant_id: OWN }],
  ["other", { tenant_id: OTHER }],
  ["no tag", {}],
  ["mixed", { tenant_id: OWN, role: "owner" }],
  ["mixed", { tenant_id: OWN, tenant_idx: OTHER }],
  ["mixed", { role: "owner" }],
  ["elsewhere", { tenant_id: "everybody" }],
];

/** Every request to assume a role. `who` is the principal: a role's logical name, a service, or a description. */
export function* trustRequests(deployment, role) {
  const resource = deployment.arns[role];
  for (const who of SERVICES) {
    yield { kind: "elsewhere", who, tags: {}, principal: who, action: ACTIONS[0], resource, ...words(who, role), context: {} };
  }
  const principals = {
    "an administrator": `arn:aws:iam::${deployment.account}:user/administrator`,
    "another account": "arn:aws:iam::999999999999:role/administrator",
  };
  for (const name of named(deployment, "AWS::IAM::Role")) {
    principals[name] = deployment.arns[name].replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/session";
  }
  for (const [who, principal] of Object.entries(principals)) {
    for (const action of ACTIONS) {
      for (const [kind, tags] of TAGS) {
        const context = { "aws:TagKeys": Object.keys(tags) };
        for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value;
        // A request without tags has no `aws:TagKeys`.
        if (Object.keys(tags).length === 0) delete context["aws:TagKeys"];
        yield { kind, who, tags, principal, action, resource, ...words(who, role, tags), context };
      }
    }
  }
}

/** Whether the role is meant to be assumed by this request. */
export function mayAssume(expected, request) {
  if (!expected.assumedBy.includes(request.who)) return false;
  if (SERVICES.includes(request.who)) return true;
  const tags = Object.entries(request.tags);
  return tags.length === 1 && tags[0][0] === "tenant_id" && tags[0][1].startsWith("tenant_");
}

function words(who, role, tags = {}) {
  const tagged = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return { target: role, carries: `by ${who}, ${tagged.join(" and ") || "no tags"}` };
}
