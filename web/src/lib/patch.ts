import type { PatchOperation } from "../api/types";

// RFC 6902, the operations that change a document. The target is copied; an
// operation that does not fit is an error, never a guess.

type Node = Record<string, unknown> | unknown[];

function steps(path: string): string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) throw new Error(`not a JSON pointer: ${path}`);
  return path.slice(1).split("/").map((s) => s.replace(/~1/g, "/").replace(/~0/g, "~"));
}

function isNode(v: unknown): v is Node {
  return typeof v === "object" && v !== null;
}

function own(node: Node, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(node, key);
}

function child(node: Node, key: string): unknown {
  if (!own(node, key)) throw new Error(`nothing at ${key}`);
  return (node as Record<string, unknown>)[key];
}

function parent(root: unknown, path: string[]): Node {
  let node = root;
  for (const key of path.slice(0, -1)) {
    if (!isNode(node)) throw new Error(`nothing below ${key}`);
    node = child(node, key);
  }
  if (!isNode(node)) throw new Error(`nothing at /${path.join("/")}`);
  return node;
}

function index(list: unknown[], key: string, last: number): number {
  const i = key === "-" ? list.length : Number(key);
  if (!/^(?:-|0|[1-9]\d*)$/.test(key) || i > last) throw new Error(`no element ${key}`);
  return i;
}

function add(node: Node, key: string, value: unknown): void {
  if (Array.isArray(node)) node.splice(index(node, key, node.length), 0, value);
  else Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(node: Node, key: string): unknown {
  const old = child(node, key);
  if (Array.isArray(node)) node.splice(index(node, key, node.length - 1), 1);
  else delete (node as Record<string, unknown>)[key];
  return old;
}

function read(root: unknown, path: string[]): unknown {
  return path.length === 0 ? root : child(parent(root, path), path.at(-1)!);
}

/** Gives a copy of the document with the operations applied, in order. */
export function applyPatch<T>(document: T, patch: readonly PatchOperation[]): T {
  let root: unknown = structuredClone(document);
  for (const operation of patch) {
    const path = steps(operation.path);
    const key = path.at(-1);
    if (key === undefined) {
      if (operation.op !== "replace" && operation.op !== "add") throw new Error(`cannot ${operation.op} the whole document`);
      root = structuredClone(operation.value);
      continue;
    }
    switch (operation.op) {
      case "add":
        add(parent(root, path), key, structuredClone(operation.value));
        break;
      case "replace":
        remove(parent(root, path), key);
        add(parent(root, path), key, structuredClone(operation.value));
        break;
      case "remove":
        remove(parent(root, path), key);
        break;
      case "move":
      case "copy": {
        const from = steps(operation.from ?? "");
        const value = structuredClone(read(root, from));
        if (operation.op === "move") remove(parent(root, from), from.at(-1) ?? "");
        add(parent(root, path), key, value);
        break;
      }
      default:
        throw new Error(`unknown operation ${operation.op}`);
    }
  }
  return root as T;
}
