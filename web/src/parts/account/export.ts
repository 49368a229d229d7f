import { self } from "../../api/accounts";
import { all, id } from "../../api/client";
import type { Answer, Conversation, Definition, Person, Session, SourceFile } from "../../api/types";

const most = 100_000;

async function inside(s: Session) {
  const at = `/sessions/${id(s.id)}`;
  return {
    session: s,
    files: await all<SourceFile>(`${at}/files`, most),
    definitions: await all<Definition>(`${at}/definitions`, most),
    conversations: await all<Conversation>(`${at}/conversations`, most),
    questions: await all<Answer>(`${at}/queries`, most),
  };
}

/** All that is somebody's: what others share with them is not. */
export async function collectMine(person: Person) {
  const sessions = (await all<Session>("/sessions", most)).filter((s) => s.role === "owner");
  const mine = [];
  // One after the other: the server has others to serve, too.
  for (const s of sessions) mine.push(await inside(s));
  return { exported_at: new Date().toISOString(), account: person, logins: (await self.logins()).items, api_keys: (await self.keys()).items, sessions: mine };
}
