// Create nodes from texts. Whatever a text contains, it only ever becomes a text node.

const SENTENCES = JSON.parse(document.getElementById("sentences").textContent);
const HAN = /[\u3400-\u9fff]/;
const CHINESE = document.documentElement.lang === "zh";

/** Return the parts of a sentence in the language of the page; values may be nodes. */
function parts(template, values = {}) {
  const pattern = Object.hasOwn(SENTENCES, template) ? SENTENCES[template] : template;
  const found = pattern.split(/(\{\w+(?::,)?\})/).map((part) => {
    const [, name, whole] = part.match(/^\{(\w+)(:,)?\}$/) ?? [];
    if (name === undefined) return part;
    return whole ? values[name].toLocaleString("en") : values[name];
  });
  if (!CHINESE) return found;
  // As in Python: a space between Han and Latin letters or digits where values are filled in.
  const text = (part) => (part instanceof Node ? part.textContent : String(part));
  return found.filter((part) => text(part)).flatMap((part, at, all) => {
    if (at === 0) return [part];
    const [before, after] = [text(all[at - 1]).at(-1), text(part)[0]];
    const apart = (HAN.test(before) && /[A-Za-z0-9+\u2212]/.test(after)) || (/[A-Za-z0-9%]/.test(before) && HAN.test(after));
    return apart ? [" ", part] : [part];
  });
}

/** Return a sentence in the language of the page. */
const say = (template, values = {}) => parts(template, values).join("");

/** Return the sentence for one of something or for several; `{number:,}` is how many. */
const plural = (number, one, several, values = {}) => say(number === 1 ? one : several, { number, ...values });

function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === false) continue;
    if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// Control characters, bidirectional controls, characters without width, and lone surrogates. Joiners
// inside words and emoji are kept.
const UNSEEN =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** Append a text to a node, with invisible characters written out. */
function put(node, text) {
  let end = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > end) node.append(text.slice(end, match.index));
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    node.append(element("span", { class: "sign", title: say("an invisible character") }, `U+${code}`));
    end = match.index + match[0].length;
  }
  if (end < text.length) node.append(text.slice(end));
  return node;
}

const isolated = (text) => put(element("bdi"), text);

const SIDES = {
  prediction: { names: [say("extra"), say("matched elsewhere"), say("in order")], classes: ["ext", "mat", "lcs"] },
  reference: { names: [say("missing"), say("matched elsewhere"), say("in order")], classes: ["mis", "mat", "lcs"] },
};

/** Create a paragraph from a text and its tokens, and count how these match. */
function marked({ text }, written, states, side, lang) {
  const node = element("div", { class: "text", dir: "auto", lang });
  if (!text) {
    node.classList.add("none");
    node.removeAttribute("lang");
    node.append(say("empty"));
    return { node, counts: [0, 0, 0], dropped: 0 };
  }
  // Bounds count characters; some of them take two UTF-16 units.
  const units = /[\ud800-\udfff]/.test(text) ? [...text] : null;
  const part = (start, end) => (units ? units.slice(start, end).join("") : text.slice(start, end));
  const counts = [0, 0, 0];
  let [end, scored, dropped] = [0, 0, 0];
  for (const token of states === null ? [] : tokensOf(written)) {
    if (token.start > end) put(node, part(end, token.start));
    const state = token.dropped ? null : stateAt(states, scored++);
    if (state === null) dropped += 1;
    else counts[state] += 1;
    const [look, name] =
      state === null ? ["drop", say("removed stopword")] : [SIDES[side].classes[state], SIDES[side].names[state]];
    put(node.appendChild(element("span", { class: `t ${look}`, title: name })), part(token.start, token.end));
    end = token.end;
  }
  put(node, part(end, units ? units.length : text.length));
  return { node, counts, dropped };
}

/** Describe how many tokens match. */
function counted({ counts, dropped }, side) {
  const [alone, elsewhere, order] = counts;
  if (!(alone + elsewhere + order + dropped)) return "";
  const values = { order, elsewhere, alone };
  const text =
    side === "prediction"
      ? say("{order} in order · {elsewhere} elsewhere · {alone} extra", values)
      : say("{order} in order · {elsewhere} elsewhere · {alone} missing", values);
  return dropped ? say("{counted} · {dropped} removed", { counted: text, dropped }) : text;
}
