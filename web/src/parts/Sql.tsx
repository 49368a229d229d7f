const token = /('(?:[^']|'')*')|("(?:[^"]|"")*")|(--[^\n]*)|(\b\d+(?:\.\d+)?\b)|(\b[A-Za-z_]+\b)/g;

const keywords = new Set(
  ("select from where group by order having limit offset as and or not in is null between like ilike case when then else end join left right inner outer full " +
    "cross semi anti on using union all intersect except distinct with recursive over partition rows range asc desc nulls first last filter cast interval date timestamp true false values qualify").split(" "),
);

interface Piece {
  kind: string;
  text: string;
}

function colour(sql: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const m of sql.matchAll(token)) {
    if (m.index > at) pieces.push({ kind: "", text: sql.slice(at, m.index) });
    const word = m[5];
    const kind = m[1] ? "string" : m[2] ? "name" : m[3] ? "comment" : m[4] ? "number" : word && keywords.has(word.toLowerCase()) ? "keyword" : "";
    pieces.push({ kind, text: m[0] });
    at = m.index + m[0].length;
  }
  if (at < sql.length) pieces.push({ kind: "", text: sql.slice(at) });
  return pieces;
}

/** SQL with its words coloured; text only, whatever it holds. */
export function Sql({ text }: { text: string }) {
  return (
    <pre className="code" tabIndex={0} aria-label="SQL">
      <code>{colour(text).map((p, i) => (p.kind ? <span key={i} className={`sql-${p.kind}`}>{p.text}</span> : p.text))}</code>
    </pre>
  );
}
