// The API, as these pages use it.

import { API } from "/config.js";

// In this module's memory and nowhere else: a script that gets into the page later finds no token in
// any storage. The cookie that outlives the page is one that scripts cannot read.
let accessToken;

/** What went wrong, in words for the person at the screen, and the API's problem (RFC 9457) if it gave one. */
export class Refusal extends Error {
  constructor(problem, words) {
    super(words);
    this.problem = problem;
  }
}

/** Sends JSON and gives back JSON. Throws a Refusal. */
export async function call(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (accessToken) headers.authorization = `Bearer ${accessToken}`;
  let response;
  try {
    response = await fetch(API + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "include",
      cache: "no-store",
    });
  } catch {
    throw new Refusal({}, "The service cannot be reached. Look at your connection and try again.");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, answer);
  return answer;
}

/** Signs in with any of what a mail brings: `{ token }`, `{ code }`, or both. */
export async function verify(proof) {
  keep(await call("POST", "/api/auth/magic-link/verify", proof));
}

/** Goes on with the session of this browser. Throws a Refusal with the code `unauthorized` when it has none. */
export async function resume() {
  keep(await call("POST", "/api/auth/refresh", {}));
}

/** Goes over to another tenant of the same person. */
export async function enter(tenant) {
  keep(await call("POST", `/api/auth/tenants/${encodeURIComponent(tenant)}/session`, {}));
}

/** Ends the session of this browser. */
export async function signOut() {
  await call("POST", "/api/auth/logout", {});
  accessToken = undefined;
}

function keep(signedIn) {
  accessToken = signedIn.access_token;
}

function refusal(response, problem) {
  const words = problem?.errors?.[0]?.detail ?? problem?.detail ?? "Something went wrong here. Try again soon.";
  const wait = Number(response.headers.get("retry-after"));
  const again = wait > 0 ? ` Try again ${inWords(wait)}.` : "";
  return new Refusal(problem ?? {}, words + again);
}

function inWords(seconds) {
  if (seconds < 90) return `in ${seconds} second${seconds === 1 ? "" : "s"}`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
}
