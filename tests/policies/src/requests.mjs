// All requests that the policies are evaluated for: those that a role needs, and those that it must never be allowed.
//
// A request's `kind` is its column in the report; `target` names the resource, `keys` are the leading keys, `tag` is the
// tenant in the session's tag, `replaces` is true for a write that could replace what must stay, and `carries` says in words what else the request contains.

/** The tenant of the session. */
export const OWN = "tenant_0198f0c57d3a7c1e8f2b4a6d9e0c1b2a";
/** Another tenant. */
export const OTHER = "tenant_0198f0c6aaaa7bbb8ccc9ddd0eee1fff";
/** Ids that have the own id as a prefix, or are a prefix of it: a pattern with a trailing star takes them for the same. */
export const LONGER = `${OWN}b`;
export const SHORTER = OWN.slice(0, -1);

export const KINDS = ["own", "other", "sibling", "platform", "by digest", "mixed", "no key", "no tag", "elsewhere"];

const DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** What buckets and slots of the table of rates are for: every function needs some of them, and none the mails there. */
const BUCKETS = [
  ...["RATE_USER", "RATE_IP", "RATE_STRIPE_REFRESH", "AUDIT_REFUSED"],
  ...["MAIL_IP", "MAIL_MAILBOX", "INVITATION_TENANT", "WAITS", "WAITS_OF_USER"],
];

/** Leading keys of requests on a table, with the kind of request that they make. */
const KEYS = [
  ["own", [`TENANT#${OWN}`]],
  ["own", [`TENANT#${OWN}#BEGUN`]],
  ["other", [`TENANT#${OTHER}`]],
  ["other", [`TENANT#${OTHER}#BEGUN`]],
  ["sibling", [`TENANT#${OWN}#BEGUN2`]],
  ["sibling", [`TENANT#${LONGER}`]],
  ["sibling", [`TENANT#${SHORTER}`]],
  ["platform", ["PLATFORM"]],
  ["sibling", ["PLATFORMS"]],
  ["by digest", [`LINK#${DIGEST}`]],
  ["by digest", [`EMAIL#${DIGEST}`]],
  ["by digest", [`API_KEY#${DIGEST}`]],
  ...BUCKETS.map((bucket) => ["by digest", [`${bucket}#${DIGEST}`]]),
  ["by digest", [`MAIL#${DIGEST}`]],
  ["mixed", [`TENANT#${OWN}`, `TENANT#${OTHER}`]],
  ["mixed", [`TENANT#${OWN}`, `TENANT#${LONGER}`]],
  ["mixed", [`TENANT#${OWN}`, `API_KEY#${DIGEST}`]],
  ["mixed", [`TENANT#${OWN}`, `NEW_KIND#${DIGEST}`]],
  ["mixed", [`TENANT#${OWN}`, "PLATFORM"]],
  ["mixed", [`TENANT#${OWN}#BEGUN`, `TENANT#${OTHER}#BEGUN`]],
  ["mixed", [`TENANT#${OTHER}#BEGUN`, `TENANT#${OTHER}`]],
  ["mixed", [`LINK#${DIGEST}`, `EMAIL#${DIGEST}`]],
  ...BUCKETS.map((bucket) => ["mixed", [`MAIL#${DIGEST}`, `${bucket}#${DIGEST}`]]),
  ["no key", undefined],
];

const ITEM_ACTIONS = ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "ConditionCheckItem"];
const TABLE_ACTIONS = ["Scan", "DescribeTable", "UpdateTable", "DeleteTable", "CreateBackup", "ExportTableToPointInTime"];
const OBJECT_ACTIONS = ["GetObject", "GetObjectVersion", "PutObject", "PutObjectAcl", "DeleteObject", "DeleteObjectVersion", "AbortMultipartUpload", "ListMultipartUploadParts", "PutObjectRetention"];
const BUCKET_ACTIONS = ["ListBucket", "ListBucketVersions", "ListBucketMultipartUploads", "GetBucketPolicy", "PutBucketPolicy", "DeleteBucket"];
const QUEUE_ACTIONS = ["SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue", "GetQueueAttributes", "ChangeMessageVisibility", "SetQueueAttributes", "DeleteQueue"];
const SECRET_ACTIONS = ["GetSecretValue", "PutSecretValue", "DeleteSecret", "DescribeSecret"];

