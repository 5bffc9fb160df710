// What each role is meant to be allowed. Every other request must be refused: the suite fails for a statement in
// template.yaml that has no line here, and for a line here that no statement allows.

import { OWN } from "./requests.mjs";

/** DynamoDB requests with these actions on these tables whose leading keys all satisfy `fits`. */
const items = (tables, actions, fits) => (request) =>
  tables.includes(request.target) &&
  actions.some((action) => request.action === `dynamodb:${action}`) &&
  request.keys !== undefined &&
  request.keys.every((key) => fits(key, request.tag));

/** Requests with one of these actions on one of these targets. */
const exactly = (actions, targets) => (request) =>
  actions.includes(request.action) && targets.includes(request.target);

const own = (key, tag) => tag !== undefined && key === `TENANT#${tag}`;
const pending = (key, tag) => tag !== undefined && key === `TENANT#${tag}#BEGUN`;
const among = (...families) => (key) => families.includes(key.split("#")[0]);
const platform = (key) => key === "PLATFORM";
const inSession = (test) => (key, tag) => tag !== undefined && test(key, tag);
const either = (...tests) => (key, tag) => tests.some((test) => test(key, tag));

/** Lists of the media bucket with these values of the condition keys. */
const lists = (asked) => (request) =>
  request.encrypted &&
  exactly(["s3:ListBucket"], ["MediaBucket"])(request) &&
  Object.entries(asked).every(([key, value]) => request.context[key] === value);

/** Lists of a bucket's versions, in a session with the own tenant's tag, whose prefix and delimiter satisfy `fits`. */
const listsVersions = (bucket, fits) => (request) =>
  request.encrypted &&
  request.tag === OWN &&
  exactly(["s3:ListBucketVersions"], [bucket])(request) &&
  fits(request.context["s3:prefix"] ?? "", request.context["s3:delimiter"]);

/** Object requests over TLS, in a session with the own tenant's tag, on targets with this prefix. */
const objects = (actions, prefix) => (request) =>
  request.encrypted &&
  request.tag === OWN &&
  actions.some((action) => request.action === `s3:${action}`) &&
  request.target.startsWith(prefix);

const ownBackups = new RegExp(`^backups/.*/${OWN}/$`);
const ownEntries = (key, tag) => tag !== undefined && [`TENANT#${tag}`, `TENANT#${tag}#BEGUN`].includes(key);
const EXPORTS = `tenants/${OWN}/exports/`;
const UPLOADS = `tenants/${OWN}/uploads/`;

const READ = ["GetItem", "BatchGetItem", "Query"];
const WRITE = ["PutItem", "UpdateItem", "DeleteItem"];

// The audit log is append-only: its entries are neither updated nor deleted.
const ownChain = items(["AuditTable"], ["GetItem", "PutItem"], own);
const ownPending = items(["AuditTable"], ["GetItem", "PutItem", "UpdateItem", "DeleteItem"], pending);

// Buckets and slots of the table that also keeps mails until they are sent.
const spend = (...families) => items(["RatesTable"], ["UpdateItem"], among(...families));
const spendRates = spend("RATE_USER", "RATE_IP", "AUDIT_REFUSED");
const sendMail = exactly(["sqs:SendMessage"], ["MailQueue"]);
const keepMail = items(["RatesTable"], ["PutItem"], among("MAIL"));
const assume = (role) => exactly(["sts:AssumeRole", "sts:TagSession"], [role]);
const sendSteps = exactly(["sqs:SendMessage"], ["RenderStepsQueue"]);

/**
 * The expectations by the role's logical name: `assumedBy`, the services and roles that may assume it, and `may`, one
 * predicate for each kind of request that it is allowed.
 *
 * @param {object} parameters the values that ARNs contain, from `plain_template.py`
 */
