// Answers lines of JSON: {"sql": "...", "rows": true} runs a statement and answers {"rows": [[...]]}, numbers as they are.
import { DuckDBInstance } from '@duckdb/node-api';
import { createInterface } from 'node:readline';

const connection = await (await DuckDBInstance.create(process.argv[2])).connect();
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const result = await connection.runAndReadAll(JSON.parse(line).sql);
    const rows = result.getRows().map((row) => row.map((v) => (typeof v === 'bigint' ? Number(v) : v)));
    console.log(JSON.stringify({ rows }));
  } catch (fault) {
    console.log(JSON.stringify({ error: String(fault.message) }));
  }
}
