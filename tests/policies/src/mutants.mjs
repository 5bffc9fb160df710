// Mutants: policies with one change that allows more. The suite must notice each of them: a condition that can be removed
// without a failing case is not tested.

const VARIABLE = /\$\{aws:PrincipalTag\/[^}]*\}/;

/** A role's mutants: the `change` in words, the changed `role`, and the changed `statement`. */
export function* roleMutants(role) {
  for (const [index, policy] of role.policies.entries()) {
    for (const { document, ...mutant } of documentMutants(policy.PolicyDocument)) {
      const policies = role.policies.with(index, { ...policy, PolicyDocument: document });
      yield { ...mutant, role: { ...role, policies } };
    }
  }
  for (const { change, document, statement } of documentMutants(role.trust)) {
    yield { change: `trust: ${change}`, statement, role: { ...role, trust: document } };
  }
}

/** The mutants of a policy document: the `change` in words, the changed `statement` and the changed `document`. */
export function* documentMutants(document) {
  const statements = [document.Statement].flat();
  for (const [index, statement] of statements.entries()) {
    const name = statement.Sid ?? `Statement${index + 1}`;
    for (const { change, changed } of statementMutants(statement)) {
      yield { change: `${name}: ${change}`, statement: changed, document: { ...document, Statement: statements.with(index, changed) } };
    }
  }
}

function* statementMutants(statement) {
  yield* conditionMutants(statement);
  yield* resourceMutants(statement);
  if (statement.Effect === "Allow" && statement.Resource) {
    const service = [statement.Action].flat()[0].split(":")[0];
    yield { change: `every action of ${service}`, changed: { ...statement, Action: `${service}:*` } };
  }
  if (statement.Effect === "Allow" && statement.Principal) {
    yield { change: "anybody of any account", changed: { ...statement, Principal: { AWS: "*" } } };
  }
}

function* conditionMutants(statement) {
  const { Condition: condition, ...unconditional } = statement;
  if (!condition) return;
  const without = (operator) => Object.fromEntries(Object.entries(condition).filter(([name]) => name !== operator));
  const replaced = (operator, values, by = operator) => ({ ...statement, Condition: { ...without(operator), [by]: values } });
  yield { change: "no condition", changed: unconditional };
  for (const [operator, tests] of Object.entries(condition)) {
    if (Object.keys(condition).length > 1) {
      yield { change: `without ${operator}`, changed: { ...statement, Condition: without(operator) } };
    }
    if (operator.startsWith("ForAllValues:")) {
      yield { change: `${operator} for any value`, changed: replaced(operator, tests, operator.replace("ForAllValues", "ForAnyValue")) };
    }
    for (const [key, values] of Object.entries(tests)) {
      const { [key]: _, ...others } = tests;
      if (Object.keys(others).length > 0) yield { change: `${operator} without ${key}`, changed: replaced(operator, others) };
      for (const [index, value] of [values].flat().entries()) {
        const widened = widen(value);
        if (widened === value) continue;
        const alike = operator.replace("StringEquals", "StringLike");
        const worse = { ...tests, [key]: [values].flat().with(index, widened) };
        yield { change: `${key} ${alike} ${widened}`, changed: replaced(operator, worse, alike) };
      }
    }
  }
}

/** A pattern that matches more: a tenant's key becomes a prefix, the prefix of a family becomes any key. */
function widen(value) {
  if (value === "true" || value === "false") return value;
  // A pattern that ends with a star cannot be widened at its end.
  if (VARIABLE.test(value)) return value.endsWith("*") ? value.replace(VARIABLE, "*") : `${value}*`;
  return value.includes("*") || value.includes("#") ? "*" : `${value.slice(0, 3)}*`;
}

function* resourceMutants(statement) {
  if (!statement.Resource) return;
  const resources = [statement.Resource].flat();
  if (statement.Effect === "Deny") {
    // A Deny gets weaker with every resource that is removed.
    for (const [index, resource] of resources.entries()) {
      yield { change: `not on ${resource}`, changed: { ...statement, Resource: resources.toSpliced(index, 1) } };
    }
    return;
  }
  for (const [index, resource] of resources.entries()) {
    for (const worse of [
      "*",
      resource.replace(/(\$\{aws:PrincipalTag\/[^}]*\})\/\*$/, "$1*"),
      resource.replace(VARIABLE, "*"),
      resource.replace(/-\?+$/, "*"),
    ]) {
      if (worse !== resource) yield { change: `on ${worse}`, changed: { ...statement, Resource: resources.with(index, worse) } };
    }
  }
}
