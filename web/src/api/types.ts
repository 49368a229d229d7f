// What the HTTP API sends, as far as the page reads it. The names are the
// API's own; doc comments say only what a name does not.

import type { Cell } from "../lib/json";

export type ColumnType = "integer" | "float" | "decimal" | "string" | "boolean" | "date" | "datetime" | "time";
export type Role = "id" | "measure" | "rate" | "price" | "dimension" | "time" | "geo" | "url" | "text" | "flag";

/** A problem document, RFC 9457. */
export interface Problem {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  hint?: string;
  request_id?: string;
}

export interface Session {
  id: string;
  name: string;
  status: string;
  created_at: string;
  updated_at: string;
  expires_at: string;
  /** What the asker may do; missing where nobody logs in. */
  role?: "owner" | "editor" | "viewer";
}

export interface Stats {
  nulls: number;
  distinct: number;
  min?: Cell;
  max?: Cell;
  mean?: number | null;
  top?: { value: Cell; rows: number }[];
}

export interface Column {
  name: string;
  type: ColumnType;
  nullable?: boolean;
  role?: Role;
  role_reason?: string;
  unit?: string;
  stats?: Stats;
}

export interface Table {
  id: string;
  session_id: string;
  file_id: string;
  name: string;
  rows: number;
  columns: Column[];
  sha256?: string;
  bytes?: number;
  profiled?: boolean;
}

export interface Reject {
  line: number;
  column?: string;
  reason: string;
  text?: string;
}

/** One table of a file that holds several: of a sheet, or of a file of an archive. */
export interface Part {
  table: string;
  file?: string;
  sheet?: string;
  hidden?: boolean;
  range?: string;
  /** Of a text: where the table begins. */
  line?: number;
  header_row: number;
  header_reason?: string;
  rows: number;
}

/** Something a person should know about how a file was read. */
export interface Note {
  code: string;
  text: string;
  /** The decision that changes it. */
  decision?: string;
}

export interface Receipt {
  format: string;
  rows_read: number;
  rows_rejected: number;
  rejected?: Reject[];
  encoding?: string;
  /** Pieces of text that had been encoded twice, and were mended. */
  mended?: number;
  delimiter?: string;
  quote?: string;
  header_row: number;
  header_reason?: string;
  /** Of a text: its lines that are no rows. */
  left_out?: LeftOut;
  /** Of dates like 03/04/2024: day_first, month_first. */
  date_order?: string;
  parts?: Part[];
  notes: Note[];
}

export interface LeftOut {
  names?: number;
  above?: number;
  blank?: number;
  comments?: number;
  totals?: number;
}

/** What a person decided about how a file is read; what is missing is found out. */
export interface Decisions {
  format?: string;
  encoding?: string;
  encoded_twice?: string;
  delimiter?: string;
  quote?: string;
  header_row?: number;
  skip_rows?: number;
  header_rows?: number;
  keep_totals?: boolean;
  /** Of a protected workbook; it is never stored. */
  password?: string;
  comment?: string;
  /** Of a text: one table, or several below one another. */
  tables?: string;
  /** Of JSON: what becomes of arrays of objects. */
  arrays?: string;
  sheet?: string;
  range?: string;
  date_order?: string;
  decimal_mark?: string;
  null_words?: string[];
  column_types?: Record<string, ColumnType>;
}

/** One difference between two versions of a file. */
export interface Drift {
  table: string;
  column?: string;
  change: "added" | "removed" | "type_changed";
  before?: ColumnType;
  after?: ColumnType;
}

export type VersionKind = "upload" | "reread" | "replace" | "append";

export interface Version {
  number: number;
  kind: VersionKind;
  current: boolean;
  name: string;
  size: number;
  tables: Table[];
  drift: Drift[];
  created_at: string;
}

/** A file before or after a change. */
export interface FileState {
  receipt?: Receipt;
  tables: (Grid & { id: string; name: string; row_count: number })[];
}

/** What a change made of a file, or would make. */
export interface Changed {
  stored: boolean;
  file: SourceFile;
  drift: Drift[];
  before?: FileState;
  after?: FileState;
}

export interface SourceFile {
  id: string;
  session_id: string;
  name: string;
  size: number;
  status: "pending" | "processing" | "completed" | "failed";
  tables: Table[];
  receipt?: Receipt;
  error?: { code: string; message: string; hint?: string };
  /** The number of the version that questions see. */
  version?: number;
  kind?: VersionKind;
  decisions?: Decisions;
  /** What was uploaded is kept and can be read again with other decisions. */
  rereads?: boolean;
  /** Of the job that reads the file, where the upload was not read at once. */
  job_id?: string;
}

export interface UploadResult {
  session_id: string;
  files: SourceFile[];
  total_files: number;
  total_size: number;
}

