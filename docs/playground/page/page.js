// Wires the forms to the library: what is typed is the state, the state is asked and kept in the link.
import { ask } from "./asking.js";
import {
  answerCard, balances, calendars, dayText, element, money, priceTable, timeline,
} from "./shown.js";
import { LIFE_STEPS, STEPS, initial, linkOf, stateOf, storyOf } from "./state.js";

const $ = (id) => document.getElementById(id);
const PAUSE = 200; // milliseconds without a keystroke before the library is asked
let state = initial();
let known = { houses: {}, languages: {}, countries: [] };
let house = { modes: [], values: [], currency: "EUR" };
let turn = 0;

const documentText = () => state.document ?? known.houses[state.house];
const amount = (text) => ({ amount: text || "0", currency: house.currency });
const place = ({ country, postal_code, city }) =>
  ({ country, ...(postal_code && { postal_code }), ...(city && { city }) });
const instant = (local) => `${local.length === 16 ? `${local}:00` : local}Z`;
const listed = (text) => text.split(",").map((part) => part.trim()).filter(Boolean);

function status(text, failed = false) {
  $("status").textContent = text;
  $("status").classList.toggle("failed", failed);
}

// --- what is typed ------------------------------------------------------------------------------

function options(select, pairs, value) {
  select.replaceChildren(...pairs.map(([code, name]) => element("option", { value: code }, name)));
  if (!pairs.some(([code]) => code === value)) select.prepend(element("option", { value }, value));
  select.value = value;
}

function field(id, group, name = id) {
  const input = $(id);
  input.value = state[group][name] ?? "";
  input.addEventListener("input", () => {
    state[group][name] = input.value;
    changed();
  });
}

function cell(row, name, properties = {}) {
  const input = element("input", { value: row[name] ?? "", "aria-label": name, autocomplete: "off", ...properties });
  input.addEventListener("input", () => {
    row[name] = input.value;
    changed();
  });
  return input;
}

function choice(row, name, values, then = () => {}) {
  const select = element("select", { "aria-label": name },
    ...values.map((value) => element("option", { value }, value)));
  select.value = values.includes(row[name]) ? row[name] : values[0];
  row[name] = select.value;
  select.addEventListener("input", () => {
    row[name] = select.value;
    then();
    changed();
  });
  return select;
}

function rows(id, list, cells) {
  const draw = () => {
    $(id).replaceChildren(...list().map((row, n) => {
      const remove = element("button", { type: "button", title: "Remove", "aria-label": `remove row ${n + 1}` }, "×");
      remove.addEventListener("click", () => {
        list().splice(n, 1);
        draw();
        changed();
      });
      return element("tr", {}, ...cells(row, draw).map((each) => element("td", {}, each)), element("td", {}, remove));
    }));
  };
  return draw;
}

const when = (row) => cell(row, "at", { type: "datetime-local" });
const drawPieces = rows("pieces", () => state.order.pieces, (row) => [
  cell(row, "id"), cell(row, "seller"), cell(row, "price", { inputMode: "decimal" }),
  cell(row, "weight_g", { inputMode: "numeric" }),
]);
const drawOffers = rows("offer-commands", () => state.offers.commands, (row, draw) => [
  when(row),
  choice(row, "do", Object.keys(STEPS), draw),
  STEPS[row.do].includes("buyer") ? cell(row, "buyer") : "",
  STEPS[row.do].includes("price") ? cell(row, "price", { inputMode: "decimal" }) : "",
]);
const drawLife = rows("life-commands", () => state.life.commands, (row, draw) => [
  when(row),
  choice(row, "do", Object.keys(LIFE_STEPS), draw),
  element("div", { className: "grid" }, ...Object.entries(LIFE_STEPS[row.do]).map(([name, values]) =>
    element("label", {}, name, Array.isArray(values) ? choice(row, name, values) : cell(row, name)))),
]);

function added(id, list, made, draw) {
  $(id).addEventListener("click", () => {
    list().push(made());
    draw();
    changed();
  });
}

// --- what is asked ------------------------------------------------------------------------------

function cart() {
  const { pieces, mode } = state.order;
  return {
    mode,
    destination: place(state.order),
    pieces: pieces.map(({ id, seller, price, weight_g }) => ({ id, seller, price: amount(price), weight_g: Number(weight_g) })),
  };
}

async function answers(document, requests) {
  return ask("answers", {
    document,
    requests: requests.map(([id, rule, facts]) => ({ id, rule, facts, locale: state.locale, on: state.order.dispatched })),
  });
}

