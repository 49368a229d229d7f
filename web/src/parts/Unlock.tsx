import { useState } from "react";

const codes = new Set(["password_needed", "password_wrong"]);

/** Whether what went wrong is a protected workbook that its password opens. */
export const isLocked = (code: string | undefined): boolean => code !== undefined && codes.has(code);

/** Asks for the password of a protected workbook; it is sent along and kept nowhere. */
export function Unlock({ name, onOpen }: { name: string; onOpen: (password: string) => void }) {
  const [password, setPassword] = useState("");
  return (
    <form
      className="row unlock"
      onSubmit={(e) => {
        e.preventDefault();
        if (password) onOpen(password);
      }}
    >
      <input aria-label={`Password of ${name}`} type="password" className="field grow" autoComplete="off" maxLength={255} placeholder="Its password" value={password} onChange={(e) => setPassword(e.target.value)} />
      <button type="submit" className="button" disabled={password === ""}>Open it</button>
    </form>
  );
}
