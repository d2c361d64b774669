/** runc in our version: Debian's 1.1.5 hides the reason of a refusal that this one tells. */
import { join } from "node:path";
import { ensureGoProgram } from "../images/go-program.ts";
import type { GoProgram } from "../images/go-programs.ts";
import { libraryTriplet } from "../images/packages.ts";
import { findOnPath, type Report } from "../programs/ensure.ts";

const runc = {
  name: "runc",
  tools: "runc",
  package: "github.com/opencontainers/runc",
  module: "github.com/opencontainers/runc",
  tags: ["seccomp", "netgo", "osusergo"],
  // Static, so that it does not need the unpacked libseccomp when it runs.
  linkFlags: ["-extldflags", "-static"],
  buildSeconds: 25,
} as const satisfies GoProgram;

/**
 * Path of runc: built with the machine's C compiler (its first steps are C), else the one that Debian's containerd brings.
 * @param packages folder of the unpacked packages, with libseccomp's headers.
 */
export async function ensureRunc(packages: string, report: Report): Promise<string> {
  const canBuild = findOnPath("gcc") !== undefined && findOnPath("pkg-config") !== undefined;
  if (!canBuild || packages === "/") {
    const other = packages === "/" ? findOnPath("runc") : join(packages, "usr", "sbin", "runc");
    if (other !== undefined) return other;
  }
  const libraries = join(packages, "usr", "lib", libraryTriplet);
  return await ensureGoProgram(runc, report, {
    environment: {
      CGO_ENABLED: "1",
      PKG_CONFIG_PATH: join(libraries, "pkgconfig"),
      CGO_CFLAGS: `-I${join(packages, "usr", "include")}`,
      CGO_LDFLAGS: `-L${libraries}`,
    },
  });
}
