// The samples of a task: how they are filtered and sorted.

const SCALE = 100; // scores are hundredths of what is shown

/** Return one number per sample, NaN if there is none. */
function column(values) {
  return Float64Array.from(values, (value) => (value === null ? NaN : value / SCALE));
}

class Samples {
  /** Read the table of a task; texts are read when they are needed. */
  static async of(task, rows) {
    const part = (number) => inflated(document.getElementById(`payload-${task}-${number}`).textContent);
    return new Samples(await part(0), part, rows);
  }

  constructor(table, part, rows) {
    this.table = table;
    this.count = table.ids.length;
    this.scores = table.scores.map((metrics) => metrics.map(column));
    this.lengths = Float64Array.from(table.lengths);
    this.part = part;
    this.rows = rows;
    this.texts = new Map();
    this.kept = new Map();
  }

  /** Read the texts of samples that are not read yet. */
  async load(places) {
    const parts = new Set(places.map((at) => Math.floor(at / this.rows)));
    await Promise.all(
      [...parts].map(async (part) => {
        if (!this.texts.has(part)) this.texts.set(part, await this.part(part + 1));
      }),
    );
  }

  loadAll() {
    return this.load(Array.from({ length: this.count }, (_, at) => at));
  }

  row(at) {
    const [references, predictions, ofReferences, ofPredictions, pairs] =
      this.texts.get(Math.floor(at / this.rows))[at % this.rows];
    return { references, predictions, ofReferences, ofPredictions, pairs };
  }

  once(name, make) {
    if (!this.kept.has(name)) this.kept.set(name, make());
    return this.kept.get(name);
  }

  /** Return what the search looks through, in lower case; all samples must be loaded. */
  words() {
    return this.once("words", () =>
      this.table.ids.map((id, at) => {
        const { references, predictions } = this.row(at);
        const texts = [...references, ...predictions].map((found) => textOf(found).text);
        return [id, ...texts].join("\n").toLowerCase();
      }),
    );
  }

  /** Return each sample's place in the order of ids, in which numbers are sorted by value. */
  ids() {
    return this.once("ids", () => {
      const { compare } = new Intl.Collator("en", { numeric: true });
      const { ids } = this.table;
      const order = ids.map((_, at) => at).sort((a, b) => compare(ids[a], ids[b]) || a - b);
      const places = new Float64Array(this.count);
      order.forEach((at, place) => (places[at] = place));
      return places;
    });
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

  /** Return the places of the samples that pass the filters, sorted. */
  chosen(view) {
    const found = [];
    const passes = this.filter(view);
    for (let at = 0; at < this.count; at++) if (passes(at)) found.push(at);
    const values = this.sortedBy(view);
    if (values === null) return view.descending ? found.reverse() : found;
    const sign = view.descending ? -1 : 1;
    // Samples without a value come last in both directions.
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
    if (view.key === "length") return this.lengths;
    if (view.key === "difference") return this.differences(view);
    return this.scoresOf(view.key === "a" ? view.a : view.b, view.metric);
  }

  filter({ a, metric, lang, low, high, outcome, search, lower, ...rest }) {
    const scores = this.scoresOf(a, metric);
    const differences = outcome ? this.differences({ a, metric, ...rest }) : null;
    const words = search ? this.words() : null;
    const wanted = search.toLowerCase();
    const [more, less] = [(d) => d > 0, (d) => d < 0];
    const outcomes = { a: lower ? less : more, b: lower ? more : less, even: (d) => d === 0 };
    return (at) =>
      (lang === null || this.table.lang[at] === lang) &&
      (low === null || scores[at] >= low) &&
      (high === null || scores[at] <= high) &&
      (!outcome || outcomes[outcome](differences[at])) &&
      (!search || words[at].includes(wanted));
  }
}
