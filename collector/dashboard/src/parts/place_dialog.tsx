// Says where a device stands and what it is for. Findings and the worklist follow from it at once.

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { patch } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { DeviceDetail } from "../api/schema";
import { noteEnd } from "../state/session_state";
import { Dialog } from "./dialog";
import { ProblemNote } from "./problem_note";

interface PlaceProps {
  device: DeviceDetail;
  onClose: () => void;
  onDone: (device: DeviceDetail) => void;
}

export function PlaceDialog({ device, onClose, onDone }: PlaceProps): JSX.Element {
  const site = useRef<HTMLInputElement>(null);
  const role = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const body = { site: site.current?.value.trim() ?? "", role: role.current?.value.trim() ?? "" };
      onDone(await patch("/v1/devices/{id}", body, { id: device.id }));
      onClose();
    } catch (thrown) {
      const failed = asProblem(thrown);
      if (!noteEnd(failed)) setProblem(failed);
      setBusy(false);
    }
  };
  return (
    <Dialog title="Site and role" onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        {problem && <ProblemNote problem={problem} />}
        <div>
          <label for="place-site">Site</label>
          <input id="place-site" ref={site} defaultValue={device.site} maxLength={64} autocomplete="off" />
        </div>
        <div>
          <label for="place-role">Role</label>
          <input id="place-role" ref={role} defaultValue={device.role} maxLength={64} autocomplete="off" />
        </div>
        <p class="faint">Rules of the packs may ask for a role or a site: findings and the worklist follow at once.</p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Saving…" : "Save"}
        </button>
      </form>
    </Dialog>
  );
}