async function orderAnswers(document) {
  const { dispatched, gift_card, rate } = state.order;
  const destination = place(state.order);
  const [price, delivery] = await answers(document, [
    ["price", "quote-order", { ...cart(), ...(gift_card && { gift_card_balance: amount(gift_card) }) }],
    ["delivery", "estimate-delivery", { destination, dispatched }],
  ]);
  const asked = [];
  if (price.decision === "quoted") {
    const { goods, shipping, quality_control_fee: fee } = price.value;
    const rates = rate && state.order.pair ? { rates: { [state.order.pair]: rate } } : {};
    asked.push(["customs", "assess-import", { destination, goods, shipping, handling: fee ?? amount("0"), dispatched, ...rates }]);
  }
  if (delivery.decision === "estimated") {
    asked.push(["return", "return-deadline", { destination, received: delivery.value.latest }]);
  }
  const rest = asked.length ? await answers(document, asked) : [];
  return Object.fromEntries([price, delivery, ...rest].map((answer) => [answer.id, answer]));
}

// The document with one of its values replaced, where one is to be.
function otherDocument() {
  const { value, instead } = state.order;
  const found = house.values.find(({ path }) => path === value);
  if (!found || instead === "" || instead === found.written) return null;
  const lines = documentText().split("\n");
  const line = lines[found.line - 1];
  lines[found.line - 1] = line.slice(0, found.start) + instead + line.slice(found.end);
  return lines.join("\n");
}

const TITLES = { price: "Price", delivery: "Delivery", customs: "Customs", return: "Return" };

function orderCards(given, clauses, other) {
  const { locale } = state;
  return Object.entries(TITLES).filter(([id]) => given[id]).map(([id, title]) => {
    const answer = given[id];
    const body = [];
    if (answer.decision === "quoted") body.push(priceTable(answer, locale));
    if (answer.decision === "estimated") {
      body.push(calendars(state.order.dispatched, answer.value.earliest, answer.value.latest, locale));
    }
    if (answer.value?.missing_rate) body.push(rateInput(answer.value.missing_rate));
    if (answer.decision === "deadline" && answer.value.last_day) {
      body.push(element("p", {}, element("strong", {}, dayText(answer.value.last_day, locale))));
    }
    return answerCard(title, answer, { locale, clauses, other: other?.[id] }, ...body);
  });
}

function rateInput(pair) {
  state.order.pair = pair;
  const input = element("input", { value: state.order.rate, inputMode: "decimal", size: 8 });
  input.addEventListener("change", () => {
    state.order.rate = input.value;
    changed();
  });
  return element("label", {}, `Exchange rate ${pair}`, input);
}

async function showOrder() {
  const document = documentText();
  const changedDocument = otherDocument();
  const [here, there] = await Promise.all([
    orderAnswers(document), changedDocument ? orderAnswers(changedDocument) : null,
  ]);
  const named = [here, there ?? {}].flatMap(Object.values).flatMap((answer) => answer.sources ?? []);
  const clauses = await ask("clauses", { names: [...new Set(named)], locale: state.locale });
  return () => $("order-answers").replaceChildren(there
    ? element("div", { className: "compared two" },
      element("div", {}, element("h2", {}, "As it is"), ...orderCards(here, clauses, there)),
      element("div", {}, element("h2", {}, `${state.order.value} = ${state.order.instead}`), ...orderCards(there, clauses, here)))
    : element("div", {}, ...orderCards(here, clauses, null)));
}

function stepped(id, part, { events = [], refusals = [] }) {
  const all = events.length + refusals.length;
  const slider = $(`${id}-step`);
  slider.max = String(all);
  const shown = Math.min(part.step ?? all, all);
  slider.value = String(shown);
  $(`${id}-shown`).textContent = `${shown} of ${all}`;
  return shown;
}

async function showReplay(id, rule, facts, body) {
  const [answer] = await answers(documentText(), [[id, rule, facts]]);
  const clauses = await ask("clauses", { names: answer.sources ?? [], locale: state.locale });
  return () => {
    const shown = stepped(id, state[id], answer.value ?? {});
    $(`${id}-answers`).replaceChildren(answer.error
      ? answerCard("What happens", answer, { locale: state.locale, clauses })
      : answerCard("What happens", answer, { locale: state.locale, clauses }, body(answer.value, shown)));
  };
}

