/** Makes one image with buildah: from nothing, with no network and no daemon. */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { unpackDebian } from "./debian-root.ts";
import { ensureGoProgram, goModuleFolder } from "./go-program.ts";
import { packageEnvironment } from "./packages.ts";
import type { Report } from "../programs/ensure.ts";
import { installPython } from "./python-packages.ts";
import { run } from "./run.ts";
import type { MadeImage } from "./recipe.ts";

/**
 * Writes the image to `target`, as an archive that containerd imports under the image's reference.
 * @param packages folder of the unpacked packages, buildah among them.
 */
export async function makeArchive(
  image: MadeImage,
  target: string,
  packages: string,
  report: Report,
): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), "making-"));
  try {
    const root = join(work, "rootfs");
    mkdirSync(root, { mode: 0o755 });
    await fill(root, image, report);
    report(`Making the image ${image.reference}.`);
    const archive = join(work, "image.tar");
    await commit(image, root, archive, work, packages);
    renameSync(archive, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fill(root: string, image: MadeImage, report: Report): Promise<void> {
  const {
    debian,
    python,
    programs = {},
    moduleFolders = {},
    files = {},
    links = {},
    scripts = {},
    writable = [],
  } = image.recipe;
  const at = (path: string): string => {
    const there = join(root, path);
    mkdirSync(dirname(there), { recursive: true, mode: 0o755 });
    return there;
  };
  if (debian !== undefined) await unpackDebian(debian, root, report);
  if (python !== undefined) await installPython(python, root, report);
  for (const [path, program] of Object.entries(programs)) {
    copyFileSync(await ensureGoProgram(program, report), at(path));
    chmodSync(join(root, path), 0o755);
  }
  for (const [path, { of, folder }] of Object.entries(moduleFolders)) {
    cpSync(join(await goModuleFolder(of), folder), at(path), { recursive: true });
    await run("chmod", ["-R", "u=rwX,go=rX", join(root, path)]); // Go's module cache is read-only.
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(at(path), text, { mode: 0o644 });
  for (const [path, target] of Object.entries(links)) symlinkSync(target, at(path));
  for (const [path, text] of Object.entries(scripts)) {
    writeFileSync(at(path), text);
    chmodSync(join(root, path), 0o755);
  }
  for (const path of ["/tmp", ...writable]) {
    mkdirSync(at(path), { recursive: true });
    chmodSync(join(root, path), 0o1777);
  }
}

const path = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

async function commit(
  image: MadeImage,
  root: string,
  archive: string,
  work: string,
  packages: string,
): Promise<void> {
  const policy = join(work, "policy.json");
  writeFileSync(policy, JSON.stringify({ default: [{ type: "insecureAcceptAnything" }] }));
  // Its own storage, thrown away afterwards; vfs needs nothing of the kernel.
  const storage = [
    "--root",
    join(work, "storage"),
    "--runroot",
    join(work, "run"),
    "--storage-driver",
    "vfs",
  ];
  const environment = packageEnvironment(packages);
  const buildah = (...args: string[]): Promise<string> => run("buildah", [...storage, ...args], environment);
  const container = (await buildah("from", "--signature-policy", policy, "scratch")).trim();
  await buildah("copy", "--quiet", container, root, "/");
  await buildah(
    "config",
    "--entrypoint",
    JSON.stringify(image.entrypoint),
    "--cmd",
    (image.command ?? []).join(" "),
    "--workingdir",
    image.workingFolder ?? "/",
    "--user",
    image.user,
    ...Object.entries({ ...path, ...image.environment }).flatMap(([name, value]) => [
      "--env",
      `${name}=${value}`,
    ]),
    container,
  );
  const target = `docker-archive:${archive}:${image.reference}`;
  await buildah("commit", "--quiet", "--signature-policy", policy, container, target);
}
