/** What is looked for in the audit log; what is empty is not asked for. */
export interface AuditSearch {
  actor: string;
  action: string;
  object: string;
  outcome: string;
  /** Anywhere in an entry. */
  text: string;
  /** Days, of this place's clock; both are part of what is looked for. */
  from: string;
  to: string;
}

/** The search as the API takes it. */
export function auditFilter(s: AuditSearch): Record<string, string> {
  const filter = { actor_id: s.actor, action: s.action.trim(), object: s.object.trim(), outcome: s.outcome.trim(), search: s.text.trim(), after: startOf(s.from, 0), before: startOf(s.to, 1) };
  return Object.fromEntries(Object.entries(filter).filter(([, v]) => v !== ""));
}

function startOf(day: string, later: number): string {
  const m = /^(\d+)-(\d+)-(\d+)$/.exec(day);
  if (!m) return "";
  return new Date(Number(m[1]), Number(m[2]) - 1, Number(m[3]) + later).toISOString();
}

/** A name of the API as people read it. */
export function inWords(name: string): string {
  return name.replaceAll(/[-_]/g, " ");
}
