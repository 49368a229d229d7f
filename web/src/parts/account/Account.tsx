import "../../styles/account.css";
import { useEffect, useRef } from "react";
import type { PageName } from "../../lib/route";
import { pagesFor, titles } from "../../lib/pages";
import type { Self } from "../../state/person";
import { Audit } from "./Audit";
import { Keys } from "./Keys";
import { Profile } from "./Profile";
import { Users } from "./Users";

/** The pages of an account, and those of an administrator. */
export default function Account({ page, self, onBack }: { page: PageName; self: Self; onBack: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const open = pagesFor(self.person.role);
  useEffect(() => {
    document.title = `${titles[page]} · tabletalk`;
    heading.current?.focus();
  }, [page]);
  return (
    <div className="account">
      <p><button type="button" className="link" onClick={onBack}>← Back to your data</button></p>
      <h1 ref={heading} tabIndex={-1}>{titles[page]}</h1>
      <nav aria-label="Account" className="tabs">
        {open.map((p) => <a key={p} href={`#/account/${p}`} aria-current={p === page ? "page" : undefined}>{titles[p]}</a>)}
      </nav>
      {!open.includes(page) ? (
        <p>Only administrators see this page.</p>
      ) : page === "profile" ? (
        <Profile self={self} />
      ) : page === "keys" ? (
        <Keys admin={self.person.role === "admin"} />
      ) : page === "users" ? (
        <Users self={self} />
      ) : (
        <Audit />
      )}
    </div>
  );
}
