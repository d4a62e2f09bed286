import eslint from "@eslint/js";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["node_modules/"] },
  eslint.configs.recommended,
  ...typescript.configs.recommended,
  {
    files: ["src/**/*.ts", "tests/**/*.ts"],
    extends: [...typescript.configs.strict],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      eqeqeq: "error",
      "no-eval": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/key_presses.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name='addEventListener'][arguments.0.value=/^key/]",
          message: "Use onKey() of key_presses.ts, which leaves an input method its keys.",
        },
      ],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        console: "readonly",
        process: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        document: "readonly",
        window: "readonly",
        performance: "readonly",
        location: "readonly",
        requestAnimationFrame: "readonly",
        cancelAnimationFrame: "readonly",
        setTimeout: "readonly",
        DataTransfer: "readonly",
        File: "readonly",
        DragEvent: "readonly",
        KeyboardEvent: "readonly",
        ClipboardEvent: "readonly",
        innerHeight: "readonly",
        Uint8Array: "readonly",
        atob: "readonly",
        getComputedStyle: "readonly",
        createImageBitmap: "readonly",
        Blob: "readonly",
        fetch: "readonly",
      },
    },
  },
);
