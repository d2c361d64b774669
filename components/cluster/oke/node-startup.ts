/** What a node runs when it starts: OKE's own script, with what a node pool has no field for. */
import type { GrowingPool } from "../../../config/schema/cluster-pools.ts";

/**
 * The script for cloud-init, in base64. Taints go to the kubelet, since OKE's managed pools have none; the file system
 * is grown to the boot volume, since images have 47 GiB. (OKE documentation, "Using Custom Cloud-init Initialization
 * Scripts".)
 */
export function startupScript({ taints }: Pick<GrowingPool, "taints">): string {
  const registered = taints.map(({ key, value = "", effect }) => `${key}=${value}:${effect}`).join(",");
  const kubeletArguments =
    registered === "" ? "" : ` --kubelet-extra-args "--register-with-taints=${registered}"`;
  const lines = [
    "#!/bin/bash",
    "set -o errexit -o pipefail",
    "/usr/libexec/oci-growfs -y || true",
    'curl --fail --silent --show-error --retry 5 -H "Authorization: Bearer Oracle" -L0 ' +
      "http://169.254.169.254/opc/v2/instance/metadata/oke_init_script | base64 --decode > /var/run/oke-init.sh",
    `bash /var/run/oke-init.sh${kubeletArguments}`,
    "",
  ];
  return Buffer.from(lines.join("\n"), "utf8").toString("base64");
}
