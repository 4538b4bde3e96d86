// The controls.

const byId = (id) => document.getElementById(id);
const described = JSON.parse(byId("tasks").textContent);
const controls = byId("controls");
const list = byId("list");
const loaded = new Map();
const view = { page: 0, kind: "all", facets: [] };
let samples = null;
let chosen = [];
let latest = 0;

const SORTS = {
  place: say("order of the file"),
  loss: say("largest loss first"),
  gain: say("largest gain first"),
  low: say("lowest score first"),
  high: say("highest score first"),
  short: say("shortest reference first"),
  long: say("longest reference first"),
  id: say("id"),
};
const KINDS = {
  all: say("All"),
  regressions: say("Regressions"),
  improvements: say("Improvements"),
  wrong: say("All wrong"),
  disagreement: say("Disagreement"),
  empty: say("Empty"),
};
const OF_TWO = new Set(["loss", "gain"]);

function fill(select, names, values = names.map((_, at) => String(at))) {
  const options = names.map((name, at) => put(element("option", { value: values[at] }), name));
  select.replaceChildren(...options);
}

const hideUnless = (id, shown) => (byId(id).closest("label").hidden = !shown);
const numberOf = (id) => (byId(id).value.trim() === "" ? null : Number(byId(id).value));
const choiceOf = (id) => (byId(id).value === "" ? null : Number(byId(id).value));
const taskNumber = () => Number(byId("task").value);

/** Read the controls. */
function read() {
  view.metric = choiceOf("metric");
  view.a = choiceOf("model-a");
  view.every = byId("model-b").value === "every";
  view.b = view.every ? otherThan(view.a) : choiceOf("model-b");
  view.lang = choiceOf("lang");
  view.length = choiceOf("length");
  view.low = numberOf("low");
  view.high = numberOf("high");
  view.search = byId("search").value.trim();
  view.size = Number(byId("size").value);
  const directed = described[taskNumber()].better[view.metric] !== null;
  offerSorts(view.b !== null && directed);
  view.sort = byId("sort").value;
  view.facets = [...byId("facets").querySelectorAll("select")]
    .filter(({ value }) => value !== "")
    .map(({ dataset, value }) => [Number(dataset.facet), Number(value)]);
  if (!(view.kind in samples.kinds(view))) view.kind = "all";
}

/** Return the baseline, or the first other model if that is the model itself. */
function otherThan(model) {
  const { baseline, models } = described[taskNumber()];
  return model === baseline ? (models.length > 1 ? Number(baseline === 0) : null) : baseline;
}

function offerSorts(two) {
  const { value } = byId("sort");
  const sorts = Object.keys(SORTS).filter((sort) => two || !OF_TWO.has(sort));
  fill(byId("sort"), sorts.map((sort) => SORTS[sort]), sorts);
  byId("sort").value = sorts.includes(value) ? value : "place";
}

async function choose(task) {
  const { models, titles, note, baseline } = described[task];
  byId("task").value = String(task);
  fill(byId("metric"), titles);
  fill(byId("model-a"), models);
  const numbers = models.map((_, at) => String(at));
  const every = models.length > 2 ? [[say("all models")], ["every"]] : [[], []];
  fill(byId("model-b"), [say("none"), ...models, ...every[0]], ["", ...numbers, ...every[1]]);
  byId("model-a").value = String(models.length > 1 ? Number(baseline === 0) : 0);
  byId("model-b").value = models.length > 1 ? String(baseline) : "";
  hideUnless("model-b", models.length > 1);
  hideUnless("metric", titles.length > 1);
  byId("note").textContent = note;
  byId("note").hidden = !note;
  view.kind = "all";
  if (!loaded.has(task)) {
    byId("status").textContent = say("Reading the samples …");
    loaded.set(task, Samples.of(task, described[task]));
  }
  const found = await loaded.get(task);
  if (taskNumber() !== task) return; // another task was chosen meanwhile
  samples = found;
  offerFilters();
  await refresh();
}

