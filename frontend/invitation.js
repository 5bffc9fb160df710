// Accepts an invitation. Opening the page sends nothing, as for signing in: mail scanners open links too.

import { call, enter, resume } from "/api.js";
import { by, head, on, say, show, takeFragment } from "/page.js";

const VIEWS = ["accept", "sign-in", "accepted"];

let token;

function begin() {
  token = takeFragment().get("token") ?? token;
  if (token) show("accept", VIEWS);
  else say("Open the link in the invitation's mail: this address alone invites to nothing.", true);
}

on("accept", "submit", async () => {
  await resume();
  const { id } = await call("POST", "/api/auth/invitations/accept", { token });
  await enter(id);
  const account = await call("GET", "/api/account");
  by("tenant").textContent = account.tenant.name;
  by("role").textContent = account.user.role;
  head("Welcome");
  show("accepted", VIEWS);
}, (error) => {
  if (error.problem.code !== "unauthorized") return;
  say("");
  by("login").href = `/login#invitation=${encodeURIComponent(token)}`;
  show("sign-in", VIEWS);
});

addEventListener("hashchange", begin);
begin();
