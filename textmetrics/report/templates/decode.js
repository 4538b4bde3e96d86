// Read what samples.py packed.

const DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
const VALUE = new Map([...DIGITS].map((digit, value) => [digit, value]));

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

async function inflated(base64) {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/** Return the tokens of a text: start and end of each, in characters, and if it is removed. */
function tokensOf(written) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const digit of written) {
    const five = VALUE.get(digit);
    value |= (five & 31) << shift;
    shift += 5;
    if (five < 32) {
      numbers.push(value);
      value = shift = 0;
    }
  }
  const tokens = [];
  let end = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    const start = end + (numbers[at] >> 1);
    end = start + numbers[at + 1];
    tokens.push({ start, end, dropped: (numbers[at] & 1) === 1 });
  }
  return tokens;
}

/** Return how a scored token matches the other text: 0 alone, 1 matched, 2 in order. */
function stateAt(written, index) {
  return (VALUE.get(written[Math.floor(index / 3)]) >> (2 * (index % 3))) & 3;
}

/** Return a text with its other properties. */
function textOf(found) {
  if (typeof found === "string") return { text: found, form: "text", whole: null, hidden: 0 };
  const [text, form, whole, hidden] = found;
  return { text, form, whole, hidden };
}
