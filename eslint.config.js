// The rules of the house. Zero warnings: a rule either holds or is not here.
import eslint from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/**
 * Imports run one way: config -> platforms -> components -> index.ts (docs/map.md).
 * Each zone names a folder and the folders it must not reach.
 */
const folders = ["config", "platforms", "components", "policy", "simulation", "automation", "services"];
const mayImport = {
  config: [],
  platforms: ["config", "services/recovery"],
  // Of platforms/ a component may know the vocabulary (platforms/model), never a platform.
  // Of policy/ only the rules as data: what the API server is told.
  components: ["config/catalog", "config/schema", "platforms/model", "policy/admission"],
  policy: [],
  // Each is an image of its own, built from its folder alone.
  services: [],
  simulation: ["config", "platforms/model"],
  automation: folders,
};
/** Paths that a folder must not import, as they are written: relative, from any depth. */
const forbiddenTo = (folder) =>
  folders
    .filter((other) => other !== folder && !mayImport[folder].includes(other))
    .map((other) => {
      const open = mayImport[folder].filter((path) => path.startsWith(`${other}/`));
      const except = open.map((path) => `${path.slice(other.length + 1)}/`).join("|");
      return {
        regex: `^(\\.\\./)+${other}/${except === "" ? "" : `(?!${except})`}`,
        message: `${folder}/ must not import ${other}/: the direction of imports is in docs/map.md.`,
      };
    });

/** The same for `import()`, which the rule for imports does not see. */
const forbiddenDynamically = (folder) =>
  forbiddenTo(folder).map(({ regex, message }) => ({
    selector: `ImportExpression[source.value=/${regex.replaceAll("/", "\\/")}/]`,
    message,
  }));

/** Only config/ reads the engine's configuration, the environment and files of settings. */
const readsSettings = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: "Only config/ and the programs that start processes read the environment.",
  },
  {
    selector: "NewExpression[callee.property.name='Config'][callee.object.name='pulumi']",
    message: "Only config/ reads pulumi.Config.",
  },
];
const readNothing = ["platforms", "components", "policy"];

const directions = folders.map((folder) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": ["error", { patterns: forbiddenTo(folder) }],
    "no-restricted-syntax": [
      "error",
      ...forbiddenDynamically(folder),
      ...(readNothing.includes(folder) ? readsSettings : []),
    ],
  },
}));

export default tseslint.config(
  { ignores: ["node_modules", ".quint", "deploy"] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      // An Output in a template literal prints its source code: numbers are fine, objects are not.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // Components are created for their effect.
      "no-new": "off",
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  ...directions,
  { files: ["index.ts"], rules: { "no-restricted-syntax": ["error", ...readsSettings] } },
  { files: ["automation/**/*.ts", "simulation/**/*.ts"], rules: { "no-console": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
  prettier,
);
