import { createContext, useContext } from "react";
import type { AuthOptions, Person } from "../api/types";
import { type Rights, rightsOf } from "../lib/rights";

/** Somebody who logged in. */
export interface Self {
  person: Person;
  options: AuthOptions;
  /** Something about the person was changed. */
  changed: (p: Person) => void;
}

export const SelfContext = createContext<Self | undefined>(undefined);

/** Who is logged in; undefined where nobody has to. */
export const useSelf = (): Self | undefined => useContext(SelfContext);

export const RightsContext = createContext<Rights>(rightsOf(undefined));

/** What may be done with the open session. What may not be done is not offered. */
export const useRights = (): Rights => useContext(RightsContext);

/** Whether one may decide for the whole workspace. */
export function useAdmin(): boolean {
  const self = useSelf();
  return !self || self.person.role === "admin";
}