/**
 * Every request that a role's policies are evaluated for. With `isTagged` each request on tenants' data comes twice: with
 * the session tag of the own tenant, and without a tag.
 */
export function requests(deployment, isTagged) {
  const all = [
    ...tableRequests(deployment),
    ...objectRequests(deployment),
    ...queueRequests(deployment),
    ...secretRequests(deployment),
    ...providerRequests(deployment),
    ...functionRequests(deployment),
  ];
  const tagged = all.filter((request) => request.aboutTenants).map((request) => tag(request));
  return isTagged ? [...all.map((request) => ({ ...request, kind: untagged(request.kind) })), ...tagged] : all;
}

/** The logical names of the deployment's resources of one type. */
export function named(deployment, type) {
  return Object.keys(deployment.arns).filter((name) => deployment.kinds[name] === type);
}

function* tableRequests(deployment) {
  for (const name of named(deployment, "AWS::DynamoDB::Table")) {
    const table = deployment.arns[name];
    for (const action of ITEM_ACTIONS) {
      for (const [kind, keys] of KEYS) {
        yield request(kind, "dynamodb", action, table, name, { keys, aboutTenants: true });
      }
    }
    for (const action of TABLE_ACTIONS) {
      yield request("no key", "dynamodb", action, table, name, { aboutTenants: true });
    }
    yield* scanRequests(name, table);
    yield* readRequests(name, table);
    yield request("elsewhere", "dynamodb", "Query", `${table}/index/seals`, `${name}/index/seals`, { keys: ["3"] });
    for (const keys of [["3"], undefined]) {
      yield request("elsewhere", "dynamodb", "Query", `${table}/index/due`, `${name}/index/due`, { keys });
    }
    yield request("elsewhere", "dynamodb", "Query", `${table}/index/other`, `${name}/index/other`, { keys: ["3"] });
    yield request("elsewhere", "dynamodb", "Query", `${table}/index/usage_log`, `${name}/index/usage_log`, { keys: ["2026-11#3"] });
    yield request("elsewhere", "dynamodb", "Scan", `${table}/index/usage_log`, `${name}/index/usage_log`, {});
    yield request("elsewhere", "dynamodb", "Scan", `${table}/index/due`, `${name}/index/due`, {});
    yield request("elsewhere", "dynamodb", "Scan", `${table}/index/seals`, `${name}/index/seals`, {});
    const copy = { keys: [`TENANT#${OWN}`], aboutTenants: true };
    yield request("elsewhere", "dynamodb", "GetItem", `${table}-copy`, `${name}-copy`, copy);
  }
}

/** Attributes and `Select` of scans: the keys alone, more than the keys, no attributes, all attributes. */
const SCANS = [
  [["pk", "sk"], "SPECIFIC_ATTRIBUTES"],
  [["pk", "sk", "email"], "SPECIFIC_ATTRIBUTES"],
  [["pk", "sk", "pk_of"], "SPECIFIC_ATTRIBUTES"],
  [["pk", "sk", "sk_of"], "SPECIFIC_ATTRIBUTES"],
  [undefined, "SPECIFIC_ATTRIBUTES"],
  [["pk", "sk"], "ALL_ATTRIBUTES"],
  [["pk", "sk"], "SPECIAL"],
];

/** Attributes and `Select` of a read of one item: those of the plan, others, none (which reads the whole item), all. */
const READS = [
  [["plan", "plan_until"], "SPECIFIC_ATTRIBUTES"],
  [["pk", "sk", "plan"], "SPECIFIC_ATTRIBUTES"],
  [["plan", "name"], "SPECIFIC_ATTRIBUTES"],
  [["plan", "planet"], "SPECIFIC_ATTRIBUTES"],
  [["pk_of"], "SPECIFIC_ATTRIBUTES"],
  [["sk_of"], "SPECIFIC_ATTRIBUTES"],
  [undefined, "SPECIFIC_ATTRIBUTES"],
  [["plan", "plan_until"], "ALL_ATTRIBUTES"],
  [["plan", "plan_until"], "SPECIAL"],
];

