// Reads a JSON list of streams. For each stream, prints its documents, or why the stream cannot be read.
// Numbers become {"number": "1"} and maps {"map": [[key, value], ...]}, because JSON cannot represent all of them.
"use strict";
const { parseAllDocuments } = require(process.argv[2]);

// As in Kubernetes, the last of repeated keys is used, and `<<` merges maps.
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
