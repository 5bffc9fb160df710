// The deployment's policies against what they are meant to allow.

import { decide, describe } from "./evaluator.mjs";
import { MANAGED, reach } from "./reach.mjs";
import { requests } from "./requests.mjs";
import { mayTake, trustRequests } from "./trust.mjs";

/** What everybody of the account may do whom nothing but a bucket's policy stops. */
const EVERYTHING = [{ name: "everything", policy: { Version: "2012-10-17", Statement: [{ Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" }] } }];

/** A role that trusts whoever of the account has a policy that allows it: then that policy alone decides. */
const trusting = (account) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "*" }] });

/** What no statement speaks of is refused; asking the evaluator a thousand times would not change it. */
const NOTHING_SAID = { allowed: false, by: [] };

/** The suite over one deployment, as `plain_template.py` prints it. */
export class Suite {
  constructor(deployment) {
    this.deployment = deployment;
    this.expected = reach(deployment.parameters);
    this.requests = requests(deployment, false);
    this.taggedRequests = requests(deployment, true);
  }

  /** Every outcome of every role that somebody knows, by its name. */
  async outcomesByRole() {
    const all = new Map();
    for (const [name, role] of Object.entries(this.deployment.roles)) {
      if (!(name in this.expected)) continue;
      all.set(name, []);
      for await (const outcome of this.outcomes(name, role)) all.get(name).push(outcome);
    }
    return all;
  }

  /** Everything that is wrong, in words. */
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

  /** Every request of a role with what was meant and what the evaluator says; fewer with `only`. */
  async *outcomes(name, role, only = () => true) {
    const { account, bucketPolicies } = this.deployment;
    const expected = this.expected[name];
    const policies = policiesOf(role);
    const principal = role.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/session";
    // Only roles that other roles take have sessions with tags.
    const asked = expected.takenBy.some((who) => who in this.deployment.roles) ? this.taggedRequests : this.requests;
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
      // An administrator's policies allow him to assume any role: the trust alone keeps him out.
      const held = request.who in this.deployment.roles ? [] : EVERYTHING;
      const service = request.who.endsWith(".amazonaws.com");
      const decision = await decide(request, service ? [] : held, named(role.trust), account);
      yield { request, meant: mayTake(expected, request), decision: { ...decision, by: decision.by.map((sid) => `trust:${sid}`) } };
    }
  }

  /** What is wrong with buckets' policies: somebody whose own policies allow everything, over http and https. */
  async *bucketFaults(policies) {
    const principal = `arn:aws:iam::${this.deployment.account}:user/administrator`;
    for (const request of this.requests.filter((request) => request.service === "s3")) {
      const policy = policies[request.target.split("/")[0]];
      if (!policy) continue;
      const { allowed } = await decide({ ...request, principal }, EVERYTHING, policy, this.deployment.account);
      if (allowed !== request.encrypted) yield `the bucket's policy ${allowed ? "allows" : "refuses"} ${describe(request)}`;
      const stranger = { ...request, principal: "arn:aws:iam::999999999999:role/stranger" };
      const foreign = await decide(stranger, EVERYTHING, policy, this.deployment.account);
      if (foreign.allowed) yield `the bucket's policy allows ${describe(request)} to another account`;
    }
  }

  unknownRoles() {
    const { roles } = this.deployment;
    return [
      ...Object.keys(roles).filter((name) => !(name in this.expected)).map((name) => `${name}: no case says what it may do; write it in tests/policies/src/reach.mjs`),
      ...Object.keys(this.expected).filter((name) => !(name in roles)).map((name) => `${name} is in tests/policies/src/reach.mjs and not in the template`),
    ];
  }
}

/** The statements of a role's own policies and of its trust, each with the name that the report gives it. */
export function statementsOf(role) {
  const own = policiesOf(role).flatMap(({ policy }) => policy.Statement.map((statement) => ({ name: statement.Sid, statement })));
  return [...own, ...named(role.trust).Statement.map((statement) => ({ name: `trust:${statement.Sid}`, statement }))];
}

/** Whether a request asks for what a statement is about, whatever its conditions make of it. */
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

/** The document with a Sid for every statement, which SAM's own do not have. */
function named(document) {
  const statements = list(document.Statement).map((statement, index) => ({ Sid: `Statement${index + 1}`, ...statement }));
  return { ...document, Statement: statements };
}

function managedFaults(name, role) {
  return role.managed.filter((arn) => !MANAGED.includes(arn)).map((arn) => `${name} has the managed policy ${arn}, which no case evaluates`);
}

/** In documents of the older version, which is the default, a variable is a text like any other. */
function versionFaults(name, role) {
  const documents = [role.trust, ...role.policies.map((policy) => policy.PolicyDocument)];
  const older = documents.filter((document) => document.Version !== "2012-10-17" && JSON.stringify(document).includes("${"));
  return older.map(() => `${name} uses a variable in a policy whose Version is not 2012-10-17`);
}

function mismatch(name, request, meant, decision) {
  if (meant) return `${name} is refused ${describe(request)}, which it needs`;
  return `${name} may ${describe(request)}, by ${decision.by.join(" and ")}`;
}

/** Statements, actions and resources that no allowed request needs: nobody would notice what they allow. */
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

/** Whether a resource pattern can mean this ARN; a variable can mean anything. */
function within(pattern, arn) {
  const literal = pattern.replace(/\$\{[^}]*\}/g, "*").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\*/g, ".*").replace(/\?/g, ".")}$`).test(arn);
}

function list(value) {
  return Array.isArray(value) ? value : [value];
}