function* readRequests(name, table) {
  const kinds = [["own", [`TENANT#${OWN}`]], ["other", [`TENANT#${OTHER}`]], ["sibling", [`TENANT#${LONGER}`]], ["no key", undefined]];
  for (const [kind, keys] of kinds) {
    for (const action of ["GetItem", "Query"]) {
      for (const [attributes, select] of READS) {
        const context = { "dynamodb:Select": select };
        if (attributes) context["dynamodb:Attributes"] = attributes;
        const carries = `${attributes?.join(" and ") ?? "nothing"} of ${select}`;
        yield request(kind, "dynamodb", action, table, name, { keys, context, carries, aboutTenants: true });
      }
    }
  }
}

function* scanRequests(name, table) {
  for (const action of ["Scan", "Query"]) {
    for (const [attributes, select] of SCANS) {
      const context = { "dynamodb:Select": select };
      if (attributes) context["dynamodb:Attributes"] = attributes;
      const carries = `${attributes?.join(" and ") ?? "nothing"} of ${select}`;
      yield request("elsewhere", "dynamodb", action, table, name, { context, carries, aboutTenants: true });
    }
  }
}

function* objectRequests(deployment) {
  const objects = [
    ["own", `tenants/${OWN}/jobs/0198/plan.json`],
    ["own", `tenants/${OWN}/images/9f86.png`],
    ["own", `tenants/${OWN}/audio/9f86.wav`],
    ["own", `tenants/${OWN}/videos/9f86.mp4`],
    ["own", `tenants/${OWN}/uploads/0198`],
    ["own", `tenants/${OWN}/exports/0198.zip`],
    ["other", `tenants/${OTHER}/exports/0198.zip`],
    ["own", `tombstones/${OWN}.json`],
    ["other", `tombstones/${OTHER}.json`],
    ["other", `backups/2026-11-22/${OTHER}/plans.json`],
    ["sibling", `backups/2026-11-22/${LONGER}/plans.json`],
    ["other", `tenants/${OTHER}/audio/9f86.wav`],
    ["other", `tenants/${OTHER}/videos/9f86.mp4`],
    ["sibling", `tenants/${LONGER}/audio/9f86.wav`],
    ["sibling", `tenants/${LONGER}/videos/9f86.mp4`],
    ["other", `tenants/${OTHER}/jobs/0198/plan.json`],
    ["other", `tenants/${OTHER}/images/9f86.png`],
    ["sibling", `tenants/${LONGER}/images/9f86.png`],
    ["sibling", `tenants/${SHORTER}/images/9f86.png`],
    ["platform", "usage/usage-202611.jsonl"],
    ["platform", "platform/fonts/9f86.ttf"],
    ["elsewhere", "platform/plans.json"],
    ["elsewhere", `tenants/${OWN}`],
    ["elsewhere", "tenants//images/9f86.png"],
    ["own", `backups/2026-11-22/${OWN}/identity.jsonl`],
    ["other", `backups/2026-11-22/${OTHER}/identity.jsonl`],
    ["sibling", `backups/2026-11-22/${LONGER}/identity.jsonl`],
    ["platform", "backups/2026-11-22/platform/billing.jsonl"],
    ["elsewhere", `tombstones/${OWN}.json`],
    ["platform", "audit-heads/20261123T030000000Z.json"],
  ];
  for (const name of named(deployment, "AWS::S3::Bucket")) {
    const bucket = deployment.arns[name];
    for (const action of OBJECT_ACTIONS) {
      for (const [kind, key] of objects) {
        yield request(kind, "s3", action, `${bucket}/${key}`, `${name}/${key}`, { aboutTenants: true });
      }
      const key = objects[0][1];
      const open = { encrypted: false, aboutTenants: true };
      yield request("elsewhere", "s3", action, `${bucket}/${key}`, `${name}/${key}`, open);
      yield request("elsewhere", "s3", action, `${bucket}-copy/${key}`, `${name}-copy/${key}`, { aboutTenants: true });
    }
    yield* vaultWrites(name, bucket);
    for (const action of BUCKET_ACTIONS) {
      yield request("no key", "s3", action, bucket, name, { aboutTenants: true });
      yield request("elsewhere", "s3", action, bucket, name, { encrypted: false, aboutTenants: true });
      yield request("elsewhere", "s3", action, `${bucket}-copy`, `${name}-copy`, { aboutTenants: true });
    }
    yield* listRequests(name, bucket);
  }
}

