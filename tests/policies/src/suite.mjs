// Compares what the deployment's policies allow with the expectations.

import { decide, describe } from "./evaluator.mjs";
import { expectedAccess, MANAGED } from "./expectations.mjs";
import { requests } from "./requests.mjs";
import { mayAssume, trustRequests } from "./trust.mjs";

/** An identity policy that allows everything, so that only a resource policy can refuse. */
const EVERYTHING = [{ name: "everything", policy: { Version: "2012-10-17", Statement: [{ Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" }] } }];

/** A trust policy for the whole account, so that only the identity policy decides. */
const trusting = (account) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "*" }] });

/** The decision on an action that no statement names: refused. The evaluator need not be asked. */
const NOTHING_SAID = { allowed: false, by: [] };

/** The suite for one deployment, as `plain_template.py` prints it. */
export class Suite {
  constructor(deployment) {
    this.deployment = deployment;
    this.expected = expectedAccess(deployment.parameters);
    this.requests = requests(deployment, false);
    this.taggedRequests = requests(deployment, true);
  }

  /** The outcomes of every role that has expectations, by the role's name. */
  async outcomesByRole() {
    const all = new Map();
    for (const [name, role] of Object.entries(this.deployment.roles)) {
      if (!(name in this.expected)) continue;
      all.set(name, []);
      for await (const outcome of this.outcomes(name, role)) all.get(name).push(outcome);
    }
    return all;
  }

  /** All findings, in words. */
  async faults(outcomesByRole) {
    const faults = this.unknownRoles();
    for (const [name, outcomes] of outcomesByRole) {
      const role = this.deployment.roles[name];
      faults.push(...managedFaults(name, role), ...versionFaults(name, role));
      const used = new Set();
      for (const { request, meant, decision } of outcomes) {
        if (decision.allowed !== meant) faults.push(mismatch(name, request, meant, decision));
        if (decision.allowed) for (const sid of decision.by) used.add(use(sid, request.action, request.resource));
      }
      faults.push(...uncovered(name, role, used));
    }
    for await (const fault of this.bucketFaults(this.deployment.bucketPolicies)) faults.push(fault);
    return faults;
  }

  /** Every request of a role with the expected and the actual decision; fewer requests with `only`. */
  async *outcomes(name, role, only = () => true) {
    const { account, bucketPolicies } = this.deployment;
    const expected = this.expected[name];
    const policies = policiesOf(role);
    const principal = role.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/session";
    // Only roles that other roles assume have session tags.
    const asked = expected.assumedBy.some((who) => who in this.deployment.roles) ? this.taggedRequests : this.requests;
    const said = actionsOf(policies);
    for (const request of asked.filter(only)) {
      const resourcePolicy = { s3: bucketPolicies[request.target.split("/")[0]], sts: trusting(account) }[request.service];
      const decision = said.some((action) => within(action, request.action))
        ? await decide({ ...request, principal }, policies, resourcePolicy, account)
        : NOTHING_SAID;
      yield { request, meant: expected.may.some((may) => may(request)), decision };
    }
    for (const request of trustRequests(this.deployment, name)) {
      if (!only(request)) continue;
      // An administrator's policies allow assuming any role: only the trust policy refuses.
      const held = request.who in this.deployment.roles ? [] : EVERYTHING;
      const service = request.who.endsWith(".amazonaws.com");
      const decision = await decide(request, service ? [] : held, named(role.trust), account);
      yield { request, meant: mayAssume(expected, request), decision: { ...decision, by: decision.by.map((sid) => `trust:${sid}`) } };
    }
  }

  /** Findings about bucket policies, for principals whose identity policies allow everything, over HTTP and TLS. */
  async *bucketFaults(policies) {
    const principal = `arn:aws:iam::${this.deployment.account}:user/administrator`;
    for (const request of this.requests.filter((request) => request.service === "s3")) {
      const policy = policies[request.target.split("/")[0]];
      if (!policy) continue;
      const { allowed } = await decide({ ...request, principal }, EVERYTHING, policy, this.deployment.account);
      if (allowed !== (request.encrypted && !request.replaces)) yield `the bucket's policy ${allowed ? "allows" : "refuses"} ${describe(request)}`;
      const foreignRequest = { ...request, principal: "arn:aws:iam::999999999999:role/stranger" };
      const foreign = await decide(foreignRequest, EVERYTHING, policy, this.deployment.account);
      if (foreign.allowed) yield `the bucket's policy allows ${describe(request)} to another account`;
    }
  }

  unknownRoles() {
    const { roles } = this.deployment;
    return [
      ...Object.keys(roles).filter((name) => !(name in this.expected)).map((name) => `${name}: no case says what it may do; write it in tests/policies/src/expectations.mjs`),
      ...Object.keys(this.expected).filter((name) => !(name in roles)).map((name) => `${name} is in tests/policies/src/expectations.mjs and not in the template`),
    ];
  }
}

/** The statements of a role's identity policies and of its trust policy, each with its name in the report. */
export function statementsOf(role) {
  const own = policiesOf(role).flatMap(({ policy }) => policy.Statement.map((statement) => ({ name: statement.Sid, statement })));
  return [...own, ...named(role.trust).Statement.map((statement) => ({ name: `trust:${statement.Sid}`, statement }))];
}

/** Whether a statement's actions and resources match a request, whatever its conditions. */
export function concerns(statement, request) {
  return list(statement.Action).some((action) => within(action, request.action)) && list(statement.Resource ?? request.resource).some((pattern) => within(pattern, request.resource));
}

function policiesOf(role) {
  return role.policies.map((policy) => ({ name: policy.PolicyName, policy: named(policy.PolicyDocument) }));
}

function actionsOf(policies) {
  const statements = policies.flatMap(({ policy }) => policy.Statement);
  return [...new Set(statements.flatMap(({ Action }) => list(Action ?? "*")))];
}

/** The document with a Sid for every statement: those that SAM generates have none. */
function named(document) {
  const statements = list(document.Statement).map((statement, index) => ({ Sid: `Statement${index + 1}`, ...statement }));
  return { ...document, Statement: statements };
}

function managedFaults(name, role) {
  return role.managed.filter((arn) => !MANAGED.includes(arn)).map((arn) => `${name} has the managed policy ${arn}, which no case evaluates`);
}

/** Variables in policy documents of the older version, which is the default: there they are literal text. */
function versionFaults(name, role) {
  const documents = [role.trust, ...role.policies.map((policy) => policy.PolicyDocument)];
  const older = documents.filter((document) => document.Version !== "2012-10-17" && JSON.stringify(document).includes("${"));
  return older.map(() => `${name} uses a variable in a policy whose Version is not 2012-10-17`);
}

function mismatch(name, request, meant, decision) {
  if (meant) return `${name} is refused ${describe(request)}, which it needs`;
  return `${name} may ${describe(request)}, by ${decision.by.join(" and ")}`;
}

/** Statements, actions and resources that no allowed request needs, so that no case tests what they allow. */
function uncovered(name, role, used) {
  const faults = [];
  for (const { name: sid, statement } of statementsOf(role)) {
    if (statement.Effect !== "Allow" || statement.NotAction || statement.NotResource || statement.NotPrincipal) {
      faults.push(`${name}/${sid} is of a kind that no case covers: write an Allow that names actions and resources`);
      continue;
    }
    const uses = [...used].map((text) => text.split(" ")).filter(([by]) => by === sid);
    for (const action of list(statement.Action)) {
      if (!uses.some(([, used]) => used === action)) faults.push(`${name}/${sid}: no case is allowed by ${action}; add one to tests/policies/src/requests.mjs, or take it out of the template`);
    }
    for (const resource of list(statement.Resource ?? [])) {
      if (!uses.some(([, , used]) => within(resource, used))) faults.push(`${name}/${sid}: no case is allowed on ${resource}`);
    }
  }
  return faults;
}

function use(sid, action, resource) {
  return `${sid} ${action} ${resource}`;
}

/** Whether a pattern can match this ARN or action; a variable can be anything. */
function within(pattern, arn) {
  const literal = pattern.replace(/\$\{[^}]*\}/g, "*").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\*/g, ".*").replace(/\?/g, ".")}$`).test(arn);
}

function list(value) {
  return Array.isArray(value) ? value : [value];
}