/** Offer what the samples of a task can be filtered by. */
function offerFilters() {
  const { langs, facets } = samples.table;
  const any = say("all");
  fill(byId("lang"), [any, ...langs], ["", ...langs.map((_, at) => String(at))]);
  hideUnless("lang", langs.length > 1);
  const groups = samples.lengthGroups();
  const names = groups.map(([group, count]) => {
    const [low, high] = group ? [2 ** (group - 1), 2 ** group - 1] : [0, 0];
    return say("{low:,} to {high:,} characters ({number:,})", { low, high, number: count });
  });
  fill(byId("length"), [any, ...names], ["", ...groups.map(([group]) => String(group))]);
  const selects = facets.map(({ name, values }, facet) => {
    const counts = samples.facetCounts(facet);
    const select = element("select", { "data-facet": facet, class: "facet" });
    const places = [...values.keys(), ...(counts.has(-1) ? [-1] : [])];
    const texts = places.map((place) =>
      say("{value} ({number:,})", { value: place < 0 ? say("(none)") : values[place], number: counts.get(place) ?? 0 }),
    );
    fill(select, [any, ...texts], ["", ...places.map(String)]);
    return element("label", {}, isolated(name), " ", select);
  });
  byId("facets").replaceChildren(...selects);
}

/** Show how many samples there are of each kind; the chosen kind is pressed. */
function showKinds() {
  const had = document.activeElement?.dataset?.kind;
  const buttons = samples.counts(view).map(([kind, count]) => {
    const number = element("span", { class: "number" }, count.toLocaleString("en"));
    const about = { type: "button", "data-kind": kind, "aria-pressed": String(kind === view.kind) };
    return element("button", about, KINDS[kind], " ", number);
  });
  byId("kinds").replaceChildren(...buttons);
  if (had) byId("kinds").querySelector(`[data-kind=${had}]`)?.focus();
}

/** Filter and sort again, and show the first page, or the page of a sample. */
async function refresh(place = null) {
  const asked = samples;
  await asked.loadScores(choiceOf("metric"));
  if (asked !== samples) return; // another task was chosen meanwhile
  read();
  if (view.search) await asked.loadAll();
  if (asked !== samples) return; // another task was chosen meanwhile
  showKinds();
  chosen = samples.chosen(view);
  const at = place === null ? 0 : chosen.indexOf(place);
  view.page = Math.floor(Math.max(at, 0) / view.size);
  await show();
}

async function show() {
  const task = taskNumber();
  const { models } = described[task];
  const pages = Math.max(Math.ceil(chosen.length / view.size), 1);
  view.page = Math.min(Math.max(view.page, 0), pages - 1);
  const begin = view.page * view.size;
  const shown = chosen.slice(begin, begin + view.size);
  const asked = [samples, ++latest];
  await samples.load(shown);
  if (asked[0] !== samples || asked[1] !== latest) return; // something else was chosen meanwhile
  list.replaceChildren(...shown.map((at) => cardOf(samples, at, view, task, models)));
  byId("status").textContent = statusOf(begin + 1, begin + shown.length);
  byId("clear").hidden = chosen.length === samples.count;
  byId("empty").hidden = shown.length > 0;
  for (const each of document.querySelectorAll(".pager")) {
    each.hidden = pages === 1;
    each.querySelector(".page").textContent = say("Page {page:,} of {pages:,}", { page: view.page + 1, pages });
  }
  for (const button of document.querySelectorAll("[data-page]")) {
    const back = ["first", "previous"].includes(button.dataset.page);
    button.disabled = back ? view.page === 0 : view.page === pages - 1;
  }
  if (list.firstChild) list.firstChild.tabIndex = 0;
  performance.mark("shown");
}

/** Say which samples are shown, of how many. */
function statusOf(first, last) {
  const count = chosen.length;
  if (!count) return say("No samples");
  if (count === samples.count) {
    return plural(count, "{first:,} to {last:,} of {number} sample", "{first:,} to {last:,} of {number:,} samples", { first, last });
  }
  const values = { first, last, all: samples.count };
  return plural(count, "{first:,} to {last:,} of {number} sample, of {all:,} in all", "{first:,} to {last:,} of {number:,} samples, of {all:,} in all", values);
}

