// What is asked, and the link that holds it.

const day = (offset = 0) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

export const STEPS = {
  offer: ["buyer", "price"],
  accept: ["buyer"],
  decline: ["buyer"],
  counter: ["buyer", "price"],
  "change-price": ["price"],
  sell: [],
};

const PARCEL_STATES = [
  "under-way", "held-at-customs", "delivered", "going-back", "back-at-sender", "lost",
];

// What each step of an order is said with; a list is a choice.
export const LIFE_STEPS = {
  "hand-in": { parcel: "", tracking_number: "" },
  scan: { parcel: "", status: PARCEL_STATES },
  receive: { parcel: "" },
  check: { piece: "", finding: ["as-described", "fails"] },
  cancel: { by: ["buyer", "seller", "house"], pieces: "" },
  confirm: {},
  "request-return": { return: "", pieces: "", reason: "", parcel_number: "" },
  "accept-return": { return: "" },
  "decline-return": { return: "" },
  "post-return": { return: "" },
  "receive-return": { return: "" },
  "check-return": { return: "", finding: ["as-sent", "damaged", "missing", "another-piece"] },
  "open-claim": { claim: "", kind: "", pieces: "", photos: "" },
  "uphold-claim": { claim: "" },
  "reject-claim": { claim: "" },
  "report-lost": { claim: "" },
  "report-found": { claim: "" },
  "answer-refund": { parcel: "", agreed: ["yes", "no"] },
  dispute: { tender: "" },
  "dispute-won": { tender: "" },
  "dispute-lost": { tender: "" },
};

export function initial() {
  const today = day();
  return {
    locale: "en",
    tab: "order",
    house: "imparfaite",
    document: null, // the text of the house, where it is no longer the shipped one
    order: {
      pieces: [
        { id: "coat", seller: "ada", price: "90.00", weight_g: "1400" },
        { id: "bag", seller: "lou", price: "55.00", weight_g: "600" },
      ],
      mode: "grouped", country: "FR", postal_code: "75011", city: "", dispatched: today,
      gift_card: "", rate: "", value: "", instead: "",
    },
    offers: {
      initial_price: "100.00",
      until: `${day(5)}T12:00`,
      step: null,
      commands: [
        { at: `${today}T10:00`, do: "offer", buyer: "zoe", price: "80.00" },
        { at: `${today}T11:00`, do: "offer", buyer: "max", price: "50.00" },
        { at: `${today}T15:00`, do: "accept", buyer: "zoe", price: "" },
      ],
    },
    life: { placed_at: `${today}T10:00`, until: `${day(60)}T12:00`, story: "", step: null, commands: [] },
  };
}

async function through(stream, bytes) {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

export async function linkOf(state) {
  const text = new TextEncoder().encode(JSON.stringify(state));
  const packed = await through(new CompressionStream("deflate-raw"), text);
  const binary = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The state of a link over what there is to begin with; a link that cannot be read is none.
export async function stateOf(link) {
  const start = initial();
  if (!link) return start;
  try {
    const binary = atob(link.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const text = await through(new DecompressionStream("deflate-raw"), packed);
    const given = JSON.parse(new TextDecoder().decode(text));
    for (const part of ["order", "offers", "life"]) given[part] = { ...start[part], ...given[part] };
    return { ...start, ...given };
  } catch {
    return { ...start, unreadable: true };
  }
}

// Ready stories, of the first parcel that reaches the buyer.
export function storyOf(name, { order, life }) {
  const from = new Date(`${life.placed_at}Z`).getTime();
  const at = (days, hour = 10) =>
    new Date(from + days * 86_400_000).toISOString().slice(0, 11) + String(hour).padStart(2, "0") + ":00";
  const grouped = order.mode === "grouped";
  const sellers = [...new Set(order.pieces.map((piece) => piece.seller))];
  const parcel = grouped ? "workshop" : sellers[0];
  const piece = order.pieces[0]?.id ?? "";
  const posted = [];
  if (grouped) {
    const inbound = sellers.map((seller) => `to-workshop/${seller}`);
    posted.push(...inbound.map((each, n) => ({ at: at(1), do: "hand-in", parcel: each, tracking_number: `IN-${n + 1}` })));
    posted.push(...inbound.map((each) => ({ at: at(3), do: "receive", parcel: each })));
    for (const each of order.pieces) {
      posted.push({ at: at(4), do: "check", piece: each.id, finding: "as-described" });
    }
  }
  posted.push({ at: at(5), do: "hand-in", parcel, tracking_number: "T1" });
  const delivered = [...posted, { at: at(8), do: "scan", parcel, status: "delivered" }];
  const asked = { at: at(10), do: "request-return", return: "r1", pieces: piece, reason: "withdrawal", parcel_number: "T1" };
  const stories = {
    "all goes well": delivered,
    "a piece comes back": [
      ...delivered,
      asked,
      { at: at(12), do: "post-return", return: "r1" },
      { at: at(15), do: "receive-return", return: "r1" },
      { at: at(16), do: "check-return", return: "r1", finding: "as-sent" },
    ],
    "a return too late": [...delivered, { ...asked, at: at(40) }],
    "the parcel is lost": [
      ...posted,
      { at: at(20), do: "open-claim", claim: "c1", kind: "not-received", pieces: piece, photos: "" },
      { at: at(25), do: "report-lost", claim: "c1" },
    ],
    "the buyer cancels": [{ at: at(0, 12), do: "cancel", by: "buyer", pieces: "" }],
    "the payment is disputed": [...delivered, { at: at(11), do: "dispute", tender: "card" }],
  };
  return name ? stories[name] : Object.keys(stories);
}