export interface ColumnProfile {
  name: string;
  type: ColumnType;
  rows?: number;
  nulls: number;
  distinct: number;
  min?: Cell;
  max?: Cell;
  mean?: number | null;
  quantiles?: Record<"p5" | "p25" | "p50" | "p75" | "p95", Cell> | null;
  histogram?: { from: Cell; to: Cell; rows: number }[] | null;
  lengths?: { min: number; max: number; mean: number } | null;
  top?: { value: Cell; rows: number }[];
  /** What texts look like: A for capitals, a for small letters, 9 for a digit. */
  patterns?: { pattern: string; rows: number }[] | null;
  /** Numbers far beyond where the others lie. */
  outliers?: { low: number; high: number; below: number; above: number } | null;
}

/** All that is known of a table and its columns. */
export interface Profile {
  rows?: number;
  columns: ColumnProfile[];
  duplicate_rows?: number;
  keys?: { columns: string[] }[] | null;
  missing?: { columns: string[]; rows: number }[] | null;
  correlations?: { a: string; b: string; r: number }[] | null;
  warnings?: { code: string; column?: string; text: string }[] | null;
}

/** How two tables belong together. */
export interface Join {
  many: { table: string; column: string };
  one: { table: string; column: string };
  says: string;
}

export interface Job {
  id: string;
  kind: "import" | "profile";
  file_id: string;
  /** The table of the file that it is about, where it is about one. */
  table_id?: string;
  status: "pending" | "running" | "completed" | "failed" | "cancelled";
  stage: string;
  done: number;
  /** 0 where it is not known. */
  total: number;
  error?: { code: string; message: string; hint?: string };
}

export interface Grid {
  columns: ResultColumn[];
  rows: Cell[][];
}

export interface ResultColumn {
  name: string;
  type: ColumnType;
  unit?: string | null;
}

export interface Result extends Grid {
  /** Rows in all, not only those here; -1 where that is unknown. */
  row_count: number;
  truncated: boolean;
}

export interface PatchOperation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

export interface Alternative {
  label: string;
  value_hint?: string;
  patch: PatchOperation[];
}

export interface Assumption {
  code: string;
  text: string;
  span?: Span;
  alternatives?: Alternative[];
}

/** A part of the question, in bytes of its UTF-8. */
export interface Span {
  start: number;
  end: number;
}

export interface Word {
  span: Span;
  text: string;
  kind: string;
  refs?: string[];
}

/** A plan is opaque to the page, but for the names and grains of its keys. */
export interface Plan {
  kind?: string;
  group?: { as: string; expr?: { op: string; unit?: string } }[];
  select?: { as: string; expr?: { op: string; unit?: string } }[];
  [field: string]: unknown;
}

export interface Option {
  label: string;
  value_hint?: string;
  plan: Plan;
}

export interface Provenance {
  tables?: { id: string; name: string; sha256: string; rows: number }[];
  engine?: string;
  now?: string;
}

export type AnswerStatus = "answered" | "clarify" | "refused";

/** A part of an answer that can be given a name. */
export interface Nameable {
  kind: "metric" | "filter";
  table: string;
  text: string;
  says: string;
}

export interface Answer {
  query_id: string;
  conversation_id: string;
  session_id: string;
  query: string;
  status: AnswerStatus;
  intent?: string;
  result?: Result;
  explanation: string;
  confidence?: "high" | "medium" | "low";
  reasons?: string[];
  assumptions?: Assumption[];
  ignored?: string[];
  notes?: string[];
  question?: string;
  options?: Option[];
  reason?: string;
  words?: string[];
  near?: string[];
  try?: string[];
  followups?: string[];
  spans?: Word[];
  sql?: string;
  plan?: Plan;
  plan_text?: string;
  nameable?: Nameable[];
  chart?: Record<string, unknown>;
  reader?: string;
  model?: Consulted;
  other?: Other;
  notices?: Notice[];
  cached?: boolean;
  elapsed_ms?: number;
  provenance?: Provenance;
  feedback?: string;
  created_at?: string;
}

/** What a language model did for an answer. */
export interface Consulted {
  name: string;
  sent_to: string;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  agrees: boolean | null;
  shared: Shared;
  /** The model's sentences; every number in them is a cell of a result. */
  text?: string;
  dropped?: string[];
}

/** How much of the data was sent. */
export interface Shared {
  tables: number;
  columns: number;
  values: number;
  rows: number;
}

/** A second reading of a question, computed, too. */
export interface Other {
  reader: string;
  says: string;
  plan: Plan;
  value_hint?: string;
  result?: Result;
}

/** What a person should know about how an answer came to be. */
export interface Notice {
  code: string;
  text: string;
}