/** Whole writes, with and without the demand that there is no such object yet. Only the vault tells them apart. */
function* vaultWrites(name, bucket) {
  for (const [kind, key] of [
    ["own", `backups/2026-11-22/${OWN}/identity.jsonl`],
    ["own", `backups/2026-11-22/${OWN}/progress.json`],
    ["platform", "backups/2026-11-22/platform/billing.jsonl"],
    ["platform", "backups/2026-11-22/platform/progress.json"],
    ["own", `tombstones/${OWN}.json`],
    ["platform", "audit-heads/20261123T030000000Z.json"],
  ]) {
    const isWrittenOnce = name === "VaultBucket" && key.startsWith("backups/") && !key.endsWith("/progress.json");
    for (const isNew of [true, false]) {
      const context = { "s3:ObjectCreationOperation": "true", ...(isNew ? { "s3:if-none-match": "*" } : {}) };
      const carries = isNew ? "if there is none" : "whatever is there";
      const extra = { context, carries, replaces: isWrittenOnce && !isNew, aboutTenants: true };
      yield request(kind, "s3", "PutObject", `${bucket}/${key}`, `${name}/${key}`, extra);
    }
  }
}

/** Prefixes and delimiters of lists, with the kind of request that they make. */
const LISTS = [
  ["own", `tenants/${OWN}/`],
  ["own", `tenants/${OWN}/jobs/`],
  ["elsewhere", `tenants/${OWN}/jobs/0198/`],
  ["other", `tenants/${OTHER}/`],
  ["sibling", `tenants/${LONGER}/`],
  ["sibling", `tenants/${SHORTER}`],
  ["elsewhere", `tenants/${OWN}/images/`],
  ["platform", "tenants/", "/"],
  ["elsewhere", "tenants/"],
  ["elsewhere", "tenants/", "/tenant_"],
  ["elsewhere", "tenants/tenant_", "/"],
  ["elsewhere", "usage/", "/"],
  ["own", `tenants/${OWN}/uploads/0198`],
  ["other", `tenants/${OTHER}/uploads/0198`],
  ["own", `tenants/${OWN}/exports/0198/`],
  ["other", `tenants/${OTHER}/exports/0198/`],
  ["own", `backups/2026-11-22/${OWN}/`],
  ["other", `backups/2026-11-22/${OTHER}/`],
  ["sibling", `backups/2026-11-22/${LONGER}/`],
  ["platform", "backups/", "/"],
  ["elsewhere", "backups/"],
  ["elsewhere", "backups/", "/tenant_"],
  ["elsewhere", "backups/2026-11-22/", "/"],
  ["elsewhere", `backups/2026-11-22/${OWN}/identity`],
];

function* listRequests(name, bucket) {
  for (const [kind, prefix, delimiter] of LISTS) {
    const context = { "s3:prefix": prefix };
    if (delimiter) context["s3:delimiter"] = delimiter;
    const carries = `below ${shortened(prefix)}${delimiter ? ` up to ${delimiter}` : ""}`;
    const asked = { context, carries, aboutTenants: true };
    yield request(kind, "s3", "ListBucket", bucket, name, asked);
    yield request("elsewhere", "s3", "ListBucketVersions", bucket, name, asked);
    yield request("elsewhere", "s3", "ListBucket", `${bucket}-copy`, `${name}-copy`, asked);
  }
}

