// Who may do what. Whatever is not listed here is to be refused: a new statement in template.yaml fails the
// suite until it has its line here, and a line here fails it until the template says so too.

import { OWN } from "./requests.mjs";

/** Items under these tables whose every key `fits`, with these actions. */
const items = (tables, actions, fits) => (request) =>
  tables.includes(request.target) &&
  actions.some((action) => request.action === `dynamodb:${action}`) &&
  request.keys !== undefined &&
  request.keys.every((key) => fits(key, request.tag));

/** Requests by exactly these actions on exactly these targets. */
const exactly = (actions, targets) => (request) =>
  actions.includes(request.action) && targets.includes(request.target);

const own = (key, tag) => tag !== undefined && key === `TENANT#${tag}`;
const begun = (key, tag) => tag !== undefined && key === `TENANT#${tag}#BEGUN`;
const among = (...families) => (key) => families.includes(key.split("#")[0]);
const platform = (key) => key === "PLATFORM";
const inSession = (test) => (key, tag) => tag !== undefined && test(key, tag);
const either = (...tests) => (key, tag) => tests.some((test) => test(key, tag));

/** Lists of the bucket that ask for no more than this. */
const lists = (asked) => (request) =>
  request.encrypted &&
  exactly(["s3:ListBucket"], ["MediaBucket"])(request) &&
  Object.entries(asked).every(([key, value]) => request.context[key] === value);

/** Lists of a bucket's versions, in one's own session, whose prefix and delimiter fit. */
const listsVersions = (bucket, fits) => (request) =>
  request.encrypted &&
  request.tag === OWN &&
  exactly(["s3:ListBucketVersions"], [bucket])(request) &&
  fits(request.context["s3:prefix"] ?? "", request.context["s3:delimiter"]);

/** Objects of one's own, below this. */
const objects = (actions, prefix) => (request) =>
  request.encrypted &&
  request.tag === OWN &&
  actions.some((action) => request.action === `s3:${action}`) &&
  request.target.startsWith(prefix);

const ownBackups = new RegExp(`^backups/.*/${OWN}/$`);
const ownEntries = (key, tag) => tag !== undefined && [`TENANT#${tag}`, `TENANT#${tag}#BEGUN`].includes(key);
const EXPORTS = `tenants/${OWN}/exports/`;

const READ = ["GetItem", "BatchGetItem", "Query"];
const WRITE = ["PutItem", "UpdateItem", "DeleteItem"];

// The log of what was done: nothing of it is changed or deleted.
const ownChain = items(["AuditTable"], ["GetItem", "PutItem"], own);
const ownBegun = items(["AuditTable"], ["GetItem", "PutItem", "DeleteItem"], begun);

const spendRates = (request) => request.action === "dynamodb:UpdateItem" && request.target === "RatesTable";
const sendMail = exactly(["sqs:SendMessage"], ["MailQueue"]);
const take = (role) => exactly(["sts:AssumeRole", "sts:TagSession"], [role]);
const sendSteps = exactly(["sqs:SendMessage"], ["RenderStepsQueue"]);

/**
 * By the role's logical name: `takenBy`, the services and roles that may assume it, and `may`.
 *
 * @param {object} parameters the deployment's
 */
