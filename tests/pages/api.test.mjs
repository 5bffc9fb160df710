// The pages' client of the API, with a server of its own: what it does when an access token has expired.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const SOURCE = await readFile(new URL("../../frontend/api.js", import.meta.url), "utf8");
const CONFIG = 'import { API } from "/config.js";';

/** The client, signed in with the token `t1`, and the calls that its server gets from then on. */
async function signedIn(answer) {
  assert.ok(SOURCE.includes(CONFIG));
  // A text of its own for each test, because a module is loaded once.
  const source = `${SOURCE.replace(CONFIG, 'const API = "https://api.test";')}\n// ${crypto.randomUUID()}`;
  const client = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  globalThis.fetch = async () => Response.json({ access_token: "t1" });
  await client.verify({ token: "a" });
  const calls = [];
  globalThis.fetch = async (url, { method, headers, body }) => {
    const path = new URL(url).pathname;
    calls.push(`${method} ${path}`);
    // A moment, so that concurrent requests overlap.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answer(path, headers.authorization, body);
  };
  return { client, calls };
}

const unauthorized = () => Response.json({ code: "unauthorized", detail: "Refresh the token." }, { status: 401 });

test("an expired token is refreshed once for all requests, which are sent again", async () => {
  const { client, calls } = await signedIn((path, bearer, body) => {
    if (path === "/api/auth/refresh") return Response.json({ access_token: "t2" });
    return bearer === "Bearer t2" ? Response.json({ path, body }) : unauthorized();
  });
  const [account, made] = await Promise.all([
    client.call("GET", "/api/account"),
    client.call("POST", "/api/v1/projects", { text: "Be still." }),
  ]);
  assert.equal(account.path, "/api/account");
  assert.equal(made.body, '{"text":"Be still."}');
  assert.equal(calls.filter((call) => call === "POST /api/auth/refresh").length, 1, calls);
  assert.equal(calls.length, 5, calls);
});

test("a session that has ended is told, and nothing is sent again", async () => {
  const { client, calls } = await signedIn(unauthorized);
  await assert.rejects(client.call("GET", "/api/account"), (error) => error.problem.code === "unauthorized");
  assert.deepEqual(calls, ["GET /api/account", "POST /api/auth/refresh"]);
});

test("a request is sent again once", async () => {
  const { client, calls } = await signedIn((path) =>
    path === "/api/auth/refresh" ? Response.json({ access_token: "t2" }) : unauthorized(),
  );
  await assert.rejects(client.call("GET", "/api/account"), (error) => error.problem.code === "unauthorized");
  assert.deepEqual(calls, ["GET /api/account", "POST /api/auth/refresh", "GET /api/account"]);
});

test("a wrong code is not tried twice", async () => {
  const { client, calls } = await signedIn(() => Response.json({ code: "code_wrong", detail: "No." }, { status: 401 }));
  const path = "/api/auth/magic-link/verify";
  await assert.rejects(client.call("POST", path, {}), (error) => error.problem.code === "code_wrong");
  assert.deepEqual(calls, [`POST ${path}`]);
});

test("other refusals are not tried again", async () => {
  const { client, calls } = await signedIn(() => Response.json({ code: "invalid", detail: "No." }, { status: 422 }));
  await assert.rejects(client.call("GET", "/api/account"), (error) => error.problem.code === "invalid");
  assert.deepEqual(calls, ["GET /api/account"]);
});
