import { migrate } from "@smtpdlint/migrate";
import { memoryHost } from "@smtpdlint/model";
import { readFileSync } from "node:fs";
import { differences, newTreatments, oldTreatment } from "./helpers/old-answers.ts";
const release = (process.argv[3] ?? "7.8") as never;
const lines = readFileSync(`/work/shared/vectors/${process.argv[2]}.jsonl`,"utf8").trim().split("\n").map(l=>JSON.parse(l));
let equal=0, n=0; const by: Record<string, string[]> = {};
let refusedN = 0, accepted=0;
for (const v of lines) {
  if (!v.verdict.ok) continue;
  accepted++;
  const m = migrate("/etc/mail/smtpd.conf", v.conf, memoryHost(v.files), { hostName: v.env.hostname, target: release });
  const { treatment, refused } = newTreatments(v, m.text, m.files, release);
  if (refused.length || m.untranslated.length) { refusedN++; if (refusedN < 20) console.log("REFUSED", v.id, refused.map(r=>r.rule+" "+r.message+" "+m.text.slice(r.span.start,r.span.end)), m.untranslated.map(u=>u.reason)); }
  for (const q of v.messages) {
    if (q.authImpossible) continue;
    n++;
    const d = differences(oldTreatment(q), treatment(q));
    if (d.length === 0) equal++;
    else (by[d.join(",")] ??= []).push(`${v.id} ${q.src} ${q.user} ${q.tag} ${q.mailFrom} ${q.rcptTo} :: ${m.announcements.slice(1).map(a=>a.kind).join(" ")}`);
  }
}
console.log({accepted, refusedN, n, equal});
for (const [k,l] of Object.entries(by)) { console.log("##",k,l.length); for (const x of l.slice(0,8)) console.log("    ",x); }
