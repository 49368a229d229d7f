import { self as api } from "../api/accounts";
import { type Failure, failureOf } from "../api/client";
import { pagesFor, titles } from "../lib/pages";
import type { Self } from "../state/person";
import { Menu } from "./basics";
import { icons } from "./icons";

const signs = { profile: icons.person, keys: icons.key, users: icons.people, audit: icons.list };

/** Who is logged in, and the way to the pages of the account and out. */
export function UserMenu({ self: { person }, onFailure }: { self: Self; onFailure: (f: Failure) => void }) {
  const items = pagesFor(person.role).map((p) => ({ label: titles[p], icon: signs[p], onSelect: () => { window.location.hash = `#/account/${p}`; } }));
  const out = { label: "Log out", icon: icons.out, onSelect: () => void api.logout(false).catch((err: unknown) => onFailure(failureOf(err))) };
  return (
    <div className="user">
      <Menu
        label={`Account of ${person.name}`}
        triggerClass="entry"
        align="above"
        trigger={<>{icons.person}<span className="grow clip"><span className="clip"><bdi>{person.name}</bdi></span></span></>}
        items={[...items, out]}
      />
    </div>
  );
}