function showOffers() {
  const { initial_price, until, commands } = state.offers;
  const facts = {
    initial_price: amount(initial_price),
    until: instant(until),
    commands: commands.map((row) => ({
      at: instant(row.at), do: row.do,
      ...(STEPS[row.do].includes("buyer") && row.buyer && { buyer: row.buyer }),
      ...(STEPS[row.do].includes("price") && row.price && { price: amount(row.price) }),
    })),
  };
  return showReplay("offers", "replay-negotiation", facts, (value, shown) => element("div", {},
    element("p", {}, "The price is ", element("strong", {}, money(value.price, state.locale)), "."),
    timeline(value, shown, state.locale)));
}

function said(row) {
  const facts = { at: instant(row.at), do: row.do };
  for (const name of Object.keys(LIFE_STEPS[row.do])) {
    const value = row[name] ?? "";
    if (value === "") continue;
    if (name === "pieces") facts[name] = listed(value);
    else if (name === "photos") facts[name] = Number(value);
    else if (name === "agreed") facts[name] = value === "yes";
    else facts[name] = value;
  }
  return facts;
}

function showLife() {
  const { placed_at, until, commands } = state.life;
  const facts = {
    order: { id: "o1", buyer: "zoe", placed_at: instant(placed_at), ...cart() },
    commands: commands.map(said),
    until: instant(until),
  };
  return showReplay("life", "replay-order", facts, (value, shown) => element("div", {},
    element("p", {}, "The order is ", element("strong", {}, value.state), "; it cost ", money(value.total, state.locale), "."),
    balances(value, state.locale), timeline(value, shown, state.locale),
    ...value.cases.map(({ kind, why }) => element("p", { className: "error" }, `A person must look: ${kind} ${why ?? ""}`))));
}

function mark(text, findings) {
  const lines = text.split("\n");
  const parts = [];
  const byLine = new Map();
  for (const finding of findings) byLine.set(finding.line, finding);
  lines.forEach((line, n) => {
    const finding = byLine.get(n + 1);
    if (!finding) parts.push(`${line}\n`);
    else {
      const start = finding.column - 1;
      const end = start + (/^(\[.*\]|"[^"]*"|[^\s,\]}#=]+)/.exec(line.slice(start))?.[0].length ?? 1);
      parts.push(line.slice(0, start), element("mark", { className: finding.severity }, line.slice(start, end) || " "),
        `${line.slice(end)}\n`);
    }
  });
  $("marks").replaceChildren(...parts);
}

async function showHouse() {
  const text = documentText();
  const findings = await ask("check", { document: text, locale: state.locale });
  return () => {
    mark(text, findings);
    const items = findings.map((finding) => {
      const go = element("button", { type: "button" }, `line ${finding.line}`);
      go.addEventListener("click", () => moveTo(finding));
      return element("article", { className: "answer finding" },
        element("p", {}, element("span", { className: "decision" }, finding.severity), " ", go, ` ${finding.path}`),
        element("p", {}, `${finding.reason}.`), ...(finding.example ? [element("p", { className: "sources" }, finding.example)] : []));
    });
    const title = house.error ? "This document cannot be read yet"
      : items.length ? "What the check finds" : `Sound: ${house.edition}`;
    $("house-answers").replaceChildren(element("h2", {}, title), ...items);
  };
}

function moveTo({ line, column }) {
  const area = $("document");
  const start = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1;
  area.focus();
  area.setSelectionRange(start, start);
  area.scrollTop = (line - 4) * Number.parseFloat(getComputedStyle(area).lineHeight);
}

const SHOWN = { order: showOrder, offers: showOffers, life: showLife, house: showHouse };

// --- asking, and keeping the link ---------------------------------------------------------------

async function refresh() {
  const mine = (turn += 1);
  const started = performance.now();
  try {
    house = await ask("house", { document: documentText(), day: state.order.dispatched });
    if (house.error && state.tab !== "house") {
      if (mine === turn) status(`The document cannot be read; see “Edit the house”. ${house.error}`, true);
      return;
    }
    if (!house.error) {
      options($("mode"), house.modes.map((mode) => [mode, mode]), state.order.mode);
      options($("value"), [["", "as it is"], ...house.values.map(({ path, written }) => [path, `${path} = ${written}`])], state.order.value);
    } else house = { modes: [], values: [], currency: "EUR", ...house };
    $("instead").disabled = !state.order.value;
    const draw = await SHOWN[state.tab]();
    if (mine !== turn) return; // what was typed since is being asked
    draw();
    status(`vintage_rules ${known.version} answered in ${Math.round(performance.now() - started)} ms.`);
    document.body.dataset.answered = String(mine);
  } catch (error) {
    if (mine === turn) status(String(error.message ?? error), true);
  }
}

let timer;
function changed() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    history.replaceState(null, "", `#${await linkOf(state)}`);
    await refresh();
  }, PAUSE);
}

