// AWS's decision about one request, by an evaluator that is not ours.

import { createRequire } from "node:module";
import { join } from "node:path";

// The packages lie outside of the sources, where an `import` would not look for them.
const installed = createRequire(join(process.env.NODE_PACKAGES, "package.json"));
const { runSimulation } = installed("@cloud-copilot/iam-simulate");

/**
 * Whether a request is allowed, and by which statements of the role's own policies.
 *
 * @param {object} request `principal`, `action`, `resource`, `context`
 * @param {{name: string, policy: object}[]} policies of the principal
 * @param {object} [resourcePolicy] of the resource: a bucket's policy, a role's trust
 * @param {string} account whose resource it is
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
  // Actions that know no resource have a result for each pattern that could be meant.
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
