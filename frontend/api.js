// A client of the API for these pages.

import { API } from "/config.js";

// The access token is only in this module's memory, so that an injected script finds it in no storage. The cookie of
// the session, which outlives the page, is HttpOnly: scripts cannot read it.
let accessToken;

// The refresh under way, if there is one: all requests that were refused meanwhile wait for the same.
let refreshing;

/** An error with a message for the user, and the API's problem (RFC 9457), or an empty object without one. */
export class Refusal extends Error {
  constructor(problem, words) {
    super(words);
    this.problem = problem;
  }
}

/**
 * Sends a request with a JSON body and returns the JSON answer. Throws a Refusal for a status other than 2xx. When the
 * access token has expired, gets another one and sends the request once more.
 */
export async function call(method, path, body) {
  const token = accessToken;
  const response = await send(method, path, body);
  if (response.status !== 401 || !token) return answered(response);
  // A code that was wrong is a 401 as well, and must not be tried twice.
  const problem = await response.clone().json().catch(() => null);
  if (problem?.code !== undefined && problem.code !== "unauthorized") return answered(response);
  // Another request may have got a new token since this one was sent.
  if (accessToken === token) await refreshed();
  return answered(await send(method, path, body));
}

function refreshed() {
  refreshing ??= resume().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function answered(response) {
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw refusal(response, answer);
  return answer;
}

async function send(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (accessToken) headers.authorization = `Bearer ${accessToken}`;
  try {
    return await fetch(API + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "include",
      cache: "no-store",
    });
  } catch {
    throw new Refusal({}, "The service cannot be reached. Look at your connection and try again.");
  }
}

/** Signs in with the token of a mail's link, its code, or both: `{ token }`, `{ code }`, `{ token, code }`. */
export async function verify(proof) {
  keep(await call("POST", "/api/auth/magic-link/verify", proof));
}

/** Gets an access token for this browser's session. Throws a Refusal with the code `unauthorized` when it has none. */
export async function resume() {
  keep(await answered(await send("POST", "/api/auth/refresh", {})));
}

/** Switches to another tenant of the same user. */
export async function enter(tenant) {
  keep(await call("POST", `/api/auth/tenants/${encodeURIComponent(tenant)}/session`, {}));
}

/** Ends this browser's session. */
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
