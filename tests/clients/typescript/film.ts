// From sign-in to download with a client of openapi-typescript and openapi-fetch. The compiler checks every path, body
// and answer against the description. Run by `tests/clients`, which says where the API and its mails are.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Problem = components["schemas"]["Problem"];

const [api, mails, email] = process.argv.slice(2) as [string, string, string];

/** The answer, or an error with what the API says was wrong. Every refusal is a `Problem`. */
function answered<T>(result: { data?: T; error?: Problem | { message: string }; response: Response }): T {
  if (result.data !== undefined) return result.data;
  const refusal = result.error;
  const why = refusal && "code" in refusal ? `${refusal.code}: ${refusal.detail}` : refusal?.message;
  throw new Error(`${result.response.status} ${why}`);
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** The token of the link and the code beside it, as a person copies them from the mail. */
async function mail(): Promise<{ token: string; code: string }> {
  for (let tries = 0; tries < 300; tries += 1) {
    const sent = (await (await fetch(mails)).json()) as { messages: Record<string, { To: string[]; BodyText: string }[]> };
    const text = Object.values(sent.messages).flat().find((one) => one.To.includes(email))?.BodyText;
    const token = text?.match(/#token=([\w.-]+)/)?.[1];
    const code = text?.match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/)?.[0];
    if (token && code) return { token, code };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${email}`);
}

const anybody = createClient<paths>({ baseUrl: api });
answered(await anybody.POST("/api/auth/magic-link/request", { body: { email } }));
const signedIn = answered(await anybody.POST("/api/auth/magic-link/verify", { body: await mail() }));

const person = createClient<paths>({ baseUrl: api });
person.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `${signedIn.token_type} ${signedIn.access_token}`);
    return request;
  },
});

const refused = await person.POST("/api/v1/projects", { body: { text: "Amen.", title: "" } });
expect(refused.error !== undefined && "errors" in refused.error, "an empty title is refused");
const problem = refused.error as Problem;
expect(problem.errors?.[0]?.pointer === "#/title", `the refusal names the title: ${JSON.stringify(problem)}`);

const project = answered(
  await person.POST("/api/v1/projects", { body: { text: "The LORD is my light.", voice: "espeak-ng" } }),
);
const path = { id: project.id };
const quote = answered(await person.POST("/api/v1/projects/{id}/render/quote", { params: { path } }));
expect(quote.fits && quote.resolution === "1080p", "the film fits the quota");
let job = answered(
  await person.POST("/api/v1/projects/{id}/render", { params: { path }, body: { resolution: "480p" } }),
);
while (job.status === "running") {
  const query = { wait: 20, version: job.version };
  job = answered(await person.GET("/api/v1/jobs/{id}", { params: { path: { id: job.id }, query } }));
}
expect(job.status === "done", `the job is ${job.status}`);

const videos = answered(await person.GET("/api/v1/videos"));
const video = videos.items[0];
if (!video) throw new Error("no video");
const film = { params: { path: { id: video.id } } };
const thumbnail = answered(
  await person.GET("/api/v1/videos/{id}/thumbnail", { ...film, parseAs: "arrayBuffer" }),
);
expect(new Uint8Array(thumbnail)[0] === 0xff, "the thumbnail is a JPEG");
const srt: string = answered(
  await person.GET("/api/v1/videos/{id}/captions.srt", { ...film, parseAs: "text" }),
);
expect(srt.includes("LORD"), `SubRip: ${srt}`);
const vtt: string = answered(
  await person.GET("/api/v1/videos/{id}/captions.vtt", { ...film, parseAs: "text" }),
);
expect(vtt.startsWith("WEBVTT"), `WebVTT: ${vtt}`);
const download = answered(await person.GET("/api/v1/videos/{id}/download", film));
const file = new Uint8Array(await (await fetch(download.url)).arrayBuffer());
expect(new TextDecoder().decode(file.slice(4, 8)) === "ftyp", "the download is an MP4");
console.log(`${download.file_name}: ${file.length} bytes`);
