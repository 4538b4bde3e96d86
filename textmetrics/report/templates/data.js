// The samples of a task: how they are filtered and sorted.

const SCALE = 100; // scores are hundredths of what is shown
const HALF = 50;

/** Return one number per sample, NaN if there is none. */
function column(values) {
  return Float64Array.from(values, (value) => (value === null ? NaN : value / SCALE));
}

/** Return the number of the group of similar lengths: those between two powers of two. */
const lengthGroup = (length) => (length ? Math.floor(Math.log2(length)) + 1 : 0);

class Samples {
  /** Read the table of a task; texts are read when they are needed. */
  static async of(task, { rows, better, percent, models }) {
    const part = (number) => inflated(document.getElementById(`payload-${task}-${number}`).textContent);
    return new Samples(await part(0), { part, rows, better, percent, models: models.length });
  }

  constructor(table, task) {
    Object.assign(this, task);
    this.table = table;
    this.scores = new Map();
    this.count = table.ids.length;
    this.lengths = Float64Array.from(table.lengths);
    this.texts = new Map();
    this.kept = new Map();
  }

  /** Read the texts of samples that are not read yet. */
  async load(places) {
    const parts = new Set(places.map((at) => Math.floor(at / this.rows)));
    await Promise.all(
      [...parts].map(async (part) => {
        if (!this.texts.has(part)) this.texts.set(part, await this.part(1 + this.better.length + part));
      }),
    );
  }

  /** Read the scores by a metric, one column per model. */
  async loadScores(metric) {
    if (!this.scores.has(metric)) this.scores.set(metric, (await this.part(1 + metric)).map(column));
  }

  loadAll() {
    return this.load(Array.from({ length: this.count }, (_, at) => at));
  }

  row(at) {
    const [references, predictions, ofReferences, ofPredictions, pairs, question] =
      this.texts.get(Math.floor(at / this.rows))[at % this.rows];
    return { references, predictions, ofReferences, ofPredictions, pairs, question };
  }

  once(name, make) {
    if (!this.kept.has(name)) this.kept.set(name, make());
    return this.kept.get(name);
  }

  /** Return what the search looks through, in lower case; all samples must be loaded. */
  words() {
    return this.once("words", () =>
      this.table.ids.map((id, at) => {
        const { references, predictions, question } = this.row(at);
        const texts = [...references, ...predictions].map((found) => textOf(found).text);
        return [id, ...question.map(([, text]) => text), ...texts].join("\n").toLowerCase();
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

  /** Return the place of the sample with an id, -1 if there is none. */
  placeOf(id) {
    return this.table.ids.indexOf(id);
  }

  scoresOf(model, metric) {
    if (model === null) return this.once("none", () => new Float64Array(this.count).fill(NaN));
    return this.scores.get(metric)[model];
  }

  differences({ a, b, metric }) {
    return this.once(`${a} ${b} ${metric}`, () => {
      const [one, other] = [this.scoresOf(a, metric), this.scoresOf(b, metric)];
      return one.map((value, at) => value - other[at]);
    });
  }

  /** Return how many models are on the worse half of the scale, and how many on the better one. */
  halves(metric) {
    return this.once(`halves ${metric}`, () => {
      const wrong = new Uint16Array(this.count);
      const right = new Uint16Array(this.count);
      const lower = this.better[metric] === "lower";
      this.scores.get(metric).forEach((scores) => {
        for (let at = 0; at < this.count; at++) {
          if (lower ? scores[at] > HALF : scores[at] < HALF) wrong[at] += 1;
          else if (!Number.isNaN(scores[at])) right[at] += 1;
        }
      });
      return { wrong, right };
    });
  }

  empty() {
    return this.once("empty", () => new Set(this.table.empty.flat()));
  }

  /** Return the kinds of samples that a score and two models have, each as a predicate. */
  kinds(view) {
    const better = this.better[view.metric];
    const found = { all: () => true };
    if (view.b !== null && better !== null) {
      const differences = this.differences(view);
      const sign = better === "lower" ? -1 : 1;
      found.regressions = (at) => sign * differences[at] < 0;
      found.improvements = (at) => sign * differences[at] > 0;
    }
    if (this.percent[view.metric] && better !== null) {
      const { wrong, right } = this.halves(view.metric);
      found.wrong = (at) => wrong[at] > 0 && right[at] === 0;
      if (this.models > 1) found.disagreement = (at) => wrong[at] > 0 && right[at] > 0;
    }
    found.empty = (at) => this.empty().has(at);
    return found;
  }

  /** Return how many samples are of each kind. */
  counts(view) {
    return Object.entries(this.kinds(view)).map(([kind, is]) => {
      let count = 0;
      for (let at = 0; at < this.count; at++) if (is(at)) count += 1;
      return [kind, count];
    });
  }

  /** Return how many samples have each value of a field, by the value's place. */
  facetCounts(facet) {
    const counts = new Map();
    for (const place of this.table.facets[facet].column) counts.set(place, (counts.get(place) ?? 0) + 1);
    return counts;
  }

  /** Return the groups of similar lengths of references, each with its number and its count. */
  lengthGroups() {
    return this.once("length groups", () => {
      const counts = new Map();
      for (const length of this.lengths) {
        const group = lengthGroup(length);
        counts.set(group, (counts.get(group) ?? 0) + 1);
      }
      return [...counts].sort(([a], [b]) => a - b);
    });
  }

  /** Return the places of the samples that pass the filters, sorted. */
  chosen(view) {
    const found = [];
    const passes = this.filter(view);
    for (let at = 0; at < this.count; at++) if (passes(at)) found.push(at);
    const [values, sign] = this.sortedBy(view);
    if (values === null) return found;
    // Samples without a value come last in both directions.
    return found.sort((a, b) => {
      const [one, other] = [values[a], values[b]];
      if (one === other) return a - b;
      if (one !== one || other !== other) return (one !== one) - (other !== other) || a - b;
      return sign * (one - other);
    });
  }

  sortedBy(view) {
    const better = this.better[view.metric] === "lower" ? -1 : 1;
    const { a, metric } = view;
    switch (view.sort) {
      case "id": return [this.ids(), 1];
      case "short": return [this.lengths, 1];
      case "long": return [this.lengths, -1];
      case "low": return [this.scoresOf(a, metric), 1];
      case "high": return [this.scoresOf(a, metric), -1];
      case "loss": return [this.differences(view), better];
      case "gain": return [this.differences(view), -better];
      default: return [null, 1];
    }
  }

  filter(view) {
    const { a, metric, lang, length, low, high, search, facets } = view;
    const scores = this.scoresOf(a, metric);
    const kind = this.kinds(view)[view.kind];
    const words = search ? this.words() : null;
    const wanted = search.toLowerCase();
    const columns = facets.map(([facet, value]) => [this.table.facets[facet].column, value]);
    return (at) =>
      kind(at) &&
      (lang === null || this.table.lang[at] === lang) &&
      (length === null || lengthGroup(this.lengths[at]) === length) &&
      (low === null || scores[at] >= low) &&
      (high === null || scores[at] <= high) &&
      columns.every(([column, value]) => column[at] === value) &&
      (!search || words[at].includes(wanted));
  }
}
