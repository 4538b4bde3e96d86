// The controls.

const byId = (id) => document.getElementById(id);
const described = JSON.parse(byId("tasks").textContent);
const controls = byId("controls");
const list = byId("list");
const loaded = new Map();
const view = { key: "place", descending: false, page: 0 };
let samples = null;
let chosen = [];
let latest = 0;

function fill(select, names, values = names.map((_, at) => String(at))) {
  const options = names.map((name, at) => put(element("option", { value: values[at] }), name));
  select.replaceChildren(...options);
}

const numberOf = (id) => (byId(id).value.trim() === "" ? null : Number(byId(id).value));
const choiceOf = (id) => (byId(id).value === "" ? null : Number(byId(id).value));

/** Read the controls. */
function read() {
  view.metric = choiceOf("metric");
  view.a = choiceOf("model-a");
  view.b = choiceOf("model-b");
  view.lang = choiceOf("lang");
  view.low = numberOf("low");
  view.high = numberOf("high");
  const { better, percent } = described[Number(byId("task").value)];
  view.lower = better[view.metric] === "lower";
  view.comparable = view.b !== null && better[view.metric] !== null;
  view.outcome = view.comparable ? byId("outcome").value : "";
  byId("unit").textContent = percent[view.metric] ? ", percent" : "";
  view.search = byId("search").value;
  view.size = Number(byId("size").value);
  if (view.b === null && ["b", "difference"].includes(view.key)) {
    Object.assign(view, { key: "place", descending: false });
  }
}

async function choose(task) {
  const { models, titles, note } = described[task];
  fill(byId("metric"), titles);
  fill(byId("model-a"), models);
  fill(byId("model-b"), ["none", ...models], ["", ...models.map((_, at) => String(at))]);
  byId("model-b").value = models.length > 1 ? "1" : "";
  byId("note").textContent = note;
  byId("note").hidden = !note;
  if (!loaded.has(task)) {
    byId("status").textContent = "reading the samples …";
    loaded.set(task, Samples.of(task, described[task].rows));
  }
  const found = await loaded.get(task);
  if (Number(byId("task").value) !== task) return; // another task was chosen meanwhile
  samples = found;
  const { langs } = samples.table;
  fill(byId("lang"), ["all", ...langs], ["", ...langs.map((_, at) => String(at))]);
  await refresh();
}

/** Filter and sort again, and show the first page. */
async function refresh() {
  read();
  const asked = samples;
  if (view.search) await asked.loadAll();
  if (asked !== samples) return; // another task was chosen meanwhile
  chosen = samples.chosen(view);
  view.page = 0;
  await show();
}

async function show() {
  const { models } = described[Number(byId("task").value)];
  const pages = Math.max(Math.ceil(chosen.length / view.size), 1);
  view.page = Math.min(Math.max(view.page, 0), pages - 1);
  const first = view.page * view.size;
  const shown = chosen.slice(first, first + view.size);
  const asked = [samples, ++latest];
  await samples.load(shown);
  if (asked[0] !== samples || asked[1] !== latest) return; // something else was chosen meanwhile
  for (const body of [...list.tBodies]) body.remove();
  list.append(...shown.map((at) => rowsOf(samples, at, view, models)));
  label(models);
  const count = (number) => number.toLocaleString("en");
  const of = chosen.length === samples.count ? "" : `, of ${count(samples.count)} in all`;
  byId("status").textContent = shown.length
    ? `${count(first + 1)} to ${count(first + shown.length)} of ${count(chosen.length)} ${chosen.length === 1 ? "sample" : "samples"}${of}`
    : "no samples";
  byId("page").textContent = `page ${count(view.page + 1)} of ${count(pages)}`;
  byId("empty").hidden = shown.length > 0;
  for (const button of document.querySelectorAll("[data-page]")) {
    const back = ["first", "previous"].includes(button.dataset.page);
    button.disabled = back ? view.page === 0 : view.page === pages - 1;
  }
  if (list.tBodies.length) list.tBodies[0].tabIndex = 0;
  performance.mark("shown");
}

/** Label the columns, and mark the one that samples are sorted by. */
function label(models) {
  for (const header of list.tHead.rows[0].cells) {
    const { key } = header.dataset;
    header.hidden = view.b === null && ["b", "difference"].includes(key);
    if (key === view.key) header.setAttribute("aria-sort", view.descending ? "descending" : "ascending");
    else header.removeAttribute("aria-sort");
    const button = header.querySelector("button");
    if (key === "a" || (key === "b" && view.b !== null)) button.replaceChildren(isolated(models[view[key]]));
    if (key === "difference") button.textContent = "A − B";
  }
  byId("outcome").disabled = !view.comparable;
}

function sortBy(key) {
  // Scores and lengths begin with the highest.
  view.descending = view.key === key ? !view.descending : !["place", "id"].includes(key);
  view.key = key;
  refresh();
}

function turn(where) {
  const last = Math.ceil(chosen.length / view.size) - 1;
  view.page = { first: 0, previous: view.page - 1, next: view.page + 1, last }[where];
  return show();
}

/** Move the focus to a sample of the page. */
function goTo(index) {
  const bodies = [...list.tBodies];
  if (!bodies.length) return;
  const body = bodies[Math.min(Math.max(index, 0), bodies.length - 1)];
  for (const each of bodies) each.tabIndex = each === body ? 0 : -1;
  body.focus();
}

function exchange() {
  const [a, b] = [byId("model-a"), byId("model-b")];
  if (b.value === "") return;
  [a.value, b.value] = [b.value, a.value];
  refresh();
}

function step(by) {
  const at = [...list.tBodies].indexOf(document.activeElement?.closest("tbody"));
  goTo(at < 0 ? 0 : at + by);
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

async function turnByKey(where) {
  await turn(where);
  goTo(0);
}

byId("samples").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  const arrow = event.target.matches("tbody") ? ARROWS[event.key] : undefined;
  const action = KEYS[arrow ?? event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
list.tHead.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) sortBy(button.closest("th").dataset.key);
});
for (const button of document.querySelectorAll("[data-page]")) {
  button.addEventListener("click", () => turn(button.dataset.page));
}
controls.addEventListener("submit", (event) => event.preventDefault());
controls.addEventListener("change", (event) => {
  if (event.target.id === "task") choose(Number(event.target.value));
  else if (event.target.id !== "search") refresh();
});
byId("search").addEventListener("input", refresh);
byId("size").addEventListener("change", refresh);

function clear() {
  for (const id of ["lang", "outcome", "low", "high", "search"]) byId(id).value = "";
  refresh();
}

controls.addEventListener("reset", (event) => {
  event.preventDefault();
  clear();
});
byId("clear").addEventListener("click", clear);

fill(byId("task"), described.map(({ task, count }) => `${task} (${count.toLocaleString("en")})`));
choose(0);
