import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const shape = (d: string) => <Icon><path d={d} /></Icon>;

export const icons = {
  plus: shape("M10 4v12M4 10h12"),
  close: shape("M5 5l10 10M15 5L5 15"),
  menu: shape("M3 6h14M3 10h14M3 14h14"),
  more: <svg className="icon" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><circle cx="4.500" cy="10" r="1.500" /><circle cx="10" cy="10" r="1.500" /><circle cx="15.500" cy="10" r="1.500" /></svg>,
  down: shape("M6 8l4 4 4-4"),
  send: shape("M10 16V4M5 9l5-5 5 5"),
  stop: <svg className="icon" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><rect x="6" y="6" width="8" height="8" rx="1.500" /></svg>,
  upload: shape("M10 13V4M6 8l4-4 4 4M4 13v2a1.500 1.500 0 0 0 1.500 1.500h9A1.500 1.500 0 0 0 16 15v-2"),
  download: shape("M10 4v9M6 9l4 4 4-4M4 16h12"),
  copy: shape("M7.500 7.500h8v8h-8zM12.500 7.500v-3h-8v8h3"),
  check: shape("M4.500 10.500l3.500 3.500 7.500-8"),
  again: shape("M15.500 10a5.500 5.500 0 1 1-1.700-4M14 3v3.200h-3.200"),
  up: shape("M6 9v7H3.500V9zM6 9l3.200-5.500c1.200 0 2 .9 1.700 2.100L10.300 8h4.500c1 0 1.800 1 1.500 2l-1.400 4.800c-.2.700-.8 1.200-1.600 1.200H6"),
  downThumb: shape("M14 11V4h2.500v7zM14 11l-3.200 5.500c-1.200 0-2-.9-1.700-2.100l.6-2.400H5.200c-1 0-1.800-1-1.500-2l1.400-4.800C5.300 4.500 5.900 4 6.700 4H14"),
  sun: shape("M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M15.700 4.300l-1.100 1.100M5.400 14.600l-1.100 1.100"),
  moon: shape("M16 11.500A6.500 6.500 0 0 1 8.500 4a6.500 6.500 0 1 0 7.500 7.500z"),
  table: shape("M3.500 4.500h13v11h-13zM3.500 8.500h13M8.500 8.500v7"),
  chart: shape("M4 16V9M8 16V4M12 16v-5M16 16V7"),
  talk: shape("M4 4.500h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H9l-4 3v-3H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1z"),
  warn: shape("M10 3.500l7 12.500H3zM10 8v4M10 14.200v.1"),
  info: shape("M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9v4.500M10 6.500v.1"),
  bin: shape("M4 6h12M8 6V4h4v2M5.500 6l.7 10h7.600l.7-10"),
  pen: shape("M4 16l.7-3.300L13 4.400a1.400 1.400 0 0 1 2 0l.6.6a1.400 1.400 0 0 1 0 2L7.300 15.300z"),
  folder: shape("M3 6a1 1 0 0 1 1-1h3.500l1.500 2H16a1 1 0 0 1 1 1v6.500a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z"),
  help: shape("M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7.900 8a2.100 2.100 0 1 1 3 1.900c-.600.300-.900.700-.900 1.400M10 13.700v.1"),
  sliders: shape("M3.500 6H11M15 6h1.500M11 6a2 2 0 1 0 4 0 2 2 0 0 0-4 0zM3.500 14H5M9 14h7.500M5 14a2 2 0 1 0 4 0 2 2 0 0 0-4 0z"),
  undo: shape("M7 5L3.500 8.500 7 12M3.500 8.500H12a4 4 0 0 1 0 8H9"),
  list: shape("M7 5.500h10M7 10h10M7 14.500h10M3.500 5.500h.1M3.500 10h.1M3.500 14.500h.1"),
  print: shape("M6 7.500V3.500h8v4M6 14H4a1 1 0 0 1-1-1V8.500a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1h-2M6 11.500h8v5H6z"),
  book: shape("M4 4.500A1.500 1.500 0 0 1 5.500 3H16v12H5.500A1.500 1.500 0 0 0 4 16.500zM4 16.500A1.500 1.500 0 0 0 5.500 17H16"),
  hash: shape("M7.500 3.500l-1.500 13M14 3.500l-1.500 13M3.500 7.500h13M3.500 12.500h13"),
  letters: shape("M3 15l4-10 4 10M4.500 11.500h5M13 15v-5M13 12.500a2.200 2.500 0 1 1 0 .1M17.200 10v5"),
  calendar: shape("M4 5h12v11.500H4zM4 8.500h12M7.500 3v3M12.500 3v3"),
  toggle: shape("M7 6h6a4 4 0 0 1 0 8H7a4 4 0 0 1 0-8zM7 8.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600z"),
  clock: shape("M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.200l2.800 1.600"),
  key: shape("M7 9.500a3.200 3.200 0 1 0 0 .1M10 9.500h7v2.500M14 9.500V12"),
  link: shape("M8.500 11.500l3-3M9 6l1.800-1.800a3.200 3.200 0 0 1 4.500 4.500L13.500 10.500M11 14l-1.800 1.800a3.200 3.200 0 0 1-4.500-4.500L6.500 9.500"),
  person: shape("M10 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 16.500c.500-3 2.800-4.500 6-4.500s5.500 1.500 6 4.500"),
  people: shape("M7.500 5a2.600 2.600 0 1 0 0 5.200 2.600 2.600 0 0 0 0-5.200zM2.500 15.500c.400-2.500 2.300-3.700 5-3.700s4.600 1.200 5 3.700M13 5.200a2.400 2.400 0 0 1 0 4.600M14.500 11.900c1.700.400 2.800 1.600 3 3.600"),
  out: shape("M8 4H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3M12.500 6.500L16 10l-3.500 3.500M16 10H8"),
  place: shape("M10 17s5-4.600 5-8.500a5 5 0 0 0-10 0C5 12.400 10 17 10 17zM10 7a1.700 1.700 0 1 0 0 3.400A1.700 1.700 0 0 0 10 7z"),
};
