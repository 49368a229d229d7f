import { type ReactNode, useLayoutEffect, useRef } from "react";
import { useMedia } from "../state/useMedia";
import { Dialog } from "./basics";

/** As wide as the conversation and the panel fit side by side; see layout.css. */
const roomy = "(min-width: 1180px)";

/**
 * What stands beside the conversation. It never covers it where there is room;
 * on a narrow screen it is a dialog over it.
 */
export function SidePanel({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const beside = useMedia(roomy);
  if (!beside) return <Dialog label={label} onClose={onClose} className="sheet">{children}</Dialog>;
  return <Aside label={label} onClose={onClose}>{children}</Aside>;
}

function Aside({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const box = useRef<HTMLElement>(null);
  // The focus goes there with the panel, before a next key is pressed. Who opened
  // it gets it back, unless it went elsewhere meanwhile.
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const aside = box.current;
    aside?.querySelector<HTMLElement>("h2")?.focus();
    return () => {
      const left = document.activeElement === document.body || aside?.contains(document.activeElement);
      if (left && opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <aside
      ref={box}
      className="sheet beside"
      aria-label={label}
      onKeyDown={(e) => {
        if (e.key !== "Escape" || e.defaultPrevented) return;
        e.stopPropagation();
        onClose();
      }}
    >
      {children}
    </aside>
  );
}
