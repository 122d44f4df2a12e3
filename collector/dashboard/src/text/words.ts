// The API's words for reading, and the tone in which a word is shown. The words themselves stay what docs/API.md says:
// only underscores go, and the few words that alone would mislead.

export type Tone = "good" | "warn" | "bad" | "faint" | "plain";

const told: Record<string, string> = {
  none: "not appraised",
  pci_function: "PCI function",
  usb_device: "USB device",
  tpm: "TPM",
  bmc: "BMC",
  attested_os: "attested OS",
  tpm_firmware: "TPM firmware",
  ima: "IMA",
  pcr_selection: "PCR selection",
  pcr_digest: "PCR digest",
  pcr_not_zero: "PCRs not zero",
};

export function wordOf(word: string): string {
  return Object.hasOwn(told, word) ? (told[word] ?? word) : word.replaceAll("_", " ");
}

const toned: Record<Exclude<Tone, "warn" | "plain">, readonly string[]> = {
  good: ["trusted", "affirming", "active", "fresh", "passed", "holds", "closed", "approved", "automatic", "ok", "absence_observed", "disposed"],
  bad: ["contraindicated", "failed", "contradicted", "altered", "reappeared", "rejected"],
  faint: ["retired", "excepted", "false_positive", "none", "not_appraised", "absent", "inform"],
};

/** What is not known to be good, bad or of no weight asks for a look: warn. */
export function toneOf(word: string): Tone {
  for (const tone of ["good", "bad", "faint"] as const) {
    if (toned[tone].includes(word)) return tone;
  }
  return "warn";
}

/** What stands behind a proof level, in the words of docs/ARCHITECTURE.md. */
export const proof_meaning: Record<string, string> = {
  device_signed: "the component signed the collector's nonce",
  firmware_measured: "its firmware's hash was measured at boot",
  platform_certified: "named in a valid platform certificate, and seen now",
  attested_os: "read by a system of which everything that ran was accepted",
  reported: "read under a good quote; boot or runtime not accepted yet",
  observed: "seen on the wire by a neighbour",
  declared: "said by a person or read from a file; no TPM stands behind it",
};

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

export const component_kinds = [
  "system",
  "board",
  "chassis",
  "firmware",
  "processor",
  "memory_module",
  "pci_function",
  "usb_device",
  "network_interface",
  "block_device",
  "tpm",
  "bmc",
  "transceiver",
  "slot",
  "flash",
  "chip",
] as const;
