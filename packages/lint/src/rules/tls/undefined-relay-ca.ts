import { undefinedRelayNameRule } from "../shared/undefined-relay-name.ts";

export const rule = undefinedRelayNameRule("ca");
