// Reads a JSON list of streams, and prints for each its documents, or why they cannot be read.
// A number is {"number": "1"} and a map {"map": [[key, value], ...]}, since JSON has no such numbers and keys.
"use strict";
const { parseAllDocuments } = require(process.argv[2]);

// The last of repeated keys counts, as it does to Kubernetes, and `<<` merges.
const OPTIONS = { version: "1.2", merge: true, uniqueKeys: false, intAsBigInt: true, prettyErrors: false, logLevel: "error" };

function shown(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "bigint") return { number: String(value) };
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Map) return { map: [...value].map(([key, inner]) => [shown(key), shown(inner)]) };
  return typeof value === "object" ? { object: String(value) } : value;
}

function read(text) {
  try {
    const documents = [...parseAllDocuments(text, OPTIONS)];
    const errors = documents.flatMap((document) => document.errors);
    if (errors.length) return { error: errors[0].message };
    return { documents: documents.map((document) => shown(document.toJS({ mapAsMap: true, maxAliasCount: -1 }))) };
  } catch (error) {
    return { error: error.message };
  }
}

let input = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece) => (input += piece));
process.stdin.on("end", () => process.stdout.write(JSON.stringify(JSON.parse(input).map(read))));