export function expectedAccess({ secret, stripe, model, modelRegion, MailIdentity, MailFrom }) {
  const signingKeys = exactly(["secretsmanager:GetSecretValue"], [`secret ${secret}`]);
  const stripeSecret = exactly(["secretsmanager:GetSecretValue"], [`secret ${stripe}`]);
  // The tenants of Stripe customers, the processed events, and the revenue.
  const customers = items(["BillingTable"], ["GetItem", "PutItem", "Query"], platform);
  const lambda = ["lambda.amazonaws.com"];
  return {
    // Across tenants: authentication comes before a tenant is known.
    AuthorizerFunctionRole: {
      assumedBy: lambda,
      may: [
        items(["IdentityTable"], ["GetItem", "BatchGetItem"], among("TENANT", "API_KEY")),
        items(["IdentityTable"], ["UpdateItem"], among("TENANT")),
        items(["RevocationsTable"], ["GetItem"], among("API_KEY")),
        signingKeys,
      ],
    },
    AuthFunctionRole: {
      assumedBy: lambda,
      may: [
        items(["IdentityTable"], [...READ, ...WRITE, "ConditionCheckItem"], among("LINK", "EMAIL", "API_KEY", "TENANT")),
        items(["AuditTable"], ["GetItem", "PutItem", "DeleteItem"], among("TENANT")),
        items(["RevocationsTable"], ["PutItem", "DeleteItem"], among("TENANT")),
        items(["RevocationsTable"], ["PutItem"], among("API_KEY")),
        // The counters of refused calls.
        items(["AuditTable"], ["UpdateItem"], (key) => key.startsWith("TENANT#") && key.endsWith("#BEGUN")),
        sendMail,
        keepMail,
        signingKeys,
        spendRates,
        spend("MAIL_IP", "MAIL_IP_ADDRESS", "MAIL_BROWSER_ADDRESS", "MAIL_FIRST", "MAIL_MAILBOX"),
      ],
    },

    // For one tenant at a time.
    TenantStudioRole: {
      assumedBy: ["ProjectsFunctionRole", "RenderStepFunctionRole", "SweeperFunctionRole"],
      may: [
        items(["StudioTable", "MeteringTable"], [...READ, ...WRITE], own),
        // Of the account the plan alone.
        (request) =>
          items(["IdentityTable"], ["GetItem"], own)(request) &&
          request.context["dynamodb:Attributes"]?.every((name) => ["pk", "sk", "plan", "plan_until"].includes(name)) &&
          request.context["dynamodb:Select"] === "SPECIFIC_ATTRIBUTES",
        (request) =>
          ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].includes(request.action) &&
          request.encrypted &&
          request.tag === OWN &&
          request.target.startsWith(`MediaBucket/tenants/${OWN}/`),
        listsVersions("MediaBucket", (prefix) => prefix.startsWith(UPLOADS)),
        objects(["DeleteObjectVersion"], `MediaBucket/${UPLOADS}`),
        ownChain,
        ownPending,
      ],
    },
    TenantProgressRole: {
      assumedBy: ["JobProgressFunctionRole"],
      may: [items(["StudioTable"], ["GetItem"], own)],
    },
    TenantReadingRole: {
      assumedBy: ["ReadingFunctionRole"],
      may: [items(["StudioTable"], ["GetItem", "PutItem"], own), ownChain, ownPending],
    },
    TenantAccountRole: {
      assumedBy: ["AccountFunctionRole"],
      may: [
        ownChain,
        ownPending,
        items(["AuditTable"], ["Query"], own),
        items(["MeteringTable"], ["BatchGetItem", "Query"], own),
        items(
          ["IdentityTable"],
          [...READ, ...WRITE, "ConditionCheckItem"],
          inSession(either(own, among("EMAIL", "API_KEY"))),
        ),
        items(["RevocationsTable"], ["GetItem", "PutItem", "DeleteItem"], own),
        // The digests of ended keys.
        items(["RevocationsTable"], ["PutItem"], inSession(among("API_KEY"))),
        objects(["GetObject"], `MediaBucket/${EXPORTS}`),
      ],
    },
    TenantExportRole: {
      assumedBy: ["TenantExportFunctionRole"],
      may: [
        items(["IdentityTable", "MeteringTable", "StudioTable", "BillingTable", "RevocationsTable"], ["Query"], own),
        items(["AuditTable"], ["Query"], ownEntries),
        items(["IdentityTable"], ["GetItem", ...WRITE], own),
        listsVersions("MediaBucket", (prefix) => prefix === `tenants/${OWN}/` || prefix.startsWith(EXPORTS)),
        objects(["GetObjectVersion"], `MediaBucket/tenants/${OWN}/`),
        objects(["PutObject", "ListMultipartUploadParts", "DeleteObjectVersion"], `MediaBucket/${EXPORTS}`),
      ],
    },
    TenantPurgeRole: {
      assumedBy: ["TenantPurgeFunctionRole"],
      may: [
        items(
          ["IdentityTable"],
          ["GetItem", "Query", ...WRITE, "BatchWriteItem"],
          inSession(either(own, among("EMAIL", "LINK", "API_KEY"))),
        ),
        items(["StudioTable", "MeteringTable"], ["GetItem", "Query", "UpdateItem", "DeleteItem", "BatchWriteItem"], own),
        items(["BillingTable"], ["GetItem", "Query", "BatchWriteItem"], own),
        items(["RevocationsTable"], ["Query", "BatchWriteItem"], own),
        items(["AuditTable"], ["Query", "BatchWriteItem"], ownEntries),
        listsVersions("MediaBucket", (prefix) => prefix === `tenants/${OWN}/`),
        // S3 lists the unfinished uploads of the whole bucket: other tenants' keys are visible, and nothing else of them.
        (request) =>
          request.encrypted &&
          request.tag === OWN &&
          exactly(["s3:ListBucketMultipartUploads"], ["MediaBucket"])(request),
        objects(["DeleteObjectVersion", "AbortMultipartUpload"], `MediaBucket/tenants/${OWN}/`),
        listsVersions("VaultBucket", (prefix, delimiter) => prefix === "backups/" && delimiter === "/"),
        listsVersions("VaultBucket", (prefix) => ownBackups.test(prefix)),
        (request) =>
          objects(["DeleteObjectVersion"], "VaultBucket/backups/")(request) && request.target.includes(`/${OWN}/`),
        objects(["GetObject", "PutObject", "PutObjectRetention"], `VaultBucket/tombstones/${OWN}.json`),
      ],
    },

    TenantUsageRole: {
      assumedBy: ["UsageFunctionRole"],
      may: [
        items(["MeteringTable"], ["GetItem", "Query", "UpdateItem"], own),
        items(["StudioTable"], ["BatchGetItem", "Query", "PutItem"], own),
        // Generated artefacts only: neither uploads nor the documents of jobs.
        (request) =>
          request.action === "s3:DeleteObject" &&
          request.encrypted &&
          request.tag === OWN &&
          ["images", "audio", "videos"].some((folder) => request.target.startsWith(`MediaBucket/tenants/${OWN}/${folder}/`)),
        (request) => request.tag === OWN && lists({ "s3:prefix": `tenants/${OWN}/` })(request),
        // Expired exports.
        listsVersions("MediaBucket", (prefix) => prefix.startsWith(EXPORTS)),
        objects(["DeleteObjectVersion"], `MediaBucket/${EXPORTS}`),
        // Uploads are counted with all versions.
        listsVersions("MediaBucket", (prefix) => prefix.startsWith(UPLOADS)),
      ],
    },

    TenantBackupRole: {
      assumedBy: ["BackupFunctionRole"],
      may: [
        items(["IdentityTable", "MeteringTable", "StudioTable", "BillingTable"], ["Query"], own),
        items(["AuditTable"], ["Query"], either(own, pending)),
        items(["IdentityTable"], ["BatchGetItem"], inSession(among("EMAIL", "API_KEY"))),
        // The documents of jobs are read; of other objects only the versions are listed.
        (request) =>
          request.action === "s3:GetObjectVersion" &&
          request.encrypted &&
          request.tag === OWN &&
          request.target.startsWith(`MediaBucket/tenants/${OWN}/jobs/`),
        (request) =>
          exactly(["s3:ListBucketVersions"], ["MediaBucket"])(request) &&
          request.encrypted &&
          request.tag === OWN &&
          [`tenants/${OWN}/`, `tenants/${OWN}/jobs/`].includes(request.context["s3:prefix"]),
        (request) =>
          ["s3:GetObject", "s3:PutObject"].includes(request.action) &&
          request.encrypted &&
          !request.replaces &&
          request.tag === OWN &&
          request.target.startsWith(`VaultBucket/backups/2026-11-22/${OWN}/`),
      ],
    },

    TenantBillingRole: {
      assumedBy: ["BillingFunctionRole", "StripeSyncFunctionRole", "ReconcileFunctionRole"],
      may: [
        items(["BillingTable"], ["GetItem", "PutItem", "UpdateItem"], own),
        items(["IdentityTable"], ["GetItem", "UpdateItem"], own),
        items(["MeteringTable"], ["GetItem"], own),
        ownChain,
        ownPending,
      ],
    },
    TenantAuditRole: { assumedBy: ["SealAuditFunctionRole"], may: [ownChain, ownPending] },

    // Functions without a tenant: they see no tenant's data, except keys (sweeper) and used amounts (usage).
    SweeperFunctionRole: {
      assumedBy: lambda,
      may: [exactly(["dynamodb:Query"], ["StudioTable/index/due"]), sendSteps, assume("TenantStudioRole")],
    },
    UsageFunctionRole: {
      assumedBy: lambda,
      may: [
        exactly(["dynamodb:Query"], ["MeteringTable/index/usage_log"]),
        (request) =>
          request.encrypted && exactly(["s3:PutObject"], ["MediaBucket/usage/usage-202611.jsonl"])(request),
        lists({ "s3:prefix": "tenants/", "s3:delimiter": "/" }),
        items(["MeteringTable"], ["GetItem", "PutItem"], platform),
        assume("TenantUsageRole"),
      ],
    },
    BackupFunctionRole: {
      assumedBy: lambda,
      may: [
        // The list of tenants.
        (request) =>
          exactly(["dynamodb:Scan"], ["IdentityTable"])(request) &&
          request.context["dynamodb:Attributes"]?.join() === "pk,sk" &&
          request.context["dynamodb:Select"] === "SPECIFIC_ATTRIBUTES",
        items(["IdentityTable", "MeteringTable", "StudioTable", "BillingTable", "AuditTable"], ["Query"], platform),
        (request) =>
          ["s3:GetObject", "s3:PutObject"].includes(request.action) &&
          request.encrypted &&
          !request.replaces &&
          request.target.startsWith("VaultBucket/backups/2026-11-22/platform/"),
        exactly(["lambda:InvokeFunction"], ["BackupFunction"]),
        assume("TenantBackupRole"),
      ],
    },
    SealAuditFunctionRole: {
      assumedBy: lambda,
      may: [
        exactly(["dynamodb:Query"], ["AuditTable/index/seals"]),
        items(["AuditTable"], ["GetItem", "PutItem"], platform),
        (request) =>
          request.encrypted &&
          ["s3:PutObject", "s3:PutObjectRetention"].includes(request.action) &&
          request.target.startsWith("VaultBucket/audit-heads/"),
        assume("TenantAuditRole"),
      ],
    },
    AccountFunctionRole: {
      assumedBy: lambda,
      may: [
        sendMail,
        keepMail,
        spendRates,
        spend("INVITATION_TENANT", "INVITATION_TENANT_ADDRESS", "INVITATION_ADDRESS"),
        assume("TenantAccountRole"),
        items(["MeteringTable"], ["Query"], platform),
        exactly(["sqs:SendMessage"], ["ExportQueue", "ErasureQueue"]),
      ],
    },
    TenantExportFunctionRole: {
      assumedBy: lambda,
      may: [
        sendMail,
        keepMail,
        exactly(["sqs:SendMessage", "sqs:ChangeMessageVisibility"], ["ExportQueue"]),
        assume("TenantExportRole"),
      ],
    },
    TenantPurgeFunctionRole: {
      assumedBy: lambda,
      may: [
        sendMail,
        keepMail,
        stripeSecret,
        exactly(["sqs:SendMessage", "sqs:ChangeMessageVisibility"], ["ErasureQueue"]),
        items(["BillingTable"], ["Query", "BatchWriteItem"], platform),
        assume("TenantPurgeRole"),
      ],
    },
    BillingFunctionRole: {
      assumedBy: lambda,
      may: [
        spendRates,
        spend("RATE_STRIPE_REFRESH"),
        stripeSecret,
        customers,
        items(["MeteringTable"], ["GetItem"], platform),
        assume("TenantBillingRole"),
      ],
    },
    StripeWebhookFunctionRole: {
      assumedBy: lambda,
      may: [stripeSecret, exactly(["sqs:SendMessage"], ["StripeSyncQueue"])],
    },
    StripeSyncFunctionRole: {
      assumedBy: lambda,
      may: [
        stripeSecret,
        customers,
        exactly(["sqs:ChangeMessageVisibility"], ["StripeSyncQueue"]),
        assume("TenantBillingRole"),
      ],
    },
    ReconcileFunctionRole: { assumedBy: lambda, may: [stripeSecret, customers, assume("TenantBillingRole")] },
    ProjectsFunctionRole: {
      assumedBy: lambda,
      may: [sendSteps, spendRates, assume("TenantStudioRole"), items(["MeteringTable"], ["GetItem", "Query"], platform)],
    },
    JobProgressFunctionRole: {
      assumedBy: lambda,
      may: [spendRates, spend("WAITS_OF_USER", "WAITS_OF_TENANT", "WAITS"), assume("TenantProgressRole")],
    },
    ReadingFunctionRole: { assumedBy: lambda, may: [spendRates, assume("TenantReadingRole")] },
    RenderStepFunctionRole: {
      assumedBy: lambda,
      may: [
        sendSteps,
        assume("TenantStudioRole"),
        // Fonts of single scripts, which belong to no tenant.
        (request) => request.encrypted && exactly(["s3:GetObject"], ["MediaBucket/platform/fonts/9f86.ttf"])(request),
        exactly(["polly:SynthesizeSpeech"], ["speech"]),
        exactly(["bedrock:InvokeModel"], [`model ${model} in ${modelRegion}`]),
      ],
    },
    OpenapiFunctionRole: { assumedBy: lambda, may: [spend("RATE_IP")] },
    TemplatesFunctionRole: { assumedBy: lambda, may: [spend("RATE_IP")] },
    HealthFunctionRole: {
      assumedBy: lambda,
      may: [
        exactly(["dynamodb:DescribeTable"], ["IdentityTable", "MeteringTable", "StudioTable"]),
        (request) => request.encrypted && exactly(["s3:ListBucket"], ["MediaBucket"])(request),
        exactly(["sqs:GetQueueAttributes"], ["MailQueue", "RenderStepsQueue"]),
      ],
    },
    SendMailFunctionRole: {
      assumedBy: lambda,
      may: [
        items(["RatesTable"], ["GetItem", "DeleteItem"], among("MAIL")),
        (request) =>
          exactly(["ses:SendEmail"], [`identity ${MailIdentity}`])(request) &&
          request.context["ses:FromAddress"] === MailFrom,
      ],
    },
    SealAuditFunctionEveryHourRole: {
      assumedBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["SealAuditFunction"])],
    },
    UsageFunctionEveryHourRole: {
      assumedBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["UsageFunction"])],
    },
    BackupFunctionEveryNightRole: {
      assumedBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["BackupFunction"])],
    },
    ReconcileFunctionEveryDayRole: {
      assumedBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["ReconcileFunction"])],
    },
    SweeperFunctionEveryMinuteRole: {
      assumedBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["SweeperFunction"])],
    },
  };
}

/** The managed policies that SAM attaches to roles; any other would have to be evaluated. */
export const MANAGED = [
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
  "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
];
