// The decision of IAM about one request, by a third-party evaluator.

import { createRequire } from "node:module";
import { join } from "node:path";

// The packages are installed outside of the sources, where an `import` would not find them.
const installed = createRequire(join(process.env.NODE_PACKAGES, "package.json"));
const { runSimulation } = installed("@cloud-copilot/iam-simulate");

/**
 * Whether a request is allowed, and by which statements of the role's own policies.
 *
 * @param {object} request `principal`, `action`, `resource`, `context`
 * @param {{name: string, policy: object}[]} policies the identity policies of the principal
 * @param {object} [resourcePolicy] the policy of the resource: a bucket policy, a role's trust policy
 * @param {string} account the id of the account that owns the resource
 */
export async function decide(request, policies, resourcePolicy, account) {
  const answer = await runSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: account },
        contextVariables: request.context,
      },
      identityPolicies: policies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  if (answer.resultType === "error") {
    throw new Error(`${describe(request)} cannot be evaluated: ${JSON.stringify(answer.errors)}`);
  }
  // Actions without resource-level permissions have one result for each resource pattern.
  const results = answer.resultType === "single" ? [answer.result] : answer.results;
  const ignored = results.flatMap((result) => result.ignoredContextKeys ?? []);
  if (ignored.length > 0) {
    throw new Error(`${describe(request)}: AWS knows no ${ignored.join(", ")} there, so the case proves nothing`);
  }
  const allowing = results.flatMap(({ analysis }) => [
    ...(analysis.identityAnalysis?.allowStatements ?? []),
    ...(analysis.resourceAnalysis?.allowStatements ?? []),
  ]);
  return { allowed: answer.overallResult === "Allowed", by: allowing.map((statement) => statement.explain.identifier) };
}

/** A request in a few words. */
export function describe(request) {
  const carries = request.carries ? ` (${request.carries})` : "";
  return `${request.action} ${request.target}${carries}`;
}