function fill() {
  options($("locale"), Object.entries(known.languages), state.locale);
  options($("country"), known.countries, state.order.country);
  options($("shipped"), Object.keys(known.houses).map((name) => [name, name]), state.house);
  options($("story"), [["", "my own steps"], ...storyOf("", state).map((name) => [name, name])], state.life.story);
  $("document").value = documentText();
  for (const draw of [drawPieces, drawOffers, drawLife]) draw();
  show(state.tab);
}

function show(tab) {
  state.tab = tab;
  for (const name of Object.keys(SHOWN)) {
    $(name).hidden = name !== tab;
    $(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
  }
}

function wire() {
  for (const id of ["mode", "country", "postal_code", "city", "dispatched", "gift_card", "instead"]) field(id, "order");
  field("initial_price", "offers");
  field("offers-until", "offers", "until");
  field("placed_at", "life");
  field("life-until", "life", "until");
  for (const name of Object.keys(SHOWN)) {
    $(`tab-${name}`).addEventListener("click", () => { show(name); changed(); });
  }
  for (const name of ["offers", "life"]) {
    $(`${name}-step`).addEventListener("input", (event) => { state[name].step = Number(event.target.value); changed(); });
  }
  $("value").addEventListener("input", (event) => {
    state.order.value = event.target.value;
    state.order.instead = house.values.find(({ path }) => path === state.order.value)?.written ?? "";
    $("instead").value = state.order.instead;
    changed();
  });
  $("story").addEventListener("input", (event) => {
    state.life.story = event.target.value;
    if (state.life.story) state.life.commands = storyOf(state.life.story, state);
    state.life.step = null;
    drawLife();
    changed();
  });
  $("shipped").addEventListener("input", (event) => {
    Object.assign(state, { house: event.target.value, document: null });
    Object.assign(state.order, { value: "", instead: "" });
    $("document").value = documentText();
    changed();
  });
  $("document").addEventListener("input", () => {
    state.document = $("document").value === known.houses[state.house] ? null : $("document").value;
    mark($("document").value, []);
    changed();
  });
  $("document").addEventListener("scroll", () => {
    Object.assign($("marks"), { scrollTop: $("document").scrollTop, scrollLeft: $("document").scrollLeft });
  });
  $("locale").addEventListener("input", async (event) => {
    state.locale = event.target.value;
    known = await ask("begin", { locale: state.locale });
    fill();
    changed();
  });
  added("add-piece", () => state.order.pieces, () => ({ id: `piece-${state.order.pieces.length + 1}`, seller: "ada", price: "10.00", weight_g: "300" }), drawPieces);
  added("add-offer-command", () => state.offers.commands, () => ({ at: state.offers.until, do: "offer", buyer: "zoe", price: state.offers.initial_price }), drawOffers);
  added("add-life-command", () => state.life.commands, () => ({ at: state.life.until, do: "confirm" }), drawLife);
  $("copy").addEventListener("click", async () => {
    const link = new URL(`#${await linkOf(state)}`, location.href).href;
    history.replaceState(null, "", link);
    await navigator.clipboard?.writeText(link);
    $("copy").textContent = "Copied";
    setTimeout(() => { $("copy").textContent = "Copy link"; }, 2000);
  });
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
}

const STAGES = { python: "Loading Python…", library: "Loading the library…" };
addEventListener("engine", ({ detail }) => {
  if (detail.failed) status(`The library could not be loaded: ${detail.failed}`, true);
  else status(STAGES[detail.stage]);
});

async function begin() {
  state = await stateOf(location.hash.slice(1));
  known = await ask("begin", { locale: state.locale });
  house = await ask("house", { document: documentText(), day: state.order.dispatched });
  fill();
  wire();
  await refresh();
  if (state.unreadable) {
    delete state.unreadable;
    status("The link could not be read, so this is the beginning.", true);
  }
}

addEventListener("hashchange", () => location.reload());
begin().catch((error) => status(String(error.message ?? error), true));
