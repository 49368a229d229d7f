/** Brings the next answer to the top, or the one before, and gives it the focus. */
export function nextAnswer(by: 1 | -1): void {
  const turns = [...document.querySelectorAll<HTMLElement>(".turn")];
  const scroller = document.querySelector<HTMLElement>(".scroll");
  if (!scroller || turns.length === 0) return;
  const top = scroller.getBoundingClientRect().top + 30;
  const held = turns.findIndex((t) => t.contains(document.activeElement));
  const inSight = turns.findIndex((t) => t.getBoundingClientRect().bottom > top);
  const at = held >= 0 ? held : inSight - (by > 0 && inSight >= 0 ? 1 : 0);
  const next = turns[Math.min(Math.max(at + by, 0), turns.length - 1)]!;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}
