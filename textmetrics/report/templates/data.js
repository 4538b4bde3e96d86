// The samples of a task: which of them are wanted, and in which order.

const SCALE = 100; // scores are hundredths of a percent

/** Give a number a sample, NaN where there is none. */
function column(values) {
  return Float64Array.from(values, (value) => (value === null ? NaN : value / SCALE));
}

class Samples {
  constructor(document) {
    this.document = document;
    this.count = document.ids.length;
    this.scores = document.scores.map((metrics) => metrics.map(column));
    this.kept = new Map();
  }

  once(name, make) {
    if (!this.kept.has(name)) this.kept.set(name, make());
    return this.kept.get(name);
  }

  /** Give what a sample can be searched for, in small letters. */
  words() {
    return this.once("words", () =>
      this.document.texts.map(([references, predictions], at) =>
        [this.document.ids[at], ...[...references, ...predictions].map((found) => textOf(found).text)]
          .join("\n")
          .toLowerCase(),
      ),
    );
  }

  /** Give each sample's place in the order of ids, numbers in them by their value. */
  ids() {
    return this.once("ids", () => {
      const { compare } = new Intl.Collator("en", { numeric: true });
      const { ids } = this.document;
      const order = ids.map((_, at) => at).sort((a, b) => compare(ids[a], ids[b]) || a - b);
      const places = new Float64Array(this.count);
      order.forEach((at, place) => (places[at] = place));
      return places;
    });
  }

  /** Give how many characters the longest reference of each sample has. */
  lengths() {
    return this.once("lengths", () =>
      Float64Array.from(this.document.texts, ([references]) =>
        Math.max(...references.map((found) => textOf(found).text.length)),
      ),
    );
  }

  scoresOf(model, metric) {
    return model === null ? new Float64Array(this.count).fill(NaN) : this.scores[model][metric];
  }

  differences({ a, b, metric }) {
    return this.once(`${a} ${b} ${metric}`, () => {
      const [one, other] = [this.scoresOf(a, metric), this.scoresOf(b, metric)];
      return one.map((value, at) => value - other[at]);
    });
  }

  /** Give the places of the samples that pass the filters, in the order asked for. */
  chosen(view) {
    const found = [];
    const passes = this.filter(view);
    for (let at = 0; at < this.count; at++) if (passes(at)) found.push(at);
    const values = this.sortedBy(view);
    if (values === null) return view.descending ? found.reverse() : found;
    const sign = view.descending ? -1 : 1;
    // What has no value comes last in both directions.
    return found.sort((a, b) => {
      const [one, other] = [values[a], values[b]];
      if (one === other) return a - b;
      if (one !== one || other !== other) return (one !== one) - (other !== other) || a - b;
      return sign * (one - other);
    });
  }

  sortedBy(view) {
    if (view.key === "place") return null;
    if (view.key === "id") return this.ids();
    if (view.key === "length") return this.lengths();
    if (view.key === "difference") return this.differences(view);
    return this.scoresOf(view.key === "a" ? view.a : view.b, view.metric);
  }

  filter({ a, metric, lang, low, high, outcome, search, ...rest }) {
    const scores = this.scoresOf(a, metric);
    const differences = outcome ? this.differences({ a, metric, ...rest }) : null;
    const words = search ? this.words() : null;
    const wanted = search.toLowerCase();
    const outcomes = { a: (d) => d > 0, b: (d) => d < 0, even: (d) => d === 0 };
    return (at) =>
      (lang === null || this.document.lang[at] === lang) &&
      (low === null || scores[at] >= low) &&
      (high === null || scores[at] <= high) &&
      (!outcome || outcomes[outcome](differences[at])) &&
      (!search || words[at].includes(wanted));
  }
}
