// Proof at compile time that what the page reads is what the API's own
// document promises: every field exists there, with a type of the same kind.
// schema.d.ts is generated: npm run types.

import type { components } from "./schema";
import type {
  AccessKey, Alternative, Answer, AskRequest, Assumption, AuthOptions, Changed, Column, Consulted, Conversation, Decisions, Definition, Drift, Entry, Grid, Job, KnownModel, Learned, LeftOut, Link, LoginPlace, ModelHealth, ModelState, ModelTested, Note, Notice,
  Option, Other, Part, PatchOperation, Person, Problem, Provenance, Receipt, Reject, Result, ResultColumn, Sending, Sendings, ServerLimit, Session, Share, Shared, SourceFile, Span, Spoken, Stats, Table, UploadResult, User, Version, Word, Written,
} from "./types";

type Schemas = components["schemas"];

/** The fields by name, without "and any other". */
type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

type Kind<T> = unknown extends T
  ? "any"
  : NonNullable<T> extends string
    ? "string"
    : NonNullable<T> extends number
      ? "number"
      : NonNullable<T> extends boolean
        ? "boolean"
        : NonNullable<T> extends readonly unknown[]
          ? "list"
          : "object";

type Agrees<Mine, Theirs> = Kind<Theirs> extends "any" ? true : Kind<Mine> extends Kind<Theirs> ? true : false;

/** The fields of which the document knows nothing, or something else. */
type Wrong<Mine, Theirs> = {
  [K in keyof Mine]-?: K extends keyof Known<Theirs> ? (Agrees<Mine[K], Known<Theirs>[K]> extends true ? never : K) : K;
}[keyof Mine];

type None<T extends never> = T;

export type Contract = [
  None<Wrong<AccessKey, Schemas["Key"]>>,
  None<Wrong<AuthOptions, Schemas["OptionsOutputBody"]>>,
  None<Wrong<Entry, Schemas["Entry"]>>,
  None<Wrong<LeftOut, Schemas["LeftOut"]>>,
  None<Wrong<Link, Schemas["Link"]>>,
  None<Wrong<LoginPlace, Schemas["Login"]>>,
  None<Wrong<Person, Schemas["Identity"]>>,
  None<Wrong<Share, Schemas["Share"]>>,
  None<Wrong<User, Schemas["User"]>>,
  None<Wrong<Alternative, Schemas["Alternative"]>>,
  None<Wrong<Answer, Schemas["Answer"]>>,
  None<Wrong<Assumption, Schemas["Assumption"]>>,
  None<Wrong<Consulted, Schemas["Consulted"]>>,
  None<Wrong<ModelState, Schemas["ModelState"]>>,
  None<Wrong<Spoken, Schemas["Spoken"]>>,
  None<Wrong<KnownModel, Schemas["Model"]>>,
  None<Wrong<ModelHealth, Schemas["Health"]>>,
  None<Wrong<ServerLimit, Schemas["Limit"]>>,
  None<Wrong<ModelTested, Schemas["Tested"]>>,
  None<Wrong<Written, Schemas["Written"]>>,
  None<Wrong<Sending, Schemas["Sending"]>>,
  None<Wrong<Notice, Schemas["Notice"]>>,
  None<Wrong<Other, Schemas["Other"]>>,
  None<Wrong<Sendings, Schemas["Sendings"]>>,
  None<Wrong<Shared, Schemas["Shared"]>>,
  None<Wrong<AskRequest, Schemas["QuestionBody"]>>,
  None<Wrong<Changed, Schemas["Changed"]>>,
  None<Wrong<Column, Schemas["Column"]>>,
  None<Wrong<Decisions, Schemas["Decisions"]>>,
  None<Wrong<Drift, Schemas["DatasetDrift"]>>,
  None<Wrong<Version, Schemas["Version"]>>,
  None<Wrong<Conversation, Schemas["Conversation"]>>,
  None<Wrong<Definition, Schemas["Definition"]>>,
  None<Wrong<Job, Schemas["Job"]>>,
  None<Wrong<Learned, Schemas["Learned"]>>,
  None<Wrong<Grid, Schemas["Preview"]>>,
  None<Wrong<Option, Schemas["Option"]>>,
  None<Wrong<Omit<PatchOperation, "from" | "value">, Schemas["Patch"]>>,
  None<Wrong<Problem, Schemas["Problem"]>>,
  None<Wrong<Provenance, Schemas["Provenance"]>>,
  None<Wrong<Receipt, Schemas["Receipt"]>>,
  None<Wrong<Reject, Schemas["Reject"]>>,
  None<Wrong<Result, Schemas["Result"]>>,
  None<Wrong<ResultColumn, Schemas["ResultColumn"]>>,
  None<Wrong<Session, Schemas["Session"]>>,
  None<Wrong<Note, Schemas["Note"]>>,
  None<Wrong<Part, Schemas["Part"]>>,
  None<Wrong<SourceFile, Schemas["File"]>>,
  None<Wrong<Span, Schemas["PlanSpan"]>>,
  None<Wrong<Stats, Schemas["CatalogStats"]>>,
  None<Wrong<Table, Schemas["Table"]>>,
  None<Wrong<UploadResult, Schemas["Uploaded"]>>,
  None<Wrong<Word, Schemas["QuestionWord"]>>,
];
