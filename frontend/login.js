// Signs in. Opening the page sends nothing, whatever its address contains, because programs that scan mail open links
// and run the page's scripts. Only a click or a typed code uses the link.

import { call, signOut, verify } from "/api.js";
import { by, head, on, say, show, takeFragment } from "/page.js";

const VIEWS = ["link", "email", "code", "signed-in"];

// The token of the mail's link; undefined without one.
let token;
// The token of an invitation to accept after this sign-in; undefined without one.
let invitation;

function begin() {
  const given = takeFragment();
  token = given.get("token") ?? token;
  invitation = given.get("invitation") ?? invitation;
  show(token ? "link" : "email", VIEWS);
}

async function signedIn() {
  const { tenant, user } = await call("GET", "/api/account");
  by("who").textContent = user.email;
  by("tenant").textContent = tenant.name;
  by("plan").textContent = `${tenant.plan} plan`;
  by("invitation").hidden = !invitation;
  if (invitation) by("invitation").href = `/invitation#token=${encodeURIComponent(invitation)}`;
  head("Welcome");
  show("signed-in", VIEWS);
}

function startAgain() {
  token = undefined;
  by("digits").value = "";
  show("email", VIEWS);
}

// Shows the view that fits a refusal. A link that is used or expired is dropped; one that needs a code is kept.
function refused({ message, problem }) {
  switch (problem.code) {
    case "link_spent":
      startAgain();
      break;
    case "code_required":
      show("code", VIEWS);
      say("This is not the browser that asked for the link. Type the code that stands beside it in the mail.");
      break;
    case "code_wrong":
      say(`${message} Tries left: ${problem.tries_left}.`, true);
      by("digits").select();
      break;
  }
}

on("link", "submit", async () => {
  await verify({ token });
  await signedIn();
}, refused);

on("email", "submit", async () => {
  const { message } = await call("POST", "/api/auth/magic-link/request", { email: by("address").value });
  show("code", VIEWS);
  say(`${message} Open it on this device, or type its code here.`);
});

on("code", "submit", async () => {
  await verify({ token, code: by("digits").value });
  await signedIn();
}, refused);

on("again", "click", startAgain);

on("out", "click", async () => {
  await signOut();
  head("Sign in");
  startAgain();
  say("You are signed out.");
});

// A newer mail's link that is opened in the same tab changes only the fragment, which does not reload the page.
addEventListener("hashchange", begin);
begin();
