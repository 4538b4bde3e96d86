// The rows of one sample.

const NONE = "–";
const FORMS = {
  normalized: "shown normalised, because tokens share a character of the text",
  tokens: "shown as its tokens",
};

const written = (value) => (Number.isNaN(value) ? NONE : value.toFixed(2));

function signed(value) {
  if (Number.isNaN(value)) return NONE;
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return text;
  return (value > 0 ? "+" : "\u2212") + text;
}

/** Return a language's code if it is a well-formed tag. */
const tagOf = (lang) => (/^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(lang) ? lang : null);

function heading(title, count) {
  return element("h4", {}, title, element("span", { class: "count" }, count));
}

function remarks({ form, whole, hidden }, lang) {
  const found = [];
  if (FORMS[form]) found.push(element("p", { class: "muted" }, FORMS[form]));
  if (hidden) found.push(element("p", { class: "muted" }, `${hidden.toLocaleString("en")} more characters are not shown`));
  if (whole !== null) {
    const text = put(element("div", { class: "text", dir: "auto", lang }), whole);
    found.push(element("details", {}, element("summary", {}, "the whole output"), text));
  }
  return found;
}

function side(title, found, written, states, which, lang) {
  const text = textOf(found);
  const shown = marked(text, written, states, which, lang);
  return element("div", {}, heading(title, counted(shown, which)), shown.node, ...remarks(text, lang));
}

/** Show a prediction beside its reference. */
function pane(samples, at, model, name) {
  const { references, predictions, ofReferences, ofPredictions, pairs } = samples.row(at);
  const [reference, ofPrediction, ofReference] = pairs[model];
  const code = tagOf(samples.table.langs[samples.table.lang[at]]);
  const title = element("span", {}, "Prediction of ", isolated(name));
  const which = references.length > 1 ? `Reference ${reference + 1} of ${references.length}` : "Reference";
  const node = element(
    "div",
    { class: "pane" },
    side(title, predictions[model], ofPredictions[model], ofPrediction, "prediction", code),
    side(which, references[reference], ofReferences[reference], ofReference, "reference", code),
  );
  if (references.length > 1) {
    const others = references.filter((_, other) => other !== reference);
    const list = others.map((found) =>
      put(element("div", { class: "text", dir: "auto", lang: code }), textOf(found).text),
    );
    node.append(element("details", {}, element("summary", {}, "the other references"), ...list));
  }
  return node;
}

/** Create the rows of a sample. */
function rowsOf(samples, at, view, names) {
  const { ids, langs, lang } = samples.table;
  const models = view.b === null ? [view.a] : [view.a, view.b];
  const scores = models.map((model) => written(samples.scoresOf(model, view.metric)[at]));
  const number = (text) => element("td", { class: "num" }, text);
  const head = element(
    "tr",
    {},
    element("td", {}, (at + 1).toLocaleString("en")),
    element("th", { scope: "row", class: "id" }, isolated(ids[at]), " ", element("span", { class: "tag" }, langs[lang[at]])),
    number(scores[0]),
    ...(view.b === null ? [] : [number(scores[1]), number(signed(samples.differences(view)[at]))]),
    number(samples.lengths[at].toLocaleString("en")),
  );
  const panes = element("div", { class: "panes" }, ...models.map((model) => pane(samples, at, model, names[model])));
  const texts = element("td", { class: "texts", colspan: view.b === null ? 4 : 6 }, panes);
  return element("tbody", { tabindex: -1, "data-at": at }, head, element("tr", {}, texts));
}