function turnTo(where) {
  const last = Math.ceil(chosen.length / view.size) - 1;
  view.page = { first: 0, previous: view.page - 1, next: view.page + 1, last }[where];
  return show();
}

/** Move the focus to a sample of the page. */
function goTo(card) {
  if (!card) return;
  for (const each of list.children) each.tabIndex = each === card ? 0 : -1;
  card.focus();
}

function exchange() {
  const [a, b] = [byId("model-a"), byId("model-b")];
  if (view.b === null) return;
  [a.value, b.value] = [String(view.b), String(view.a)];
  refresh();
}

/** Move to the next or the previous sample, on the next or the previous page if necessary. */
async function step(by) {
  const cards = [...list.children];
  const at = cards.indexOf(document.activeElement?.closest(".sample"));
  if (at < 0) return goTo(cards[0]);
  if (cards[at + by]) return goTo(cards[at + by]);
  const page = view.page + by;
  if (page < 0 || page * view.size >= chosen.length) return undefined;
  await turnTo(by > 0 ? "next" : "previous");
  return goTo(by > 0 ? list.firstChild : list.lastChild);
}

async function turnByKey(where) {
  await turnTo(where);
  goTo(list.firstChild);
}

const ARROWS = { ArrowDown: "j", ArrowUp: "k", ArrowRight: "n", ArrowLeft: "p" };
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => turnByKey("next"),
  p: () => turnByKey("previous"),
  x: exchange,
  "/": () => byId("search").focus(),
};

byId("samples").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  const arrow = event.target.matches(".sample") ? ARROWS[event.key] : undefined;
  const action = KEYS[arrow ?? event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

function clear() {
  for (const id of ["lang", "length", "low", "high", "search"]) byId(id).value = "";
  for (const select of byId("facets").querySelectorAll("select")) select.value = "";
  view.kind = "all";
}

/** Show the sample that the address names. */
async function open() {
  const hash = decoded(location.hash.slice(1));
  if (!hash.startsWith("sample-")) return false;
  const { task, id } = target(hash.slice("sample-".length));
  if (samples === null || taskNumber() !== task) await choose(task);
  const place = samples.placeOf(id);
  if (place < 0) {
    await refresh();
    byId("status").textContent = say("There is no sample {id} on this page.", { id });
    byId("samples").scrollIntoView();
    return true;
  }
  if (!chosen.includes(place)) clear();
  await refresh(place);
  const card = list.querySelector(`[data-at="${place}"]`);
  goTo(card);
  card.scrollIntoView();
  return true;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Return the task and the id of `2-q17`; of one task an id alone is enough. */
function target(name) {
  const found = /^(\d+)-(.*)$/s.exec(name);
  const task = found ? Number(found[1]) - 1 : -1;
  return found && described[task] ? { task, id: found[2] } : { task: 0, id: name };
}

for (const button of document.querySelectorAll("[data-page]")) {
  button.addEventListener("click", () => turnTo(button.dataset.page));
}
byId("kinds").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  view.kind = button.dataset.kind;
  refresh();
});
controls.addEventListener("submit", (event) => event.preventDefault());
controls.addEventListener("change", (event) => {
  if (event.target.id === "task") choose(Number(event.target.value));
  else if (event.target.id !== "search") refresh();
});
byId("search").addEventListener("input", () => refresh());
byId("clear").addEventListener("click", () => {
  clear();
  refresh();
});
window.addEventListener("hashchange", open);
for (const link of document.querySelectorAll("a.to-sample")) {
  const task = described.findIndex((each) => each.task === link.dataset.task);
  if (task >= 0) link.href = `#${hashOf(task, link.dataset.id)}`;
}

fill(byId("task"), described.map(({ task, count }) => plural(count, "{task} ({number} sample)", "{task} ({number:,} samples)", { task })));
byId("explorer").hidden = false;
open().then((opened) => opened || choose(0));
