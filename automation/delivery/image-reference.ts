/** The parts of an image's name, as a registry is asked for it. */

export interface ImageReference {
  /** `host[:port]`. */
  readonly registry: string;
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
}

/** Takes a name apart as Docker does: without a host it is Docker Hub's, without a folder there its `library/`. */
export function imageReference(image: string): ImageReference {
  const [named = "", digest] = image.split("@");
  const slash = named.indexOf("/");
  const first = named.slice(0, Math.max(0, slash));
  const hasHost = first === "localhost" || /[.:]/.test(first);
  const host = hasHost ? first : "docker.io";
  const path = hasHost ? named.slice(slash + 1) : named;
  const colon = path.lastIndexOf(":");
  const [repository, tag] =
    colon > path.lastIndexOf("/") ? [path.slice(0, colon), path.slice(colon + 1)] : [path, undefined];
  const hub = host === "docker.io";
  return {
    registry: hub ? "registry-1.docker.io" : host,
    repository: hub && !repository.includes("/") ? `library/${repository}` : repository,
    reference: digest ?? tag ?? "latest",
  };
}
