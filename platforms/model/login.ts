/** Where the login in front of tools is, by the names that its own page, routes and the mesh share. */

export const login = {
  /** Name under which the mesh finds it. */
  provider: "quint-login",
  namespace: "login",
  service: "oauth2-proxy",
  port: 80,
  /** Its own pages on every host that asks for it: form, callback, signing out. */
  prefix: "/oauth2/",
} as const;
