import { compare, shrink } from "./compare.ts";
import { ScenarioGenerator } from "./scenario.ts";

/**
 * Looks for differences between a live smtpd and us until a number of
 * recipients has been asked: `npm run fuzz:twin -- RECIPIENTS [SEED]`.
 */
const [wanted = "10000", start = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const smtpd = process.env.SMTPD ?? "/usr/sbin/smtpd";
const target = process.env.SMTPD_TARGET ?? "6.8";
const generator = new ScenarioGenerator(Number(start), target, Number(process.env.RECIPIENTS ?? 60));
let [recipients, scenarios, refused, different] = [0, 0, 0, 0];
for (let round = 0; recipients < Number(wanted); round++) {
  const batch = Array.from({ length: 20 }, (_, index) => generator.next(`${start}-${round}-${index}`, 5));
  for (const comparison of compare(smtpd, target, batch)) {
    scenarios++;
    recipients += comparison.recipients;
    if (!comparison.differences) refused++;
    else if (comparison.differences.length > 0) {
      different++;
      const { scenario, differences } = process.env.SHRINK === "no" ? comparison : shrink(smtpd, target, comparison);
      console.log(JSON.stringify(scenario), `\n${differences?.join("\n")}\n`);
    }
  }
  console.log(
    `seed ${start}: ${scenarios} scenarios, ${refused} refused, ${recipients} recipients, ${different} differences`,
  );
}
