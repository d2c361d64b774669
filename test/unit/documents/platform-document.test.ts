/** docs/platforms/*.md: what they say is what the platform's data say. */
import assert from "node:assert/strict";
import { dataFlow } from "../../../automation/documents/data-flow.ts";
import { platformDocument } from "../../../automation/documents/platform-document.ts";
import { environments } from "../../../config/index.ts";
import type { Platform } from "../../../platforms/model/index.ts";
import { lab, labWith } from "../../support/test-platform.ts";

const documentOf = (platform: Platform): string =>
  platformDocument({ dev: platform, staging: platform, production: platform });

describe("the document of a platform", () => {
  it("draws the declared calls, and no other", () => {
    const arrows = dataFlow(lab())
      .split("\n")
      .filter((line) => line.includes("-->"))
      .map((line) => line.trim());
    assert.deepEqual(arrows, [
      "lab_web --> lab_data_store",
      "lab_worker --> lab_data_store",
      "lab_worker --> lab_web",
      "users --> lab_web",
      "world --> lab_web",
    ]);
  });

  it("loses an arrow with its caller", () => {
    const platform = labWith("store", (store) => {
      store.callers = store.callers.filter(
        (caller) => caller.kind === "workload" && caller.workload !== "web",
      );
    });
    assert.doesNotMatch(dataFlow(platform), /lab_web --> lab_data_store/);
  });

  it("says of hosts where they lead, and who may come in", () => {
    const platform = lab((changed) => {
      changed.applications[1]!.routes[0]!.access = {
        login: true,
        allowCidrs: ["10.0.0.0/8"],
        rateLimit: { requestsPerSecond: 100, burst: 110 },
        maxBody: "10M",
      };
    });
    assert.match(
      documentOf(platform),
      /\| `lab\.example\.com` \| `\/` \| `web\.lab:80` \| 30 s \| after the login, from 10\.0\.0\.0\/8, 100 requests a second, bursts of 110, bodies up to 10M \|/,
    );
  });

  it("says of a host that several copies share what each takes, and which methods are let in", () => {
    const platform = lab((changed) => {
      const [route] = changed.applications[1]!.routes;
      route!.access = { methods: ["GET", "HEAD"] };
      route!.rules[0]!.weights = [
        { namespace: "lab", weight: 90 },
        { namespace: "lab-data", weight: 10 },
      ];
    });
    assert.match(
      documentOf(platform),
      /\| `\/` \| 90 % `web\.lab:80`, 10 % `web\.lab-data:80` \| 30 s \| GET, HEAD only \|/,
    );
  });

  it("says when nothing is delivered", () => {
    const window = {
      kind: "deny",
      schedule: "0 8 * * 1-5",
      hours: 9,
      timeZone: "Etc/UTC",
      manualSync: true,
    } as const;
    const project = { name: "lab", description: "", automated: false, roles: [], reportOrphans: false };
    assert.match(
      documentOf({ ...lab(), projects: [{ ...project, windows: [window] }] }),
      /\| `lab` \| by hand, never from `0 8 \* \* 1-5` for 9 h \(Etc\/UTC\) \|/,
    );
  });

  it("keeps apart what has one name in several namespaces, quotas included", () => {
    const text = documentOf(lab());
    assert.match(text, /\| front: requests\.cpu \|/);
    assert.match(text, /\| store: requests\.cpu \|/);
  });

  it("names Secrets, their keys and what they open, and no value", () => {
    assert.match(
      documentOf(lab()),
      /\| `lab\/credentials` \| `password`, `with-symbols` \| `username` \| The store's user \|/,
    );
  });

  it("has a column of sizes for each environment", () => {
    const column = (max: number) =>
      labWith("web", (web) => {
        web.size.autoscaling = { min: 2, max };
      });
    const [dev, staging, production] = [column(3), column(4), column(5)];
    assert.equal(environments.length, 3);
    assert.match(
      platformDocument({ dev, staging, production }),
      /\| front: web \| 2–3 × 100m\/128Mi, at most 1\/512Mi \| 2–4 × [^|]+ \| 2–5 × [^|]+ \|/,
    );
  });

  it("shows what an image of one's own must answer, and the variables that it gets", () => {
    assert.match(
      documentOf(lab()),
      /\| `front: web` \| `registry[^`]+` \| `registry[^`]+` \| 8080, 9090 \| `\/healthz`, `\/readyz` \| `MODE`, `DB_PASSWORD`, `LEVEL`, `SWITCH` \|/,
    );
  });
});
