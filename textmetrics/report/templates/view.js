// The card of one sample.

const NONE = "–";
const FORMS = {
  normalized: say("Shown normalized, because tokens share a character of the text."),
  tokens: say("Shown as its tokens."),
};
const LONG_QUESTION = 700;

const written = (value) => (Number.isNaN(value) ? NONE : value.toFixed(2));

function signed(value) {
  if (Number.isNaN(value)) return NONE;
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return text;
  return (value > 0 ? "+" : "\u2212") + text;
}

/** Return a language's code if it is a well-formed tag. */
const tagOf = (lang) => (/^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(lang) ? lang : null);

const muted = (text) => element("p", { class: "remark" }, text);

function unfolded(title, ...nodes) {
  return element("details", {}, element("summary", {}, title), ...nodes);
}

const plainText = (text, lang) => put(element("div", { class: "text", dir: "auto", lang }), text);

function remarks({ form, whole, hidden }, lang) {
  const found = [];
  if (FORMS[form]) found.push(muted(FORMS[form]));
  if (hidden) found.push(muted(plural(hidden, "{number} more character is not shown.", "{number:,} more characters are not shown.")));
  if (whole !== null) found.push(unfolded(say("the whole output"), plainText(whole, lang)));
  return found;
}

/** Show one text of a pair, with its heading. */
function side(heading, found, written, states, which, lang) {
  const text = textOf(found);
  const shown = marked(text, written, states, which, lang);
  const head = element("h4", {}, heading, element("span", { class: "count" }, counted(shown, which)));
  return element("div", { class: which }, head, shown.node, ...remarks(text, lang));
}

/** Show a prediction, its score, and its reference. */
function pane(samples, at, model, view, name) {
  const { references, predictions, ofReferences, ofPredictions, pairs } = samples.row(at);
  const [reference, ofPrediction, ofReference] = pairs === null ? [0, null, null] : pairs[model];
  const code = tagOf(samples.table.langs[samples.table.lang[at]]);
  const score = written(samples.scoresOf(model, view.metric)[at]);
  const title = element("span", { class: "who" }, ...parts("Prediction of {model}", { model: isolated(name) }));
  const head = element("header", {}, title, element("strong", { class: "score" }, score));
  const which =
    references.length > 1
      ? say("Reference {number} of {all}", { number: reference + 1, all: references.length })
      : say("Reference");
  const node = element(
    "div",
    { class: "pane" },
    head,
    side("", predictions[model], ofPredictions[model], ofPrediction, "prediction", code),
    side(element("span", {}, which), references[reference], ofReferences[reference], ofReference, "reference", code),
  );
  if (references.length > 1) {
    const others = references.filter((_, other) => other !== reference);
    node.append(unfolded(say("the other references"), ...others.map((found) => plainText(textOf(found).text, code))));
  }
  return node;
}

function turn([role, text], lang) {
  const node = element("div", { class: "turn" });
  if (role) node.append(element("span", { class: "role" }, isolated(role)));
  node.append(plainText(text, lang));
  return node;
}

/** Show what was asked; of a long question the beginning. */
function questionOf(turns, lang) {
  if (!turns.length) return [];
  const node = element("div", { class: "question" }, element("h4", {}, say("Question")));
  const length = turns.reduce((sum, [, text]) => sum + text.length, 0);
  if (length <= LONG_QUESTION) {
    node.append(...turns.map((each) => turn(each, lang)));
    return [node];
  }
  // What is asked is mostly said last.
  const [role, text] = turns[turns.length - 1];
  const short = text.length <= LONG_QUESTION ? text : `${text.slice(0, LONG_QUESTION).trimEnd()} …`;
  node.append(turn([role, short], lang), unfolded(say("the whole question"), ...turns.map((each) => turn(each, lang))));
  return [node];
}

/** Return the hash of the address of a sample. */
const hashOf = (task, id) => `sample-${task + 1}-${encodeURIComponent(id.toWellFormed?.() ?? id)}`;

/** Create the card of a sample. */
function cardOf(samples, at, view, task, names) {
  const { ids, langs, lang, facets } = samples.table;
  const row = samples.row(at);
  const models = view.b === null ? [view.a] : [view.a, view.b];
  if (view.every) for (let model = 0; model < names.length; model++) if (!models.includes(model)) models.push(model);
  const tags = facets
    .filter(({ column }) => column[at] >= 0)
    .map(({ name, values, column }) => element("span", { class: "tag", title: name }, isolated(values[column[at]])));
  if (langs.length > 1) tags.push(element("span", { class: "tag" }, langs[lang[at]]));
  const link = element("a", { href: `#${hashOf(task, ids[at])}`, "aria-label": say("Link to sample {id}", { id: ids[at] }) }, "#");
  const head = element("header", {}, element("h3", {}, link, isolated(ids[at])), element("span", { class: "tags" }, ...tags));
  if (view.b !== null) {
    const difference = samples.differences(view)[at];
    const lower = samples.better[view.metric] === "lower" ? -1 : 1;
    const tone = samples.better[view.metric] === null || !difference ? "" : lower * difference > 0 ? "better" : "worse";
    head.append(element("span", { class: `change ${tone}` }, signed(difference)));
  }
  const code = tagOf(langs[lang[at]]);
  const panes = element("div", { class: "panes" }, ...models.map((model) => pane(samples, at, model, view, names[model])));
  const about = { class: "sample", tabindex: -1, "data-at": at, id: hashOf(task, ids[at]), "aria-label": say("Sample {id}", { id: ids[at] }) };
  const unmarked = row.pairs === null ? [muted(say("Tokens are not marked in this sample: there are too many samples."))] : [];
  return element("article", about, head, ...questionOf(row.question, code), panes, ...unmarked);
}
