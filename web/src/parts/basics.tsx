import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { copy } from "../lib/clipboard";
import type { Failure } from "../api/client";
import { icons } from "./icons";

/** An icon button with a name for those who do not see the icon. */
export function IconButton({ label, icon, pressed, className = "", ...rest }: {
  label: string;
  icon: ReactNode;
  pressed?: boolean;
  className?: string;
  onClick?: () => void;
  disabled?: boolean;
}) {
  return (
    <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} aria-pressed={pressed} {...rest}>
      {icon}
    </button>
  );
}

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  href?: string;
  danger?: boolean;
  current?: boolean;
  detail?: string;
  onSelect?: () => void;
}

/** A button that opens a menu; arrows move, Escape and a click elsewhere close. */
export function Menu({ label, trigger, items, align = "end", triggerClass = "icon-button" }: {
  label: string;
  trigger: ReactNode;
  items: MenuItem[];
  align?: "start" | "end" | "above";
  triggerClass?: string;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
    const outside = (e: PointerEvent) => {
      if (e.target instanceof Node && !box.current?.contains(e.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const keys = (e: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[e.key];
    if (e.key === "Escape") close();
    else if (e.key === "Tab") setOpen(false);
    else if (to !== undefined) all.at(to % all.length)?.focus();
    else return;
    if (e.key !== "Tab") {
      e.preventDefault();
      e.stopPropagation();
    }
  };

  return (
    <div className="menu" ref={box} onKeyDown={open ? keys : undefined}>
      <button ref={button} type="button" className={triggerClass} aria-label={label} title={label} aria-haspopup="menu" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        {trigger}
      </button>
      {open && (
        <div id={id} role="menu" aria-label={label} className={`menu-list ${align}`}>
          {items.map((item) => <MenuEntry key={item.label + (item.href ?? "") + (item.detail ?? "")} item={item} close={close} />)}
        </div>
      )}
    </div>
  );
}

function MenuEntry({ item, close }: { item: MenuItem; close: () => void }) {
  const inside = (
    <>
      {item.icon}
      <span className="grow clip">
        <span className="clip"><bdi>{item.label}</bdi></span>
        {item.detail && <span className="muted small clip">{item.detail}</span>}
      </span>
      {item.current && icons.check}
    </>
  );
  const select = () => {
    close();
    item.onSelect?.();
  };
  if (item.href) {
    return <a role="menuitem" tabIndex={-1} className="menu-item" href={item.href} download onClick={select}>{inside}</a>;
  }
  return (
    <button type="button" role={item.current === undefined ? "menuitem" : "menuitemradio"} aria-checked={item.current} tabIndex={-1} className={`menu-item ${item.danger ? "danger" : ""}`} onClick={select}>
      {inside}
    </button>
  );
}

/** A modal dialog: the browser's own, so focus and Escape are right. */
export function Dialog({ label, onClose, className = "", children }: { label: string; onClose: () => void; className?: string; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const d = ref.current;
    d?.showModal();
    d?.querySelector<HTMLElement>("[data-focus]")?.focus();
    return () => d?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-label={label}
      className={className}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onClick={(e) => e.target === ref.current && onClose()}
    >
      {children}
    </dialog>
  );
}

export function Confirm({ title, text, action, keep = "Keep it", onConfirm, onClose }: { title: string; text: string; action: string; keep?: string; onConfirm: () => void; onClose: () => void }) {
  return (
    <Dialog label={title} onClose={onClose} className="confirm">
      <h2>{title}</h2>
      <p>{text}</p>
      <div className="row end">
        <button type="button" className="button" onClick={onClose}>{keep}</button>
        <button type="button" className="button danger" onClick={() => { onClose(); onConfirm(); }}>{action}</button>
      </div>
    </Dialog>
  );
}

/** Asks for a name in a small dialog. */
export function Rename({ title, name, onRename, onClose, suggest }: { title: string; name: string; onRename: (name: string) => void; onClose: () => void; suggest?: ((take: (name: string) => void) => ReactNode) | undefined }) {
  const [value, setValue] = useState(name);
  const id = useId();
  return (
    <Dialog label={title} onClose={onClose} className="confirm">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          onClose();
          if (value.trim() && value.trim() !== name) onRename(value.trim());
        }}
      >
        <h2><label htmlFor={id}>{title}</label></h2>
        <input id={id} className="field" value={value} maxLength={200} autoFocus onFocus={(e) => e.target.select()} onChange={(e) => setValue(e.target.value)} />
        {suggest?.(setValue)}
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>Cancel</button>
          <button type="submit" className="button primary">Save</button>
        </div>
      </form>
    </Dialog>
  );
}

export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  return <IconButton label={done ? "Copied" : label} icon={done ? icons.check : icons.copy} onClick={() => void copy(text()).then(setDone)} />;
}

/** What went wrong, and what to do about it. */
export function Trouble({ failure, children }: { failure: Failure; children?: ReactNode }) {
  return (
    <div className="trouble" role="alert">
      {icons.warn}
      <div className="grow">
        <p>{failure.message}</p>
        {failure.hint && <p className="muted">{failure.hint}</p>}
        {failure.problem.request_id && <p className="muted small">Request {failure.problem.request_id}</p>}
        {children}
      </div>
    </div>
  );
}

/** True while the element's size is below; for layouts that CSS cannot know. */
export function useWidth<T extends HTMLElement>(): [(node: T | null) => void, number] {
  const [width, setWidth] = useState(0);
  const watch = useRef<ResizeObserver | undefined>(undefined);
  const ref = useCallback((node: T | null) => {
    watch.current?.disconnect();
    if (!node) return;
    setWidth(node.clientWidth);
    watch.current = new ResizeObserver(() => setWidth(node.clientWidth));
    watch.current.observe(node);
  }, []);
  return [ref, width];
}