function* queueRequests(deployment) {
  for (const name of named(deployment, "AWS::SQS::Queue")) {
    for (const action of QUEUE_ACTIONS) {
      yield request("elsewhere", "sqs", action, deployment.arns[name], name, {});
    }
  }
}

function* secretRequests(deployment) {
  const { secret, stripe } = deployment.parameters;
  const others = [`${secret}-old`, `${stripe}/webhook`];
  for (const name of [secret, stripe, ...others]) {
    const arn = `arn:aws:secretsmanager:us-east-1:${deployment.account}:secret:${name}-AbCd12`;
    for (const action of SECRET_ACTIONS) {
      yield request("elsewhere", "secretsmanager", action, arn, `secret ${name}`, {});
    }
  }
}

function* providerRequests(deployment) {
  const { MailFrom, MailIdentity, model, modelRegion } = deployment.parameters;
  for (const identity of [MailIdentity, "example.org"]) {
    const arn = `arn:aws:ses:us-east-1:${deployment.account}:identity/${identity}`;
    const [name] = MailFrom.split("@");
    for (const from of [MailFrom, `ceo@${MailIdentity}`, `${name}-billing@${MailIdentity}`]) {
      const sender = { context: { "ses:FromAddress": from }, carries: `from ${from}` };
      for (const action of ["SendEmail", "SendRawEmail"]) {
        yield request("elsewhere", "ses", action, arn, `identity ${identity}`, sender);
      }
    }
  }
  yield request("elsewhere", "polly", "SynthesizeSpeech", "*", "speech", {});
  yield request("elsewhere", "polly", "StartSpeechSynthesisTask", "*", "speech", {});
  for (const [region, name] of [[modelRegion, model], [modelRegion, "anthropic.other-v1:0"], ["eu-west-1", model]]) {
    const arn = `arn:aws:bedrock:${region}::foundation-model/${name}`;
    for (const action of ["InvokeModel", "InvokeModelWithResponseStream"]) {
      yield request("elsewhere", "bedrock", action, arn, `model ${name} in ${region}`, {});
    }
  }
}

function* functionRequests(deployment) {
  for (const name of named(deployment, "AWS::Lambda::Function")) {
    for (const action of ["InvokeFunction", "UpdateFunctionCode"]) {
      yield request("elsewhere", "lambda", action, deployment.arns[name], name, {});
    }
  }
  for (const name of named(deployment, "AWS::IAM::Role")) {
    yield request("elsewhere", "iam", "PassRole", deployment.arns[name], name, {});
    for (const action of ["AssumeRole", "TagSession", "SetSourceIdentity"]) {
      yield request("elsewhere", "sts", action, deployment.arns[name], name, {});
    }
  }
}

function request(kind, service, action, resource, target, { keys, encrypted = true, context = {}, carries, replaces = false, aboutTenants = false }) {
  const carried = [carries, keys && `keys ${keys.map(short).join(" and ")}`, !encrypted && "over http"];
  const full = { ...context };
  if (keys) full["dynamodb:LeadingKeys"] = keys;
  if (service === "s3") full["aws:SecureTransport"] = String(encrypted);
  return {
    kind,
    service,
    action: `${service}:${action}`,
    resource,
    target,
    keys,
    encrypted,
    aboutTenants,
    replaces,
    carries: carried.filter(Boolean).join(", "),
    context: full,
  };
}

function tag(request) {
  const context = { ...request.context, "aws:PrincipalTag/tenant_id": OWN };
  return { ...request, tag: OWN, context, carries: [request.carries, "tag own"].filter(Boolean).join(", ") };
}

/** The kind of a request in a session without a tag, where nothing is the tenant's own. */
function untagged(kind) {
  return kind === "own" ? "no tag" : kind;
}

const NAMES = { [OWN]: "own", [OTHER]: "other", [LONGER]: "own+", [SHORTER]: "own-", [DIGEST]: "…" };

function shortened(path) {
  return path.split("/").map((part) => NAMES[part] ?? part).join("/");
}

function short(key) {
  const [family, id] = key.split("#");
  return id ? `${family}#${NAMES[id] ?? id}` : key;
}
