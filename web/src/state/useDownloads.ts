import { useEffect, useRef } from "react";
import { admitted, type Failure, failureOf } from "../api/client";

/**
 * Lets links to files of the API work where people log in: a browser sends no
 * token with them, so they are opened with a ticket.
 */
export function useDownloads(on: boolean, onFailure: (f: Failure) => void): void {
  const failed = useRef(onFailure);
  useEffect(() => {
    failed.current = onFailure;
  });
  useEffect(() => {
    if (!on) return;
    const click = (e: MouseEvent) => {
      const link = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>("a[download][href^='/api/']") : null;
      if (!link) return;
      e.preventDefault();
      admitted(link.getAttribute("href")!).then(save, (err: unknown) => failed.current(failureOf(err)));
    };
    document.addEventListener("click", click, true);
    return () => document.removeEventListener("click", click, true);
  }, [on]);
}

function save(href: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = "";
  link.rel = "noreferrer";
  // It is in no document, so the click stays with it.
  link.click();
}
