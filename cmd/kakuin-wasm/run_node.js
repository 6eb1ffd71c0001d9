// Runs kakuin-wasm under node for the test: argv = wasm_exec.js, kakuin.wasm,
// cases.json, answers.json; each case is {document: base64, options: {...}, bytes: {key: base64}}
// with replay: true where the document is saved evidence.
// The answers are one JSON array.
"use strict";
const fs = require("fs");
const [, , exec, wasm, cases, answers] = process.argv;
globalThis.require = require;
globalThis.fs = fs;
globalThis.path = require("path");
require(exec);
const go = new Go();
const bytes = (s) => new Uint8Array(Buffer.from(s, "base64"));
WebAssembly.instantiate(fs.readFileSync(wasm), go.importObject).then((r) => {
  go.run(r.instance);
  const out = JSON.parse(fs.readFileSync(cases, "utf8")).map((c) => {
    const options = c.options;
    for (const k in c.bytes || {}) {
      options[k] = Array.isArray(c.bytes[k]) ? c.bytes[k].map(bytes) : bytes(c.bytes[k]);
    }
    const call = c.replay ? kakuinReplay : kakuinVerify;
    return call(bytes(c.document), c.text ? JSON.stringify(options) : options);
  });
  fs.writeFileSync(answers, JSON.stringify(out));
  process.exit(0);
});
