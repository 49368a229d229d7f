"use strict";
// Draws /openapi.json. Every text of the document is set as text, never as
// markup, and a type is unfolded only when a reader opens it: types may hold
// themselves.

const verbs = ["get", "post", "put", "patch", "delete"];

function element(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) e.setAttribute(name, value);
  e.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return e;
}

function resolve(doc, schema) {
  const name = schema && schema.$ref ? schema.$ref.split("/").pop() : "";
  return { name, schema: name ? doc.components.schemas[name] || {} : schema || {} };
}

function typeName(doc, given) {
  const { name, schema } = resolve(doc, given);
  if (name) return name;
  const types = Array.isArray(schema.type) ? schema.type.filter((t) => t !== "null") : [schema.type];
  if (types[0] === "array") return "list of " + typeName(doc, schema.items);
  if (schema.enum) return schema.enum.filter((v) => v !== "").join(" | ");
  return (types[0] || "any") + (schema.format ? " (" + schema.format + ")" : "");
}

function inner(doc, given) {
  const { schema } = resolve(doc, given);
  return schema.items ? inner(doc, schema.items) : schema;
}

function bounds(schema) {
  const out = [];
  if (schema.default !== undefined) out.push("default " + JSON.stringify(schema.default));
  if (schema.minimum !== undefined) out.push("at least " + schema.minimum);
  if (schema.maximum !== undefined) out.push("at most " + schema.maximum);
  if (schema.maxLength !== undefined) out.push("at most " + schema.maxLength + " characters");
  return out.join(", ");
}

function fields(doc, given) {
  const schema = inner(doc, given);
  const required = new Set(schema.required || []);
  const list = element("div", {});
  for (const [name, field] of Object.entries(schema.properties || {})) {
    const says = [field.description, bounds(field)].filter(Boolean).join("; ");
    const line = [element("code", {}, name), " ", element("span", { class: "dim" }, typeName(doc, field) + (required.has(name) ? "" : ", optional")), says ? " — " + says : ""];
    list.append(inner(doc, field).properties ? unfold(line, () => fields(doc, field)) : element("div", {}, ...line));
  }
  return list;
}

function unfold(line, make) {
  const box = element("details", {}, element("summary", {}, ...line));
  box.addEventListener("toggle", () => { if (box.open && box.children.length === 1) box.append(make()); });
  return box;
}

function parameters(list) {
  const rows = list.map((p) => element("tr", {},
    element("td", {}, p.name), element("td", { class: "dim" }, p.in + (p.required ? "" : ", optional")),
    element("td", {}, [p.description, p.schema && p.schema.enum ? p.schema.enum.join(" | ") : "", bounds(p.schema || {})].filter(Boolean).join("; "))));
  return element("table", {}, element("tbody", {}, ...rows));
}

function content(doc, title, part) {
  const out = [];
  for (const [kind, media] of Object.entries(part.content || {})) {
    out.push(element("h4", {}, title + " · " + kind));
    if (part.description && title !== "Body") out.push(element("div", { class: "dim" }, part.description));
    if (media.schema) out.push(inner(doc, media.schema).properties ? unfold([typeName(doc, media.schema)], () => fields(doc, media.schema)) : element("div", {}, typeName(doc, media.schema)));
  }
  if (!out.length) out.push(element("h4", {}, title), element("div", { class: "dim" }, part.description || ""));
  return out;
}

function operation(doc, path, verb, op) {
  const card = element("article", { id: op.operationId },
    element("h3", {}, element("span", { class: "verb " + verb }, verb.toUpperCase()), " ", path),
    element("p", {}, op.summary || "", op.description ? " " + op.description : ""));
  if (op.parameters && op.parameters.length) card.append(element("h4", {}, "Parameters"), parameters(op.parameters));
  if (op.requestBody) card.append(...content(doc, "Body", op.requestBody));
  for (const [status, answer] of Object.entries(op.responses || {})) {
    card.append(...content(doc, status === "default" ? "Otherwise" : "Answer " + status, answer));
  }
  return card;
}

function draw(doc) {
  document.getElementById("title").textContent = doc.info.title + " HTTP API, " + doc.info.version;
  document.getElementById("about").textContent = doc.info.description || "";
  const main = document.getElementById("main"), index = document.getElementById("index");
  for (const tag of doc.tags || []) {
    main.append(element("h2", {}, tag.name), element("p", { class: "dim" }, tag.description || ""));
    const links = element("div", { class: "group" }, element("h2", {}, tag.name));
    for (const [path, item] of Object.entries(doc.paths)) {
      for (const verb of verbs) {
        const op = item[verb];
        if (!op || !(op.tags || []).includes(tag.name)) continue;
        main.append(operation(doc, path, verb, op));
        links.append(element("a", { href: "#" + op.operationId }, element("span", { class: "verb " + verb }, verb.toUpperCase()), " ", path));
      }
    }
    index.append(links);
  }
  find(document.getElementById("find"), index);
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function find(box, index) {
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    for (const link of index.querySelectorAll("a")) link.hidden = !link.textContent.toLowerCase().includes(wanted);
  });
}

fetch("/openapi.json").then((r) => r.json()).then(draw).catch(() => {
  document.getElementById("main").append(element("p", {}, "The document /openapi.json could not be read."));
});
