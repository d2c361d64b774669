/** Chest X-ray MLOps (seed 004): pneumonia detection in two copies, blue and green, that traffic is switched between. */
import type { ChestXraySettings, Settings } from "../../config/index.ts";
import type { Platform } from "../model/index.ts";
import { copy, namespace } from "./copy.ts";
import { colors, type ChestXrayStack } from "./stack.ts";
import { traffic } from "./traffic.ts";

export function chestXray(settings: Settings, own: ChestXraySettings): Platform {
  const stack: ChestXrayStack = { settings, chestXray: own };
  return {
    name: "chest-xray",
    description: "Chest X-ray MLOps: pneumonia detection, blue and green",
    namespaces: colors.map((color) => namespace(stack, color)),
    applications: [...colors.map((color) => copy(stack, color)), traffic(stack)],
  };
}