/** The language model, what it may be sent, and what was spent. */
export interface ModelState {
  provider: string;
  name?: string;
  sent_to?: string;
  models: Spoken[] | null;
  egress: { operator: string; workspace?: string; session?: string; effective: string };
  spent_today_usd: number;
  spent_this_month_usd: number;
  /** 0 is no limit. */
  day_limit_usd: number;
  month_limit_usd: number;
  /** What the asker took of it today. */
  yours?: { spent_usd: number; limit_usd: number; calls: number; calls_limit: number };
}

/** One model at one server. */
export interface Spoken {
  name: string;
  provider: string;
  sent_to: string;
  /** Which settings say where its server is. */
  setting: string;
  /** The end of the workspace's own key, where it has one. */
  own_key?: string;
  known: KnownModel;
  health: ModelHealth;
}

/** What a model can do, and its price in dollars for a million tokens. */
export interface KnownModel {
  context: number;
  output: number;
  input_price: number;
  output_price: number;
}

/** How calls of a server ended. */
export interface ModelHealth {
  state: string;
  calls: number;
  failures: number;
  latency_ms: number;
  last_success_at?: string;
  last_failure_at?: string;
  last_failure?: string;
  asked_again_at?: string;
  limits?: ServerLimit[];
}

export interface ServerLimit {
  name: string;
  /** 0 where the server does not say. */
  limit: number;
  remaining: number;
}

/** What a test of the connection found. */
export interface ModelTested {
  ok: boolean;
  name: string;
  says: string;
  elapsed_ms: number;
  cost_usd: number;
  models?: string[];
  fallback?: ModelTested;
}

/** A short text, by a model where it could be verified. */
export interface Written {
  text: string;
  /** The same as a list, where it is one. */
  items?: string[];
  reader: string;
  notices?: Notice[];
  model?: Consulted | null;
}

/** What was sent for a question. */
export interface Sendings {
  requests: Sending[];
}

export interface Sending {
  to: string;
  model?: string;
  body: string;
}

/** What a person's judgement of an answer changed. */
export interface Learned {
  remembered: boolean;
  why?: string;
}

export type DefinitionKind = "synonym" | "metric" | "filter" | "column" | "answer" | "forbidden";
export type Aggregate = "sum" | "avg" | "median" | "min" | "max";

/** What people write of a definition. */
export interface Meaning {
  kind: DefinitionKind;
  scope?: "session" | "workspace";
  /** The word; of an answer the whole question. */
  phrase?: string;
  table?: string;
  column?: string;
  value?: string;
  /** Of a metric and a filter the expression, of an answer the plan, as text. */
  text?: string;
  aggregate?: Aggregate;
  hidden?: boolean;
  /** Never sent to a language model. */
  private?: boolean;
}

/** Something that people taught. */
export interface Definition extends Meaning {
  id: string;
  /** False where the session has no such table or column, or not any more. */
  fits: boolean;
  /** Of an answer: what its plan computes, in words. */
  says?: string;
  created_at: string;
}

export interface Conversation {
  id: string;
  session_id: string;
  name: string;
  created_at: string;
  updated_at: string;
}

export interface AskRequest {
  session_id: string;
  conversation_id?: string;
  query?: string;
  plan?: Plan;
  /** An earlier question that this one stands in for: a new conversation begins with what was asked before it. */
  edits?: string;
  reader?: "auto" | "offline" | "model";
  use_cache?: boolean;
}

/** How people log in here. */
export interface AuthOptions {
  auth: "local" | "token" | "accounts";
  registration?: "open" | "invite" | "closed";
  needs_setup: boolean;
  mail: boolean;
  openid?: string;
  min_password: number;
}

/** Who asks. */
export interface Person {
  id: string;
  name: string;
  email?: string;
  role: string;
}

export interface User {
  id: string;
  email: string;
  name: string;
  role: "admin" | "member";
  active: boolean;
  created_at: string;
  last_login_at?: string;
}

/** A link that works once; its address is shown when it is made. */
export interface Link {
  id: string;
  email?: string;
  role?: string;
  created_at: string;
  expires_at: string;
  url?: string;
}

/** A place where somebody is logged in. */
export interface LoginPlace {
  id: string;
  current: boolean;
  agent?: string;
  created_at: string;
  used_at: string;
}

/** A key for programs; the key itself is there once. */
export interface AccessKey {
  id: string;
  name: string;
  scope: string;
  hint: string;
  created_at: string;
  used_at?: string;
  expires_at: string;
  key?: string;
}

export interface Share {
  user_id: string;
  email: string;
  name: string;
  role: "editor" | "viewer";
}

/** A line of the audit log. */
export interface Entry {
  id: string;
  actor_id?: string;
  actor?: string;
  action: string;
  object?: string;
  outcome: string;
  request_id?: string;
  created_at: string;
}
