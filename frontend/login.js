// Signing in. Opening the page does nothing, whatever its address says: programs that scan mail open
// links and run their scripts. Only a click or a typed code uses the link up.

import { call, signOut, verify } from "/api.js";
import { by, head, on, say, show, takeFragment } from "/page.js";

const VIEWS = ["link", "email", "code", "signed-in"];

// From the mail's link; none when the person came without one.
let token;
// Of an invitation that waits for this sign-in; none without one.
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

// A link that is used up or too old is of no more use; one that wants a code still is.
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

// The link of a newer mail, opened in the same tab.
addEventListener("hashchange", begin);
begin();
