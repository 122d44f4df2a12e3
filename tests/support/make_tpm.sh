#!/bin/bash
# make_tpm.sh DIR CA_DIR: manufactures a software TPM 2.0 (swtpm) in DIR, with certificates for its endorsement keys of a
# test CA in CA_DIR, which is made where there is none: RSA-2048 at NV 0x01c00002 and P-384 at 0x01c00016 by swtpm_setup,
# P-256 at 0x01c0000a here, since swtpm_setup makes none of that curve. Active banks: SHA-1, SHA-256, SHA-384.
# CA_DIR afterwards holds issuercert.pem and swtpm-localca-rootca-cert.pem. For tests and demonstrations only.
set -euo pipefail
mkdir -p "$1" "$2"
dir=$(cd "$1" && pwd)  # absolute: swtpm_localca runs elsewhere
ca=$(cd "$2" && pwd)

cat > "$dir/localca.conf" <<X
statedir = $ca
signingkey = $ca/signkey.pem
issuercert = $ca/issuercert.pem
certserial = $ca/certserial
X
cat > "$dir/localca.options" <<X
--tpm-manufacturer ${TPM_MANUFACTURER:-id:00001014}
--tpm-model ${TPM_MODEL:-swtpm}
--tpm-version ${TPM_VERSION:-id:20191023}
--platform-manufacturer Test
--platform-version 1.0
--platform-model Test
X
cat > "$dir/setup.conf" <<X
create_certs_tool = $(command -v swtpm_localca)
create_certs_tool_config = $dir/localca.conf
create_certs_tool_options = $dir/localca.options
active_pcr_banks = sha1,sha256,sha384
X
swtpm_setup --tpm2 --tpmstate "$dir" --create-ek-cert --pcr-banks sha1,sha256,sha384 --config "$dir/setup.conf" \
    --overwrite --logfile "$dir/setup.log" > /dev/null || { cat "$dir/setup.log" >&2; exit 1; }

# The P-256 key and its certificate. The socket's path must be short, so it gets a directory of its own.
sockets=$(mktemp -d)
swtpm socket --tpm2 --tpmstate dir="$dir" --server type=unixio,path="$sockets/tpm" \
    --ctrl type=unixio,path="$sockets/tpm.ctrl" --flags not-need-init,startup-clear > "$dir/swtpm.log" 2>&1 &
swtpm_pid=$!
trap 'kill "$swtpm_pid" 2> /dev/null || true; wait "$swtpm_pid" 2> /dev/null || true; rm -rf "$sockets"' EXIT
for _ in $(seq 200); do [ -S "$sockets/tpm" ] && break; sleep 0.02; done
export TPM2TOOLS_TCTI="swtpm:path=$sockets/tpm"
tpm2_createek -Q -G ecc -c "$sockets/ek.ctx"
tpm2_readpublic -Q -c "$sockets/ek.ctx" -f der -o "$sockets/ek.der"
point=$(tail -c 64 "$sockets/ek.der" | od -An -v -tx1 | tr -d ' \n')  # x, then y
mkdir -p "$dir/p256"
swtpm_localca --type ek --ek "x=${point:0:64},y=${point:64:64},id=secp256r1" --dir "$dir/p256" --vmid test \
    --logfile "$dir/setup.log" --configfile "$dir/localca.conf" --optsfile "$dir/localca.options" \
    --tpm-spec-family 2.0 --tpm-spec-level 0 --tpm-spec-revision 164 --tpm2
tpm2_nvdefine -Q 0x1c0000a -C p -s "$(stat -c %s "$dir/p256/ek.cert")" \
    -a "ppwrite|writedefine|ppread|ownerread|authread|no_da|platformcreate"
tpm2_nvwrite -Q 0x1c0000a -C p -i "$dir/p256/ek.cert"
tpm2_shutdown -c
