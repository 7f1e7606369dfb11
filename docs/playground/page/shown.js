// Answers as a person reads them.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export const money = ({ amount, currency }, locale) =>
  new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);

export const dayText = (day, locale) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));

const momentText = (at, locale) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })
    .format(new Date(at)) + " UTC";

export const sentences = (text, locale) =>
  [...new Intl.Segmenter(locale, { granularity: "sentence" }).segment(text)].map(({ segment }) => segment.trim());

// The clauses an answer rests on, each in words where it has some.
function sourcesOf(answer, clauses) {
  const sources = answer.sources ?? [];
  if (sources.length === 0) return null;
  return element("details", { className: "sources" },
    element("summary", {}, `${answer.policy}: ${sources.join(", ")}`),
    element("dl", {}, ...sources.flatMap((source) =>
      [element("dt", {}, source), element("dd", {}, clauses[source] ?? "")])));
}

// One answer: its decision, what it holds, why, and by which clause. What another does not say is marked.
export function answerCard(title, answer, { locale, clauses, other = null }, ...body) {
  if (answer.error) {
    return element("article", { className: "answer" },
      element("h2", {}, title), element("p", { className: "error" }, `${answer.error.path}: ${answer.error.message}`));
  }
  const known = other && other.text ? new Set(sentences(other.text, locale)) : null;
  const said = sentences(answer.text ?? "", locale).map((sentence) =>
    element("p", { className: known && !known.has(sentence) ? "changed" : "" }, sentence));
  const changed = other && other.decision !== answer.decision ? "decision changed" : "decision";
  return element("article", { className: "answer" },
    element("h2", {}, title, " ", element("span", { className: changed }, answer.decision)),
    ...body, ...said, sourcesOf(answer, clauses));
}

export function priceTable({ value }, locale) {
  const row = (name, amount) =>
    element("tr", {}, element("td", {}, name), element("td", { className: "amount" }, money(amount, locale)));
  const parcels = value.parcels.map((parcel) => row(`Shipping from ${parcel.from}: ${parcel.pieces.join(", ")}`, parcel.shipping));
  const rows = [row("Goods", value.goods), ...parcels];
  if (Number(value.quality_control_fee?.amount)) rows.push(row("Quality control", value.quality_control_fee));
  rows.push(row("Total", value.total));
  if (Number(value.gift_card?.amount)) rows.push(row("Gift card", value.gift_card), row("To pay", value.to_pay));
  return element("table", {}, element("tbody", {}, ...rows));
}

export function calendars(dispatched, earliest, latest, locale) {
  const months = [];
  const last = new Date(`${latest}T00:00Z`);
  const at = new Date(`${dispatched.slice(0, 7)}-01T00:00Z`);
  for (; at <= last && months.length < 6; at.setUTCMonth(at.getUTCMonth() + 1)) {
    months.push(month(new Date(at), { dispatched, earliest, latest }, locale));
  }
  return element("div", { className: "calendars" }, ...months);
}

function month(first, { dispatched, earliest, latest }, locale) {
  const written = (form, date) => new Intl.DateTimeFormat(locale, { ...form, timeZone: "UTC" }).format(date);
  const monday = new Date(Date.UTC(2026, 0, 5));
  const heads = Array.from({ length: 7 }, (_, n) =>
    element("th", { scope: "col" }, written({ weekday: "narrow" }, new Date(monday.getTime() + n * 86_400_000))));
  const rows = [element("tr", {})];
  for (let n = (first.getUTCDay() + 6) % 7; n > 0; n -= 1) rows[0].append(element("td"));
  const at = new Date(first);
  for (; at.getUTCMonth() === first.getUTCMonth(); at.setUTCDate(at.getUTCDate() + 1)) {
    if (rows.at(-1).children.length === 7) rows.push(element("tr", {}));
    const day = at.toISOString().slice(0, 10);
    const names = [];
    if (day === dispatched) names.push("dispatched");
    if (day >= earliest && day <= latest) names.push("window");
    rows.at(-1).append(element("td", { className: names.join(" "), title: names.join(", ") }, String(at.getUTCDate())));
  }
  return element("table", { className: "calendar" },
    element("caption", {}, written({ month: "long", year: "numeric" }, first)),
    element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
}

const detail = (given, locale) =>
  Object.entries(given)
    .filter(([name]) => !["at", "event", "do", "reasons"].includes(name))
    .map(([name, value]) => {
      if (value?.currency) return `${name} ${money(value, locale)}`;
      if (name === "until") return `until ${momentText(value, locale)}`;
      return `${name} ${Array.isArray(value) ? value.join(", ") : value}`;
    }).join("; ");

// Events and refusals in order of time, as many as are to be shown.
export function timeline({ events, refusals }, shown, locale) {
  const items = [
    ...events.map((event) => ({ ...event, title: event.event })),
    ...refusals.map((no) => ({ ...no, refusal: true, title: `${no.do} refused: ${no.reasons.join(", ")}` })),
  ].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  return element("ol", { className: "timeline" }, ...items.slice(0, shown).map(({ title, refusal, ...given }) =>
    element("li", { className: refusal ? "refusal" : "" },
      element("time", {}, momentText(given.at, locale)), element("strong", {}, title), " ", detail(given, locale))));
}

export function balances({ balance }, locale) {
  const row = (name, amount) =>
    element("tr", {}, element("td", {}, name), element("td", { className: "amount" }, money(amount, locale)));
  const { sellers, ...others } = balance;
  return element("table", {}, element("tbody", {},
    ...Object.entries(others).map(([name, amount]) => row(name, amount)),
    ...Object.entries(sellers).map(([name, amount]) => row(`seller ${name}`, amount))));
}
