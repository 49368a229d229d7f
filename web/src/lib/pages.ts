import { type PageName, pages } from "./route";

export const titles: Record<PageName, string> = { profile: "Profile", keys: "API keys", users: "Users", audit: "Audit log" };

/** The pages that somebody with a role may open. */
export function pagesFor(role: string): PageName[] {
  return pages.filter((p) => role === "admin" || (p !== "users" && p !== "audit"));
}
