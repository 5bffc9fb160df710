// Prints which role is allowed what, then the findings: about the policies, and (by mutation) about the suite itself.

import { readFileSync } from "node:fs";

import { documentMutants, roleMutants } from "./mutants.mjs";
import { KINDS } from "./requests.mjs";
import { concerns, statementsOf, Suite } from "./suite.mjs";

const deployment = JSON.parse(readFileSync(process.argv[2], "utf8"));
const suite = new Suite(deployment);

const outcomesByRole = await suite.outcomesByRole();
report();
const faults = await suite.faults(outcomesByRole);
if (faults.length === 0) {
  const { killed, survivors } = await mutate();
  console.log(`\n${suite.requests.length} requests for each of ${Object.keys(deployment.roles).length} roles; ${killed} worse policies noticed`);
  faults.push(...survivors.map((change) => `no case notices ${change}`));
}
for (const fault of faults) console.error(`policies: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;

/** A table with one line for each statement: how many of the requests for its actions and resources are allowed. */
function report() {
  const lines = [["role", "statement", ...KINDS]];
  for (const [name, outcomes] of outcomesByRole) {
    for (const { name: sid, statement } of statementsOf(deployment.roles[name])) {
      const cells = KINDS.map((kind) => {
        const asked = outcomes.filter(({ request }) => request.kind === kind && concerns(statement, request) && sid.startsWith("trust:") === "who" in request);
        const allowed = asked.filter(({ decision }) => decision.allowed).length;
        if (asked.length === 0) return "";
        return allowed === asked.length ? "allowed" : allowed === 0 ? "refused" : `${allowed} of ${asked.length}`;
      });
      lines.push([name, sid, ...cells]);
    }
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) console.log(line.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

/** Runs the suite against every mutant, until the first case that notices it. */
async function mutate() {
  const survivors = [];
  let killed = 0;
  for (const [name, role] of Object.entries(deployment.roles)) {
    for (const mutant of roleMutants(role)) {
      if (await isNoticed(name, mutant)) killed += 1;
      else survivors.push(`${name}/${mutant.change}`);
    }
  }
  for (const [bucket, policy] of Object.entries(deployment.bucketPolicies)) {
    for (const { change, document } of documentMutants(policy)) {
      const { done } = await suite.bucketFaults({ [bucket]: document }).next();
      if (done) survivors.push(`${bucket}'s policy/${change}`);
      else killed += 1;
    }
  }
  return { killed, survivors };
}

/** Whether a case notices a mutant. Only requests that the changed statement concerns can have another outcome. */
async function isNoticed(name, { role, statement }) {
  const only = (request) => concerns(statement, request);
  for await (const { meant, decision } of suite.outcomes(name, role, only)) {
    if (decision.allowed !== meant) return true;
  }
  return false;
}
