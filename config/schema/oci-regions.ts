/** Regions of OCI: those of the commercial realm, whose services answer below `oraclecloud.com`. */
import { z } from "zod";
import { suggestion } from "../nearest.ts";

/** (Oracle's SDK for TypeScript, `oci-common` 2.142.1, realm OC1.) */
const regions: readonly string[] = [
  "af-casablanca-1",
  "af-johannesburg-1",
  "ap-batam-1",
  "ap-chuncheon-1",
  "ap-delhi-1",
  "ap-hyderabad-1",
  "ap-kulai-2",
  "ap-melbourne-1",
  "ap-mumbai-1",
  "ap-osaka-1",
  "ap-seoul-1",
  "ap-singapore-1",
  "ap-singapore-2",
  "ap-sydney-1",
  "ap-tokyo-1",
  "ca-montreal-1",
  "ca-toronto-1",
  "eu-amsterdam-1",
  "eu-frankfurt-1",
  "eu-madrid-1",
  "eu-madrid-3",
  "eu-marseille-1",
  "eu-milan-1",
  "eu-paris-1",
  "eu-stockholm-1",
  "eu-turin-1",
  "eu-zurich-1",
  "il-jerusalem-1",
  "me-abudhabi-1",
  "me-dubai-1",
  "me-jeddah-1",
  "me-riyadh-1",
  "mx-monterrey-1",
  "mx-queretaro-1",
  "sa-bogota-1",
  "sa-santiago-1",
  "sa-saopaulo-1",
  "sa-valparaiso-1",
  "sa-vinhedo-1",
  "uk-cardiff-1",
  "uk-london-1",
  "us-ashburn-1",
  "us-chicago-1",
  "us-phoenix-1",
  "us-saltlake-2",
  "us-sanjose-1",
];

export const ociRegion = z
  .string()
  .regex(/^[a-z]{2}-[a-z]+-\d$/, {
    error: "is not a region of OCI such as `eu-frankfurt-1`",
    abort: true,
  })
  .check((context) => {
    if (regions.includes(context.value)) return;
    context.issues.push({
      code: "custom",
      input: context.value,
      message: "is no region of OCI's commercial realm",
      params: { remedy: suggestion(context.value, regions) },
    });
  })
  .meta({ examples: ["eu-frankfurt-1"] });
