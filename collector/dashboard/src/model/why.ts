// A finding's chain of why, read from the JSON of a finding (docs/PACKS.md): component -> identifier -> entity -> links ->
// list entry -> scope -> action, and the exception that covers it. The API describes that JSON only as an object, so each
// field is looked at here; a field that is not there makes no step, and never an error.

export interface Step {
  step: string;
  /** What the step rests on: hostile text where a device or a pack's author wrote it. */
  says: string;
  /** Where that stands written. */
  source: string;
}

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function joined(parts: readonly string[], by: string): string {
  return parts.filter((part) => part !== "").join(by);
}

function packText(value: unknown): string {
  const pack = fields(value);
  const id = text(pack["id"]);
  if (id === "") return "";
  return joined([`pack ${id} version ${text(pack["version"])} of ${text(pack["date"])}`, lineText(pack)], ", ");
}

function lineText(pack: Fields): string {
  const line = text(pack["line"]);
  return line === "" ? "" : `line ${line}`;
}

function entityText(value: unknown): string {
  const entity = fields(value);
  const country = text(entity["country"]);
  const name = text(entity["name"]) || text(entity["id"]);
  return country === "" ? name : `${name} (${country})`;
}

function componentStep(finding: Fields): Step {
  const component = fields(finding["component"]);
  const names = Object.values(fields(component["names"])).map(text);
  const place = Object.entries(fields(component["location"])).map(([name, value]) => joined([name, text(value)], " "));
  const says = joined([text(component["key"]), joined(names, " · ")], ", ");
  return { step: "component", says, source: joined(place, ", ") };
}

function identifierSteps(chain: Fields): Step[] {
  const identifier = fields(chain["identifier"]);
  const known = fields(chain["known_as"]);
  const registered = text(known["registered_to"]);
  const steps: Step[] = [
    {
      step: "identifier",
      says: joined([text(identifier["registry"]), text(identifier["value"])], " "),
      source: text(chain["reason"]).replaceAll("_", " "),
    },
  ];
  const value = joined([text(known["registry"]), text(known["value"])], " ");
  if (value !== "") {
    steps.push({
      step: "known as",
      says: registered === "" ? value : `${value}, registered to ${registered}`,
      source: joined([text(known["confidence"]), text(known["source"]), packText(known["pack"])], " · "),
    });
  }
  return steps;
}

function linkSteps(chain: Fields): Step[] {
  const links = Array.isArray(chain["links"]) ? chain["links"] : [];
  return links.map((one) => {
    const link = fields(one);
    const of = text(link["of"]) || entityText(link["of"]);
    return { step: "link", says: joined([text(link["kind"]), of], " of "), source: text(link["citation"]) };
  });
}

function listedStep(chain: Fields): Step {
  const listed = fields(chain["listed"]);
  const who = entityText(listed["entity"]);
  const says = joined([who, joined([text(listed["authority"]), text(listed["list"])], ", ")], " is named by ");
  return {
    step: "list entry",
    says: joined([says, text(listed["demands"])], ": "),
    source: joined([`entry ${text(listed["entry"])}`, text(listed["citation"]), packText(listed["pack"])], " · "),
  };
}

function datesStep(chain: Fields): Step[] {
  const listed = fields(chain["listed"]);
  const from = text(listed["from"]);
  const until = text(listed["until"]);
  if (from === "" && until === "") return [];
  const says = joined([from && `in force since ${from}`, until && `until ${until}`], " ");
  return [{ step: "dates", says, source: "" }];
}

function exceptionSteps(finding: Fields): Step[] {
  const exception = fields(finding["exception"]);
  const id = text(exception["id"]);
  if (id === "") return [];
  const approver = text(exception["approver"]);
  return [
    {
      step: "exception",
      says: joined([id, approver && `approved by ${approver}`, `until ${text(exception["until"])}`], ", "),
      source: text(exception["document"]),
    },
  ];
}

/** The steps in order; none at all when the finding carries no chain. */
export function whySteps(value: unknown): Step[] {
  const finding = fields(value);
  const chain = fields(finding["chain"]);
  if (Object.keys(chain).length === 0) return [];
  const scope = fields(chain["scope"]);
  const proof = fields(finding["proof"]);
  const action = joined([text(chain["action"]).replaceAll("_", " "), text(chain["deadline"])], " ");
  return [
    componentStep(finding),
    ...identifierSteps(chain),
    { step: "entity", says: entityText(chain["entity"]), source: "" },
    ...linkSteps(chain),
    listedStep(chain),
    { step: "scope", says: text(scope["result"]).replaceAll("_", " "), source: text(scope["purpose"]) },
    ...datesStep(chain),
    { step: "action", says: action, source: "" },
    ...exceptionSteps(finding),
    { step: "proof", says: text(proof["level"]).replaceAll("_", " "), source: text(proof["meaning"]) },
  ].filter((step) => step.says !== "");
}

/** The collector's own sentences of the same, for printing and reading aloud. */
export function explanation(value: unknown): string[] {
  const lines = fields(value)["explanation"];
  return Array.isArray(lines) ? lines.filter((line): line is string => typeof line === "string") : [];
}
