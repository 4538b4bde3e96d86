// Create nodes from texts. Whatever a text contains, it only ever becomes a text node.

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
    node.append(element("span", { class: "sign", title: sayText("invisible") }, `U+${code}`));
    end = match.index + match[0].length;
  }
  if (end < text.length) node.append(text.slice(end));
  return node;
}

const isolated = (text) => put(element("bdi"), text);

const SIDES = {
  prediction: { keys: ["token.extra", "token.elsewhere", "token.order"], classes: ["ext", "mat", "lcs"] },
  reference: { keys: ["token.missing", "token.elsewhere", "token.order"], classes: ["mis", "mat", "lcs"] },
};

/** Create a paragraph from a text and its tokens, and count how these match. */
function marked({ text }, written, states, side, lang) {
  const node = element("div", { class: "text", dir: "auto", lang });
  if (!text) {
    node.classList.add("none");
    node.removeAttribute("lang");
    node.append(...say("empty"));
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
    const [look, key] =
      state === null ? ["drop", "token.stopword"] : [SIDES[side].classes[state], SIDES[side].keys[state]];
    put(node.appendChild(element("span", { class: `t ${look}`, title: sayText(key) })), part(token.start, token.end));
    end = token.end;
  }
  put(node, part(end, units ? units.length : text.length));
  return { node, counts, dropped };
}

/** Describe how many tokens match. */
function counted({ counts, dropped }, side) {
  const [alone, elsewhere, order] = counts;
  if (!(alone + elsewhere + order + dropped)) return "";
  const text = sayText(`counted.${side}`, { order, elsewhere, alone });
  return dropped ? sayText("counted.dropped", { counted: text, dropped }) : text;
}
