import { type Accessor, createContext, useContext } from "solid-js";

/**
 * What a list that floats over the page is put into. A dialog hides everything outside of itself from readers, so
 * its lists belong into it.
 */
export const FloatsIn = createContext<Accessor<HTMLElement | undefined>>();

export function useFloatsIn(): Accessor<HTMLElement> {
  const around = useContext(FloatsIn);
  return () => around?.() ?? document.body;
}
