/** What somebody may do with a session. */
export interface Rights {
  /** Ask, upload, teach, change. */
  edit: boolean;
  /** Share, keep longer, delete. */
  own: boolean;
}

/** The rights of a role; where nobody logs in, everything is everybody's. */
export function rightsOf(role: string | undefined): Rights {
  const own = role === undefined || role === "owner";
  return { edit: own || role === "editor", own };
}
