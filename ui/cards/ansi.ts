/** A piece of terminal output with its class names; everything but colours and weight is taken out. */
export type AnsiPiece = { text: string; style: string };

const COLORS: Readonly<Record<number, string>> = {
  31: "text-red",
  32: "text-green",
  33: "text-amber",
  34: "text-accent",
  35: "text-violet",
  36: "text-accent",
  90: "text-text-3",
  91: "text-red",
  92: "text-green",
  93: "text-amber",
  94: "text-accent",
  95: "text-violet",
  96: "text-accent",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal output is made of them
const ESCAPE = /\x1b\[([0-9;]*)m|\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]/g;

/** Output of a terminal as pieces; a carriage return shows what the line ended as. */
export function ansiPieces(output: string): AnsiPiece[] {
  const pieces: AnsiPiece[] = [];
  let color = "";
  let bold = false;
  let at = 0;
  const push = (text: string) => {
    if (text !== "") pieces.push({ text, style: `${color} ${bold ? "font-semibold" : ""}`.trim() });
  };
  const text = settleReturns(output);
  for (const match of text.matchAll(ESCAPE)) {
    push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] === undefined) continue;
    for (const code of match[1].split(";").map(Number)) {
      if (code === 0) [color, bold] = ["", false];
      else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 39) color = "";
      else color = COLORS[code] ?? color;
    }
  }
  push(text.slice(at));
  return pieces;
}

function settleReturns(output: string): string {
  return output
    .replace(/\r\n/g, "\n")
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1).replace(/\r$/, ""))
    .join("\n");
}
