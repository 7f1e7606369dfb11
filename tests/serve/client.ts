// A client generated from the description: asks one question, and prints the answer as JSON.
// Its types are in api.d.ts, beside it. Argument: the address of the server.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: [string, string, string] };

type Answer = components["schemas"]["AssessReturnAnswer"];

const facts: components["schemas"]["AssessReturnFacts"] = {
  destination: { country: "FR", postal_code: "33000" },
  received: "2026-09-01",
  requested_at: "2026-09-15T10:00:00+02:00",
  parcel_number: "8R123",
  pieces: ["coat"],
  wants: "refund",
};

// The type of a decision has the value of that decision.
function lastDay(answer: Answer): string | null {
  return answer.decision === "returnable" ? (answer.value.last_day ?? null) : null;
}

// @ts-expect-error - there is no such fact
const misspelt: components["schemas"]["TenderFacts"] = { kindd: "card" };
void misspelt;

// @ts-expect-error - there is no such decision
const misread: Answer["decision"] = "returned";
void misread;

const client = createClient<paths>({ baseUrl: process.argv[2] });
const { data, error } = await client.POST("/v1/assess-return", {
  params: { query: { id: "ts", on: "2026-11-22", policy: "imparfaite", locale: "fr" } },
  body: facts,
});
if (data === undefined) throw new Error(`${error.error.path}: ${error.error.message}`);

const refused = await client.POST("/v1/assess-return", {
  params: { query: {} },
  body: { ...facts, wants: "credit" as "refund" },
});
console.log(JSON.stringify({ answer: data, last_day: lastDay(data), error: refused.error }));
