import { type Looks, note, watch } from "./looks.ts";

/**
 * Works something out once for each object, and keeps it as long as the object lives: for a model, a view or
 * a statement, which never change, until an edit makes new ones.
 */
export function oncePer<K extends object, V>(make: (object: K) => V): (object: K) => V {
  const known = new WeakMap<K, { readonly value: V; readonly looks: Looks }>();
  return (object) => {
    let found = known.get(object);
    if (!found) {
      found = watch(() => make(object));
      known.set(object, found);
    }
    // Who is given it has looked at the same.
    note(found.looks);
    return found.value;
  };
}
