/** chest-xray: a version goes to the copy that stands by; traffic is another step (seed 004, "Blue-Green Deployment"). */
import type { ChestXrayColor, ChestXraySettings, SettingEdit, Settings } from "../../config/index.ts";
import { colors, namespaceOf } from "../chest-xray/stack.ts";
import { settingPath, tagOf, withTag, type Copies, type ReleaseOf } from "./plan.ts";

const copies: Copies = {
  names: colors,
  shares: (settings) => ownOf(settings).traffic,
  versionOf: (settings, copy) => versionOf(settings, colorOf(copy)),
  trafficEdit: (to, percent) => {
    const rest = 100 - percent;
    const value = to === "blue" ? { blue: percent, green: rest } : { blue: rest, green: percent };
    return { path: settingPath("chest-xray", "traffic"), value };
  },
  fullSize: (settings) => ownOf(settings).fullSize,
  fullSizeEdit: (keep) => ({
    path: settingPath("chest-xray", "fullSize"),
    // The default, so that the file says nothing of it between two switches.
    value: keep.length === 0 ? undefined : keep,
  }),
  imageEdits: (settings, copy, version) => {
    const image = imageOf(settings, colorOf(copy));
    return image === undefined ? [] : [imageEdit(colorOf(copy), withTag(image, version))];
  },
};

export const chestXrayRelease: ReleaseOf = {
  copies,
  strategies: ["blue-green"],
  environments: colors,
  namespaceOf: (settings, environment) => namespaceIn(settings, environment as ChestXrayColor),
  current: (settings) => {
    const own = settings.platforms["chest-xray"];
    const active = own && colors.filter((color) => own.traffic[color] > 0);
    return active?.length === 1 ? versionOf(settings, active[0] ?? "blue") : undefined;
  },
  plan: (settings, { version, environment }) => {
    const own = ownOf(settings);
    const standby = colors.filter((color) => own.traffic[color] === 0);
    const color = environment === undefined ? standby[0] : colors.find((name) => name === environment);
    if (color === undefined || !standby.includes(color)) {
      const shares = colors.map((name) => `${name} ${own.traffic[name]} %`).join(", ");
      return {
        reason: `${color === undefined ? "both copies take" : `${color} takes`} requests (${shares}), and a version only goes to a copy that takes none`,
        remedy: "Finish or take back the switch first: ./quint switch-traffic chest-xray --percentage 100 …",
      };
    }
    const image = imageOf(settings, color);
    if (image === undefined) {
      return {
        reason: "neither copy has an image in the settings: samples run in their place",
        remedy: `Set one first: quint:platforms.chest-xray.workloads.${color}.image`,
      };
    }
    const tagged = withTag(image, version);
    return {
      edits: [imageEdit(color, tagged)],
      images: [tagged],
      environment: color,
    };
  },
};

function imageEdit(color: ChestXrayColor, image: string): SettingEdit {
  return { path: settingPath("chest-xray", "workloads", color, "image"), value: image };
}

/** The image of a copy; one that never had its own takes the other one's. */
function imageOf(settings: Settings, color: ChestXrayColor): string | undefined {
  const { workloads } = ownOf(settings);
  return workloads[color]?.image ?? workloads[color === "blue" ? "green" : "blue"]?.image;
}

function versionOf(settings: Settings, color: ChestXrayColor): string | undefined {
  const image = ownOf(settings).workloads[color]?.image;
  return image === undefined ? undefined : tagOf(image);
}

function colorOf(copy: string): ChestXrayColor {
  return copy === "green" ? "green" : "blue";
}

function ownOf({ platforms, stack }: Settings): ChestXraySettings {
  const own = platforms["chest-xray"];
  if (own === undefined) throw new Error(`${stack} has no chest-xray`);
  return own;
}

function namespaceIn(settings: Settings, color: ChestXrayColor): string {
  return namespaceOf({ settings, chestXray: ownOf(settings) }, color);
}