export function reach({ secret, stripe, model, modelRegion, MailIdentity, MailFrom }) {
  const signingKeys = exactly(["secretsmanager:GetSecretValue"], [`secret ${secret}`]);
  const stripeSecret = exactly(["secretsmanager:GetSecretValue"], [`secret ${stripe}`]);
  // Whose a customer is, what was heeded, what comes in.
  const customers = items(["BillingTable"], ["GetItem", "PutItem", "Query"], platform);
  const lambda = ["lambda.amazonaws.com"];
  return {
    // Across tenants: who somebody is must be found out before a tenant is known.
    AuthorizerFunctionRole: {
      takenBy: lambda,
      may: [
        items(["IdentityTable"], ["GetItem", "BatchGetItem"], among("TENANT", "API_KEY")),
        items(["IdentityTable"], ["UpdateItem"], among("TENANT")),
        signingKeys,
      ],
    },
    AuthFunctionRole: {
      takenBy: lambda,
      may: [
        items(["IdentityTable"], [...READ, ...WRITE, "ConditionCheckItem"], among("LINK", "EMAIL", "API_KEY", "TENANT")),
        items(["AuditTable"], ["GetItem", "PutItem", "DeleteItem"], among("TENANT")),
        sendMail,
        signingKeys,
        spendRates,
      ],
    },

    // For one tenant at a time.
    TenantStudioRole: {
      takenBy: ["ProjectsFunctionRole", "RenderStepFunctionRole", "SweeperFunctionRole"],
      may: [
        items(["StudioTable", "MeteringTable"], [...READ, ...WRITE], own),
        (request) =>
          ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].includes(request.action) &&
          request.encrypted &&
          request.tag === OWN &&
          request.target.startsWith(`MediaBucket/tenants/${OWN}/`),
        ownChain,
        ownBegun,
      ],
    },
    TenantAccountRole: {
      takenBy: ["AccountFunctionRole"],
      may: [
        ownChain,
        ownBegun,
        items(["AuditTable"], ["Query"], own),
        items(["MeteringTable"], ["BatchGetItem", "Query"], own),
        items(
          ["IdentityTable"],
          [...READ, ...WRITE, "ConditionCheckItem"],
          inSession(either(own, among("EMAIL", "API_KEY"))),
        ),
        objects(["GetObject"], `MediaBucket/${EXPORTS}`),
      ],
    },
    TenantExportRole: {
      takenBy: ["TenantExportFunctionRole"],
      may: [
        items(["IdentityTable", "MeteringTable", "StudioTable", "BillingTable"], ["Query"], own),
        items(["AuditTable"], ["Query"], ownEntries),
        items(["IdentityTable"], ["GetItem", ...WRITE], own),
        listsVersions("MediaBucket", (prefix) => prefix === `tenants/${OWN}/` || prefix.startsWith(EXPORTS)),
        objects(["GetObjectVersion"], `MediaBucket/tenants/${OWN}/`),
        objects(["PutObject", "ListMultipartUploadParts", "DeleteObjectVersion"], `MediaBucket/${EXPORTS}`),
      ],
    },
    TenantPurgeRole: {
      takenBy: ["TenantPurgeFunctionRole"],
      may: [
        items(
          ["IdentityTable"],
          ["GetItem", "Query", ...WRITE, "BatchWriteItem"],
          inSession(either(own, among("EMAIL", "LINK", "API_KEY"))),
        ),
        items(["StudioTable", "MeteringTable"], ["GetItem", "Query", "UpdateItem", "DeleteItem", "BatchWriteItem"], own),
        items(["BillingTable"], ["GetItem", "Query", "BatchWriteItem"], own),
        items(["AuditTable"], ["Query", "BatchWriteItem"], ownEntries),
        listsVersions("MediaBucket", (prefix) => prefix === `tenants/${OWN}/`),
        // The names of unfinished uploads are all that is seen of others.
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
      takenBy: ["UsageFunctionRole"],
      may: [
        items(["MeteringTable"], ["GetItem", "UpdateItem"], own),
        items(["StudioTable"], ["BatchGetItem"], own),
        // What is made, not what people gave and not the documents.
        (request) =>
          request.action === "s3:DeleteObject" &&
          request.encrypted &&
          request.tag === OWN &&
          ["images", "audio", "videos"].some((folder) => request.target.startsWith(`MediaBucket/tenants/${OWN}/${folder}/`)),
        (request) => request.tag === OWN && lists({ "s3:prefix": `tenants/${OWN}/` })(request),
        // Exports whose day is over.
        listsVersions("MediaBucket", (prefix) => prefix.startsWith(EXPORTS)),
        objects(["DeleteObjectVersion"], `MediaBucket/${EXPORTS}`),
      ],
    },

    TenantBackupRole: {
      takenBy: ["BackupFunctionRole"],
      may: [
        items(["IdentityTable", "MeteringTable", "StudioTable", "BillingTable"], ["Query"], own),
        items(["AuditTable"], ["Query"], either(own, begun)),
        items(["IdentityTable"], ["BatchGetItem"], inSession(among("EMAIL", "API_KEY"))),
        // The documents; of the rest only which versions there are.
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
          request.tag === OWN &&
          request.target.startsWith(`VaultBucket/backups/2026-11-22/${OWN}/`),
      ],
    },

    TenantBillingRole: {
      takenBy: ["BillingFunctionRole", "StripeSyncFunctionRole", "ReconcileFunctionRole"],
      may: [
        items(["BillingTable"], ["GetItem", "PutItem"], own),
        items(["IdentityTable"], ["GetItem", "UpdateItem"], own),
        items(["MeteringTable"], ["GetItem"], own),
        ownChain,
        ownBegun,
      ],
    },
    TenantAuditRole: { takenBy: ["SealAuditFunctionRole"], may: [ownChain, ownBegun] },

    // No tenant's data; the sweeper sees keys, the book-keeper who used how much.
    SweeperFunctionRole: {
      takenBy: lambda,
      may: [exactly(["dynamodb:Query"], ["StudioTable/index/due"]), sendSteps, take("TenantStudioRole")],
    },
    UsageFunctionRole: {
      takenBy: lambda,
      may: [
        exactly(["dynamodb:Query"], ["MeteringTable/index/usage_log"]),
        (request) =>
          request.encrypted && exactly(["s3:PutObject"], ["MediaBucket/usage/usage-202611.jsonl"])(request),
        lists({ "s3:prefix": "tenants/", "s3:delimiter": "/" }),
        items(["MeteringTable"], ["GetItem", "PutItem"], platform),
        take("TenantUsageRole"),
      ],
    },
    BackupFunctionRole: {
      takenBy: lambda,
      may: [
        // Which tenants there are.
        (request) =>
          exactly(["dynamodb:Scan"], ["IdentityTable"])(request) &&
          request.context["dynamodb:Attributes"]?.join() === "pk,sk" &&
          request.context["dynamodb:Select"] === "SPECIFIC_ATTRIBUTES",
        items(["IdentityTable", "MeteringTable", "StudioTable", "BillingTable", "AuditTable"], ["Query"], platform),
        (request) =>
          ["s3:GetObject", "s3:PutObject"].includes(request.action) &&
          request.encrypted &&
          request.target.startsWith("VaultBucket/backups/2026-11-22/platform/"),
        exactly(["lambda:InvokeFunction"], ["BackupFunction"]),
        take("TenantBackupRole"),
      ],
    },
    SealAuditFunctionRole: {
      takenBy: lambda,
      may: [
        exactly(["dynamodb:Query"], ["AuditTable/index/seals"]),
        items(["AuditTable"], ["GetItem", "PutItem"], platform),
        (request) =>
          request.encrypted &&
          ["s3:PutObject", "s3:PutObjectRetention"].includes(request.action) &&
          request.target.startsWith("VaultBucket/audit-heads/"),
        take("TenantAuditRole"),
      ],
    },
    AccountFunctionRole: {
      takenBy: lambda,
      may: [
        sendMail,
        spendRates,
        take("TenantAccountRole"),
        items(["MeteringTable"], ["Query"], platform),
        exactly(["sqs:SendMessage"], ["ExportQueue", "ErasureQueue"]),
      ],
    },
    TenantExportFunctionRole: {
      takenBy: lambda,
      may: [
        sendMail,
        exactly(["sqs:SendMessage", "sqs:ChangeMessageVisibility"], ["ExportQueue"]),
        take("TenantExportRole"),
      ],
    },
    TenantPurgeFunctionRole: {
      takenBy: lambda,
      may: [
        sendMail,
        stripeSecret,
        exactly(["sqs:SendMessage", "sqs:ChangeMessageVisibility"], ["ErasureQueue"]),
        items(["BillingTable"], ["Query", "BatchWriteItem"], platform),
        take("TenantPurgeRole"),
      ],
    },
    BillingFunctionRole: {
      takenBy: lambda,
      may: [
        spendRates,
        stripeSecret,
        customers,
        items(["MeteringTable"], ["GetItem"], platform),
        take("TenantBillingRole"),
      ],
    },
    StripeWebhookFunctionRole: {
      takenBy: lambda,
      may: [stripeSecret, exactly(["sqs:SendMessage"], ["StripeSyncQueue"])],
    },
    StripeSyncFunctionRole: {
      takenBy: lambda,
      may: [
        stripeSecret,
        customers,
        exactly(["sqs:ChangeMessageVisibility"], ["StripeSyncQueue"]),
        take("TenantBillingRole"),
      ],
    },
    ReconcileFunctionRole: { takenBy: lambda, may: [stripeSecret, customers, take("TenantBillingRole")] },
    ProjectsFunctionRole: {
      takenBy: lambda,
      may: [sendSteps, spendRates, take("TenantStudioRole"), items(["MeteringTable"], ["GetItem", "Query"], platform)],
    },
    RenderStepFunctionRole: {
      takenBy: lambda,
      may: [
        sendSteps,
        take("TenantStudioRole"),
        exactly(["polly:SynthesizeSpeech"], ["speech"]),
        exactly(["bedrock:InvokeModel"], [`model ${model} in ${modelRegion}`]),
      ],
    },
    OpenapiFunctionRole: { takenBy: lambda, may: [spendRates] },
    TemplatesFunctionRole: { takenBy: lambda, may: [spendRates] },
    HealthFunctionRole: {
      takenBy: lambda,
      may: [
        exactly(["dynamodb:DescribeTable"], ["IdentityTable", "MeteringTable", "StudioTable"]),
        (request) => request.encrypted && exactly(["s3:ListBucket"], ["MediaBucket"])(request),
        exactly(["sqs:GetQueueAttributes"], ["MailQueue", "RenderStepsQueue"]),
      ],
    },
    SendMailFunctionRole: {
      takenBy: lambda,
      may: [
        (request) =>
          exactly(["ses:SendEmail"], [`identity ${MailIdentity}`])(request) &&
          request.context["ses:FromAddress"] === MailFrom,
      ],
    },
    SealAuditFunctionEveryHourRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["SealAuditFunction"])],
    },
    UsageFunctionEveryHourRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["UsageFunction"])],
    },
    BackupFunctionEveryNightRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["BackupFunction"])],
    },
    ReconcileFunctionEveryDayRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["ReconcileFunction"])],
    },
    SweeperFunctionEveryMinuteRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["SweeperFunction"])],
    },
  };
}

/** What SAM gives to roles; anything else would have to be evaluated. */
export const MANAGED = [
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
  "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
];
