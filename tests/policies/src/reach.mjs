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
const among = (...families) => (key) => families.includes(key.split("#")[0]);
const platform = (key) => key === "PLATFORM";
const inSession = (test) => (key, tag) => tag !== undefined && test(key, tag);
const either = (...tests) => (key, tag) => tests.some((test) => test(key, tag));

/** Lists of the bucket that ask for no more than this. */
const lists = (asked) => (request) =>
  request.encrypted &&
  exactly(["s3:ListBucket"], ["MediaBucket"])(request) &&
  Object.entries(asked).every(([key, value]) => request.context[key] === value);

const READ = ["GetItem", "BatchGetItem", "Query"];
const WRITE = ["PutItem", "UpdateItem", "DeleteItem"];

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
      may: [items(["IdentityTable"], ["GetItem", "BatchGetItem"], among("TENANT", "API_KEY")), signingKeys],
    },
    AuthFunctionRole: {
      takenBy: lambda,
      may: [
        items(["IdentityTable"], [...READ, ...WRITE, "ConditionCheckItem"], among("LINK", "EMAIL", "TENANT")),
        sendMail,
        signingKeys,
        spendRates,
      ],
    },

    // For one tenant at a time.
    TenantStudioRole: {
      takenBy: ["ProjectsFunctionRole", "RenderStepFunctionRole", "DispatchFunctionRole"],
      may: [
        items(["StudioTable", "MeteringTable"], [...READ, ...WRITE], own),
        (request) =>
          ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"].includes(request.action) &&
          request.encrypted &&
          request.tag === OWN &&
          request.target.startsWith(`MediaBucket/tenants/${OWN}/`),
      ],
    },
    TenantAccountRole: {
      takenBy: ["AccountFunctionRole"],
      may: [
        items(["MeteringTable"], ["BatchGetItem", "Query"], own),
        items(
          ["IdentityTable"],
          [...READ, ...WRITE, "ConditionCheckItem"],
          inSession(either(own, among("EMAIL", "API_KEY"))),
        ),
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
      ],
    },

    TenantBillingRole: {
      takenBy: ["BillingFunctionRole", "StripeSyncFunctionRole", "ReconcileFunctionRole"],
      may: [
        items(["BillingTable"], ["GetItem", "PutItem"], own),
        items(["IdentityTable"], ["GetItem", "UpdateItem"], own),
        items(["MeteringTable"], ["GetItem"], own),
      ],
    },

    // No tenant's data; the sweeper sees keys, the book-keeper who used how much.
    DispatchFunctionRole: {
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
    AccountFunctionRole: {
      takenBy: lambda,
      may: [sendMail, spendRates, take("TenantAccountRole"), items(["MeteringTable"], ["Query"], platform)],
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
    UsageFunctionEveryHourRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["UsageFunction"])],
    },
    ReconcileFunctionEveryDayRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["ReconcileFunction"])],
    },
    DispatchFunctionEveryMinuteRole: {
      takenBy: ["scheduler.amazonaws.com"],
      may: [exactly(["lambda:InvokeFunction"], ["DispatchFunction"])],
    },
  };
}

/** What SAM gives to roles; anything else would have to be evaluated. */
export const MANAGED = [
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
  "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
];
