// The filters of a list that a person types or picks, above it. Each change is another URL; text fields apply on Enter or
// when they are left, so that no half word is asked for.

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { wordOf } from "../text/words";

export interface FilterField {
  name: string;
  label: string;
  /** Given: picked from these words; otherwise typed. */
  words?: readonly string[];
  hint?: string;
  search?: boolean;
}

interface FilterProps {
  fields: readonly FilterField[];
  chosen: Partial<Record<string, string>>;
  set: (change: Record<string, string | undefined>) => void;
  clear: string;
}

function Picked({ field, value, set }: { field: FilterField; value: string; set: FilterProps["set"] }): JSX.Element {
  return (
    <select
      id={`filter-${field.name}`}
      value={value}
      onChange={(event) => set({ [field.name]: event.currentTarget.value || undefined })}
    >
      <option value="">any</option>
      {field.words?.map((word) => (
        <option key={word} value={word}>
          {wordOf(word)}
        </option>
      ))}
    </select>
  );
}

interface TypedProps {
  field: FilterField;
  value: string;
  /** True: the list is narrowed to where it is not set. */
  is_empty: boolean;
  set: FilterProps["set"];
}

function Typed({ field, value, is_empty, set }: TypedProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const apply = (): void => {
    const now = input.current?.value.trim() ?? "";
    if (now !== value) set({ [field.name]: now === "" ? undefined : now });
  };
  // Another value from outside, by Back or a link, takes the place of what was typed.
  useEffect(() => {
    if (input.current !== null) input.current.value = value;
  }, [value]);
  const type: object = { type: field.search ? "search" : "text" };
  return (
    <input
      {...type}
      ref={input}
      id={`filter-${field.name}`}
      defaultValue={value}
      placeholder={is_empty ? "not set" : (field.hint ?? "")}
      spellcheck={false}
      autocomplete="off"
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
    />
  );
}

function Field({ field, chosen, set }: { field: FilterField } & Pick<FilterProps, "chosen" | "set">): JSX.Element {
  const value = chosen[field.name] ?? "";
  return (
    <div class={field.search ? "field wide" : "field"}>
      <label for={`filter-${field.name}`}>{field.label}</label>
      {field.words ? (
        <Picked field={field} value={value} set={set} />
      ) : (
        <Typed field={field} value={value} is_empty={chosen[field.name] === ""} set={set} />
      )}
    </div>
  );
}

/** On a narrow screen all but the search fold away, for the list is what was asked for. */
export function FilterBar({ fields, chosen, set, clear }: FilterProps): JSX.Element {
  const any = fields.some((field) => chosen[field.name] !== undefined);
  const others = fields.filter((field) => !field.search);
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {fields
        .filter((field) => field.search)
        .map((field) => (
          <Field key={field.name} field={field} chosen={chosen} set={set} />
        ))}
      <details class="side more-filters" open={window.matchMedia("(min-width: 1101px)").matches}>
        <summary>More filters</summary>
        <div>
          {others.map((field) => (
            <Field key={field.name} field={field} chosen={chosen} set={set} />
          ))}
        </div>
      </details>
      {any && (
        <a class="clear" href={clear}>
          Clear
        </a>
      )}
    </form>
  );
}
