import { readFileSync } from "node:fs";
import { migrate } from "@smtpdlint/migrate";
import { memoryHost } from "@smtpdlint/model";
const lines = readFileSync(`/work/shared/vectors/${process.argv[2]}.jsonl`,"utf8").trim().split("\n").map(l=>JSON.parse(l));
for (const v of lines) {
  if (process.argv[3] && !v.id.includes(process.argv[3])) continue;
  const m = migrate("/etc/mail/smtpd.conf", v.conf, memoryHost(v.files), { hostName: v.env.hostname, target: (process.argv[4] ?? "7.8") as never });
  console.log("=== "+v.id); console.log(v.conf.trim()); console.log("---"); console.log(m.text.trim()); 
  for (const [p,t] of Object.entries(m.files)) console.log("FILE",p,t);
  for (const a of m.announcements.slice(1)) console.log("   ! "+a.kind+": "+a.message); for (const a of m.untranslated) console.log("   ?? "+a.reason);
}
