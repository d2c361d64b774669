/** Texts that rules look for, once: the pack reads them as JavaScript, the API server as RE2, which is the same here. */

/** A tag of any kind. */
export const imageTag = /:\w[\w.-]*$/;
/** A release tag (`v1.2.3`, `1.2`, `2026.1.0-rc.1`): digits first, after an optional `v`. */
export const releaseTag = /:v?\d+(\.\d+)+([-+._][\w.-]+)?$/;
export const digest = /@sha256:[0-9a-f]{64}$/;
/** Names of variables that hold a credential. */
export const credentialName = /password|passwd|secret|token|api_?key|credential/i;
